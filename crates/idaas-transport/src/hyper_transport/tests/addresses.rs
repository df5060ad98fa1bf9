//! Which addresses of a host are tried, and that one good one is enough.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::{io::AsyncWriteExt, net::TcpListener};

use super::super::test_server::{read_request, silent_address, silent_at};
use super::*;
use TransportErrorKind::{Connect, ConnectTimeout};

/// A name that no resolver knows.
const SERVICE: &str = "service.invalid";

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// Answers at exactly this address. `None` on a machine that has no such one.
async fn answering(address: SocketAddr) -> Option<SocketAddr> {
    let listener = TcpListener::bind(address).await.ok()?;
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            read_request(&mut stream).await.unwrap();
            stream.write_all(OK).await.unwrap();
        }
    });
    Some(address)
}

#[tokio::test]
async fn an_ipv6_address_in_the_uri() {
    let Some(address) = answering((Ipv6Addr::LOCALHOST, 0).into()).await else {
        return;
    };

    let response = fresh()
        .build()
        .send(request(format_args!("http://{address}")))
        .await;

    assert_eq!(response.unwrap().body(), "ok");
}

/// IPv4 gets its turn long before the time of IPv6 is over.
#[tokio::test]
async fn a_family_that_does_not_answer_gives_way_to_the_other() {
    let limit = Duration::from_secs(10);
    if answering((Ipv6Addr::LOCALHOST, 0).into()).await.is_none() {
        return;
    }
    for (silent, other) in [
        (
            IpAddr::from(Ipv6Addr::LOCALHOST),
            IpAddr::from(Ipv4Addr::LOCALHOST),
        ),
        (Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()),
    ] {
        // The port has to be free in both.
        let (good, _full) = loop {
            let (address, full) = silent_at(silent).await;
            let good = SocketAddr::new(other, address.port());
            if answering(good).await.is_some() {
                break (good, full);
            }
        };
        let transport = fresh()
            .allow_plain_http()
            .connect_timeout(limit)
            .fixed_addresses(SERVICE, [silent, other])
            .build();
        let there = request(format_args!("http://{SERVICE}:{}", good.port()));

        let answer = tokio::time::timeout(limit / 2, transport.send(there)).await;

        let answer = answer.unwrap_or_else(|_| panic!("{silent} held {other} up"));
        assert_eq!(answer.unwrap().body(), "ok");
    }
}

#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
#[tokio::test]
async fn a_fixed_address_has_to_show_the_certificate_of_the_host() {
    use super::tls::{answer, authority, config, serve_tls, trusting};
    let authority = authority();
    for (name, believed) in [(SERVICE, true), ("localhost", false)] {
        let address = serve_tls(
            config(&authority, name, 4000, rustls::ALL_VERSIONS, None),
            answer,
        )
        .await;
        let transport = trusting(&authority)
            .fixed_addresses(SERVICE, [address.ip()])
            .build();
        let there = request(format_args!("https://{SERVICE}:{}", address.port()));

        let answer = transport.send(there).await;

        match answer {
            Ok(response) => assert!(believed, "{response:?}"),
            Err(error) => {
                assert!(!believed, "{}", texts(&error));
                assert_failed(&error, TransportErrorKind::Tls, Delivery::NotSent);
            }
        }
    }
}

/// An address that refuses, or says nothing, gives way to the next, of its family or the other.
#[tokio::test]
async fn one_good_address_is_enough() {
    let (silent, _full) = silent_address().await;
    let good: SocketAddr = ([127, 0, 0, 2], silent.port()).into();
    let listener = TcpListener::bind(good).await.unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
            read_request(&mut stream).await.unwrap();
            stream.write_all(answer).await.unwrap();
        }
    });
    let refused: IpAddr = [127, 0, 0, 3].into();
    let refused_v6: IpAddr = "::1".parse().unwrap();
    let send = async |addresses: Vec<IpAddr>| {
        let transport = fresh()
            .allow_plain_http()
            .connect_timeout(SHORT * 6)
            .fixed_addresses(SERVICE, addresses)
            .build();
        let there = request(format_args!("http://{SERVICE}:{}", good.port()));
        transport.send(there).await
    };

    for first in [refused, refused_v6, silent.ip()] {
        let answer = send(vec![first, good.ip()]).await;
        let answer = answer.unwrap_or_else(|error| panic!("{first}: {}", texts(&error)));
        assert_eq!(answer.body(), "ok", "{first}");
    }
    let error = send(vec![refused, refused_v6]).await.unwrap_err();
    assert_failed(&error, Connect, Delivery::NotSent);
    let error = send(vec![silent.ip()]).await.unwrap_err();
    assert_failed(&error, ConnectTimeout, Delivery::NotSent);
}

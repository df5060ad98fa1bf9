//! Proxies: what they are asked for, what they see, and what they cannot do.

use std::{net::SocketAddr, sync::Mutex};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::TcpStream,
};

use super::super::test_server::{
    Then, closed_address, gone, read_request, reset, scripted, serve, silent_address,
};
use super::tls::{Authority, answer, authority, config, serve_tls, trusting};
use super::*;
use TransportErrorKind::{Closed, ConnectTimeout, Proxy as ProxyFailed, Tls};

/// A name that no resolver knows.
const SERVICE: &str = "service.invalid";

const USER: &str = "user";
const PASSWORD: &str = "password-secret";
/// `printf 'user:password-secret' | base64`
const BASIC: &str = "dXNlcjpwYXNzd29yZC1zZWNyZXQ=";

async fn service(authority: &Authority, name: &str) -> SocketAddr {
    let config = config(authority, name, 4000, rustls::ALL_VERSIONS, None);
    serve_tls(config, answer).await
}

fn proxy(scheme: &str, address: SocketAddr) -> Proxy {
    let proxy = Proxy::parse(&format!("{scheme}://{address}")).unwrap();
    proxy.with_credentials(USER, PASSWORD).unwrap()
}

fn to_service(port: u16) -> Request<Bytes> {
    request(format_args!("https://{SERVICE}:{port}"))
}

/// Does what a proxy does, and notes what it is asked for.
async fn http_proxy(service: SocketAddr) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let asked = Arc::clone(&seen);
    let address = serve(move |_, mut client| {
        let asked = Arc::clone(&asked);
        async move {
            let request = read_request(&mut client).await.unwrap();
            asked.lock().unwrap().push(request);
            client
                .write_all(b"HTTP/1.1 200 Connection established\r\nvia: a proxy\r\n\r\n")
                .await
                .unwrap();
            let mut service = TcpStream::connect(service).await.unwrap();
            let _ = copy_bidirectional(&mut client, &mut service).await;
        }
    })
    .await;
    (address, seen)
}

/// The same by SOCKS5, with a user name and a password.
async fn socks_proxy(service: SocketAddr) -> SocketAddr {
    serve(move |_, mut client| async move {
        let mut bytes = [0; 3];
        client.read_exact(&mut bytes).await.unwrap();
        assert_eq!(bytes, [5, 1, 2], "one method: user name and password");
        client.write_all(&[5, 2]).await.unwrap();

        let expected = [b"\x01\x04user\x0f", PASSWORD.as_bytes()].concat();
        let mut bytes = vec![0; expected.len()];
        client.read_exact(&mut bytes).await.unwrap();
        assert_eq!(bytes, expected);
        client.write_all(&[1, 0]).await.unwrap();

        let port = service.port().to_be_bytes();
        let expected = [b"\x05\x01\0\x03\x0f", SERVICE.as_bytes(), &port].concat();
        let mut bytes = vec![0; expected.len()];
        client.read_exact(&mut bytes).await.unwrap();
        assert_eq!(bytes, expected, "the name is the proxy's to look up");
        client.write_all(b"\x05\0\0\x01\0\0\0\0\0\0").await.unwrap();

        let mut service = TcpStream::connect(service).await.unwrap();
        let _ = copy_bidirectional(&mut client, &mut service).await;
    })
    .await
}

#[tokio::test]
async fn calls_go_through_the_proxy() {
    let authority = authority();
    let service = service(&authority, SERVICE).await;
    let (http, asked) = http_proxy(service).await;
    let socks = socks_proxy(service).await;
    for proxy in [proxy("http", http), proxy("socks5", socks)] {
        let transport = trusting(&authority).proxy(proxy).build();

        for _ in 0..2 {
            let response = transport.send(to_service(service.port())).await.unwrap();
            assert_eq!(response.body(), "ok");
        }
    }

    let asked = asked.lock().unwrap();
    let target = format!("{SERVICE}:{}", service.port());
    let expected = format!(
        "CONNECT {target} HTTP/1.1\r\nHost: {target}\r\nProxy-Authorization: Basic {BASIC}\r\n\r\n"
    );
    assert_eq!(*asked, [expected], "one tunnel for both calls");
}

/// The proxy cannot pass another service off as the one that is called.
#[tokio::test]
async fn the_certificate_has_to_be_that_of_the_service() {
    let authority = authority();
    let other = service(&authority, "localhost").await;
    let (http, _) = http_proxy(other).await;
    let socks = socks_proxy(other).await;
    for proxy in [proxy("http", http), proxy("socks5", socks)] {
        let transport = trusting(&authority).proxy(proxy).build();

        let error = failure(&transport, to_service(other.port())).await;

        assert_failed(&error, Tls, Delivery::NotSent);
    }
}

#[tokio::test]
async fn whatever_a_proxy_does_nothing_was_sent() {
    let table: &[(&str, &[u8], Then, TransportErrorKind)] = &[
        (
            "http",
            b"HTTP/1.1 407 secret\r\n\r\n",
            Then::Hang,
            ProxyFailed,
        ),
        (
            "http",
            b"HTTP/1.1 403 Forbidden\r\n\r\n",
            Then::Hang,
            ProxyFailed,
        ),
        (
            "http",
            b"HTTP/1.1 502 Bad Gateway\r\n\r\n",
            Then::Close,
            ProxyFailed,
        ),
        (
            "http",
            b"HTTP/1.1 302 Found\r\nlocation: /\r\n\r\n",
            Then::Hang,
            ProxyFailed,
        ),
        (
            "http",
            b"HTTP/1.1 204 No Content\r\n\r\n",
            Then::Hang,
            ProxyFailed,
        ),
        (
            "http",
            b"HTTP/1.1 100 Continue\r\n\r\n",
            Then::Hang,
            ProxyFailed,
        ),
        ("http", b"SSH-2.0-secret\r\n", Then::Hang, ProxyFailed),
        ("http", b"", Then::Close, ProxyFailed),
        ("http", b"", Then::Reset, ProxyFailed),
        ("http", b"HTTP/1.1 200 OK\r\n", Then::Close, ProxyFailed),
        (
            "http",
            b"HTTP/1.1 200 OK\r\n",
            Then::Repeat(b"a: b\r\n"),
            ProxyFailed,
        ),
        ("http", b"", Then::Hang, ConnectTimeout),
        ("http", b"HTTP/1.1 200 OK\r\n", Then::Hang, ConnectTimeout),
        ("http", b"HTTP/1.1 200 OK\r\n\r\n", Then::Close, Tls),
        (
            "http",
            b"HTTP/1.1 200 OK\r\n\r\n",
            Then::Hang,
            ConnectTimeout,
        ),
        ("http", b"HTTP/1.1 200 OK\r\n\r\nearly", Then::Close, Tls),
        ("socks5", b"\x05\xff", Then::Hang, ProxyFailed),
        ("socks5", b"\x05\0", Then::Hang, ProxyFailed),
        ("socks5", b"\x04\x02", Then::Hang, ProxyFailed),
        ("socks5", b"secret", Then::Hang, ProxyFailed),
        ("socks5", b"", Then::Close, ProxyFailed),
        ("socks5", b"", Then::Reset, ProxyFailed),
        ("socks5", b"\x05", Then::Hang, ConnectTimeout),
        ("socks5", b"\x05\x02\x01\x01", Then::Hang, ProxyFailed),
        (
            "socks5",
            b"\x05\x02\x01\0\x05\x05\0\x01\0\0\0\0\0\0",
            Then::Hang,
            ProxyFailed,
        ),
        (
            "socks5",
            b"\x05\x02\x01\0\x05\x63\0\x01\0\0\0\0\0\0",
            Then::Hang,
            ProxyFailed,
        ),
        (
            "socks5",
            b"\x05\x02\x01\0\x05\0\0\x09\0\0\0\0\0\0",
            Then::Hang,
            ProxyFailed,
        ),
        (
            "socks5",
            b"\x05\x02\x01\0\x05\0\0\x01",
            Then::Hang,
            ConnectTimeout,
        ),
        (
            "socks5",
            b"\x05\x02\x01\0\x05\0\0\x01\0\0\0\0\0\0",
            Then::Hang,
            ConnectTimeout,
        ),
    ];
    let authority = authority();
    for (scheme, bytes, then, kind) in table {
        let address = serve(move |_, mut client| async move {
            client.readable().await.unwrap();
            // All at once, and before all is asked.
            client.write_all(bytes).await.unwrap();
            match then {
                Then::Close => {
                    let _ = client.read(&mut [0; 1024]).await;
                }
                Then::Reset => reset(&client),
                Then::Hang => gone(client).await,
                Then::Repeat(bytes) => while client.write_all(bytes).await.is_ok() {},
            }
        })
        .await;
        let transport = trusting(&authority)
            .proxy(proxy(scheme, address))
            .connect_timeout(SHORT)
            .build();

        let error = failure(&transport, to_service(443)).await;

        let name = format!("{scheme}, {:?}, {then:?}", bytes.escape_ascii().to_string());
        assert_eq!(error.kind(), *kind, "{name}: {}", texts(&error));
        assert_eq!(error.delivery(), Delivery::NotSent, "{name}");
        assert!(!texts(&error).contains(BASIC), "{name}: {}", texts(&error));
    }
}

#[tokio::test]
async fn a_proxy_that_is_not_reached() {
    let (silent, _full) = silent_address().await;
    let unknown = format!("{}.invalid", "a".repeat(64));
    for scheme in ["http", "socks5"] {
        for (server, kind) in [
            (closed_address().await.to_string(), ProxyFailed),
            (silent.to_string(), ConnectTimeout),
            (unknown.clone(), ProxyFailed),
        ] {
            let proxy = Proxy::parse(&format!("{scheme}://{server}")).unwrap();
            let transport = fresh().proxy(proxy).connect_timeout(SHORT).build();

            let error = failure(&transport, to_service(443)).await;

            assert_failed(&error, kind, Delivery::NotSent);
        }
    }
}

/// The bytes of `CONNECT` are none of the request.
#[tokio::test]
async fn a_tunnel_that_closes_before_the_request_is_not_sent() {
    let address = serve(|_, mut client| async move {
        read_request(&mut client).await.unwrap();
        client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
    })
    .await;
    let transport = fresh().proxy(proxy("http", address)).allow_plain_http();

    let error = failure(
        &transport.build(),
        request(format_args!("http://{SERVICE}")),
    )
    .await;

    assert_failed(&error, Closed, Delivery::NotSent);
}

#[tokio::test]
async fn loopback_and_exceptions_are_called_without_the_proxy() {
    let closed = closed_address().await;
    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    let (address, _) = scripted(answer.to_vec(), Then::Close).await;
    let here = request(format_args!("http://{address}"));

    let transport = fresh().proxy(proxy("http", closed)).build();
    assert_eq!(transport.send(here.clone()).await.unwrap().body(), "ok");

    let transport = fresh()
        .proxy(proxy("http", closed).including_loopback())
        .build();
    let error = failure(&transport, here).await;
    assert_failed(&error, ProxyFailed, Delivery::NotSent);

    let transport = fresh()
        .proxy(proxy("http", closed).with_exceptions(".invalid"))
        .fixed_addresses(SERVICE, [address.ip()])
        .allow_plain_http()
        .build();
    let there = request(format_args!("http://{SERVICE}:{}", address.port()));
    assert_eq!(transport.send(there).await.unwrap().body(), "ok");
}

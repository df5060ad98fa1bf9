use tokio::io::{AsyncReadExt, AsyncWriteExt, copy, copy_bidirectional};
use tokio::net::TcpStream;

use super::ask::Target;
use super::fault::{Break, Fault};
use crate::money::ledger::Ledger;
use crate::money::sockets::inbox::Inbox;
use crate::money::sockets::service::Peer;

/// What a proxy speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    Http,
    Socks5,
}

impl Protocol {
    pub(super) const BOTH: [Self; 2] = [Self::Http, Self::Socks5];
}

/// The name of a service tells the proxy what to do: the number of the send, and one of these.
pub(super) const FAILS: &str = "fails.test";
pub(super) const BREAKS: &str = "breaks.test";
/// The ports at which no service is: of plain HTTP and of TLS.
pub(super) const PLAIN: u16 = 1;
pub(super) const TLS: u16 = 2;

/// Opens a tunnel, or does what else the target asks for.
pub(super) async fn serve(mut client: TcpStream, protocol: Protocol, ledger: Ledger, seed: u64) {
    let Some(Target { host, port }) = protocol.asked(&mut client).await else {
        return;
    };
    let (id, rest) = host.split_once('.').unwrap_or_default();
    let id = id.parse().unwrap_or_default();
    let broken = match rest {
        FAILS => {
            let ledger = (port == PLAIN).then_some(ledger);
            return fail(client, protocol, id, ledger, seed).await;
        }
        BREAKS => Some(Break::of(seed, id)),
        _ => None,
    };
    tunnel(client, protocol, port, broken).await;
}

async fn fail(
    mut client: TcpStream,
    protocol: Protocol,
    id: u64,
    ledger: Option<Ledger>,
    seed: u64,
) {
    let (fault, mut dice) = Fault::of(seed, id);
    let no = protocol.no(dice.draw());
    let half = &no[..1 + dice.below(3) as usize];
    // The sender may have gone.
    let _ = match fault {
        Fault::Close | Fault::Reset | Fault::Stall => Ok(()),
        Fault::SayNo | Fault::SayNoAndClose => client.write_all(&no).await,
        Fault::Garbage => client.write_all(b"who are you?\r\n\r\n").await,
        Fault::HalfAnswerAndClose | Fault::HalfAnswerAndReset | Fault::HalfAnswerAndStall => {
            client.write_all(half).await
        }
        Fault::EndlessAnswer => {
            let first = client.write_all(&no[..no.len().min(24)]).await;
            let lines = b"x: y\r\n".repeat(4_000);
            first.and(client.write_all(&lines).await)
        }
        Fault::OpenAndClose => client.write_all(protocol.yes()).await,
    };
    match fault {
        Fault::Close | Fault::SayNoAndClose | Fault::HalfAnswerAndClose | Fault::OpenAndClose => {
            let _ = client.shutdown().await;
        }
        Fault::Reset | Fault::HalfAnswerAndReset => return client.reset(),
        _ => {}
    }
    // Whoever said what the send says, to nobody, has sent it.
    match ledger {
        Some(ledger) => {
            let mut inbox = Inbox::new(ledger);
            while let Some(id) = inbox.next(&mut client).await {
                let _ = inbox.rest(id, &mut client).await;
            }
        }
        None => while matches!(client.read(&mut [0; 1024]).await, Ok(1..)) {},
    }
}

async fn tunnel(
    mut client: TcpStream,
    protocol: Protocol,
    port: u16,
    broken: Option<Break>,
) -> Option<()> {
    let Ok(mut service) = TcpStream::connect(("127.0.0.1", port)).await else {
        client.write_all(&protocol.no(5)).await.ok()?;
        return None;
    };
    service.set_nodelay(true).ok()?;
    client.write_all(protocol.yes()).await.ok()?;
    let Some(Break {
        after,
        upwards,
        resets,
    }) = broken
    else {
        copy_bidirectional(&mut client, &mut service).await.ok()?;
        return None;
    };
    let (up, down) = if upwards {
        (after, u64::MAX)
    } else {
        (u64::MAX, after)
    };
    {
        let (from_client, mut to_client) = client.split();
        let (from_service, mut to_service) = service.split();
        let (mut from_client, mut from_service) = (from_client.take(up), from_service.take(down));
        // What ends first ends it all.
        tokio::select! {
            _ = copy(&mut from_client, &mut to_service) => {}
            _ = copy(&mut from_service, &mut to_client) => {}
        }
    }
    if resets {
        client.reset();
    }
    None
}

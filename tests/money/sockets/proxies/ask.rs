//! What is said to a proxy before a tunnel is there.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::proxy::Protocol;

/// Whom the proxies know.
pub(super) const USER: &str = "someone";
pub(super) const PASSWORD: &str = "known";
/// Both, as an HTTP proxy is told.
const BASIC: &str = "Basic c29tZW9uZTprbm93bg==";

/// Where a tunnel is to lead.
pub(super) struct Target {
    pub(super) host: String,
    pub(super) port: u16,
}

impl Protocol {
    /// Hears where somebody wants to. Nothing if they are gone, or turned away as nobody the proxy knows.
    pub(super) async fn asked(self, client: &mut TcpStream) -> Option<Target> {
        match self {
            Self::Http => asked_in_http(client).await,
            Self::Socks5 => asked_in_socks5(client).await,
        }
    }

    pub(super) const fn yes(self) -> &'static [u8] {
        match self {
            Self::Http => b"HTTP/1.1 200 Connection established\r\nvia: a proxy\r\n\r\n",
            Self::Socks5 => b"\x05\0\0\x01\x7f\0\0\x01\0\x50",
        }
    }

    /// One of the ways to say no.
    pub(super) fn no(self, which: u64) -> Vec<u8> {
        match self {
            Self::Http => {
                let status =
                    [400, 403, 407, 429, 500, 502, 503, 504, 201, 302][which as usize % 10];
                format!("HTTP/1.1 {status} No\r\ncontent-length: 2\r\n\r\nno").into_bytes()
            }
            Self::Socks5 => {
                let reply = 1 + (which % 9) as u8;
                vec![5, reply, 0, 1, 0, 0, 0, 0, 0, 0]
            }
        }
    }
}

async fn asked_in_http(client: &mut TcpStream) -> Option<Target> {
    let mut head = Vec::new();
    // Byte by byte: nothing of what comes after it is read.
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    if !head.contains(BASIC) {
        let _ = client.write_all(&Protocol::Http.no(2)).await;
        return None;
    }
    let (host, port) = head
        .strip_prefix("CONNECT ")?
        .split(' ')
        .next()?
        .rsplit_once(':')?;
    Some(Target {
        host: host.to_owned(),
        port: port.parse().ok()?,
    })
}

async fn asked_in_socks5(client: &mut TcpStream) -> Option<Target> {
    const BY_PASSWORD: u8 = 2;
    let _version = client.read_u8().await.ok()?;
    let methods = text(client).await?;
    if !methods.contains(&BY_PASSWORD) {
        let _ = client.write_all(&[5, 0xff]).await;
        return None;
    }
    client.write_all(&[5, BY_PASSWORD]).await.ok()?;
    let _version = client.read_u8().await.ok()?;
    let (user, password) = (text(client).await?, text(client).await?);
    if (&user[..], &password[..]) != (USER.as_bytes(), PASSWORD.as_bytes()) {
        let _ = client.write_all(&[1, 1]).await;
        return None;
    }
    client.write_all(&[1, 0]).await.ok()?;
    let mut head = [0; 4];
    client.read_exact(&mut head).await.ok()?;
    assert_eq!(head, [5, 1, 0, 3], "to connect, by name");
    Some(Target {
        host: String::from_utf8(text(client).await?).ok()?,
        port: client.read_u16().await.ok()?,
    })
}

/// Bytes with their number before them.
async fn text(client: &mut TcpStream) -> Option<Vec<u8>> {
    let mut text = vec![0; usize::from(client.read_u8().await.ok()?)];
    client.read_exact(&mut text).await.ok()?;
    Some(text)
}

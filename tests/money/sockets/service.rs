use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use super::fate::Fate;
use super::inbox::Inbox;
use crate::money::ledger::Ledger;

/// A connection that can also be broken off.
pub(super) trait Peer: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    fn tcp(&self) -> &TcpStream;

    /// Has the connection end with a reset when it is dropped.
    fn reset(&self) {
        self.tcp().set_zero_linger().unwrap();
    }
}

impl Peer for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Peer for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// Takes requests, counts them, and does with each what its fate is.
pub(super) async fn serve(mut stream: impl Peer, ledger: Ledger, seed: u64) {
    let mut inbox = Inbox::new(ledger);
    while let Some(id) = inbox.next(&mut stream).await {
        if serve_one(&mut stream, &mut inbox, seed, id).await.is_none() {
            return;
        }
    }
}

/// Nothing, if the connection ends here.
async fn serve_one(stream: &mut impl Peer, inbox: &mut Inbox, seed: u64, id: u64) -> Option<()> {
    let (fate, mut dice) = Fate::of(seed, id);
    let answer = answer("200 OK", id);
    if fate == Fate::CloseUnread {
        return None;
    }
    if fate == Fate::AnswerEarly {
        say(stream, &answer).await?;
    }
    inbox.rest(id, stream).await?;
    match fate {
        Fate::AnswerEarly | Fate::Stall => {}
        Fate::Answer => say(stream, &answer).await?,
        Fate::AnswerInChunks => {
            let text = id.to_string();
            let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
            let chunks = format!("{head}{:x}\r\n{text}\r\n0\r\n\r\n", text.len());
            say(stream, &chunks).await?;
        }
        Fate::AnswerInPieces => {
            for byte in answer.bytes() {
                stream.write_all(&[byte]).await.ok()?;
                stream.flush().await.ok()?;
            }
        }
        Fate::AnswerAfterInformation => {
            say(stream, "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n").await?;
            say(stream, &answer).await?;
        }
        Fate::Redirect => say(stream, &self::answer("307 Temporary Redirect", id)).await?,
        Fate::BadGateway => say(stream, &self::answer("502 Bad Gateway", id)).await?,
        Fate::AnswerAndSpeakUnasked => {
            say(stream, &answer).await?;
            // With a length, lest who takes it for an answer wait for its end.
            let unasked = "HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n";
            say(stream, unasked).await?;
        }
        Fate::AnswerAndClose | Fate::AnswerAndReset => {
            say(stream, &answer).await?;
            return end(stream, fate == Fate::AnswerAndReset);
        }
        Fate::AnswerAndSayClose => {
            let closing = answer.replacen("\r\n", "\r\nconnection: close\r\n", 1);
            say(stream, &closing).await?;
            return end(stream, false);
        }
        Fate::CutAndClose | Fate::CutAndReset => {
            let some = dice.below(answer.len() as u64) as usize;
            say(stream, &answer[..some]).await?;
            return end(stream, fate == Fate::CutAndReset);
        }
        Fate::Garbage => {
            say(stream, "who are you?\r\n\r\n").await?;
            return end(stream, false);
        }
        Fate::HugeBody => {
            say(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n",
            )
            .await?
        }
        Fate::HugeHead => {
            let line = format!("x: {}\r\n", "y".repeat(70_000));
            say(stream, &format!("HTTP/1.1 200 OK\r\n{line}")).await?;
        }
        Fate::Close | Fate::Reset | Fate::CloseUnread => return end(stream, fate == Fate::Reset),
    }
    Some(())
}

fn answer(status: &str, id: u64) -> String {
    let body = id.to_string();
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nlocation: /elsewhere\r\ncontent-length: {length}\r\n\r\n{body}")
}

async fn say(stream: &mut impl Peer, text: &str) -> Option<()> {
    stream.write_all(text.as_bytes()).await.ok()?;
    stream.flush().await.ok()
}

fn end(stream: &impl Peer, resets: bool) -> Option<()> {
    if resets {
        stream.reset();
    }
    None
}

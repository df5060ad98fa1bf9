use std::collections::BTreeMap;

use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::fate::Fate;
use super::frames::{
    ACK, CONTINUATION, Conversation, DATA, END_HEADERS, END_STREAM, Frame, HEADERS, NO_ERROR, OK,
    PING, REFUSED_STREAM, RST_STREAM, SETTINGS, frame, goaway, headers, last_data, reset_stream,
    window_update,
};
use super::path;
use crate::money::dice::Dice;
use crate::money::ledger::Ledger;

/// What a service does with its connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// What the fate of each send says, with so many streams at a time.
    ByFate(u32),
    RefusesAll,
    GoesAway,
    GoesAwayAtOnce,
    NoWindow,
    NoStreams,
    Mute,
    Closes,
    Resets,
}

/// Takes requests, counts those that it does not turn away, and does with each what its fate is.
pub(super) async fn serve(
    stream: TcpStream,
    acceptor: TlsAcceptor,
    manner: Manner,
    ledger: Ledger,
    seed: u64,
) {
    let Ok(stream) = acceptor.accept(stream).await else {
        return;
    };
    let mut session = Session {
        peer: Conversation::new(stream),
        manner,
        ledger,
        seed,
        last: u32::MAX,
        highest: 0,
        streams: BTreeMap::new(),
    };
    let end = match session.begin().await {
        Ok(()) => session.serve().await,
        Err(end) => end,
    };
    session.end(end).await;
}

/// How a connection ends.
enum End {
    /// The sender has ended it.
    Gone,
    Drop,
    Reset,
    /// Says that nothing more is said, and reads on.
    Shut,
}

struct Session {
    peer: Conversation,
    manner: Manner,
    ledger: Ledger,
    seed: u64,
    /// The last stream that is looked at, by what the sender was told.
    last: u32,
    /// The last stream that was looked at.
    highest: u32,
    streams: BTreeMap<u32, Stream>,
}

/// A request that is not there as a whole.
struct Stream {
    id: u64,
    fate: Fate,
    dice: Dice,
}

impl Session {
    async fn begin(&mut self) -> Result<(), End> {
        const MAX_CONCURRENT_STREAMS: u16 = 3;
        const INITIAL_WINDOW_SIZE: u16 = 4;
        let (setting, value) = match self.manner {
            Manner::Closes => return Err(End::Shut),
            Manner::Resets => return Err(End::Reset),
            Manner::ByFate(most) => (MAX_CONCURRENT_STREAMS, most),
            Manner::NoStreams => (MAX_CONCURRENT_STREAMS, 0),
            Manner::NoWindow => (INITIAL_WINDOW_SIZE, 0),
            _ => (MAX_CONCURRENT_STREAMS, 100),
        };
        self.peer.preface().await.ok_or(End::Gone)?;
        if self.manner != Manner::Mute {
            let settings = [&setting.to_be_bytes()[..], &value.to_be_bytes()].concat();
            self.peer.say(&frame(SETTINGS, 0, 0, &settings)).await;
        }
        if self.manner == Manner::GoesAwayAtOnce {
            self.go_away(0).await;
            return Err(End::Shut);
        }
        Ok(())
    }

    async fn serve(&mut self) -> End {
        while let Some(frame) = self.peer.frame().await {
            if let Err(end) = self.hear(frame).await {
                return end;
            }
        }
        End::Gone
    }

    async fn hear(&mut self, read: Frame) -> Result<(), End> {
        let is_ack = read.flags & ACK != 0;
        match read.kind {
            _ if self.manner == Manner::Mute && read.kind != HEADERS => {}
            SETTINGS if !is_ack => self.peer.say(&frame(SETTINGS, ACK, 0, &[])).await,
            PING if !is_ack => self.peer.say(&frame(PING, ACK, 0, &read.payload)).await,
            PING => {
                if let Ok(id) = read.payload.try_into() {
                    self.ledger.heard(u64::from_be_bytes(id));
                }
            }
            HEADERS => self.head(read).await?,
            DATA => self.body(read).await?,
            RST_STREAM => self.leave(read.stream),
            _ => {}
        }
        Ok(())
    }

    /// A request begins.
    async fn head(&mut self, read: Frame) -> Result<(), End> {
        let stream = read.stream;
        let Some(id) = path::id(&read.payload) else {
            self.ledger.unasked();
            return Ok(());
        };
        if stream > self.last {
            return self.turns_away(id, &[]).await;
        }
        let (fate, dice) = match self.manner {
            Manner::ByFate(_) => Fate::of(self.seed, id),
            Manner::RefusesAll | Manner::NoStreams => (Fate::Refuse, Dice::of(0, 0)),
            Manner::GoesAway => (Fate::GoAwayBelowAndClose, Dice::of(0, 0)),
            _ => (Fate::Stall, Dice::of(0, 0)),
        };
        match fate {
            Fate::Refuse => {
                return self
                    .turns_away(id, &reset_stream(stream, REFUSED_STREAM))
                    .await;
            }
            Fate::GoAwayBelow | Fate::GoAwayBelowAndClose => {
                // Streams of senders have odd numbers.
                self.go_away(stream.saturating_sub(2)).await;
                self.turns_away(id, &[]).await?;
                return match fate {
                    Fate::GoAwayBelow => Ok(()),
                    _ => Err(End::Shut),
                };
            }
            Fate::RefuseLate => {}
            _ => self.ledger.begins(id),
        }
        self.highest = stream;
        match fate {
            Fate::CloseUnread => return Err(End::Drop),
            Fate::AnswerEarly => {
                let mut answer = answer(stream, OK, id);
                answer.extend(reset_stream(stream, NO_ERROR));
                self.peer.say(&answer).await;
            }
            _ => {}
        }
        self.streams.insert(stream, Stream { id, fate, dice });
        if read.flags & END_STREAM != 0 {
            self.whole(stream).await?;
        }
        Ok(())
    }

    /// A piece of a body has come.
    async fn body(&mut self, read: Frame) -> Result<(), End> {
        let (stream, length) = (read.stream, read.payload.len());
        if length > 0 {
            self.peer.say(&window_update(0, length)).await;
        }
        let Some(Stream { id, fate, .. }) = self.streams.get(&stream) else {
            return Ok(());
        };
        if *fate != Fate::RefuseLate {
            self.ledger.bytes(*id, length);
        }
        if read.flags & END_STREAM != 0 {
            return self.whole(stream).await;
        }
        if *fate != Fate::Throttle && self.manner != Manner::NoWindow && length > 0 {
            self.peer.say(&window_update(stream, length)).await;
        }
        Ok(())
    }

    /// A request is there as a whole.
    async fn whole(&mut self, stream: u32) -> Result<(), End> {
        let Some(Stream { id, fate, mut dice }) = self.streams.remove(&stream) else {
            return Ok(());
        };
        let answer = answer(stream, OK, id);
        let cut = dice.below(answer.len() as u64) as usize;
        let text = id.to_string();
        let mut bytes = match fate {
            Fate::RefuseLate => {
                return self
                    .turns_away(id, &reset_stream(stream, REFUSED_STREAM))
                    .await;
            }
            Fate::AnswerInPieces => {
                for byte in answer {
                    self.peer.say(&[byte]).await;
                }
                return Ok(());
            }
            Fate::GoAwayAboveAndClose | Fate::GoAwayAboveAndStall => {
                self.go_away(self.highest).await;
                Vec::new()
            }
            Fate::AnswerAndGoAway => {
                self.go_away(self.highest).await;
                answer
            }
            Fate::GoAwayGracefully => {
                self.go_away(u32::MAX >> 1).await;
                self.go_away(self.highest).await;
                answer
            }
            Fate::AnswerWithTrailers => {
                let mut frames = headers(stream, OK);
                frames.extend(frame(DATA, 0, stream, text.as_bytes()));
                let trailers = END_HEADERS | END_STREAM;
                frames.extend(frame(HEADERS, trailers, stream, b"\0\x01x\x01y"));
                frames
            }
            Fate::AnswerAfterInformation => [headers(stream, b"\x08\x03103"), answer].concat(),
            Fate::Redirect => self::answer(stream, b"\x08\x03307\x0f\x1f\x01/", id),
            Fate::BadGateway => self::answer(stream, b"\x08\x03502", id),
            // How much of the answer there is does not matter where the stream ends.
            Fate::CutStream => headers(stream, OK),
            Fate::StallInBody | Fate::RefuseAfterHead => headers(stream, OK),
            Fate::CutAndClose | Fate::CutAndReset => answer[..cut].to_vec(),
            Fate::Garbage => b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(),
            Fate::HugeBody => headers(stream, b"\x88\x0f\x0d\x0899999999"),
            Fate::HugeHead => huge_head(stream),
            Fate::Answer | Fate::AnswerAndClose | Fate::AnswerAndReset | Fate::Throttle => answer,
            _ => Vec::new(),
        };
        match fate {
            Fate::ResetStream => {
                // No error, a protocol error, an internal error, cancelled, calm.
                let reason = [0, 1, 2, 8, 11][dice.below(5) as usize];
                bytes.extend(reset_stream(stream, reason));
            }
            Fate::CutStream => bytes.extend(reset_stream(stream, 2)),
            Fate::RefuseAfterHead => bytes.extend(reset_stream(stream, REFUSED_STREAM)),
            _ => {}
        }
        self.peer.say(&bytes).await;
        match fate {
            Fate::AnswerAndClose | Fate::Close | Fate::CutAndClose | Fate::Garbage => {
                Err(End::Drop)
            }
            Fate::AnswerAndReset | Fate::Reset | Fate::CutAndReset => Err(End::Reset),
            Fate::GoAwayAboveAndClose => Err(End::Shut),
            _ => Ok(()),
        }
    }

    /// Says that nothing above this stream is looked at.
    async fn go_away(&mut self, last: u32) {
        self.last = self.last.min(last);
        self.peer.say(&goaway(self.last)).await;
    }

    /// Takes no look at a request, and asks whether the sender has heard that.
    async fn turns_away(&mut self, id: u64, word: &[u8]) -> Result<(), End> {
        self.ledger.turns_away(id);
        let ping = frame(PING, 0, 0, &id.to_be_bytes());
        self.peer.say(&[word, &ping].concat()).await;
        Ok(())
    }

    /// A request is not completed: it is not turned away any more either.
    fn leave(&mut self, stream: u32) {
        if let Some(Stream { id, fate, .. }) = self.streams.remove(&stream)
            && fate == Fate::RefuseLate
        {
            self.ledger.begins(id);
        }
    }

    async fn end(mut self, end: End) {
        while let Some((stream, _)) = self.streams.first_key_value() {
            self.leave(*stream);
        }
        match end {
            End::Gone => {}
            End::Drop => return,
            End::Reset => return self.peer.reset(),
            End::Shut => {
                self.peer.shut().await;
                self.read_out().await;
            }
        }
        if self.peer.ended_in_a_head() {
            self.ledger.fragment();
        }
    }

    /// Reads what still comes. What is not above the last stream is received.
    async fn read_out(&mut self) {
        if matches!(self.manner, Manner::Closes) && self.peer.preface().await.is_none() {
            return;
        }
        while let Some(read) = self.peer.frame().await {
            match (read.kind, path::id(&read.payload)) {
                (HEADERS, Some(id)) if read.stream > self.last => self.ledger.turns_away(id),
                (HEADERS, Some(id)) => self.ledger.begins(id),
                (HEADERS, None) => self.ledger.unasked(),
                _ => {}
            }
        }
    }
}

/// A whole answer.
fn answer(stream: u32, head: &[u8], id: u64) -> Vec<u8> {
    let mut frames = headers(stream, head);
    frames.extend(last_data(stream, id.to_string().as_bytes()));
    frames
}

/// More than the transport takes, in frames as long as they may be.
fn huge_head(stream: u32) -> Vec<u8> {
    let header = [&b"\0\x01a\x7f\x81\x01"[..], &[b'y'; 256]].concat();
    let lines = header.repeat(60);
    let mut frames = frame(HEADERS, 0, stream, &[OK, &lines].concat());
    for flags in [0, 0, 0, 0, END_HEADERS] {
        frames.extend(frame(CONTINUATION, flags, stream, &lines));
    }
    frames
}

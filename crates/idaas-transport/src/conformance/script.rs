use std::{sync::Arc, time::Duration};

use super::server::{Conversation, Handler};

/// What a server does on every connection, as data.
#[derive(Clone, Copy, Debug)]
pub(super) struct Script {
    read: Read,
    answer: &'static [&'static str],
    then: Then,
    in_single_bytes: bool,
}

/// How much of a request is read before the answer.
#[derive(Clone, Copy, Debug)]
pub(super) enum Read {
    Nothing,
    /// A byte is seen that is none of a request, but of TLS.
    Hello,
    /// The first byte is seen, and left unread.
    FirstByte,
    /// The head, and nothing of the body.
    Head,
    All,
}

/// What comes after the answer.
#[derive(Clone, Copy, Debug)]
pub(super) enum Then {
    /// The next request.
    Next,
    /// The goodbye of the protocol.
    Close,
    /// The end of the connection below TLS, without a word.
    Cut,
    Reset,
    /// The end of one direction, while the other is read on.
    HalfClose,
    /// Nothing more, while the rest is read.
    Hang,
    /// Nothing more, and nothing is read either.
    Deaf,
    /// These bytes again and again, until it is too much.
    Repeat(&'static str),
    /// The same without end. For what need not be kept.
    Flood(&'static str),
    /// This byte now and then.
    Drip(u8),
}

/// More than any cap and all buffers on the way together.
const TOO_MUCH: usize = 64 * 1024 * 1024;

/// Often enough that no wait for the next byte is long.
const PAUSE: Duration = Duration::from_millis(20);

impl Script {
    /// Reads a whole request, answers, and goes on as told.
    pub(super) const fn new(answer: &'static [&'static str], then: Then) -> Self {
        Self {
            read: Read::All,
            answer,
            then,
            in_single_bytes: false,
        }
    }

    /// Sends the answer one byte at a time.
    pub(super) const fn in_single_bytes(mut self) -> Self {
        self.in_single_bytes = true;
        self
    }

    /// Reads no more than this before the answer.
    pub(super) const fn after(mut self, read: Read) -> Self {
        self.read = read;
        self
    }

    pub(super) fn handler(self) -> Handler {
        Arc::new(move |_, conversation| Box::pin(self.follow(conversation)))
    }

    async fn follow(self, mut conversation: Conversation) {
        let answer = self.answer.concat();
        loop {
            let read = match self.read {
                Read::Nothing => true,
                Read::Hello => conversation.more().await.is_some(),
                Read::FirstByte => conversation.first_byte().await,
                Read::Head => {
                    conversation.first_byte().await && conversation.head().await.is_some()
                }
                Read::All => conversation.request().await.is_some(),
            };
            let piece = if self.in_single_bytes {
                1
            } else {
                answer.len().max(1)
            };
            if !read {
                return;
            }
            for piece in answer.as_bytes().chunks(piece) {
                if !conversation.write(piece).await {
                    return;
                }
            }
            if !matches!(self.then, Then::Next) {
                return self.then.follow(conversation).await;
            }
        }
    }
}

impl Then {
    async fn follow(self, mut conversation: Conversation) {
        match self {
            Self::Next => {}
            Self::Close => conversation.close().await,
            Self::Cut => conversation.cut(),
            Self::Reset => conversation.reset(),
            Self::HalfClose => {
                conversation.half_close();
                conversation.gone().await;
            }
            Self::Hang => conversation.gone().await,
            Self::Deaf => conversation.deaf().await,
            Self::Repeat(bytes) => {
                conversation.repeat(bytes, TOO_MUCH).await;
                conversation.gone().await;
            }
            Self::Flood(bytes) => conversation.repeat(bytes, usize::MAX).await,
            Self::Drip(byte) => {
                let mut pause = tokio::time::interval(PAUSE);
                while conversation.write(&[byte]).await {
                    pause.tick().await;
                }
            }
        }
    }
}

impl Conversation {
    /// Sends the bytes again and again, in blocks, until there were so many.
    async fn repeat(&mut self, bytes: &str, most: usize) {
        let block = bytes.repeat(8 * 1024 / bytes.len().max(1) + 1);
        let mut sent = 0;
        while sent < most && self.write(block.as_bytes()).await {
            sent += block.len();
        }
    }
}

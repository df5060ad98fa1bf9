use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll},
};

use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::super::wire::Stream;

/// What was heard of the service that h2 keeps to itself.
#[derive(Debug)]
pub(super) struct Heard {
    /// The last stream that the service says it will handle, by GOAWAY.
    last_stream: AtomicU32,
    reads: AtomicU64,
}

impl Heard {
    /// Whether the service has said that it takes no more streams.
    pub(super) fn goaway(&self) -> bool {
        self.last_stream.load(Relaxed) != u32::MAX
    }

    /// Whether the service has said that it did not and will not look at the stream.
    pub(super) fn disowns(&self, stream: u32) -> bool {
        self.last_stream.load(Relaxed) < stream
    }

    /// How often there was something to read.
    pub(super) fn reads(&self) -> u64 {
        self.reads.load(Relaxed)
    }
}

/// A stream on which incoming frames are looked at for a GOAWAY.
///
/// What a service said before it reset the connection is read to its end, also if writing finds
/// out first: it may say that a request was not looked at.
#[derive(Debug)]
pub(super) struct Frames {
    io: TokioIo<Stream>,
    watch: Watch,
    /// Writing has failed. What is written from then on goes nowhere.
    broken: Option<io::ErrorKind>,
}

impl Frames {
    pub(super) fn new(io: Stream) -> (Self, Arc<Heard>) {
        let watch = Watch::new();
        let heard = Arc::clone(&watch.heard);
        let frames = Self {
            io: TokioIo::new(io),
            watch,
            broken: None,
        };
        (frames, heard)
    }

    /// Writes, unless that has failed before.
    fn write<T>(
        &mut self,
        cx: &mut Context<'_>,
        instead: T,
        write: impl FnOnce(Pin<&mut TokioIo<Stream>>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if self.broken.is_none() {
            match write(Pin::new(&mut self.io), cx) {
                Poll::Ready(Err(error)) => self.broken = Some(error.kind()),
                written => return written,
            }
            // The reader tells of the failure, once there is nothing more to read.
            cx.waker().wake_by_ref();
        }
        Poll::Ready(Ok(instead))
    }
}

impl AsyncRead for Frames {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.broken.is_some() {
            self.io.inner().wire().look_again();
        }
        let before = buf.filled().len();
        let read = Pin::new(&mut self.io).poll_read(cx, buf);
        let seen = &buf.filled()[before..];
        self.watch.see(seen);
        match self.broken {
            Some(failed) if seen.is_empty() => Poll::Ready(Err(failed.into())),
            _ => read,
        }
    }
}

impl AsyncWrite for Frames {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.write(cx, buf.len(), |io, cx| io.poll_write(cx, buf))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let all = bufs.iter().map(|buf| buf.len()).sum();
        self.write(cx, all, |io, cx| io.poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.write(cx, (), TokioIo::poll_flush)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.write(cx, (), TokioIo::poll_shutdown)
    }
}

/// Length (24 bits), type, flags, stream (RFC 9113, section 4.1).
const HEAD: usize = 9;
const GOAWAY: u8 = 7;
/// The last stream is the first thing in a GOAWAY.
const LAST_STREAM: usize = 4;

#[derive(Debug)]
struct Watch {
    /// The head of a frame and, in a GOAWAY, the last stream.
    start: [u8; HEAD + LAST_STREAM],
    have: usize,
    /// What is left of a frame that is of no interest.
    skip: usize,
    heard: Arc<Heard>,
}

impl Watch {
    fn new() -> Self {
        Self {
            start: [0; HEAD + LAST_STREAM],
            have: 0,
            skip: 0,
            heard: Arc::new(Heard {
                last_stream: AtomicU32::new(u32::MAX),
                reads: AtomicU64::new(0),
            }),
        }
    }

    fn see(&mut self, mut bytes: &[u8]) {
        self.heard
            .reads
            .fetch_add(u64::from(!bytes.is_empty()), Relaxed);
        while !bytes.is_empty() {
            let skipped = self.skip.min(bytes.len());
            self.skip -= skipped;
            bytes = &bytes[skipped..];

            let want = if self.have < HEAD {
                HEAD
            } else {
                HEAD + LAST_STREAM
            };
            let taken = (want - self.have).min(bytes.len());
            self.start[self.have..self.have + taken].copy_from_slice(&bytes[..taken]);
            self.have += taken;
            bytes = &bytes[taken..];
            if self.have == want {
                self.is_complete();
            }
        }
    }

    /// Looks at the head of a frame, or at the last stream after it.
    fn is_complete(&mut self) {
        let [a, b, c, kind, ..] = self.start;
        let length = u32::from_be_bytes([0, a, b, c]) as usize;
        if self.have == HEAD {
            if kind == GOAWAY && length >= LAST_STREAM {
                return;
            }
            self.skip = length;
        } else {
            let [.., a, b, c, d] = self.start;
            let last = u32::from_be_bytes([a, b, c, d]) & (u32::MAX >> 1);
            self.heard.last_stream.fetch_min(last, Relaxed);
            self.skip = length - LAST_STREAM;
        }
        self.have = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: &[u8] = b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64";
    /// A frame of data with a GOAWAY in it, which is none.
    const DATA: &[u8] = b"\0\0\x0d\0\0\0\0\0\x01\0\0\x08\x07\0\0\0\0\0\0\0\0\x01";
    const PING: &[u8] = b"\0\0\x08\x06\0\0\0\0\0goodbyes";
    const EMPTY: &[u8] = b"\0\0\0\x04\x01\0\0\0\0";

    fn goaway(last: u32) -> Vec<u8> {
        let mut frame = b"\0\0\x0a\x07\0\0\0\0\0".to_vec();
        // The highest bit is reserved.
        frame.extend_from_slice(&(last | 1 << 31).to_be_bytes());
        frame.extend_from_slice(b"\0\0\0\0by");
        frame
    }

    #[test]
    fn a_goaway_is_found_wherever_reads_end() {
        let bytes = [SETTINGS, DATA, EMPTY, &goaway(5), PING].concat();
        for size in 1..=bytes.len() {
            let mut watch = Watch::new();
            for read in bytes.chunks(size) {
                watch.see(read);
            }
            assert!(watch.heard.goaway(), "reads of {size} bytes");
            assert!(!watch.heard.disowns(5), "reads of {size} bytes");
            assert!(watch.heard.disowns(7), "reads of {size} bytes");
        }
    }

    #[test]
    fn other_frames_are_none() {
        let mut watch = Watch::new();

        watch.see(&[SETTINGS, DATA, EMPTY, PING].concat());

        assert!(!watch.heard.goaway());
        assert!(!watch.heard.disowns(u32::MAX >> 1));
    }

    #[test]
    fn the_lowest_of_several_counts() {
        let mut watch = Watch::new();

        watch.see(&[goaway(u32::MAX >> 1), goaway(3), goaway(9)].concat());

        assert!(watch.heard.disowns(5));
        assert!(!watch.heard.disowns(3));
    }
}

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    task::{Context, Poll},
};

use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::super::wire::Stream;

/// The last stream that the service says it will handle. h2 keeps it to itself.
#[derive(Debug)]
pub(super) struct GoAway(AtomicU32);

impl GoAway {
    /// Whether the service has said that it takes no more streams.
    pub(super) fn was_said(&self) -> bool {
        self.0.load(Relaxed) != u32::MAX
    }

    /// Whether the service has said that it did not and will not look at the stream.
    pub(super) fn disowns(&self, stream: u32) -> bool {
        self.0.load(Relaxed) < stream
    }
}

/// A stream on which incoming frames are looked at for a GOAWAY.
#[derive(Debug)]
pub(super) struct Frames {
    io: TokioIo<Stream>,
    watch: Watch,
}

impl Frames {
    pub(super) fn new(io: Stream) -> (Self, Arc<GoAway>) {
        let watch = Watch::new();
        let goaway = Arc::clone(&watch.goaway);
        let io = TokioIo::new(io);
        (Self { io, watch }, goaway)
    }
}

impl AsyncRead for Frames {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.io).poll_read(cx, buf);
        self.watch.see(&buf.filled()[before..]);
        read
    }
}

impl AsyncWrite for Frames {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
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
    goaway: Arc<GoAway>,
}

impl Watch {
    fn new() -> Self {
        Self {
            start: [0; HEAD + LAST_STREAM],
            have: 0,
            skip: 0,
            goaway: Arc::new(GoAway(AtomicU32::new(u32::MAX))),
        }
    }

    fn see(&mut self, mut bytes: &[u8]) {
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
            self.goaway.0.fetch_min(last, Relaxed);
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
            assert!(watch.goaway.was_said(), "reads of {size} bytes");
            assert!(!watch.goaway.disowns(5), "reads of {size} bytes");
            assert!(watch.goaway.disowns(7), "reads of {size} bytes");
        }
    }

    #[test]
    fn other_frames_are_none() {
        let mut watch = Watch::new();

        watch.see(&[SETTINGS, DATA, EMPTY, PING].concat());

        assert!(!watch.goaway.was_said());
        assert!(!watch.goaway.disowns(u32::MAX >> 1));
    }

    #[test]
    fn the_lowest_of_several_counts() {
        let mut watch = Watch::new();

        watch.see(&[goaway(u32::MAX >> 1), goaway(3), goaway(9)].concat());

        assert!(watch.goaway.disowns(5));
        assert!(!watch.goaway.disowns(3));
    }
}

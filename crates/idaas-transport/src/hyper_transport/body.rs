use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::{Bytes, BytesMut};
use hyper::body::{Body, Frame, SizeHint};

/// The whole body of a request, sent as one piece.
#[derive(Debug)]
pub(super) struct RequestBody(Bytes);

impl RequestBody {
    pub(super) const fn new(body: Bytes) -> Self {
        Self(body)
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let body = std::mem::take(&mut self.0);
        Poll::Ready((!body.is_empty()).then(|| Ok(Frame::data(body))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.len() as u64)
    }
}

/// Puts the pieces of a response body together, up to a cap.
#[derive(Debug)]
pub(super) struct Collected {
    cap: usize,
    /// Room for this many bytes is made in advance.
    expected: usize,
    /// Most bodies are one piece, which is then not copied.
    first: Bytes,
    all: BytesMut,
}

/// The body is longer than the cap.
#[derive(Debug)]
pub(super) struct OverCap;

/// A service that announces much and sends little is not given the memory for it.
const MOST_AT_ONCE: usize = 64 * 1024;

impl Collected {
    /// Begins a body of the announced length, if it has one.
    pub(super) fn new(announced: Option<u64>, cap: usize) -> Result<Self, OverCap> {
        let expected = match announced.map(usize::try_from) {
            None => 0,
            Some(Ok(length)) if length <= cap => length.min(MOST_AT_ONCE),
            Some(_) => return Err(OverCap),
        };
        Ok(Self {
            cap,
            expected,
            first: Bytes::new(),
            all: BytesMut::new(),
        })
    }

    pub(super) fn push(&mut self, piece: Bytes) -> Result<(), OverCap> {
        let length = self.first.len() + self.all.len() + piece.len();
        if length > self.cap {
            return Err(OverCap);
        }
        if self.first.is_empty() && self.all.is_empty() {
            self.first = piece;
            return Ok(());
        }
        if self.all.is_empty() {
            self.all.reserve(self.expected.max(length));
            self.all.extend_from_slice(&std::mem::take(&mut self.first));
        }
        self.all.extend_from_slice(&piece);
        Ok(())
    }

    pub(super) fn finish(self) -> Bytes {
        if self.all.is_empty() {
            self.first
        } else {
            self.all.freeze()
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a test that cannot be set up has failed"
    )]

    use super::*;

    #[test]
    fn one_piece_is_not_copied() {
        let piece = Bytes::from(vec![1; 10]);
        let mut body = Collected::new(Some(10), 10).unwrap();
        body.push(piece.clone()).unwrap();

        assert_eq!(body.finish().as_ptr(), piece.as_ptr());
    }

    #[test]
    fn pieces_are_put_together_up_to_the_cap() {
        let mut body = Collected::new(None, 6).unwrap();
        for piece in ["ab", "", "cd", "ef"] {
            body.push(piece.into()).unwrap();
        }
        assert!(
            body.push("g".into()).is_err(),
            "a seventh byte is over the cap"
        );
        assert_eq!(body.finish(), "abcdef");
    }

    #[test]
    fn an_announced_length_over_the_cap_is_refused_at_once() {
        assert!(Collected::new(Some(7), 6).is_err());
        assert!(Collected::new(Some(u64::MAX), usize::MAX - 1).is_err());
        assert!(Collected::new(Some(0), 0).unwrap().finish().is_empty());
    }

    #[test]
    fn an_announced_length_is_not_believed() {
        let mut body = Collected::new(Some(i64::MAX as u64), usize::MAX).unwrap();
        for piece in ["ab", "cd"] {
            body.push(piece.into()).unwrap();
        }
        assert!(body.all.capacity() < 1024 * 1024);
        assert_eq!(body.finish(), "abcd");
    }
}

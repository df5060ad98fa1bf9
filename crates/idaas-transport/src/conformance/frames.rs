//! HTTP/2 by hand, as much of it as a server needs that means no good.

use super::server::Conversation;

/// The types of frames, RFC 9113 section 6.
pub(super) const DATA: u8 = 0;
pub(super) const HEADERS: u8 = 1;
pub(super) const RST_STREAM: u8 = 3;
pub(super) const SETTINGS: u8 = 4;
pub(super) const PUSH_PROMISE: u8 = 5;
pub(super) const PING: u8 = 6;
pub(super) const GOAWAY: u8 = 7;
pub(super) const CONTINUATION: u8 = 9;

pub(super) const END_STREAM: u8 = 1;
pub(super) const END_HEADERS: u8 = 4;
const ACK: u8 = 1;

/// Error codes, RFC 9113 section 7.
pub(super) const NO_ERROR: u32 = 0;
pub(super) const INTERNAL_ERROR: u32 = 2;
pub(super) const REFUSED_STREAM: u32 = 7;
pub(super) const CANCEL: u32 = 8;

/// `:status: 200` of the static table of HPACK.
pub(super) const STATUS_200: &[u8] = &[0x88];
/// `:status` of the static table with another value, not indexed.
pub(super) const STATUS_103: &[u8] = b"\x08\x03103";
pub(super) const STATUS_302: &[u8] = b"\x08\x03302";

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A frame as it came.
#[derive(Debug)]
struct Frame {
    kind: u8,
    flags: u8,
    stream: u32,
}

/// A frame as it goes out.
pub(super) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len())
        .unwrap_or_default()
        .to_be_bytes();
    let mut bytes = vec![length[1], length[2], length[3], kind, flags];
    bytes.extend(stream.to_be_bytes());
    bytes.extend(payload);
    bytes
}

pub(super) fn rst_stream(stream: u32, code: u32) -> Vec<u8> {
    frame(RST_STREAM, 0, stream, &code.to_be_bytes())
}

pub(super) fn goaway(last: u32, code: u32) -> Vec<u8> {
    let payload = [last.to_be_bytes(), code.to_be_bytes()].concat();
    frame(GOAWAY, 0, 0, &payload)
}

/// A whole answer.
pub(super) fn answer(stream: u32, status: &[u8], body: &str) -> Vec<u8> {
    let mut frames = frame(HEADERS, END_HEADERS, stream, status);
    frames.extend(frame(DATA, END_STREAM, stream, body.as_bytes()));
    frames
}

impl Conversation {
    /// Reads the preface of the client and sends the settings, each an identifier and a value.
    pub(super) async fn open_http2(&mut self, settings: &[(u16, u32)]) -> Option<()> {
        if self.take(PREFACE.len()).await? != PREFACE {
            return None;
        }
        let mut payload = Vec::new();
        for (identifier, value) in settings {
            payload.extend(identifier.to_be_bytes());
            payload.extend(value.to_be_bytes());
        }
        let sent = self.write(&frame(SETTINGS, 0, 0, &payload)).await;
        sent.then_some(())
    }

    /// Reads and counts, and says nothing, not even which settings there are.
    pub(super) async fn no_http2(mut self) {
        if self.take(PREFACE.len()).await.is_none() {
            return;
        }
        while let Some(frame) = self.read_frame().await {
            if frame.kind == HEADERS {
                self.count_request();
            }
        }
    }

    /// Reads up to the headers of the next request, and counts it if it is going to be looked
    /// at. The number of its stream, and whether its body is still to come.
    pub(super) async fn http2_headers(&mut self, counted: bool) -> Option<(u32, bool)> {
        loop {
            let frame = self.frame().await?;
            if frame.kind == HEADERS {
                if counted {
                    self.count_request();
                }
                return Some((frame.stream, frame.flags & END_STREAM == 0));
            }
        }
    }

    /// Reads a whole request. The number of its stream.
    pub(super) async fn http2_request(&mut self, counted: bool) -> Option<u32> {
        let (stream, mut open) = self.http2_headers(counted).await?;
        while open {
            let frame = self.frame().await?;
            let ends = frame.stream == stream && frame.flags & END_STREAM != 0;
            open = !(ends && matches!(frame.kind, DATA | HEADERS));
        }
        Some(stream)
    }

    /// The next frame. Settings are acknowledged.
    async fn frame(&mut self) -> Option<Frame> {
        let read = self.read_frame().await?;
        if read.kind == SETTINGS && read.flags & ACK == 0 {
            self.write(&frame(SETTINGS, ACK, 0, &[])).await;
        }
        Some(read)
    }

    async fn read_frame(&mut self) -> Option<Frame> {
        let head = self.take(9).await?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        self.take(usize::try_from(length).ok()?).await?;
        Some(Frame {
            kind: head[3],
            flags: head[4],
            stream: u32::from_be_bytes([head[5], head[6], head[7], head[8]]),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 9113 section 4.1, in its own numbers.
    #[test]
    fn a_frame_has_a_head_of_nine_bytes() {
        assert_eq!(
            rst_stream(1, CANCEL),
            [0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 8]
        );
        assert_eq!(
            answer(3, STATUS_200, "ok"),
            [
                0, 0, 1, 1, 4, 0, 0, 0, 3, 0x88, //
                0, 0, 2, 0, 1, 0, 0, 0, 3, b'o', b'k'
            ]
        );
    }
}

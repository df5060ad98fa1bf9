use tokio::io::{AsyncRead, AsyncReadExt};

use crate::money::ledger::Ledger;

/// What every path begins with; the number of the send follows, and a question mark.
pub(super) const PATH: &str = "/send/";

/// Reads requests from one connection and enters every byte in the ledger.
pub(super) struct Inbox {
    ledger: Ledger,
    bytes: Vec<u8>,
}

impl Inbox {
    pub(super) const fn new(ledger: Ledger) -> Self {
        Self {
            ledger,
            bytes: Vec::new(),
        }
    }

    /// Reads so much of the next request that it can tell which send it is of.
    pub(super) async fn next(&mut self, stream: &mut (impl AsyncRead + Unpin)) -> Option<u64> {
        loop {
            if let Some(id) = self.id() {
                self.ledger.begins(id);
                return Some(id);
            }
            let mut few = [0; 24];
            match stream.read(&mut few).await {
                Ok(read @ 1..) => self.bytes.extend_from_slice(&few[..read]),
                _ => {
                    self.ends();
                    return None;
                }
            }
        }
    }

    /// Reads the rest of a request, if it comes.
    pub(super) async fn rest(
        &mut self,
        id: u64,
        stream: &mut (impl AsyncRead + Unpin),
    ) -> Option<()> {
        loop {
            if let Some(length) = self.length()
                && length <= self.bytes.len()
            {
                self.bytes.drain(..length);
                self.ledger.bytes(id, length);
                return Some(());
            }
            if !matches!(stream.read_buf(&mut self.bytes).await, Ok(1..)) {
                self.ledger.bytes(id, self.bytes.len());
                return None;
            }
        }
    }

    /// Takes bytes that were left behind on a connection that nobody read from.
    pub(super) fn left_behind(mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        match self.id() {
            Some(id) => {
                self.ledger.begins(id);
                self.ledger.bytes(id, bytes.len());
            }
            None => self.ends(),
        }
    }

    fn ends(&self) {
        if !self.bytes.is_empty() {
            self.ledger.fragment();
        }
    }

    fn id(&self) -> Option<u64> {
        let rest = self.bytes.strip_prefix(b"POST ")?;
        let rest = rest.strip_prefix(PATH.as_bytes())?;
        let end = rest.iter().position(|byte| *byte == b'?')?;
        std::str::from_utf8(&rest[..end]).ok()?.parse().ok()
    }

    /// The length of the request, once its head is there.
    fn length(&self) -> Option<usize> {
        let end = self.bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&self.bytes[..end]).ok()?;
        let body = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |length| length.parse().unwrap());
        Some(end + 4 + body)
    }
}

//! Words that came from outside, such as codes and statuses, as they may stand in a line of a log.

use core::fmt;

/// The longest word that is repeated, in bytes.
const MAX_BYTES: usize = 64;

/// A word, where it looks like one of the service's; otherwise its length only.
pub(crate) struct Word<'a>(pub(crate) &'a str);

impl Word<'_> {
    fn is_plain(&self) -> bool {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._- ".contains(&byte);
        !self.0.is_empty() && self.0.len() <= MAX_BYTES && self.0.bytes().all(plain)
    }
}

impl fmt::Display for Word<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_plain() {
            f.write_str(self.0)
        } else {
            write!(f, "an unknown word of {} bytes", self.0.len())
        }
    }
}

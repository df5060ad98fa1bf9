//! Where codes, tokens and pictures come from.

use ring::hmac;

/// Random bytes: of the operating system, or repeatable from a seed.
pub(crate) struct Random(Source);

enum Source {
    System,
    Seeded { key: hmac::Key, drawn: u64 },
}

impl Random {
    pub(crate) const fn system() -> Self {
        Self(Source::System)
    }

    /// The same seed gives the same bytes in the same order. They are as predictable as the seed.
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(Source::Seeded {
            key: hmac::Key::new(hmac::HMAC_SHA256, &seed.to_be_bytes()),
            drawn: 0,
        })
    }

    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        match &mut self.0 {
            Source::System => {
                getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
            }
            Source::Seeded { key, drawn } => {
                for chunk in bytes.chunks_mut(32) {
                    *drawn += 1;
                    let block = hmac::sign(key, &drawn.to_be_bytes());
                    chunk.copy_from_slice(&block.as_ref()[..chunk.len()]);
                }
            }
        }
        bytes
    }

    pub(crate) fn number(&mut self) -> u64 {
        u64::from_be_bytes(self.bytes())
    }

    /// `length` decimal digits, each as likely as the others.
    pub(crate) fn digits(&mut self, length: usize) -> String {
        self.text(length, b"0123456789")
    }

    /// `length` letters and digits, like the session_token of the vendor's page.
    pub(crate) fn letters(&mut self, length: usize) -> String {
        const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        self.text(length, ALPHABET)
    }

    /// 32 hexadecimal digits.
    pub(crate) fn hex(&mut self) -> String {
        let number = u128::from_be_bytes(self.bytes());
        format!("{number:032x}")
    }

    /// `length` characters of an ASCII `alphabet`, each as likely as the others.
    fn text(&mut self, length: usize, alphabet: &[u8]) -> String {
        let even = 256 - 256 % alphabet.len();
        let mut text = String::with_capacity(length);
        while text.len() < length {
            for byte in self.bytes::<32>() {
                // A byte beyond the last whole alphabet would favour its first letters.
                if usize::from(byte) < even && text.len() < length {
                    text.push(char::from(alphabet[usize::from(byte) % alphabet.len()]));
                }
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_another_differs() {
        let draw = |seed| {
            let mut random = Random::seeded(seed);
            (
                random.digits(6),
                random.letters(32),
                random.hex(),
                random.number(),
            )
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn texts_have_the_length_and_letters_asked_for() {
        let mut random = Random::system();
        for length in 1..=12 {
            let digits = random.digits(length);
            assert_eq!(digits.len(), length);
            assert!(
                digits.bytes().all(|byte| byte.is_ascii_digit()),
                "{digits:?}"
            );
        }
        assert!(
            random
                .letters(32)
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric())
        );
        assert_eq!(random.letters(32).len(), 32);
        assert_eq!(random.hex().len(), 32);
        assert_ne!(random.hex(), random.hex());
    }

    #[test]
    fn every_digit_comes_as_often_as_the_others() {
        let drawn = Random::seeded(1).digits(100_000);
        for digit in '0'..='9' {
            let count = drawn.matches(digit).count();
            // Five standard deviations of a fair draw are 474.
            assert!(count.abs_diff(10_000) < 474, "{digit} came {count} times");
        }
    }
}

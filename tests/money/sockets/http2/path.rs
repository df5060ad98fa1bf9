//! Which send a block of headers is of (HPACK, RFC 7541).

use crate::money::sockets::inbox::PATH;

/// The number in the path, where it is one of a send.
pub(super) fn id(block: &[u8]) -> Option<u64> {
    let path = path(&mut Block(block))?;
    let number = path.strip_prefix(PATH)?.strip_suffix('?')?;
    number.parse().ok()
}

/// Looks for the path, which is never in a table: it is a literal, and what is before it can be skipped.
fn path(block: &mut Block<'_>) -> Option<String> {
    loop {
        let first = *block.0.first()?;
        let bits_of_the_name = match first {
            // A header, or the size of the table, in one number.
            0b1000_0000.. => {
                block.number(7)?;
                continue;
            }
            0b0010_0000..0b0100_0000 => {
                block.number(5)?;
                continue;
            }
            0b0100_0000.. => 6,
            _ => 4,
        };
        let name = block.number(bits_of_the_name)?;
        if name == 0 {
            block.text()?;
        }
        let (is_huffman, value) = block.text()?;
        if name == OF_PATH {
            return match is_huffman {
                true => decode(value),
                false => String::from_utf8(value.to_vec()).ok(),
            };
        }
    }
}

/// The place of `:path` in the static table.
const OF_PATH: usize = 4;

/// What is left of a block.
struct Block<'a>(&'a [u8]);

impl<'a> Block<'a> {
    /// A number in the last bits of a byte, and in further bytes if it does not fit (section 5.1).
    fn number(&mut self, bits: u32) -> Option<usize> {
        let most = (1 << bits) - 1;
        let mut number = usize::from(self.byte()?) & most;
        if number < most {
            return Some(number);
        }
        for shift in (0..28).step_by(7) {
            let byte = self.byte()?;
            number += usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// Some text, and whether it is in Huffman's code (section 5.2).
    fn text(&mut self) -> Option<(bool, &'a [u8])> {
        let is_huffman = *self.0.first()? >= 0x80;
        let length = self.number(7)?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some((is_huffman, text))
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }
}

/// The code of what paths of sends are made of (appendix B).
const CODE: [(char, &str); 16] = [
    ('/', "011000"),
    ('s', "01000"),
    ('e', "00101"),
    ('n', "101010"),
    ('d', "100100"),
    ('?', "1111111100"),
    ('0', "00000"),
    ('1', "00001"),
    ('2', "00010"),
    ('3', "011001"),
    ('4', "011010"),
    ('5', "011011"),
    ('6', "011100"),
    ('7', "011101"),
    ('8', "011110"),
    ('9', "011111"),
];

/// Nothing if there are other letters in it.
fn decode(bytes: &[u8]) -> Option<String> {
    let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    let (mut rest, mut text) = (&bits[..], String::new());
    // Less than a byte of ones is what fills the last one up.
    while rest.len() >= 8 || rest.contains('0') {
        let (letter, after) = CODE
            .iter()
            .find_map(|(letter, code)| Some((*letter, rest.strip_prefix(code)?)))?;
        text.push(letter);
        rest = after;
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the examples of RFC 7541, those that have only such letters (appendix C.6).
    #[test]
    fn numbers_are_decoded() {
        assert_eq!(decode(b"\x64\x02").unwrap(), "302");
        assert_eq!(decode(b"\x64\x0e\xff").unwrap(), "307");
        assert_eq!(decode(b"\xf1\xe3"), None);
    }

    #[test]
    fn the_number_is_found_after_other_headers() {
        // POST, https, an authority for the table, the path, a header with a name of its own.
        let before = b"\x83\x87\x41\x01a\x00\x01b\x01c";
        for (path, expected) in [
            (&b"\x04\x09/send/12?"[..], Some(12)),
            (b"\x14\x09/send/12?", Some(12)),
            (b"\x04\x06/first", None),
            (b"\x05\x09/send/12?", None),
        ] {
            assert_eq!(id(&[before, path].concat()), expected, "{path:?}");
        }
    }
}

//! Numbers and addresses as their owner recognises them and nobody else.

use core::fmt;

/// How many digits stay readable at the end.
const TAIL: usize = 4;
/// How many are hidden before them, at least.
const HIDDEN: usize = 4;
/// How many are readable at the start, at most: an area code of up to three digits, and three more.
const HEAD: usize = 6;
/// The same where no area code leads.
const HEAD_WITHOUT_AREA: usize = 3;
/// E.164 has no longer numbers.
const MOST_DIGITS: usize = 15;

/// Writes `15200000000` as `152****0000`, and what is not written like a number as `****`.
pub(crate) fn write_masked_number(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_number = text
        .bytes()
        .all(|b| b.is_ascii_digit() || b == b'-' || b == b'+');
    if !is_number || !(TAIL + HIDDEN..=MOST_DIGITS).contains(&digits) {
        return f.write_str("****");
    }
    let most = if text.starts_with('+') {
        HEAD
    } else {
        HEAD_WITHOUT_AREA
    };
    let mut left = (digits - TAIL - HIDDEN).min(most);
    for shown in text.chars() {
        if left == 0 {
            break;
        }
        left -= usize::from(shown.is_ascii_digit());
        fmt::Write::write_char(f, shown)?;
    }
    f.write_str("****")?;
    let tail = text.chars().filter(char::is_ascii_digit);
    for shown in tail.skip(digits - TAIL) {
        fmt::Write::write_char(f, shown)?;
    }
    Ok(())
}

/// Writes `lilei@example.com` as `l****@example.com`, and anything else as a number.
pub(crate) fn write_masked_address(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match (text.chars().next(), text.split_once('@')) {
        (Some(first), Some((name, domain))) if !name.is_empty() && is_domain(domain) => {
            write!(f, "{first}****@{domain}")
        }
        _ => write_masked_number(text, f),
    }
}

fn is_domain(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-';
    text.contains('.') && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    struct Number(&'static str);

    impl fmt::Display for Number {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write_masked_number(self.0, f)
        }
    }

    struct Address(&'static str);

    impl fmt::Display for Address {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write_masked_address(self.0, f)
        }
    }

    #[test]
    fn a_number_keeps_its_ends() {
        for (number, masked) in [
            ("15200000000", "152****0000"),
            ("+8615200000000", "+86152****0000"),
            ("+86-15200000000", "+86-152****0000"),
            ("+86-152-0000-0000", "+86-152****0000"),
            ("+852-51234567", "+852****4567"),
            ("12345678", "****5678"),
            ("123456789012345", "123****2345"),
            ("+123456789012345", "+123456****2345"),
        ] {
            assert_eq!(Number(number).to_string(), masked, "{number}");
        }
    }

    #[test]
    fn what_is_not_written_like_a_number_is_not_shown() {
        for text in [
            "",
            "1234567",
            "15212345678        ",
            "15212345678 (mobile)",
            "+86 152 1234 5678",
            "1234567890123456",
            "lilei",
        ] {
            assert_eq!(Number(text).to_string(), "****", "{text}");
        }
    }

    #[test]
    fn an_address_keeps_its_domain() {
        for (address, masked) in [
            ("lilei@example.com", "l****@example.com"),
            ("@example.com", "****"),
            ("lilei@15200000000", "****"),
            ("15200000000", "152****0000"),
        ] {
            assert_eq!(Address(address).to_string(), masked, "{address}");
        }
    }
}

use core::fmt;

/// How many characters stay readable at the end of a masked text.
const TAIL: usize = 4;
/// How many are hidden before them.
const HIDDEN: usize = 4;

/// Writes a mobile number or mail address so that a person recognises their own and nobody learns it.
///
/// `15200000000` becomes `152****0000`. A text too short to keep both ends shows neither.
pub(crate) fn write_masked(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let length = text.chars().count();
    if length < TAIL + HIDDEN {
        return f.write_str("****");
    }
    for shown in text.chars().take(length - TAIL - HIDDEN) {
        fmt::Write::write_char(f, shown)?;
    }
    f.write_str("****")?;
    for shown in text.chars().skip(length - TAIL) {
        fmt::Write::write_char(f, shown)?;
    }
    Ok(())
}

use alloc::string::String;

/// A value that the service can never accept, refused before anything is sent.
///
/// Names the kind of value and the rule that it broke, never the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} {rule}")]
pub struct InvalidValue {
    what: &'static str,
    rule: &'static str,
}

impl InvalidValue {
    pub(crate) const fn new(what: &'static str, rule: &'static str) -> Self {
        Self { what, rule }
    }

    /// The kind of value, such as `mobile`.
    #[must_use]
    pub const fn what(&self) -> &'static str {
        self.what
    }

    /// The rule that was broken, such as `must not be empty`.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        self.rule
    }
}

/// Accepts any text that a header and a JSON string can carry: not empty, no control characters.
pub(crate) fn checked(what: &'static str, text: String) -> Result<String, InvalidValue> {
    if text.is_empty() {
        return Err(InvalidValue::new(what, "must not be empty"));
    }
    // One pass without a branch per byte: most texts are plain ASCII and end here.
    let is_plain = text
        .bytes()
        .fold(true, |plain, byte| plain & matches!(byte, 0x20..0x7f));
    if !is_plain && text.chars().any(char::is_control) {
        return Err(InvalidValue::new(
            what,
            "must not contain control characters",
        ));
    }
    Ok(text)
}

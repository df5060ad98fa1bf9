use alloc::format;
use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::invalid::InvalidValue;

/// Where the piece of a captcha was put, the wire's `point_json`: a JSON text such as `{"x":237.0,"y":5.0}`.
///
/// The text is kept as it was written, because the captcha pass is made of it. `Debug` is redacted: the point is the
/// answer to the captcha.
#[derive(Clone, Serialize)]
#[serde(into = "String")]
pub struct CaptchaPoint {
    text: String,
    x: f64,
    y: f64,
}

#[derive(Deserialize)]
struct Coordinates {
    x: f64,
    y: f64,
}

impl CaptchaPoint {
    /// The `y` of every block puzzle: its piece is as tall as the picture.
    pub const BLOCK_PUZZLE_Y: f64 = 5.0;

    /// A point in pixels of the original picture, from its upper left corner.
    ///
    /// # Errors
    /// [`InvalidValue`] where a coordinate is not finite.
    pub fn new(x: f64, y: f64) -> Result<Self, InvalidValue> {
        if !(x.is_finite() && y.is_finite()) {
            return Err(InvalidValue::new(
                "captcha point",
                "must have finite coordinates",
            ));
        }
        // `{:?}` keeps the `.0` of a whole number, as the vendor's samples have it.
        Ok(Self {
            text: format!("{{\"x\":{x:?},\"y\":{y:?}}}"),
            x,
            y,
        })
    }

    /// Reads the JSON text that a front end made.
    ///
    /// # Errors
    /// [`InvalidValue`] where the text is not a JSON object with the numbers `x` and `y`.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidValue> {
        let text = text.into();
        let Ok(Coordinates { x, y }) = serde_json::from_str(&text) else {
            return Err(InvalidValue::new(
                "captcha point",
                "must be a JSON object with the numbers x and y",
            ));
        };
        Ok(Self { text, x, y })
    }

    /// The JSON text as it stands on the wire.
    #[must_use]
    pub fn as_text(&self) -> &str {
        &self.text
    }

    /// Pixels from the left edge of the picture.
    #[must_use]
    pub const fn x(&self) -> f64 {
        self.x
    }

    /// Pixels from the upper edge of the picture.
    #[must_use]
    pub const fn y(&self) -> f64 {
        self.y
    }
}

// Two spellings of one place make two captcha passes.
impl PartialEq for CaptchaPoint {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for CaptchaPoint {}

impl fmt::Debug for CaptchaPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CaptchaPoint([redacted])")
    }
}

crate::text::read_by_parse!(CaptchaPoint, "captcha point");

impl From<CaptchaPoint> for String {
    fn from(point: CaptchaPoint) -> Self {
        point.text
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed parse fails the test")]

    use super::*;

    #[test]
    fn a_new_point_is_written_as_the_page_writes_it() {
        let point = CaptchaPoint::new(237.0, CaptchaPoint::BLOCK_PUZZLE_Y).unwrap();
        assert_eq!(point.as_text(), r#"{"x":237.0,"y":5.0}"#);
        assert_eq!(CaptchaPoint::parse(point.as_text()).unwrap(), point);
    }

    #[test]
    fn a_front_ends_spelling_is_kept() {
        let point = CaptchaPoint::parse(r#"{ "y":5, "x":237 }"#).unwrap();
        assert_eq!(point.as_text(), r#"{ "y":5, "x":237 }"#);
        assert_eq!((point.x(), point.y()), (237.0, 5.0));
    }

    #[test]
    fn what_is_no_point_is_refused() {
        for bad in [
            "",
            "237",
            "{}",
            r#"{"x":"1","y":5}"#,
            r#"{"x":1e999,"y":5}"#,
        ] {
            CaptchaPoint::parse(bad).unwrap_err();
        }
        CaptchaPoint::new(f64::NAN, 5.0).unwrap_err();
        CaptchaPoint::new(1.0, f64::INFINITY).unwrap_err();
    }
}

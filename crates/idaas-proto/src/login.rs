use crate::decode_error::DecodeErrorKind;
use crate::generated::{LoginResponse, LoginStatus};

impl LoginResponse {
    /// Whether the person is logged in. An unknown status is never a success.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.status == LoginStatus::SUCCESS
    }

    /// A success is worth nothing without its session_token.
    #[cfg_attr(
        not(feature = "http"),
        expect(dead_code, reason = "answers are decoded by the feature `http`")
    )]
    pub(crate) fn validate(&self) -> Result<(), DecodeErrorKind> {
        if self.is_success() && self.session_token.is_none() {
            return Err(DecodeErrorKind::MissingField("session_token"));
        }
        Ok(())
    }
}

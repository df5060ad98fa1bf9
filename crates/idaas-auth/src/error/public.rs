use core::fmt;

use idaas_proto::{ErrorCode, Language, OperationId};
use serde::Serialize;

use super::{Advice, Error, FlowError};

/// What a person may be told about an error.
///
/// The same for a wrong code, an unknown user and a disabled one, so that nobody learns here whose number has
/// an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PublicMessage {
    /// The code did not sign the person in.
    CheckCode,
    /// The code could not be checked, or an SMS may have been sent.
    CodeInDoubt,
    /// The captcha has to be solved again.
    SolveCaptcha,
    /// Later it may work; [`Advice::not_before`] says when.
    TryLater,
    /// The sign-in has to begin anew.
    StartOver,
    /// The sign-in does not work, and trying again does not help.
    Unavailable,
}

impl PublicMessage {
    /// Gives the name, for programs: `check_code`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CheckCode => "check_code",
            Self::CodeInDoubt => "code_in_doubt",
            Self::SolveCaptcha => "solve_captcha",
            Self::TryLater => "try_later",
            Self::StartOver => "start_over",
            Self::Unavailable => "unavailable",
        }
    }

    /// Gives the sentence to show; English for a language that it is not written in.
    #[must_use]
    pub const fn text(self, language: Language) -> &'static str {
        let (en, zh) = self.texts();
        match language {
            Language::Zh => zh,
            _ => en,
        }
    }

    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::CheckCode => (
                "The code did not sign you in. Check it, or ask for a new one.",
                "验证码未能完成登录，请检查后重试，或重新获取验证码。",
            ),
            Self::CodeInDoubt => (
                "The service did not answer. If you have a code, enter it.",
                "服务未响应。如已收到验证码，请输入。",
            ),
            Self::SolveCaptcha => ("Please solve the picture again.", "请重新完成图形验证。"),
            Self::TryLater => ("Please try again later.", "请稍后再试。"),
            Self::StartOver => ("Please start again.", "请重新开始登录。"),
            Self::Unavailable => (
                "Signing in is not possible at the moment.",
                "暂时无法登录。",
            ),
        }
    }
}

impl fmt::Display for PublicMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text(Language::En))
    }
}

pub(super) fn message(error: &Error) -> PublicMessage {
    match error {
        Error::Api(call) if call.operation() == OperationId::LoginWithSmsCode => {
            let says_who = [
                &ErrorCode::VERIFY_CODE_INCORRECT,
                &ErrorCode::USER_NOT_FOUND,
                &ErrorCode::USER_DISABLED,
            ];
            if says_who.iter().any(|code| call.error().code().is(code)) {
                return PublicMessage::CheckCode;
            }
        }
        Error::Flow(FlowError::LoginEnded { .. }) => return PublicMessage::CheckCode,
        _ => {}
    }
    match error.advice() {
        Advice::AskAgain => PublicMessage::CodeInDoubt,
        Advice::NewCaptcha { not_before: None } => PublicMessage::SolveCaptcha,
        Advice::NewCaptcha {
            not_before: Some(_),
        }
        | Advice::RetryAt(_) => PublicMessage::TryLater,
        Advice::StartOver => PublicMessage::StartOver,
        Advice::GiveUp => PublicMessage::Unavailable,
    }
}

// The examples of the README need the feature `http`.
#![cfg_attr(any(feature = "http", not(doctest)), doc = include_str!("../README.md"))]
#![cfg_attr(
    all(not(feature = "http"), doctest),
    doc = "The protocol as pure data."
)]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "http")]
extern crate std;

mod api_error;
mod caller;
mod captcha_point;
mod decode_error;
mod device;
mod error_code;
mod generated;
mod image;
mod invalid;
mod language;
mod login;
mod mask;
mod mobile;
mod open_text;
mod outside;
mod plain_text;
mod secret_text;
mod sender;
mod text;
mod unquoted;
#[cfg(feature = "http")]
mod wire;

pub use api_error::{ApiError, RetryAfter};
pub use caller::Caller;
pub use captcha_point::CaptchaPoint;
pub use decode_error::{DecodeError, DecodeErrorKind};
pub use device::Device;
pub use error_code::{ErrorCode, ErrorInfo};
// The one glob: its list is generated, so that an operation added to openapi.yaml is public without an edit here.
pub use generated::*;
/// The crate whose requests and responses the [`Operation`]s speak, in the right version.
#[cfg(feature = "http")]
#[cfg_attr(docsrs, doc(cfg(feature = "http")))]
pub use http;
pub use image::ImageBase64;
pub use invalid::InvalidValue;
pub use language::Language;
pub use mobile::{CanonicalMobile, Mobile};
pub use plain_text::{Agent, ClientId, DeviceFingerprint, OperatingSysVersion};
pub use secret_text::{
    CaptchaToken, ChallengeToken, IdToken, PendingData, SecretKey, SessionToken, StateToken,
    VerifyCode,
};
pub use sender::Sender;
#[cfg(feature = "http")]
#[cfg_attr(docsrs, doc(cfg(feature = "http")))]
pub use wire::{Endpoint, Operation, RequestError, RequestProblem, ResponseError};

#[cfg(all(test, feature = "http"))]
mod tests;

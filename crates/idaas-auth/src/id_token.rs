//! Verification of the id_token: a JWT (RFC 7519) that the service signs with one of the keys
//! of its JWKS.

mod algorithm;
mod cache;
mod claims;
mod error;
mod identity;
mod keys;
mod policy;
#[cfg(feature = "client")]
mod shared;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
pub(crate) mod testing;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests;
mod unverified;
mod verifier;

pub use algorithm::Algorithm;
pub use cache::{KeyCache, KeyFetch, KeyPlan};
pub use error::{IdTokenError, TokenPart};
pub use identity::Identity;
pub use keys::KeySet;
pub use policy::KeyPolicy;
#[cfg(feature = "client")]
pub(crate) use shared::SharedKeys;
pub use unverified::UnverifiedToken;
pub use verifier::IdTokenVerifier;

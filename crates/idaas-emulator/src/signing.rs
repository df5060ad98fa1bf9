//! The RSA key that signs id_tokens.

mod generate;
mod id_token;
mod key;
mod slot;

pub use id_token::IdTokenShape;
pub(crate) use id_token::{Identity, Issue};
pub use key::{InvalidKey, SigningKey};
pub(crate) use slot::KeySlot;

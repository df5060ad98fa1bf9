#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod accounts;
mod answer;
mod areas;
mod builder;
mod captcha;
mod clock;
mod codes;
mod control;
mod emulator;
mod faults;
mod gate;
mod inbox;
mod limits;
mod random;
mod server;
mod service;
mod sessions;
mod settings;
mod signing;
mod state;
#[cfg(test)]
mod testing;

pub use accounts::Account;
pub use builder::Builder;
pub use clock::Timestamp;
pub use emulator::{Emulator, SpawnError};
pub use faults::{Fault, Faults};
pub use gate::Gate;
pub use inbox::Message;
pub use service::{ConnectionDropped, Service};
pub use sessions::Rotation;
pub use settings::InvalidSetting;
pub use signing::{IdTokenShape, InvalidKey, SigningKey};

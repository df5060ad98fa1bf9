//! Captchas: the pictures, and the rules about them.

mod canvas;
mod dice;
mod jigsaw;
mod picture;
mod scene;
mod store;

pub(crate) use picture::Picture;
pub(crate) use store::{CaptchaRules, CaptchaStore, Spent};

//! The ways to make the login call that are measured against each other.

mod by_hyper_util;
mod by_reqwest;
mod ours;
mod raw_socket;
mod tls;

pub(crate) use by_hyper_util::ByHyperUtil;
pub(crate) use by_reqwest::ByReqwest;
pub(crate) use ours::Ours;
pub(crate) use raw_socket::RawSocket;

use crate::{Failure, service::Target};

/// One way to make the login call, over connections that are kept.
pub(crate) trait Contender: Sized + Send + Sync + 'static {
    const NAME: &'static str;

    fn new(target: &Target) -> Result<Self, Failure>;

    /// Makes the call, and gives the length of what it brought.
    fn login(&self) -> impl Future<Output = Result<usize, Failure>> + Send;
}

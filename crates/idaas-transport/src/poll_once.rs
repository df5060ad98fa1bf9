//! Tests of this crate that need no network run without a runtime.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

/// Polls a future a single time.
pub(crate) fn poll_once<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

//! A place where calls wait until they are let through.

use std::sync::Arc;

use tokio::sync::watch;

/// Where calls wait until a test lets them through, for [`Fault::hold`](crate::Fault::hold). Clones are the same gate.
#[derive(Clone, Debug)]
pub struct Gate(Arc<watch::Sender<Traffic>>);

#[derive(Debug, Default)]
struct Traffic {
    open: bool,
    arrived: usize,
}

impl Gate {
    /// A closed gate.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(Traffic::default())))
    }

    /// Lets through all who wait and all who come, for good.
    pub fn open(&self) {
        self.0.send_modify(|traffic| traffic.open = true);
    }

    /// Waits until at least `calls` have arrived at the gate, whether or not they went through.
    ///
    /// A test that waits for this knows that the call is where it should be, without sleeping.
    pub async fn arrived(&self, calls: usize) {
        self.until(|traffic| traffic.arrived >= calls).await;
    }

    /// Arrives, and waits until the gate is open.
    pub(crate) async fn pass(&self) {
        self.0.send_modify(|traffic| traffic.arrived += 1);
        self.until(|traffic| traffic.open).await;
    }

    async fn until(&self, condition: impl FnMut(&Traffic) -> bool) {
        // Fails only when the sender is gone, and `self` has it.
        let _ = self.0.subscribe().wait_for(condition).await;
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn poll<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn who_arrives_waits_until_it_is_opened() {
        let gate = Gate::new();
        let (mut arrived, mut passing) = (pin!(gate.arrived(1)), pin!(gate.pass()));
        assert!(poll(arrived.as_mut()).is_pending());
        assert!(poll(passing.as_mut()).is_pending());
        assert!(poll(arrived).is_ready());
        assert!(poll(pin!(gate.arrived(2))).is_pending());
        gate.clone().open();
        assert!(poll(passing).is_ready());
        assert!(
            poll(pin!(gate.pass())).is_ready(),
            "an open gate stays open"
        );
        assert!(poll(pin!(gate.arrived(2))).is_ready());
    }
}

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::money::check::Report;
use crate::money::ledger::Ledger;
use crate::money::run::Run;

/// Slots of a transport: few, so that sends also wait for each other.
pub(super) const SLOTS: usize = 16;
/// Sends at a time.
const AT_A_TIME: usize = 2 * SLOTS;

/// What takes so long would only have been ended by the limit of all calls, which is twice as long: nobody else ends it.
const FOR_EVER: Duration = Duration::from_secs(15);

/// A transport, and all the places that it sends to.
pub(super) trait Lane: Send + Sync + 'static {
    /// Makes one send, as the dice say.
    fn send(&self, id: u64) -> impl Future<Output = Report> + Send;

    /// Hangs up everywhere, and waits until everything that came has been counted.
    fn finish(self) -> impl Future<Output = ()>;
}

/// Makes all sends, and waits until nobody receives any more.
pub(super) fn sends<L: Lane>(
    run: Run,
    open: impl AsyncFnOnce(&Ledger) -> L,
) -> (Vec<Report>, Ledger) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let ledger = Ledger::default();
        let lane = Arc::new(open(&ledger).await);
        let next = Arc::new(AtomicU64::new(0));
        let mut people = JoinSet::new();
        for _ in 0..AT_A_TIME {
            people.spawn(one_after_the_other(
                run,
                Arc::clone(&lane),
                Arc::clone(&next),
            ));
        }
        let reports = people.join_all().await.concat();
        let lane = Arc::into_inner(lane).expect("everybody is done");
        lane.finish().await;
        (reports, ledger)
    })
}

async fn one_after_the_other<L: Lane>(run: Run, lane: Arc<L>, next: Arc<AtomicU64>) -> Vec<Report> {
    let mut reports = Vec::new();
    loop {
        let id = next.fetch_add(1, Ordering::Relaxed);
        if id >= run.sends {
            return reports;
        }
        let begun = Instant::now();
        let report = lane.send(id).await;
        let taken = begun.elapsed();
        assert!(taken < FOR_EVER, "{taken:?} for {report:?}");
        reports.push(report);
    }
}

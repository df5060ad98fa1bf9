//! Everybody comes at once, and the settings hold.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use idaas_emulator::{Fault, Gate};
use idaas_proto::OperationId;
use idaas_transport::HyperTransport;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::tenant::{Tenant, client_builder, device};

const CALLS: usize = 10_000;
/// The default of `max_in_flight`.
const IN_FLIGHT: usize = 256;
/// What a call may hold while it waits for its turn: its request and the state of the call.
const WAITING: usize = 8 * 1024;
/// What a call in flight may hold on top, at both ends and on the way between them, which is in this process too.
const FLYING: usize = 192 * 1024;

/// Set for the process that the test runs in alone.
const ALONE: &str = "IDAAS_CROWD_ALONE";

/// In a process of its own: no other test shares the memory that is measured.
#[test]
fn ten_thousand_calls_at_once_are_answered_within_the_settings() {
    if std::env::var_os(ALONE).is_some() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build();
        return runtime.unwrap().block_on(crowd());
    }
    let this = "crowd::ten_thousand_calls_at_once_are_answered_within_the_settings";
    let mut alone = Command::new(std::env::current_exe().unwrap());
    alone.args(["--exact", this, "--nocapture"]).env(ALONE, "1");
    let output = alone.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}\n{errors}");
    assert!(text.contains("1 passed"), "{text}");
}

#[expect(clippy::print_stdout, reason = "the figures")]
async fn crowd() {
    let tenant = Tenant::new().await;
    let gate = Gate::new();
    let hold = Fault::on(OperationId::ListCountryCodes).hold(&gate);
    tenant.emulator.faults().push(hold.times(IN_FLIGHT as u32));
    let connections = Connections::counted_before(&tenant).await;
    let patient = HyperTransport::builder()
        .response_head_timeout(Duration::MAX)
        .call_timeout(Duration::MAX)
        .idle_timeout(Duration::MAX);
    let client = client_builder(&connections.url)
        .transport(patient.build())
        .build();
    let before = peak_memory();

    let mut calls = JoinSet::new();
    for _ in 0..CALLS {
        let client = client.clone();
        calls.spawn(async move { client.country_codes(&device()).await });
    }
    // As many as may are in flight, and nobody else is under way.
    gate.arrived(IN_FLIGHT).await;
    let arrived = tenant.emulator.calls(OperationId::ListCountryCodes);
    assert_eq!(arrived, IN_FLIGHT as u64);
    assert_eq!(connections.most(), IN_FLIGHT);
    gate.open();
    let mut answered = 0;
    while let Some(answer) = calls.join_next().await {
        answer.unwrap().unwrap();
        answered += 1;
    }

    assert_eq!(answered, CALLS);
    let arrived = tenant.emulator.calls(OperationId::ListCountryCodes);
    assert_eq!(arrived, CALLS as u64, "nothing is sent twice");
    assert_eq!(connections.most(), IN_FLIGHT, "open at a time");
    assert_eq!(connections.opened(), IN_FLIGHT, "opened in all");
    if let (Some(before), Some(after)) = (before, peak_memory()) {
        let grown = after - before;
        let bound = CALLS * WAITING + IN_FLIGHT * FLYING;
        println!(
            "{CALLS} calls, {IN_FLIGHT} in flight: {} KiB of {} KiB",
            grown / 1024,
            bound / 1024
        );
        assert!(grown <= bound, "memory grew by {grown} bytes of {bound}");
    }
}

/// The most memory that this process ever had, where the operating system tells.
fn peak_memory() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: usize = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024)
}

/// Stands in front of an emulator and counts who is connected.
struct Connections {
    url: String,
    count: Arc<Count>,
}

#[derive(Default)]
struct Count {
    opened: AtomicUsize,
    open: AtomicUsize,
    most: AtomicUsize,
}

impl Connections {
    async fn counted_before(tenant: &Tenant) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (count, to) = (Arc::<Count>::default(), tenant.addr());
        let counting = Arc::clone(&count);
        tokio::spawn(async move {
            while let Ok((mut outer, _)) = listener.accept().await {
                let count = Arc::clone(&counting);
                count.opened.fetch_add(1, Ordering::SeqCst);
                let open = count.open.fetch_add(1, Ordering::SeqCst) + 1;
                count.most.fetch_max(open, Ordering::SeqCst);
                tokio::spawn(async move {
                    let mut inner = TcpStream::connect(to).await.unwrap();
                    let _ = copy_bidirectional(&mut outer, &mut inner).await;
                    count.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { url, count }
    }

    fn opened(&self) -> usize {
        self.count.opened.load(Ordering::SeqCst)
    }

    fn most(&self) -> usize {
        self.count.most.load(Ordering::SeqCst)
    }
}

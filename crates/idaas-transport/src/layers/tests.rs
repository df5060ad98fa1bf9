//! The layers over a service that does what it is told, in every order.

use std::{
    collections::HashMap,
    pin::pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll, Waker},
    time::Duration,
};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use proptest::prelude::*;

use super::*;
use crate::{
    BoxFuture, Deadline, Delivery, LoopbackOnly, Transport, TransportError, TransportErrorKind,
    poll_once::poll_once,
    testing::{FailWith, Never},
};

type Outcome = Result<Response<Bytes>, TransportError>;

/// What becomes of one attempt.
#[derive(Clone, Copy, Debug)]
enum Fate {
    NotSent,
    Lost,
    Answered(u16),
}

/// A service that keeps count of what it received.
#[derive(Debug, Default)]
struct Service {
    fates: Vec<Fate>,
    attempts: AtomicUsize,
    /// By the path of the request.
    received: Mutex<HashMap<String, usize>>,
}

impl Service {
    fn of(fates: &[Fate]) -> Arc<Self> {
        Arc::new(Self {
            fates: fates.to_vec(),
            ..Self::default()
        })
    }

    fn received(&self, path: &str) -> usize {
        let received = self.received.lock().expect("no panic before");
        received.get(path).copied().unwrap_or_default()
    }
}

impl Transport for Service {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Outcome> {
        let attempt = self.attempts.fetch_add(1, SeqCst);
        let fate = self.fates[attempt % self.fates.len()];
        if !matches!(fate, Fate::NotSent) {
            let mut received = self.received.lock().expect("no panic before");
            *received.entry(request.uri().path().to_owned()).or_default() += 1;
        }
        let outcome = match fate {
            Fate::NotSent => Err((TransportErrorKind::Connect, Delivery::NotSent)),
            Fate::Lost => Err((TransportErrorKind::Closed, Delivery::Unknown)),
            Fate::Answered(status) => Ok(status),
        };
        Box::pin(async move {
            let status = outcome.map_err(|(kind, delivery)| TransportError::new(kind, delivery))?;
            let mut response = Response::new(Bytes::new());
            *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
            Ok(response)
        })
    }
}

/// Does not wait: what is tested is the decision.
#[derive(Clone, Copy, Debug)]
struct NoPause;

impl Sleeper for NoPause {
    fn pause(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }
}

const ATTEMPTS: u32 = 3;

#[derive(Clone, Copy, Debug)]
enum Layer {
    Retried,
    ConcurrencyLimit,
    SendBudget,
    LoopbackOnly,
    Traced,
}

impl Layer {
    fn around(self, inner: Box<dyn Transport>) -> Box<dyn Transport> {
        let policy = RetryPolicy::off().max_attempts(ATTEMPTS);
        match self {
            Self::Retried => Box::new(Retried::new(inner, policy, NoPause)),
            Self::ConcurrencyLimit => Box::new(ConcurrencyLimit::new(inner, 1, NoPause)),
            Self::SendBudget => Box::new(SendBudget::new(inner, 100, Duration::from_secs(60))),
            Self::LoopbackOnly => Box::new(LoopbackOnly::new(inner)),
            #[cfg(feature = "tracing")]
            Self::Traced => Box::new(Traced::new(inner)),
            #[cfg(not(feature = "tracing"))]
            Self::Traced => inner,
        }
    }
}

fn request(method: &Method, path: &str) -> Request<Bytes> {
    let uri = format!("http://localhost{path}?query=secret");
    let request = Request::builder().method(method).uri(uri);
    request.body(Bytes::from("body")).expect("a plain request")
}

/// The outcome of a future that never waits for anything outside.
fn now<T>(future: impl Future<Output = T>) -> T {
    match poll_once(future) {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("nothing is there to wait for"),
    }
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        Just(Fate::NotSent),
        Just(Fate::Lost),
        prop::sample::select(vec![200, 302, 429, 500, 502, 503]).prop_map(Fate::Answered),
    ]
}

/// Some of the layers in some order, `Retried` perhaps twice.
fn layers() -> impl Strategy<Value = Vec<Layer>> {
    let all = vec![
        Layer::Retried,
        Layer::Retried,
        Layer::ConcurrencyLimit,
        Layer::SendBudget,
        Layer::LoopbackOnly,
        Layer::Traced,
    ];
    let most = all.len();
    prop::sample::subsequence(all, 0..=most).prop_shuffle()
}

proptest! {
    #[test]
    fn in_any_order_what_was_received_is_not_sent_again(
        layers in layers(),
        fates in prop::collection::vec(fate(), 1..12),
        reads in prop::collection::vec(any::<bool>(), 1..8),
    ) {
        let service = Service::of(&fates);
        let mut transport: Box<dyn Transport> = Box::new(Arc::clone(&service));
        for layer in &layers {
            transport = layer.around(transport);
        }
        let retried = layers.iter().filter(|layer| matches!(layer, Layer::Retried)).count();
        let most = (ATTEMPTS as usize).pow(u32::try_from(retried).unwrap_or_default());
        for (number, read) in reads.into_iter().enumerate() {
            let path = format!("/{number}/sms/send");
            let method = if read { Method::GET } else { Method::POST };
            let before = service.attempts.load(SeqCst);

            let outcome = now(transport.send(request(&method, &path)));

            let attempts = service.attempts.load(SeqCst) - before;
            prop_assert!(attempts <= most, "{attempts} attempts, at most {most}");
            let received = service.received(&path);
            prop_assert!(read || received <= 1, "a POST was received {received} times");
            if let Err(error) = outcome
                && error.delivery() == Delivery::NotSent
            {
                prop_assert_eq!(received, 0, "said not to be sent");
            }
        }
    }
}

#[test]
fn attempts_are_numbered_and_the_response_tells_the_last() {
    let service = Service::of(&[Fate::NotSent, Fate::NotSent, Fate::Answered(200)]);
    let policy = RetryPolicy::off().max_attempts(5);
    let transport = Retried::new(Arc::clone(&service), policy, NoPause);

    let outcome = now(transport.send(request(&Method::POST, "/a")));

    let response = outcome.expect("the third attempt is answered");
    let last = response.extensions().get::<Attempt>().copied();
    assert_eq!(last.map(Attempt::number), Some(3));
}

/// A read may be tried again after it may have been received, but its end must not deny that.
#[test]
fn an_earlier_attempt_is_not_denied() {
    let service = Service::of(&[Fate::Lost, Fate::NotSent]);
    let policy = RetryPolicy::off().max_attempts(2);
    let transport = Retried::new(Arc::clone(&service), policy, NoPause);

    let outcome = now(transport.send(request(&Method::GET, "/a")));

    let error = outcome.expect_err("both attempts fail");
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    assert_eq!(error.delivery(), Delivery::Unknown);
}

#[test]
fn the_budget_ends_further_attempts() {
    let service = Service::of(&[Fate::NotSent]);
    let policy = RetryPolicy::off().max_attempts(100);
    let transport = Retried::new(Arc::clone(&service), policy, NoPause).budget(RetryBudget::new(3));

    assert!(now(transport.send(request(&Method::GET, "/a"))).is_err());
    assert_eq!(service.attempts.load(SeqCst), 4);
    assert!(now(transport.send(request(&Method::GET, "/a"))).is_err());
    assert_eq!(service.attempts.load(SeqCst), 5, "none is left");
}

#[test]
fn no_attempt_begins_after_the_deadline() {
    let service = Service::of(&[Fate::NotSent]);
    let policy = RetryPolicy::off().max_attempts(100);
    let transport = Retried::new(Arc::clone(&service), policy, NoPause);
    let mut late = request(&Method::GET, "/a");
    late.extensions_mut()
        .insert(Deadline::after(Duration::ZERO));

    assert!(now(transport.send(late)).is_err());
    assert_eq!(
        service.attempts.load(SeqCst),
        1,
        "the first is the caller's"
    );
}

#[test]
fn a_call_without_a_deadline_ends_too() {
    let service = Service::of(&[Fate::NotSent]);
    let policy = RetryPolicy::off().max_attempts(100);
    let transport = Retried::new(Arc::clone(&service), policy, NoPause)
        .longest_call(Duration::ZERO)
        .budget(RetryBudget::new(u32::MAX));
    let mut patient = request(&Method::GET, "/a");
    patient
        .extensions_mut()
        .insert(Deadline::after(Duration::MAX));

    assert!(now(transport.send(request(&Method::GET, "/a"))).is_err());
    assert!(now(transport.send(patient)).is_err());

    assert_eq!(service.attempts.load(SeqCst), 2, "one of each call");
}

/// By the clock of the machine: many short pauses do not add up to more than the deadline.
#[cfg(feature = "tokio")]
#[tokio::test]
async fn the_deadline_of_a_call_is_kept() {
    let service = Service::of(&[Fate::NotSent]);
    let policy = RetryPolicy::off()
        .max_attempts(u32::MAX)
        .first_pause(Duration::from_millis(1))
        .longest_pause(Duration::from_millis(5));
    let transport = Retried::new(Arc::clone(&service), policy, TokioSleeper::new())
        .budget(RetryBudget::new(u32::MAX));
    let mut request = request(&Method::POST, "/a");
    let deadline = Deadline::after(Duration::from_millis(50));
    request.extensions_mut().insert(deadline);

    let call = tokio::time::timeout(Duration::from_secs(5), transport.send(request));
    let outcome = call.await.expect("the call ends by itself");

    let error = outcome.expect_err("no attempt is answered");
    assert_eq!(error.delivery(), Delivery::NotSent);
    assert!(service.attempts.load(SeqCst) > 1, "there was time for some");
}

#[test]
fn a_full_limit_lets_no_one_through_and_gives_its_slots_back() {
    let limit = ConcurrencyLimit::new(Never::new(), 2, Pause);
    let mut calls: Vec<_> = (0..3)
        .map(|_| Box::pin(limit.send(request(&Method::GET, "/a"))))
        .collect();
    let cx = &mut Context::from_waker(Waker::noop());
    for call in &mut calls {
        assert!(call.as_mut().poll(cx).is_pending());
    }

    let limit = ConcurrencyLimit::new(Never::new(), 1, NoPause);
    let mut first = pin!(limit.send(request(&Method::GET, "/a")));
    assert!(first.as_mut().poll(cx).is_pending());
    let error = now(limit.send(request(&Method::GET, "/a"))).expect_err("time runs out");
    assert_eq!(error.kind(), TransportErrorKind::SlotTimeout);
    assert_eq!(error.delivery(), Delivery::NotSent);
}

/// Never over.
#[derive(Debug)]
pub(super) struct Pause;

impl Sleeper for Pause {
    fn pause(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

#[test]
fn a_deadline_that_has_passed_takes_no_slot() {
    let limit = ConcurrencyLimit::new(Never::new(), 1, Pause);
    let mut late = request(&Method::GET, "/a");
    late.extensions_mut()
        .insert(Deadline::after(Duration::ZERO));

    let error = now(limit.send(late)).expect_err("it is too late");

    assert_eq!(error.delivery(), Delivery::NotSent);
}

#[test]
fn a_send_too_many_is_refused_and_an_unsent_one_is_given_back() {
    let hour = Duration::from_secs(60 * 60);
    let service = Service::of(&[Fate::NotSent, Fate::Answered(200), Fate::Lost]);
    let transport = SendBudget::new(Arc::clone(&service), 2, hour);
    let send = || now(transport.send(request(&Method::POST, "/sms/send")));

    assert!(send().is_err(), "the first is not sent, and does not count");
    assert!(send().is_ok());
    assert!(send().is_err(), "the third is lost, and counts");
    let refused = send().expect_err("two were paid for");
    assert_eq!(refused.kind(), TransportErrorKind::BudgetSpent);
    assert_eq!(refused.delivery(), Delivery::NotSent);
    assert_eq!(service.attempts.load(SeqCst), 3, "the fourth went nowhere");
    assert!(now(transport.send(request(&Method::GET, "/captcha"))).is_err());
    assert_eq!(service.attempts.load(SeqCst), 4, "a read is not paid for");
}

#[test]
fn a_dropped_send_counts() {
    let transport = SendBudget::new(Never::new(), 1, Duration::from_secs(60));
    assert!(poll_once(transport.send(request(&Method::POST, "/sms/send"))).is_pending());

    let refused = now(transport.send(request(&Method::POST, "/sms/send")));

    let kind = refused.map_err(|error| error.kind());
    assert!(matches!(kind, Err(TransportErrorKind::BudgetSpent)));
}

#[test]
fn what_cannot_be_mended_is_tried_once() {
    let refusing = FailWith::new(TransportErrorKind::PlaintextRefused, Delivery::NotSent);
    let policy = RetryPolicy::off().max_attempts(3);
    let transport = Retried::new(refusing, policy, Pause);

    assert!(now(transport.send(request(&Method::GET, "/a"))).is_err());
}

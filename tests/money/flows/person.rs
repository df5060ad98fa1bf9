use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use idaas_auth::{Client, Clock, Error, LoginFlow, LoginOutcome, PassHeld, Resumed, Timestamp};
use idaas_emulator::{Emulator, Service};
use idaas_proto::{Mobile, SendScenario, VerifyCode};
use idaas_transport::{Delivery, Transport};

use super::line::Line;
use crate::money::check::{Report, Said};
use crate::money::dice::Dice;
use crate::money::ledger::Ledger;
use crate::tenant::{client_builder, device, key};

/// Puts a transport, honest or not, in front of the network.
pub(super) type Wrap = fn(Line) -> Box<dyn Transport>;

/// What one person does at most.
const DEEDS: u64 = 24;
const START: u64 = 1_700_000_000;

/// Somebody who signs in, at a service that nobody else uses, with a front end that crashes.
pub(super) struct Person {
    dice: Dice,
    mobile: Mobile,
    service: Service,
    clock: Arc<AtomicU64>,
    line: Line,
    wrap: Wrap,
    endpoint: &'static str,
    client: Client,
    /// What was saved of the login, oldest first.
    saved: Vec<String>,
}

impl Person {
    pub(super) fn new(mut dice: Dice, ledger: Ledger, wrap: Wrap) -> Self {
        let service = Emulator::builder()
            .seed(dice.draw())
            .clock_stands_at(idaas_emulator::Timestamp::from_seconds(START))
            .sends_per_hour(u32::MAX)
            .sends_per_day(u32::MAX)
            .signing_key(key())
            .service()
            .unwrap();
        let line = Line::new(service.clone(), ledger, Dice::of(dice.draw(), 0));
        let clock = Arc::new(AtomicU64::new(START));
        // A few are on their way to the real service by mistake.
        let endpoint = if dice.one_in(40) {
            "https://example.bamboocloud.com"
        } else {
            "http://localhost"
        };
        let mobile = Mobile::parse(format!("+8615{:09}", dice.below(1_000_000_000))).unwrap();
        Self {
            client: client(endpoint, &line, &clock, wrap),
            dice,
            mobile,
            service,
            clock,
            line,
            wrap,
            endpoint,
            saved: Vec::new(),
        }
    }

    /// Signs in, or tries to; says how many SMS came.
    pub(super) fn live(&mut self, reports: &mut Vec<Report>) -> u64 {
        let mut stands = Some(self.begin());
        for _ in 0..DEEDS {
            let Some(now) = stands.take() else { break };
            if self.dice.one_in(4) {
                let seconds = self.dice.below(90);
                self.wait(seconds);
            }
            stands = self.act(now, reports);
            if let Some(stands) = &stands
                && self.dice.one_in(3)
            {
                self.save(&stands.save());
            }
            if self.dice.one_in(8) {
                stands = self.crash();
            }
        }
        self.service.sms_sent()
    }

    /// Makes a request to send that no wish is behind.
    pub(super) fn sends_by_itself(&mut self) {
        let held = self.begin_with_pass();
        let _ = self.endless(held.send_code(SendScenario::LOGIN_SMS));
    }

    fn begin(&mut self) -> Resumed {
        let start = LoginFlow::start(
            self.mobile.clone(),
            idaas_auth::FlowPolicy::new(),
            self.now(),
        );
        if self.dice.one_in(8) {
            self.client.resume(start, device()).unwrap()
        } else {
            Resumed::PassHeld(self.begin_with_pass())
        }
    }

    fn begin_with_pass(&self) -> PassHeld {
        let pass = self.service.captcha_pass(&self.mobile);
        self.client
            .flow(device())
            .with_pass(self.mobile.clone(), pass)
    }

    /// Does what one can do here; gives where the login stands then, if it is not over.
    fn act(&mut self, stands: Resumed, reports: &mut Vec<Report>) -> Option<Resumed> {
        match stands {
            Resumed::Captcha(needed) if self.dice.one_in(8) => {
                let puzzle = match self.run(needed.captcha())? {
                    Ok(puzzle) => puzzle,
                    Err(failed) => return failed.into_parts().1,
                };
                let point = self.service.solve_captcha(&puzzle.captcha().token)?;
                match self.run(puzzle.verify(point))? {
                    Ok(held) => Some(Resumed::PassHeld(held)),
                    Err(failed) => failed.into_parts().1,
                }
            }
            Resumed::Captcha(needed) => {
                match needed.with_pass(self.service.captcha_pass(&self.mobile)) {
                    Ok(held) => Some(Resumed::PassHeld(held)),
                    Err(failed) => failed.into_parts().1,
                }
            }
            Resumed::PassHeld(held) => self.send(held, reports),
            Resumed::CodeSent(mut sent) if self.dice.one_in(3) => {
                let code = self.code();
                match self.run(sent.login(code)) {
                    Some(Ok(outcome)) => pending(outcome),
                    _ => Some(Resumed::CodeSent(sent)),
                }
            }
            Resumed::InDoubt(mut doubt) if self.dice.one_in(3) => {
                let code = self.code();
                match self.run(doubt.login(code)) {
                    Some(Ok(outcome)) => pending(outcome),
                    _ => Some(Resumed::InDoubt(doubt)),
                }
            }
            Resumed::CodeSent(sent) => {
                self.wait_for_another_code();
                match sent.resend() {
                    Ok(needed) => Some(Resumed::Captcha(needed)),
                    Err(failed) => failed.into_parts().1,
                }
            }
            Resumed::InDoubt(doubt) => {
                self.wait_for_another_code();
                match doubt.resend() {
                    Ok(needed) => Some(Resumed::Captcha(needed)),
                    Err(failed) => failed.into_parts().1,
                }
            }
            _ => None,
        }
    }

    /// The one deed that costs money.
    fn send(&mut self, held: PassHeld, reports: &mut Vec<Report>) -> Option<Resumed> {
        let id = reports.len() as u64;
        self.save(&held.save());
        let before = self.service.sms_sent();
        self.line.wish(Some(id));
        let outcome = self.run(held.send_code(SendScenario::LOGIN_SMS));
        self.line.wish(None);
        let messages = self.service.sms_sent() - before;
        assert!(messages <= 1, "send {id} brought {messages} SMS");
        let (said, next) = match outcome {
            None => (Said::GivenUp, self.restore()),
            Some(Ok(sent)) => {
                assert_eq!(messages, 1, "send {id} has no SMS for its code");
                (Said::Answered(None), Some(Resumed::CodeSent(sent)))
            }
            Some(Err(failed)) => {
                let said = match (failed.error(), failed.error().delivery()) {
                    (Error::Api(_) | Error::Decode(_), _) => Said::Answered(None),
                    (_, Delivery::NotSent) => Said::NotSent,
                    (_, Delivery::Unknown) => Said::Unknown,
                };
                let next = failed.into_parts().1;
                match (said, &next) {
                    (Said::NotSent, None | Some(Resumed::PassHeld(_) | Resumed::Captcha(_)))
                    | (Said::Unknown, None | Some(Resumed::InDoubt(_)))
                    | (Said::Answered(_), _) => {}
                    _ => panic!("send {id} is {said:?} and leads to {next:?}"),
                }
                (said, next)
            }
        };
        reports.push(Report {
            id,
            case: format!("{} at {}", self.line.weather(), self.endpoint),
            // Nothing is lost before the first byte here but what the network knows of.
            surely_not_sent: self.line.nothing_left(id),
            hurried: false,
            said,
        });
        next
    }

    /// Forgets everything but what was saved, mostly what was saved last.
    fn crash(&mut self) -> Option<Resumed> {
        self.client = client(self.endpoint, &self.line, &self.clock, self.wrap);
        if self.dice.one_in(4) && !self.saved.is_empty() {
            let older = self.dice.below(self.saved.len() as u64) as usize;
            self.saved.truncate(older + 1);
        }
        self.restore()
    }

    fn restore(&self) -> Option<Resumed> {
        let flow = LoginFlow::from_snapshot(self.saved.last()?).unwrap();
        self.client.resume(flow, device()).ok()
    }

    fn save(&mut self, flow: &LoginFlow) {
        if !flow.state().is_over() {
            self.saved.push(flow.to_snapshot().unwrap());
        }
    }

    /// The code of the newest SMS, or a wrong one.
    fn code(&mut self) -> VerifyCode {
        let newest = self.service.messages(&self.mobile);
        match newest.first() {
            Some(message) if !self.dice.one_in(3) => message.code().clone(),
            _ => VerifyCode::parse("wrong").unwrap(),
        }
    }

    fn wait_for_another_code(&mut self) {
        if !self.dice.one_in(4) {
            self.wait(61);
        }
    }

    fn wait(&self, seconds: u64) {
        self.service.advance(Duration::from_secs(seconds));
        self.clock.fetch_add(seconds, Ordering::Relaxed);
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.clock.load(Ordering::Relaxed))
    }

    /// Runs a call, or drops it after some polls.
    fn run<F: Future>(&mut self, future: F) -> Option<F::Output> {
        if self.dice.one_in(5) {
            let polls = self.dice.below(10);
            poll(future, polls)
        } else {
            Some(self.endless(future))
        }
    }

    /// Runs a call to its end.
    fn endless<F: Future>(&self, future: F) -> F::Output {
        poll(future, 1_000).expect("the network answers in the end")
    }
}

fn poll<F: Future>(future: F, polls: u64) -> Option<F::Output> {
    let mut future = pin!(future);
    (0..polls).find_map(|_| {
        match future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        }
    })
}

fn client(endpoint: &str, line: &Line, clock: &Arc<AtomicU64>, wrap: Wrap) -> Client {
    client_builder(endpoint)
        .transport(wrap(line.clone()))
        .clock(HandClock(Arc::clone(clock)))
        .build()
}

fn pending(outcome: LoginOutcome) -> Option<Resumed> {
    match outcome {
        LoginOutcome::Pending(step) => Some(Resumed::Pending(step)),
        _ => None,
    }
}

/// A clock that moves when the person waits.
#[derive(Debug)]
struct HandClock(Arc<AtomicU64>);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.0.load(Ordering::Relaxed))
    }
}

//! A login that is saved and restored after every act, beside one that is kept in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use idaas_auth::{Client, Clock, LoginFlow, LoginOutcome, Resumed, Timestamp};
use idaas_emulator::{Emulator, Fault, Service};
use idaas_proto::{CaptchaPoint, ErrorCode, OperationId, SendScenario, VerifyCode};
use idaas_transport::{Delivery, TransportError, TransportErrorKind, from_fn};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::tenant::{client_builder, device, mobile};

/// What a person, or the world, does next.
#[derive(Clone, Copy, Debug)]
enum Act {
    SolveCaptcha,
    FailCaptcha,
    Send,
    EnterCode,
    EnterWrongCode,
    AskForAnotherCode,
    Wait(u16),
    /// The next call of one operation goes wrong.
    Break(OperationId, Breakage),
}

#[derive(Clone, Copy, Debug)]
enum Breakage {
    Unreachable,
    LostRequest,
    LostAnswer,
    Busy,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let operation = prop_oneof![
        Just(OperationId::SendSmsCode),
        Just(OperationId::LoginWithSmsCode),
    ];
    let breakage = prop_oneof![
        Just(Breakage::Unreachable),
        Just(Breakage::LostRequest),
        Just(Breakage::LostAnswer),
        Just(Breakage::Busy),
    ];
    let act = prop_oneof![
        4 => Just(Act::SolveCaptcha),
        1 => Just(Act::FailCaptcha),
        4 => Just(Act::Send),
        2 => Just(Act::EnterCode),
        3 => Just(Act::EnterWrongCode),
        2 => Just(Act::AskForAnotherCode),
        2 => (1..200_u16).prop_map(Act::Wait),
        3 => (operation, breakage).prop_map(|(operation, breakage)| Act::Break(operation, breakage)),
    ];
    vec(act, 1..25)
}

/// The emulator's clock, as the client reads it.
#[derive(Debug)]
struct SharedClock(AtomicU64);

impl Clock for SharedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.0.load(Ordering::Relaxed))
    }
}

/// One login against one service without sockets; two worlds that are treated alike behave alike.
struct World {
    service: Service,
    clock: Arc<SharedClock>,
    client: Client,
    unreachable: Arc<AtomicU64>,
    standing: Option<Resumed>,
    sends_asked: u64,
}

const START: u64 = 1_700_000_000;

impl World {
    fn new() -> Self {
        let builder = Emulator::builder()
            .seed(7)
            .clock_stands_at(idaas_emulator::Timestamp::from_seconds(START))
            .signing_key(crate::tenant::key());
        let service = builder.service().unwrap();
        let clock = Arc::new(SharedClock(AtomicU64::new(START)));
        let unreachable = Arc::new(AtomicU64::new(0));
        let transport = {
            let (service, unreachable) = (service.clone(), Arc::clone(&unreachable));
            from_fn(move |request: http::Request<bytes::Bytes>| {
                let (service, unreachable) = (service.clone(), Arc::clone(&unreachable));
                async move {
                    let paid = request.method() == "POST";
                    if paid && unreachable.swap(0, Ordering::Relaxed) > 0 {
                        let kind = TransportErrorKind::Connect;
                        return Err(TransportError::new(kind, Delivery::NotSent));
                    }
                    service.try_call(request).await.map_err(|_| {
                        TransportError::new(TransportErrorKind::Closed, Delivery::Unknown)
                    })
                }
            })
        };
        let client = client_builder("http://localhost")
            .transport(transport)
            .clock(SharedRef(Arc::clone(&clock)))
            .build();
        let start = LoginFlow::start(mobile(), idaas_auth::FlowPolicy::new(), clock.now());
        let standing = Some(client.resume(start, device()).unwrap());
        Self {
            service,
            clock,
            client,
            unreachable,
            standing,
            sends_asked: 0,
        }
    }

    /// Does one act, and tells everything that can be seen of what came of it.
    async fn act(&mut self, act: Act) -> String {
        let sends_before = self.service.sms_sent();
        let mut asked = false;
        let said = match (act, self.standing.take()) {
            (Act::Wait(seconds), standing) => {
                self.standing = standing;
                self.service.advance(Duration::from_secs(seconds.into()));
                self.clock.0.fetch_add(seconds.into(), Ordering::Relaxed);
                String::new()
            }
            (Act::Break(operation, breakage), standing) => {
                self.standing = standing;
                let fault = Fault::on(operation);
                match breakage {
                    Breakage::Unreachable => {
                        self.unreachable.store(1, Ordering::Relaxed);
                        return String::new();
                    }
                    Breakage::LostRequest => self.service.faults().push(fault.drop_connection()),
                    Breakage::LostAnswer => {
                        self.service
                            .faults()
                            .push(fault.after_processing().drop_connection());
                    }
                    Breakage::Busy => {
                        self.service
                            .faults()
                            .push(fault.error(ErrorCode::SYSTEM_BUSY));
                    }
                }
                String::new()
            }
            (Act::SolveCaptcha | Act::FailCaptcha, Some(Resumed::Captcha(needed))) => {
                match needed.captcha().await {
                    Err(failed) => self.failed(failed),
                    Ok(step) => {
                        let right = self.service.solve_captcha(&step.captcha().token).unwrap();
                        let point = match act {
                            Act::SolveCaptcha => right,
                            _ => CaptchaPoint::new(-99.0, 5.0).unwrap(),
                        };
                        match step.verify(point).await {
                            Ok(held) => self.stands(Resumed::PassHeld(held)),
                            Err(failed) => self.failed(failed),
                        }
                    }
                }
            }
            (Act::Send, Some(Resumed::PassHeld(held))) => {
                asked = true;
                match held.send_code(SendScenario::LOGIN_SMS).await {
                    Ok(sent) => self.stands(Resumed::CodeSent(sent)),
                    Err(failed) => self.failed(failed),
                }
            }
            (Act::EnterCode | Act::EnterWrongCode, Some(Resumed::CodeSent(mut sent))) => {
                let outcome = sent.login(self.code(act)).await;
                self.logged_in(outcome, Resumed::CodeSent(sent))
            }
            (Act::EnterCode | Act::EnterWrongCode, Some(Resumed::InDoubt(mut doubt))) => {
                let outcome = doubt.login(self.code(act)).await;
                self.logged_in(outcome, Resumed::InDoubt(doubt))
            }
            (Act::AskForAnotherCode, Some(Resumed::CodeSent(sent))) => match sent.resend() {
                Ok(needed) => self.stands(Resumed::Captcha(needed)),
                Err(failed) => self.failed(failed),
            },
            (Act::AskForAnotherCode, Some(Resumed::InDoubt(doubt))) => match doubt.resend() {
                Ok(needed) => self.stands(Resumed::Captcha(needed)),
                Err(failed) => self.failed(failed),
            },
            // Not possible here: the types do not offer it.
            (_, standing) => {
                self.standing = standing;
                String::new()
            }
        };
        self.sends_asked += u64::from(asked);
        let sent = self.service.sms_sent() - sends_before;
        assert!(sent <= u64::from(asked), "{act:?} sent {sent} SMS");
        format!("{act:?}: {said} {} SMS={sent}", self.seen())
    }

    /// Saves the login and goes on with what was saved, as another replica would.
    fn save_and_restore(&mut self) {
        let Some(standing) = &self.standing else {
            return;
        };
        // A flow that has outlived itself is not resumed; the one at hand refuses in its own words.
        let snapshot = standing.save().to_snapshot().unwrap();
        let saved = LoginFlow::from_snapshot(&snapshot).unwrap();
        if let Ok(resumed) = self.client.resume(saved, device()) {
            self.standing = Some(resumed);
        }
    }

    fn code(&self, act: Act) -> VerifyCode {
        let newest = self.service.messages(&mobile());
        match (act, newest.first()) {
            (Act::EnterCode, Some(message)) => message.code().clone(),
            _ => VerifyCode::parse("wrong").unwrap(),
        }
    }

    fn stands(&mut self, standing: Resumed) -> String {
        self.standing = Some(standing);
        String::from("ok")
    }

    fn failed(&mut self, failed: idaas_auth::StepError) -> String {
        let (error, next) = failed.into_parts();
        self.standing = next;
        format!("{error} {:?}", error.advice())
    }

    fn logged_in(
        &mut self,
        outcome: Result<LoginOutcome, idaas_auth::Error>,
        standing: Resumed,
    ) -> String {
        match outcome {
            Ok(_) => String::from("signed in"),
            Err(error) => {
                // Where it stands now is in what it would be saved as; a flow that is over cannot be.
                let flow = standing.save();
                self.standing = (!flow.state().is_over())
                    .then(|| self.client.resume(flow, device()).unwrap_or(standing));
                format!("{error} {:?}", error.advice())
            }
        }
    }

    /// All that a front end can see.
    fn seen(&self) -> String {
        match &self.standing {
            None => String::from("over"),
            Some(standing) => format!("{:?}", standing.view()),
        }
    }
}

/// A clock that two owners read.
#[derive(Debug)]
struct SharedRef(Arc<SharedClock>);

impl Clock for SharedRef {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Saved and restored after every act, a login behaves exactly as one that is kept in memory; and neither ever
    /// sends an SMS that nobody asked for.
    #[test]
    fn a_login_that_is_saved_and_restored_behaves_the_same(acts in acts()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (mut kept, mut moved) = (World::new(), World::new());
            for act in acts {
                let expected = kept.act(act).await;
                moved.save_and_restore();
                let found = moved.act(act).await;
                assert_eq!(found, expected);
            }
            assert!(kept.service.sms_sent() <= kept.sends_asked);
        });
    }
}

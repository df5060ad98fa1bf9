//! A flow, a guard and a service that counts what it sends, under every fate that a request can meet.

use http::Response;
use idaas_proto::SendSmsCode;
use idaas_transport::{Delivery, TransportError, TransportErrorKind};
use proptest::prelude::*;

use super::*;
use crate::error::decode_answer;

/// What happens to a request to send.
#[derive(Clone, Copy, Debug)]
enum Fate {
    /// It never leaves.
    NotSent,
    /// It is lost, or its answer is.
    Lost { sent: bool },
    /// The process that waits for the answer ends.
    Crash { sent: bool },
    /// The service sends, and answers so.
    Accepted,
    /// The service names a reason that comes before sending.
    Refused(&'static str),
    /// The service, or a proxy, answers in a way that says nothing of whether an SMS went out.
    Vague {
        status: u16,
        body: &'static str,
        sent: bool,
    },
}

fn fate() -> impl Strategy<Value = Fate> {
    let refusals = [
        "IDAAS.SDK.CAPTCHA.0003",
        "CAPTCHA.0004",
        "IDAAS.SDK.CAPTCHA.0005",
        "IDAAS.SDK.PARAM.0007",
        "USER.0004",
    ];
    let vague = [
        (200, "<html></html>"),
        (302, ""),
        (400, r#"{"error_code":"IDAAS.SDK.CAPTCHA.0006"}"#),
        (400, r#"{"error_code":"IDAAS.SDK.NEW.0001"}"#),
        (403, "<html></html>"),
        (404, r#"{"error_code":"NOT_FOUND"}"#),
        (429, r#"{"error_code":"IDAAS.SDK.COM.0002"}"#),
        (429, ""),
        (500, r#"{"error_code":"IDAAS.SDK.COM.0002"}"#),
        (500, r#"{"error_code":"IDAAS.SDK.CAPTCHA.0003"}"#),
        (502, "<html></html>"),
    ];
    prop_oneof![
        Just(Fate::NotSent),
        any::<bool>().prop_map(|sent| Fate::Lost { sent }),
        any::<bool>().prop_map(|sent| Fate::Crash { sent }),
        Just(Fate::Accepted),
        prop::sample::select(refusals.to_vec()).prop_map(Fate::Refused),
        (prop::sample::select(vague.to_vec()), any::<bool>())
            .prop_map(|((status, body), sent)| Fate::Vague { status, body, sent }),
    ]
}

impl Fate {
    const fn sends(self) -> bool {
        match self {
            Self::NotSent | Self::Refused(_) => false,
            Self::Accepted => true,
            Self::Lost { sent } | Self::Crash { sent } | Self::Vague { sent, .. } => sent,
        }
    }

    /// What the driver hears of it; nothing after a crash.
    fn report(self, now: Timestamp) -> Option<SendReport> {
        let answer =
            |status: u16, body: String| Ok(Response::builder().status(status).body(body).unwrap());
        let lost = |delivery| Err(TransportError::new(TransportErrorKind::Closed, delivery));
        let answer = match self {
            Self::NotSent => lost(Delivery::NotSent),
            Self::Lost { .. } => lost(Delivery::Unknown),
            Self::Crash { .. } => return None,
            Self::Accepted => answer(200, String::new()),
            Self::Refused(code) => answer(400, format!(r#"{{"error_code":"{code}"}}"#)),
            Self::Vague { status, body, .. } => answer(status, body.to_owned()),
        };
        Some(match decode_answer::<SendSmsCode>(answer, now) {
            Ok(()) => SendReport::Accepted,
            Err(error) => SendReport::failed(&error),
        })
    }
}

#[derive(Debug, Default)]
struct Books {
    /// How often the person asked for an SMS and was heard.
    wishes: usize,
    /// When each SMS went out.
    sms: Vec<Timestamp>,
    /// Leaves that the guard gave and did not get back.
    leaves: usize,
}

/// Leads a flow by the person's wishes, with what follows from each.
fn live(flow: &mut LoginFlow, books: &mut Books, wish: Event, fate: Fate, now: Timestamp) {
    let mut wish = Some(input(wish));
    loop {
        let next = match (wish.take(), flow.poll(now)) {
            (Some(wish), _) => wish,
            (None, Output::AcquireSend) => Input::SendGranted,
            (None, Output::ClaimTry) => Input::TryGranted,
            (None, Output::Login(_)) => input(Event::LoginUnknown),
            (None, Output::Send(_)) => {
                if fate.sends() {
                    books.sms.push(now);
                }
                match fate.report(now) {
                    Some(report) => Input::SendAnswered(report),
                    None => {
                        *flow = LoginFlow::from_snapshot(&flow.to_snapshot().unwrap()).unwrap();
                        return;
                    }
                }
            }
            (None, Output::Wait | Output::Over) => return,
        };
        let asked = next.event() == Event::SendAsked;
        let Ok(step) = flow.handle(next, now) else {
            return;
        };
        books.wishes += usize::from(asked);
        match step.guard {
            GuardEffect::AcquireSend => books.leaves += 1,
            GuardEffect::RefundSend => books.leaves -= 1,
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sms_goes_out_unasked_unpaid_or_too_soon(
        moments in prop::collection::vec((0_u64..50, fate()), 1..40),
        wishes in prop::collection::vec(any::<prop::sample::Index>(), 40),
    ) {
        let (mut flow, mut books, mut now) = (start(), Books::default(), START);
        for ((seconds, fate), wish) in moments.into_iter().zip(wishes) {
            now = now.saturating_add(core::time::Duration::from_secs(seconds));
            let accepted = flow.view(now).inputs;
            if accepted.is_empty() {
                continue;
            }
            let before = books.sms.len();
            live(&mut flow, &mut books, accepted[wish.index(accepted.len())], fate, now);

            prop_assert!(books.sms.len() <= books.wishes, "an SMS that nobody asked for: {:?}", books);
            prop_assert!(books.sms.len() <= books.leaves, "a leave was given back for an SMS that went out: {:?}", books);
            if books.sms.len() > before {
                prop_assert_ne!(flow.state(), FlowState::PassHeld, "the pass of an SMS that went out is still held");
            }
        }
        for pair in books.sms.windows(2) {
            prop_assert!(pair[0].until(pair[1]) >= flow.policy().resend_interval(), "two SMS too close: {:?}", books);
        }
    }
}

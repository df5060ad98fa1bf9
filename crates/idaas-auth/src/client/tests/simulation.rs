//! Random people at a service that keeps count and protects nobody: it accepts any pass, at any time.

use proptest::prelude::*;

use super::*;

/// What the person does next, and what becomes of a request if that makes one.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Ask(Fate),
    EnterCode(Fate),
    AskAgain,
    SaveAndResume,
    Wait(u64),
}

#[derive(Clone, Copy, Debug)]
enum Fate {
    Works,
    Refused(u16, &'static str),
    Page(u16),
    Lost(Delivery),
    Dropped,
}

fn fate() -> impl Strategy<Value = Fate> {
    let refusals = vec![
        (400, "IDAAS.SDK.CAPTCHA.0003"),
        (400, "IDAAS.SDK.CAPTCHA.0006"),
        (400, "IDAAS.SDK.CAPTCHA.0007"),
        (404, "NEW.0001"),
        (429, "IDAAS.SDK.COM.0002"),
        (500, "IDAAS.SDK.COM.0002"),
    ];
    prop_oneof![
        3 => Just(Fate::Works),
        2 => prop::sample::select(refusals).prop_map(|(status, code)| Fate::Refused(status, code)),
        1 => prop::sample::select(vec![200, 302, 403, 502]).prop_map(Fate::Page),
        2 => prop::sample::select(vec![Delivery::NotSent, Delivery::Unknown]).prop_map(Fate::Lost),
        1 => Just(Fate::Dropped),
    ]
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        3 => fate().prop_map(Deed::Ask),
        2 => fate().prop_map(Deed::EnterCode),
        2 => Just(Deed::AskAgain),
        1 => Just(Deed::SaveAndResume),
        3 => (0_u64..70).prop_map(Deed::Wait),
    ]
}

impl Fate {
    fn act(self, works: Act) -> Act {
        match self {
            Self::Works => works,
            Self::Refused(status, code) => refuse(status, &ErrorCode::from(code)),
            Self::Page(status) => Act::Answer(
                Response::builder()
                    .status(status)
                    .body("<html></html>".into())
                    .unwrap(),
            ),
            Self::Lost(delivery) => Act::Lose(delivery),
            Self::Dropped => Act::Hang,
        }
    }
}

/// Runs a future to its end, or drops it where the service leaves it hanging.
fn run<F: Future>(future: F) -> Option<F::Output> {
    let mut future = Box::pin(future);
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

/// Does one deed where the login stands; gives where it stands then, if it is not over.
fn act(scene: &Scene, stands: Resumed, deed: Deed) -> Option<Resumed> {
    let script = |act| *scene.script.0.lock().unwrap() = [act].into();
    match (stands, deed) {
        (Resumed::Captcha(needed), Deed::Ask(_)) => match needed.with_pass(pass()) {
            Ok(held) => Some(Resumed::PassHeld(held)),
            Err(failed) => failed.into_parts().1,
        },
        (Resumed::PassHeld(held), Deed::Ask(fate)) => {
            script(fate.act(sent()));
            let saved = held.save();
            match run(held.send_code(SendScenario::LOGIN_SMS)) {
                Some(Ok(code_sent)) => Some(Resumed::CodeSent(code_sent)),
                Some(Err(failed)) => failed.into_parts().1,
                None => scene.client.resume(saved, device()).ok(),
            }
        }
        (Resumed::CodeSent(mut code_sent), Deed::EnterCode(fate)) => {
            script(fate.act(logged_in()));
            let _ = run(code_sent.login(code()));
            Some(Resumed::CodeSent(code_sent))
        }
        (Resumed::InDoubt(mut doubt), Deed::EnterCode(fate)) => {
            script(fate.act(logged_in()));
            let _ = run(doubt.login(code()));
            Some(Resumed::InDoubt(doubt))
        }
        (Resumed::CodeSent(code_sent), Deed::AskAgain) => match code_sent.resend() {
            Ok(needed) => Some(Resumed::Captcha(needed)),
            Err(failed) => failed.into_parts().1,
        },
        (Resumed::InDoubt(doubt), Deed::AskAgain) => match doubt.resend() {
            Ok(needed) => Some(Resumed::Captcha(needed)),
            Err(failed) => failed.into_parts().1,
        },
        (stands, Deed::SaveAndResume) => scene.client.resume(stands.save(), device()).ok(),
        (stands, Deed::Wait(seconds)) => {
            scene.clock.advance(seconds);
            Some(stands)
        }
        (stands, _) => Some(stands),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_call_to_send_is_one_request_at_most_and_nothing_else_is_any(deeds in prop::collection::vec(deed(), 1..60)) {
        let scene = scene([]);
        let mut stands = Some(Resumed::PassHeld(scene.pass_held()));
        for deed in deeds {
            let Some(now) = stands.take() else { break };
            let asked = matches!((&now, deed), (Resumed::PassHeld(_), Deed::Ask(_)));
            let before = scene.count::<SendSmsCode>();
            stands = act(&scene, now, deed);
            let requests = scene.count::<SendSmsCode>() - before;
            prop_assert!(requests <= usize::from(asked), "{:?} made {} requests to send", deed, requests);
        }
    }
}

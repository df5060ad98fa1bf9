use core::time::Duration;

use super::*;

fn sent() -> LoginFlow {
    along(&[
        Event::PassObtained,
        Event::SendAsked,
        Event::SendGranted,
        Event::SendAccepted,
    ])
}

#[test]
fn another_sms_waits_for_resend_at() {
    // Sent in second 3, answered in second 4.
    let mut flow = sent();
    let refused = flow.handle(Input::ResendAsked, at(63));
    assert_eq!(refused, Err(FlowError::TooEarly { until: at(64) }));
    assert_eq!(flow, sent());
    let _ = flow.handle(Input::ResendAsked, at(64)).unwrap();
    let _ = flow.handle(input(Event::PassObtained), at(64)).unwrap();
    let _ = flow.handle(input(Event::SendAsked), at(64)).unwrap();
    let _ = flow.handle(input(Event::SendDenied), at(64)).unwrap();
    assert_eq!(
        flow.handle(input(Event::SendAsked), at(89)),
        Err(FlowError::TooEarly { until: at(90) })
    );
    assert!(flow.handle(input(Event::SendAsked), at(90)).is_ok());
}

#[test]
fn resend_at_is_the_latest_that_anyone_said() {
    let new_captcha = |at: Timestamp| {
        Some(Advice::NewCaptcha {
            not_before: Some(at),
        })
    };
    let resend_at = |answer: Event, seconds| {
        let mut flow = along(&[Event::PassObtained, Event::SendAsked, Event::SendGranted]);
        let step = flow.handle(input(answer), at(seconds)).unwrap();
        (flow.view(at(seconds)).resend_at, step.advice)
    };
    assert_eq!(
        resend_at(Event::SendFailed, 10),
        (Some(at(70)), new_captcha(at(70)))
    );
    // The answer says 200.
    assert_eq!(
        resend_at(Event::SendThrottled, 10),
        (Some(at(200)), new_captcha(at(200)))
    );
    assert_eq!(
        resend_at(Event::SendThrottled, 150),
        (Some(at(210)), new_captcha(at(210)))
    );
    assert_eq!(
        resend_at(Event::SendPassSpent, 10),
        (None, Some(Advice::NEW_CAPTCHA))
    );
    assert_eq!(resend_at(Event::SendNotSent, 10), (None, None));
    assert_eq!(
        resend_at(Event::SendUnknown, 10),
        (Some(at(70)), Some(Advice::AskAgain))
    );
}

#[test]
fn a_pass_that_is_spent_does_not_shorten_the_wait() {
    let mut flow = sent();
    for event in [
        Event::ResendAsked,
        Event::PassObtained,
        Event::SendAsked,
        Event::SendGranted,
        Event::SendFailed,
    ] {
        let _ = flow.handle(input(event), at(100)).unwrap();
    }
    let _ = flow.handle(input(Event::PassObtained), at(101)).unwrap();
    assert_eq!(flow.view(at(101)).resend_at, Some(at(160)));
}

#[test]
fn hints_refuse_nothing() {
    let held = along(&[Event::PassObtained]);
    assert_eq!(held.view(at(1)).expires_at, Some(at(181)));
    assert!(
        held.clone()
            .handle(input(Event::SendAsked), at(599))
            .is_ok()
    );
    // The code lives from when the request began, in second 3.
    assert_eq!(sent().view(at(4)).expires_at, Some(at(303)));
    assert!(sent().handle(input(Event::CodeEntered), at(599)).is_ok());
}

#[test]
fn the_lifetime_refuses_every_wish_and_no_answer() {
    let (last, over) = (at(660), at(661));
    for flow in every_state() {
        for row in table::leaving(flow.state()) {
            assert!(
                flow.clone().handle(input(row.event), last).is_ok(),
                "{row:?} in time"
            );
            let late = flow.clone().handle(input(row.event), over);
            match row.event.is_wish() {
                true => assert_eq!(late, Err(FlowError::Expired { at: at(600) }), "{row:?}"),
                false => assert!(
                    late.is_ok(),
                    "{row:?}: what has happened is heard at any time"
                ),
            }
        }
        if flow.state().is_resting() {
            assert_eq!(flow.poll(over), Output::Over, "{}", flow.state());
        }
    }
}

#[test]
fn a_flow_from_the_future_is_refused_beyond_the_skew() {
    let mut flow = start();
    let (near, far) = (
        START.saturating_sub(Duration::from_secs(60)),
        START.saturating_sub(Duration::from_secs(61)),
    );
    assert_eq!(
        flow.handle(input(Event::PassObtained), far),
        Err(FlowError::NotYet { at: START })
    );
    assert!(flow.handle(input(Event::PassObtained), near).is_ok());
}

#[test]
fn a_view_lists_exactly_what_the_flow_accepts() {
    for flow in every_state() {
        for seconds in [0, 30, 63, 64, 89, 90, 300, 660, 661, 5_000] {
            let accepted: Vec<_> = Event::ALL
                .iter()
                .copied()
                .filter(|event| flow.clone().handle(input(*event), at(seconds)).is_ok())
                .collect();
            let mut listed = flow.view(at(seconds)).inputs;
            listed.sort_unstable();
            assert_eq!(listed, accepted, "{} at {seconds} s", flow.state());
        }
    }
}

#[test]
fn a_view_is_data() {
    let json = serde_json::to_value(sent().view(at(10))).unwrap();
    let expected = serde_json::json!({
        "state": "await_code",
        "inputs": ["code_entered"],
        "resend_at": 1_700_000_064,
        "expires_at": 1_700_000_303,
        "tries_left": 5,
        "last_try_unknown": false,
        "ends_at": 1_700_000_600,
    });
    assert_eq!(json, expected);
}

#[test]
fn a_policy_sets_every_default() {
    let seconds = Duration::from_secs;
    let policy = FlowPolicy::new()
        .with_resend_interval(seconds(5))
        .with_code_lifetime(seconds(50))
        .with_pass_lifetime(seconds(20))
        .with_tries(3)
        .with_lifetime(seconds(100))
        .with_skew(Duration::ZERO);
    let mut flow = LoginFlow::start(Mobile::parse(MOBILE).unwrap(), policy, START);
    let _ = flow.handle(input(Event::PassObtained), START).unwrap();
    assert_eq!(flow.view(START).expires_at, Some(at(20)));
    for event in [Event::SendAsked, Event::SendGranted, Event::SendAccepted] {
        let _ = flow.handle(input(event), START).unwrap();
    }
    let view = flow.view(START);
    assert_eq!(
        (view.resend_at, view.expires_at, view.tries_left),
        (Some(at(5)), Some(at(50)), Some(3))
    );
    assert_eq!(view.ends_at, at(100));
    assert_eq!(
        flow.handle(input(Event::CodeEntered), at(101)),
        Err(FlowError::Expired { at: at(100) })
    );
    assert_eq!(
        FlowPolicy::new().with_lifetime(Duration::MAX).lifetime(),
        seconds(u64::from(u32::MAX))
    );
}

#[test]
fn a_view_counts_down_to_the_next_sms() {
    let flow = sent();
    for (seconds, left) in [(4, Some(60)), (63, Some(1)), (64, None), (300, None)] {
        let now = at(seconds);
        let left = left.map(Duration::from_secs);
        assert_eq!(flow.view(now).resend_in(now), left, "at {seconds} s");
    }
    assert_eq!(start().view(START).resend_in(START), None);
}

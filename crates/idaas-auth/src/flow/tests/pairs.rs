use std::collections::BTreeSet;

use super::table::{ROWS, Row, To, find};
use super::*;

/// Late enough for every `resend_at`, within the lifetime.
const WHEN: u64 = 300;

#[test]
fn the_code_does_what_the_table_says_for_every_state_and_event() {
    let mut rows_seen = BTreeSet::new();
    for flow in every_state() {
        for &event in Event::ALL {
            let (state, before) = (flow.state(), flow.clone());
            let mut flow = flow.clone();
            let handled = flow.handle(input(event), at(WHEN));
            match find(state, event) {
                Some(row) => {
                    rows_seen.insert((state, event));
                    agree(row, &before, &flow, handled.unwrap());
                }
                None => {
                    let refused = match state.is_over() {
                        true => FlowError::Over,
                        false => FlowError::NotLegal { state, event },
                    };
                    assert_eq!(handled, Err(refused), "{event} in {state} is in no row");
                    assert_eq!(flow, before, "a refused {event} left {state} as it was");
                }
            }
        }
    }
    assert_eq!(rows_seen.len(), ROWS.len(), "every row was tried");
}

fn agree(row: &Row, before: &LoginFlow, after: &LoginFlow, step: Step) {
    let expected = match row.to {
        To::State(state) => state,
        To::Origin => match &before.state {
            State::AskTry(ask) if ask.in_doubt => FlowState::InDoubt,
            _ => FlowState::AwaitCode,
        },
    };
    assert_eq!(after.state(), expected, "{row:?}");
    assert_eq!(step.guard, row.guard, "{row:?}");
    match step.ended {
        Some(Ended::Done(_)) => assert_eq!(expected, FlowState::Done, "{row:?}"),
        Some(Ended::Refused { .. }) => assert_eq!(expected, FlowState::Refused, "{row:?}"),
        None => assert!(!expected.is_over(), "{row:?} ends the flow with a result"),
    }
    assert_eq!(after.mobile, before.mobile);
    assert_eq!(after.started_at, before.started_at);
}

#[test]
fn the_table_is_a_function_and_leads_everywhere() {
    let pairs: BTreeSet<_> = ROWS.iter().map(|row| (row.from, row.event)).collect();
    assert_eq!(
        pairs.len(),
        ROWS.len(),
        "no event has two rows in one state"
    );
    let events: BTreeSet<_> = ROWS.iter().map(|row| row.event).collect();
    assert_eq!(
        events.len(),
        Event::ALL.len(),
        "every event is legal somewhere"
    );
    let states: BTreeSet<_> = every_state().iter().map(LoginFlow::state).collect();
    assert_eq!(
        states.len(),
        FlowState::ALL.len(),
        "these tests look at every state"
    );
}

#[test]
fn only_a_granted_wish_leads_to_a_request_to_send() {
    let into = |state| {
        ROWS.iter()
            .filter(move |row| row.to == To::State(state))
            .map(|row| (row.from, row.event))
    };
    let sending: Vec<_> = into(FlowState::Sending).collect();
    assert_eq!(sending, [(FlowState::AskSend, Event::SendGranted)]);
    let asking: Vec<_> = into(FlowState::AskSend).collect();
    assert_eq!(asking, [(FlowState::PassHeld, Event::SendAsked)]);
}

#[test]
fn a_pass_is_spent_by_every_outcome_but_not_sent() {
    let sending = along(&[Event::PassObtained, Event::SendAsked, Event::SendGranted]);
    for row in table::leaving(FlowState::Sending) {
        let mut flow = sending.clone();
        let _ = flow.handle(input(row.event), at(10)).unwrap();
        let kept = flow
            .to_snapshot()
            .is_ok_and(|saved| saved.contains("captcha_token"));
        assert_eq!(kept, row.event == Event::SendNotSent, "{row:?}");
    }
}

#[test]
fn what_a_send_not_sent_leaves_is_the_pass_as_it_was() {
    let held = along(&[Event::PassObtained]);
    let mut flow = held.clone();
    for event in [Event::SendAsked, Event::SendGranted, Event::SendNotSent] {
        let _ = flow.handle(input(event), at(10)).unwrap();
    }
    assert_eq!(flow, held);
}

#[test]
fn poll_names_the_one_thing_to_do() {
    for flow in every_state() {
        let output = flow.poll(at(WHEN));
        let agrees = match flow.state() {
            FlowState::AskSend => output == Output::AcquireSend,
            FlowState::AskTry => output == Output::ClaimTry,
            FlowState::Sending => matches!(output, Output::Send(request)
                if request.mobile.as_str() == MOBILE && request.captcha_token.expose_secret() == PASS),
            FlowState::LoggingIn => matches!(output, Output::Login(request)
                if request.mobile.as_str() == MOBILE && request.verify_code.expose_secret() == CODE),
            FlowState::Done | FlowState::Refused => output == Output::Over,
            _ => output == Output::Wait,
        };
        assert!(agrees, "{output:?} in {}", flow.state());
    }
}

#[test]
fn a_wrong_code_after_a_try_of_unknown_outcome_advises_a_new_code() {
    let advice = |flow: &mut LoginFlow, answer| {
        for event in [Event::CodeEntered, Event::TryGranted] {
            let _ = flow.handle(input(event), at(20)).unwrap();
        }
        flow.handle(input(answer), at(20)).unwrap().advice
    };
    let mut flow = along(&[
        Event::PassObtained,
        Event::SendAsked,
        Event::SendGranted,
        Event::SendAccepted,
    ]);
    assert_eq!(
        advice(&mut flow, Event::LoginCodeIncorrect),
        Some(Advice::AskAgain)
    );
    assert_eq!(
        advice(&mut flow, Event::LoginUnknown),
        Some(Advice::AskAgain)
    );
    assert!(flow.view(at(20)).last_try_unknown);
    assert_eq!(advice(&mut flow, Event::LoginNotSent), None);
    assert_eq!(
        advice(&mut flow, Event::LoginCodeIncorrect),
        Some(new_captcha(at(64)))
    );
    assert_eq!(
        flow.view(at(20)).tries_left,
        Some(2),
        "the try that was not sent is not counted"
    );
}

#[test]
fn the_last_wrong_try_advises_a_new_code_and_a_further_one_is_not_refused_here() {
    let mut flow = along(&[
        Event::PassObtained,
        Event::SendAsked,
        Event::SendGranted,
        Event::SendAccepted,
    ]);
    for left in [4, 3, 2, 1, 0, 0] {
        for event in [Event::CodeEntered, Event::TryGranted] {
            let _ = flow.handle(input(event), at(20)).unwrap();
        }
        let step = flow
            .handle(input(Event::LoginCodeIncorrect), at(20))
            .unwrap();
        assert_eq!(flow.view(at(20)).tries_left, Some(left));
        let advice = if left == 0 {
            new_captcha(at(64))
        } else {
            Advice::AskAgain
        };
        assert_eq!(step.advice, Some(advice));
    }
}

#[test]
fn a_code_that_is_wrong_and_too_old_advises_a_new_one() {
    let mut flow = along(&[
        Event::PassObtained,
        Event::SendAsked,
        Event::SendGranted,
        Event::SendAccepted,
    ]);
    for (seconds, advice) in [(303, Advice::AskAgain), (304, Advice::NEW_CAPTCHA)] {
        for event in [Event::CodeEntered, Event::TryGranted] {
            let _ = flow.handle(input(event), at(seconds)).unwrap();
        }
        let step = flow
            .handle(input(Event::LoginCodeIncorrect), at(seconds))
            .unwrap();
        assert_eq!(step.advice, Some(advice), "after {seconds} s");
    }
}

#[test]
fn whatever_is_advised_can_be_done_where_the_flow_stands() {
    let mut advised = BTreeSet::new();
    for flow in every_state() {
        for row in table::leaving(flow.state()) {
            for seconds in [20, 100] {
                let (mut flow, now) = (flow.clone(), at(seconds));
                let step = flow.handle(input(row.event), now).ok();
                let Some(advice) = step.and_then(|step| step.advice) else {
                    continue;
                };
                let then = advice.not_before().unwrap_or(now);
                let inputs = flow.view(then).inputs;
                let wanted = match advice {
                    Advice::AskAgain => Event::CodeEntered,
                    Advice::RetryAt(_) if row.event == Event::SendDenied => Event::SendAsked,
                    Advice::RetryAt(_) => Event::CodeEntered,
                    Advice::NewCaptcha { .. } if flow.state() == FlowState::Captcha => {
                        let _ = flow.handle(input(Event::PassObtained), now).unwrap();
                        assert!(
                            flow.view(then).inputs.contains(&Event::SendAsked),
                            "{row:?} advises {advice:?}, and the new pass cannot be used then"
                        );
                        Event::PassObtained
                    }
                    Advice::NewCaptcha { .. } => Event::ResendAsked,
                    Advice::GiveUp => {
                        assert!(inputs.is_empty(), "{row:?} advises to give up");
                        continue;
                    }
                    other => panic!("{row:?} advises {other:?}"),
                };
                assert!(
                    inputs.contains(&wanted),
                    "{row:?} advises {advice:?}, and the flow accepts {inputs:?} then"
                );
                advised.insert(row.event);
            }
        }
    }
    assert_eq!(advised.len(), 8, "looked at the advice on {advised:?} only");
}

#[test]
fn a_denied_try_leaves_none() {
    for origin in [Event::SendAccepted, Event::SendUnknown] {
        let mut flow = along(&[
            Event::PassObtained,
            Event::SendAsked,
            Event::SendGranted,
            origin,
        ]);
        let state = flow.state();
        let _ = flow.handle(input(Event::CodeEntered), at(20)).unwrap();
        let step = flow.handle(Input::TryDenied, at(20)).unwrap();
        assert_eq!(step.advice, Some(new_captcha(at(64))));
        assert_eq!(
            (flow.state(), flow.view(at(20)).tries_left),
            (state, Some(0))
        );
    }
}

#[test]
fn debug_shows_nothing_that_a_flow_holds() {
    for flow in every_state() {
        let shown = format!("{flow:?} {:?} {:?}", flow.poll(at(1)), flow.view(at(1)));
        for secret in [
            MOBILE,
            "15200000001",
            PASS,
            CODE,
            "state-token",
            "session-token",
        ] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
    for &event in Event::ALL {
        let shown = format!("{:?}", input(event));
        for secret in [PASS, CODE, "state-token", "session-token", "mfa_type"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

/// A new captcha, for a code that may be asked for from this moment on.
const fn new_captcha(not_before: Timestamp) -> Advice {
    Advice::NewCaptcha {
        not_before: Some(not_before),
    }
}

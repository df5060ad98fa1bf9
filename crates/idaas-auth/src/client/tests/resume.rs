use core::time::Duration;

use super::*;
use crate::{FlowError, FlowPolicy, FlowState};

#[tokio::test]
async fn a_login_goes_on_in_another_process_after_every_step() {
    let through_json =
        |flow: LoginFlow| LoginFlow::from_snapshot(&flow.to_snapshot().unwrap()).unwrap();
    let one = scene([captcha(), sent()]);
    let other = scene([captcha(), solved(), logged_in()]);

    let step = one.captcha_step().await;
    let Ok(Resumed::Captcha(needed)) = other.client.resume(through_json(step.save()), device())
    else {
        panic!("expected a captcha to be needed")
    };
    let held = needed
        .captcha()
        .await
        .unwrap()
        .verify(point())
        .await
        .unwrap();
    let Ok(Resumed::PassHeld(held)) = one.client.resume(through_json(held.save()), device()) else {
        panic!("expected the pass to be held")
    };
    let code_sent = held.send_code(SendScenario::LOGIN_SMS).await.unwrap();
    let Ok(Resumed::CodeSent(mut code_sent)) = other
        .client
        .resume(through_json(code_sent.save()), device())
    else {
        panic!("expected the code to be waited for")
    };
    assert!(code_sent.login(code()).await.is_ok());
    assert_eq!((one.lines_left(), other.lines_left()), (0, 0));
}

#[tokio::test]
async fn a_doubt_is_resumed_as_one() {
    let scene = scene([Act::Lose(Delivery::Unknown)]);
    let failed = scene.failed_send().await;
    let Some(Resumed::InDoubt(doubt)) = failed.next() else {
        panic!("expected doubt")
    };
    assert!(matches!(
        scene.client.resume(doubt.save(), device()),
        Ok(Resumed::InDoubt(_))
    ));
}

#[tokio::test]
async fn what_is_over_is_not_resumed() {
    let scene = scene([logged_in()]);
    let mut code_sent = scene.code_sent().await;
    let waiting = code_sent.save();
    let _ = code_sent.login(code()).await.unwrap();
    let over = scene.client.resume(code_sent.save(), device());
    assert!(matches!(over, Err(Error::Flow(FlowError::Over))));

    scene.clock.advance(661);
    let ended_at = Timestamp::from_unix(START.as_unix() + 600);
    let late = scene.client.resume(waiting, device()).unwrap_err();
    assert!(matches!(late, Error::Flow(FlowError::Expired { at }) if at == ended_at));
    assert_eq!(late.advice(), crate::Advice::StartOver);
}

/// What a snapshot of this state says that brings its own policy.
fn forged(policy: FlowPolicy, started_at: u64, state: &serde_json::Value) -> LoginFlow {
    let snapshot = serde_json::json!({
        "v": 1,
        "mobile": MOBILE,
        "started_at": started_at,
        "policy": policy,
        "state": state,
    });
    LoginFlow::from_snapshot(&snapshot.to_string()).unwrap()
}

/// A policy that allows everything.
fn lenient() -> FlowPolicy {
    FlowPolicy::new()
        .with_resend_interval(Duration::ZERO)
        .with_code_lifetime(Duration::MAX)
        .with_pass_lifetime(Duration::MAX)
        .with_tries(u8::MAX)
        .with_lifetime(Duration::MAX)
        .with_skew(Duration::MAX)
}

#[test]
fn a_snapshot_cannot_bring_a_life_of_its_own() {
    let scene = scene([]);
    let start = START.as_unix();
    let captcha = serde_json::json!({"captcha": {"resend_at": null}});
    for (policy, started_at, legal) in [
        (lenient(), 4_000_000_000, false),
        (lenient(), start + 61, false),
        (FlowPolicy::new(), start + 61, false),
        (lenient(), start + 60, true),
        (lenient(), start - 660, true),
        (lenient(), start - 661, false),
        (FlowPolicy::new(), start - 661, false),
        (lenient(), 0, false),
    ] {
        let resumed = scene
            .client
            .resume(forged(policy, started_at, &captcha), device());
        assert_eq!(resumed.is_ok(), legal, "{started_at}: {resumed:?}");
    }
}

#[tokio::test]
async fn a_snapshot_cannot_bring_the_next_sms_nearer() {
    let start = START.as_unix();
    let entry = |resend_at| {
        serde_json::json!({"await_code": {
            "resend_at": resend_at, "expires_at": u64::MAX, "tries_left": 255, "last_try_unknown": false,
        }})
    };
    let scene = scene([]);
    for (policy, resend_at, expected) in [
        // The flow began just now, and no send can have come before it, but by the clock of another replica.
        (lenient(), 0, start),
        (FlowPolicy::new(), 0, start),
        // The send was at this moment, by the snapshot's own account.
        (lenient(), start + 20, start + 80),
        (FlowPolicy::new(), start + 80, start + 80),
    ] {
        let flow = forged(policy, start, &entry(resend_at));
        let Ok(Resumed::CodeSent(code_sent)) = scene.client.resume(flow, device()) else {
            panic!("expected the code to be waited for")
        };
        let view = code_sent.view();
        assert_eq!(view.resend_at, Some(Timestamp::from_unix(expected)));
        assert_eq!(view.tries_left, Some(5));
        assert_eq!(code_sent.save().policy(), &FlowPolicy::new());
    }
}

#[test]
fn a_resumed_flow_is_held_to_the_stricter_of_two_policies_once() {
    let seconds = Duration::from_secs;
    let scene = scene([]);
    let policy = FlowPolicy::new()
        .with_tries(9)
        .with_lifetime(seconds(300))
        .with_resend_interval(seconds(50));
    let start = START.as_unix();
    let state = serde_json::json!({"captcha": {"resend_at": start + 50}});
    let mut flow = forged(policy, start, &state);
    for _ in 0..2 {
        let Ok(Resumed::Captcha(needed)) = scene.client.resume(flow, device()) else {
            panic!("expected a captcha")
        };
        assert_eq!(
            needed.view().resend_at,
            Some(Timestamp::from_unix(start + 60))
        );
        flow = needed.save();
        assert_eq!(
            flow.policy(),
            &FlowPolicy::new().with_lifetime(seconds(300))
        );
    }
}

#[tokio::test]
async fn a_step_after_the_lifetime_stands_nowhere() {
    let scene = scene([]);
    let held = scene.pass_held();
    scene.clock.advance(661);
    let (error, next) = held
        .send_code(SendScenario::LOGIN_SMS)
        .await
        .unwrap_err()
        .into_parts();
    assert!(matches!(error, Error::Flow(FlowError::Expired { .. })));
    assert!(next.is_none(), "{next:?}");
}

#[tokio::test]
async fn a_captcha_that_was_shown_is_solved_after_the_login_was_saved() {
    let scene = scene([captcha(), solved(), sent()]);
    let step = scene.captcha_step().await;
    let in_the_form = step.captcha().token.clone();
    let saved = step.save().to_snapshot().unwrap();
    assert!(!saved.contains(CHALLENGE), "{saved}");
    drop(step);

    let flow = LoginFlow::from_snapshot(&saved).unwrap();
    let Ok(Resumed::Captcha(needed)) = scene.client.resume(flow, device()) else {
        panic!("expected a captcha to be needed")
    };
    let held = needed.verify(in_the_form, point()).await.unwrap();
    assert!(held.send_code(SendScenario::LOGIN_SMS).await.is_ok());
    let requests = scene.service.requests();
    let body: serde_json::Value = serde_json::from_slice(requests[1].body()).unwrap();
    assert_eq!(
        body,
        serde_json::json!({"point_json": "{\"x\":237.0,\"y\":5.0}", "token": CHALLENGE, "sender": MOBILE})
    );
    assert_eq!(scene.count::<VerifyCaptcha>(), 1);
}

#[tokio::test]
async fn where_a_failed_step_stands_is_viewed_and_saved_whatever_it_is() {
    let scene = scene([
        Act::Lose(Delivery::NotSent),
        Act::Lose(Delivery::Unknown),
        refuse(400, &ErrorCode::CAPTCHA_TOKEN_SPENT),
        refuse(400, &ErrorCode::MOBILE_EMPTY),
    ]);
    for (state, is_code_sent) in [
        (Some(FlowState::PassHeld), false),
        (Some(FlowState::InDoubt), true),
        (Some(FlowState::Captcha), false),
        (None, false),
    ] {
        let failed = scene.failed_send().await;
        let saved = failed.save();
        assert_eq!(saved.as_ref().map(LoginFlow::state), state);
        let next = failed.into_parts().1;
        assert_eq!(next.as_ref().map(Resumed::save), saved);
        assert_eq!(next.as_ref().map(|next| next.view().state), state);
        let code_sent = next.and_then(Resumed::into_code_sent);
        assert_eq!(code_sent.is_some(), is_code_sent, "{state:?}");
    }
}

#[test]
fn an_endpoint_needs_one_kind_of_error() {
    fn endpoint(client: &Client, saved: &str) -> Result<Resumed, Error> {
        client.resume(LoginFlow::from_snapshot(saved)?, device())
    }
    let scene = scene([]);
    let error = endpoint(&scene.client, "{}").unwrap_err();
    assert!(matches!(error, Error::Snapshot(_)), "{error:?}");
    assert_eq!(error.advice(), crate::Advice::StartOver);
    assert_eq!(error.delivery(), Delivery::NotSent);
    assert_eq!(
        error.to_string(),
        "the snapshot cannot be read from line 1, column 2 on"
    );
}

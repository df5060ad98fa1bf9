use idaas_transport::testing::FailWith;

use super::refusals::new_captcha_later;
use super::*;
use crate::{Advice, Event, FlowError};

/// In the pause that is advised where the service says nothing.
fn soon() -> Advice {
    Advice::RetryAt(Timestamp::from_unix(START.as_unix() + 5))
}

#[tokio::test]
async fn a_whole_login() {
    let scene = scene([captcha(), solved(), sent(), logged_in()]);
    let step = scene.captcha_step().await;
    assert_eq!(step.captcha().token.expose_secret(), CHALLENGE);
    let held = step.verify(point()).await.unwrap();
    let mut sent = held.send_code(SendScenario::LOGIN_SMS).await.unwrap();
    scene.clock.advance(20);
    let LoginOutcome::Session(session) = sent.login(code()).await.unwrap() else {
        panic!("the service said SUCCESS");
    };
    assert_eq!(session.session_token().expose_secret(), SESSION);
    assert_eq!(
        session.expires_at(),
        Some(Timestamp::from_unix(START.as_unix() + 432_020))
    );
    assert!(session.id_token().is_some());

    let requests = scene.service.requests();
    let called: Vec<_> = requests
        .iter()
        .map(|request| (request.method().as_str(), request.uri().path()))
        .collect();
    assert_eq!(
        called,
        [
            ("GET", "/api/v2/sdk/captcha"),
            ("POST", "/api/v2/sdk/captcha/verify"),
            ("POST", "/api/v2/sdk/sms/send"),
            ("POST", "/api/v2/sdk/login/mobile-verify-code"),
        ]
    );
    let body = |index: usize| -> serde_json::Value {
        serde_json::from_slice(requests[index].body()).unwrap()
    };
    assert_eq!(
        body(1),
        serde_json::json!({"point_json": "{\"x\":237.0,\"y\":5.0}", "token": CHALLENGE, "sender": MOBILE})
    );
    assert_eq!(
        body(2),
        serde_json::json!({"mobile": MOBILE, "type": "LOGIN_SMS", "captcha_token": PASS})
    );
    assert_eq!(
        body(3),
        serde_json::json!({"mobile": MOBILE, "verify_code": CODE})
    );

    assert!(
        matches!(sent.login(code()).await, Err(Error::Flow(FlowError::Over))),
        "a login happens once"
    );
}

#[tokio::test]
async fn a_wrong_point_asks_for_a_new_captcha() {
    let scene = scene([
        captcha(),
        refuse(400, &ErrorCode::CAPTCHA_FAILED),
        captcha(),
        solved(),
    ]);
    let step = scene.captcha_step().await;
    let (error, next) = step.verify(point()).await.unwrap_err().into_parts();
    assert_eq!(error.advice(), Advice::NEW_CAPTCHA);
    let Some(Resumed::Captcha(needed)) = next else {
        panic!("expected a captcha to be needed, not {next:?}")
    };
    assert!(
        needed
            .captcha()
            .await
            .unwrap()
            .verify(point())
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_captcha_that_does_not_come_leaves_everything_as_it_was() {
    let scene = scene([
        Act::Lose(Delivery::Unknown),
        refuse(400, &ErrorCode::CLIENT_UNKNOWN),
    ]);
    let error = scene
        .client
        .flow(device())
        .captcha(mobile())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Transport(_)));
    let error = scene
        .client
        .flow(device())
        .captcha(mobile())
        .await
        .unwrap_err();
    assert_eq!(error.advice(), Advice::GiveUp);
}

#[tokio::test]
async fn a_send_that_times_out_is_in_doubt_and_nothing_is_sent_again() {
    let scene = scene([Act::Lose(Delivery::Unknown), logged_in()]);
    let failed = scene.failed_send().await;
    assert_eq!(failed.advice(), Advice::AskAgain);
    assert_eq!(failed.error().delivery(), Delivery::Unknown);
    let Some(Resumed::InDoubt(mut doubt)) = failed.into_parts().1 else {
        panic!("expected doubt")
    };
    scene.clock.advance(1);
    assert!(
        matches!(doubt.login(code()).await, Ok(LoginOutcome::Session(_))),
        "the SMS had gone out"
    );
    assert_eq!(scene.count::<SendSmsCode>(), 1);
}

#[tokio::test]
async fn a_transport_that_fails_every_send_brings_no_second_one() {
    for (delivery, in_doubt) in [(Delivery::Unknown, true), (Delivery::NotSent, false)] {
        let service = Capture::forwarding_to(FailWith::new(TransportErrorKind::Closed, delivery));
        let client = client_builder(service.clone(), "https://example.bamboocloud.com").build();
        let held = client.flow(device()).with_pass(mobile(), pass());
        let failed = held.send_code(SendScenario::LOGIN_SMS).await.unwrap_err();
        assert_eq!(matches!(failed.next(), Some(Resumed::InDoubt(_))), in_doubt);
        assert_eq!(
            matches!(failed.next(), Some(Resumed::PassHeld(_))),
            !in_doubt
        );
        assert_eq!(service.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_send_that_surely_never_left_can_be_repeated_with_the_same_pass() {
    let scene = scene([Act::Lose(Delivery::NotSent), sent()]);
    let failed = scene.failed_send().await;
    assert_eq!(failed.advice(), soon());
    let Some(Resumed::PassHeld(held)) = failed.into_parts().1 else {
        panic!("expected the pass to be held")
    };
    assert!(held.send_code(SendScenario::LOGIN_SMS).await.is_ok());
    let requests = scene.service.requests();
    assert_eq!(requests[0].body(), requests[1].body());
}

#[tokio::test]
async fn another_code_waits_for_its_time_and_a_new_captcha() {
    let scene = scene([]);
    let code_sent = scene.code_sent().await;
    scene.clock.advance(59);
    let (error, next) = code_sent.resend().unwrap_err().into_parts();
    let until = Timestamp::from_unix(START.as_unix() + 60);
    assert_eq!(error.advice(), Advice::RetryAt(until));
    assert_eq!(error.delivery(), Delivery::NotSent);
    let Some(Resumed::CodeSent(code_sent)) = next else {
        panic!("expected the code to be waited for")
    };
    scene.clock.advance(1);
    scene.script.goes_on([captcha(), solved(), sent()]);
    let needed = code_sent.resend().unwrap();
    let held = needed
        .captcha()
        .await
        .unwrap()
        .verify(point())
        .await
        .unwrap();
    assert!(held.send_code(SendScenario::LOGIN_SMS).await.is_ok());
    assert_eq!(scene.count::<SendSmsCode>(), 2);
}

#[tokio::test]
async fn a_wrong_code_can_be_tried_again() {
    let scene = scene([
        refuse(400, &ErrorCode::VERIFY_CODE_INCORRECT),
        Act::Lose(Delivery::NotSent),
        refuse(500, &ErrorCode::SYSTEM_BUSY),
        refuse(400, &ErrorCode::VERIFY_CODE_INCORRECT),
        logged_in(),
    ]);
    let mut code_sent = scene.code_sent().await;
    for (advice, tries_left, unknown) in [
        (Advice::AskAgain, 4, false),
        (soon(), 4, false),
        (Advice::AskAgain, 3, true),
        (new_captcha_later(), 2, true),
    ] {
        assert_eq!(code_sent.login(code()).await.unwrap_err().advice(), advice);
        let view = code_sent.view();
        assert_eq!(
            (view.tries_left, view.last_try_unknown),
            (Some(tries_left), unknown)
        );
        assert_eq!(view.inputs[0], Event::CodeEntered);
    }
    assert!(code_sent.login(code()).await.is_ok());
    assert_eq!(scene.lines_left(), 0);
}

#[tokio::test]
async fn a_pending_login_hands_out_what_its_next_step_needs() {
    let scene = scene([another_status(LoginStatus::MFA_AUTH)]);
    let mut code_sent = scene.code_sent().await;
    let LoginOutcome::Pending(pending) = code_sent.login(code()).await.unwrap() else {
        panic!("expected a step")
    };
    assert_eq!(pending.step().status(), &LoginStatus::MFA_AUTH);
    assert_eq!(pending.step().state_token().expose_secret(), "state-token");
    assert!(
        code_sent.view().inputs.is_empty(),
        "the flow went over to the pending login"
    );
    let saved = pending.save();
    let Resumed::Pending(again) = scene.client.resume(saved, device()).unwrap() else {
        panic!("expected the step")
    };
    assert_eq!(again.step(), pending.step());
}

#[tokio::test]
async fn a_doubtful_code_can_be_treated_as_sent() {
    let scene = scene([Act::Lose(Delivery::Unknown), logged_in()]);
    let failed = scene.failed_send().await;
    let Some(Resumed::InDoubt(doubt)) = failed.into_parts().1 else {
        panic!("expected doubt")
    };
    let mut code_sent = doubt.into_code_sent();
    assert_eq!(code_sent.view().state, crate::FlowState::InDoubt);
    assert!(code_sent.login(code()).await.is_ok());
}

#[tokio::test]
async fn white_space_around_a_pasted_code_costs_no_try() {
    for pasted in [" 232326", "232326 ", "\u{3000}232326\u{a0}"] {
        let scene = scene([logged_in()]);
        let mut code_sent = scene.code_sent().await;
        let pasted = VerifyCode::parse(pasted).unwrap();
        assert!(code_sent.login(pasted).await.is_ok());
        let requests = scene.service.requests();
        let body = requests[1].body();
        assert_eq!(
            serde_json::from_slice::<serde_json::Value>(body).unwrap()["verify_code"],
            CODE
        );
    }
    // Nothing is left of it: that is for the service to refuse.
    let scene = scene([refuse(400, &ErrorCode::VERIFY_CODE_INCORRECT)]);
    let blank = VerifyCode::parse("  ").unwrap();
    let error = scene.code_sent().await.login(blank).await.unwrap_err();
    assert_eq!(error.advice(), Advice::AskAgain);
}

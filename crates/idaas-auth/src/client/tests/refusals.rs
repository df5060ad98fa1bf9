use super::*;
use crate::{Advice, FlowError};

/// A new captcha, for a code that may be asked for in a minute.
pub(super) fn new_captcha_later() -> Advice {
    Advice::NewCaptcha {
        not_before: Some(Timestamp::from_unix(START.as_unix() + 60)),
    }
}

#[tokio::test]
async fn each_refusal_of_a_send_says_where_the_login_stands() {
    let later = new_captcha_later();
    let html = || {
        Act::Answer(
            Response::builder()
                .status(502)
                .body("<html></html>".into())
                .unwrap(),
        )
    };
    for (act, expected, advice) in [
        (
            refuse(400, &ErrorCode::CAPTCHA_TOKEN_SPENT),
            "captcha",
            Advice::NEW_CAPTCHA,
        ),
        (
            refuse(400, &ErrorCode::CAPTCHA_TOKEN_MISMATCH),
            "captcha",
            Advice::NEW_CAPTCHA,
        ),
        (refuse(400, &ErrorCode::SEND_FAILED), "captcha", later),
        (refuse(429, &ErrorCode::SYSTEM_BUSY), "captcha", later),
        (
            refuse(500, &ErrorCode::SYSTEM_BUSY),
            "in_doubt",
            Advice::AskAgain,
        ),
        (html(), "in_doubt", Advice::AskAgain),
        (
            refuse(400, &ErrorCode::SCENARIO_UNKNOWN),
            "over",
            Advice::GiveUp,
        ),
        (
            refuse(400, &ErrorCode::MOBILE_EMPTY),
            "over",
            Advice::GiveUp,
        ),
    ] {
        let case = format!("{act:?}");
        let failed = scene([act]).failed_send().await;
        let stands = match failed.next() {
            Some(Resumed::Captcha(_)) => "captcha",
            Some(Resumed::InDoubt(_)) => "in_doubt",
            None => "over",
            other => panic!("{case} led to {other:?}"),
        };
        assert_eq!((stands, failed.advice()), (expected, advice), "{case}");
    }
}

#[tokio::test]
async fn a_captcha_is_not_advised_to_be_handed_in_twice() {
    let scene = scene([]);
    for (act, wait) in [
        (refuse(500, &ErrorCode::SYSTEM_BUSY), true),
        (refuse(400, &ErrorCode::CAPTCHA_FAILED), false),
        (Act::Lose(Delivery::Unknown), false),
        (Act::Answer(Response::new("<html></html>".into())), false),
    ] {
        scene.script.goes_on([captcha(), act]);
        let step = scene.captcha_step().await;
        let failed = step.verify(point()).await.unwrap_err();
        assert!(
            matches!(failed.advice(), Advice::NewCaptcha { not_before } if not_before.is_some() == wait),
            "{failed:?}"
        );
        assert!(matches!(failed.next(), Some(Resumed::Captcha(_))));
    }
}

#[tokio::test]
async fn a_step_that_waits_for_a_code_tells_when_it_is_over() {
    let scene = scene([
        refuse(400, &ErrorCode::VERIFY_CODE_INCORRECT),
        refuse(400, &ErrorCode::USER_NOT_FOUND),
    ]);
    let mut code_sent = scene.code_sent().await;
    let _ = code_sent.login(code()).await.unwrap_err();
    assert!(!code_sent.is_over(), "a wrong code can be corrected");
    let _ = code_sent.login(code()).await.unwrap_err();
    assert!(code_sent.is_over(), "the service refused for good");

    scene.script.goes_on([Act::Lose(Delivery::Unknown)]);
    let failed = scene.failed_send().await;
    let Some(Resumed::InDoubt(mut doubt)) = failed.into_parts().1 else {
        panic!("expected doubt")
    };
    scene.script.goes_on([Act::Hang]);
    drop_midway(doubt.login(code()));
    assert!(!doubt.is_over(), "a try of unknown outcome is no end");
    scene.clock.advance(661);
    assert!(doubt.is_over(), "its lifetime has passed");
}

#[tokio::test]
async fn a_login_that_the_service_denies_is_over() {
    let scene = scene([another_status(LoginStatus::ACCESS_DENIED)]);
    let mut code_sent = scene.code_sent().await;
    let error = code_sent.login(code()).await.unwrap_err();
    let Error::Flow(FlowError::LoginEnded { status, .. }) = &error else {
        panic!("expected an end, not {error}")
    };
    assert_eq!(
        (status, error.advice()),
        (&LoginStatus::ACCESS_DENIED, Advice::GiveUp)
    );
    assert_eq!(error.delivery(), Delivery::Unknown);
    assert!(code_sent.is_over());
    assert!(matches!(
        code_sent.login(code()).await,
        Err(Error::Flow(FlowError::Over))
    ));
}

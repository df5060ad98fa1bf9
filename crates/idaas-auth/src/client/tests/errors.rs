use core::error::Error as _;

use idaas_transport::testing::FailWith;

use super::*;
use crate::{FlowError, PublicMessage};

/// What a failed login shows, to whoever looks.
async fn failed_login(act: Act) -> Error {
    scene([act])
        .code_sent()
        .await
        .login(code())
        .await
        .unwrap_err()
}

#[tokio::test]
async fn nobody_learns_from_an_error_who_has_an_account() {
    for act in [
        refuse(400, &ErrorCode::VERIFY_CODE_INCORRECT),
        refuse(400, &ErrorCode::new("CAPTCHA.0007")),
        refuse(400, &ErrorCode::USER_NOT_FOUND),
        refuse(400, &ErrorCode::USER_DISABLED),
        another_status(LoginStatus::ACCESS_DENIED),
    ] {
        let case = format!("{act:?}");
        assert_eq!(
            failed_login(act).await.public(),
            PublicMessage::CheckCode,
            "{case}"
        );
    }
}

#[tokio::test]
async fn every_other_error_has_its_public_message_too() {
    for (act, message) in [
        (
            refuse(500, &ErrorCode::SYSTEM_BUSY),
            PublicMessage::CodeInDoubt,
        ),
        (Act::Lose(Delivery::Unknown), PublicMessage::CodeInDoubt),
        (Act::Lose(Delivery::NotSent), PublicMessage::TryLater),
        (
            refuse(400, &ErrorCode::CLIENT_UNKNOWN),
            PublicMessage::Unavailable,
        ),
    ] {
        let case = format!("{act:?}");
        assert_eq!(failed_login(act).await.public(), message, "{case}");
    }
    for (error, message) in [
        (FlowError::Over, PublicMessage::StartOver),
        (FlowError::Expired { at: START }, PublicMessage::StartOver),
        (
            FlowError::TooEarly { until: START },
            PublicMessage::TryLater,
        ),
    ] {
        assert_eq!(Error::from(error).public(), message);
    }
    assert_eq!(
        PublicMessage::CheckCode.text(Language::Zh),
        "验证码未能完成登录，请检查后重试，或重新获取验证码。"
    );
}

#[tokio::test]
async fn what_only_a_setting_can_mend_is_given_up() {
    for (kind, gives_up) in [
        (TransportErrorKind::PlaintextRefused, true),
        (TransportErrorKind::NotLoopback, true),
        (TransportErrorKind::Connect, false),
        (TransportErrorKind::Tls, false),
    ] {
        let client =
            client_builder(FailWith::new(kind, Delivery::NotSent), "http://example.com").build();
        let held = client.flow(device()).with_pass(mobile(), pass());
        let failed = held.send_code(SendScenario::LOGIN_SMS).await.unwrap_err();
        assert_eq!(failed.advice() == crate::Advice::GiveUp, gives_up, "{kind}");
        assert!(
            matches!(failed.next(), Some(Resumed::PassHeld(_))),
            "{kind}"
        );
    }
}

#[tokio::test]
async fn an_error_says_what_failed_once_and_keeps_every_secret() {
    let acts = [
        refuse(400, &ErrorCode::VERIFY_CODE_INCORRECT),
        refuse(400, &ErrorCode::USER_NOT_FOUND),
        Act::Lose(Delivery::Unknown),
        another_status(LoginStatus::ACCESS_DENIED),
        Act::Answer(Response::new(format!("<html>{CODE}</html>").into())),
    ];
    for act in acts {
        let error = failed_login(act).await;
        let mut shown = vec![format!("{error:?}")];
        let mut next: Option<&dyn core::error::Error> = Some(&error);
        while let Some(error) = next {
            let text = error.to_string();
            assert!(
                shown[1..].iter().all(|before| !before.contains(&text)),
                "{text:?} is said twice in {shown:?}"
            );
            shown.push(text);
            next = error.source();
        }
        let shown = shown.join("\n");
        for secret in [
            MOBILE,
            "15200000001",
            CODE,
            PASS,
            "state-token",
            "said by the service",
        ] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
    let error = failed_login(refuse(400, &ErrorCode::VERIFY_CODE_INCORRECT)).await;
    assert_eq!(
        error.to_string(),
        "login_with_sms_code was refused by the service"
    );
    assert_eq!(
        error.source().unwrap().to_string(),
        "the service answered 400 with IDAAS.SDK.CAPTCHA.0007"
    );
    let Error::Api(call) = error else {
        panic!("expected a refusal")
    };
    assert_eq!(call.error().message(), "said by the service");
}

#[tokio::test]
async fn no_step_shows_what_it_holds() {
    let scene = scene([
        captcha(),
        solved(),
        sent(),
        another_status(LoginStatus::MFA_AUTH),
    ]);
    let step = scene.captcha_step().await;
    let mut shown = format!("{:?} {step:?}", scene.client);
    let held = step.verify(point()).await.unwrap();
    shown += &format!("{held:?}");
    let mut code_sent = held.send_code(SendScenario::LOGIN_SMS).await.unwrap();
    shown += &format!("{code_sent:?}");
    shown += &format!(
        "{:?} {:?}",
        code_sent.login(code()).await.unwrap(),
        code_sent.resend().unwrap_err()
    );
    for secret in [MOBILE, "15200000001", CODE, PASS, CHALLENGE, "state-token"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn errors_are_small_and_everything_crosses_threads() {
    fn crosses<T: Send + Sync + 'static>() {}
    crosses::<Client>();
    crosses::<CaptchaStep>();
    crosses::<CodeSent>();
    crosses::<Resumed>();
    crosses::<StepError>();
    crosses::<Error>();
    assert!(
        size_of::<Error>() <= 128 && size_of::<StepError>() <= 16,
        "clippy::result_large_err"
    );

    fn spawns<T: Send + 'static>(_: T) {}
    let scene = scene([]);
    let (client, device) = (scene.client.clone(), device());
    spawns(async move {
        let step = client.flow(device).captcha(mobile()).await?;
        let held = step.verify(point()).await?;
        let mut code_sent = held.send_code(SendScenario::LOGIN_SMS).await?;
        code_sent.login(code()).await.map(drop)
    });
}

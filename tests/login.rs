//! The main job: captcha, SMS, login, verified identity, refreshed id_token, between our client and our emulator.

use std::time::Duration;

use idaas_auth::{
    Advice, Error, LoginFlow, LoginOutcome, PublicMessage, Resumed, Session, StepError,
};
use idaas_emulator::{Account, IdTokenShape, Rotation};
use idaas_proto::{CaptchaPoint, ErrorCode, OperationId, SendScenario, VerifyCode};

use crate::tenant::{MOBILE, Tenant, device, mobile};

/// A whole login, with the session that it ends in.
async fn log_in(tenant: &Tenant) -> Session {
    let mut sent = tenant.code_sent().await;
    match sent.login(tenant.code(MOBILE)).await.unwrap() {
        LoginOutcome::Session(session) => session,
        other => panic!("the person is signed in, not {other:?}"),
    }
}

#[tokio::test]
async fn a_person_signs_in_and_is_known() {
    for shape in [IdTokenShape::Flat, IdTokenShape::Nested] {
        let tenant = Tenant::with(|builder| {
            builder
                .id_token_shape(shape)
                .account(Account::new(mobile()).with_id("u-1").with_name("Li Lei"))
        })
        .await;
        let session = log_in(&tenant).await;
        let client = tenant.client();
        let person = client.verify(session.id_token().unwrap()).await.unwrap();
        assert_eq!(person.id(), "u-1");
        assert_eq!(person.name(), Some("Li Lei"));
        let number = person.mobile().unwrap();
        assert_eq!(number.canonical(), mobile().canonical(), "in {shape:?}");

        let refreshed = client.refresh(&device(), &session).await.unwrap();
        assert_ne!(refreshed.session_token(), session.session_token());
        let again = client.verify(refreshed.id_token().unwrap()).await.unwrap();
        assert_eq!(again.id(), person.id());
        assert_eq!(
            tenant.emulator.calls(OperationId::GetSigningKeys),
            1,
            "the keys are kept"
        );
        assert_eq!(tenant.emulator.sms_sent(), 1);
    }
}

#[tokio::test]
async fn a_session_without_rotation_keeps_its_token() {
    let tenant = Tenant::with(|builder| builder.rotation(Rotation::Never)).await;
    let session = log_in(&tenant).await;
    let refreshed = tenant.client().refresh(&device(), &session).await.unwrap();
    assert_eq!(refreshed.session_token(), session.session_token());
}

#[tokio::test]
async fn a_session_that_ended_says_start_over() {
    let tenant = Tenant::new().await;
    let session = log_in(&tenant).await;
    tenant.emulator.advance(Duration::from_secs(432_001));
    let error = tenant
        .client()
        .refresh(&device(), &session)
        .await
        .unwrap_err();
    assert_eq!(error.advice(), Advice::StartOver);
    let Error::Api(call) = &error else {
        panic!("the service refused: {error:?}");
    };
    assert_eq!(call.error().code(), &ErrorCode::SESSION_TOKEN_INVALID);
}

#[tokio::test]
async fn a_piece_put_in_the_wrong_place_needs_a_new_captcha() {
    let tenant = Tenant::new().await;
    let step = tenant.captcha_step().await;
    let wrong = CaptchaPoint::new(-100.0, CaptchaPoint::BLOCK_PUZZLE_Y).unwrap();
    let failed = step.verify(wrong).await.unwrap_err();
    assert!(matches!(failed.advice(), Advice::NewCaptcha { .. }));
    let (_, Some(Resumed::Captcha(again))) = failed.into_parts() else {
        panic!("the login goes on with a new captcha");
    };
    let pass = tenant.solve(again.captcha().await.unwrap()).await;
    let _sent = pass.send_code(SendScenario::LOGIN_SMS).await.unwrap();
    assert_eq!(tenant.emulator.sms_sent(), 1);
}

#[tokio::test]
async fn a_wrong_code_can_be_corrected() {
    let tenant = Tenant::new().await;
    let mut sent = tenant.code_sent().await;
    let tries = sent.view().tries_left.unwrap();
    let error = sent
        .login(VerifyCode::parse("no code").unwrap())
        .await
        .unwrap_err();
    assert_eq!(error.advice(), Advice::AskAgain);
    assert_eq!(error.public(), PublicMessage::CheckCode);
    assert_eq!(sent.view().tries_left, Some(tries - 1));
    sent.login(tenant.code(MOBILE)).await.unwrap();
}

#[tokio::test]
async fn nobody_learns_who_has_an_account() {
    let unknown = Tenant::with(|builder| builder.auto_register(false)).await;
    let disabled = Tenant::with(|builder| builder.disabled_user(mobile())).await;
    let known = Tenant::new().await;
    let mut told = Vec::new();
    for (tenant, right) in [(&unknown, true), (&disabled, true), (&known, false)] {
        let mut sent = tenant.code_sent().await;
        let wrong = VerifyCode::parse("no code").unwrap();
        let code = if right { tenant.code(MOBILE) } else { wrong };
        told.push(sent.login(code).await.unwrap_err().public());
    }
    assert_eq!(told, [PublicMessage::CheckCode; 3]);
}

#[tokio::test]
async fn a_login_goes_on_at_another_replica() {
    let tenant = Tenant::new().await;
    let sent = tenant.code_sent().await;
    let saved = sent.save().to_snapshot().unwrap();
    drop(sent);

    let flow = LoginFlow::from_snapshot(&saved).unwrap();
    let Resumed::CodeSent(mut resumed) = tenant.client().resume(flow, device()).unwrap() else {
        panic!("the code was sent");
    };
    resumed.login(tenant.code(MOBILE)).await.unwrap();
    assert_eq!(tenant.emulator.sms_sent(), 1);
}

#[tokio::test]
async fn another_code_needs_time_and_a_captcha() {
    let tenant = Tenant::new().await;
    let sent = tenant.code_sent().await;
    let early: StepError = sent.resend().unwrap_err();
    assert!(matches!(early.advice(), Advice::RetryAt(_)));
    assert!(matches!(early.next(), Some(Resumed::CodeSent(_))));
    assert_eq!(tenant.emulator.sms_sent(), 1);
}

#[tokio::test]
async fn country_codes_are_listed() {
    let tenant = Tenant::new().await;
    let codes = tenant.client().country_codes(&device()).await.unwrap();
    let areas = codes.phone_area_code_definitions.iter();
    let areas: Vec<_> = areas.map(|area| area.area_code.as_str()).collect();
    assert!(areas.starts_with(&["86"]), "{areas:?}");
}

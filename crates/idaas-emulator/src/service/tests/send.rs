//! Captchas, passes and the SMS that they pay for.

use super::*;

#[tokio::test]
async fn a_send_is_answered_with_nothing_at_all() {
    let person = Person::new();
    let body = json!({"mobile": MOBILE, "type": "LOGIN_SMS", "captcha_token": person.pass()});
    let response = person
        .0
        .call(request(OperationId::SendSmsCode, &body))
        .await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(
        response.body().is_empty() && response.headers().is_empty(),
        "{response:?}"
    );
    assert_eq!(person.0.sms_sent(), 1);
}

#[tokio::test]
async fn a_send_too_soon_is_refused_and_costs_the_pass() {
    let person = Person::new();
    person.send().await;
    person.0.advance(Duration::from_secs(59));
    let pass = person.pass();
    let body = json!({"mobile": MOBILE, "type": "LOGIN_SMS", "captcha_token": pass});
    let refused = person.call(OperationId::SendSmsCode, body.clone()).await;
    assert_eq!(code_of(&refused), "IDAAS.SDK.CAPTCHA.0006");
    person.0.advance(Duration::from_secs(1));
    let refused = person.call(OperationId::SendSmsCode, body).await;
    assert_eq!(
        code_of(&refused),
        "IDAAS.SDK.CAPTCHA.0003",
        "the pass is gone"
    );
    assert_eq!(person.send().await.0, StatusCode::OK);
}

#[tokio::test]
async fn five_an_hour_and_ten_a_day() {
    let person = Person::new();
    let mut sent = Vec::new();
    for minute in 0..30 * 60 {
        if person.send().await.0 == StatusCode::OK {
            sent.push(minute);
        }
        person.0.advance(Duration::from_secs(60));
    }
    let first_day = [0, 1, 2, 3, 4, 60, 61, 62, 63, 64];
    assert_eq!(sent[..10], first_day);
    assert_eq!(sent[10..15], first_day.map(|minute| minute + 24 * 60)[..5]);
}

#[tokio::test]
async fn a_value_that_is_wrong_leaves_the_pass_alone() {
    let person = Person::new();
    let pass = person.pass();
    for (mobile, scenario, code) in [
        ("1520000000", "LOGIN_SMS", "IDAAS.SDK.CAPTCHA.0006"),
        (MOBILE, "NO_SMS", "IDAAS.SDK.CAPTCHA.0005"),
        (MOBILE, " LOGIN_SMS ", "IDAAS.SDK.CAPTCHA.0005"),
        (MOBILE, "login_sms", "IDAAS.SDK.CAPTCHA.0005"),
        (MOBILE, "UPDATE_PWD_SMS", "IDAAS.SDK.CAPTCHA.0006"),
    ] {
        let body = json!({"mobile": mobile, "type": scenario, "captcha_token": pass});
        let refused = person.call(OperationId::SendSmsCode, body).await;
        assert_eq!(code_of(&refused), code, "{mobile} {scenario}");
    }
    let body = json!({"mobile": "+8615200000000", "type": "UPDATE_PWD_SMS", "captcha_token": pass});
    assert_eq!(
        person.call(OperationId::SendSmsCode, body).await.0,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_real_captcha_earns_the_pass() {
    let person = Person::new();
    let (_, captcha) = person.call(OperationId::GetCaptcha, Value::Null).await;
    let fields = captcha.as_object().unwrap();
    assert_eq!(fields.len(), 15, "{:?}", fields.keys());
    assert_eq!(captcha["secretKey"].as_str().unwrap().len(), 16);
    let token = captcha["token"].as_str().unwrap();
    let point = person.0.solve_captcha(&token.parse().unwrap()).unwrap();
    let body = json!({"token": token, "point_json": point.as_text(), "sender": MOBILE});
    let (status, pass) = person.call(OperationId::VerifyCaptcha, body.clone()).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        pass,
        json!({"captcha_token": format!("{token}---{}", point.as_text())})
    );
    let again = person.call(OperationId::VerifyCaptcha, body).await;
    assert_eq!(code_of(&again), "IDAAS.SDK.CAPTCHA.0002");
    let body = json!({"mobile": "+86-15200000000", "type": "LOGIN_SMS", "captcha_token": pass["captcha_token"]});
    assert_eq!(
        person.call(OperationId::SendSmsCode, body).await.0,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_full_inbox_makes_room_for_the_newest() {
    let person = person(builder().inbox_capacity(2));
    for _ in 0..3 {
        person.send().await;
        person.0.advance(Duration::from_secs(60));
    }
    let ids: Vec<u64> = person
        .0
        .messages(&mobile())
        .iter()
        .map(|message| message.id())
        .collect();
    assert_eq!(ids, [3, 2]);
    assert_eq!(person.0.sms_sent(), 3);
}

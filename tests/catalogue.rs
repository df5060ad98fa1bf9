//! Every code that an operation lists, produced over HTTP, in both languages: one table.

use std::pin::Pin;

use idaas_emulator::{Builder, Fault};
use idaas_proto::{ErrorCode, Language, Mobile, OperationId};
use serde_json::{Value, json};

use crate::tenant::{CAPTCHA, COUNTRY_CODES, LOGIN, MOBILE, REFRESH, SEND, Tenant, VERIFY};
use crate::wire::Call;

/// What a test does before the call that is refused, and that call.
type Scene = for<'t> fn(&'t Tenant) -> Pin<Box<dyn Future<Output = Call> + 't>>;

struct Row {
    operation: OperationId,
    code: ErrorCode,
    settings: fn(Builder) -> Builder,
    scene: Scene,
}

macro_rules! rows {
    ($($operation:ident $code:ident $(with $settings:expr,)? |$tenant:ident| $scene:expr;)+) => {
        vec![$(Row {
            operation: OperationId::$operation,
            code: ErrorCode::$code,
            settings: rows!(@settings $($settings)?),
            scene: |$tenant| Box::pin(async move { let _ = $tenant; $scene }),
        }),+]
    };
    (@settings) => { |builder| builder };
    (@settings $settings:expr) => { $settings };
}

const ANOTHER: &str = "15200000000";

fn table() -> Vec<Row> {
    rows! {
        GetCaptcha DEVICE_INCOMPLETE |tenant| Call::get(CAPTCHA).without("X-agent");
        GetCaptcha CLIENT_ID_EMPTY |tenant| Call::get(CAPTCHA).without("X-client-id");
        GetCaptcha CLIENT_UNKNOWN |tenant| Call::get(CAPTCHA).header("X-client-id", "other");

        VerifyCaptcha DEVICE_INCOMPLETE |tenant| Call::post(VERIFY).without("X-device-fingerprint");
        VerifyCaptcha CLIENT_ID_EMPTY |tenant| Call::post(VERIFY).header("X-client-id", "");
        VerifyCaptcha CLIENT_UNKNOWN |tenant| Call::post(VERIFY).header("X-client-id", "other");
        VerifyCaptcha POINT_EMPTY |tenant| verify_without(tenant, "point_json").await;
        VerifyCaptcha CHALLENGE_TOKEN_EMPTY |tenant| verify_without(tenant, "token").await;
        VerifyCaptcha MOBILE_EMPTY |tenant| verify_without(tenant, "sender").await;
        VerifyCaptcha CAPTCHA_FAILED |tenant| {
            let (token, _) = tenant.puzzle().await;
            let point = r#"{"x":0.0,"y":5.0}"#;
            Call::post(VERIFY).json(&json!({"point_json": point, "token": token, "sender": MOBILE}))
        };

        SendSmsCode DEVICE_INCOMPLETE |tenant| send(tenant).await.without("X-operating-sys-version");
        SendSmsCode CLIENT_ID_EMPTY |tenant| send(tenant).await.without("X-client-id");
        SendSmsCode CLIENT_UNKNOWN |tenant| send(tenant).await.header("X-client-id", "other");
        SendSmsCode MOBILE_EMPTY |tenant| send_with(tenant, "mobile", Value::Null).await;
        SendSmsCode SCENARIO_EMPTY |tenant| send_with(tenant, "type", json!("")).await;
        SendSmsCode CAPTCHA_TOKEN_EMPTY |tenant| send_with(tenant, "captcha_token", Value::Null).await;
        SendSmsCode CAPTCHA_TOKEN_SPENT |tenant| {
            let call = send(tenant).await;
            assert_eq!(tenant.call(call.clone()).await.status, 200);
            call
        };
        SendSmsCode CAPTCHA_TOKEN_MISMATCH |tenant| send_with(tenant, "mobile", json!(ANOTHER)).await;
        SendSmsCode SCENARIO_UNKNOWN |tenant| send_with(tenant, "type", json!("PIZZA_SMS")).await;
        SendSmsCode SEND_FAILED |tenant| {
            tenant.sent_code(MOBILE).await;
            send(tenant).await
        };

        LoginWithSmsCode DEVICE_INCOMPLETE |tenant| login(tenant).await.header("X-agent", "");
        LoginWithSmsCode CLIENT_ID_EMPTY |tenant| login(tenant).await.without("X-client-id");
        LoginWithSmsCode CLIENT_UNKNOWN |tenant| login(tenant).await.header("X-client-id", "other");
        LoginWithSmsCode VERIFY_CODE_EMPTY |tenant| Call::post(LOGIN).json(&json!({"mobile": MOBILE}));
        LoginWithSmsCode MOBILE_EMPTY |tenant| Call::post(LOGIN).json(&json!({"verify_code": "232326"}));
        LoginWithSmsCode VERIFY_CODE_INCORRECT |tenant| {
            let code = tenant.sent_code(MOBILE).await;
            let wrong = if code == "232326" { "232327" } else { "232326" };
            Call::post(LOGIN).json(&json!({"mobile": MOBILE, "verify_code": wrong}))
        };
        LoginWithSmsCode USER_NOT_FOUND with |builder| builder.auto_register(false),
            |tenant| login(tenant).await;
        LoginWithSmsCode USER_DISABLED with |builder| builder.disabled_user(Mobile::parse(MOBILE).unwrap()),
            |tenant| login(tenant).await;
        LoginWithSmsCode SYSTEM_BUSY |tenant| {
            let fault = Fault::on(OperationId::LoginWithSmsCode).error(ErrorCode::SYSTEM_BUSY);
            tenant.emulator.faults().push(fault);
            login(tenant).await
        };

        RefreshIdToken DEVICE_INCOMPLETE |tenant| Call::post(REFRESH).without("X-agent");
        RefreshIdToken CLIENT_ID_EMPTY |tenant| Call::post(REFRESH).without("X-client-id");
        RefreshIdToken CLIENT_UNKNOWN |tenant| Call::post(REFRESH).header("X-client-id", "other");
        RefreshIdToken SESSION_TOKEN_INVALID |tenant| Call::post(REFRESH).header("session-token", "other");

        ListCountryCodes DEVICE_INCOMPLETE |tenant| Call::get(COUNTRY_CODES).without("X-agent");
        ListCountryCodes CLIENT_ID_EMPTY |tenant| Call::get(COUNTRY_CODES).without("X-client-id");
        ListCountryCodes CLIENT_UNKNOWN |tenant| Call::get(COUNTRY_CODES).header("X-client-id", "other");
    }
}

#[test]
fn the_table_has_every_code_that_an_operation_lists() {
    let table = table();
    for operation in OperationId::ALL {
        for code in operation.codes() {
            let rows = table
                .iter()
                .filter(|row| row.operation == *operation && row.code == *code);
            assert_eq!(rows.count(), 1, "{} {code}", operation.name());
        }
    }
}

#[tokio::test]
async fn every_listed_code_is_answered_in_both_languages() {
    for row in table() {
        for language in [Language::En, Language::Zh] {
            let tenant = Tenant::with(row.settings).await;
            let call = (row.scene)(&tenant).await;
            let answer = tenant.call(call.header("X-L", language.as_str())).await;
            let info = row.code.info().unwrap();
            let place = format!("{} {} in {language:?}", row.operation.name(), row.code);
            assert_eq!(answer.status, info.status, "{place}: {}", answer.body);
            answer.assert_refused(info.status, row.code.as_str(), info.message(language));
        }
    }
}

#[tokio::test]
async fn without_a_known_language_the_default_is_answered() {
    let zh = Tenant::with(|builder| builder.language(Language::Zh)).await;
    let en = Tenant::new().await;
    let info = ErrorCode::CLIENT_ID_EMPTY.info().unwrap();
    for (tenant, default) in [(zh, info.zh), (en, info.en)] {
        let call = Call::get(CAPTCHA).without("X-client-id");
        for (call, message) in [
            (call.clone(), default),
            (call.clone().header("X-L", "fr"), default),
            (call.clone().header("X-L", "en-GB"), info.en),
            (call.header("X-L", "zh_CN"), info.zh),
        ] {
            let answer = tenant.call(call).await;
            answer.assert_refused(400, info.code.as_str(), message);
        }
    }
}

/// The order of API answers where several things are wrong: device, client id, fields in order, values, the pass.
#[tokio::test]
async fn the_first_thing_that_is_wrong_is_named() {
    let tenant = Tenant::new().await;
    let all_wrong = Call::new("POST", SEND).body("{}");
    let device = all_wrong
        .clone()
        .header("X-operating-sys-version", "a")
        .header("X-device-fingerprint", "b")
        .header("X-agent", "c");
    let client = device.clone().header("X-client-id", "other");
    let known = device
        .clone()
        .header("X-client-id", crate::tenant::CLIENT_ID);
    let fields = |body: Value| known.clone().json(&body);
    let stale = "0---{}";
    for (call, code) in [
        (all_wrong, ErrorCode::DEVICE_INCOMPLETE),
        (device, ErrorCode::CLIENT_ID_EMPTY),
        (client, ErrorCode::CLIENT_UNKNOWN),
        (known.clone(), ErrorCode::MOBILE_EMPTY),
        (
            fields(json!({"mobile": "no", "type": null})),
            ErrorCode::SCENARIO_EMPTY,
        ),
        (
            fields(json!({"mobile": "no", "type": "no"})),
            ErrorCode::CAPTCHA_TOKEN_EMPTY,
        ),
        (
            fields(json!({"mobile": "no", "type": "no", "captcha_token": stale})),
            ErrorCode::SEND_FAILED,
        ),
        (
            fields(json!({"mobile": MOBILE, "type": "no", "captcha_token": stale})),
            ErrorCode::SCENARIO_UNKNOWN,
        ),
        (
            fields(json!({"mobile": MOBILE, "type": "LOGIN_SMS", "captcha_token": stale})),
            ErrorCode::CAPTCHA_TOKEN_SPENT,
        ),
    ] {
        let answer = tenant.call(call).await;
        answer.assert_refused(400, code.as_str(), code.info().unwrap().en);
    }
}

async fn verify_without(tenant: &Tenant, field: &str) -> Call {
    let (token, point) = tenant.puzzle().await;
    let mut body = json!({"point_json": point, "token": token, "sender": MOBILE});
    body.as_object_mut().unwrap().shift_remove(field);
    Call::post(VERIFY).json(&body)
}

async fn send(tenant: &Tenant) -> Call {
    Call::post(SEND).json(&tenant.send_body(MOBILE).await)
}

async fn send_with(tenant: &Tenant, field: &str, value: Value) -> Call {
    let mut body = tenant.send_body(MOBILE).await;
    body[field] = value;
    Call::post(SEND).json(&body)
}

async fn login(tenant: &Tenant) -> Call {
    let code = tenant.sent_code(MOBILE).await;
    Call::post(LOGIN).json(&json!({"mobile": MOBILE, "verify_code": code}))
}

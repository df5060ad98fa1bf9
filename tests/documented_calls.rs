//! The pages' own examples, byte by byte.

use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::tenant::{CAPTCHA, COUNTRY_CODES, KEYS, LOGIN, MOBILE, REFRESH, SEND, Tenant, VERIFY};
use crate::wire::Call;

/// The names of an object, in the order in which they were sent.
fn names(object: &Value) -> Vec<&str> {
    object
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

fn picture_size(base64: &Value) -> (u32, u32) {
    let bytes = STANDARD.decode(base64.as_str().unwrap()).unwrap();
    let reader = png::Decoder::new(Cursor::new(bytes)).read_info().unwrap();
    (reader.info().width, reader.info().height)
}

#[tokio::test]
async fn a_captcha_is_two_pictures_and_all_fifteen_fields() {
    let tenant = Tenant::new().await;
    let captcha = tenant.call(Call::get(CAPTCHA)).await.json();
    let expected = [
        "captchaId",
        "projectCode",
        "captchaOriginalPath",
        "captchaFontType",
        "captchaFontSize",
        "secretKey",
        "originalImageBase64",
        "jigsawImageBase64",
        "point",
        "wordList",
        "pointList",
        "pointJson",
        "token",
        "result",
        "captchaVerification",
    ];
    let mut found = names(&captcha);
    found.sort_unstable();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!(picture_size(&captcha["originalImageBase64"]), (310, 155));
    assert_eq!(picture_size(&captcha["jigsawImageBase64"]), (47, 155));
    let token = captcha["token"].as_str().unwrap();
    assert_eq!(token.len(), 32);
    assert!(token.bytes().all(|b| b.is_ascii_hexdigit()));
    assert_eq!(captcha["result"], false);
}

#[tokio::test]
async fn a_pass_is_the_token_and_the_point_in_clear() {
    let tenant = Tenant::new().await;
    let (token, point) = tenant.puzzle().await;
    let verify = json!({"point_json": point, "token": token, "sender": MOBILE});
    let answer = tenant.call(Call::post(VERIFY).json(&verify)).await;
    assert_eq!(
        answer.json(),
        json!({"captcha_token": format!("{token}---{point}")})
    );
}

#[tokio::test]
async fn a_send_is_answered_with_nothing() {
    let tenant = Tenant::new().await;
    let send = Call::post(SEND).json(&tenant.send_body(MOBILE).await);
    let answer = tenant.call(send).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    assert_eq!(answer.header("content-length"), Some("0"));
}

#[tokio::test]
async fn a_message_is_found_under_every_spelling_of_its_number() {
    let tenant = Tenant::new().await;
    let code = tenant.sent_code(MOBILE).await;
    for to in [
        "11012345678",
        "+8611012345678",
        "%2B86-11012345678",
        "+86-11012345678",
    ] {
        let messages = tenant.messages(to).await;
        assert_eq!(
            names(&messages[0]),
            ["id", "mobile", "type", "code", "text", "sent_at"],
            "{to}"
        );
        assert_eq!(messages[0]["code"], code);
        assert_eq!(messages[0]["type"], "LOGIN_SMS");
        assert_eq!(messages[0]["mobile"], "+8611012345678");
        assert!(messages[0]["text"].as_str().unwrap().contains(&code));
        assert_eq!(messages.as_array().unwrap().len(), 1);
    }
    assert_eq!(tenant.messages("15200000000").await, json!([]));
}

#[tokio::test]
async fn messages_come_newest_first() {
    let tenant = Tenant::new().await;
    let first = tenant.sent_code(MOBILE).await;
    let advanced = Call::post("/_emulator/clock").json(&json!({"advance_seconds": 61}));
    assert_eq!(tenant.call(advanced).await.status, 200);
    let second = tenant.sent_code(MOBILE).await;
    let messages = tenant.messages(MOBILE).await;
    assert_eq!(messages[0]["code"], second);
    assert_eq!(messages[1]["code"], first);
    let sent_at = |index: usize| messages[index]["sent_at"].as_str().unwrap();
    assert!(sent_at(0) > sent_at(1), "RFC 3339 sorts as text");
}

#[tokio::test]
async fn a_login_is_answered_with_exactly_four_fields() {
    let tenant = Tenant::new().await;
    let answer = tenant.logged_in(MOBILE).await;
    let body = answer.json();
    assert_eq!(answer.status, 200);
    assert_eq!(
        names(&body),
        ["session_token", "expire", "status", "id_token"]
    );
    assert_eq!(body["expire"], 432_000);
    assert_eq!(body["status"], "SUCCESS");
    assert_eq!(body["session_token"].as_str().unwrap().len(), 32);
}

#[tokio::test]
async fn a_wrong_code_is_answered_as_the_page_has_it() {
    let tenant = Tenant::new().await;
    let login = json!({"mobile": MOBILE, "verify_code": "232326"});
    let answer = tenant.call(Call::post(LOGIN).json(&login)).await;
    answer.assert_refused(400, "IDAAS.SDK.CAPTCHA.0007", "Incorrect verification code");
}

#[tokio::test]
async fn a_code_works_once() {
    let tenant = Tenant::new().await;
    let code = tenant.sent_code(MOBILE).await;
    let login = Call::post(LOGIN).json(&json!({"mobile": MOBILE, "verify_code": code}));
    assert_eq!(tenant.call(login.clone()).await.status, 200);
    let again = tenant.call(login).await;
    again.assert_refused(400, "IDAAS.SDK.CAPTCHA.0007", "Incorrect verification code");
}

#[tokio::test]
async fn an_id_token_is_signed_by_a_key_that_is_published() {
    let tenant = Tenant::new().await;
    let answer = tenant.logged_in(MOBILE).await;
    let id_token = answer.text("id_token");
    let part = |index: usize| -> Value {
        let part = id_token.split('.').nth(index).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    let (header, claims) = (part(0), part(1));
    assert_eq!(header["alg"], "RS256");
    // The one operation that needs none of the common headers.
    let keys = tenant.call(Call::new("GET", KEYS)).await.json();
    let kids: Vec<_> = keys["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| &key["kid"])
        .collect();
    assert_eq!(kids, [&header["kid"]]);
    assert_eq!(claims["mobile"], "+86-11012345678");
    let seconds = |name: &str| claims[name].as_i64().unwrap();
    assert_eq!(seconds("exp") - seconds("iat"), 300);
    assert_eq!(seconds("iat") - seconds("nbf"), 120);
}

#[tokio::test]
async fn a_refresh_takes_no_body_and_gives_an_id_token() {
    let tenant = Tenant::new().await;
    let session = tenant.logged_in(MOBILE).await.text("session_token");
    let refresh = Call::post(REFRESH).header("session-token", &session);
    let answer = tenant.call(refresh).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        names(&answer.json()),
        ["session_token", "expire", "id_token"]
    );
}

#[tokio::test]
async fn country_codes_have_the_documented_fields() {
    let tenant = Tenant::new().await;
    let codes = tenant.call(Call::get(COUNTRY_CODES)).await.json();
    assert_eq!(
        names(&codes),
        ["phoneAreaCodeDefinitions", "preferredAreaCode"]
    );
    let china = &codes["phoneAreaCodeDefinitions"][0];
    assert_eq!(china["areaCode"], "86");
    assert_eq!(china["mobileRegex"], r"^(\+86){0,1}\-?1\d{10}$");
    let names = names(china);
    assert_eq!(
        names,
        [
            "areaCode",
            "displayMapping",
            "countryCode",
            "mobileRegex",
            "areaCodeSuffixes"
        ]
    );
}

#[tokio::test]
async fn health_and_clock_answer() {
    let tenant = Tenant::new().await;
    assert_eq!(
        tenant
            .call(Call::new("GET", "/_emulator/health"))
            .await
            .status,
        200
    );
    // Everything that expires hangs on the one clock: a code, for one.
    let code = tenant.sent_code(MOBILE).await;
    let advance = Call::post("/_emulator/clock").json(&json!({"advance_seconds": 301}));
    assert_eq!(tenant.call(advance).await.status, 200);
    let login = Call::post(LOGIN).json(&json!({"mobile": MOBILE, "verify_code": code}));
    assert_eq!(tenant.call(login).await.status, 400);
}

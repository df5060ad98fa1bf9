//! Codes, people, sessions and id_tokens.

use super::*;

#[tokio::test]
async fn a_login_answers_the_four_fields_of_the_page_in_their_order() {
    let person = Person::new();
    person.send().await;
    let body = json!({"mobile": "+86-15200000000", "verify_code": person.code()});
    let response = person
        .0
        .call(request(OperationId::LoginWithSmsCode, &body))
        .await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "application/json");
    let text = str::from_utf8(response.body()).unwrap();
    let places: Vec<Option<usize>> = [
        "{\"session_token\":\"",
        "\",\"expire\":432000,",
        "\"status\":\"SUCCESS\",",
        "\"id_token\":\"",
    ]
    .map(|part| text.find(part))
    .into();
    assert!(
        places.iter().all(Option::is_some) && places.is_sorted(),
        "{places:?}"
    );
    let (_, login) = read(&response);
    assert_eq!(login.as_object().unwrap().len(), 4);
    assert_eq!(login["session_token"].as_str().unwrap().len(), 32);
    let claims = claims(&login);
    assert_eq!(claims["iss"], "http://localhost/api/v1/oauth2");
    assert_eq!(claims["aud"], "nTo1eRIub60vPb54WeE6aojPwYwImtl4");
    assert_eq!(claims["mobile"], "+86-15200000000");
    assert_eq!(claims["sub"], claims["id"]);
    assert_eq!(claims["exp"], 1_700_000_300);
}

#[tokio::test]
async fn a_code_works_once_in_time_and_only_the_newest() {
    let person = Person::new();
    person.send().await;
    let first = person.code();
    assert_eq!(person.log_in(&first).await.0, StatusCode::OK);
    assert_eq!(
        code_of(&person.log_in(&first).await),
        "IDAAS.SDK.CAPTCHA.0007",
        "used"
    );

    person.0.advance(Duration::from_secs(60));
    person.send().await;
    let replaced = person.code();
    person.0.advance(Duration::from_secs(60));
    person.send().await;
    if replaced != person.code() {
        assert_eq!(
            code_of(&person.log_in(&replaced).await),
            "IDAAS.SDK.CAPTCHA.0007",
            "replaced"
        );
    }
    person.0.advance(Duration::from_secs(299));
    assert_eq!(person.log_in(&person.code()).await.0, StatusCode::OK);

    person.send().await;
    person.0.advance(Duration::from_secs(300));
    assert_eq!(
        code_of(&person.log_in(&person.code()).await),
        "IDAAS.SDK.CAPTCHA.0007",
        "ended"
    );
}

#[tokio::test]
async fn the_fifth_wrong_try_burns_the_code() {
    for (tries, status) in [(4, StatusCode::OK), (5, StatusCode::BAD_REQUEST)] {
        let person = Person::new();
        person.send().await;
        for _ in 0..tries {
            person.log_in("x").await;
        }
        assert_eq!(
            person.log_in(&person.code()).await.0,
            status,
            "after {tries} wrong tries"
        );
    }
}

#[tokio::test]
async fn whether_a_code_works_twice_and_beside_a_newer_one_are_settings() {
    for (replaces, once, old, again) in [
        (true, true, false, false),
        (true, false, false, false),
        (false, true, true, false),
        (false, false, true, true),
    ] {
        let settings = builder().new_code_replaces_old(replaces);
        let person = person(settings.code_works_once(once).seed(1));
        person.send().await;
        let code = person.code();
        person.0.advance(Duration::from_secs(60));
        person.send().await;
        assert_ne!(code, person.code(), "by the seed");
        for (round, right) in [old, again].into_iter().enumerate() {
            let status = person.log_in(&code).await.0;
            assert_eq!(
                status == StatusCode::OK,
                right,
                "try {round}, {replaces} {once}"
            );
        }
        assert_eq!(person.log_in(&person.code()).await.0, StatusCode::OK);
        let newest_again = person.log_in(&person.code()).await.0;
        assert_eq!(newest_again == StatusCode::OK, !once, "{replaces} {once}");
    }
}

#[tokio::test]
async fn accounts_are_known_registered_or_refused() {
    let known = Account::new(mobile())
        .with_id("id-1")
        .with_name("张三")
        .with_user_name("zhangsan")
        .with_email("zhangsan@example.com");
    let strict = person(builder().auto_register(false).account(known));
    strict.send().await;
    let (_, login) = strict.log_in(&strict.code()).await;
    let claims = claims(&login);
    for (claim, value) in [
        ("sub", "id-1"),
        ("name", "张三"),
        ("userName", "zhangsan"),
        ("email", "zhangsan@example.com"),
    ] {
        assert_eq!(claims[claim], value);
    }

    let strict = person(builder().auto_register(false));
    strict.send().await;
    assert_eq!(
        code_of(&strict.log_in(&strict.code()).await),
        "IDAAS.SDK.USER.0001"
    );
    assert_eq!(
        code_of(&strict.log_in(&strict.code()).await),
        "IDAAS.SDK.CAPTCHA.0007",
        "the code was right once"
    );
}

#[tokio::test]
async fn who_logs_in_again_is_the_same_person() {
    let person = Person::new();
    person.send().await;
    let (_, first) = person.log_in(&person.code()).await;
    person.0.advance(Duration::from_secs(60));
    person.send().await;
    let (_, second) = person.log_in(&person.code()).await;
    assert_eq!(claims(&first)["sub"], claims(&second)["sub"]);
    assert_ne!(claims(&first)["jti"], claims(&second)["jti"]);
    assert_ne!(first["session_token"], second["session_token"]);
}

#[tokio::test]
async fn a_disabled_person_neither_logs_in_nor_refreshes() {
    let person = Person::new();
    let session = session(&person).await;
    assert!(
        person
            .0
            .set_disabled(&"+86-15200000000".parse().unwrap(), true)
    );
    assert!(
        !person.0.set_disabled(&"15200000009".parse().unwrap(), true),
        "there is no such account"
    );
    assert_eq!(
        code_of(&person.refresh(&session).await),
        "IDAAS.SDK.PARAM.0023"
    );
    person.0.advance(Duration::from_secs(60));
    person.send().await;
    assert_eq!(
        code_of(&person.log_in(&person.code()).await),
        "IDAAS.SDK.USER.0039"
    );
    person.0.set_disabled(&mobile(), false);
    assert_eq!(person.refresh(&session).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_refresh_answers_a_new_session_and_a_new_id_token() {
    let person = Person::new();
    let old = session(&person).await;
    person.0.advance(Duration::from_secs(400));
    let (status, refreshed) = person.refresh(&old).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(refreshed.as_object().unwrap().len(), 3);
    assert_eq!(refreshed["expire"], 432_000);
    assert_eq!(claims(&refreshed)["iat"], 1_700_000_400);
    let new = refreshed["session_token"].as_str().unwrap();
    assert_ne!(new, old);
    assert_eq!(person.refresh(new).await.0, StatusCode::OK);
    assert_eq!(code_of(&person.refresh(&old).await), "IDAAS.SDK.PARAM.0023");
}

#[tokio::test]
async fn a_session_ends() {
    let person = person(
        builder()
            .rotation(Rotation::Never)
            .session_lifetime(Duration::from_secs(43_200)),
    );
    let session = session(&person).await;
    person.0.advance(Duration::from_secs(43_199));
    let (_, refreshed) = person.refresh(&session).await;
    assert_eq!(
        (&refreshed["session_token"], &refreshed["expire"]),
        (&json!(session), &json!(1))
    );
    person.0.advance(Duration::from_secs(1));
    assert_eq!(
        code_of(&person.refresh(&session).await),
        "IDAAS.SDK.PARAM.0023"
    );
}

#[tokio::test]
async fn the_shape_and_the_lifetime_of_id_tokens_are_settings() {
    let nested = builder()
        .id_token_shape(IdTokenShape::Nested)
        .id_token_lifetime(Duration::from_secs(7));
    let person = person(nested);
    person.send().await;
    let (_, login) = person.log_in(&person.code()).await;
    let claims = claims(&login);
    assert_eq!(
        claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(),
        7
    );
    let api: Value = serde_json::from_str(claims["api"].as_str().unwrap()).unwrap();
    assert_eq!(api["mobile"], "+86-15200000000");
}

#[tokio::test]
async fn bound_codes_log_in_only_for_the_login_scenario() {
    for (bound, status) in [(true, StatusCode::BAD_REQUEST), (false, StatusCode::OK)] {
        let person = person(builder().bind_codes_to_scenario(bound));
        let body =
            json!({"mobile": MOBILE, "type": "BIND_MOBILE_SMS", "captcha_token": person.pass()});
        person.call(OperationId::SendSmsCode, body).await;
        assert_eq!(
            person.log_in(&person.code()).await.0,
            status,
            "bound: {bound}"
        );
    }
}

use idaas_proto::{
    CountryCodes, GetSigningKeys, ListCountryCodes, RefreshIdToken, RefreshedIdToken, SigningKeys,
};

use super::*;
use crate::Advice;

fn session() -> Session {
    let token = SessionToken::parse(SESSION).unwrap();
    Session::new(
        token,
        Some(Timestamp::from_unix(START.as_unix() + 1_000)),
        None,
    )
}

fn refreshed(output: RefreshedIdToken) -> Act {
    answer::<RefreshIdToken>(&output)
}

fn id_token() -> IdToken {
    IdToken::parse("new.id.token").unwrap()
}

#[tokio::test]
async fn a_refresh_keeps_what_the_answer_leaves_out() {
    let scene = scene([refreshed(RefreshedIdToken::new(id_token()))]);
    let again = scene.client.refresh(&device(), &session()).await.unwrap();
    assert_eq!(again.id_token(), Some(&id_token()));
    assert_eq!(again.session_token(), session().session_token());
    assert_eq!(again.expires_at(), session().expires_at());
    assert_eq!(
        scene.service.requests()[0].headers()["session-token"],
        SESSION
    );
}

#[tokio::test]
async fn a_refresh_may_bring_another_session_token() {
    let rotated = SessionToken::parse("rotated").unwrap();
    let answer = RefreshedIdToken::new(id_token())
        .with_session_token(rotated.clone())
        .with_expire(60);
    let scene = scene([refreshed(answer)]);
    let again = scene.client.refresh(&device(), &session()).await.unwrap();
    assert_eq!(again.session_token(), &rotated);
    assert_eq!(
        again.expires_at(),
        Some(Timestamp::from_unix(START.as_unix() + 60))
    );
}

#[tokio::test]
async fn a_session_that_is_over_advises_to_start_over() {
    let scene = scene([refuse(400, &ErrorCode::SESSION_TOKEN_INVALID)]);
    let error = scene
        .client
        .refresh(&device(), &session())
        .await
        .unwrap_err();
    assert_eq!(error.advice(), Advice::StartOver);
}

#[tokio::test]
async fn the_signing_keys_are_asked_for_without_a_device() {
    let scene = scene([answer::<GetSigningKeys>(&SigningKeys::new(Vec::new()))]);
    assert!(scene.client.signing_keys().await.unwrap().keys.is_empty());
    let request = &scene.service.requests()[0];
    assert_eq!(
        request.uri(),
        "https://example.bamboocloud.com/api/v1/oauth2/keys"
    );
    assert!(!request.headers().contains_key("x-device-fingerprint"));
}

#[tokio::test]
async fn the_country_codes_are_asked_for_in_the_language_that_is_set() {
    let codes = CountryCodes::new(Vec::new());
    let script = Script::default();
    script.goes_on([answer::<ListCountryCodes>(&codes)]);
    let service = Capture::forwarding_to(script);
    let client = client_builder(service.clone(), "https://example.bamboocloud.com")
        .language(Language::Zh)
        .build();
    assert_eq!(client.country_codes(&device()).await.unwrap(), codes);
    assert_eq!(service.requests()[0].headers()["x-l"], "zh");
}

/// So that a span below the client is named, whatever the address of the service.
#[tokio::test]
async fn each_call_says_which_operation_it_is() {
    let script = Script::default();
    script.goes_on([
        answer::<ListCountryCodes>(&CountryCodes::new(Vec::new())),
        answer::<GetSigningKeys>(&SigningKeys::new(Vec::new())),
    ]);
    let service = Capture::forwarding_to(script);
    let client = client_builder(service.clone(), "https://gateway.example.com/a/tenant").build();

    client.country_codes(&device()).await.unwrap();
    client.signing_keys().await.unwrap();

    let requests = service.requests();
    let names = requests.iter().map(|request| {
        let name = request.extensions().get::<OperationName>();
        name.map(|name| name.as_str())
    });
    assert_eq!(
        names.collect::<Vec<_>>(),
        [Some("list_country_codes"), Some("get_signing_keys")]
    );
    let path = requests[0].uri().path();
    assert!(path.starts_with("/a/tenant/api/"), "{path}");
}

#[tokio::test]
async fn the_transport_that_was_set_last_carries_the_calls() {
    let script = Script::default();
    script.goes_on([answer::<GetSigningKeys>(&SigningKeys::new(Vec::new()))]);
    let first = Capture::forwarding_to(Script::default());
    let last = Capture::forwarding_to(script);
    let client = client_builder(first.clone(), "https://example.bamboocloud.com")
        .transport(last.clone())
        .build();

    client.signing_keys().await.unwrap();

    assert_eq!((first.requests().len(), last.requests().len()), (0, 1));
}

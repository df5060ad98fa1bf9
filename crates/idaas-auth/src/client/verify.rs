use idaas_proto::IdToken;

use super::{Client, Settings};
use crate::error::Error;
use crate::id_token::{Identity, KeySet};

impl Client {
    /// Verifies an id_token and reads from it who signed in.
    ///
    /// The signing keys are read from the service when the first token comes, and kept; [`KeyCache`](crate::KeyCache)
    /// tells when they are read again. Of several callers that need them one reads, for all clones of this client.
    ///
    /// Tokens that come from anyone but the service itself need the audience to be
    /// [checked](crate::ClientBuilder::require_own_audience), see [`IdTokenVerifier`](crate::IdTokenVerifier).
    ///
    /// # Errors
    /// [`Error::IdToken`] where the token is not accepted, any other where the keys could not be read.
    ///
    /// # Dropping the future
    /// Costs nothing: where this caller was reading the keys, another one that waits for them begins anew.
    pub async fn verify(&self, id_token: &IdToken) -> Result<Identity, Error> {
        let Settings {
            verifier,
            keys,
            clock,
            ..
        } = &*self.settings;
        let token = verifier.read(id_token)?;
        let fetch = async { Ok::<_, Error>(KeySet::from(&self.signing_keys().await?)) };
        let keys = keys.keys(token.key_id(), &**clock, fetch).await?;
        Ok(token.verify(&keys, self.now())?)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use http::{Method, Response};
    use idaas_proto::{ClientId, Endpoint};
    use idaas_transport::testing::{Capture, Replay};
    use serde_json::json;

    use super::*;
    use crate::id_token::testing::{FLAT, HandClock, KID, N, NESTED, NOW, claiming, jwk, signed};
    use crate::{Advice, Algorithm, IdTokenError, IdTokenVerifier};

    struct Scene {
        client: Client,
        service: Arc<Capture<Replay>>,
        clock: HandClock,
    }

    /// A client of a service that gives these answers, in order, and then fails.
    fn scene(
        answers: impl IntoIterator<Item = Response<Bytes>>,
        verifier: IdTokenVerifier,
    ) -> Scene {
        let service = Arc::new(Capture::forwarding_to(Replay::of(answers)));
        let clock = HandClock::at(NOW);
        let endpoint = Endpoint::parse("https://example.bamboocloud.com").unwrap();
        let client_id = ClientId::parse("app").unwrap();
        let client = Client::builder_over(Arc::clone(&service), endpoint, client_id)
            .clock(clock.clone())
            .id_token_verifier(verifier)
            .build();
        Scene {
            client,
            service,
            clock,
        }
    }

    impl Scene {
        async fn verify(&self, token: &str) -> Result<Identity, Error> {
            self.client.verify(&IdToken::parse(token).unwrap()).await
        }

        fn fetches(&self) -> usize {
            self.service.requests().len()
        }
    }

    fn keys() -> Response<Bytes> {
        let body = json!({"keys": [jwk(N, json!({"kid": KID, "alg": "RS256", "use": "sig", "x5t": "AA"}))]});
        let response = Response::builder().header("content-type", "application/json");
        response.body(body.to_string().into()).unwrap()
    }

    fn id_token_error(outcome: Result<Identity, Error>) -> IdTokenError {
        match outcome {
            Err(Error::IdToken(error)) => error,
            other => panic!("expected a refused id_token, not {other:?}"),
        }
    }

    #[tokio::test]
    async fn reads_the_keys_once_for_all_tokens_and_clones() {
        let scene = scene([keys()], IdTokenVerifier::new());
        assert_eq!(scene.fetches(), 0);
        let clone = scene.client.clone();
        let first = tokio::spawn(async move { clone.verify(&IdToken::parse(FLAT).unwrap()).await });
        let first = first.await.unwrap().unwrap();
        let second = scene.verify(NESTED).await.unwrap();
        assert_eq!(first.id(), second.id());

        let requests = scene.service.requests();
        assert_eq!(requests.len(), 1);
        assert_eq!(requests[0].method(), Method::GET);
        assert_eq!(requests[0].uri().path(), "/api/v1/oauth2/keys");
        assert_eq!(requests[0].headers().get("x-device-fingerprint"), None);
    }

    #[tokio::test]
    async fn a_token_that_no_key_can_save_costs_no_call() {
        let scene = scene(
            [],
            IdTokenVerifier::new().with_algorithms([Algorithm::Rs384]),
        );
        for token in ["a.b", FLAT] {
            let error = scene.verify(token).await.unwrap_err();
            assert_eq!(error.advice(), Advice::GiveUp);
            assert_eq!(error.operation(), None);
            id_token_error(Err(error));
        }
        assert_eq!(scene.fetches(), 0);
    }

    #[tokio::test]
    async fn a_new_kid_has_the_keys_read_again_after_the_cool_down() {
        let rotated = json!({"keys": [jwk(N, json!({"kid": "new"}))]});
        let rotated = Response::new(Bytes::from(rotated.to_string()));
        let scene = scene([keys(), rotated], IdTokenVerifier::new());
        let token = signed(
            r#"{"alg":"RS256","kid":"new"}"#,
            r#"{"id":"u1","exp":1657000300}"#,
        );
        for _ in 0..3 {
            let error = id_token_error(scene.client.verify(&token).await);
            assert!(
                matches!(error, IdTokenError::UnknownKey { known: 1, .. }),
                "{error:?}"
            );
        }
        assert_eq!(scene.fetches(), 1);
        scene.clock.advance(30);
        assert_eq!(scene.client.verify(&token).await.unwrap().id(), "u1");
        assert_eq!(scene.fetches(), 2);
    }

    #[tokio::test]
    async fn a_service_that_is_away_is_named_and_not_hammered() {
        let scene = scene([], IdTokenVerifier::new());
        let error = scene.verify(FLAT).await.unwrap_err();
        assert!(matches!(error, Error::Transport(_)), "{error:?}");
        let retry_at = NOW.saturating_add(core::time::Duration::from_secs(1));
        for _ in 0..3 {
            let error = scene.verify(FLAT).await.unwrap_err();
            assert_eq!(error.advice(), Advice::RetryAt(retry_at));
            assert_eq!(
                id_token_error(Err(error)),
                IdTokenError::KeysUnavailable { retry_at }
            );
        }
        assert_eq!(scene.fetches(), 1);
    }

    #[tokio::test]
    async fn the_time_and_the_settings_are_the_clients_own() {
        let scene = scene([keys()], IdTokenVerifier::new().with_audience("app"));
        let token = claiming(&json!({"id": "u1", "aud": "app", "exp": NOW.as_unix()}));
        assert!(scene.client.verify(&token).await.is_ok());
        let error = id_token_error(scene.verify(FLAT).await);
        assert!(
            matches!(error, IdTokenError::WrongAudience { .. }),
            "{error:?}"
        );
        scene.clock.advance(60);
        let error = scene.client.verify(&token).await.unwrap_err();
        assert_eq!(error.advice(), Advice::StartOver);
        assert_eq!(error.to_string(), "the id_token expired 60 s ago");
    }

    #[tokio::test]
    async fn only_tokens_for_the_application_itself_are_taken_where_that_is_required() {
        let builder = || {
            let endpoint = Endpoint::parse("https://example.bamboocloud.com").unwrap();
            let client_id = ClientId::parse("app").unwrap();
            Client::builder_over(Replay::of([keys()]), endpoint, client_id)
                .clock(HandClock::at(NOW))
        };
        let own = claiming(&json!({"id": "u1", "aud": "app", "exp": NOW.as_unix()}));
        let others = claiming(&json!({"id": "u1", "aud": "other", "exp": NOW.as_unix()}));
        assert!(builder().build().verify(&others).await.is_ok());
        for strict in [
            builder().require_own_audience(),
            builder()
                .require_own_audience()
                .id_token_verifier(IdTokenVerifier::new().with_audience("other")),
        ] {
            let strict = strict.build();
            assert!(strict.verify(&own).await.is_ok());
            let error = id_token_error(strict.verify(&others).await);
            assert!(
                matches!(error, IdTokenError::WrongAudience { .. }),
                "{error:?}"
            );
        }
    }
}

use std::time::Duration;

use idaas_proto::{ClientId, ErrorCode, IdToken};

use super::Service;
use crate::clock::Timestamp;
use crate::signing::{Identity, Issue};

/// A session that was opened or renewed.
pub(super) struct Granted {
    pub(super) session_token: String,
    pub(super) remaining: Duration,
    pub(super) identity: Identity,
    pub(super) token_id: String,
    pub(super) now: Timestamp,
}

/// The issuer of a service without a socket.
const ISSUER: &str = "http://localhost/api/v1/oauth2";

impl Service {
    /// Signs an id_token, once there is a key to sign with.
    pub(super) async fn id_token(
        &self,
        granted: &Granted,
        client_id: Option<ClientId>,
    ) -> Result<IdToken, ErrorCode> {
        let settings = self.settings();
        let client_id = client_id.ok_or(ErrorCode::CLIENT_ID_EMPTY)?;
        let key = self.0.key.key().await;
        let token = key.id_token(
            &granted.identity,
            Issue {
                shape: settings.id_token_shape,
                issuer: settings.issuer.as_deref().unwrap_or(ISSUER),
                client_id: &client_id,
                token_id: &granted.token_id,
                now: granted.now,
                lifetime: settings.id_token_lifetime,
            },
        );
        IdToken::parse(token).map_err(|_| ErrorCode::SYSTEM_BUSY)
    }
}

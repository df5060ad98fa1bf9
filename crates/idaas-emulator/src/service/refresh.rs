use idaas_proto::{ErrorCode, RefreshIdToken, RefreshedIdToken, SessionToken};

use super::Service;
use super::handler::{Call, Handle};
use super::token::Granted;

impl Handle for RefreshIdToken {
    async fn handle(self, service: &Service, call: Call) -> Result<RefreshedIdToken, ErrorCode> {
        let granted = (service.refresh(self.session_token.expose_secret()))
            .ok_or(ErrorCode::SESSION_TOKEN_INVALID)?;
        let session_token = SessionToken::parse(&*granted.session_token);
        let id_token = service.id_token(&granted, call.client_id).await?;
        let mut response = RefreshedIdToken::new(id_token);
        response.session_token = Some(session_token.map_err(|_| ErrorCode::SYSTEM_BUSY)?);
        response.expire = Some(granted.remaining.as_secs());
        Ok(response)
    }
}

impl Service {
    /// Renews a session of somebody who may still log in.
    fn refresh(&self, session_token: &str) -> Option<Granted> {
        let settings = self.settings();
        let state = &mut *self.state();
        let now = state.clock.now();
        let owner = state.sessions.owner(session_token, now)?;
        let identity = state.accounts.identity(owner).ok()?.clone();
        let fresh = state.random.letters(32);
        let refreshed = (state.sessions).refresh(
            session_token,
            fresh,
            now,
            settings.session_lifetime,
            settings.rotation,
        )?;
        Some(Granted {
            session_token: refreshed.token,
            remaining: refreshed.remaining,
            identity,
            token_id: state.random.hex(),
            now,
        })
    }
}

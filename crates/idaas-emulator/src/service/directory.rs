use idaas_proto::{CountryCodes, ErrorCode, GetSigningKeys, ListCountryCodes, SigningKeys};

use super::Service;
use super::handler::{Call, Handle};
use crate::areas;

impl Handle for ListCountryCodes {
    async fn handle(self, _: &Service, _: Call) -> Result<CountryCodes, ErrorCode> {
        Ok(areas::country_codes())
    }
}

impl Handle for GetSigningKeys {
    async fn handle(self, service: &Service, _: Call) -> Result<SigningKeys, ErrorCode> {
        let key = service.0.key.key().await;
        Ok(SigningKeys::new(vec![key.jwk()]))
    }
}

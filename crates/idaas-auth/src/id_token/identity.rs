use std::fmt;

use idaas_proto::Mobile;
use serde_json::{Map, Value};

use super::{IdTokenError, claims};
use crate::Timestamp;

/// Who signed in, as a verified id_token tells it.
///
/// The service is documented with two shapes of the payload, and both are read:
///
/// - flat: `iss` is `https://{domain}/api/v1/oauth2`, `aud` the client id, and `id`, `name`,
///   `userName`, `mobile` and `email` are claims like any other;
/// - nested: `iss`, `aud` and `sub` are placeholders, and the claim `api` is a *string* that holds a
///   JSON object with `id`, `name`, `userName`, `mobile` and `email`.
///
/// Only `id` and `exp` are certain to be there. `sub` is never a substitute for `id`: in
/// the nested shape it is the same for everyone.
///
/// `Debug` shows no personal data: neither names (a user name is often the mobile number) nor the
/// values of claims, and the mobile masked.
#[derive(Clone, PartialEq)]
pub struct Identity {
    id: String,
    name: Option<String>,
    user_name: Option<String>,
    mobile: Option<Mobile>,
    email: Option<String>,
    sub: Option<String>,
    issuer: Option<String>,
    audience: Vec<String>,
    issued_at: Option<Timestamp>,
    expires_at: Timestamp,
    claims: Map<String, Value>,
    /// What `api` holds, in the nested shape.
    nested: Option<Map<String, Value>>,
}

impl Identity {
    /// Reads the claims of a payload; `exp` was read before.
    pub(super) fn from_claims(
        claims: Map<String, Value>,
        expires_at: Timestamp,
    ) -> Result<Self, IdTokenError> {
        let nested = nested(&claims)?;
        let user = nested.as_ref().unwrap_or(&claims);
        let own = |text: Option<&str>| text.map(str::to_owned);
        let mobile = claims::text(user, "mobile")?
            .map(Mobile::parse)
            .transpose()
            .map_err(|_| IdTokenError::MalformedClaim { claim: "mobile" })?;
        Ok(Self {
            id: own(claims::text(user, "id")?).ok_or(IdTokenError::MissingClaim { claim: "id" })?,
            name: own(claims::text(user, "name")?),
            user_name: own(claims::text(user, "userName")?),
            mobile,
            email: own(claims::text(user, "email")?),
            sub: own(claims::text(&claims, "sub")?),
            issuer: own(claims::text(&claims, "iss")?),
            audience: claims::texts(&claims, "aud")?
                .into_iter()
                .map(str::to_owned)
                .collect(),
            issued_at: claims::time(&claims, "iat")?,
            expires_at,
            nested,
            claims,
        })
    }

    /// The user's id, which never changes: what an application keys its own records by.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The user's full name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The name that the user signs in with (`userName`).
    #[must_use]
    pub fn user_name(&self) -> Option<&str> {
        self.user_name.as_deref()
    }

    /// The user's mobile number, as a rule in the form `+86-15200000001`.
    #[must_use]
    pub fn mobile(&self) -> Option<&Mobile> {
        self.mobile.as_ref()
    }

    /// The user's mail address.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// The claim `sub`: a placeholder in the nested shape.
    #[must_use]
    pub fn sub(&self) -> Option<&str> {
        self.sub.as_deref()
    }

    /// The claim `iss`: a placeholder in the nested shape.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// The claim `aud`, which may be one text or several: a placeholder in the nested shape.
    pub fn audience(&self) -> impl Iterator<Item = &str> {
        self.audience.iter().map(String::as_str)
    }

    /// When the token was issued (`iat`).
    #[must_use]
    pub fn issued_at(&self) -> Option<Timestamp> {
        self.issued_at
    }

    /// When the token ends (`exp`), without leeway.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// Any other claim by its name.
    ///
    /// In the nested shape what `api` holds comes first, as it does for the fields of this type.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<&Value> {
        self.nested
            .as_ref()
            .and_then(|nested| nested.get(name))
            .or_else(|| self.claims.get(name))
    }

    /// The whole payload as it was signed, known and unknown claims.
    #[must_use]
    pub fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("id", &self.id)
            .field("mobile", &self.mobile)
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .field("issued_at", &self.issued_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// Reads `api`, if there is one. An object in place of the documented string is taken too: what it
/// means is not in doubt.
fn nested(claims: &Map<String, Value>) -> Result<Option<Map<String, Value>>, IdTokenError> {
    let malformed = IdTokenError::MalformedClaim { claim: "api" };
    match claims.get("api") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(json)) => serde_json::from_str(json).map(Some).map_err(|_| malformed),
        Some(Value::Object(object)) => Ok(Some(object.clone())),
        Some(_) => Err(malformed),
    }
}

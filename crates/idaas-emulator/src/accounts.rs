//! The people whom the tenant knows.

use std::collections::HashMap;
use std::fmt;

use idaas_proto::{CanonicalMobile, Mobile};

use crate::areas;
use crate::random::Random;
use crate::signing::Identity;

/// A person whom the tenant knows, for [`Builder::account`](crate::Builder::account).
///
/// What is not given is made up when the account is added; the forms of it are not documented by the vendor: our
/// defaults. `Debug` shows the mobile number masked, and no name.
#[derive(Clone)]
pub struct Account {
    mobile: Mobile,
    id: Option<String>,
    name: Option<String>,
    user_name: Option<String>,
    email: Option<String>,
    disabled: bool,
}

impl Account {
    /// A person with this mobile number.
    #[must_use]
    pub const fn new(mobile: Mobile) -> Self {
        Self {
            mobile,
            id: None,
            name: None,
            user_name: None,
            email: None,
            disabled: false,
        }
    }

    /// Whether the service would send an SMS to the mobile number: whether it has the form that its area code asks for.
    ///
    /// A person with any other number can never log in.
    #[must_use]
    pub fn is_reachable(&self) -> bool {
        areas::is_possible(&self.mobile)
    }

    /// Sets the id, the `sub` of an id_token. Made up where absent: 32 hexadecimal digits.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Sets the name to display. Made up where absent.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the user name. Made up where absent.
    #[must_use]
    pub fn with_user_name(mut self, user_name: impl Into<String>) -> Self {
        self.user_name = Some(user_name.into());
        self
    }

    /// Sets the mail address. The claim `email` is null where it is absent.
    #[must_use]
    pub fn with_email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// Makes it an account that may not log in: USER.0039.
    #[must_use]
    pub const fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("mobile", &self.mobile)
            .field("disabled", &self.disabled)
            .finish_non_exhaustive()
    }
}

/// The accounts of one emulator, by mobile number.
#[derive(Default)]
pub(crate) struct Accounts(HashMap<CanonicalMobile, Known>);

struct Known {
    identity: Identity,
    disabled: bool,
}

/// Why somebody may not log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Unknown,
    Disabled,
}

impl Accounts {
    /// Adds an account, in place of the one that has its mobile number.
    pub(crate) fn add(&mut self, account: Account, random: &mut Random) {
        let mobile = account.mobile.canonical();
        let id = account.id.unwrap_or_else(|| random.hex());
        let user_name = (account.user_name).unwrap_or_else(|| format!("u{}", random.digits(10)));
        let name = account
            .name
            .unwrap_or_else(|| format!("User {}", last_four(&mobile)));
        let identity = Identity {
            id,
            name,
            user_name,
            mobile: areas::with_dash(&mobile),
            email: account.email,
        };
        let disabled = account.disabled;
        self.0.insert(mobile, Known { identity, disabled });
    }

    /// Lets somebody log in, or no longer. Says whether there is such an account.
    pub(crate) fn set_disabled(&mut self, mobile: &CanonicalMobile, disabled: bool) -> bool {
        let known = self.0.get_mut(mobile);
        let found = known.is_some();
        if let Some(known) = known {
            known.disabled = disabled;
        }
        found
    }

    /// The identity of somebody who may log in.
    pub(crate) fn identity(&self, mobile: &CanonicalMobile) -> Result<&Identity, Refused> {
        match self.0.get(mobile) {
            None => Err(Refused::Unknown),
            Some(known) if known.disabled => Err(Refused::Disabled),
            Some(known) => Ok(&known.identity),
        }
    }
}

fn last_four(mobile: &CanonicalMobile) -> &str {
    let number = mobile.as_str();
    (number.len().checked_sub(4))
        .and_then(|start| number.get(start..))
        .unwrap_or(number)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "what is not there fails the test")]

    use super::*;

    #[test]
    fn nobody_is_reached_by_a_number_of_impossible_form() {
        for (mobile, reachable) in [
            ("15200000000", true),
            ("11012345678", true),
            ("+86-15200000000", true),
            ("+85261234567", true),
            ("+4915112345678", true),
            ("abc", false),
            ("1520000000", false),
            ("+86123456789", false),
            ("61234567", false),
        ] {
            let account = Account::new(Mobile::parse(mobile).unwrap());
            assert_eq!(account.is_reachable(), reachable, "{mobile}");
        }
    }
}

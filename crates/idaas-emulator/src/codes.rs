//! Verify codes that were sent and not used yet.

use std::collections::HashMap;
use std::time::Duration;

use idaas_proto::{CanonicalMobile, SendScenario, VerifyCode};

use crate::clock::Timestamp;

/// What a code belongs to: a mobile, and a scenario where codes are bound to theirs.
pub(crate) type CodeKey = (CanonicalMobile, Option<SendScenario>);

/// At most one code for each key.
#[derive(Default)]
pub(crate) struct CodeStore {
    codes: HashMap<CodeKey, Issued>,
    /// How many codes there may be before those that ended are looked for.
    sweep_at: usize,
}

struct Issued {
    code: VerifyCode,
    end: Timestamp,
    wrong_tries: u32,
}

impl CodeStore {
    /// Remembers a code in place of the one before it.
    pub(crate) fn issue(
        &mut self,
        key: CodeKey,
        code: VerifyCode,
        now: Timestamp,
        lifetime: Duration,
    ) {
        if self.codes.len() >= self.sweep_at {
            self.codes.retain(|_, issued| now < issued.end);
            self.sweep_at = (self.codes.len() * 2).max(1_024);
        }
        let issued = Issued {
            code,
            end: now.plus(lifetime),
            wrong_tries: 0,
        };
        self.codes.insert(key, issued);
    }

    /// Whether the code is right. Right once, it is used up; wrong `tries` times, it is burnt.
    pub(crate) fn redeem(
        &mut self,
        key: &CodeKey,
        code: &VerifyCode,
        now: Timestamp,
        tries: u32,
    ) -> bool {
        let Some(issued) = self.codes.get_mut(key) else {
            return false;
        };
        let right = now < issued.end && issued.code == *code;
        issued.wrong_tries += 1;
        if right || issued.wrong_tries >= tries || now >= issued.end {
            self.codes.remove(key);
        }
        right
    }
}

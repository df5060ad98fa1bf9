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

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "what is not there fails the test")]

    use idaas_proto::Mobile;
    use proptest::prelude::*;

    use super::*;

    const LIFETIME: u64 = 300;
    const TRIES: u32 = 5;

    fn key(person: u8, scenario: Option<SendScenario>) -> CodeKey {
        let mobile = Mobile::parse(format!("1520000000{person}")).unwrap();
        (mobile.canonical(), scenario)
    }

    fn code(number: u8) -> VerifyCode {
        VerifyCode::parse(format!("10000{number}")).unwrap()
    }

    #[derive(Clone, Debug)]
    enum Step {
        Issue { person: u8, number: u8 },
        Redeem { person: u8, number: u8 },
        Wait(u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        // Few people and few codes, so that they meet.
        prop_oneof![
            1 => (0..2_u8, 0..3_u8).prop_map(|(person, number)| Step::Issue { person, number }),
            4 => (0..2_u8, 0..3_u8).prop_map(|(person, number)| Step::Redeem { person, number }),
            1 => prop_oneof![0..3_u64, 140..160_u64, 299..301_u64].prop_map(Step::Wait),
        ]
    }

    proptest! {
        /// Against a model that keeps the whole history and reads the answer from it.
        #[test]
        fn a_code_works_once_in_time_and_within_the_tries(steps in prop::collection::vec(step(), 0..80)) {
            let mut store = CodeStore::default();
            let mut history: Vec<(u64, Step)> = Vec::new();
            let mut now = 0;
            for step in steps {
                let time = Timestamp::from_seconds(now);
                match step {
                    Step::Issue { person, number } => {
                        let lifetime = Duration::from_secs(LIFETIME);
                        store.issue(key(person, None), code(number), time, lifetime);
                    }
                    Step::Redeem { person, number } => {
                        let right = store.redeem(&key(person, None), &code(number), time, TRIES);
                        prop_assert_eq!(right, expected(&history, now, person, number));
                    }
                    Step::Wait(seconds) => now += seconds,
                }
                history.push((now, step));
            }
        }
    }

    fn expected(history: &[(u64, Step)], now: u64, person: u8, number: u8) -> bool {
        let of_person = |step: &Step| match step {
            Step::Issue { person: other, .. } | Step::Redeem { person: other, .. } => {
                *other == person
            }
            Step::Wait(_) => false,
        };
        let newest = history
            .iter()
            .rposition(|(_, step)| of_person(step) && matches!(step, Step::Issue { .. }));
        let Some((issued, Step::Issue { number: sent, .. })) = newest.map(|at| &history[at]) else {
            return false;
        };
        let since = history[newest.unwrap() + 1..]
            .iter()
            .filter(|(_, step)| of_person(step));
        let numbers = since.filter_map(|(_, step)| match step {
            Step::Redeem { number, .. } => Some(*number),
            _ => None,
        });
        let (mut wrong, mut used) = (0, false);
        for tried in numbers {
            used |= tried == *sent && wrong < TRIES;
            wrong += u32::from(tried != *sent);
        }
        number == *sent && !used && wrong < TRIES && now < issued + LIFETIME
    }

    #[test]
    fn a_bound_code_belongs_to_its_scenario() {
        let mut store = CodeStore::default();
        let now = Timestamp::from_seconds(0);
        let login = key(0, Some(SendScenario::LOGIN_SMS));
        let bind = key(0, Some(SendScenario::BIND_MOBILE_SMS));
        store.issue(login.clone(), code(1), now, Duration::from_secs(LIFETIME));
        store.issue(bind, code(2), now, Duration::from_secs(LIFETIME));
        assert!(!store.redeem(&login, &code(2), now, TRIES));
        assert!(store.redeem(&login, &code(1), now, TRIES));
    }

    #[test]
    fn codes_that_ended_are_swept() {
        let mut store = CodeStore::default();
        for second in 0..100_000_u64 {
            let mobile = Mobile::parse(format!("1{second:010}")).unwrap();
            let now = Timestamp::from_seconds(second);
            let lifetime = Duration::from_secs(LIFETIME);
            store.issue((mobile.canonical(), None), code(1), now, lifetime);
        }
        assert!(store.codes.len() <= 1_024, "{} codes", store.codes.len());
    }
}

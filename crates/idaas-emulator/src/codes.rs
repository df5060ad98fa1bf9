//! Verify codes that were sent and not used yet.

use std::collections::HashMap;
use std::time::Duration;

use idaas_proto::{CanonicalMobile, SendScenario, VerifyCode};

use crate::clock::Timestamp;

/// What a code belongs to: a mobile, and a scenario where codes are bound to theirs.
pub(crate) type CodeKey = (CanonicalMobile, Option<SendScenario>);

/// The rules of codes. Not documented by the vendor: our defaults.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CodeRules {
    pub(crate) length: usize,
    pub(crate) lifetime: Duration,
    /// Wrong tries before a code is burnt.
    pub(crate) tries: u32,
    /// Whether a code is good for its scenario only.
    pub(crate) bound_to_scenario: bool,
    /// Whether a new code ends those before it.
    pub(crate) new_replaces_old: bool,
    /// Whether a right try uses the code up.
    pub(crate) works_once: bool,
}

impl Default for CodeRules {
    fn default() -> Self {
        Self {
            length: 6,
            lifetime: Duration::from_secs(300),
            tries: 5,
            bound_to_scenario: false,
            new_replaces_old: true,
            works_once: true,
        }
    }
}

/// The codes of one emulator.
#[derive(Default)]
pub(crate) struct CodeStore {
    rules: CodeRules,
    /// Oldest first. More than one only where a new code does not replace the old one.
    codes: HashMap<CodeKey, Vec<Issued>>,
    /// How many keys there may be before those whose codes ended are looked for.
    sweep_at: usize,
}

struct Issued {
    code: VerifyCode,
    end: Timestamp,
    wrong_tries: u32,
}

impl CodeStore {
    pub(crate) fn new(rules: CodeRules) -> Self {
        Self {
            rules,
            ..Self::default()
        }
    }

    /// Remembers a code.
    pub(crate) fn issue(&mut self, key: CodeKey, code: VerifyCode, now: Timestamp) {
        if self.codes.len() >= self.sweep_at {
            let lasts = |codes: &Vec<Issued>| codes.last().is_some_and(|newest| now < newest.end);
            self.codes.retain(|_, codes| lasts(codes));
            self.sweep_at = (self.codes.len() * 2).max(1_024);
        }
        let codes = self.codes.entry(key).or_default();
        if self.rules.new_replaces_old {
            codes.clear();
        } else {
            codes.retain(|issued| now < issued.end);
        }
        codes.push(Issued {
            code,
            end: now.plus(self.rules.lifetime),
            wrong_tries: 0,
        });
    }

    /// Whether the code is right. A wrong one counts against every code that it might have been.
    pub(crate) fn redeem(&mut self, key: &CodeKey, code: &VerifyCode, now: Timestamp) -> bool {
        let Some(codes) = self.codes.get_mut(key) else {
            return false;
        };
        codes.retain(|issued| now < issued.end);
        let right = codes.iter().rposition(|issued| issued.code == *code);
        match right {
            Some(place) if self.rules.works_once => drop(codes.remove(place)),
            Some(_) => {}
            None => codes.retain_mut(|issued| {
                issued.wrong_tries += 1;
                issued.wrong_tries < self.rules.tries
            }),
        }
        if codes.is_empty() {
            self.codes.remove(key);
        }
        right.is_some()
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

    /// A code that was sent, as the model remembers it: for ever.
    struct Sent {
        person: u8,
        number: u8,
        at: u64,
        wrong: u32,
        over: bool,
    }

    proptest! {
        /// Against a model that forgets nothing and asks each code whether it is still good.
        #[test]
        fn a_code_works_in_time_within_the_tries_and_as_the_rules_say(
            new_replaces_old in any::<bool>(),
            works_once in any::<bool>(),
            steps in prop::collection::vec(step(), 0..80),
        ) {
            let rules = CodeRules { new_replaces_old, works_once, ..CodeRules::default() };
            let mut store = CodeStore::new(rules);
            let mut model: Vec<Sent> = Vec::new();
            let mut now = 0;
            for step in steps {
                let time = Timestamp::from_seconds(now);
                match step {
                    Step::Issue { person, number } => {
                        store.issue(key(person, None), code(number), time);
                        for sent in model.iter_mut().filter(|sent| sent.person == person) {
                            sent.over |= new_replaces_old;
                        }
                        model.push(Sent { person, number, at: now, wrong: 0, over: false });
                    }
                    Step::Redeem { person, number } => {
                        let good = |sent: &&mut Sent| {
                            sent.person == person
                                && !sent.over
                                && sent.wrong < TRIES
                                && now < sent.at + LIFETIME
                        };
                        let mut good: Vec<_> = model.iter_mut().filter(good).collect();
                        let right = good.iter().rposition(|sent| sent.number == number);
                        match right {
                            Some(place) => good[place].over |= works_once,
                            None => good.iter_mut().for_each(|sent| sent.wrong += 1),
                        }
                        let redeemed = store.redeem(&key(person, None), &code(number), time);
                        prop_assert_eq!(redeemed, right.is_some());
                    }
                    Step::Wait(seconds) => now += seconds,
                }
            }
        }
    }

    #[test]
    fn a_bound_code_belongs_to_its_scenario() {
        let mut store = CodeStore::default();
        let now = Timestamp::from_seconds(0);
        let login = key(0, Some(SendScenario::LOGIN_SMS));
        let bind = key(0, Some(SendScenario::BIND_MOBILE_SMS));
        store.issue(login.clone(), code(1), now);
        store.issue(bind, code(2), now);
        assert!(!store.redeem(&login, &code(2), now));
        assert!(store.redeem(&login, &code(1), now));
    }

    #[test]
    fn codes_that_ended_are_swept() {
        let mut store = CodeStore::default();
        for second in 0..100_000_u64 {
            let mobile = Mobile::parse(format!("1{second:010}")).unwrap();
            let now = Timestamp::from_seconds(second);
            store.issue((mobile.canonical(), None), code(1), now);
        }
        assert!(store.codes.len() <= 1_024, "{} codes", store.codes.len());
    }
}

//! Captchas that wait for their answer, and passes that wait for their send.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use idaas_proto::{CanonicalMobile, CaptchaPoint};

use crate::clock::Timestamp;

/// What a tenant can set about captchas.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CaptchaRules {
    /// How long a captcha waits for its answer.
    pub(crate) lifetime: Duration,
    /// How long a pass waits for its send.
    pub(crate) pass_lifetime: Duration,
    /// How far the piece may be from the hole, in pixels.
    pub(crate) tolerance: u16,
}

impl Default for CaptchaRules {
    /// Those of AJ-Captcha, whose wire format the service has.
    fn default() -> Self {
        Self {
            lifetime: Duration::from_secs(120),
            pass_lifetime: Duration::from_secs(180),
            tolerance: 5,
        }
    }
}

/// The captchas and passes of one emulator.
#[derive(Default)]
pub(crate) struct CaptchaStore {
    rules: CaptchaRules,
    waiting: Expiring<u16>,
    passes: Expiring<Pass>,
}

/// What a solved captcha earned.
struct Pass {
    /// The whole text that was issued.
    text: String,
    /// Whom it was issued for; nobody, where that was a mail address.
    mobile: Option<CanonicalMobile>,
}

/// What became of a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spent {
    /// It paid for this send.
    Paid,
    /// There is no such pass: it was used, it ended, or it was never issued.
    Unknown,
    /// It was issued for another mobile, or its text was changed. It is gone.
    Mismatch,
}

impl CaptchaStore {
    pub(crate) fn new(rules: CaptchaRules) -> Self {
        Self {
            rules,
            ..Self::default()
        }
    }

    /// Remembers a captcha whose hole is `left` pixels from the left edge.
    pub(crate) fn issue(&mut self, token: String, left: u16, now: Timestamp) {
        self.waiting.insert(token, left, now, self.rules.lifetime);
    }

    /// The answer to a captcha that waits, without using it up.
    pub(crate) fn answer(&self, token: &str, now: Timestamp) -> Option<f64> {
        self.waiting.find(token, now).map(|left| f64::from(*left))
    }

    /// Uses a captcha up; the pass, if the piece was in its place.
    pub(crate) fn check(
        &mut self,
        token: &str,
        point: &CaptchaPoint,
        mobile: Option<CanonicalMobile>,
        now: Timestamp,
    ) -> Option<String> {
        let left = f64::from(self.waiting.remove(token, now)?);
        let in_place = (point.x() - left).abs() <= f64::from(self.rules.tolerance);
        if !in_place || point.y() != CaptchaPoint::BLOCK_PUZZLE_Y {
            return None;
        }
        Some(self.pass(token.to_owned(), point.as_text(), mobile, now))
    }

    /// The pass of a captcha that nobody had to solve.
    pub(crate) fn grant(
        &mut self,
        token: String,
        mobile: CanonicalMobile,
        now: Timestamp,
    ) -> String {
        self.pass(token, ANY_POINT, Some(mobile), now)
    }

    fn pass(
        &mut self,
        token: String,
        point: &str,
        mobile: Option<CanonicalMobile>,
        now: Timestamp,
    ) -> String {
        let text = format!("{token}{SEPARATOR}{point}");
        let pass = Pass {
            text: text.clone(),
            mobile,
        };
        self.passes
            .insert(token, pass, now, self.rules.pass_lifetime);
        text
    }

    /// Uses a pass up, whatever comes of it.
    pub(crate) fn spend(&mut self, text: &str, mobile: &CanonicalMobile, now: Timestamp) -> Spent {
        let token = text.split(SEPARATOR).next().unwrap_or_default();
        match self.passes.remove(token, now) {
            None => Spent::Unknown,
            Some(pass) if pass.text == text && pass.mobile.as_ref() == Some(mobile) => Spent::Paid,
            Some(_) => Spent::Mismatch,
        }
    }
}

/// What stands between the token and the point in the text of a pass.
const SEPARATOR: &str = "---";
/// The point of a pass that nobody had to solve a captcha for: that of the vendor's page.
const ANY_POINT: &str = r#"{"x":237.0,"y":5.0}"#;

/// Values that end, each after the same lifetime, so that they end in the order in which they came.
struct Expiring<V> {
    values: HashMap<String, (V, Timestamp)>,
    order: VecDeque<(String, Timestamp)>,
}

impl<V> Default for Expiring<V> {
    fn default() -> Self {
        Self {
            values: HashMap::new(),
            order: VecDeque::new(),
        }
    }
}

impl<V> Expiring<V> {
    fn insert(&mut self, key: String, value: V, now: Timestamp, lifetime: Duration) {
        while self.order.front().is_some_and(|(_, end)| *end <= now) {
            if let Some((oldest, _)) = self.order.pop_front() {
                self.values.remove(&oldest);
            }
        }
        let end = now.plus(lifetime);
        self.order.push_back((key.clone(), end));
        self.values.insert(key, (value, end));
    }

    fn find(&self, key: &str, now: Timestamp) -> Option<&V> {
        let (value, end) = self.values.get(key)?;
        (now < *end).then_some(value)
    }

    fn remove(&mut self, key: &str, now: Timestamp) -> Option<V> {
        let (value, end) = self.values.remove(key)?;
        (now < end).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "what is not there fails the test")]

    use std::collections::HashMap;

    use idaas_proto::Mobile;
    use proptest::prelude::*;

    use super::*;

    const LEFT: u16 = 200;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn somebody(last: char) -> CanonicalMobile {
        Mobile::parse(format!("1520000000{last}"))
            .unwrap()
            .canonical()
    }

    fn point(x: f64) -> CaptchaPoint {
        CaptchaPoint::new(x, 5.0).unwrap()
    }

    /// A pass for `somebody('0')`, issued at second 0.
    fn store_with_pass() -> (CaptchaStore, String) {
        let mut store = CaptchaStore::default();
        store.issue("t".to_owned(), LEFT, at(0));
        let pass = store.check("t", &point(200.0), Some(somebody('0')), at(0));
        (store, pass.unwrap())
    }

    #[test]
    fn five_pixels_are_near_enough_and_the_row_must_be_right() {
        for (x, y, right) in [
            (200.0, 5.0, true),
            (195.0, 5.0, true),
            (205.0, 5.0, true),
            (194.9, 5.0, false),
            (205.1, 5.0, false),
            (200.0, 4.0, false),
            (200.0, 0.0, false),
        ] {
            let mut store = CaptchaStore::default();
            store.issue("t".to_owned(), LEFT, at(0));
            let point = CaptchaPoint::new(x, y).unwrap();
            let pass = store.check("t", &point, None, at(119));
            assert_eq!(pass.is_some(), right, "the piece at {x}, {y}");
        }
    }

    #[test]
    fn the_rules_are_settings() {
        let mut store = CaptchaStore::new(CaptchaRules {
            lifetime: Duration::from_secs(10),
            pass_lifetime: Duration::from_secs(20),
            tolerance: 0,
        });
        store.issue("near".to_owned(), LEFT, at(0));
        assert_eq!(store.check("near", &point(201.0), None, at(0)), None);
        store.issue("late".to_owned(), LEFT, at(0));
        assert_eq!(store.check("late", &point(200.0), None, at(10)), None);
        store.issue("t".to_owned(), LEFT, at(0));
        let pass = store.check("t", &point(200.0), Some(somebody('0')), at(9));
        let spent = store.spend(&pass.unwrap(), &somebody('0'), at(29));
        assert_eq!(spent, Spent::Unknown);
    }

    #[test]
    fn a_pass_is_the_token_and_the_text_of_the_point() {
        let mut store = CaptchaStore::default();
        store.issue("71dd26999e314f9abb0c635336976635".to_owned(), 237, at(0));
        let point = CaptchaPoint::parse(r#"{ "x":237, "y":5 }"#).unwrap();
        let pass = store.check("71dd26999e314f9abb0c635336976635", &point, None, at(0));
        let expected = r#"71dd26999e314f9abb0c635336976635---{ "x":237, "y":5 }"#;
        assert_eq!(pass.unwrap(), expected);
    }

    #[test]
    fn a_changed_or_foreign_pass_is_a_mismatch_and_gone() {
        let (mut store, pass) = store_with_pass();
        let changed = pass.replace("200", "201");
        assert_eq!(
            store.spend(&changed, &somebody('0'), at(1)),
            Spent::Mismatch
        );
        assert_eq!(store.spend(&pass, &somebody('0'), at(1)), Spent::Unknown);

        let (mut store, pass) = store_with_pass();
        assert_eq!(store.spend(&pass, &somebody('1'), at(1)), Spent::Mismatch);
        assert_eq!(store.spend(&pass, &somebody('0'), at(1)), Spent::Unknown);
    }

    #[test]
    fn what_ended_leaves_no_trace() {
        let mut store = CaptchaStore::default();
        for number in 0..1_000 {
            store.issue(number.to_string(), LEFT, at(number));
            let pass = store.check(&number.to_string(), &point(200.0), None, at(number));
            assert!(pass.is_some());
        }
        assert!(
            store.waiting.order.len() <= 120,
            "{}",
            store.waiting.order.len()
        );
        assert!(
            store.passes.values.len() <= 180,
            "{}",
            store.passes.values.len()
        );
        assert!(store.waiting.values.is_empty());
    }

    #[derive(Clone, Debug)]
    enum Step {
        Issue,
        Check { captcha: usize, near: bool },
        Spend { captcha: usize, right_mobile: bool },
        Wait(u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            Just(Step::Issue),
            (0..4_usize, any::<bool>()).prop_map(|(captcha, near)| Step::Check { captcha, near }),
            (0..4_usize, any::<bool>()).prop_map(|(captcha, right_mobile)| Step::Spend {
                captcha,
                right_mobile
            }),
            prop_oneof![0..5_u64, 100..130_u64, 170..190_u64].prop_map(Step::Wait),
        ]
    }

    proptest! {
        /// Against a model that knows each captcha's end and never forgets.
        #[test]
        fn captchas_and_passes_work_once_and_in_time(steps in prop::collection::vec(step(), 0..60)) {
            let mut store = CaptchaStore::default();
            let mut now = 0;
            let mut issued = 0_usize;
            let mut waiting: HashMap<String, u64> = HashMap::new();
            let mut passes: HashMap<String, u64> = HashMap::new();
            let name = |captcha: usize, issued: usize| issued.saturating_sub(captcha + 1).to_string();
            for step in steps {
                match step {
                    Step::Issue => {
                        store.issue(issued.to_string(), LEFT, at(now));
                        waiting.insert(issued.to_string(), now + 120);
                        issued += 1;
                    }
                    Step::Check { captcha, near } => {
                        let token = name(captcha, issued);
                        let in_time = waiting.remove(&token).is_some_and(|end| now < end);
                        let x = if near { 203.0 } else { 100.0 };
                        let pass = store.check(&token, &point(x), Some(somebody('0')), at(now));
                        prop_assert_eq!(pass.is_some(), in_time && near);
                        if pass.is_some() {
                            passes.insert(token, now + 180);
                        }
                    }
                    Step::Spend { captcha, right_mobile } => {
                        let token = name(captcha, issued);
                        let in_time = passes.remove(&token).is_some_and(|end| now < end);
                        let text = format!("{token}---{}", point(203.0).as_text());
                        let mobile = somebody(if right_mobile { '0' } else { '1' });
                        let expected = match (in_time, right_mobile) {
                            (false, _) => Spent::Unknown,
                            (true, true) => Spent::Paid,
                            (true, false) => Spent::Mismatch,
                        };
                        prop_assert_eq!(store.spend(&text, &mobile, at(now)), expected);
                    }
                    Step::Wait(seconds) => now += seconds,
                }
            }
        }
    }
}

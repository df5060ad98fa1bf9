//! Captchas that wait for their answer, and passes that wait for their send.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use idaas_proto::{CanonicalMobile, CaptchaPoint};

use crate::clock::Timestamp;

/// How long a captcha waits for its answer. Source: AJ-Captcha.
pub(crate) const TOKEN_LIFETIME: Duration = Duration::from_secs(120);
/// How long a pass waits for its send. Source: AJ-Captcha.
pub(crate) const PASS_LIFETIME: Duration = Duration::from_secs(180);
/// How far the piece may be from the hole, in pixels. Source: AJ-Captcha.
pub(crate) const TOLERANCE: f64 = 5.0;

/// The captchas and passes of one emulator.
#[derive(Default)]
pub(crate) struct CaptchaStore {
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
    /// Remembers a captcha whose hole is `left` pixels from the left edge.
    pub(crate) fn issue(&mut self, token: String, left: u16, now: Timestamp) {
        self.waiting.insert(token, left, now, TOKEN_LIFETIME);
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
        let in_place = (point.x() - left).abs() <= TOLERANCE;
        if !in_place || point.y() != CaptchaPoint::BLOCK_PUZZLE_Y {
            return None;
        }
        let text = format!("{token}{SEPARATOR}{}", point.as_text());
        let pass = Pass {
            text: text.clone(),
            mobile,
        };
        self.passes
            .insert(token.to_owned(), pass, now, PASS_LIFETIME);
        Some(text)
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

//! The cache against a model, and its rules one by one.

use proptest::prelude::*;
use serde_json::json;

use super::super::testing::{N, jwk, key_set};
use super::*;

const START: Timestamp = Timestamp::from_unix(1_700_000_000);

fn after(seconds: u64) -> Timestamp {
    START.saturating_add(Duration::from_secs(seconds))
}

fn keys(ids: &str) -> Arc<KeySet> {
    let jwks = ids.chars().map(|id| jwk(N, json!({"kid": id.to_string()})));
    Arc::new(key_set(jwks))
}

#[track_caller]
fn fetch(cache: &mut KeyCache, key_id: &str, now: Timestamp) -> KeyFetch {
    match cache.plan(Some(key_id), now) {
        KeyPlan::Fetch(fetch) => fetch,
        plan => panic!("expected to fetch, not to {plan:?}"),
    }
}

#[track_caller]
fn filled(ids: &str) -> KeyCache {
    let mut cache = KeyCache::new(KeyPolicy::new());
    let leave = fetch(&mut cache, "a", START);
    cache.complete(leave, keys(ids), START);
    cache
}

#[test]
fn a_clock_that_jumps_locks_nothing() {
    let year = Duration::from_secs(365 * 24 * 3600);
    for moved in [START.saturating_sub(year), START.saturating_add(year)] {
        // Fresh keys, the cool-down and a fetch under way end at either jump.
        let mut cache = filled("a");
        let leave = fetch(&mut cache, "b", after(30));
        cache.fail(leave, after(30));
        let leave = fetch(&mut cache, "a", moved);
        let again = fetch(&mut cache, "b", START);
        cache.complete(leave, keys("ab"), START);
        assert!(
            matches!(cache.plan(Some("b"), START), KeyPlan::Wait),
            "the late fetch has no effect"
        );
        cache.complete(again, keys("ab"), START);
        assert!(matches!(cache.plan(Some("b"), START), KeyPlan::Use(_)));
    }
}

#[test]
fn a_burst_of_unknown_kids_costs_one_fetch_per_cool_down() {
    let mut cache = filled("a");
    let fetches = (0..300)
        .filter(|second| match cache.plan(Some("x"), after(*second)) {
            KeyPlan::Fetch(leave) => {
                cache.complete(leave, keys("a"), after(*second));
                true
            }
            KeyPlan::Use(keys) => {
                assert!(!keys.serves(Some("x")), "checked, and refused as unknown");
                false
            }
            plan => panic!("unexpected: {plan:?}"),
        })
        .count();
    assert_eq!(fetches, 9);
}

#[test]
fn keys_outlive_their_age_by_the_grace_and_no_more() {
    let mut cache = filled("a");
    let limit = 3600 + 24 * 3600;
    let mut fetches = 0;
    for second in 3600..limit {
        match cache.plan(Some("a"), after(second)) {
            KeyPlan::Fetch(leave) => {
                fetches += 1;
                cache.fail(leave, after(second));
            }
            plan => assert!(matches!(plan, KeyPlan::Use(_)), "{second} s: {plan:?}"),
        }
    }
    // After 1, 2, 4, 8, 16 s, then every 30 s.
    assert_eq!(fetches, 6 + (limit - 1 - 3600 - 31) / 30);
    assert!(cache.usable(Some("a"), after(limit - 1)).is_some());
    assert!(cache.usable(Some("a"), after(limit)).is_none());
    let plan = cache.plan(Some("a"), after(limit));
    assert!(!matches!(plan, KeyPlan::Use(_)), "{plan:?}");
}

/// What happened, from which the model tells anew at every step what must follow.
#[derive(Default)]
struct Model {
    good: Option<(Timestamp, Arc<KeySet>)>,
    /// When the latest fetch ended, and how many have failed in a row.
    ended: Option<(Timestamp, u32)>,
    flying: Option<Timestamp>,
}

#[derive(Debug, PartialEq)]
enum Expected {
    Use,
    Fetch,
    Wait,
    Unavailable(Timestamp),
}

impl Model {
    fn expects(&self, key_id: Option<&str>, now: Timestamp, settings: &Settings) -> Expected {
        let age = self
            .good
            .as_ref()
            .map(|(since, _)| since.until(now).as_secs());
        let serves = self
            .good
            .as_ref()
            .is_some_and(|(_, keys)| keys.serves(key_id));
        let held = age.is_some_and(|age| age < settings.max_age + settings.grace);
        let flying = self
            .flying
            .is_some_and(|since| since.until(now) < KeyCache::LOST_AFTER);
        let resume_at = self.ended.map(|(end, failures)| {
            let pause = match failures {
                0 => settings.cool_down,
                n => 2_u64.pow(n - 1).min(settings.cool_down),
            };
            end.saturating_add(Duration::from_secs(pause))
        });
        let paused = resume_at.filter(|at| *at > now);
        let failing = self.ended.is_some_and(|(_, failures)| failures > 0);

        if serves
            && held
            && (age.is_some_and(|age| age < settings.max_age) || flying || paused.is_some())
        {
            return Expected::Use;
        }
        match (flying, paused) {
            (true, _) => Expected::Wait,
            (false, None) => Expected::Fetch,
            (false, Some(_)) if held && !failing => Expected::Use,
            (false, Some(at)) => Expected::Unavailable(at),
        }
    }
}

#[derive(Clone, Debug)]
struct Settings {
    max_age: u64,
    grace: u64,
    cool_down: u64,
}

#[derive(Clone, Debug)]
enum Step {
    Pass(u64),
    Plan(Option<&'static str>),
    Complete(&'static str),
    Fail,
    Abandon,
    /// A fetch that was taken for lost ends after all.
    CompleteLost,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => (0_u64..10).prop_map(Step::Pass),
        1 => (0_u64..200).prop_map(Step::Pass),
        6 => prop::sample::select(vec![None, Some("a"), Some("b"), Some("c")]).prop_map(Step::Plan),
        2 => prop::sample::select(vec!["", "a", "b", "ab"]).prop_map(Step::Complete),
        2 => Just(Step::Fail),
        1 => Just(Step::Abandon),
        1 => Just(Step::CompleteLost),
    ];
    prop::collection::vec(step, 1..80)
}

proptest! {
    #[test]
    fn behaves_as_the_model_says(
        steps in steps(),
        (max_age, grace, cool_down) in (0_u64..200, 0_u64..200, 0_u64..40),
    ) {
        let settings = Settings { max_age, grace, cool_down };
        let policy = KeyPolicy::new()
                .with_max_age(Duration::from_secs(max_age))
                .with_grace(Duration::from_secs(grace))
                .with_cool_down(Duration::from_secs(cool_down));
            let mut cache = KeyCache::new(policy);
            let mut model = Model::default();
        let mut now = START;
        let (mut leave, mut lost) = (None, Vec::new());
        for step in steps {
            match step {
                Step::Pass(seconds) => now = now.saturating_add(Duration::from_secs(seconds)),
                Step::Plan(key_id) => {
                    let expected = model.expects(key_id, now, &settings);
                    let plan = match cache.plan(key_id, now) {
                        KeyPlan::Use(keys) => {
                            let latest = model.good.as_ref().map(|(_, keys)| keys);
                            prop_assert!(latest.is_some_and(|latest| Arc::ptr_eq(latest, &keys)));
                            Expected::Use
                        }
                        KeyPlan::Fetch(new) => {
                            lost.extend(leave.replace(new));
                            model.flying = Some(now);
                            Expected::Fetch
                        }
                        KeyPlan::Wait => Expected::Wait,
                        KeyPlan::Unavailable { retry_at } => Expected::Unavailable(retry_at),
                    };
                    prop_assert_eq!(plan, expected);
                }
                Step::Complete(ids) => if let Some(leave) = leave.take() {
                    let keys = keys(ids);
                    cache.complete(leave, Arc::clone(&keys), now);
                    model.good = model.flying.take().map(|since| (since, keys));
                    model.ended = Some((now, 0));
                },
                Step::Fail => if let Some(leave) = leave.take() {
                    cache.fail(leave, now);
                    model.flying = None;
                    model.ended = Some((now, model.ended.map_or(0, |(_, failures)| failures) + 1));
                },
                Step::Abandon => if let Some(leave) = leave.take() {
                    cache.abandon(leave);
                    model.flying = None;
                },
                Step::CompleteLost => if let Some(lost) = lost.pop() {
                    cache.complete(lost, keys("abc"), now);
                },
            }
        }
    }
}

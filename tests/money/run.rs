//! How many sends there are, and which seed they come from.

use std::hash::{BuildHasher, RandomState};

/// Set by `cargo xtask soak transport`: the number that everything is drawn from.
const SEED: &str = "IDAAS_MONEY_SEED";
/// Set by `cargo xtask soak transport`: all sends, and not a twentieth of them.
const SOAK: &str = "IDAAS_MONEY_SOAK";

/// The share of the sends that a normal run of the tests makes.
const SHARE: u64 = 20;

/// One run of the money test.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) seed: u64,
    pub(super) sends: u64,
}

impl Run {
    /// So many sends in the soak, a twentieth of them otherwise.
    pub(super) fn of(name: &str, whole: u64) -> Self {
        let soak = std::env::var_os(SOAK).is_some();
        Self::begin(name, if soak { whole } else { whole / SHARE })
    }

    /// A few sends, as a test of the test needs them.
    pub(super) fn few(name: &str, sends: u64) -> Self {
        Self::begin(name, sends)
    }

    /// Prints the seed, which a test that fails shows.
    #[expect(clippy::print_stdout, reason = "a failure is repeated with the seed")]
    fn begin(name: &str, sends: u64) -> Self {
        let seed = match std::env::var(SEED) {
            Ok(text) => text.parse().expect("the seed is a whole number"),
            Err(_) => RandomState::new().hash_one(0),
        };
        println!("money, {name}: {sends} sends, {SEED}={seed}");
        Self { seed, sends }
    }
}

use std::sync::{Arc, Mutex, PoisonError};

/// How many further attempts all calls together may make, so that a service in trouble does not
/// get a multiple of its load.
///
/// A bucket of tokens: each further attempt takes one, each call that ends well puts a tenth of
/// one back. In the long run at most one attempt in ten is a further one; `burst` of them may
/// follow each other. Clones share the bucket.
#[derive(Clone, Debug)]
pub struct RetryBudget {
    bucket: Arc<Bucket>,
}

#[derive(Debug)]
struct Bucket {
    /// In tenths of a token.
    tenths: Mutex<u32>,
    most: u32,
}

/// What an attempt takes.
const TOKEN: u32 = 10;

impl RetryBudget {
    /// A full bucket of so many tokens.
    #[must_use]
    pub fn new(burst: u32) -> Self {
        let most = burst.saturating_mul(TOKEN);
        Self {
            bucket: Arc::new(Bucket {
                tenths: Mutex::new(most),
                most,
            }),
        }
    }

    /// Takes a token. False if there is none.
    pub(super) fn take(&self) -> bool {
        self.change(|tenths| tenths.checked_sub(TOKEN))
    }

    /// Puts a tenth of a token back.
    pub(super) fn put(&self) {
        self.change(|tenths| Some(tenths.saturating_add(1).min(self.bucket.most)));
    }

    fn change(&self, change: impl FnOnce(u32) -> Option<u32>) -> bool {
        let tenths = self.bucket.tenths.lock();
        let mut tenths = tenths.unwrap_or_else(PoisonError::into_inner);
        match change(*tenths) {
            Some(changed) => {
                *tenths = changed;
                true
            }
            None => false,
        }
    }
}

/// A burst of ten; not documented by the vendor: our default.
impl Default for RetryBudget {
    fn default() -> Self {
        Self::new(10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_good_calls_pay_for_one_attempt() {
        let budget = RetryBudget::new(2);
        assert!(budget.take() && budget.take());
        assert!(!budget.take(), "the burst is spent");

        for _ in 0..9 {
            budget.put();
        }
        assert!(!budget.take(), "nine are one too few");
        budget.clone().put();
        assert!(budget.take(), "clones share the bucket");

        for _ in 0..1000 {
            budget.put();
        }
        assert!(budget.take() && budget.take());
        assert!(!budget.take(), "a bucket has a rim");
    }

    #[test]
    fn a_budget_without_end_has_none() {
        let budget = RetryBudget::new(u32::MAX);

        budget.put();

        assert!(budget.take());
    }
}

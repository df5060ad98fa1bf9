//! Every case, one file for each part of a call.

mod bodies;
mod closing;
mod connecting;
mod deadlines;
mod heads;
mod http2;
mod kept;
mod stalls;
mod statuses;
mod tls;
mod use_of_it;

use super::case::Case;

/// All cases in the order in which they run.
pub(super) fn all() -> impl Iterator<Item = &'static Case> {
    [
        use_of_it::CASES,
        connecting::CASES,
        tls::CASES,
        closing::CASES,
        stalls::CASES,
        deadlines::CASES,
        heads::CASES,
        bodies::CASES,
        statuses::CASES,
        kept::CASES,
        http2::CASES,
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_case_has_its_own_name_and_says_what_it_does() {
        let names: BTreeSet<_> = all().map(|case| case.name).collect();

        assert_eq!(names.len(), all().count());
        assert!(names.len() >= 40, "{} cases", names.len());
        for case in all() {
            let is_snake = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            assert!(case.name.chars().all(is_snake), "{}", case.name);
            assert!(!case.about.is_empty(), "{}", case.name);
            assert!(!case.about.ends_with('.'), "{}", case.name);
            assert!(case.expected.names_its_kinds(), "{}", case.name);
        }
    }
}

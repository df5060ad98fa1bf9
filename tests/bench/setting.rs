use std::{fmt, str::FromStr};

use serde::{Serialize, Serializer};

use crate::Failure;

/// Under what circumstances calls are made.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Setting {
    pub(crate) scheme: Scheme,
    pub(crate) in_flight: usize,
    /// Threads of the runtime; one is tokio's runtime of the current thread.
    pub(crate) threads: usize,
}

impl Setting {
    /// Every setting that is measured.
    ///
    /// One call at a time has no use for a second thread. What would be measured is whether
    /// tokio's threads take the call from each other, at three times the price: every contender
    /// falls into either mode, and stays in it for the whole run.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        [(1, 1), (64, 1), (64, 2)]
            .into_iter()
            .flat_map(|(in_flight, threads)| {
                [Scheme::Http, Scheme::Https].map(|scheme| Self {
                    scheme,
                    in_flight,
                    threads,
                })
            })
    }
}

/// Without TLS or with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    Https,
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http => "http",
            Self::Https => "https",
        })
    }
}

impl FromStr for Scheme {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        match text {
            "http" => Ok(Self::Http),
            "https" => Ok(Self::Https),
            _ => Err(format!("`{text}` is neither http nor https").into()),
        }
    }
}

impl Serialize for Scheme {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

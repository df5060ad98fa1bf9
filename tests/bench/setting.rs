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
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        [1, 2].into_iter().flat_map(|threads| {
            [Scheme::Http, Scheme::Https]
                .into_iter()
                .flat_map(move |scheme| {
                    [1, 64].map(|in_flight| Self {
                        scheme,
                        in_flight,
                        threads,
                    })
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

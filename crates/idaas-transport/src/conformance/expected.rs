use std::fmt;

use bytes::Bytes;
use http::Response;

use crate::{Delivery, TransportError, TransportErrorKind};

/// What a transport may make of a misbehaviour.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected {
    answer: Option<Answer>,
    failure: Option<Failure>,
}

/// A response as it has to be handed over.
#[derive(Clone, Copy, Debug)]
struct Answer {
    status: u16,
    body: &'static str,
    header: Option<(&'static str, &'static str)>,
}

#[derive(Clone, Copy, Debug)]
struct Failure {
    kinds: &'static [TransportErrorKind],
    /// Without it, whatever is true.
    delivery: Option<Delivery>,
}

impl Expected {
    /// This response and no other outcome.
    pub(super) const fn answer(status: u16, body: &'static str) -> Self {
        let answer = Answer {
            status,
            body,
            header: None,
        };
        Self {
            answer: Some(answer),
            failure: None,
        }
    }

    /// A failure before anything was sent.
    pub(super) const fn not_sent(kinds: &'static [TransportErrorKind]) -> Self {
        Self::failure(kinds, Some(Delivery::NotSent))
    }

    /// A failure of a request that may have been received.
    pub(super) const fn unknown(kinds: &'static [TransportErrorKind]) -> Self {
        Self::failure(kinds, Some(Delivery::Unknown))
    }

    /// A failure, and whatever delivery is true.
    pub(super) const fn truth(kinds: &'static [TransportErrorKind]) -> Self {
        Self::failure(kinds, None)
    }

    const fn failure(kinds: &'static [TransportErrorKind], delivery: Option<Delivery>) -> Self {
        Self {
            answer: None,
            failure: Some(Failure { kinds, delivery }),
        }
    }

    /// The response has to have this header.
    pub(super) const fn with_header(mut self, name: &'static str, value: &'static str) -> Self {
        if let Some(answer) = &mut self.answer {
            answer.header = Some((name, value));
        }
        self
    }

    /// The outcomes of both.
    pub(super) const fn or(self, other: Self) -> Self {
        Self {
            answer: if self.answer.is_some() {
                self.answer
            } else {
                other.answer
            },
            failure: if self.failure.is_some() {
                self.failure
            } else {
                other.failure
            },
        }
    }

    /// Whether it says which kinds of failure there may be, if there may be any.
    #[cfg(test)]
    pub(super) const fn names_its_kinds(&self) -> bool {
        match &self.failure {
            Some(failure) => !failure.kinds.is_empty(),
            None => self.answer.is_some(),
        }
    }

    /// Whether an outcome is one of these. Kinds count only if they are exact.
    pub(super) fn allows(
        &self,
        outcome: &Result<Response<Bytes>, TransportError>,
        exact_kinds: bool,
    ) -> bool {
        match outcome {
            Ok(response) => self.answer.is_some_and(|answer| answer.is(response)),
            Err(error) => self.failure.is_some_and(|failure| {
                let kind = !exact_kinds || failure.kinds.contains(&error.kind());
                kind && failure.delivery.is_none_or(|d| d == error.delivery())
            }),
        }
    }
}

impl Answer {
    fn is(&self, response: &Response<Bytes>) -> bool {
        response.status() == self.status
            && response.body() == self.body
            && self.header.is_none_or(|(name, value)| {
                response
                    .headers()
                    .get(name)
                    .is_some_and(|found| found == value)
            })
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(answer) = &self.answer {
            write!(f, "the answer {} {:?}", answer.status, answer.body)?;
            if let Some((name, value)) = answer.header {
                write!(f, " with `{name}: {value}`")?;
            }
        }
        if self.answer.is_some() && self.failure.is_some() {
            f.write_str(", or ")?;
        }
        if let Some(failure) = &self.failure {
            write!(f, "a failure of {:?}", failure.kinds)?;
            match failure.delivery {
                Some(delivery) => write!(f, " with Delivery::{delivery:?}")?,
                None => f.write_str(" with the delivery that is true")?,
            }
        }
        Ok(())
    }
}

/// An outcome in the words of [`Expected`].
pub(super) fn describe(outcome: &Result<Response<Bytes>, TransportError>) -> String {
    match outcome {
        Ok(response) if response.body().len() > 100 => format!(
            "the answer {} with a body of {} bytes",
            response.status().as_u16(),
            response.body().len()
        ),
        Ok(response) => format!(
            "the answer {} {:?}",
            response.status().as_u16(),
            String::from_utf8_lossy(response.body())
        ),
        Err(error) => format!(
            "a failure of {:?} with Delivery::{:?} (source: {:?})",
            error.kind(),
            error.delivery(),
            std::error::Error::source(error).map(ToString::to_string)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use TransportErrorKind::{Closed, Other, Receive};

    fn failed(
        kind: TransportErrorKind,
        delivery: Delivery,
    ) -> Result<Response<Bytes>, TransportError> {
        Err(TransportError::new(kind, delivery))
    }

    #[test]
    fn a_failure_has_to_have_the_delivery() {
        let expected = Expected::unknown(&[Closed]);

        assert!(expected.allows(&failed(Closed, Delivery::Unknown), true));
        assert!(!expected.allows(&failed(Closed, Delivery::NotSent), true));
        assert!(!expected.allows(&failed(Receive, Delivery::Unknown), true));
        assert!(!expected.allows(&Ok(Response::new(Bytes::new())), true));
        assert!(
            expected.allows(&failed(Other, Delivery::Unknown), false),
            "kinds count only if they are claimed"
        );
    }

    #[test]
    fn an_answer_has_to_be_the_same() {
        let expected = Expected::answer(200, "ok").or(Expected::truth(&[Other]));

        assert!(expected.allows(&Ok(Response::new("ok".into())), true));
        assert!(expected.allows(&failed(Other, Delivery::Unknown), true));
        assert!(!expected.allows(&Ok(Response::new("no".into())), true));
        let header = Expected::answer(200, "ok").with_header("a", "b");
        assert!(!header.allows(&Ok(Response::new("ok".into())), true));
        assert_eq!(
            expected.to_string(),
            "the answer 200 \"ok\", or a failure of [Other] with the delivery that is true"
        );
    }
}

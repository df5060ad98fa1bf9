use std::fmt;

use bytes::Bytes;
use http::Response;

use super::finding::Cause;
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

    /// Why an outcome is none of these, if it is not. Kinds count only if they are exact.
    pub(super) fn fault(
        &self,
        outcome: &Result<Response<Bytes>, TransportError>,
        exact_kinds: bool,
    ) -> Option<Cause> {
        match (outcome, self.answer, self.failure) {
            (Ok(_), None, _) => Some(Cause::Answered),
            (Ok(response), Some(answer), _) => (!answer.is(response)).then_some(Cause::OtherAnswer),
            (Err(_), _, None) => Some(Cause::Failed),
            (Err(error), _, Some(failure)) => match (failure.delivery, error.delivery()) {
                (Some(Delivery::NotSent), Delivery::Unknown) => Some(Cause::SaidUnknown),
                (Some(Delivery::Unknown), Delivery::NotSent) => Some(Cause::SaidNotSent),
                _ => (exact_kinds && !failure.kinds.contains(&error.kind()))
                    .then_some(Cause::OtherKind),
            },
        }
    }

    /// In words, with the kinds only if they count.
    pub(super) fn words(&self, exact_kinds: bool) -> String {
        let mut words = Vec::new();
        if let Some(answer) = &self.answer {
            words.push(answer.to_string());
        }
        if let Some(Failure { kinds, delivery }) = &self.failure {
            let kinds = match exact_kinds {
                true => format!(" of {kinds:?}"),
                false => String::new(),
            };
            let delivery = match delivery {
                Some(delivery) => format!("Delivery::{delivery:?}"),
                None => "the delivery that is true".to_owned(),
            };
            words.push(format!("a failure{kinds} with {delivery}"));
        }
        words.join(", or ")
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

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the answer {} {:?}", self.status, self.body)?;
        match self.header {
            Some((name, value)) => write!(f, " with `{name}: {value}`"),
            None => Ok(()),
        }
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
        let fault = |outcome| expected.fault(&outcome, true);

        assert_eq!(fault(failed(Closed, Delivery::Unknown)), None);
        assert_eq!(
            fault(failed(Closed, Delivery::NotSent)),
            Some(Cause::SaidNotSent)
        );
        assert_eq!(
            fault(failed(Receive, Delivery::Unknown)),
            Some(Cause::OtherKind)
        );
        assert_eq!(
            fault(Ok(Response::new(Bytes::new()))),
            Some(Cause::Answered)
        );
        assert_eq!(
            expected.fault(&failed(Other, Delivery::Unknown), false),
            None,
            "kinds count only if they are claimed"
        );
        assert_eq!(
            Expected::not_sent(&[Closed]).fault(&failed(Closed, Delivery::Unknown), true),
            Some(Cause::SaidUnknown)
        );
    }

    #[test]
    fn an_answer_has_to_be_the_same() {
        let answer = Expected::answer(200, "ok");
        let expected = answer.or(Expected::truth(&[Other]));

        assert_eq!(expected.fault(&Ok(Response::new("ok".into())), true), None);
        assert_eq!(
            expected.fault(&failed(Other, Delivery::Unknown), true),
            None
        );
        assert_eq!(
            answer.fault(&failed(Other, Delivery::Unknown), true),
            Some(Cause::Failed)
        );
        assert_eq!(
            expected.fault(&Ok(Response::new("no".into())), true),
            Some(Cause::OtherAnswer)
        );
        let header = answer.with_header("a", "b");
        assert_eq!(
            header.fault(&Ok(Response::new("ok".into())), true),
            Some(Cause::OtherAnswer)
        );
    }

    #[test]
    fn kinds_are_told_only_if_they_count() {
        let expected = Expected::answer(200, "ok").or(Expected::truth(&[Other]));

        assert_eq!(
            expected.words(true),
            "the answer 200 \"ok\", or a failure of [Other] with the delivery that is true"
        );
        assert_eq!(
            expected.words(false),
            "the answer 200 \"ok\", or a failure with the delivery that is true"
        );
    }
}

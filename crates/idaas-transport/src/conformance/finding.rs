use std::fmt;

/// Something that must not be, and where in a case it was.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) cause: Cause,
    pub(super) note: Note,
    pub(super) what: String,
}

/// What is wrong with a transport, so that many cases are seen to fail for one cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    Answered,
    OtherAnswer,
    Failed,
    SaidUnknown,
    SaidNotSent,
    OtherKind,
    NoEnd,
    ShowsSecret,
    SentTwice,
    SentAfterAll,
    /// The counts do not tell which.
    SentTwiceOrAfterAll,
    TookTooMuch,
    Changed,
    EndedEarly,
    Panicked,
    /// Not a fault of the transport.
    KitPanicked,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Answered => "an answer where the call has to fail",
            Self::OtherAnswer => "another answer than that of the service",
            Self::Failed => "a failure where there has to be an answer",
            Self::SaidUnknown => "Delivery::Unknown where it has to be NotSent",
            Self::SaidNotSent => "Delivery::NotSent where it has to be Unknown",
            Self::OtherKind => "a failure of another kind, though exact kinds are claimed",
            Self::NoEnd => "a call that did not end in its time",
            Self::ShowsSecret => "an error that shows a secret of the request",
            Self::SentTwice => "a request sent more than once",
            Self::SentAfterAll => "a request sent although NotSent was said",
            Self::SentTwiceOrAfterAll => {
                "a request sent more than once, or although NotSent was said"
            }
            Self::TookTooMuch => "more taken from the service than caps and buffers need",
            Self::Changed => "a request that did not arrive as it was",
            Self::EndedEarly => "an outcome before there can be one",
            Self::Panicked => "a panic of the transport",
            Self::KitPanicked => "a panic of the kit's own server: the verdict is void",
        })
    }
}

/// Which call of a case it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Note {
    before: &'static str,
    number: Option<usize>,
    after: &'static str,
}

impl Note {
    /// The only call, or none in particular.
    pub(super) const NONE: Self = Self::call("");

    pub(super) const fn call(which: &'static str) -> Self {
        Self {
            before: which,
            number: None,
            after: "",
        }
    }

    /// One of many, such as "after 3 bytes".
    pub(super) const fn numbered(before: &'static str, number: usize, after: &'static str) -> Self {
        Self {
            before,
            number: Some(number),
            after,
        }
    }
}

/// The findings in words, those that are the same as one.
pub(super) fn folded(findings: &[Finding]) -> Vec<String> {
    let mut folded: Vec<(&str, Vec<Note>)> = Vec::new();
    for Finding { note, what, .. } in findings {
        match folded.iter_mut().find(|(same, _)| same == what) {
            Some((_, notes)) => notes.push(*note),
            None => folded.push((what, vec![*note])),
        }
    }
    let words = folded.iter().map(|(what, notes)| match places(notes) {
        places if places.is_empty() => (*what).to_owned(),
        places => format!("{places}: {what}"),
    });
    words.collect()
}

/// Numbers that follow each other are one range.
fn places(notes: &[Note]) -> String {
    let alike = |a: &Note, b: &Note| a.before == b.before && a.after == b.after;
    let places = notes.chunk_by(alike).filter_map(|notes| {
        let ranges = notes.chunk_by(|a, b| a.number.map(|number| number + 1) == b.number);
        let ranges = ranges.filter_map(|range| {
            let (first, last) = (range.first()?.number?, range.last()?.number?);
            Some(if first == last {
                first.to_string()
            } else {
                format!("{first}–{last}")
            })
        });
        let numbers = ranges.collect::<Vec<_>>().join(", ");
        let Note { before, after, .. } = notes.first()?;
        let words = [before, numbers.as_str(), after].into_iter();
        let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
        Some(words.join(" "))
    });
    places.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(note: Note, what: &str) -> Finding {
        Finding {
            cause: Cause::Answered,
            note,
            what: what.to_owned(),
        }
    }

    #[test]
    fn what_is_the_same_is_said_once() {
        let after = |bytes| Note::numbered("after", bytes, "bytes");
        let mut findings: Vec<_> = (0..=41).map(|n| finding(after(n), "an answer")).collect();
        findings[3].what = "nothing".to_owned();
        findings.remove(7);
        findings.push(finding(Note::call("the first call"), "nothing"));
        findings.push(finding(Note::NONE, "too much"));

        assert_eq!(
            folded(&findings),
            [
                "after 0–2, 4–6, 8–41 bytes: an answer",
                "after 3 bytes, the first call: nothing",
                "too much"
            ]
        );
    }
}

use std::error::Error;

use crate::TransportError;

/// What a request carries and no error may show.
#[derive(Debug)]
pub(super) struct Secret {
    of: &'static str,
    pub(super) text: &'static str,
}

pub(super) const QUERY: Secret = Secret {
    of: "query",
    text: "query-7f3a9c-secret",
};

pub(super) const HEADER: Secret = Secret {
    of: "header",
    text: "header-b208e1-secret",
};

pub(super) const BODY: Secret = Secret {
    of: "body",
    text: "body-59d46c-secret",
};

/// Which secrets an error shows, and where it does, one sentence for each.
pub(super) fn shown_by(error: &TransportError) -> Vec<String> {
    let texts = texts(error);
    let shown = [QUERY, HEADER, BODY].into_iter().filter_map(|secret| {
        let places: Vec<_> = texts
            .iter()
            .filter(|(_, text)| text.contains(secret.text))
            .map(|(place, _)| place.as_str())
            .collect();
        let places = (!places.is_empty()).then(|| places.join(", "))?;
        Some(format!(
            "an error that shows the {} of the request: in {places}",
            secret.of
        ))
    });
    shown.collect()
}

/// `Display` and `Debug` of an error and of all that is underneath.
fn texts(error: &TransportError) -> Vec<(String, String)> {
    let mut texts = vec![
        ("its Display".to_owned(), error.to_string()),
        ("its Debug".to_owned(), format!("{error:?}")),
    ];
    let mut source = error.source();
    for number in 1.. {
        let Some(error) = source else { break };
        texts.push((format!("the Display of source {number}"), error.to_string()));
        texts.push((
            format!("the Debug of source {number}"),
            format!("{error:?}"),
        ));
        source = error.source();
    }
    texts
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::{Delivery, TransportErrorKind};

    #[test]
    fn a_secret_is_named_with_its_places() {
        let inner = io::Error::other(format!("{} and {}", BODY.text, QUERY.text));
        let error = TransportError::new(TransportErrorKind::Other, Delivery::Unknown)
            .with_source(io::Error::other(inner));
        let shown = shown_by(&error);

        assert_eq!(shown.len(), 2, "{shown:?}");
        assert!(
            shown[0].starts_with("an error that shows the query of the request: in "),
            "{shown:?}"
        );
        assert!(shown[0].contains("the Display of source 1"), "{shown:?}");
        assert!(!shown[0].contains("its Display"), "{shown:?}");
        assert!(shown[1].contains("the body"), "{shown:?}");

        let error = TransportError::new(TransportErrorKind::Other, Delivery::Unknown);
        assert!(shown_by(&error).is_empty());
    }
}

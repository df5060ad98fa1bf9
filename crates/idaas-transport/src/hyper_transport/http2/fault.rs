use std::{error::Error, fmt};

use h2::Reason;

/// What h2 has to say, without the text that a service may put in a GOAWAY: it could be anything.
#[derive(Debug)]
pub(super) struct Fault {
    what: &'static str,
    reason: Option<Reason>,
    io: Option<String>,
}

impl Fault {
    pub(super) fn new(error: &h2::Error) -> Self {
        let what = match (error.is_reset(), error.is_go_away(), error.is_remote()) {
            (true, _, true) => "the service ended the stream",
            (true, _, false) => "the stream was ended",
            (_, true, true) => "the service is ending the connection",
            (_, true, false) => "the connection was ended",
            _ if error.is_io() => "the connection failed",
            _ => "the request has no form in HTTP/2",
        };
        Self {
            what,
            reason: error.reason(),
            io: error.get_io().map(ToString::to_string),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)?;
        if let Some(reason) = self.reason {
            write!(f, ": {}", reason.description())?;
        }
        self.io.iter().try_for_each(|io| write!(f, ": {io}"))
    }
}

impl Error for Fault {}

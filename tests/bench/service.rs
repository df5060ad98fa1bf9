use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
};

use serde::{Deserialize, Serialize};

use crate::{Failure, setting::Scheme};

/// The argument with which this program is the service.
pub(crate) const ASKED_TO_SERVE: &str = "serve";

/// The service, a process of its own, so that what the client uses can be told from it.
pub(crate) struct Service {
    process: Child,
    announced: Announced,
}

/// What the service says of itself, in its first line.
#[derive(Serialize, Deserialize)]
pub(crate) struct Announced {
    pub(crate) http: SocketAddr,
    pub(crate) https: SocketAddr,
    pub(crate) certificate: String,
}

/// Where a contender finds the service.
pub(crate) struct Target {
    pub(crate) scheme: Scheme,
    pub(crate) address: SocketAddr,
    /// In PEM.
    pub(crate) certificate: String,
}

impl Service {
    pub(crate) fn start() -> Result<Self, Failure> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg(ASKED_TO_SERVE)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = process.stdout.take().ok_or("the service has no output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let announced = serde_json::from_str(&line)?;
        Ok(Self { process, announced })
    }

    pub(crate) fn target(&self, scheme: Scheme) -> Target {
        Target {
            scheme,
            address: match scheme {
                Scheme::Http => self.announced.http,
                Scheme::Https => self.announced.https,
            },
            certificate: self.announced.certificate.clone(),
        }
    }
}

impl Drop for Service {
    /// The end of its standard input ends the service.
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

impl Target {
    /// The URL without a path.
    pub(crate) fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }
}

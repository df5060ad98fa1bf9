use std::{fmt, net::Ipv6Addr};

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;

/// The hosts that are called without the proxy, as `NO_PROXY` names them.
#[derive(Debug, Default)]
pub(super) struct Exceptions {
    at_any_port: Hosts,
    at_a_port: Vec<(u16, Hosts)>,
}

impl Exceptions {
    pub(super) fn parse(text: &str) -> Self {
        let mut exceptions = Self::default();
        let mut at_any_port = Vec::new();
        for entry in text
            .split([',', ' ', '\t'])
            .filter(|entry| !entry.is_empty())
        {
            match split_port(entry) {
                (host, None) => at_any_port.push(host),
                (host, Some(port)) => exceptions.at_a_port.push((port, Hosts::of(&[host]))),
            }
        }
        exceptions.at_any_port = Hosts::of(&at_any_port);
        exceptions
    }

    pub(super) fn contain(&self, target: &Uri) -> bool {
        let of_scheme = if target.scheme_str() == Some("http") {
            80
        } else {
            443
        };
        let target_port = target.port_u16().unwrap_or(of_scheme);
        self.at_any_port.contain(target)
            || self
                .at_a_port
                .iter()
                .any(|(port, hosts)| *port == target_port && hosts.contain(target))
    }
}

/// The port, if there is one. An IPv6 address without brackets has none.
fn split_port(entry: &str) -> (&str, Option<u16>) {
    match entry.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => match port.parse() {
            Ok(port) => (host, Some(port)),
            Err(_) => (entry, None),
        },
        _ => (entry, None),
    }
}

/// Matches whatever is not one of these.
#[derive(Default)]
struct Hosts(Option<Matcher>);

impl Hosts {
    fn of(hosts: &[&str]) -> Self {
        let hosts: Vec<_> = hosts.iter().map(|host| plain(host)).collect();
        let matcher = || {
            let any = Matcher::builder().all("http://proxy");
            any.no(hosts.join(",")).build()
        };
        Self((!hosts.is_empty()).then(matcher))
    }

    fn contain(&self, target: &Uri) -> bool {
        let matcher = self.0.as_ref();
        matcher.is_some_and(|all_else| all_else.intercept(target).is_none())
    }
}

impl fmt::Debug for Hosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hosts").finish_non_exhaustive()
    }
}

/// The form that the matcher takes.
fn plain(host: &str) -> &str {
    let host = host.strip_prefix("*.").unwrap_or(host);
    match host.strip_prefix('[').and_then(|v6| v6.strip_suffix(']')) {
        Some(v6) if v6.parse::<Ipv6Addr>().is_ok() => v6,
        _ => host,
    }
}

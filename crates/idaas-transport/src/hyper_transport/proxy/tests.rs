#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use super::*;

fn uri(host: &str) -> Uri {
    format!("https://{host}/").parse().unwrap()
}

#[test]
fn what_names_a_proxy() {
    let table = [
        ("http://proxy.example:3128", "http", "proxy.example", 3128),
        ("HTTP://proxy.example", "http", "proxy.example", 80),
        ("proxy.example:3128", "http", "proxy.example", 3128),
        ("user:pass@proxy.example:1/", "http", "proxy.example", 1),
        ("http://[::1]:3128/", "http", "[::1]", 3128),
        ("socks5://10.0.0.1", "socks5", "10.0.0.1", 1080),
        ("socks5h://10.0.0.1:9050", "socks5", "10.0.0.1", 9050),
    ];
    for (text, scheme, host, port) in table {
        let proxy = Proxy::parse(text).unwrap();
        assert_eq!(proxy.protocol.scheme(), scheme, "{text}");
        assert_eq!(proxy.host, host, "{text}");
        assert_eq!(proxy.port, port, "{text}");
        assert_eq!(proxy.server.uri().host(), Some(host), "{text}");
        assert_eq!(proxy.server.uri().port_u16(), Some(port), "{text}");
    }
}

#[test]
fn what_names_none() {
    use ProxyErrorKind::{
        InvalidCredentials, InvalidEncoding, InvalidUri, PathOrQuery, UnsupportedScheme,
    };
    let long = format!("socks5://{}@proxy", "u".repeat(256));
    let table = [
        ("", InvalidUri),
        ("http://", InvalidUri),
        ("http://proxy:port", InvalidUri),
        ("http://proxy:99999", InvalidUri),
        ("a proxy", InvalidUri),
        ("https://proxy", UnsupportedScheme),
        ("socks4://proxy", UnsupportedScheme),
        ("ftp://proxy", UnsupportedScheme),
        (&long, InvalidCredentials),
        ("http://proxy/path", PathOrQuery),
        ("proxy:3128/?", PathOrQuery),
        ("socks5://proxy?query", PathOrQuery),
        ("http://user:1/secret@proxy", PathOrQuery),
        ("http://user#secret@proxy", PathOrQuery),
        ("http://user:100%@proxy", InvalidEncoding),
        ("http://user:%4@proxy", InvalidEncoding),
        ("http://%zz:secret@proxy", InvalidEncoding),
        ("http://%+1:secret@proxy", InvalidEncoding),
        ("socks5://user:%ff@proxy", InvalidEncoding),
    ];
    for (text, kind) in table {
        let error = Proxy::parse(text).unwrap_err();
        assert_eq!(error.kind(), kind, "{text}");
        assert!(!format!("{error:?} {error}").contains("secret"), "{error}");
    }
}

#[test]
fn credentials_in_the_uri_are_decoded() {
    let proxy = Proxy::parse("socks5://us%C3%A9r:p%40ss%2f@proxy").unwrap();

    assert_eq!(proxy.server.raw_auth(), Some(("us\u{e9}r", "p@ss/")));
}

#[test]
fn credentials_are_told_as_they_are_and_shown_to_no_one() {
    let given = ["us%er", "p@ss:w/rd secret"];
    let http = Proxy::parse("http://proxy").unwrap();
    let socks = Proxy::parse("socks5://proxy").unwrap();

    let http = http.with_credentials(given[0], given[1]).unwrap();
    let socks = socks.with_credentials(given[0], given[1]).unwrap();

    // `printf %s 'us%er:p@ss:w/rd secret' | base64`
    let basic = http.server.basic_auth().unwrap();
    assert_eq!(basic, "Basic dXMlZXI6cEBzczp3L3JkIHNlY3JldA==");
    assert_eq!(socks.server.raw_auth(), Some((given[0], given[1])));
    for proxy in [http, socks] {
        let shown = format!("{proxy:?}");
        assert!(shown.contains("[redacted]"), "{shown}");
        for secret in ["us%er", "us%25er", "secret", "dXMlZXI6"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

#[test]
fn credentials_that_a_protocol_cannot_carry() {
    let http = Proxy::parse("http://proxy").unwrap();
    let socks = Proxy::parse("socks5://proxy").unwrap();
    let long = "~".repeat(256);

    let colon = http.with_credentials("us:er", "").unwrap_err();
    assert_eq!(colon.kind(), ProxyErrorKind::InvalidCredentials);
    for (user, password) in [(long.as_str(), ""), ("", long.as_str())] {
        let error = socks.clone().with_credentials(user, password).unwrap_err();
        assert_eq!(error.kind(), ProxyErrorKind::InvalidCredentials);
        assert!(!format!("{error:?} {error}").contains("~~"), "{error:?}");
    }
}

#[test]
fn whom_it_is_for() {
    let exceptions =
        "intranet, .example.com *.example.org,10.1.0.0/16, 192.0.2.7,[2001:db8::1],fd00::/8,";
    let proxy = Proxy::parse("http://proxy")
        .unwrap()
        .with_exceptions(exceptions);
    let table = [
        ("example.net", true),
        ("intranet", false),
        ("INTRANET:8443", false),
        ("a.intranet", false),
        ("aintranet", true),
        ("example.com", false),
        ("a.b.example.com", false),
        ("myexample.com", true),
        ("example.org", false),
        ("a.example.org", false),
        ("10.1.2.3", false),
        ("10.2.0.1", true),
        ("192.0.2.7", false),
        ("192.0.2.8", true),
        ("[2001:db8::1]", false),
        ("[2001:db8::2]", true),
        ("[fd12::1]", false),
        ("localhost", false),
        ("127.0.0.1:1", false),
        ("[::1]", false),
    ];
    for (host, expected) in table {
        assert_eq!(proxy.is_for(&uri(host)), expected, "{host}");
    }
    assert!(proxy.clone().including_loopback().is_for(&uri("localhost")));
    assert!(!proxy.with_exceptions("a, *").is_for(&uri("example.net")));
}

#[test]
fn an_exception_with_a_port_is_one_at_that_port() {
    let exceptions =
        "example.com:8443 .example.org:443,192.0.2.7:1,[2001:db8::1]:8443,2001:db8::2,*:9,a:b";
    let proxy = Proxy::parse("http://proxy")
        .unwrap()
        .with_exceptions(exceptions);
    let table = [
        ("example.com:8443", false),
        ("www.example.com:8443", false),
        ("example.com", true),
        ("example.com:443", true),
        ("a.example.org", false),
        ("a.example.org:443", false),
        ("a.example.org:8443", true),
        ("192.0.2.7:1", false),
        ("192.0.2.7", true),
        ("[2001:db8::1]:8443", false),
        ("[2001:db8::1]", true),
        ("[2001:db8::2]:8443", false),
        ("anyone.example:9", false),
        ("anyone.example", true),
    ];
    for (host, expected) in table {
        assert_eq!(proxy.is_for(&uri(host)), expected, "{host}");
    }
    let plain = Uri::from_static("http://example.com/");
    assert!(!proxy.with_exceptions("example.com:80").is_for(&plain));
}

#[test]
fn what_the_environment_says() {
    let read = |variables: &[(&str, &str)]| {
        Proxy::from_variables(|name| {
            let found = variables.iter().find(|(set, _)| *set == name);
            Ok(found.map(|(_, value)| (*value).to_owned()))
        })
    };
    let host = |variables: &[(&str, &str)]| read(variables).unwrap().map(|proxy| proxy.host);

    assert_eq!(host(&[]), None);
    assert_eq!(host(&[("HTTP_PROXY", "http://a"), ("NO_PROXY", "*")]), None);
    assert_eq!(host(&[("ALL_PROXY", "socks5://a")]).as_deref(), Some("a"));
    let both = [("ALL_PROXY", "http://a"), ("HTTPS_PROXY", "http://b")];
    assert_eq!(host(&both).as_deref(), Some("b"));
    let both = [("HTTPS_PROXY", "http://a"), ("https_proxy", "http://b")];
    assert_eq!(host(&both).as_deref(), Some("b"));
    let empty = [("https_proxy", ""), ("all_proxy", "http://a")];
    assert_eq!(host(&empty).as_deref(), Some("a"));

    let proxy = read(&[("ALL_PROXY", "http://a"), ("no_proxy", "example.com")]);
    let proxy = proxy.unwrap().unwrap();
    assert!(!proxy.is_for(&uri("www.example.com")));
    assert!(proxy.is_for(&uri("example.net")));

    let damaged = read(&[("HTTPS_PROXY", "https://user:secret@a")]).unwrap_err();
    assert_eq!(damaged.kind(), ProxyErrorKind::UnsupportedScheme);
    assert_eq!(damaged.variable(), Some("HTTPS_PROXY"));
    assert_eq!(
        damaged.to_string(),
        "HTTPS_PROXY: the scheme of a proxy has to be http, socks5 or socks5h"
    );
    let unreadable = Proxy::from_variables(|name| match name {
        "no_proxy" => Err(ProxyErrorKind::NotUnicode.into()),
        _ => Ok(None),
    });
    assert_eq!(unreadable.unwrap_err().variable(), Some("no_proxy"));
    assert_eq!(Proxy::parse("").unwrap_err().variable(), None);
}

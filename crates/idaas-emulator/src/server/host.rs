use http::header::HOST;
use http::uri::Authority;
use http::{HeaderValue, Request, Version};

use crate::answer::Refusal;

/// The request, if it has the one valid `Host` that RFC 9112, section 3.2, asks for.
pub(super) fn checked<B>(request: Request<B>) -> Result<Request<B>, Refusal> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let right = match (hosts.next(), hosts.next()) {
        (None, _) => request.version() < Version::HTTP_11,
        (Some(host), None) => is_valid(host),
        (Some(_), Some(_)) => false,
    };
    if right {
        Ok(request)
    } else {
        Err(Refusal::BadRequest("A request needs one valid Host header"))
    }
}

/// Whether this is a host with or without a port, or nothing, as for a target without an authority.
fn is_valid(host: &HeaderValue) -> bool {
    let host = host.as_bytes();
    host.is_empty() || (!host.contains(&b'@') && Authority::try_from(host).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_has_one_valid_host() {
        for (version, hosts, right) in [
            (Version::HTTP_11, &["127.0.0.1:8080"][..], true),
            (Version::HTTP_11, &["[::1]:8080"], true),
            (Version::HTTP_11, &["localhost"], true),
            (Version::HTTP_11, &[""], true),
            (Version::HTTP_11, &[], false),
            (Version::HTTP_10, &[], true),
            (Version::HTTP_11, &["x", "x"], false),
            (Version::HTTP_10, &["x", "y"], false),
            (Version::HTTP_11, &["x y"], false),
            (Version::HTTP_11, &["x/y"], false),
            (Version::HTTP_11, &["me@x"], false),
            (Version::HTTP_11, &["http://x"], false),
        ] {
            let mut request = Request::new(());
            *request.version_mut() = version;
            for host in hosts {
                let host = HeaderValue::from_static(host);
                request.headers_mut().append(HOST, host);
            }
            assert_eq!(checked(request).is_ok(), right, "{version:?} {hosts:?}");
        }
    }
}

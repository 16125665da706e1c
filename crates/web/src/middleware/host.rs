//! Requests for another host are turned away (DNS rebinding, a misrouted proxy).

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{Version, header};

use crate::Origin;
use crate::portal::Portal;
use crate::problem::Problem;

/// For whom a request is.
pub(crate) enum Host {
    /// The configured host.
    Ours,
    /// Another one, or none.
    Other,
    /// It is malformed, for a proxy before us may have gone by another host than we do: `Host` more than once or, in
    /// HTTP/1.1, not at all (RFC 9112 §3.2), or one in HTTP/2 that differs from `:authority` (RFC 9113 §8.3.1).
    Malformed,
}

/// For whom `request` is: by `:authority` in HTTP/2, by the target in HTTP/1.1 where it is a whole address, in spite of what
/// `Host` says (RFC 9112 §3.2.2), and else by `Host`.
pub(crate) fn host_of(request: &Request, origin: &Origin) -> Host {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (host, another) = (hosts.next(), hosts.next());
    if another.is_some() || (request.version() == Version::HTTP_11 && host.is_none()) {
        return Host::Malformed;
    }
    let host = host.map(|host| host.to_str().unwrap_or_default());
    let asked = request.uri().authority().map(http::uri::Authority::as_str);
    if request.version() >= Version::HTTP_2
        && let (Some(host), Some(asked)) = (host, asked)
        && !is_same(host, asked)
    {
        return Host::Malformed;
    }
    if asked.or(host).is_some_and(|asked| is_same(asked, origin.authority())) {
        Host::Ours
    } else {
        Host::Other
    }
}

/// Whether two name the same place (RFC 3986 §6.2): letters count alike, and the port of HTTPS goes without saying.
fn is_same(one: &str, other: &str) -> bool {
    let plain = |host: &'_ str| host.strip_suffix(":443").unwrap_or(host).to_ascii_lowercase();
    plain(one) == plain(other)
}

/// Lets a request pass when its host is the configured one.
pub(crate) async fn right_host(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    match host_of(&request, &portal.config.origin) {
        Host::Ours => next.run(request).await,
        Host::Other => Problem::OtherHost.into_response(),
        Host::Malformed => Problem::Malformed.into_response(),
    }
}

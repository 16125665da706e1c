//! The fields of an answer for the program.

use hyper::HeaderMap;
use hyper::header::{
    ALT_SVC, CONTENT_LENGTH, CONTENT_LOCATION, HeaderName, HeaderValue, LOCATION, PROXY_AUTHENTICATE, SERVER,
    TRANSFER_ENCODING, WWW_AUTHENTICATE,
};

use postern_domain::door::Door;

use super::{Names, hop};

/// What the upstream asks of us, what it is built with, and where else it could be reached.
const STRIPPED: [HeaderName; 4] = [WWW_AUTHENTICATE, PROXY_AUTHENTICATE, SERVER, ALT_SVC];
/// Likewise. `X-CasErrorCode` makes programs take an answer for one about their password.
const STRIPPED_TOO: [&str; 12] = [
    "authentication-info",
    "proxy-authentication-info",
    "x-powered-by",
    "x-aspnet-version",
    "x-aspnetmvc-version",
    "x-caserrorcode",
    "x-owa-version",
    "x-feserver",
    "x-beserver",
    "x-calculatedbetarget",
    "x-targetbeserver",
    "x-diaginfo",
];

/// Where ActiveSync sends a device whose mailbox is elsewhere, with status 451.
const MS_LOCATION: HeaderName = HeaderName::from_static("x-ms-location");

/// An address that leads past the gateway, where there is no way for the program to follow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it sends the program to a server that is not behind this way")]
pub(in crate::http) struct Elsewhere;

/// Takes out what is not for the program, and gives addresses of the upstream our own name.
///
/// # Errors
/// [`Elsewhere`] when the program would take its app password to a server that is not behind this route, where nobody
/// knows it: a device that is sent there by ActiveSync, or a redirection where `door` is Autodiscover.
pub(in crate::http) fn for_client(
    headers: &mut HeaderMap,
    names: &Names,
    door: Door,
) -> Result<(), Elsewhere> {
    // Where both say how long the body is, its length is what was counted (RFC 9112 §6.3).
    if headers.contains_key(TRANSFER_ENCODING) {
        headers.remove(CONTENT_LENGTH);
    }
    hop::strip(headers);
    for name in STRIPPED {
        headers.remove(name);
    }
    for name in STRIPPED_TOO {
        headers.remove(name);
    }
    for name in [LOCATION, CONTENT_LOCATION, MS_LOCATION] {
        let rewritten = match headers.get(&name).map(|value| value.to_str()) {
            Some(Ok(address)) => names.for_client(address),
            Some(Err(_)) => None,
            None => continue,
        };
        match rewritten.and_then(|address| HeaderValue::try_from(address).ok()) {
            Some(value) => {
                headers.insert(name, value);
            }
            None if name == MS_LOCATION || door == Door::Autodiscover => return Err(Elsewhere),
            None => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::address::tests::names;
    use super::*;
    use crate::config::UpstreamTls;

    #[test]
    fn the_program_hears_what_is_for_it() {
        let names = names("mail.test", 443, UpstreamTls::Implicit);
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("www-authenticate", "Negotiate"),
            ("www-authenticate", "NTLM"),
            ("server", "Microsoft-IIS/10.0"),
            ("x-caserrorcode", "UnauthenticatedRequest"),
            ("connection", "keep-alive, x-secret"),
            ("x-secret", "1"),
            ("transfer-encoding", "chunked"),
            ("content-length", "3"),
            ("location", "https://mail.test/owa/"),
            ("set-cookie", "MapiContext=1"),
            ("set-cookie", "MapiSequence=2"),
            ("retry-after", "5"),
        ] {
            headers.append(name, HeaderValue::from_static(value));
        }
        for_client(&mut headers, &names, Door::Ews).unwrap();
        let mut lines: Vec<_> =
            headers.iter().map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap())).collect();
        lines.sort();
        insta::assert_snapshot!(lines.concat(), @r"
        location: https://gate.test:8443/owa/
        retry-after: 5
        set-cookie: MapiContext=1
        set-cookie: MapiSequence=2
        ");
    }

    #[test]
    fn a_device_is_not_sent_past_the_gateway() {
        let names = names("mail.test", 443, UpstreamTls::Implicit);
        let sent = |address: &'static str| {
            let mut headers = HeaderMap::from_iter([(MS_LOCATION, HeaderValue::from_static(address))]);
            for_client(&mut headers, &names, Door::ActiveSync)
                .map(|()| headers[MS_LOCATION].to_str().unwrap().to_owned())
        };
        assert_eq!(
            sent("https://mail.test/Microsoft-Server-ActiveSync"),
            Ok("https://gate.test:8443/Microsoft-Server-ActiveSync".to_owned())
        );
        assert_eq!(
            sent("//mail.test/Microsoft-Server-ActiveSync"),
            Ok("https://gate.test:8443/Microsoft-Server-ActiveSync".to_owned())
        );
        for elsewhere in [
            "https://eas.other.test/Microsoft-Server-ActiveSync",
            "//eas.other.test/Microsoft-Server-ActiveSync",
            "/\\eas.other.test/Microsoft-Server-ActiveSync",
        ] {
            assert_eq!(sent(elsewhere), Err(Elsewhere), "{elsewhere}");
        }
    }
}

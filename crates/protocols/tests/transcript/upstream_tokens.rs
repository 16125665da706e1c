//! Signing in at an SMTP upstream with an access token, and upstreams that ask for patience.

use postern_protocols::Secret;
use postern_protocols::smtp::upstream::{Handshake, Method, Settings, Step, Tls};

use super::upstream::{run, with_credentials};

fn token(method: Method, secret: &[u8]) -> Settings {
    let mut settings = with_credentials(Tls::Implicit, false);
    let authentication = settings.authentication.as_mut().unwrap();
    authentication.method = method;
    authentication.secret = Secret::new(secret.to_vec());
    settings
}

fn bearer() -> Method {
    Method::OAuthBearer { host: "smart.test".to_owned(), port: 587 }
}

#[test]
fn xoauth2() {
    // user=user ^A auth=Bearer token ^A ^A
    run(
        token(Method::XOAuth2, b"token"),
        "S: 220 smart.test
        C: EHLO door.test
        S+ 250-smart.test
        S: 250 AUTH LOGIN PLAIN XOAUTH2
        C: AUTH XOAUTH2 dXNlcj11c2VyAWF1dGg9QmVhcmVyIHRva2VuAQE=
        S: 235 2.7.0 Accepted
        * ready NotOffered chunking=false leftover=0",
    );
}

#[test]
fn oauthbearer() {
    // n,a=user, ^A host=smart.test ^A port=587 ^A auth=Bearer token ^A ^A
    run(
        token(bearer(), b"token"),
        "S: 220 smart.test
        C: EHLO door.test
        S+ 250-smart.test
        S: 250 AUTH OAUTHBEARER
        C: AUTH OAUTHBEARER bixhPXVzZXIsAWhvc3Q9c21hcnQudGVzdAFwb3J0PTU4NwFhdXRoPUJlYXJlciB0b2tlbgEB
        S: 235 2.7.0 Accepted
        * ready NotOffered chunking=false leftover=0",
    );
}

#[test]
fn a_refused_token_is_explained_in_a_challenge_that_goes_no_further() {
    // {"status":"401","schemes":"bearer mac","scope":"https://mail.google.com/"}
    let explained = "334 eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiYmVhcmVyIG1hYyIsInNjb3BlIjoiaHR0cHM6Ly9tYWlsLmdvb2dsZS5jb20vIn0=";
    for (method, sent, answer) in [
        (Method::XOAuth2, "XOAUTH2 dXNlcj11c2VyAWF1dGg9QmVhcmVyIHRva2VuAQE=", ""),
        (
            bearer(),
            "OAUTHBEARER bixhPXVzZXIsAWhvc3Q9c21hcnQudGVzdAFwb3J0PTU4NwFhdXRoPUJlYXJlciB0b2tlbgEB",
            "AQ==",
        ),
    ] {
        let begin = format!(
            "S: 220 smart.test\nC: EHLO door.test\nS+ 250-smart.test\nS: 250 AUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER
             C: AUTH {sent}\nS: {explained}\nC: {answer}\n"
        );
        run(
            token(method.clone(), b"token"),
            &format!(
                "{begin}S: 535 5.7.8 Username and Password not accepted
                * failed Configuration: the upstream refused Authentication: 535 5.7.8 Username and Password not accepted (status 401)"
            ),
        );
        run(
            token(method.clone(), b"token"),
            &format!(
                "{begin}S: 454 4.7.0 Temporary
                * failed UpstreamTemporary: the upstream refused Authentication: 454 4.7.0 Temporary (status 401)"
            ),
        );
        run(
            token(method.clone(), b"token"),
            &format!(
                "{begin}S: {explained}
                * failed Configuration: the upstream refused Authentication: asked for more (status 401)"
            ),
        );
        run(
            token(method, b"token"),
            &format!(
                "{begin}! closed
                * failed UpstreamTemporary: the upstream closed the connection during Authentication"
            ),
        );
    }
}

#[test]
fn a_token_never_becomes_a_password() {
    for method in [Method::XOAuth2, bearer()] {
        run(
            token(method, b"token"),
            "S: 220 smart.test
            C: EHLO door.test
            S+ 250-smart.test
            S: 250 AUTH PLAIN LOGIN NTLM
            * failed Configuration: the upstream does not offer a way of signing in that suits the settings",
        );
    }
}

#[test]
fn what_does_not_fit_a_command_waits_for_leave() {
    // `AUTH XOAUTH2 `, the response and CRLF are 511 octets with 348 octets of token.
    for (length, is_split) in [(348, false), (349, true), (12 * 1_024, true)] {
        let mut handshake = Handshake::new(token(Method::XOAuth2, &vec![b'x'; length]));
        handshake.receive(b"220 x\r\n");
        assert!(matches!(handshake.next_step(), Step::Send(_)));
        handshake.receive(b"250-x\r\n250 AUTH XOAUTH2\r\n");
        let Step::Send(command) = handshake.next_step() else { panic!("AUTH was expected") };
        assert_eq!(&*command == b"AUTH XOAUTH2\r\n", is_split, "{length}");
        if !is_split {
            assert_eq!(command.len(), 511);
            continue;
        }
        assert!(matches!(handshake.next_step(), Step::NeedBytes));
        handshake.receive(b"334 \r\n");
        let Step::Send(response) = handshake.next_step() else { panic!("a response was expected") };
        assert!(response.starts_with(b"dXNlcj11c2VyAWF1dGg9QmVhcmVyIHh4"));
        assert_eq!(response.len(), (length + 24).div_ceil(3) * 4 + 2);
        handshake.receive(b"235 2.7.0 Ok\r\n");
        assert!(matches!(handshake.next_step(), Step::Ready(_)));
    }
}

#[test]
fn an_upstream_that_asks_for_patience() {
    let begin = "S: 220 smart.test\nC: EHLO door.test\nS+ 250-smart.test\nS: 250 AUTH XOAUTH2
         C: AUTH XOAUTH2 dXNlcj11c2VyAWF1dGg9QmVhcmVyIHRva2VuAQE=\n";
    for (reply, outcome) in [
        (
            "454 4.7.0 Request is throttled. Suggested backoff time (in ms): 9000",
            "UpstreamTemporary: the upstream asks for patience (Authentication): 454 4.7.0 Request is throttled. Suggested backoff time (in ms): 9000",
        ),
        (
            "421 4.7.0 Too many login attempts",
            "UpstreamTemporary: the upstream asks for patience (Authentication): 421 4.7.0 Too many login attempts",
        ),
        (
            "421 4.3.2 Shutting down",
            "UpstreamTemporary: the upstream refused Authentication: 421 4.3.2 Shutting down",
        ),
    ] {
        run(token(Method::XOAuth2, b"token"), &format!("{begin}S: {reply}\n* failed {outcome}"));
    }
    run(
        token(Method::XOAuth2, b"token"),
        "S: 421 4.7.0 Too many connections
        * failed UpstreamTemporary: the upstream asks for patience (Greeting): 421 4.7.0 Too many connections",
    );
}

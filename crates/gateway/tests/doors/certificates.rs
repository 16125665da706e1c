//! An upstream's certificate that is not right: never used, never told a secret.

use postern_gateway::{Secret, Upstream, UpstreamSignIn, UpstreamTls};
use postern_testkit::certificates::{BadCertificate, TestAuthority};
use postern_testkit::smtp_upstream::{FakeUpstream, UpstreamBehaviour, UpstreamChannel};

use crate::harness::{ANNA, NO_UPSTREAM, Setup, secure_smart_host};

#[tokio::test]
async fn no_bad_certificate_is_accepted_and_no_credentials_are_sent_before_the_check() {
    let authority = TestAuthority::new("of the upstreams");
    for bad in BadCertificate::ALL {
        for tls in [UpstreamTls::StartTls, UpstreamTls::Implicit] {
            let identity = bad.identity(&authority);
            let channel = match tls {
                UpstreamTls::Implicit => UpstreamChannel::Implicit(identity),
                _ => UpstreamChannel::StartTls(identity),
            };
            let credentials = Some(("relay", "a secret of ours"));
            let behaviour = UpstreamBehaviour { channel, credentials, ..UpstreamBehaviour::default() };
            let upstream = FakeUpstream::start(behaviour).await;
            let mut setup = Setup::with(Upstream {
                host: bad.host().to_owned(),
                sign_in: UpstreamSignIn::Fixed {
                    user: "relay".to_owned(),
                    secret: Secret::new(b"a secret of ours".to_vec()),
                    without_tls: false,
                },
                ..secure_smart_host(upstream.address, tls, &authority)
            })
            .await;
            setup.upstreams[0].probe = false;
            let doors = setup.open().await;
            let mut client = doors.submissions().await;
            let reply = client.auth_plain(ANNA, &doors.secret).await;
            assert_eq!(reply, NO_UPSTREAM, "{bad:?} with {tls:?}");
            let said = upstream.commands();
            let unwanted = said.iter().any(|line| !line.starts_with("EHLO") && line != "STARTTLS");
            assert!(!unwanted, "{bad:?} with {tls:?}: {said:?}");
        }
    }
}

#[tokio::test]
async fn the_same_upstream_with_a_good_certificate_is_accepted() {
    let authority = TestAuthority::new("of the upstreams");
    for (host, names) in [("localhost", ["localhost"]), ("127.0.0.1", ["127.0.0.1"])] {
        let channel = UpstreamChannel::Implicit(authority.issue(&names));
        let upstream =
            FakeUpstream::start(UpstreamBehaviour { channel, ..UpstreamBehaviour::default() }).await;
        let settings = Upstream {
            host: host.to_owned(),
            ..secure_smart_host(upstream.address, UpstreamTls::Implicit, &authority)
        };
        Setup::with(settings).await.open().await.signed_in().await;
    }
}

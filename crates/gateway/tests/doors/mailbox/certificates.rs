//! An upstream's certificate that is not right: never used, never told a secret.

use postern_gateway::{Upstream, UpstreamTls};
use postern_testkit::certificates::{BadCertificate, TestAuthority};
use postern_testkit::smtp_hostile::{Act, ScriptedUpstream};

use super::speech::{ALL, NO_UPSTREAM};
use crate::harness::Setup;

#[tokio::test]
async fn no_bad_certificate_is_accepted_and_no_credentials_are_sent_before_the_check() {
    let authority = TestAuthority::new("of the upstreams");
    for speech in ALL {
        for bad in BadCertificate::ALL {
            let shown = vec![Act::Handshake(bad.identity(&authority))];
            let upstream = ScriptedUpstream::start([shown, speech.script([Act::Stall])].concat()).await;
            let doors = Setup::with(Upstream {
                host: bad.host().to_owned(),
                ..speech.secure_upstream(upstream.address, UpstreamTls::Implicit, &authority)
            })
            .await
            .open()
            .await;
            let answer = speech.failure(&doors).await;
            assert!(answer.contains(NO_UPSTREAM), "{:?} {bad:?}: {answer}", speech.door);
            assert!(upstream.heard().is_empty(), "{:?} {bad:?}", speech.door);
        }
    }
}

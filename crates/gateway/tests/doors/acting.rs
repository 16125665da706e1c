//! A service account that sends as another mailbox: SASL's authorization identity decides whose upstream it is, whose
//! name goes there, and whose addresses may be used.

use postern_domain::account::AccountKind;
use postern_domain::account::Role;
use postern_domain::impersonation::ImpersonationGrant;
use postern_domain::mfa::MfaState;
use postern_gateway::{Accounts, Upstream, UpstreamSignIn};
use postern_testkit::OPERATOR;
use postern_testkit::smtp_client::base64;
use postern_testkit::smtp_upstream::{FakeUpstream, UpstreamBehaviour};

use crate::harness::{Doors, Setup, smart_host};

const SCANNER: &str = "scanner@example.test";
const BERT: &str = "bert@branch.example.test";

/// Doors with an upstream for each domain, a service account that may act for Bert, and its secret.
async fn doors(main: &FakeUpstream, branch: &FakeUpstream) -> (Doors, String) {
    let of_domain = |upstream: &FakeUpstream, domain: &str| Upstream {
        name: domain.to_owned(),
        sign_in: UpstreamSignIn::Xclient,
        accounts: Accounts::Named {
            accounts: Vec::new(),
            groups: Vec::new(),
            domains: vec![domain.to_owned()],
        },
        ..smart_host(upstream.address)
    };
    let mut setup = Setup::with(of_domain(main, "example.test")).await;
    setup.upstreams.push(of_domain(branch, "branch.example.test"));
    let doors = setup.open().await;
    let service = &doors.service;
    service.account(BERT, MfaState::Enforced).await;
    service.add(SCANNER, MfaState::Disabled, Role::Member, AccountKind::ServiceAccount).await;
    let grant = ImpersonationGrant::named([BERT.parse().expect("a name")], [], []).expect("a grant");
    let name = SCANNER.parse().expect("a name");
    service.service.set_impersonation_grant(OPERATOR, &name, Some(grant)).await.expect("it is granted");
    let secret = service.app_password(SCANNER, "The scanner").await.secret.expose_canonical().to_owned();
    (doors, secret)
}

fn behaviour() -> UpstreamBehaviour {
    UpstreamBehaviour { xclient: true, ..UpstreamBehaviour::default() }
}

fn auth_plain(acting_for: &str, secret: &str) -> String {
    format!("AUTH PLAIN {}", base64(format!("{acting_for}\0{SCANNER}\0{secret}").as_bytes()))
}

#[tokio::test]
async fn the_mailbox_that_is_named_is_the_one_that_is_used() {
    let (main, branch) = (FakeUpstream::start(behaviour()).await, FakeUpstream::start(behaviour()).await);
    let (doors, secret) = doors(&main, &branch).await;
    let mut client = doors.submissions().await;
    assert!(client.command(&auth_plain(BERT, &secret)).await.starts_with("235"), "{}", client.transcript());
    assert_eq!(main.connections(), 0, "the upstream is the mailbox's");
    let told = branch.commands().into_iter().find(|command| command.starts_with("XCLIENT")).expect("XCLIENT");
    assert!(told.contains(&format!(" LOGIN={BERT} ")), "{told}");
    let own = client.command(&format!("MAIL FROM:<{SCANNER}>")).await;
    assert!(own.starts_with("550 5.7.1"), "{own}");
    assert!(client.command(&format!("MAIL FROM:<{BERT}>")).await.starts_with("250"));
}

#[tokio::test]
async fn without_an_authorization_identity_it_is_itself() {
    let (main, branch) = (FakeUpstream::start(behaviour()).await, FakeUpstream::start(behaviour()).await);
    let (doors, secret) = doors(&main, &branch).await;
    for acting_for in ["", SCANNER] {
        let mut client = doors.submissions().await;
        assert!(client.command(&auth_plain(acting_for, &secret)).await.starts_with("235"));
        assert!(client.command(&format!("MAIL FROM:<{BERT}>")).await.starts_with("550 5.7.1"));
        assert!(client.command(&format!("MAIL FROM:<{SCANNER}>")).await.starts_with("250"));
    }
    assert_eq!(branch.connections(), 0);
}

#[tokio::test]
async fn a_mailbox_that_is_not_granted_is_refused_as_a_wrong_secret_is() {
    let (main, branch) = (FakeUpstream::start(behaviour()).await, FakeUpstream::start(behaviour()).await);
    let (doors, secret) = doors(&main, &branch).await;
    for acting_for in ["anna@example.test", "nobody@example.test", "bert"] {
        let mut client = doors.submissions().await;
        let reply = client.command(&auth_plain(acting_for, &secret)).await;
        assert!(reply.starts_with("535 5.7.8 Sign-in refused."), "{acting_for}: {reply}");
    }
    assert_eq!(main.connections() + branch.connections(), 0);
}

//! Sixty-four at once, on two servers of one database, each with the same thing that is good once: one gets in.
//!
//! On SQLite each deed is alone while it writes; on PostgreSQL it is not, and what is good once must be so by one statement.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use postern_domain::Clock as _;
use postern_domain::account::password::AccountPassword;
use postern_domain::mfa::MfaState;
use postern_domain::setting::SettingKey;
use postern_service::Service;
use postern_service::outside::{LinkIdentity, OutsideBrowser};
use postern_service::portal::{Destination, HalfSession, PasskeySignIn, PortalSignIn, Standing};
use postern_service::upstream::TokenEndpoint;
use postern_storage_sql::Location;
use postern_testkit::postgres::PostgresServer;
use postern_testkit::{
    ACCOUNT_PASSWORD, FakeIdentityProvider, OPERATOR, SoftAuthenticator, TestService, account_name, totp_code,
};
use tokio::task::JoinSet;

const ANNA: &str = "anna@example.test";
const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));
const VISITOR: OutsideBrowser<'static> =
    OutsideBrowser { visitor: "visitor", address: ADDRESS, user_agent: "Browser/1.0" };

/// Two servers of one database, and Anna with an authenticator app.
struct Race {
    nodes: [TestService; 2],
    provider: Arc<FakeIdentityProvider>,
    key: String,
    codes: Vec<String>,
}

impl Race {
    async fn on(location: &Location) -> Self {
        let provider = FakeIdentityProvider::new("https://login.example.test/realms/staff");
        let node = async |seed| {
            let store = postern_storage_sql::open(location).await.expect("a database");
            let (endpoint, staff) = (Arc::clone(&provider), provider.registration("Staff"));
            TestService::open_as(store, seed, |parts| {
                parts.identity_providers = vec![staff];
                parts.token_endpoint = endpoint as Arc<dyn TokenEndpoint>;
            })
            .await
        };
        let nodes = [node(1).await, node(2).await];
        nodes[0].account(ANNA, MfaState::Enforced).await;
        let allowed = nodes[0].service.change_setting(OPERATOR, SettingKey::TextMessageCodes, "true").await;
        allowed.expect("the service answers");
        let mut race = Self { nodes, provider, key: String::new(), codes: Vec::new() };
        let half = race.half().await;
        let service = &race.nodes[0].service;
        let enrolment = service.begin_totp_enrolment(half.session()).await.expect("the service answers");
        race.key = enrolment.secret.typed_key().to_string();
        let code = race.code();
        let finished = service.finish_totp_enrolment(half.session(), &enrolment.sealed, "Phone", &code).await;
        let (_, _, codes) = finished.expect("the service answers");
        let codes = codes.expect("the first method makes them");
        race.codes = codes.iter().map(|code| code.expose_canonical().to_owned()).collect();
        race
    }

    fn code(&self) -> String {
        totp_code(&self.key, self.nodes[0].clock.now())
    }

    fn advance(&self, seconds: u64) {
        for node in &self.nodes {
            node.clock.advance(Duration::from_secs(seconds));
        }
        self.provider.at(self.nodes[0].clock.now());
    }

    /// A session of Anna's with the account password alone.
    async fn half(&self) -> HalfSession {
        let sign_in = PortalSignIn {
            name: ANNA.to_owned(),
            password: AccountPassword::typed(ACCOUNT_PASSWORD),
            remembered: None,
            replaces: None,
            address: ADDRESS,
            user_agent: "Browser/1.0".to_owned(),
        };
        let started = self.nodes[0].service.start_portal_session(sign_in).await.expect("the service answers");
        match started.standing {
            Standing::AwaitingSecondFactor(half) | Standing::MustRegister(half) => half,
            Standing::Full(_) => panic!("no second factor was asked for"),
        }
    }

    /// How many of sixty-four at once succeed.
    async fn succeed<A: Future<Output = bool> + Send + 'static>(
        &self,
        attempt: impl Fn(Arc<Service>) -> A,
    ) -> usize {
        let attempts: JoinSet<bool> =
            (0..64).map(|number| attempt(Arc::clone(&self.nodes[number % 2].service))).collect();
        attempts.join_all().await.into_iter().filter(|succeeded| *succeeded).count()
    }

    /// As [`Self::succeed`], each in a session of its own.
    async fn get_in<A: Future<Output = bool> + Send + 'static>(
        &self,
        attempt: impl Fn(Arc<Service>, HalfSession) -> A,
    ) -> usize {
        let mut attempts = JoinSet::new();
        let mut halves = Vec::new();
        for _ in 0..64 {
            halves.push(self.half().await);
        }
        for (number, half) in halves.into_iter().enumerate() {
            attempts.spawn(attempt(Arc::clone(&self.nodes[number % 2].service), half));
        }
        attempts.join_all().await.into_iter().filter(|got_in| *got_in).count()
    }

    async fn run(&self) {
        self.advance(30);
        let code = self.code();
        let by_app = self.get_in(|service, half| {
            let code = code.clone();
            async move { service.verify_totp(half.session(), &code).await.is_ok() }
        });
        assert_eq!(by_app.await, 1, "code of an authenticator app");

        self.advance(3600);
        let code = self.codes[0].clone();
        let by_recovery = self.get_in(|service, half| {
            let code = code.clone();
            async move { service.use_recovery_code(half.session(), &code).await.is_ok() }
        });
        assert_eq!(by_recovery.await, 1, "recovery code");

        self.advance(86_400);
        assert_eq!(self.by_message().await, 1, "code in a message");
        assert_eq!(self.by_passkey().await, 1, "answer of a passkey");
        assert_eq!(self.by_provider().await, 1, "answer of an identity provider");
    }

    /// Anna with all her rights, by her app.
    async fn full(&self) -> postern_service::portal::FullSession {
        self.advance(30);
        let half = self.half().await;
        let verified = self.nodes[0].service.verify_totp(half.session(), &self.code()).await;
        verified.expect("the code is right").1.full().expect("both factors were given")
    }

    async fn by_message(&self) -> usize {
        let service = &self.nodes[0].service;
        let full = self.full().await;
        let phone = Destination::Phone("+49 151 23456789".parse().expect("a number"));
        service.begin_message_registration(full.session(), phone).await.expect("the service answers");
        let sent = || self.nodes[0].messenger.take_texts().remove(0).1[..6].to_owned();
        let registered = service.finish_message_registration(full.session(), "Phone", &sent()).await;
        registered.expect("the code is right");
        let details = service.find_account(OPERATOR, &account_name(ANNA)).await.expect("she is there");
        let method = details.methods.last().expect("it was registered").id;
        self.advance(60);
        let half = self.half().await;
        service.send_code(half.session(), method).await.expect("the service answers");
        let code = sent();
        self.succeed(|service| {
            let (session, code) = (half.session().clone(), code.clone());
            async move { service.verify_sent_code(&session, method, &code).await.is_ok() }
        })
        .await
    }

    /// One ceremony and one answer, without a user name.
    async fn by_passkey(&self) -> usize {
        let service = &self.nodes[0].service;
        let full = self.full().await;
        let mut laptop = SoftAuthenticator::new("https://portal.example.test");
        let begun = service.begin_passkey_registration(full.session(), "Postern").await;
        let begun = begun.expect("the service answers");
        let answer = laptop.create(&begun.options);
        let registered = service.finish_passkey_registration(full.session(), &begun.id, "", &answer).await;
        registered.expect("the answer is right");
        let begun = service.begin_passkey_sign_in("visitor").await.expect("the service answers");
        let begun = begun.expect("passkeys are made for the portal");
        let answer = laptop.get(&begun.options);
        self.succeed(|service| {
            let (ceremony, answer) = (begun.id.clone(), answer.clone());
            async move {
                let sign_in = PasskeySignIn {
                    visitor: "visitor",
                    ceremony: &ceremony,
                    answer: &answer,
                    address: ADDRESS,
                    user_agent: "Browser/1.0",
                };
                service.finish_passkey_sign_in(&sign_in).await.is_ok()
            }
        })
        .await
    }

    /// One state and one code.
    async fn by_provider(&self) -> usize {
        let service = &self.nodes[0].service;
        let subject = "248289761001".parse().expect("a subject");
        let link = LinkIdentity { account: account_name(ANNA), provider: "Staff".to_owned(), subject };
        service.link_outside_identity(OPERATOR, link).await.expect("the service answers");
        let begun = service.begin_outside_sign_in(&VISITOR, "Staff", "/").await.expect("the service answers");
        let answer = self.provider.sign_in(&begun.url, &serde_json::json!({ "sub": "248289761001" }));
        self.succeed(|service| {
            let answer = answer.clone();
            async move { service.finish_outside(&VISITOR, None, answer).await.is_ok() }
        })
        .await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_sixty_four_at_once_one_gets_in_on_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    Race::on(&Location::Sqlite(folder.path().join("postern.db"))).await.run().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e2e_of_sixty_four_at_once_one_gets_in_on_postgresql() {
    let server = PostgresServer::start();
    Race::on(&Location::Postgres(server.create_database())).await.run().await;
}

//! The accounts and app passwords that attempts are made with.

use std::net::{IpAddr, Ipv6Addr};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use postern_domain::account::{AccountKind, Role};
use postern_domain::door::{Door, DoorSet};
use postern_domain::mfa::MfaState;
use postern_service::account::AddAccount;
use postern_storage_sql::Location;
use postern_testkit::{OPERATOR, TestRandom, TestService, account_name, app_password_for};
use postern_web::PortalConfig;
use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;
use tower::ServiceExt;
use tower::util::BoxCloneService;

use crate::Outcome;

pub(crate) const ANNA: &str = "anna@example.test";
pub(crate) const BLOCKED: &str = "bert@example.test";
pub(crate) const NO_PASSWORD: &str = "cleo@example.test";

/// Accounts beside those that are tried.
const OTHERS: usize = 200;

/// The portal, whatever it is made of.
pub(crate) type Router = BoxCloneService<
    http::Request<Full<Bytes>>,
    http::Response<UnsyncBoxBody<Bytes, Box<dyn Error>>>,
    Infallible,
>;

/// A service with people who can be tried.
pub(crate) struct People {
    pub(crate) test: TestService,
    pub(crate) router: Router,
    /// Good for IMAP only.
    pub(crate) other_door: String,
    pub(crate) revoked: String,
    /// Of the account that is blocked.
    pub(crate) blocked: String,
    number: AtomicU64,
}

impl People {
    pub(crate) async fn open(database: &Path) -> Outcome<Self> {
        let store = postern_storage_sql::open(&Location::Sqlite(database.to_owned())).await?;
        let test = TestService::open_on(store).await;
        test.account(ANNA, MfaState::Enforced).await;
        test.account(BLOCKED, MfaState::Enforced).await;
        let bare = |name: &str| AddAccount {
            name: account_name(name),
            aliases: Vec::new(),
            kind: AccountKind::Person,
            role: Role::Member,
            mfa: Some(MfaState::Enforced),
            password: None,
        };
        test.service.add_account(OPERATOR, bare(NO_PASSWORD)).await?;
        for number in 0..OTHERS {
            let name = format!("person{number}@example.test");
            test.service.add_account(OPERATOR, bare(&name)).await?;
            test.app_password(&name, "Contact form").await;
        }
        let new = app_password_for(ANNA, "Mail client", [Door::Imap]);
        let other_door = test.service.create_app_password(OPERATOR, new).await?;
        let revoked = test.app_password(ANNA, "Contact form").await;
        test.service.revoke_app_password(OPERATOR, revoked.app_password.id, "lost").await?;
        let blocked = test.app_password(BLOCKED, "Contact form").await;
        test.service.block_account(OPERATOR, &account_name(BLOCKED)).await?;
        let config = PortalConfig {
            origin: "https://portal.example.test".parse()?,
            product: "Postern".to_owned(),
            organization: None,
            doors: DoorSet::all(),
            hints: Vec::new(),
            trusted_proxies: Vec::new(),
            api_requests_per_minute: 600,
            random: Arc::new(TestRandom::seeded(7)),
        };
        let router = postern_web::router(Arc::clone(&test.service), config);
        let router = ServiceExt::<http::Request<Full<Bytes>>>::map_response(router, |answer| {
            answer.map(|body| body.map_err(Into::into).boxed_unsync())
        });
        Ok(Self {
            test,
            router: BoxCloneService::new(router),
            other_door: other_door.secret.expose_grouped().to_string(),
            revoked: revoked.secret.expose_grouped().to_string(),
            blocked: blocked.secret.expose_grouped().to_string(),
            number: AtomicU64::new(0),
        })
    }

    /// A number that was not given before.
    pub(crate) fn next(&self) -> u64 {
        self.number.fetch_add(1, Ordering::Relaxed)
    }

    /// An address in a network that nothing came from before.
    pub(crate) fn address(&self) -> IpAddr {
        Ipv6Addr::from((0x2001_0db8 << 96) | (u128::from(self.next()) << 64) | 7).into()
    }
}

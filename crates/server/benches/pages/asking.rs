//! How a page and an endpoint are asked, and what that costs.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Bytes;
use postern_domain::account::password::AccountPassword;
use postern_domain::account::{AccountKind, Role};
use postern_domain::api_token::Scope;
use postern_domain::door::DoorSet;
use postern_domain::mfa::MfaState;
use postern_domain::network::Networks;
use postern_domain::{Clock as _, Random as _};
use postern_service::api::CreateApiToken;
use postern_service::portal::PortalSignIn;
use postern_testkit::{ACCOUNT_PASSWORD, OPERATOR, TestRandom, TestService, account_name};
use postern_web::{PeerAddress, PortalConfig};
use tower::ServiceExt;
use tower::util::BoxCloneService;

use crate::Outcome;
use crate::cost::Cost;

const ROOT: &str = "bench@example.edu";
const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// The portal, whatever it is made of.
type Router = BoxCloneService<
    Request<Empty<Bytes>>,
    Response<UnsyncBoxBody<Bytes, Box<dyn std::error::Error>>>,
    Infallible,
>;

/// Who asks: a global administrator, in the browser and with a token of every scope.
pub(crate) struct Asking {
    router: Router,
    cookie: String,
    authorization: String,
}

/// An answer, whole.
pub(crate) struct Answer {
    pub(crate) body: String,
    /// The next page, as an endpoint's `Link` names it.
    pub(crate) next: Option<String>,
}

/// What one address cost.
pub(crate) struct Measured {
    /// Sorted.
    pub(crate) times: Vec<Duration>,
    /// For each request, of the whole process.
    pub(crate) processor: Duration,
    pub(crate) octets: usize,
}

impl Measured {
    /// The time below which so many hundredths of the requests are.
    pub(crate) fn percentile(&self, hundredth: usize) -> Duration {
        let place = (self.times.len() * hundredth).div_ceil(100).max(1) - 1;
        self.times.get(place).copied().unwrap_or_default()
    }
}

impl Asking {
    /// Signs in.
    pub(crate) async fn open(test: &TestService) -> Outcome<Self> {
        if test.service.find_account(OPERATOR, &account_name(ROOT)).await.is_err() {
            // Without MFA the account password is enough to be in.
            test.add(ROOT, MfaState::Disabled, Role::GlobalAdministrator, AccountKind::Person).await;
        }
        // Runs before this one took the same random numbers, for sessions and tokens that are still there.
        let taken = test.store.snapshot().await?.audit_head().await?.sequence % 1_000_000;
        for _ in 0..taken * 64 {
            test.random.fill(&mut [0; 16]);
        }
        let sign_in = PortalSignIn {
            name: ROOT.to_owned(),
            password: AccountPassword::typed(ACCOUNT_PASSWORD),
            remembered: None,
            replaces: None,
            address: ADDRESS,
            user_agent: "bench".to_owned(),
        };
        let started = test.service.start_portal_session(sign_in).await?;
        // An earlier run left one.
        let query = postern_service::api::ApiTokenQuery {
            account: Some(account_name(ROOT)),
            limit: 1_000,
            ..Default::default()
        };
        for listed in test.service.list_api_tokens(OPERATOR, &query).await? {
            if listed.token.revoked.is_none() {
                test.service.revoke_api_token(OPERATOR, listed.token.id).await?;
            }
        }
        let new = CreateApiToken {
            account: account_name(ROOT),
            name: "Benchmark".parse()?,
            scopes: Scope::all().collect(),
            networks: Networks::any(),
            expires_at: test.clock.now().plus(Duration::from_secs(86_400)),
        };
        let token = test.service.create_api_token(OPERATOR, new).await?;
        let config = PortalConfig {
            origin: "https://portal.example.test".parse()?,
            product: "Postern".to_owned(),
            organization: None,
            doors: DoorSet::all(),
            hints: Vec::new(),
            trusted_proxies: Vec::new(),
            // What is measured is not the limit.
            api_requests_per_minute: u32::MAX,
            random: Arc::new(TestRandom::seeded(7)),
        };
        let router = postern_web::router(Arc::clone(&test.service), config);
        let router = ServiceExt::<Request<Empty<Bytes>>>::map_response(router, |answer| {
            answer.map(|body| body.map_err(Into::into).boxed_unsync())
        });
        Ok(Self {
            router: BoxCloneService::new(router),
            cookie: format!("__Host-postern-session={}", started.token.expose()),
            authorization: format!("Bearer {}", token.text.expose()),
        })
    }

    fn request(&self, method: &str, address: &str) -> Outcome<Request<Empty<Bytes>>> {
        let request = Request::builder()
            .method(method)
            .uri(address)
            .header(header::HOST, "portal.example.test")
            .extension(PeerAddress(ADDRESS));
        let request = if address.starts_with("/api/") {
            request.header(header::AUTHORIZATION, &self.authorization)
        } else {
            request.header(header::COOKIE, &self.cookie)
        };
        Ok(request.body(Empty::new())?)
    }

    /// Asks and reads the answer to its end.
    pub(crate) async fn read(&self, address: &str) -> Outcome<Answer> {
        let answer = self.router.clone().oneshot(self.request("GET", address)?).await?;
        let status = answer.status();
        let next = answer.headers().get(header::LINK).and_then(|link| {
            let link = link.to_str().ok()?.split(',').find(|link| link.contains("rel=\"next\""))?;
            Some(link.split_once('<')?.1.split_once('>')?.0.to_owned())
        });
        let body = String::from_utf8_lossy(&answer.into_body().collect().await?.to_bytes()).into_owned();
        if !status.is_success() {
            return Err(format!("{address} answers {status}: {body}").into());
        }
        Ok(Answer { body, next })
    }

    /// Asks once; of a file that is written while it is read, only until its first octets are there. Gives the octets.
    pub(crate) async fn ask(&self, address: &str) -> Outcome<usize> {
        let answer = self.router.clone().oneshot(self.request("GET", address)?).await?;
        if !answer.status().is_success() {
            return Err(format!("{address} answers {}", answer.status()).into());
        }
        let is_file = answer.headers().contains_key(header::CONTENT_DISPOSITION);
        let mut body = answer.into_body();
        let mut octets = 0;
        while let Some(frame) = body.frame().await {
            octets += frame?.data_ref().map_or(0, Bytes::len);
            if is_file {
                break;
            }
        }
        Ok(octets)
    }

    /// Asks so often.
    pub(crate) async fn measure(&self, address: &str, rounds: usize) -> Outcome<Measured> {
        let (mut times, mut octets) = (Vec::with_capacity(rounds), 0);
        self.ask(address).await?;
        let start = Cost::now();
        for _ in 0..rounds {
            let begun = Cost::now();
            octets = self.ask(address).await?;
            times.push(Cost::since(&begun).wall);
        }
        let processor = Cost::since(&start).process / u32::try_from(rounds)?;
        times.sort();
        Ok(Measured { times, processor, octets })
    }
}

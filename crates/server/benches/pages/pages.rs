//! The pages, and how each is asked and timed.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response, header};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::{Body, Bytes};
use postern_domain::account::password::AccountPassword;
use postern_domain::account::{AccountKind, Role};
use postern_domain::door::DoorSet;
use postern_domain::id::AccountId;
use postern_domain::mfa::MfaState;
use postern_service::portal::PortalSignIn;
use postern_storage::Store;
use postern_testkit::{ACCOUNT_PASSWORD, OPERATOR, TestRandom, TestService, account_name};
use postern_web::{PeerAddress, PortalConfig};
use tower::{Service, ServiceExt as _};

use crate::Outcome;
use crate::cost::Cost;
use crate::sample::id;

const ROOT: &str = "bench@example.edu";
const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Asks every page `rounds` times and gives a table: median and 95th percentile of the time, CPU time, octets.
pub(crate) async fn measure(store: Arc<dyn Store>, rounds: usize) -> Outcome<String> {
    let test = TestService::open_on(store).await;
    let (router, cookie) = open(&test).await?;
    let mut table = String::from("| page | p50 | p95 | CPU | KiB |\n|---|---:|---:|---:|---:|\n");
    for page in pages() {
        let mut times = Vec::with_capacity(rounds);
        let mut octets = 0;
        ask(&router, &cookie, &page).await?;
        let start = Cost::now();
        for _ in 0..rounds {
            let begun = Cost::now();
            octets = ask(&router, &cookie, &page).await?;
            times.push(Cost::since(&begun).wall);
        }
        let cost = Cost::since(&start).process / u32::try_from(rounds)?;
        times.sort();
        let at = |hundredth: usize| milliseconds(times[(rounds * hundredth / 100).min(rounds - 1)]);
        table.push_str(&format!(
            "| `{page}` | {} | {} | {} | {} |\n",
            at(50),
            at(95),
            milliseconds(cost),
            octets / 1024
        ));
    }
    test.service.close().await;
    Ok(table)
}

/// Every admin page that there is, and those that ask the most of the database.
fn pages() -> Vec<String> {
    let table = postern_web::pages_to_read().into_iter().map(|(path, _)| path);
    let admin = table.filter(|path| path.starts_with("/admin") && !path.contains('{'));
    let mut pages: Vec<String> = admin.chain(["/admin/audit/export"]).map(str::to_owned).collect();
    let account = AccountId::from_bytes(id(1, 4_711));
    pages.extend(
        [
            "/admin/accounts?find=silva9",
            "/admin/accounts?find=nobody-has-this",
            "/admin/accounts?after=li.silva",
            "/admin/accounts?group=physics&mfa=enforced&methods=none&passwords=some",
            "/admin/accounts?passwords=none",
            "/admin/accounts?role=auditor",
            "/admin/mfa?mfa=disabled&find=meyer",
            "/admin/mfa/programs?stopped=yes",
        ]
        .map(str::to_owned),
    );
    pages.push(format!("/admin/accounts/{account}"));
    pages.push(format!("/admin/accounts/{account}/mfa"));
    pages
}

/// What the bench knows of the portal: a service of HTTP.
///
/// (The library of its handlers is `postern-web`'s own matter.)
trait Portal: Clone {
    async fn ask(&self, request: Request<Empty<Bytes>>) -> Outcome<Response<Bytes>>;
}

impl<S, B> Portal for S
where
    S: Service<Request<Empty<Bytes>>, Response = Response<B>, Error = Infallible> + Clone,
    B: Body<Error: std::error::Error + Send + Sync + 'static>,
{
    async fn ask(&self, request: Request<Empty<Bytes>>) -> Outcome<Response<Bytes>> {
        let (head, body) = self.clone().oneshot(request).await?.into_parts();
        Ok(Response::from_parts(head, body.collect().await?.to_bytes()))
    }
}

/// The portal, and the cookie of an administrator who is in.
async fn open(test: &TestService) -> Outcome<(impl Portal, String)> {
    if test.service.find_account(OPERATOR, &account_name(ROOT)).await.is_err() {
        // Without MFA the account password is enough to be in.
        test.add(ROOT, MfaState::Disabled, Role::GlobalAdministrator, AccountKind::Person).await;
    }
    let sign_in = PortalSignIn {
        name: ROOT.to_owned(),
        password: AccountPassword::typed(ACCOUNT_PASSWORD),
        remembered: None,
        address: ADDRESS,
        user_agent: "bench".to_owned(),
    };
    let started = test.service.start_portal_session(sign_in).await?;
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
    Ok((router, format!("__Host-postern-session={}", started.token.expose())))
}

/// Asks a page and reads it to its end. Gives its octets.
async fn ask(router: &impl Portal, cookie: &str, page: &str) -> Outcome<usize> {
    let request = Request::builder()
        .uri(page)
        .header(header::HOST, "portal.example.test")
        .header(header::COOKIE, cookie)
        .extension(PeerAddress(ADDRESS))
        .body(Empty::new())?;
    let answer = router.ask(request).await?;
    if !answer.status().is_success() {
        return Err(format!("{page} answers {}", answer.status()).into());
    }
    Ok(answer.into_body().len())
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
}

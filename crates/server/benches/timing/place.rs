//! Where somebody signs in, and how long it takes until they are refused.

use std::time::{Duration, Instant};

use http::{Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use postern_service::door::{DoorAnswer, DoorSignIn};
use postern_testkit::door_sign_in;
use postern_web::PeerAddress;
use tower::ServiceExt as _;

use crate::Outcome;
use crate::people::People;

/// Where.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    /// What every door asks: `Service::sign_in_at_door`.
    Door,
    /// The form of the portal.
    Portal,
}

impl Place {
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Door => "door",
            Self::Portal => "portal",
        }
    }

    /// How long a refusal took. An attempt that ends otherwise fails the run.
    pub(crate) async fn refused(self, people: &People, name: String, secret: String) -> Outcome<Duration> {
        match self {
            Self::Door => at_door(people, &name, &secret).await,
            Self::Portal => at_portal(people, &name, &secret).await,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this measures; everything else has its time from a clock")]
fn now() -> Instant {
    Instant::now()
}

async fn at_door(people: &People, name: &str, secret: &str) -> Outcome<Duration> {
    let attempt = DoorSignIn { address: people.address(), ..door_sign_in(name, secret) };
    let begun = now();
    let answer = people.test.service.sign_in_at_door(attempt).await;
    let took = begun.elapsed();
    match answer? {
        DoorAnswer::Refused(_) => Ok(took),
        other => Err(format!("{name} was not refused: {other:?}").into()),
    }
}

async fn at_portal(people: &People, name: &str, secret: &str) -> Outcome<Duration> {
    let address = PeerAddress(people.address());
    let request =
        || Request::builder().uri("/sign-in").header(header::HOST, "portal.example.test").extension(address);
    let page = people.router.clone().oneshot(request().body(Full::default())?).await?;
    let cookie = page.headers().get(header::SET_COOKIE).and_then(|cookie| cookie.to_str().ok());
    let cookie = cookie.and_then(|cookie| cookie.split(';').next()).ok_or("no cookie")?.to_owned();
    let body = page.into_body().collect().await?.to_bytes();
    let body = String::from_utf8_lossy(&body);
    let token = body.split("name=\"form_token\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("form_token", token.ok_or("no form token")?),
            ("username", name),
            ("password", secret),
        ])
        .finish();
    let post = request()
        .method("POST")
        .header("sec-fetch-site", "same-origin")
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Full::new(Bytes::from(form)))?;
    let router = people.router.clone();
    let begun = now();
    let answer = router.oneshot(post).await?;
    let (head, body) = answer.into_parts();
    let body = body.collect().await?.to_bytes();
    let took = begun.elapsed();
    if head.status != StatusCode::FORBIDDEN || body.is_empty() {
        return Err(format!("{name} was not refused: {}", head.status).into());
    }
    Ok(took)
}

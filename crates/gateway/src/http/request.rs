//! One request, from its head to its answer.

use std::convert::Infallible;
use std::sync::Arc;

use hyper::Request;
use hyper::body::Incoming;
use hyper::http::request::Parts;

use super::answer::{self, Answer};
use super::check::{Problem, RequestTarget, check_head};
use super::connection::HttpDoor;
use super::relay::{Call, relay};
use super::sign_in::{SignedIn, sign_in};
use crate::config::HttpRoute;
use crate::gateway::Settings;

/// Answers a request.
pub(super) async fn answer(at: Arc<HttpDoor>, request: Request<Incoming>) -> Result<Answer, Infallible> {
    let in_flight = at.activity.begin();
    let settings = at.listener.shared.settings();
    let (head, body) = request.into_parts();
    let mut answer = match admit(&at, &settings, &head).await {
        Ok((target, route, signed_in)) => {
            let call = Call { at: &at, settings: &settings, target, route, session: signed_in.session };
            Box::pin(relay(call, signed_in.place, head, body)).await
        }
        Err(mut answer) => {
            answer.body_mut().answers(body);
            answer
        }
    };
    answer.body_mut().keep(in_flight);
    Ok(answer)
}

/// What comes before anybody but us hears of the request: it must be readable in one way, be for a route, and sign in.
async fn admit<'a>(
    at: &HttpDoor,
    settings: &'a Settings,
    head: &Parts,
) -> Result<(RequestTarget, &'a HttpRoute, SignedIn), Answer> {
    let (target, route) = read(settings, head).map_err(|problem| {
        tracing::debug!(address = %at.peer.address.ip(), %problem, "request refused");
        answer::problem(problem)
    })?;
    let route = route.ok_or_else(answer::no_route)?;
    let signed_in = sign_in(at, route.door, &head.headers).await?;
    Ok((target, route, signed_in))
}

fn read<'a>(settings: &'a Settings, head: &Parts) -> Result<(RequestTarget, Option<&'a HttpRoute>), Problem> {
    check_head(head)?;
    let target = RequestTarget::of(head)?;
    let route = settings.router.route(&target.host(), head.uri.path())?;
    Ok((target, route))
}

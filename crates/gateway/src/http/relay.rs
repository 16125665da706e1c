//! A request that has signed in, to its upstream and back.

use std::collections::VecDeque;
use std::sync::Arc;

use hyper::body::{Body as _, Incoming};
use hyper::header::{CONTENT_LENGTH, HeaderValue, TRANSFER_ENCODING};
use hyper::http::request::Parts;
use hyper::http::uri::PathAndQuery;
use hyper::{Request, Response, StatusCode, Uri, Version};
use postern_service::door::DoorSession;

use super::answer::{self, Answer};
use super::body::{AnswerBody, Relayed, Silence, Upload};
use super::check::RequestTarget;
use super::connection::HttpDoor;
use super::headers::{Names, for_client, for_upstream, rewrite_destination};
use super::session::InSession;
use super::upstream::{Exchange, ExchangeProblem, Key, Lease, present};
use crate::config::HttpRoute;
use crate::gateway::Settings;
use crate::upstream::Target;

/// What is known of a request that has signed in.
pub(super) struct Call<'a> {
    /// Where it came in.
    pub(super) at: &'a HttpDoor,
    /// The settings in force.
    pub(super) settings: &'a Settings,
    /// For which host.
    pub(super) target: RequestTarget,
    /// Which way.
    pub(super) route: &'a HttpRoute,
    /// Who.
    pub(super) session: Arc<DoorSession>,
}

/// Why it does not go on; the answer is made, the rest of the request is still to be read.
type Stop = Box<Answer>;

/// Sends the request on and gives the answer.
pub(super) async fn relay(call: Call<'_>, mut place: InSession, head: Parts, body: Incoming) -> Answer {
    let (upstream, names, head) = match call.prepare(head).await {
        Ok(prepared) => prepared,
        Err(mut stop) => {
            stop.body_mut().answers(body);
            return *stop;
        }
    };
    let limits = &call.settings.limits;
    let upload = Upload::new(VecDeque::new(), body, place.clone(), Silence::new(limits.http_request_silence));
    let request = framed(head, upload);
    let exchange = Exchange {
        pool: &call.at.listener.shared.http.pool,
        key: call.key(&upstream),
        target: &upstream,
        limits,
    };
    match exchange.perform(request, &mut place).await {
        Ok((response, lease)) => call.answer(response, lease, place, &upstream, &names),
        Err(problem) => call.failure(&problem, &upstream),
    }
}

/// The length of what follows is said as it is known: some servers refuse a POST without.
fn framed(mut head: Parts, upload: Upload) -> Request<Upload> {
    if !upload.is_end_stream() && upload.size_hint().exact().is_none() {
        head.headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    } else if upload.is_end_stream() && !head.method.is_safe() {
        head.headers.insert(CONTENT_LENGTH, HeaderValue::from(0));
    }
    Request::from_parts(head, upload)
}

impl Call<'_> {
    /// Finds the upstream and makes the head for it.
    async fn prepare(&self, mut head: Parts) -> Result<(Arc<Target>, Names, Parts), Stop> {
        let upstream = self.upstream()?;
        let names = Names::new(self.target.authority.clone(), &upstream.config);
        rewrite_destination(&mut head.headers, &names, |path| self.is_same_door(path)).map_err(
            |problem| {
                Box::new(answer::text(StatusCode::FORBIDDEN, &format!("The request is refused: {problem}")))
            },
        )?;
        for_upstream(&mut head.headers, &upstream.config, &names, self.at.peer.address.ip());
        let service = &self.at.listener.shared.service;
        present(&mut head.headers, &upstream, service, &self.session).await.map_err(|problem| {
            let (upstream, account) = (&upstream.config.name, &self.session.account().name);
            tracing::error!(upstream, %account, %problem, "cannot sign in at the upstream");
            Box::new(answer::no_upstream(StatusCode::SERVICE_UNAVAILABLE))
        })?;
        let path = head.uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
        head.uri = Uri::from(path);
        head.version = Version::HTTP_11;
        head.extensions.clear();
        Ok((upstream, names, head))
    }

    fn upstream(&self) -> Result<Arc<Target>, Stop> {
        let upstreams = &self.settings.upstreams;
        let session = &self.session;
        let target = match &self.route.upstream {
            Some(name) => upstreams.targets().iter().find(|target| target.config.name == *name),
            None => upstreams.of(session.mailbox(), session.mailbox_account(), self.route.door),
        };
        target.cloned().ok_or_else(|| {
            let (account, door) = (&session.account().name, self.route.door);
            tracing::error!(%account, %door, "no upstream takes this account; add one for its domain, or one for all");
            Box::new(answer::no_upstream(StatusCode::SERVICE_UNAVAILABLE))
        })
    }

    fn is_same_door(&self, path: &str) -> bool {
        let route = self.settings.router.route(&self.target.host(), path);
        matches!(route, Ok(Some(route)) if std::ptr::eq(route, self.route))
    }

    fn key(&self, upstream: &Target) -> Key {
        let address = self.at.peer.address.ip();
        Key {
            upstream: upstream.config.name.clone(),
            account: self.session.account().id,
            app_password: self.session.app_password().map(|app_password| app_password.id),
            mailbox: self.session.mailbox().clone(),
            address: upstream.config.proxy_header.then_some(address),
        }
    }

    /// The upstream's answer, as the program may have it.
    fn answer(
        &self,
        response: Response<Incoming>,
        lease: Option<Lease>,
        session: InSession,
        upstream: &Target,
        names: &Names,
    ) -> Answer {
        let (mut head, incoming) = response.into_parts();
        let (name, account) = (&upstream.config.name, &self.session.account().name);
        match head.status {
            // The program's credentials were right: it must not hear that they were not.
            StatusCode::UNAUTHORIZED | StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                tracing::error!(upstream = name, %account, status = %head.status, "the upstream refuses us; check how we sign in there");
                return answer::no_upstream(StatusCode::SERVICE_UNAVAILABLE);
            }
            // Nobody asked it to speak something else.
            StatusCode::SWITCHING_PROTOCOLS => {
                tracing::error!(upstream = name, "the upstream changes the protocol without being asked");
                return answer::no_upstream(StatusCode::BAD_GATEWAY);
            }
            _ => {}
        }
        if let Err(problem) = for_client(&mut head.headers, names) {
            tracing::error!(upstream = name, %account, %problem, "the upstream's answer is not passed on");
            return answer::no_upstream(StatusCode::SERVICE_UNAVAILABLE);
        }
        head.version = Version::HTTP_11;
        head.extensions.clear();
        let silence = Silence::new(self.settings.limits.http_answer_silence);
        Response::from_parts(head, AnswerBody::relayed(Relayed { incoming, lease, session, silence }))
    }

    /// What the program is told when there is no answer.
    fn failure(&self, problem: &ExchangeProblem, upstream: &Target) -> Answer {
        let (name, account) = (&upstream.config.name, &self.session.account().name);
        match problem {
            ExchangeProblem::Ended(_) => answer::ended(),
            ExchangeProblem::Request(error) => {
                tracing::debug!(%account, %error, "request broke off");
                answer::text(StatusCode::REQUEST_TIMEOUT, "The request did not come to its end")
            }
            ExchangeProblem::Connect(error) => {
                let remedy = error.remedy();
                tracing::error!(upstream = name, %account, %error, remedy, "upstream not available");
                answer::no_upstream(StatusCode::SERVICE_UNAVAILABLE)
            }
            ExchangeProblem::Broken(error) => {
                tracing::error!(upstream = name, %account, %error, "upstream gave no answer");
                answer::no_upstream(StatusCode::BAD_GATEWAY)
            }
            ExchangeProblem::Silence => {
                tracing::error!(upstream = name, %account, "upstream owes an answer for too long");
                answer::no_upstream(StatusCode::GATEWAY_TIMEOUT)
            }
        }
    }
}

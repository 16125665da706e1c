//! A request that has signed in, to its upstream and back.

use std::collections::VecDeque;
use std::sync::Arc;

use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{CONTENT_LENGTH, HeaderValue, TRANSFER_ENCODING};
use hyper::http::request::Parts;
use hyper::http::uri::PathAndQuery;
use hyper::{Request, StatusCode, Uri, Version};
use postern_domain::door::Door;
use postern_protocols::ews::HeaderReader;
use postern_service::door::DoorSession;
use tokio::time::Instant;

use super::answer::{self, Answer};
use super::body::{Silence, Upload};
use super::check::RequestTarget;
use super::connection::HttpDoor;
use super::doors::{anchor, check_user, expects_plain_text, look};
use super::headers::{Names, for_upstream, rewrite_destination, strip_hop_by_hop};
use super::session::InSession;
use super::sign_in::join;
use super::upstream::{CredentialProblem, Exchange, Key, present};
use crate::config::{HttpRoute, UpstreamSignIn};
use crate::gateway::Settings;
use crate::upstream::{Target, Visitor};

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
    /// Who, and for whom.
    pub(super) session: Arc<DoorSession>,
}

/// Why it does not go on; the answer is made, the rest of the request is still to be read.
type EarlyAnswer = Box<Answer>;

/// A request that is ready for its upstream, but for what is still to come of its body.
struct Ready {
    upstream: Arc<Target>,
    names: Names,
    head: Parts,
    beginning: VecDeque<Bytes>,
    reader: Option<HeaderReader>,
}

/// Sends the request on and gives the answer.
pub(super) async fn relay(
    mut call: Call<'_>,
    mut place: InSession,
    head: Parts,
    mut body: Incoming,
) -> Answer {
    let ready = match call.prepare(&mut place, head, &mut body).await {
        Ok(ready) => ready,
        Err(mut stop) => {
            stop.body_mut().answers(body);
            return *stop;
        }
    };
    let Ready { upstream, names, head, beginning, reader } = ready;
    let limits = &call.settings.limits;
    let silence = Silence::new(limits.http_request_silence);
    let upload = Upload::new(body, place.clone(), silence).continuing(beginning, reader);
    let exchange = Exchange {
        pool: &call.at.listener.shared.http.pool,
        key: call.key(&upstream),
        target: &upstream,
        visitor: Visitor { peer: call.at.peer, client: None, session: Some(Arc::clone(&call.session)) },
        limits,
    };
    match exchange.perform(framed(head, upload), &mut place).await {
        Ok((response, lease)) => call.pass_on(response, lease, place, &upstream, &names).await,
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
    /// Does what the door demands, finds the upstream and makes the head for it. For EWS that begins to read the body.
    async fn prepare(
        &mut self,
        place: &mut InSession,
        mut head: Parts,
        body: &mut Incoming,
    ) -> Result<Ready, EarlyAnswer> {
        let service = &self.at.listener.shared.service;
        strip_hop_by_hop(&mut head.headers);
        let mut looked = None;
        match self.route.door {
            Door::ActiveSync => check_user(&head, self.session.account())?,
            Door::Ews => {
                let (session, asked_at) = (Arc::clone(&self.session), Instant::now());
                let its = look(service, &self.settings.limits, session, place, &head, body).await?;
                self.session = Arc::clone(&its.session);
                if self.session.is_acting_for_another() {
                    place.acts(join(self.at, &self.session, asked_at).await.map_err(Box::new)?);
                }
                looked = Some(its);
            }
            _ => {}
        }
        let upstream = self.upstream()?;
        let is_forced = self.opens_many(&upstream);
        if let Some(looked) = &mut looked
            && (is_forced || looked.names_it_otherwise())
        {
            looked.force();
        }
        let names = Names::new(self.target.authority.clone(), &upstream.config);
        rewrite_destination(&mut head.headers, &names, |path| self.is_same_door(path)).map_err(
            |problem| {
                Box::new(answer::text(StatusCode::FORBIDDEN, &format!("The request is refused: {problem}")))
            },
        )?;
        for_upstream(&mut head.headers, &upstream.config, &names, self.at.peer.address.ip());
        // After everything that the program could have had taken out.
        match self.route.door {
            Door::Autodiscover => expects_plain_text(&mut head.headers),
            Door::Ews => {
                let is_anchored = is_forced || self.session.is_acting_for_another();
                anchor(&mut head.headers, self.session.mailbox(), is_anchored);
            }
            _ => {}
        }
        let presented = present(&mut head.headers, &upstream, service, &self.session).await;
        presented.map_err(|problem| self.no_credentials(&problem, &upstream))?;
        let path = head.uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
        head.uri = Uri::from(path);
        head.version = Version::HTTP_11;
        head.extensions.clear();
        let beginning = looked.as_mut().map(super::doors::Looked::take_beginning).unwrap_or_default();
        Ok(Ready { upstream, names, head, beginning, reader: looked.and_then(|looked| looked.reader) })
    }

    fn upstream(&self) -> Result<Arc<Target>, EarlyAnswer> {
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

    /// Whether our own credential opens more mailboxes than the session's there.
    pub(super) fn opens_many(&self, upstream: &Target) -> bool {
        let UpstreamSignIn::OAuth { provider, .. } = &upstream.config.sign_in else { return false };
        let provider = self.at.listener.shared.service.provider(provider);
        provider.is_some_and(postern_service::upstream::Provider::acts_as_application)
    }

    fn no_credentials(&self, problem: &CredentialProblem, upstream: &Target) -> EarlyAnswer {
        use postern_service::upstream::TokenProblem::{Lapsed, NoConsent, Throttled};
        let (name, mailbox) = (&upstream.config.name, self.session.mailbox());
        tracing::error!(upstream = name, %mailbox, %problem, "cannot sign in at the upstream");
        Box::new(match problem {
            CredentialProblem::Token(NoConsent | Lapsed) | CredentialProblem::NoMailboxPassword => {
                answer::no_consent(&self.at.listener.shared.service, &self.session)
            }
            CredentialProblem::Token(Throttled { retry_after }) => answer::throttled(*retry_after),
            _ => answer::no_upstream(StatusCode::SERVICE_UNAVAILABLE),
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
}

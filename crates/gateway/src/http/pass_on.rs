//! What the program gets to hear: the upstream's answer, or why there is none.

use std::error::Error as _;

use hyper::body::{Body as _, Incoming};
use hyper::{Response, StatusCode, Version, http};
use postern_domain::door::Door;
use postern_protocols::autodiscover::Rewriter;

use super::answer::{self, Answer};
use super::body::{AnswerBody, BodyError, Relayed, Silence};
use super::doors;
use super::headers::{Names, for_client};
use super::relay::Call;
use super::session::InSession;
use super::upstream::{ExchangeProblem, Lease};
use crate::config::UpstreamSignIn;
use crate::upstream::Target;

impl Call<'_> {
    /// The upstream's answer, as the program may have it.
    pub(super) async fn pass_on(
        &self,
        response: Response<Incoming>,
        lease: Lease,
        session: InSession,
        upstream: &Target,
        names: &Names,
    ) -> Answer {
        let (mut head, incoming) = response.into_parts();
        let (name, mailbox) = (&upstream.config.name, self.session.mailbox());
        match head.status {
            StatusCode::UNAUTHORIZED | StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                return self.turned_away(head.status, upstream).await;
            }
            // Nobody asked it to speak something else.
            StatusCode::SWITCHING_PROTOCOLS => {
                tracing::error!(upstream = name, "the upstream changes the protocol without being asked");
                return answer::no_upstream(StatusCode::BAD_GATEWAY);
            }
            _ => {}
        }
        if let Err(problem) = for_client(&mut head.headers, names, self.route.door) {
            tracing::error!(upstream = name, %mailbox, %problem, "the upstream's answer is not passed on");
            return answer::no_upstream(StatusCode::BAD_GATEWAY);
        }
        head.version = Version::HTTP_11;
        head.extensions.clear();
        if self.route.door == Door::Autodiscover && !incoming.is_end_stream() {
            return self.rewritten(head, incoming, lease, session, (upstream, names)).await;
        }
        let silence = Silence::new(self.settings.limits.http_answer_silence);
        Response::from_parts(
            head,
            AnswerBody::relayed(Relayed { incoming, lease: Some(lease), session, silence }),
        )
    }

    /// The upstream refuses us. The program's credentials were right, and it must not hear that they were not.
    async fn turned_away(&self, status: StatusCode, upstream: &Target) -> Answer {
        let (name, mailbox) = (&upstream.config.name, self.session.mailbox());
        tracing::error!(upstream = name, %mailbox, %status, "the upstream refuses us; check how we sign in there");
        let service = &self.at.listener.shared.service;
        match &upstream.config.sign_in {
            UpstreamSignIn::OAuth { provider, .. } => {
                service.upstream_token_refused(provider, &self.session).await;
                if self.opens_many(upstream) {
                    // Nobody's consent, but our own right.
                    return answer::no_upstream(StatusCode::SERVICE_UNAVAILABLE);
                }
                answer::no_consent(service, &self.session)
            }
            UpstreamSignIn::Mailbox { .. } => answer::no_consent(service, &self.session),
            _ => answer::no_upstream(StatusCode::SERVICE_UNAVAILABLE),
        }
    }

    /// An Autodiscover answer with our names in it.
    async fn rewritten(
        &self,
        mut head: http::response::Parts,
        incoming: Incoming,
        lease: Lease,
        mut session: InSession,
        (upstream, names): (&Target, &Names),
    ) -> Answer {
        match doors::rewrite(&mut head, incoming, &self.rewriter(names), &mut session).await {
            Ok(content) => {
                lease.give_back();
                Response::from_parts(head, AnswerBody::text(content))
            }
            Err(problem) => {
                let (name, mailbox) = (&upstream.config.name, self.session.mailbox());
                tracing::error!(upstream = name, %mailbox, %problem, "the upstream's answer is not passed on");
                answer::no_upstream(StatusCode::BAD_GATEWAY)
            }
        }
    }

    /// What knows our names. An answer may name the upstream of another door too, and send the program on to another address
    /// of the same domain.
    fn rewriter(&self, names: &Names) -> Rewriter {
        let targets = self.settings.upstreams.targets().iter().map(|target| &target.config);
        let hosts = targets.filter(|upstream| upstream.doors.iter().any(Door::is_request_based));
        let rewriter = Rewriter::new(names.ours.as_str()).with_upstream_host(names.their_host());
        let rewriter = hosts.fold(rewriter, |rewriter, upstream| rewriter.with_upstream_host(&upstream.host));
        let addresses = self.session.account().addresses();
        addresses.fold(rewriter, |rewriter, address| rewriter.with_domain(address.domain()))
    }

    /// What the program is told when there is no answer.
    pub(super) fn failure(&self, problem: &ExchangeProblem, upstream: &Target) -> Answer {
        let (name, mailbox) = (&upstream.config.name, self.session.mailbox());
        match problem {
            ExchangeProblem::Ended(_) => answer::ended(),
            ExchangeProblem::Request(error) => {
                tracing::debug!(%mailbox, %error, "request broke off");
                let cause = error.source().and_then(|cause| cause.downcast_ref());
                match cause {
                    Some(BodyError::Refused(problem)) => doors::refused(*problem),
                    Some(BodyError::Ended) => answer::ended(),
                    Some(BodyError::Broken(error)) => answer::broke_off(error),
                    _ => answer::request_timeout(),
                }
            }
            ExchangeProblem::Connect(error) => {
                let remedy = error.remedy();
                tracing::error!(upstream = name, %mailbox, %error, remedy, "upstream not available");
                answer::no_upstream(StatusCode::SERVICE_UNAVAILABLE)
            }
            ExchangeProblem::Broken(error) => {
                tracing::error!(upstream = name, %mailbox, %error, "upstream gave no answer");
                answer::no_upstream(StatusCode::BAD_GATEWAY)
            }
            ExchangeProblem::Silence => {
                tracing::error!(upstream = name, %mailbox, "upstream owes an answer for too long");
                answer::no_upstream(StatusCode::GATEWAY_TIMEOUT)
            }
        }
    }
}

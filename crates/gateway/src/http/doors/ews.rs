//! Exchange Web Services: what a SOAP request says about whom it acts for is read before anything goes upstream.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;

use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{ALLOW, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, StatusCode};
use postern_domain::account::AccountName;
use postern_protocols::ews::{
    HeaderFacts, HeaderProblem, HeaderReader, Kind, ReadStep, ResponseCode, fault, force_impersonation,
    is_soap,
};
use postern_service::Service;
use postern_service::door::{DoorSession, Impersonation, ImpersonationTarget};
use tokio::time::timeout;

use super::super::answer::{self, Answer};
use super::super::session::InSession;
use crate::config::Limits;

/// Where a mailbox is found at Exchange. Its value comes from the program and decides about nothing.
const ANCHOR: HeaderName = HeaderName::from_static("x-anchormailbox");

/// The beginning of a request that was looked at.
pub(in crate::http) struct Looked {
    /// Who acts for whom.
    pub(in crate::http) session: Arc<DoorSession>,
    /// What was read.
    pub(in crate::http) beginning: Vec<u8>,
    /// Who goes on reading; none for a request without a body.
    pub(in crate::http) reader: Option<HeaderReader>,
    facts: Option<HeaderFacts>,
}

impl Looked {
    /// Whether the request names the session's mailbox in other words than its address: by an alias, a principal name or a
    /// SID, which the upstream may know as somebody else's. What was judged must be what arrives.
    pub(in crate::http) fn names_it_otherwise(&self) -> bool {
        let named = self.facts.as_ref().and_then(|facts| facts.impersonation.as_ref());
        named.is_some_and(|named| {
            let is_address = matches!(named.kind, Kind::PrimarySmtpAddress | Kind::SmtpAddress);
            !is_address || !named.identity.eq_ignore_ascii_case(self.session.mailbox().as_str())
        })
    }

    /// Makes the request act for the session's mailbox, whatever it said.
    pub(in crate::http) fn force(&mut self) {
        if let Some(facts) = &self.facts {
            let splice = force_impersonation(facts, self.session.mailbox().as_str());
            self.beginning = splice.apply(&self.beginning);
        }
    }

    /// The beginning, as bodies want it.
    pub(in crate::http) fn take_beginning(&mut self) -> VecDeque<Bytes> {
        let beginning = std::mem::take(&mut self.beginning);
        if beginning.is_empty() { VecDeque::new() } else { VecDeque::from([beginning.into()]) }
    }
}

/// Reads a request up to its SOAP body and asks the service whether the session may act for whom it names.
pub(in crate::http) async fn look(
    service: &Service,
    limits: &Limits,
    session: Arc<DoorSession>,
    place: &mut InSession,
    head: &Parts,
    body: &mut Incoming,
) -> Result<Looked, Box<Answer>> {
    if !check_form(head, body)? {
        return Ok(Looked { session, beginning: Vec::new(), reader: None, facts: None });
    }
    let mut reader = HeaderReader::new();
    let mut beginning = Vec::new();
    let facts = loop {
        let piece = tokio::select! {
            biased;
            _end = place.ended() => return Err(Box::new(answer::ended())),
            piece = timeout(limits.http_request_silence, next(body)) => piece,
        };
        let Ok(piece) = piece else { return Err(Box::new(answer::request_timeout())) };
        let step = match &piece {
            Some(Ok(piece)) => reader.feed(piece),
            Some(Err(error)) => return Err(Box::new(answer::broke_off(error))),
            None => reader.finish().map_or_else(ReadStep::Refused, |()| ReadStep::NeedMore),
        };
        beginning.extend_from_slice(piece.and_then(Result::ok).as_deref().unwrap_or_default());
        match step {
            ReadStep::NeedMore => {}
            ReadStep::Done(facts) => break facts,
            ReadStep::Refused(problem) => return Err(Box::new(refused(problem))),
        }
    };
    if body.is_end_stream() {
        reader.finish().map_err(|problem| Box::new(refused(problem)))?;
    }
    let session = act(service, session, &facts).await?;
    Ok(Looked { session, beginning, reader: Some(reader), facts: Some(facts) })
}

/// Whether it has a body that is to be read. The descriptions of the service have none; everything else is SOAP.
fn check_form(head: &Parts, body: &Incoming) -> Result<bool, Box<Answer>> {
    if matches!(head.method, Method::GET | Method::HEAD) && is_description(head) && body.is_end_stream() {
        return Ok(false);
    }
    if head.method != Method::POST {
        let mut answer = answer::text(StatusCode::METHOD_NOT_ALLOWED, "Only SOAP requests are served here");
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
        return Err(Box::new(answer));
    }
    let field = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    let is_compressed = head.headers.contains_key(CONTENT_ENCODING);
    if is_compressed || !field(&CONTENT_TYPE).is_some_and(is_soap) {
        let words = "Only SOAP in UTF-8, not compressed, is served here";
        return Err(Box::new(answer::text(StatusCode::UNSUPPORTED_MEDIA_TYPE, words)));
    }
    Ok(true)
}

/// `/EWS/Exchange.asmx?wsdl`, `/EWS/Services.wsdl`, `/EWS/types.xsd`. Behind the service's own name (`.asmx/…`) are its
/// REST calls, which name a mailbox in the query whatever they end with.
fn is_description(head: &Parts) -> bool {
    let path = head.uri.path().to_ascii_lowercase();
    if let Some(query) = head.uri.query() {
        return query.eq_ignore_ascii_case("wsdl") && path.ends_with(".asmx");
    }
    let (folder, file) = path.rsplit_once('/').unwrap_or_default();
    let name = file.strip_suffix(".wsdl").or_else(|| file.strip_suffix(".xsd")).unwrap_or_default();
    !name.is_empty() && name.bytes().all(|octet| octet.is_ascii_alphanumeric()) && !folder.contains('.')
}

async fn next(body: &mut Incoming) -> Option<Result<Bytes, hyper::Error>> {
    loop {
        let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await?;
        match frame.map(hyper::body::Frame::into_data) {
            Ok(Ok(data)) => return Some(Ok(data)),
            Ok(Err(_trailers)) => {}
            Err(error) => return Some(Err(error)),
        }
    }
}

async fn act(
    service: &Service,
    session: Arc<DoorSession>,
    facts: &HeaderFacts,
) -> Result<Arc<DoorSession>, Box<Answer>> {
    let Some(impersonation) = &facts.impersonation else { return Ok(session) };
    let identity = impersonation.identity.clone();
    let target = match impersonation.kind {
        Kind::PrimarySmtpAddress | Kind::SmtpAddress => ImpersonationTarget::Address(identity),
        Kind::PrincipalName => ImpersonationTarget::PrincipalName(identity),
        Kind::Sid => ImpersonationTarget::Sid(identity),
    };
    match service.impersonate(&session, &target).await {
        Ok(Impersonation::Granted(session)) => Ok(session),
        Ok(Impersonation::Denied(refusal)) => {
            let reference = refusal.reference;
            tracing::warn!(session = %session.id(), account = %session.account().name, %reference, "impersonation refused");
            let words = format!(
                "The account does not have permission to impersonate the requested user. (ref {reference})"
            );
            Err(Box::new(soap_fault(ResponseCode::ImpersonateUserDenied, &words)))
        }
        Err(error) => {
            tracing::error!(session = %session.id(), %error, "impersonation cannot be judged");
            Err(Box::new(answer::unavailable()))
        }
    }
}

/// A request that is not passed on, as Exchange would refuse it.
pub(in crate::http) fn refused(problem: HeaderProblem) -> Answer {
    soap_fault(problem.response_code(), &problem.to_string())
}

fn soap_fault(code: ResponseCode, words: &str) -> Answer {
    answer::content(
        StatusCode::INTERNAL_SERVER_ERROR,
        HeaderValue::from_static("text/xml; charset=utf-8"),
        fault(code, words),
    )
}

/// Makes the field that says where the mailbox is say which one is opened: always when `is_forced` or when the program
/// acts for another, else when it is there.
pub(in crate::http) fn anchor(headers: &mut HeaderMap, mailbox: &AccountName, is_forced: bool) {
    if is_forced || headers.contains_key(ANCHOR) {
        match HeaderValue::from_str(mailbox.as_str()) {
            Ok(mailbox) => headers.insert(ANCHOR, mailbox),
            Err(_) => headers.remove(ANCHOR),
        };
    }
}

//! What an endpoint is, and what stands before each of them.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::MethodRouter;
use http::request::Parts;
use http::{Method, header};
use postern_domain::account::Permission;
use postern_domain::api_token::{OwnScope, Scope};
use postern_service::By;
use postern_service::api::{ApiCaller, Versioned};

use utoipa::openapi::path::ParameterIn;
use utoipa::openapi::{OpenApi, RefOr};

use super::etag::IfMatch;
use super::problem::{Problem, ProblemKind};
use super::{bearer, idempotency, openapi};
use crate::middleware::Visit;
use crate::portal::{FORM_OCTETS, Portal};
use crate::reader::Reader;

/// What a token must have for an endpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Need {
    /// Any token.
    Token,
    /// A permission.
    For(Permission),
    /// One of the scopes for what is its owner's own, or the permission for others.
    Own(&'static [OwnScope], Permission),
    /// One of the scopes for what is its owner's own: nobody does it for others.
    OwnOnly(&'static [OwnScope]),
}

impl Need {
    /// The scopes of which one is needed.
    pub(crate) fn scopes(self) -> Vec<Scope> {
        let own = self.own().iter().copied().map(Scope::Own);
        own.chain(self.permission().map(Scope::For)).collect()
    }

    pub(crate) const fn own(self) -> &'static [OwnScope] {
        match self {
            Self::Own(own, _) | Self::OwnOnly(own) => own,
            Self::Token | Self::For(_) => &[],
        }
    }

    const fn permission(self) -> Option<Permission> {
        match self {
            Self::Own(_, permission) | Self::For(permission) => Some(permission),
            Self::Token | Self::OwnOnly(_) => None,
        }
    }
}

/// An endpoint.
pub(crate) struct Endpoint {
    pub(crate) path: &'static str,
    pub(crate) method: Method,
    pub(crate) need: Need,
    pub(crate) handler: MethodRouter<Portal>,
}

impl Endpoint {
    /// Whether it is a change that can be asked for of one version only, by `If-Match`.
    pub(crate) fn is_conditional(&self) -> bool {
        let below = VERSIONED.iter().find_map(|path| self.path.strip_prefix(path));
        self.method != Method::GET
            && below.is_some_and(|below| !BESIDE.iter().any(|part| below.starts_with(part)))
    }

    /// What the guard looks at. `document` says what is asked for after the question mark.
    pub(crate) fn rules(&self, document: &OpenApi) -> Rules {
        let operation = openapi::operation_of(document, self);
        let parameters = operation.and_then(|operation| operation.parameters.as_ref()).into_iter().flatten();
        let mut named = parameters.map(|parameter| match parameter {
            RefOr::T(parameter) => parameter.parameter_in == ParameterIn::Query,
            RefOr::Ref(_) => true,
        });
        let takes = if named.any(|is_query| is_query) {
            Queries::Own
        } else if self.path.starts_with(AS_GRAPH) {
            Queries::OData
        } else {
            Queries::None
        };
        Rules { need: self.need, conditional: self.is_conditional(), takes }
    }

    /// The longest body that it takes, in octets.
    pub(crate) fn most_octets(&self) -> usize {
        if self.path.starts_with(IMPORTS) { IMPORT_OCTETS } else { FORM_OCTETS }
    }
}

/// What has versions: accounts, app passwords and settings.
const VERSIONED: &[&str] = &[
    "/api/v1/accounts/{account}",
    "/api/v1/app-passwords/{id}",
    "/api/v1/groups/{group}/settings/{name}",
    "/api/v1/settings/users_may_create_app_passwords",
    "/api/v1/settings/{name}",
    "/api/v1/users/{user}",
];

/// What belongs to one of them and is not changed with it, so that it is no part of its version; and what changes nothing.
const BESIDE: &[&str] = &[
    "/app-passwords",
    "/apple-profile",
    "/consents",
    "/mailbox-passwords",
    "/methods",
    "/notification-addresses",
    "/outside-identities",
    "/preview",
];

/// What is asked for as Microsoft Graph is.
const AS_GRAPH: &str = "/api/v1/users/";

/// What an endpoint takes after the question mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Queries {
    /// What it names itself, and says itself what it does not take.
    Own,
    /// Nothing of its own; what OData adds to any request (`$select`) changes nothing.
    OData,
    /// Nothing.
    None,
}

/// What is asked of a request before it comes to the endpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Rules {
    pub(crate) need: Need,
    /// Whether it may be a change of one version only, by `If-Match`.
    pub(crate) conditional: bool,
    pub(crate) takes: Queries,
}

/// Where files are imported.
const IMPORTS: &str = "/api/v1/account-imports";
/// About 200,000 rows, as the portal's page takes them; for more there is the command line.
const IMPORT_OCTETS: usize = 16 * 1024 * 1024;

/// The program that asks.
#[derive(Clone)]
pub(crate) struct Caller(Arc<ApiCaller>);

impl Caller {
    pub(crate) fn by(&self) -> By<'_> {
        By::Token(&self.0)
    }

    /// The same caller, whose deed is to be done only to a version that they have seen.
    pub(crate) fn if_match(self, tags: Option<IfMatch>, of: Versioned) -> Self {
        match tags {
            None => self,
            Some(tags) => Self(Arc::new(ApiCaller::clone(&self.0).on_condition(tags.on(of)))),
        }
    }

    pub(crate) fn get(&self) -> &ApiCaller {
        &self.0
    }
}

impl Reader for Caller {
    fn by(&self) -> By<'_> {
        self.by()
    }
}

impl FromRequestParts<Portal> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Portal) -> Result<Self, Problem> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| {
            Problem::new(ProblemKind::Defect, "The endpoint asks for a token that nobody checked.")
        })
    }
}

/// Lets a request pass whose token has a scope for the endpoint. Each deed asks once more, of what the database holds
/// then.
pub(crate) async fn guard(
    State((portal, rules)): State<(Portal, Rules)>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(visit) = request.extensions().get::<Visit>().cloned() else {
        return Problem::new(ProblemKind::Defect, "").into_response();
    };
    let caller = match bearer::identify(&portal, request.headers(), &visit).await {
        Ok(caller) => caller,
        Err(problem) => return problem.into_response(),
    };
    let most = portal.config.api_requests_per_minute;
    let allowance = portal.api_rates.count(caller.key(), most, portal.now());
    let mut response = if allowance.is_used_up() {
        let detail = format!("A token has {most} requests in a minute.");
        Problem::new(ProblemKind::TooManyRequests, detail)
            .header(header::RETRY_AFTER, &allowance.resets_in.to_string())
            .into_response()
    } else {
        match fits(&request, rules).and_then(|()| admit(caller, rules.need)) {
            Ok(caller) => {
                request.extensions_mut().insert(Caller(Arc::new(caller.clone())));
                run(portal, caller, request, next).await
            }
            Err(problem) => problem.into_response(),
        }
    };
    allowance.tell(response.headers_mut());
    response
}

/// A condition that nobody would look at must not be taken for one that held, nor a filter for one that was applied.
fn fits(request: &Request, rules: Rules) -> Result<(), Problem> {
    let asks = request.headers().get_all(header::IF_MATCH).iter().any(|tags| tags != "*");
    if asks && !rules.conditional && !request.method().is_safe() {
        let detail = "What this changes has no version: send it without `If-Match`.";
        return Err(Problem::new(ProblemKind::Malformed, detail));
    }
    if rules.takes == Queries::Own {
        return Ok(());
    }
    let query = request.uri().query().unwrap_or_default();
    let is_idle = |name: &str| rules.takes == Queries::OData && name.starts_with('$');
    let unknown = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| !is_idle(name));
    match unknown {
        None => Ok(()),
        Some((name, _)) => {
            Err(Problem::field(format!("?{name}"), "Nothing is asked for after the question mark here."))
        }
    }
}

/// The caller as it may act at an endpoint with this need.
fn admit(caller: ApiCaller, need: Need) -> Result<ApiCaller, Problem> {
    let needed = need.scopes();
    let has = |scope: &Scope| caller.scopes().contains(*scope);
    if !needed.is_empty() && !needed.iter().any(has) {
        return Err(insufficient(&needed));
    }
    if need.own().iter().any(|own| has(&Scope::Own(*own))) {
        return Ok(caller.for_own());
    }
    match need.permission() {
        Some(permission) if !caller.may(permission) => {
            let detail = "The token has the scope, and its owner's role does not allow it any more.";
            Err(Problem::new(ProblemKind::NotAllowed, detail))
        }
        _ => Ok(caller),
    }
}

async fn run(portal: Portal, caller: ApiCaller, request: Request, next: Next) -> Response {
    if *request.method() != Method::POST {
        return next.run(request).await;
    }
    match idempotency::key(request.headers()) {
        Ok(None) => next.run(request).await,
        Ok(Some(key)) => idempotency::once(portal, caller, key, request, next).await,
        Err(problem) => problem.into_response(),
    }
}

/// 403 with the challenge that RFC 6750 3.1 asks for.
fn insufficient(needed: &[Scope]) -> Problem {
    let names = needed.iter().map(|scope| scope.name()).collect::<Vec<_>>();
    let (one_of, names) = (names.join("` or `"), names.join(" "));
    let challenge = format!("Bearer realm=\"postern\", error=\"insufficient_scope\", scope=\"{names}\"");
    let detail = format!("It takes `{one_of}`. Create a token that has it.");
    Problem::new(ProblemKind::InsufficientScope, detail)
        .scope(names)
        .header(header::WWW_AUTHENTICATE, &challenge)
}

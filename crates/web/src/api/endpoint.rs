//! What an endpoint is, and what stands before each of them.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::MethodRouter;
use http::header;
use http::request::Parts;
use postern_domain::account::Permission;
use postern_domain::api_token::{OwnScope, Scope};
use postern_service::By;
use postern_service::api::ApiCaller;

use super::bearer;
use super::problem::{Problem, ProblemKind};
use crate::middleware::Visit;
use crate::portal::Portal;

/// What a token must have for an endpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Need {
    /// Nothing: no token is needed.
    Open,
    /// Any token.
    Token,
    /// The scope for what is its owner's own.
    Own(OwnScope),
    /// A permission.
    For(Permission),
    /// The scope for what is its owner's own, or the permission for others.
    Either(OwnScope, Permission),
}

impl Need {
    /// The scopes of which one is needed.
    pub(crate) fn scopes(self) -> Vec<Scope> {
        match self {
            Self::Open | Self::Token => Vec::new(),
            Self::Own(own) => vec![Scope::Own(own)],
            Self::For(permission) => vec![Scope::For(permission)],
            Self::Either(own, permission) => vec![Scope::Own(own), Scope::For(permission)],
        }
    }

    const fn own(self) -> Option<OwnScope> {
        match self {
            Self::Own(own) | Self::Either(own, _) => Some(own),
            Self::Open | Self::Token | Self::For(_) => None,
        }
    }
}

/// An endpoint.
pub(crate) struct Endpoint {
    pub(crate) path: &'static str,
    #[cfg_attr(not(test), expect(dead_code, reason = "held by the tests that walk the table"))]
    pub(crate) method: http::Method,
    pub(crate) need: Need,
    pub(crate) handler: MethodRouter<Portal>,
}

/// The program that asks.
#[derive(Clone)]
pub(crate) struct Caller(Arc<ApiCaller>);

impl Caller {
    pub(crate) fn by(&self) -> By<'_> {
        By::Token(&self.0)
    }

    pub(crate) fn get(&self) -> &ApiCaller {
        &self.0
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
    State((portal, need)): State<(Portal, Need)>,
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
    let needed = need.scopes();
    if !needed.is_empty() && !needed.iter().any(|scope| caller.scopes().contains(*scope)) {
        return insufficient(&needed).into_response();
    }
    let caller = match need.own() {
        Some(own) if caller.scopes().contains(Scope::Own(own)) => caller.for_own(),
        _ => caller,
    };
    request.extensions_mut().insert(Caller(Arc::new(caller)));
    next.run(request).await
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

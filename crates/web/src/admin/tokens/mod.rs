//! What programs show at the API: service principals, and the API tokens of everybody.

mod principal;
pub(crate) mod principal_add;
pub(crate) mod principal_revoke;
pub(crate) mod principal_rotate;
pub(crate) mod revoke;

use askama::Template;
use axum::extract::{RawQuery, State};
use http::StatusCode;
use postern_domain::Timestamp;
use postern_domain::api_token::{Scope, Scopes, ServicePrincipal, TokenUse};
use postern_domain::network::Networks;
use postern_service::api::{
    ApiTokenError, ApiTokenQuery, ListedApiToken, PrincipalPlace, ServicePrincipalError,
};
use url::form_urlencoded;

use super::accounts::NO_PLACE;
use super::{AdminFrame, around, paths};
use crate::answer::{Answer, Stop};
use crate::form::FormToken;
use crate::page::{self, Chrome};
use crate::portal::Portal;
use crate::portal::sign_in::sentence;
use crate::problem::Problem;
use crate::session::Inside;
use crate::view::{Moment, Tone, network_words};

/// Tokens on a page, and service principals.
const ON_A_PAGE: u32 = 50;

#[derive(Template)]
#[template(path = "admin/tokens.html")]
struct TokensPage {
    chrome: Chrome,
    frame: AdminFrame,
    token: FormToken,
    notice: Option<&'static str>,
    error: Option<String>,
    /// The owner whose tokens are asked for, as it was typed.
    owner: String,
    principals: Vec<CredentialView>,
    /// The way to the next page of service principals.
    next_principals: Option<String>,
    tokens: Vec<CredentialView>,
    /// The way to the next page of tokens.
    next: Option<String>,
}

/// Service principals, and the way to the next page of them.
type Principals = (Vec<CredentialView>, Option<String>);

/// A token or a service principal.
struct CredentialView {
    id: String,
    name: String,
    /// None: a service principal.
    owner: Option<String>,
    scopes: Vec<&'static str>,
    networks: String,
    expires: Option<Moment>,
    last: Option<(Moment, String)>,
    state: &'static str,
    tone: Tone,
    is_revoked: bool,
}

/// What an address asks for.
#[derive(Default)]
struct Asked {
    owner: String,
    /// Where the service principals begin.
    after: String,
    /// Where the tokens begin.
    before: String,
    done: String,
}

impl Asked {
    fn read(raw: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in form_urlencoded::parse(raw.as_bytes()) {
            let field = match &*name {
                "owner" => &mut asked.owner,
                "after" => &mut asked.after,
                "before" => &mut asked.before,
                "done" => &mut asked.done,
                _ => continue,
            };
            value.trim().clone_into(field);
        }
        asked
    }

    fn query(&self) -> Result<ApiTokenQuery, String> {
        let owner = Some(&self.owner).filter(|owner| !owner.is_empty());
        let before = Some(&self.before).filter(|before| !before.is_empty());
        let owner = owner.map(|owner| owner.parse()).transpose();
        let before = before.map(|before| before.parse()).transpose();
        Ok(ApiTokenQuery {
            account: owner
                .map_err(|_| "The owner is no user name: write it as an e-mail address, anna@example.org.")?,
            before: before.map_err(|_| NO_PLACE)?,
            // One more tells whether there are more.
            limit: ON_A_PAGE + 1,
        })
    }

    /// The address of another page: of the service principals, or of the tokens.
    fn turned(&self, after: &str, before: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(format!("{}?", paths::TOKENS));
        for (name, value) in [("owner", self.owner.as_str()), ("after", after), ("before", before)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }

    /// What was done just before.
    fn notice(&self) -> Option<&'static str> {
        Some(match self.done.as_str() {
            "token-revoked" => "The API token is revoked. No request with it is accepted any more.",
            "principal-revoked" => {
                "The service principal is revoked with its access tokens. Its name is free again."
            }
            "made-already" => {
                "That form was sent before, and nothing was made a second time. The secret is not shown again: if you did not copy it, make a new one."
            }
            _ => return None,
        })
    }
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, RawQuery(raw): RawQuery) -> Answer {
    let asked = Asked::read(raw.as_deref().unwrap_or_default());
    let service = &portal.service;
    let (principals, misplaced) = match principals(&portal, &inside, &asked).await? {
        Ok(principals) => (principals, None),
        Err(problem) => ((Vec::new(), None), Some(problem.to_owned())),
    };
    let (principals, next_principals) = principals;
    let listed = match asked.query() {
        Ok(query) => match service.list_api_tokens(inside.by(), &query).await {
            Ok(tokens) => Ok(tokens),
            Err(error @ ApiTokenError::NoSuchAccount) => Err(sentence(&error)),
            Err(ApiTokenError::Failure(failure)) => return Err(failure.into()),
            Err(_) => return Err(Problem::NotAllowed.into()),
        },
        Err(error) => Err(error),
    };
    let (mut tokens, error) = match listed {
        Ok(tokens) => (tokens, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    let error = error.or(misplaced);
    let more = tokens.len() > ON_A_PAGE as usize;
    tokens.truncate(ON_A_PAGE as usize);
    let last = tokens.last().filter(|_| more);
    let next = last.map(|last| asked.turned(&asked.after, &last.token.id.to_string()));
    let (chrome, frame) = around(&portal, &inside, paths::TOKENS);
    let now = portal.now();
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = TokensPage {
        chrome,
        frame,
        token: inside.token.clone(),
        notice: asked.notice(),
        error,
        principals,
        next_principals,
        tokens: tokens.iter().map(|one| CredentialView::of_token(one, now)).collect(),
        owner: asked.owner,
        next,
    };
    Ok(page::html(status, &page)?)
}

/// A page of service principals, and the way to the next; or what is wrong with the place.
async fn principals(
    portal: &Portal,
    inside: &Inside,
    asked: &Asked,
) -> Result<Result<Principals, &'static str>, Stop> {
    let after: Option<PrincipalPlace> = match asked.after.as_str() {
        "" => None,
        after => match after.parse() {
            Ok(place) => Some(place),
            Err(_) => return Ok(Err(NO_PLACE)),
        },
    };
    let found = portal.service.list_service_principals(inside.by(), after.as_ref(), ON_A_PAGE + 1);
    let mut found = found.await.map_err(stop)?;
    let more = found.len() > ON_A_PAGE as usize;
    found.truncate(ON_A_PAGE as usize);
    let last = found.last().filter(|_| more);
    let next = last.map(|last| asked.turned(&PrincipalPlace::of(last).to_string(), &asked.before));
    let now = portal.now();
    Ok(Ok((found.iter().map(|one| CredentialView::of_principal(one, now)).collect(), next)))
}

impl CredentialView {
    fn of_token(listed: &ListedApiToken, now: Timestamp) -> Self {
        let token = &listed.token;
        let view = Self::new(token.scopes, &token.networks, token.last_use, Some(token.expires_at), now);
        let view = Self { owner: Some(listed.owner.to_string()), ..view };
        Self { id: token.id.to_string(), name: token.name.to_string(), ..view }.ended(token.revoked.is_some())
    }

    fn of_principal(one: &ServicePrincipal, now: Timestamp) -> Self {
        let view = Self::new(one.scopes, &one.networks, one.last_use, one.secret_expires_at, now);
        Self { id: one.id.to_string(), name: one.name.to_string(), ..view }.ended(one.revoked.is_some())
    }

    fn new(
        scopes: Scopes,
        networks: &Networks,
        last: Option<TokenUse>,
        expires_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Self {
        let expired = expires_at.is_some_and(|at| at <= now);
        let (state, tone) = if expired { ("Expired", Tone::Ended) } else { ("Active", Tone::Good) };
        Self {
            id: String::new(),
            name: String::new(),
            owner: None,
            scopes: scopes.iter().map(Scope::name).collect(),
            networks: network_words(networks),
            expires: expires_at.map(|at| Moment::new(at, now)),
            last: last.map(|last| (Moment::new(last.at, now), last.address.to_string())),
            state,
            tone,
            is_revoked: false,
        }
    }

    fn ended(self, is_revoked: bool) -> Self {
        if !is_revoked {
            return self;
        }
        Self { is_revoked, state: "Revoked", tone: Tone::Ended, ..self }
    }
}

fn stop(error: ServicePrincipalError) -> Stop {
    match error {
        ServicePrincipalError::Failure(failure) => failure.into(),
        ServicePrincipalError::NotAllowed => Problem::NotAllowed.into(),
        _ => Problem::NoSuchPage.into(),
    }
}

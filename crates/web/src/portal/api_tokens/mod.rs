//! The API tokens of the person who is signed in.

pub(crate) mod create;
pub(crate) mod revoke;

use askama::Template;
use axum::extract::{Query, State};
use postern_domain::Timestamp;
use postern_domain::api_token::Scope;
use postern_service::api::{ApiTokenError, ApiTokenQuery, ListedApiToken};

use super::Portal;
use super::notice::Done;
use crate::answer::Answer;
use crate::form::FormToken;
use crate::page::{self, Chrome};
use crate::problem::Problem;
use crate::session::Inside;
use crate::view::{Moment, network_words};

/// Tokens on the page: an account has at most 50 live ones.
const SHOWN: u32 = 200;

#[derive(Template)]
#[template(path = "api_tokens.html")]
struct TokensPage {
    chrome: Chrome,
    notice: Option<&'static str>,
    token: FormToken,
    live: Vec<TokenView>,
    ended: Vec<TokenView>,
}

/// A token in the list.
struct TokenView {
    id: String,
    name: String,
    scopes: Vec<&'static str>,
    networks: String,
    expires: Moment,
    last: Option<(Moment, String)>,
    is_revoked: bool,
}

impl TokenView {
    fn new(listed: &ListedApiToken, now: Timestamp) -> Self {
        let token = &listed.token;
        Self {
            id: token.id.to_string(),
            name: token.name.to_string(),
            scopes: token.scopes.iter().map(Scope::name).collect(),
            networks: network_words(&token.networks),
            expires: Moment::new(token.expires_at, now),
            last: token.last_use.map(|last| (Moment::new(last.at, now), last.address.to_string())),
            is_revoked: token.revoked.is_some(),
        }
    }
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Query(done): Query<Done>) -> Answer {
    let query = ApiTokenQuery { account: Some(inside.account().name.clone()), before: None, limit: SHOWN };
    let tokens = match portal.service.list_api_tokens(inside.by(), &query).await {
        Ok(tokens) => tokens,
        Err(ApiTokenError::Failure(failure)) => return Err(failure.into()),
        // Its session was good a moment ago, so it was deleted or renamed meanwhile.
        Err(_) => return Err(Problem::NoSuchPage.into()),
    };
    let now = portal.now();
    let (live, ended): (Vec<_>, Vec<_>) = tokens.iter().partition(|listed| listed.token.is_live(now));
    let view =
        |tokens: Vec<&ListedApiToken>| tokens.into_iter().map(|one| TokenView::new(one, now)).collect();
    let page = TokensPage {
        chrome: Chrome::inside(&portal, &inside),
        notice: done.notice(),
        token: inside.token.clone(),
        live: view(live),
        ended: view(ended),
    };
    Ok(page::ok(&page)?)
}

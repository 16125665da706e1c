//! Create an API token; its text is shown once.

use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use postern_domain::api_token::{Scope, Scopes, TokenName};
use postern_service::api::{ApiTokenError, CreateApiToken, CreatedApiToken};

use crate::answer::{Answer, Stop};
use crate::form::{Checked, Fields, FormToken};
use crate::once::NONCE_FIELD;
use crate::page::{self, Chrome, go};
use crate::portal::sign_in::sentence;
use crate::portal::{Portal, paths, step_up, typed_networks};
use crate::session::Inside;

/// How long a token is good, as a choice: value in days, words.
const LIVES: [(&str, &str); 4] =
    [("7", "In 7 days"), ("30", "In 30 days"), ("90", "In 90 days"), ("365", "In 1 year")];
/// What the form starts with.
const USUAL_LIFE: &str = "90";

#[derive(Template)]
#[template(path = "create_api_token.html")]
struct CreatePage {
    chrome: Chrome,
    token: FormToken,
    number: String,
    name: String,
    networks: String,
    address: String,
    lives: Vec<(&'static str, &'static str, bool)>,
    own: Vec<Choice>,
    /// What the role allows; empty for members.
    others: Vec<Choice>,
    wrong: Option<Wrong>,
}

/// The field that something is wrong with, empty where it is no single one's, and what.
type Wrong = (&'static str, String);

/// A scope to choose.
struct Choice {
    name: &'static str,
    words: &'static str,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "api_token_shown_once.html")]
struct ShownOncePage {
    chrome: Chrome,
    name: String,
    text: String,
    origin: String,
}

impl CreatePage {
    fn wrong(&self, field: &str) -> Option<&str> {
        self.wrong.as_ref().filter(|(wrong, _)| *wrong == field).map(|(_, text)| text.as_str())
    }
}

/// What was typed.
#[derive(Default)]
struct Typed {
    name: String,
    networks: String,
    life: String,
    scopes: Vec<String>,
}

impl Typed {
    fn read(fields: &Fields) -> Self {
        Self {
            name: fields.get("name").to_owned(),
            networks: fields.get("networks").to_owned(),
            life: fields.get("life").to_owned(),
            scopes: fields.all("scope").map(str::to_owned).collect(),
        }
    }

    fn understood(&self, portal: &Portal, inside: &Inside) -> Result<CreateApiToken, Wrong> {
        let name: TokenName = self.name.parse().map_err(|error| ("name", sentence(&error)))?;
        let scopes: Option<Scopes> = self.scopes.iter().map(|name| Scope::from_name(name)).collect();
        let networks = typed_networks(&self.networks);
        let days =
            LIVES.iter().find(|(value, _)| *value == self.life).and_then(|(value, _)| value.parse().ok());
        let days: u64 = days.ok_or_else(|| ("life", "Choose when it expires.".to_owned()))?;
        Ok(CreateApiToken {
            account: inside.account().name.clone(),
            name,
            scopes: scopes
                .ok_or_else(|| ("scope", "Choose among the scopes that are offered.".to_owned()))?,
            networks: networks.map_err(|text| ("networks", text))?,
            expires_at: portal.now().plus(Duration::from_secs(days * 24 * 3600)),
        })
    }
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside) -> Answer {
    let typed = Typed { life: USUAL_LIFE.to_owned(), ..Typed::default() };
    page(&portal, &inside, typed, StatusCode::OK, None)
}

fn page(
    portal: &Portal,
    inside: &Inside,
    typed: Typed,
    status: StatusCode,
    wrong: Option<Wrong>,
) -> Result<Response, Stop> {
    let role = inside.account().role;
    let choice = |scope: Scope| Choice {
        name: scope.name(),
        words: scope.words(),
        chosen: typed.scopes.iter().any(|chosen| chosen == scope.name()),
    };
    let own = Scope::all().filter(|scope| matches!(scope, Scope::Own(_)));
    let others =
        Scope::all().filter(|scope| matches!(scope, Scope::For(permission) if role.may(*permission)));
    let page = CreatePage {
        chrome: Chrome::inside(portal, inside),
        token: inside.token.clone(),
        number: portal.form_number(),
        own: own.map(choice).collect(),
        others: others.map(choice).collect(),
        lives: LIVES.iter().map(|(value, words)| (*value, *words, *value == typed.life)).collect(),
        name: typed.name,
        networks: typed.networks,
        address: inside.visit.address.to_string(),
        wrong,
    };
    Ok(page::html(status, &page)?)
}

pub(crate) async fn submit(State(portal): State<Portal>, inside: Inside, Checked(fields): Checked) -> Answer {
    let typed = Typed::read(&fields);
    let new = match typed.understood(&portal, &inside) {
        Ok(new) => new,
        Err(error) => {
            return page(&portal, &inside, typed, StatusCode::UNPROCESSABLE_ENTITY, Some(error));
        }
    };
    let inside = step_up::confirm(&portal, inside, &fields, paths::CREATE_API_TOKEN).await?;
    let (account, number) = (inside.account().id, fields.get(NONCE_FIELD));
    if !portal.used_forms.take(account, number)? {
        return Ok(go(&format!("{}?done=token-created-already", paths::API_TOKENS)));
    }
    let error = match portal.service.create_api_token(inside.by(), new).await {
        Ok(created) => return shown_once(&portal, &inside, &created),
        Err(error) => error,
    };
    portal.used_forms.give_back(account, number);
    match error {
        ApiTokenError::StepUpNeeded => step_up::ask(&portal, &inside, &fields, paths::CREATE_API_TOKEN).await,
        ApiTokenError::Failure(failure) => Err(failure.into()),
        error => page(
            &portal,
            &inside,
            typed,
            StatusCode::UNPROCESSABLE_ENTITY,
            Some((field_of(&error), sentence(&error))),
        ),
    }
}

/// The field that an error is about, as far as it is one's.
fn field_of(error: &ApiTokenError) -> &'static str {
    match error {
        ApiTokenError::NoScope | ApiTokenError::BeyondRole { .. } => "scope",
        ApiTokenError::TooManyNetworks { .. } => "networks",
        ApiTokenError::ExpiryInThePast | ApiTokenError::ExpiryTooFar => "life",
        _ => "",
    }
}

/// The page is the answer to the form itself; neither we nor the browser store it.
fn shown_once(portal: &Portal, inside: &Inside, created: &CreatedApiToken) -> Answer {
    let page = ShownOncePage {
        chrome: Chrome::inside(portal, inside),
        name: created.token.name.to_string(),
        text: created.text.expose().to_owned(),
        origin: portal.config.origin.to_string(),
    };
    Ok(page::ok(&page)?)
}

//! The second factor at sign-in: asked for by the method that its owner chose or the strongest, with the others to choose
//! from. One page and one form for all of them.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use http::StatusCode;
use postern_domain::id::MethodId;
use postern_domain::mfa::{AuthenticationMethod, MethodKind};
use postern_domain::text::counted;
use postern_service::portal::{BegunCeremony, SecondFactorError, SendCodeError, SessionToken, Standing};
use serde::Deserialize;

use super::sign_in::sentence;
use super::{Portal, paths};
use crate::answer::{Answer, Stop};
use crate::cookies;
use crate::form::{Checked, Fields, FormToken};
use crate::next::Next;
use crate::page::{self, Chrome, go, session_over};
use crate::session::Halfway;

#[derive(Template)]
#[template(path = "code.html")]
struct CodePage {
    chrome: Chrome,
    token: FormToken,
    account: String,
    notice: Option<&'static str>,
    error: Option<String>,
    next: Next,
    asked: Asked,
    /// The other ways, each with its address.
    others: Vec<(String, String)>,
    recovery: String,
    /// For how many days the browser can be remembered.
    remember_for: Option<String>,
}

/// What the page asks for.
enum Asked {
    App,
    Passkey(BegunCeremony),
    Message {
        id: String,
        hint: String,
        by_mail: bool,
        is_sent: bool,
    },
    /// No method is left that can be used now.
    Nothing,
}

/// A way to give a second factor, as addresses and forms name it: all apps are one, and all passkeys.
#[derive(Clone, PartialEq, Eq)]
enum Way {
    App,
    Passkey,
    Message(MethodId),
}

impl Way {
    fn of(method: &AuthenticationMethod) -> Self {
        match method.kind {
            MethodKind::AuthenticatorApp => Self::App,
            MethodKind::Passkey { .. } => Self::Passkey,
            MethodKind::TextMessage | MethodKind::EmailCode => Self::Message(method.id),
        }
    }

    fn named(text: &str) -> Option<Self> {
        match text {
            "app" => Some(Self::App),
            "passkey" => Some(Self::Passkey),
            id => id.parse().ok().map(Self::Message),
        }
    }

    fn name(&self) -> String {
        match self {
            Self::App => "app".to_owned(),
            Self::Passkey => "passkey".to_owned(),
            Self::Message(id) => id.to_string(),
        }
    }
}

/// The query of the page.
#[derive(Deserialize, Default)]
pub(crate) struct Chosen {
    #[serde(default)]
    method: String,
    #[serde(default)]
    next: String,
}

/// What the page says beside its question.
#[derive(Default)]
struct Said {
    notice: Option<&'static str>,
    error: Option<String>,
    is_sent: bool,
}

/// The ways that there are, the first one first, each with its words.
fn ways(methods: &[AuthenticationMethod]) -> Vec<(Way, String)> {
    let mut ways: Vec<(Way, String)> = Vec::new();
    for method in methods {
        let way = Way::of(method);
        if ways.iter().any(|(known, _)| *known == way) {
            continue;
        }
        let hint = method.hint.as_deref().unwrap_or_default();
        let words = match method.kind {
            MethodKind::AuthenticatorApp => "Use the authenticator app".to_owned(),
            MethodKind::Passkey { .. } => "Use a passkey or security key".to_owned(),
            MethodKind::TextMessage => format!("Get a text message at {hint}"),
            MethodKind::EmailCode => format!("Get an e-mail at {hint}"),
        };
        ways.push((way, words));
    }
    ways
}

async fn page(
    portal: &Portal,
    halfway: &Halfway,
    next: Next,
    wanted: Option<Way>,
    said: Said,
    status: StatusCode,
) -> Result<Response, Stop> {
    let session = halfway.session.session();
    let methods = portal.service.second_factors_of(session).await.map_err(over)?.methods;
    let ways = ways(&methods);
    let wanted = wanted.filter(|wanted| ways.iter().any(|(way, _)| way == wanted));
    let way = wanted.or_else(|| ways.first().map(|(way, _)| way.clone()));
    let asked = match &way {
        None => Asked::Nothing,
        Some(Way::App) => Asked::App,
        Some(Way::Passkey) => match portal.service.begin_passkey_check(session).await.map_err(over)? {
            Some(begun) => Asked::Passkey(begun),
            None => Asked::Nothing,
        },
        Some(Way::Message(id)) => {
            let method = methods.iter().find(|method| method.id == *id);
            Asked::Message {
                id: id.to_string(),
                hint: method.and_then(|method| method.hint.clone()).unwrap_or_default(),
                by_mail: method.is_some_and(|method| method.kind == MethodKind::EmailCode),
                is_sent: said.is_sent,
            }
        }
    };
    let others = ways.into_iter().filter(|(other, _)| Some(other) != way.as_ref());
    let others =
        others.map(|(other, words)| (next.after(&format!("{}?method={}", paths::CODE, other.name())), words));
    let span = portal.service.settings_of(halfway.session.account()).remember_browser;
    let page = CodePage {
        chrome: Chrome::outside(portal, &halfway.visit),
        token: halfway.token.clone(),
        account: halfway.session.account().name.to_string(),
        notice: said.notice,
        error: said.error,
        asked,
        others: others.collect(),
        recovery: next.after(paths::SIGN_IN_RECOVERY),
        remember_for: span.map(|span| counted(span.as_secs() / 86_400, "day")),
        next,
    };
    Ok(page::html(status, &page)?)
}

pub(crate) async fn show(
    State(portal): State<Portal>,
    halfway: Halfway,
    Query(query): Query<Chosen>,
) -> Answer {
    let wanted = Way::named(&query.method);
    let next = Next::or_home(&query.next);
    page(&portal, &halfway, next, wanted, Said::default(), StatusCode::OK).await
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    halfway: Halfway,
    Checked(fields): Checked,
) -> Answer {
    let next = Next::or_home(fields.get("next"));
    let way = Way::named(fields.get("method")).unwrap_or(Way::App);
    if let (Way::Message(id), Some(_)) = (&way, fields.find("send")) {
        return send(&portal, &halfway, next, *id).await;
    }
    let (service, session) = (&portal.service, halfway.session.session());
    let outcome = match &way {
        Way::App => service.verify_totp(session, fields.get("code")).await,
        Way::Passkey => {
            service.finish_passkey_check(session, fields.get("ceremony"), fields.get("credential")).await
        }
        Way::Message(id) => service.verify_sent_code(session, *id, fields.get("code")).await,
    };
    match outcome {
        Ok(got_in) => let_in(&portal, &halfway, &fields, got_in, &next).await,
        Err(error) => {
            let (status, error) = refused(error)?;
            let said = Said { error: Some(error), is_sent: true, ..Said::default() };
            page(&portal, &halfway, next, Some(way), said, status).await
        }
    }
}

async fn send(portal: &Portal, halfway: &Halfway, next: Next, method: MethodId) -> Answer {
    let (status, said) = match portal.service.send_code(halfway.session.session(), method).await {
        Ok(()) => {
            let notice = Some("The code is on its way. It works for 10 minutes.");
            (StatusCode::OK, Said { notice, is_sent: true, ..Said::default() })
        }
        Err(error) => {
            let is_sent = matches!(error, SendCodeError::TooSoon);
            let (status, error) = unsent(error)?;
            (status, Said { error: Some(error), is_sent, ..Said::default() })
        }
    };
    page(portal, halfway, next, Some(Way::Message(method)), said, status).await
}

/// What follows a right second factor at sign-in: the cookies, and where the person wanted to go.
pub(super) async fn let_in(
    portal: &Portal,
    halfway: &Halfway,
    fields: &Fields,
    (token, standing): (SessionToken, Standing),
    next: &Next,
) -> Answer {
    halfway.visit.set_cookie(cookies::set_session(&token));
    // Where a method must be registered now, any page leads there.
    let Some(session) = standing.full() else { return Ok(go(paths::REGISTER)) };
    if fields.find("remember").is_some()
        && let Some((token, span)) = portal.service.remember_browser(&session).await?
    {
        halfway.visit.set_cookie(cookies::set_remembered(&token, span));
    }
    Ok(go(next.path()))
}

/// What to say about a second factor that was not accepted, or the answer that ends the attempt.
pub(super) fn refused(error: SecondFactorError) -> Result<(StatusCode, String), Stop> {
    let status = match error {
        SecondFactorError::WrongCode
        | SecondFactorError::WrongPasskey
        | SecondFactorError::ClonedPasskey
        | SecondFactorError::RunOut => StatusCode::FORBIDDEN,
        SecondFactorError::TryLater => StatusCode::TOO_MANY_REQUESTS,
        SecondFactorError::SessionOver | SecondFactorError::Failure(_) => return Err(over(error)),
    };
    Ok((status, sentence(&error)))
}

/// What to say about a code that was not sent, or the answer that ends the attempt.
pub(super) fn unsent(error: SendCodeError) -> Result<(StatusCode, String), Stop> {
    let status = match error {
        SendCodeError::TooSoon | SendCodeError::TooMany => StatusCode::TOO_MANY_REQUESTS,
        SendCodeError::Undelivered => StatusCode::SERVICE_UNAVAILABLE,
        SendCodeError::SessionOver => return Err(over(SecondFactorError::SessionOver)),
        SendCodeError::Failure(failure) => return Err(failure.into()),
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok((status, sentence(&error)))
}

/// The answer when no page can be shown.
pub(super) fn over(error: SecondFactorError) -> Stop {
    match error {
        SecondFactorError::Failure(failure) => failure.into(),
        _ => session_over().into(),
    }
}

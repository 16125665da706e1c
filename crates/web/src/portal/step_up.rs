//! Step-up: a sensitive deed asks for the second factor again when its last check is too old, then goes on with what
//! was asked. The form's fields travel through the question; passwords never do.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use postern_domain::mfa::{AuthenticationMethod, MethodKind};
use postern_service::portal::{BegunCeremony, SecondFactorError, SendCodeError};

use super::code::{over, refused, unsent};
use super::outside::{self, ProviderButton};
use super::{Portal, paths};
use crate::answer::{Answer, Stop};
use crate::form::{Checked, Fields, FormToken, TOKEN_FIELD};
use crate::next::Next;
use crate::page::{self, Chrome, go};
use crate::problem::Problem;
use crate::session::Inside;

/// The field that carries a code.
const CODE_FIELD: &str = "step_up_code";
/// The field that names the method for which a code was sent.
const METHOD_FIELD: &str = "step_up_method";
/// The field that asks for a code to be sent, with the method.
const SEND_FIELD: &str = "step_up_send";
/// The fields that carry a passkey's answer.
const CEREMONY_FIELD: &str = "step_up_ceremony";
const CREDENTIAL_FIELD: &str = "step_up_credential";

#[derive(Template)]
#[template(path = "step_up.html")]
struct StepUpPage {
    chrome: Chrome,
    token: FormToken,
    /// Where the form goes.
    action: String,
    /// What travels along.
    fields: Vec<(String, String)>,
    said: Said,
    /// The account has something to answer with.
    has_method: bool,
    /// Where it is confirmed by somebody who has none, and the page to come back to.
    outside: Vec<ProviderButton>,
    back: String,
    /// The account has an authenticator app.
    app: bool,
    passkey: Option<BegunCeremony>,
    /// To where a code can be sent, each with its method.
    messages: Vec<(String, String)>,
}

/// What the question says beside itself.
#[derive(Default)]
struct Said {
    notice: Option<&'static str>,
    error: Option<String>,
    /// The method for which a code was sent.
    sent: Option<String>,
}

/// Goes on when the second factor is fresh, or with the code that came along; otherwise asks for it, with `fields`
/// kept. The answer to the question comes back to `action`.
pub(crate) async fn confirm(
    portal: &Portal,
    inside: Inside,
    fields: &Fields,
    action: &str,
) -> Result<Inside, Stop> {
    if let Some(method) = fields.find(SEND_FIELD) {
        return Err(send(portal, &inside, fields, action, method).await?.into());
    }
    let passkey = fields.get(CREDENTIAL_FIELD);
    let typed = fields.get(CODE_FIELD);
    if passkey.is_empty() && typed.is_empty() {
        if portal.service.second_factor_is_fresh(&inside.session) {
            return Ok(inside);
        }
        return Err(ask(portal, &inside, fields, action).await?.into());
    }
    match verify(portal, &inside, fields).await {
        Ok(confirmed) => Ok(confirmed),
        Err(error) => {
            let (status, error) = refused(error)?;
            let sent = fields.find(METHOD_FIELD).map(str::to_owned);
            let said = Said { error: Some(error), sent, notice: None };
            Err(question(portal, &inside, fields, action, status, said).await?.into())
        }
    }
}

async fn send(portal: &Portal, inside: &Inside, fields: &Fields, action: &str, method: &str) -> Answer {
    let id = method.parse().map_err(|_| Problem::NoSuchPage)?;
    let sent = Some(method.to_owned());
    let (status, said) = match portal.service.send_code(inside.session.session(), id).await {
        Ok(()) => {
            let notice = Some("The code is on its way. It works for 10 minutes.");
            (StatusCode::OK, Said { notice, error: None, sent })
        }
        Err(error) => {
            let sent = sent.filter(|_| matches!(error, SendCodeError::TooSoon));
            let (status, error) = unsent(error)?;
            (status, Said { notice: None, error: Some(error), sent })
        }
    };
    question(portal, inside, fields, action, status, said).await
}

/// Goes on, with the answer when one came along: for a deed that may need none. The service says whether it does, and then
/// [`ask`] asks.
pub(crate) async fn confirm_if_answered(
    portal: &Portal,
    inside: Inside,
    fields: &Fields,
    action: &str,
) -> Result<Inside, Stop> {
    match [CODE_FIELD, SEND_FIELD].iter().any(|field| fields.find(field).is_some()) {
        true => confirm(portal, inside, fields, action).await,
        false => Ok(inside),
    }
}

/// Goes on when the second factor is fresh; otherwise asks for it and then comes back to `path` by GET.
pub(crate) async fn confirm_before(portal: &Portal, inside: Inside, path: &str) -> Result<Inside, Stop> {
    if portal.service.second_factor_is_fresh(&inside.session) {
        return Ok(inside);
    }
    Err(ask_before(portal, &inside, path).await?.into())
}

/// The question, when the service itself demands it.
pub(crate) async fn ask(portal: &Portal, inside: &Inside, fields: &Fields, action: &str) -> Answer {
    question(portal, inside, fields, action, StatusCode::OK, Said::default()).await
}

/// The question, after which the browser comes back to `path` by GET.
pub(crate) async fn ask_before(portal: &Portal, inside: &Inside, path: &str) -> Answer {
    let fields = Fields::from(vec![("next".to_owned(), path.to_owned())]);
    question(portal, inside, &fields, paths::STEP_UP, StatusCode::OK, Said::default()).await
}

/// The answer to [`ask_before`].
pub(crate) async fn submit(State(portal): State<Portal>, inside: Inside, Checked(fields): Checked) -> Answer {
    let next = Next::or_home(fields.get("next"));
    confirm(&portal, inside, &fields, paths::STEP_UP).await?;
    Ok(go(next.path()))
}

async fn question(
    portal: &Portal,
    inside: &Inside,
    fields: &Fields,
    action: &str,
    status: StatusCode,
    said: Said,
) -> Result<Response, Stop> {
    let session = inside.session.session();
    let methods = portal.service.second_factors_of(session).await.map_err(over)?.methods;
    let sends = |method: &&AuthenticationMethod| {
        matches!(method.kind, MethodKind::TextMessage | MethodKind::EmailCode)
    };
    let messages = methods.iter().filter(sends);
    let messages = messages.map(|method| (method.id.to_string(), method.hint.clone().unwrap_or_default()));
    let page = StepUpPage {
        chrome: Chrome::inside(portal, inside),
        token: inside.token.clone(),
        action: action.to_owned(),
        fields: fields.without(&[
            TOKEN_FIELD,
            CODE_FIELD,
            METHOD_FIELD,
            SEND_FIELD,
            CEREMONY_FIELD,
            CREDENTIAL_FIELD,
        ]),
        said,
        has_method: super::security_info::has_method(portal, inside).await?,
        outside: outside::step_up::offers(portal, inside).await?,
        back: outside::step_up::page_of(action, fields.find("next")),
        app: methods.iter().any(|method| method.kind == MethodKind::AuthenticatorApp),
        passkey: portal.service.begin_passkey_check(session).await.map_err(over)?,
        messages: messages.collect(),
    };
    Ok(page::html(status, &page)?)
}

/// A passkey's answer; else six digits are a code of the authenticator app or the one that was sent, and a recovery code has
/// sixteen symbols.
async fn verify(portal: &Portal, inside: &Inside, fields: &Fields) -> Result<Inside, SecondFactorError> {
    let (service, session) = (&portal.service, inside.session.session());
    let typed = fields.get(CODE_FIELD);
    let symbols = typed.chars().filter(|c| c.is_alphanumeric()).count();
    let sent_for = fields.find(METHOD_FIELD).and_then(|method| method.parse().ok());
    let (token, standing) = if !fields.get(CREDENTIAL_FIELD).is_empty() {
        let (ceremony, answer) = (fields.get(CEREMONY_FIELD), fields.get(CREDENTIAL_FIELD));
        service.finish_passkey_check(session, ceremony, answer).await?
    } else if symbols > 8 {
        service.use_recovery_code(session, typed).await?
    } else if let Some(method) = sent_for {
        service.verify_sent_code(session, method, typed).await?
    } else {
        service.verify_totp(session, typed).await?
    };
    let session = standing.full().ok_or(SecondFactorError::SessionOver)?;
    Ok(Inside::rotated(inside.visit.clone(), &token, session))
}

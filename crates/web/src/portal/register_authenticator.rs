//! Register an authenticator app: picture, typed key, name, first code.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use postern_domain::mfa::MethodKind;
use postern_service::portal::EnrolError;

use super::sign_in::sentence;
use super::{Portal, paths, recovery_codes, step_up};
use crate::answer::{Answer, Stop};
use crate::form::{Checked, Fields, FormToken};
use crate::page::{self, Chrome, go};
use crate::problem::Problem;
use crate::session::{Inside, Registrant};
use crate::view::QrView;

/// What an app is called when its owner gives it no name.
const USUAL_LABEL: &str = "Authenticator app";

#[derive(Template)]
#[template(path = "register_authenticator.html")]
struct RegisterPage {
    chrome: Chrome,
    token: FormToken,
    account: String,
    /// It must be done before anything else.
    is_first: bool,
    /// What may be registered instead.
    passkeys: bool,
    mails: bool,
    texts: bool,
    qr: Option<QrView>,
    /// The `otpauth:` address, for a phone on which this page itself is open.
    uri: String,
    key: String,
    sealed: String,
    label: String,
    error: Option<String>,
}

impl RegisterPage {
    fn new(portal: &Portal, registrant: &Registrant) -> Self {
        let (chrome, token, account, is_first) = match registrant {
            Registrant::Must(halfway) => (
                Chrome::outside(portal, &halfway.visit),
                halfway.token.clone(),
                halfway.session.account(),
                true,
            ),
            Registrant::Inside(inside) => {
                (Chrome::inside(portal, inside), inside.token.clone(), inside.account(), false)
            }
        };
        let offers = |kind| portal.service.offers_method(kind, account);
        Self {
            chrome,
            token,
            account: account.name.to_string(),
            is_first,
            passkeys: offers(MethodKind::Passkey { discoverable: true }),
            mails: offers(MethodKind::EmailCode),
            texts: offers(MethodKind::TextMessage),
            qr: None,
            uri: String::new(),
            key: String::new(),
            sealed: String::new(),
            label: USUAL_LABEL.to_owned(),
            error: None,
        }
    }

    /// The page as it was, after a wrong code: the secret came back in the form, as the person already has it in the
    /// app. Only its sealed form counts when the registration is finished.
    fn again(mut self, fields: &Fields, error: String) -> Self {
        let uri = fields.get("uri");
        if uri.starts_with("otpauth://totp/") {
            self.qr = QrView::of(uri);
            uri.clone_into(&mut self.uri);
        }
        fields.get("key").clone_into(&mut self.key);
        fields.get("sealed").clone_into(&mut self.sealed);
        fields.get("label").clone_into(&mut self.label);
        self.error = Some(error);
        self
    }
}

pub(crate) async fn show(State(portal): State<Portal>, registrant: Registrant) -> Answer {
    begin(&portal, &registrant, StatusCode::OK, None).await
}

async fn begin(
    portal: &Portal,
    registrant: &Registrant,
    status: StatusCode,
    error: Option<String>,
) -> Answer {
    let (session, account) = match registrant {
        Registrant::Must(halfway) => (halfway.session.session(), halfway.session.account()),
        Registrant::Inside(inside) => (inside.session.session(), inside.account()),
    };
    let enrolment = match portal.service.begin_totp_enrolment(session).await {
        Ok(enrolment) => enrolment,
        Err(error) => return not_begun(portal, registrant, error).await,
    };
    let uri = enrolment.secret.otpauth_uri(&portal.config.product, account.name.as_str());
    let page = RegisterPage {
        qr: QrView::of(&uri),
        uri: uri.to_string(),
        key: enrolment.secret.typed_key().to_string(),
        sealed: enrolment.sealed,
        error,
        ..RegisterPage::new(portal, registrant)
    };
    Ok(page::html(status, &page)?)
}

async fn not_begun(portal: &Portal, registrant: &Registrant, error: EnrolError) -> Answer {
    match (error, registrant) {
        (EnrolError::StepUpNeeded, Registrant::Inside(inside)) => {
            step_up::ask_before(portal, inside, paths::REGISTER).await
        }
        (EnrolError::Failure(failure), _) => Err(failure.into()),
        (EnrolError::TooMany, _) => Ok(go(&format!("{}?done=too-many-methods", paths::SECURITY_INFO))),
        (error, _) => {
            tracing::error!(%error, "a registration could not begin");
            Err(Problem::Defect.into())
        }
    }
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    registrant: Registrant,
    Checked(fields): Checked,
) -> Answer {
    let session = match &registrant {
        Registrant::Must(halfway) => halfway.session.session(),
        Registrant::Inside(inside) => inside.session.session(),
    };
    let label = match fields.get("label").trim() {
        "" => USUAL_LABEL,
        label => label,
    };
    let finished =
        portal.service.finish_totp_enrolment(session, fields.get("sealed"), label, fields.get("code")).await;
    match finished {
        Ok((token, session, codes)) => {
            let visit = match registrant {
                Registrant::Must(halfway) => halfway.visit,
                Registrant::Inside(inside) => inside.visit,
            };
            let inside = Inside::rotated(visit, &token, session);
            match codes {
                Some(codes) => recovery_codes::shown_once(&portal, &inside, &codes),
                None => Ok(go(&format!("{}?done=registered", paths::SECURITY_INFO))),
            }
        }
        Err(error) => not_finished(&portal, &registrant, &fields, error).await,
    }
}

async fn not_finished(
    portal: &Portal,
    registrant: &Registrant,
    fields: &Fields,
    error: EnrolError,
) -> Result<Response, Stop> {
    match error {
        EnrolError::WrongCode => {
            let page = RegisterPage::new(portal, registrant).again(fields, sentence(&error));
            Ok(page::html(StatusCode::FORBIDDEN, &page)?)
        }
        EnrolError::RunOut => {
            let text = "The registration took longer than 15 minutes. Here is a new key: delete the entry that you made in the app and add this one.";
            begin(portal, registrant, StatusCode::FORBIDDEN, Some(text.to_owned())).await
        }
        other => not_begun(portal, registrant, other).await,
    }
}

//! The page that shows a secret, this once: it is the answer to the form itself and is stored nowhere, by us or by
//! the browser. A reload sends the form again, which [`crate::once`] stops.

use askama::Template;
use axum::response::Response;
use postern_domain::account::Account;
use postern_service::app_password::CreatedAppPassword;

use crate::answer::Stop;
use crate::apple_profile;
use crate::form::FormToken;
use crate::page::{self, Chrome};
use crate::portal::Portal;
use crate::portal::app_password::Trail;
use crate::session::Inside;
use crate::view::{AppPasswordView, HintView, QrView, sender_to_type, where_to_type};

#[derive(Template)]
#[template(path = "app_password_shown_once.html")]
struct ShownOncePage {
    chrome: Chrome,
    token: FormToken,
    app_password: AppPasswordView,
    /// The user name to type.
    owner: String,
    groups: Vec<String>,
    /// What the copy button copies: as it is typed, without the hyphens.
    ungrouped: String,
    hints: Vec<HintView>,
    /// Where the fields are at the device; none for a new secret, which goes where the old one is.
    where_to_type: Option<&'static str>,
    sender: Option<String>,
    qr: Option<QrView>,
    /// Whether a profile for Apple's devices can be made.
    apple: bool,
    is_rotation: bool,
    /// Where it leads back.
    trail: Trail,
}

/// `purpose` is what the form that created it said it is for; none for a new secret of one that is there.
pub(crate) fn shown_once(
    portal: &Portal,
    inside: &Inside,
    created: &CreatedAppPassword,
    owner: &Account,
    purpose: Option<&str>,
) -> Result<Response, Stop> {
    let (app_password, grouped) = (&created.app_password, created.secret.expose_grouped());
    let hints = HintView::of(app_password.scope, &portal.config);
    let page = ShownOncePage {
        chrome: Chrome::inside(portal, inside),
        token: inside.token.clone(),
        app_password: AppPasswordView::new(app_password, portal.now(), portal.config.doors),
        owner: owner.name.to_string(),
        groups: grouped.split('-').map(str::to_owned).collect(),
        ungrouped: created.secret.expose_ungrouped().to_string(),
        where_to_type: purpose.map(where_to_type),
        sender: sender_to_type(app_password, owner.name.as_str()),
        qr: QrView::of(&hand_off(owner.name.as_str(), &grouped, &hints)),
        apple: apple_profile::is_useful(&HintView::among(app_password.scope, &portal.config)),
        hints,
        is_rotation: purpose.is_none(),
        trail: Trail::of(inside, owner),
    };
    Ok(page::ok(&page)?)
}

/// What a phone's camera reads: the settings as text in lines, to be copied there. Nothing in it is an address that a
/// camera would open, so that the secret goes to no server.
fn hand_off(user: &str, secret: &str, hints: &[HintView]) -> String {
    let mut text = String::new();
    for hint in hints {
        let ports: Vec<String> =
            hint.ports.iter().map(|(port, security)| format!("{port} {security}")).collect();
        text.push_str(&format!("{}\nServer: {}\nPort: {}\n\n", hint.door, hint.host, ports.join(" or ")));
    }
    text.push_str(&format!("User name: {user}\nPassword: {secret}\n"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_camera_reads_lines_and_no_address_to_open() {
        let hint = HintView {
            door: "Send mail (SMTP)",
            host: "mail.example.test".to_owned(),
            ports: vec![(465, "SSL/TLS"), (587, "STARTTLS")],
        };
        let text = hand_off("anna@example.test", "abcd-efgh", &[hint]);
        assert_eq!(
            text,
            "Send mail (SMTP)\nServer: mail.example.test\nPort: 465 SSL/TLS or 587 STARTTLS\n\n\
             User name: anna@example.test\nPassword: abcd-efgh\n"
        );
        assert!(!text.contains("://") && !text.starts_with("http"));
    }
}

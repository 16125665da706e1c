//! The secret of a service principal, this once.

use postern_service::api::AddedServicePrincipal;
use serde::Serialize;

use super::PrincipalView;
use crate::cli::{CliError, Context};

#[derive(Serialize)]
struct WithSecret<'a> {
    #[serde(flatten)]
    principal: PrincipalView,
    client_secret: &'a str,
}

/// Answers with a service principal and its new secret.
pub(super) fn answer(
    context: &mut Context,
    added: &AddedServicePrincipal,
    what: &str,
) -> Result<(), CliError> {
    let secret = added.secret.expose();
    let view = WithSecret { principal: PrincipalView::new(&added.principal), client_secret: secret };
    context.console.answer(&view, || {
        format!(
            "{what} \"{}\".\n\n    client id      {}\n    client secret  {secret}\n\nThis is the only time that the secret is shown. \
             Access tokens are issued at /api/oauth2/token.",
            added.principal.name, added.principal.id
        )
    })
}

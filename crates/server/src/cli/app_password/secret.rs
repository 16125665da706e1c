//! The secret of an app password, this once.

use postern_domain::Timestamp;
use postern_domain::account::Account;
use postern_service::app_password::CreatedAppPassword;
use serde::Serialize;

use crate::cli::view::AppPasswordView;
use crate::cli::{CliError, Context};

#[derive(Serialize)]
struct WithSecret<'a> {
    #[serde(flatten)]
    app_password: AppPasswordView,
    secret: &'a str,
}

/// Answers with a created or rotated app password and its secret.
pub(super) fn answer(
    context: &mut Context,
    created: &CreatedAppPassword,
    account: &Account,
    now: Timestamp,
    what: &str,
) -> Result<(), CliError> {
    let app_password = AppPasswordView::new(&created.app_password, account, now);
    let secret = created.secret.expose_ungrouped();
    let view = WithSecret { app_password, secret: &secret };
    context.console.answer(&view, || {
        let grouped = created.secret.expose_grouped();
        format!(
            "{what} \"{}\" of {}, {}.\n\n    {}\n\nThis is the only time that it is shown. \
             The program's user name is {}. Hyphens, spaces and case do not matter.",
            created.app_password.name, account.name, created.app_password.id, *grouped, account.name
        )
    })
}

//! `postern doctor --reference`: why a program was refused.

use postern_domain::sign_in::RefusalReference;
use serde_json::json;

use crate::cli::console::facts;
use crate::cli::{CliError, Context};
use crate::text::show_moment;

pub(super) async fn explain(context: &mut Context, reference: RefusalReference) -> Result<(), CliError> {
    let service = context.service().await?;
    let found = service.look_up_refusal(context.by(), reference).await?;
    service.close().await;
    let account = found.account.as_ref().map(|account| account.name.to_string());
    let app_password = found.app_password.as_ref().map(|app_password| app_password.name.to_string());
    let answer = json!({
        "reference": reference.to_string(),
        "reason": found.reason.name(),
        "at": show_moment(found.event.at),
        "door": found.event.place.name(),
        "address": found.event.address.to_string(),
        "client": found.event.client,
        "account": account,
        "app_password": app_password,
        "what": found.what,
        "remedy": found.remedy,
    });
    context.console.answer(&answer, || {
        let none = || "not known".to_owned();
        let lines = facts(&[
            ("Reference", reference.to_string()),
            ("When", show_moment(found.event.at)),
            ("Where", format!("{}, from {}", found.event.place.name(), found.event.address)),
            ("Program", found.event.client.clone().unwrap_or_else(none)),
            ("Account", account.clone().unwrap_or_else(none)),
            ("App password", app_password.clone().unwrap_or_else(|| "none".to_owned())),
            ("Reason", found.reason.name().to_owned()),
        ]);
        format!("{lines}\n\n{}\nTo do: {}", found.what, found.remedy)
    })
}

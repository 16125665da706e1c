//! `postern doctor --reference`: why a program was refused.

use std::time::Duration;

use postern_domain::sign_in::RefusalReference;
use postern_service::refusal::{Explanation, LookUpError};
use postern_service::{By, Service};
use postern_web::next_page;
use serde_json::json;
use tokio::time::Instant;

use crate::cli::console::facts;
use crate::cli::{CliError, Context};
use crate::text::show_moment;

/// A server writes its sign-in events within a second; somebody may be quicker, so a reference that is not there is
/// looked for once more until then.
const PATIENCE: Duration = Duration::from_millis(1_500);
const LOOK_AGAIN: Duration = Duration::from_millis(100);

async fn look_up(
    service: &Service,
    by: By<'_>,
    reference: RefusalReference,
) -> Result<Explanation, LookUpError> {
    let begun = Instant::now();
    loop {
        match service.look_up_refusal(by, reference).await {
            Err(LookUpError::NotFound) if begun.elapsed() < PATIENCE => tokio::time::sleep(LOOK_AGAIN).await,
            answer => return answer,
        }
    }
}

pub(super) async fn explain(context: &mut Context, reference: RefusalReference) -> Result<(), CliError> {
    let service = context.service().await?;
    let found = look_up(&service, context.by(), reference).await?;
    service.close().await;
    let account = found.account.as_ref().map(|account| account.name.to_string());
    let app_password = found.app_password.as_ref().map(|app_password| app_password.name.to_string());
    let acting_for = found.event.acting_for.as_ref().map(ToString::to_string);
    let next =
        next_page(&found.next_step).map(|(path, words)| (format!("{}{path}", service.portal_url()), words));
    let answer = json!({
        "reference": reference.to_string(),
        "reason": found.reason.name(),
        "at": show_moment(found.event.at),
        "door": found.event.place.name(),
        "address": found.event.address.to_string(),
        "client": found.event.client,
        "account": account,
        "app_password": app_password,
        "acting_for": acting_for,
        "what": found.what,
        "remedy": found.remedy,
        "next_page": next.as_ref().map(|(page, _)| page),
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
            ("Acting for", acting_for.clone().unwrap_or_else(|| "nobody else".to_owned())),
            ("Reason", found.reason.name().to_owned()),
        ]);
        let page = next.as_ref().map_or_else(String::new, |(page, words)| format!("\n{words}: {page}"));
        format!("{lines}\n\n{}\nTo do: {}{page}", found.what, found.remedy)
    })
}

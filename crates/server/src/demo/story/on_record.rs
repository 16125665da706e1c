//! What is on record of the backup tool.

use postern_domain::sign_in::{Outcome, SignInEvent};
use postern_service::By;
use postern_service::app_password::CreatedAppPassword;
use postern_service::refusal::EventFilter;

use super::{ALICE, BACKUP, DIRECTOR};
use crate::demo::DemoError;
use crate::demo::narrator::Narrator;
use crate::demo::stage::Stage;

pub(super) async fn play(
    narrator: &mut Narrator<'_>,
    stage: &Stage,
    created: &CreatedAppPassword,
) -> Result<(), DemoError> {
    narrator.step("Both are on record: which service account, with which app password, for whom")?;
    let app_password = &created.app_password;
    let filter = EventFilter {
        account: Some(app_password.account),
        app_password: Some(app_password.id),
        limit: 10,
        ..EventFilter::default()
    };
    let events = stage.service().list_sign_in_events(By::Operator { user: "demo" }, filter).await?;
    // Newest first; and beside the sign-in as itself, which comes before both.
    let impersonations: Vec<_> = events.iter().rev().filter_map(impersonation).collect();
    let rows = impersonations.iter().map(|(mailbox, door, outcome)| {
        let name = app_password.name.to_string();
        [BACKUP.to_owned(), name, (*door).to_owned(), mailbox.clone(), (*outcome).to_owned()]
    });
    narrator.table(["account", "app password", "door", "acting for", "outcome"], rows.collect())?;
    let told = [(ALICE, "accepted"), (DIRECTOR, "impersonation-not-granted")];
    if !impersonations.iter().map(|(mailbox, _, outcome)| (mailbox.as_str(), *outcome)).eq(told) {
        let got = format!("{impersonations:?}");
        return Err(DemoError::NotAsTold { expected: "both mailboxes on record", got });
    }
    let sealed = stage.service().verify_audit().await?.sealed_events;
    narrator.result(&format!("the audit log seals all {sealed} sign-in events so far, and its chain holds"))
}

/// For whom, at which door, and how it ended; none for what was done for nobody else.
fn impersonation(event: &SignInEvent) -> Option<(String, &'static str, &'static str)> {
    let outcome = match event.outcome {
        Outcome::Accepted { .. } => "accepted",
        Outcome::Refused { reason, .. } => reason.name(),
    };
    Some((event.acting_for.as_ref()?.to_string(), event.place.name(), outcome))
}

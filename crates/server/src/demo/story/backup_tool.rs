//! A backup tool opens the mailbox that it was granted, and no other.

use postern_domain::account::AccountKind;
use postern_domain::door::Door;
use postern_domain::impersonation::ImpersonationGrant;
use postern_domain::mfa::MfaState;
use postern_domain::sign_in::RefusalReason;
use postern_service::By;
use postern_service::account::AddAccount;
use postern_service::app_password::CreatedAppPassword;

use super::cast::{account_name, person, wanted};
use super::refusal::look_up;
use super::{ALICE, ALICE_PASSWORD, BACKUP, DIRECTOR, expect};
use crate::demo::DemoError;
use crate::demo::narrator::Narrator;
use crate::demo::stage::{SITE, Stage};

pub(super) async fn play(
    narrator: &mut Narrator<'_>,
    stage: &Stage,
) -> Result<CreatedAppPassword, DemoError> {
    let created = prepare(narrator, stage).await?;
    granted(narrator, stage, &created).await?;
    denied(narrator, stage, &created).await?;
    Ok(created)
}

/// The administrator adds the service account, grants it a mailbox and creates its app password.
async fn prepare(narrator: &mut Narrator<'_>, stage: &Stage) -> Result<CreatedAppPassword, DemoError> {
    narrator.step("The backup tool gets a service account, the grant of one mailbox, and an app password")?;
    stage.add(person(ALICE, ALICE_PASSWORD, MfaState::Enforced)).await?;
    let nobody_signs_in =
        |name, kind| AddAccount { kind, password: None, ..person(name, "", MfaState::Enforced) };
    stage.add(nobody_signs_in(DIRECTOR, AccountKind::Person)).await?;
    stage.add(nobody_signs_in(BACKUP, AccountKind::ServiceAccount)).await?;
    let by = By::Operator { user: "demo" };
    let grant = ImpersonationGrant::named([account_name(ALICE)], [], []).expect("one mailbox is a grant");
    let account = stage.service().set_impersonation_grant(by, &account_name(BACKUP), Some(grant)).await?;
    let mailboxes = account.grant.as_ref().map_or_else(String::new, ImpersonationGrant::to_string);
    narrator.tell(&format!("{BACKUP} may act for {mailboxes}. Its app password is good for EWS only."))?;
    let now = stage.service().clock().now();
    let wanted = wanted(BACKUP, "Nightly backup", Door::Ews, Some(SITE), now);
    let created = stage.service().create_app_password(by, wanted).await?;
    narrator.result(&format!("\"{}\": {}", created.app_password.name, *created.secret.expose_grouped()))?;
    Ok(created)
}

async fn granted(
    narrator: &mut Narrator<'_>,
    stage: &Stage,
    created: &CreatedAppPassword,
) -> Result<(), DemoError> {
    narrator.step("The tool signs in as itself and asks for the mailbox of alice")?;
    let tool = stage.backup_tool(BACKUP, created.secret.expose_canonical());
    let answer = tool.find_items(ALICE).await?;
    expect(answer.status.as_str(), "200", "the mailbox of alice to be opened")?;
    let (count, subjects) = (answer.subjects().len(), answer.subjects().join("; "));
    expect(&subjects, "Thank you for your message; ", "the mail of act one in the mailbox")?;
    narrator.transcript(answer.said)?;
    narrator.result(&format!("{count} messages: the copies of what the contact form sent"))
}

async fn denied(
    narrator: &mut Narrator<'_>,
    stage: &Stage,
    created: &CreatedAppPassword,
) -> Result<(), DemoError> {
    narrator.step("Then it asks for the director's mailbox, which nobody granted it")?;
    let tool = stage.backup_tool(BACKUP, created.secret.expose_canonical());
    let answer = tool.find_items(DIRECTOR).await?;
    expect(answer.status.as_str(), "500", "the director's mailbox to stay shut")?;
    let (code, text) = answer.fault().unwrap_or_default();
    expect(code, "ErrorImpersonateUserDenied", "the fault that programs know")?;
    let text = text.to_owned();
    narrator.transcript(answer.said)?;
    look_up(narrator, stage, &text, RefusalReason::ImpersonationNotGranted).await
}

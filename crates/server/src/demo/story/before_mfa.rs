//! Before: MFA is disabled, and the site sends with the account password.

use postern_domain::account::Role;
use postern_domain::mfa::MfaState;
use postern_service::account::AddAccount;

use super::cast::person;
use super::{ADMINISTRATOR, ADMINISTRATOR_PASSWORD, ALICE, PASSWORD, VISITOR, WEBMASTER, expect};
use crate::config::ListenerTls;
use crate::demo::DemoError;
use crate::demo::narrator::Narrator;
use crate::demo::stage::{SITE, Stage};

pub(super) async fn play(narrator: &mut Narrator<'_>, stage: &mut Stage) -> Result<(), DemoError> {
    narrator.step("Yesterday: MFA is disabled, the site sends with the account password")?;
    let administrator = person(ADMINISTRATOR, ADMINISTRATOR_PASSWORD, MfaState::Enforced);
    stage.add(AddAccount { role: Role::GlobalAdministrator, ..administrator }).await?;
    stage.add(person(WEBMASTER, PASSWORD, MfaState::Disabled)).await?;
    let mut client = stage.connect(SITE, ListenerTls::StartTls).await?;
    let answer = client.sign_in(WEBMASTER, PASSWORD, "the account password").await?;
    expect(&answer, "235 2.7.0", "the account password to be accepted")?;
    let answer = client.send(WEBMASTER, &[VISITOR, ALICE], "Thank you for your message").await?;
    expect(&answer, "250", "the message to be taken")?;
    narrator.transcript(client.quit().await?)?;
    let arrived = stage.arrival().await?;
    narrator.result(&format!("arrived: \"{}\" for {}", arrived.subject, arrived.to.join(", ")))
}

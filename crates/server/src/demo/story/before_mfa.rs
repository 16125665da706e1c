//! Before: MFA is disabled, and the site sends with the account password.

use postern_domain::account::password::AccountPassword;
use postern_domain::account::{AccountKind, Role};
use postern_domain::mfa::MfaState;
use postern_service::By;
use postern_service::account::AddAccount;

use super::cast::account_name;
use super::{ADMINISTRATOR, ADMINISTRATOR_PASSWORD, PASSWORD, VISITOR, WEBMASTER, expect};
use crate::config::ListenerTls;
use crate::demo::DemoError;
use crate::demo::narrator::Narrator;
use crate::demo::stage::{SITE, Stage};

pub(super) async fn play(narrator: &mut Narrator<'_>, stage: &mut Stage) -> Result<(), DemoError> {
    narrator.step("Yesterday: MFA is disabled, the site sends with the account password")?;
    add(stage, ADMINISTRATOR, ADMINISTRATOR_PASSWORD, Role::GlobalAdministrator, MfaState::Enforced).await?;
    add(stage, WEBMASTER, PASSWORD, Role::Member, MfaState::Disabled).await?;
    let mut client = stage.connect(SITE, ListenerTls::StartTls).await?;
    let answer = client.sign_in(WEBMASTER, PASSWORD, "the account password").await?;
    expect(&answer, "235 2.7.0", "the account password to be accepted")?;
    let answer = client.send(WEBMASTER, VISITOR, "Thank you for your message").await?;
    expect(&answer, "250", "the message to be taken")?;
    narrator.transcript(client.quit().await?)?;
    let arrived = stage.arrival().await?;
    narrator.result(&format!("arrived: \"{}\" for {}", arrived.subject, arrived.to.join(", ")))
}

async fn add(
    stage: &Stage,
    name: &'static str,
    password: &str,
    role: Role,
    mfa: MfaState,
) -> Result<(), DemoError> {
    let new = AddAccount {
        name: account_name(name),
        aliases: Vec::new(),
        kind: AccountKind::Person,
        role,
        mfa: Some(mfa),
        password: Some(AccountPassword::typed(password)),
    };
    stage.service().add_account(By::Operator { user: "demo" }, new).await?;
    Ok(())
}

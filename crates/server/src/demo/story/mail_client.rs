//! A mail client waits for mail over IMAP, and is told of it at once.

use std::time::Duration;

use postern_domain::door::Door;
use postern_service::app_password::CreatedAppPassword;
use postern_service::live_session::{ListedLiveSession, LiveSessionQuery};
use tokio::time::Instant;

use super::cast::wanted;
use super::enrolment::register;
use super::{ALICE, ALICE_PASSWORD, Owner, WEBMASTER, expect};
use crate::config::ListenerTls;
use crate::demo::DemoError;
use crate::demo::client::ImapClient;
use crate::demo::narrator::Narrator;
use crate::demo::stage::{SITE, Stage};
use crate::text::show_moment;

/// A session that waits, and what it signed in with.
pub(super) struct Waiting {
    pub(super) client: ImapClient,
    pub(super) app_password: CreatedAppPassword,
}

pub(super) async fn play(
    narrator: &mut Narrator<'_>,
    stage: &mut Stage,
    webmaster: &Owner,
) -> Result<(Owner, Waiting), DemoError> {
    let (alice, mut waiting) = sign_in(narrator, stage).await?;
    push(narrator, stage, webmaster, &mut waiting.client).await?;
    list(narrator, stage, &alice, &waiting.app_password).await?;
    Ok((alice, waiting))
}

async fn sign_in(narrator: &mut Narrator<'_>, stage: &Stage) -> Result<(Owner, Waiting), DemoError> {
    narrator
        .step("Alice creates an app password for her old mail client, which signs in over IMAP and waits")?;
    let alice = register(stage, ALICE, ALICE_PASSWORD).await?.owner;
    let now = stage.service().clock().now();
    let wanted = wanted(ALICE, "Old mail client", Door::Imap, None, now);
    let app_password = stage.service().create_app_password(alice.by(), wanted).await?;
    let mut client = stage.mail_client().await?;
    let secret = app_password.secret.expose_canonical();
    let answer = client.sign_in(ALICE, secret, "the app password").await?;
    expect(&answer, "OK", "the app password to be accepted")?;
    expect(&client.select().await?, "OK", "the inbox to be opened")?;
    expect(&client.idle().await?, "+", "waiting to begin")?;
    narrator.transcript(client.said())?;
    Ok((alice, Waiting { client, app_password }))
}

/// The web site, moved and with a new app password, sends a message; the client is told.
async fn push(
    narrator: &mut Narrator<'_>,
    stage: &mut Stage,
    webmaster: &Owner,
    waiting: &mut ImapClient,
) -> Result<(), DemoError> {
    narrator.step("The web site, moved and with a new app password, sends again")?;
    let now = stage.service().clock().now();
    let wanted = wanted(WEBMASTER, "Contact form, new site", Door::Smtp, Some(SITE), now);
    let created = stage.service().create_app_password(webmaster.by(), wanted).await?;
    let mut site = stage.connect(SITE, ListenerTls::Implicit).await?;
    let answer = site.sign_in(WEBMASTER, created.secret.expose_canonical(), "the app password").await?;
    expect(&answer, "235 2.7.0", "the app password to be accepted")?;
    let begun = Instant::now();
    let answer = site.send(WEBMASTER, &[ALICE], "A question from the new site").await?;
    expect(&answer, "250", "the message to be taken")?;
    let line = waiting.next_line().await?;
    let took = begun.elapsed().as_secs_f64() * 1000.0;
    expect(&line, "* 3 EXISTS", "the client to be told of new mail")?;
    site.quit().await?;
    let arrived = stage.arrival().await?;
    narrator.tell("The mail client of alice, still waiting, is told:")?;
    narrator.transcript(waiting.said())?;
    narrator.result(&format!("\"{}\": {took:.1} ms from the site to the waiting client", arrived.subject))
}

/// What `postern session list` and the portal show.
async fn list(
    narrator: &mut Narrator<'_>,
    stage: &Stage,
    alice: &Owner,
    app_password: &CreatedAppPassword,
) -> Result<(), DemoError> {
    narrator.step("Alice looks at her live sessions, in the portal or with `postern session list`")?;
    let found = listed(stage, alice, app_password).await?;
    let name = found.app_password_name.as_ref().map_or_else(String::new, ToString::to_string);
    let session = &found.session;
    let row = [
        found.account_name.to_string(),
        name,
        session.door.to_string(),
        session.address.to_string(),
        show_moment(session.since),
    ];
    narrator.table(["account", "app password", "door", "address", "since"], vec![row])
}

/// The list is as old as the report of the server that has the session: a second.
async fn listed(
    stage: &Stage,
    alice: &Owner,
    app_password: &CreatedAppPassword,
) -> Result<ListedLiveSession, DemoError> {
    let query =
        LiveSessionQuery { app_password: Some(app_password.app_password.id), ..LiveSessionQuery::default() };
    let begun = Instant::now();
    loop {
        let list = stage.service().live_sessions(alice.by(), &query).await?;
        if let Some(found) = list.sessions.into_iter().next() {
            return Ok(found);
        }
        if begun.elapsed() > Duration::from_secs(10) {
            return Err(DemoError::TooSlow { what: "the live session in the list" });
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

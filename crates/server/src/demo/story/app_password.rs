//! The owner creates an app password, and the site's mail arrives again.

use postern_domain::door::Door;
use postern_service::app_password::CreatedAppPassword;

use super::cast::wanted;
use super::{ALICE, Owner, VISITOR, WEBMASTER, expect};
use crate::config::ListenerTls;
use crate::demo::DemoError;
use crate::demo::narrator::Narrator;
use crate::demo::stage::{SITE, Stage};

pub(super) async fn play(
    narrator: &mut Narrator<'_>,
    stage: &mut Stage,
    owner: &Owner,
) -> Result<CreatedAppPassword, DemoError> {
    narrator.step(
        "The owner creates an app password: send mail only, from the site's address only, for 90 days",
    )?;
    let now = stage.service().clock().now();
    let created = stage
        .service()
        .create_app_password(owner.by(), wanted(WEBMASTER, "Contact form", Door::Smtp, Some(SITE), now))
        .await?;
    narrator.result(&format!("\"{}\": {}", created.app_password.name, *created.secret.expose_grouped()))?;

    narrator.step("The site sends with the app password")?;
    let mut client = stage.connect(SITE, ListenerTls::Implicit).await?;
    let answer = client.sign_in(WEBMASTER, created.secret.expose_canonical(), "the app password").await?;
    expect(&answer, "235 2.7.0", "the app password to be accepted")?;
    let answer = client.send(WEBMASTER, &[VISITOR, ALICE], "Thank you for your patience").await?;
    expect(&answer, "250", "the message to be taken")?;
    narrator.transcript(client.quit().await?)?;
    let arrived = stage.arrival().await?;
    narrator.result(&format!("arrived: \"{}\" for {}", arrived.subject, arrived.to.join(", ")))?;
    Ok(created)
}

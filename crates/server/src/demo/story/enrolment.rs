//! Today: the administrator enforces MFA, and the owner registers an authenticator app in the portal.

use postern_domain::account::password::AccountPassword;
use postern_domain::mfa::MfaState;
use postern_domain::mfa::totp::TotpStep;
use postern_service::By;
use postern_service::portal::{PortalSignIn, Standing};

use super::cast::account_name;
use super::{Owner, PASSWORD, WEBMASTER};
use crate::demo::DemoError;
use crate::demo::narrator::Narrator;
use crate::demo::stage::{SITE, Stage};

pub(super) async fn play(narrator: &mut Narrator<'_>, stage: &Stage) -> Result<Owner, DemoError> {
    narrator.step("Today: the administrator enforces MFA, the owner registers an authenticator app")?;
    let service = stage.service();
    let by = By::Operator { user: "demo" };
    let state = service.set_mfa_state(by, &account_name(WEBMASTER), MfaState::Enforced).await?;
    narrator.tell(&format!("The MFA of {WEBMASTER} is {state}."))?;
    let registered = register(stage, WEBMASTER, PASSWORD).await?;
    narrator.tell("The portal takes the account password and demands a second factor.")?;
    narrator.result(&format!(
        "registered with code {}; {} recovery codes given out, this once",
        registered.code, registered.recovery_codes
    ))?;
    Ok(registered.owner)
}

/// An authenticator app is registered.
pub(super) struct Registered {
    pub(super) owner: Owner,
    /// What it showed.
    code: String,
    recovery_codes: usize,
}

/// Signs in to the portal with the account password and registers an authenticator app, as the portal demands.
pub(super) async fn register(stage: &Stage, name: &str, password: &str) -> Result<Registered, DemoError> {
    let service = stage.service();
    let sign_in = PortalSignIn {
        name: name.to_owned(),
        password: AccountPassword::typed(password),
        remembered: None,
        replaces: None,
        address: SITE,
        user_agent: "postern demo".to_owned(),
    };
    let started = service.start_portal_session(sign_in).await?;
    let Standing::MustRegister(half) = started.standing else {
        return Err(DemoError::NotAsTold {
            expected: "that a method must be registered",
            got: format!("{:?}", started.standing),
        });
    };
    let enrolment = service.begin_totp_enrolment(half.session()).await?;
    let code = enrolment.secret.code_at(TotpStep::at(service.clock().now()));
    let (_, session, codes) =
        service.finish_totp_enrolment(half.session(), &enrolment.sealed, "Phone", &code).await?;
    let owner = Owner { session, totp: enrolment.secret };
    Ok(Registered { owner, code, recovery_codes: codes.map_or(0, |codes| codes.len()) })
}

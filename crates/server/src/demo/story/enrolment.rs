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
    let sign_in = PortalSignIn {
        name: WEBMASTER.to_owned(),
        password: AccountPassword::typed(PASSWORD),
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
    narrator.tell("The portal takes the account password and demands a second factor.")?;
    let enrolment = service.begin_totp_enrolment(half.session()).await?;
    let code = enrolment.secret.code_at(TotpStep::at(service.clock().now()));
    let (_, session, codes) =
        service.finish_totp_enrolment(half.session(), &enrolment.sealed, "Phone", &code).await?;
    narrator.result(&format!(
        "registered with code {code}; {} recovery codes given out, this once",
        codes.map_or(0, |codes| codes.len())
    ))?;
    Ok(Owner { session, totp: enrolment.secret })
}

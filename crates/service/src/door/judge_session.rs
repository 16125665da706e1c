//! Judge a live session anew after something changed.

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountStatus};
use postern_domain::setting::Settings;
use postern_domain::sign_in::{Permit, RefusalReason, SignIn, Verified, decide};
use postern_storage::SecretStanding;

use super::DoorSession;
use super::decide::policy;
use crate::{Failure, Service};

/// What is to become of a live session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Judgement {
    /// It goes on.
    GoesOn,
    /// It ends. [`RefusalReason::UnknownAccount`]: the account was deleted; [`RefusalReason::WrongSecret`]: the account
    /// password was changed.
    Ends(RefusalReason),
}

impl Service {
    /// Asks the rules about a live session with what the database holds now. It is no use of the app password and is
    /// not counted as one; and it keeps the app password from expiring of idleness, as what is connected is not idle.
    ///
    /// # Errors
    /// [`Failure`]: then the session goes on, and the question is to be asked again.
    pub async fn judge_session(&self, session: &DoorSession) -> Result<Judgement, Failure> {
        let now = self.now();
        let mut snapshot = self.parts.store.snapshot().await?;
        let account = snapshot.account(session.account.id).await?;
        let account = account.filter(|account| !matches!(account.status, AccountStatus::Deleted { .. }));
        let Some(account) = account else {
            return Ok(Judgement::Ends(RefusalReason::UnknownAccount));
        };
        let settings = snapshot.settings().await?;
        let judged = match (&session.app_password, session.secret) {
            (Some(app_password), Some(secret)) => {
                let Some(mut app_password) = snapshot.app_password(app_password.id).await? else {
                    return Ok(Judgement::Ends(RefusalReason::Revoked));
                };
                app_password.idle_expiry = None;
                let rotated_away = match snapshot.secret_standing(secret).await? {
                    Some(SecretStanding::Old { until }) => until <= now,
                    Some(SecretStanding::Current { .. }) => false,
                    None => true,
                };
                let credential = Verified::AppPassword { app_password: &app_password, rotated_away };
                ask(session, &account, credential, &settings, now)
            }
            _ => {
                let changed = snapshot.account_password(account.id).await?;
                if changed.is_none_or(|record| record.changed_at > session.started_at) {
                    return Ok(Judgement::Ends(RefusalReason::WrongSecret));
                }
                ask(session, &account, Verified::AccountPassword, &settings, now)
            }
        };
        Ok(judged.map_or_else(Judgement::Ends, |_permit| Judgement::GoesOn))
    }
}

fn ask(
    session: &DoorSession,
    account: &Account,
    credential: Verified<'_>,
    settings: &Settings,
    now: Timestamp,
) -> Result<Permit, RefusalReason> {
    decide(&SignIn {
        credential,
        mfa: account.mfa,
        status: &account.status,
        policy: policy(settings, session.door),
        door: session.door,
        address: session.address,
        impersonation_denied: false,
        limit_reached: false,
        now,
    })
}

//! What the attributes of an app password may be, when it is created and when it is changed.

use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::account::{Account, Permission};
use postern_domain::app_password::change::Attribute;
use postern_domain::app_password::{AppPassword, Profile, SenderRestriction};
use postern_domain::door::DoorSet;
use postern_domain::limits::Limits;
use postern_domain::network::Networks;
use postern_domain::setting::Settings;
use postern_storage::Snapshot;

use super::AppPasswordError;
use crate::authorise::Asker;

/// A shorter idle expiry would end an app password before its program's next use, and a use is written only a second
/// after it.
const LEAST_IDLE_EXPIRY: Duration = Duration::from_secs(24 * 3600);

/// What holds for everybody, whatever the settings say.
pub(super) fn check(
    scope: DoorSet,
    networks: &Networks,
    sender: &SenderRestriction,
    expires_at: Option<Timestamp>,
    idle_expiry: Option<Duration>,
    now: Timestamp,
) -> Result<(), AppPasswordError> {
    if scope.is_empty() {
        return Err(AppPasswordError::EmptyScope);
    }
    if networks.as_slice().len() > Networks::MOST {
        return Err(AppPasswordError::TooManyNetworks { most: Networks::MOST });
    }
    if matches!(sender, SenderRestriction::Listed(list) if list.len() > SenderRestriction::MOST_LISTED) {
        return Err(AppPasswordError::TooManySenders { most: SenderRestriction::MOST_LISTED });
    }
    if expires_at.is_some_and(|expiry| expiry <= now) {
        return Err(AppPasswordError::ExpiryInThePast);
    }
    if idle_expiry.is_some_and(|span| span < LEAST_IDLE_EXPIRY) {
        return Err(AppPasswordError::IdleExpiryTooShort);
    }
    Ok(())
}

/// Whether the account may have one more live app password: a new one, or one that was expired.
pub(super) async fn one_more(
    account: &Account,
    settings: &Settings,
    state: &mut (dyn Snapshot + '_),
    now: Timestamp,
) -> Result<(), AppPasswordError> {
    let most = settings.app_passwords_per_account;
    let live = state.live_app_password_count(account.id, now).await?;
    if live < u64::from(most) { Ok(()) } else { Err(AppPasswordError::TooMany { most }) }
}

/// Whether the settings let a new app password have a secret of this form. The only place that asks: a rotation keeps the
/// form, because the device takes no other, and who could not rotate would keep a secret that others know.
pub(super) fn offered(profile: Profile, settings: &Settings) -> Result<(), AppPasswordError> {
    if settings.compatible_profiles.allow(profile) {
        Ok(())
    } else {
        Err(AppPasswordError::ProfileNotAllowed { profile })
    }
}

/// Whether the settings, and what is usual, let a new app password have these attributes, or an old one get them.
pub(super) fn permitted(
    app_password: &AppPassword,
    attributes: &[Attribute],
    asker: &Asker,
    settings: &Settings,
    now: Timestamp,
) -> Result<(), AppPasswordError> {
    attributes.iter().try_for_each(|attribute| match attribute {
        Attribute::Scope => allowed(app_password.scope, settings.allowed_scopes),
        Attribute::Networks if settings.networks_required && !app_password.networks.limit() => {
            Err(AppPasswordError::NetworksNeeded)
        }
        Attribute::Expiry => match settings.longest_expiry {
            Some(longest) if app_password.expires_at.is_none_or(|at| at > now.plus(longest)) => {
                Err(AppPasswordError::ExpiryNeeded { longest })
            }
            _ => Ok(()),
        },
        Attribute::IdleExpiry => match settings.longest_idle_expiry {
            Some(longest) if app_password.idle_expiry.is_none_or(|span| span > longest) => {
                Err(AppPasswordError::IdleExpiryNeeded { longest })
            }
            _ => Ok(()),
        },
        Attribute::Limits => usual(&app_password.limits, asker),
        Attribute::Networks | Attribute::Sender | Attribute::Name | Attribute::Note => Ok(()),
    })
}

fn allowed(scope: DoorSet, allowed: DoorSet) -> Result<(), AppPasswordError> {
    if allowed.covers(scope) {
        return Ok(());
    }
    Err(AppPasswordError::ScopeNotAllowed {
        doors: scope.iter().filter(|door| !allowed.contains(*door)).collect(),
    })
}

/// Whether the limits are for whoever asks to set.
fn usual(limits: &Limits, asker: &Asker) -> Result<(), AppPasswordError> {
    if !asker.may(Permission::ManageAppPasswords) && limits.exceed_the_usual() {
        let (sessions, sign_ins) = (Limits::USUAL_SESSIONS, Limits::USUAL_SIGN_INS_PER_MINUTE);
        return Err(AppPasswordError::AboveUsual { sessions, sign_ins });
    }
    Ok(())
}

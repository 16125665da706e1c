//! The sign-in rule table, as one pure function. No door compares anything.

use std::net::IpAddr;

use super::RefusalReason;
use crate::Timestamp;
use crate::account::AccountStatus;
use crate::app_password::{AppPassword, EffectiveState};
use crate::door::Door;
use crate::mfa::MfaState;
use crate::setting::AccountPasswordsAtDoors;

/// A credential that verified.
#[derive(Clone, Copy, Debug)]
pub enum Verified<'a> {
    /// The account's own password.
    AccountPassword,
    /// An app password, by its current or an old secret.
    AppPassword {
        /// Which.
        app_password: &'a AppPassword,
        /// It is the old secret of a rotation, and its overlap has ended.
        rotated_away: bool,
    },
}

/// The policy that holds at the door for this account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DoorPolicy {
    /// The door is on.
    pub door_on: bool,
    /// App passwords may be used.
    pub app_passwords_on: bool,
    /// Whether account passwords may be used at doors at all.
    pub account_passwords: AccountPasswordsAtDoors,
    /// The door only reports what being switched off, or the organization's rule for account passwords, would refuse.
    /// What protects an account is never only reported: its MFA state, a block, the state and the limits of an app
    /// password refuse as ever.
    pub report_only: bool,
}

/// Everything that the rules look at.
#[derive(Clone, Copy, Debug)]
pub struct SignIn<'a> {
    /// What verified.
    pub credential: Verified<'a>,
    /// The account's MFA state.
    pub mfa: MfaState,
    /// Whether the account may sign in at all.
    pub status: &'a AccountStatus,
    /// The policy that holds.
    pub policy: DoorPolicy,
    /// Where the program signs in.
    pub door: Door,
    /// The client's address.
    pub address: IpAddr,
    /// The program asked to act for another account and has no grant for it.
    pub impersonation_denied: bool,
    /// A rate or session limit is reached.
    pub limit_reached: bool,
    /// The present moment.
    pub now: Timestamp,
}

/// The rules were asked and said yes. Only [`decide`] makes one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Permit {
    would_refuse: Option<RefusalReason>,
}

impl Permit {
    /// The first rule that would have refused, had the door not been in report-only mode.
    #[must_use]
    pub const fn would_refuse(self) -> Option<RefusalReason> {
        self.would_refuse
    }
}

/// The rule table, in its order.
///
/// # Errors
/// The first rule that refuses.
pub fn decide(sign_in: &SignIn<'_>) -> Result<Permit, RefusalReason> {
    let policy = sign_in.policy;
    let mut would_refuse = None;
    let mut refuse_or_report = |reason| {
        if !policy.report_only {
            return Err(reason);
        }
        would_refuse.get_or_insert(reason);
        Ok(())
    };
    if matches!(sign_in.credential, Verified::AccountPassword) {
        if sign_in.mfa == MfaState::Enforced {
            return Err(RefusalReason::AccountPasswordUnderMfa);
        }
        if policy.account_passwords == AccountPasswordsAtDoors::Never {
            refuse_or_report(RefusalReason::AccountPasswordsOff)?;
        }
    }
    if !matches!(sign_in.status, AccountStatus::Active) {
        return Err(RefusalReason::AccountBlocked);
    }
    if !policy.door_on {
        refuse_or_report(RefusalReason::DoorOff)?;
    }
    if let Verified::AppPassword { app_password, rotated_away } = sign_in.credential {
        if !policy.app_passwords_on {
            return Err(RefusalReason::AppPasswordsOff);
        }
        match app_password.state_at(sign_in.now) {
            EffectiveState::Active => {}
            EffectiveState::Suspended { .. } => return Err(RefusalReason::Suspended),
            EffectiveState::Expired { .. } => return Err(RefusalReason::Expired),
            EffectiveState::IdleExpired { .. } => return Err(RefusalReason::IdleExpired),
            EffectiveState::Revoked { .. } => return Err(RefusalReason::Revoked),
        }
        if rotated_away {
            return Err(RefusalReason::RotatedAway);
        }
        if !app_password.scope.contains(sign_in.door) {
            return Err(RefusalReason::OutOfScope);
        }
        if !app_password.networks.contain(sign_in.address) {
            return Err(RefusalReason::OutOfNetwork);
        }
    }
    if sign_in.impersonation_denied {
        return Err(RefusalReason::ImpersonationNotGranted);
    }
    if sign_in.limit_reached {
        return Err(RefusalReason::LimitReached);
    }
    Ok(Permit { would_refuse })
}

#[cfg(test)]
mod tests;

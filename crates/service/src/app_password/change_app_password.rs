//! Change what an app password may do, and what it is called.

use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::account::Permission;
use postern_domain::app_password::change::{Attribute, changed as differing, widened};
use postern_domain::app_password::{
    AppPassword, AppPasswordName, AppPasswordNote, SenderRestriction, StoredState,
};
use postern_domain::audit::Operation;
use postern_domain::door::DoorSet;
use postern_domain::id::AppPasswordId;
use postern_domain::limits::Limits;
use postern_domain::network::Networks;

use super::theirs::{find_theirs, may_widen};
use super::{AppPasswordError, attributes, changed, record_of};
use crate::audit::Record;
use crate::authorise::{Asker, settings_for};
use crate::notice::{AppPasswordTidings, tell};
use crate::{By, Service};

/// What is to change of an app password. What is none stays as it is.
#[derive(Clone, Debug, Default)]
pub struct ChangeAppPassword {
    /// Its name.
    pub name: Option<AppPasswordName>,
    /// Its note; none inside: without one.
    pub note: Option<Option<AppPasswordNote>>,
    /// The doors for which it is good.
    pub scope: Option<DoorSet>,
    /// The networks from which it is good.
    pub networks: Option<Networks>,
    /// When it ends; none inside: never.
    pub expires_at: Option<Option<Timestamp>>,
    /// Unused for this long, at least a day, it ends; none inside: never. If it has ended of that already, naming any span
    /// renews it: its idleness begins anew.
    pub idle_expiry: Option<Option<Duration>>,
    /// Which sender addresses it may use.
    pub sender: Option<SenderRestriction>,
    /// How much may be done with it.
    pub limits: Option<Limits>,
}

/// An app password that was changed.
#[derive(Clone, Debug)]
pub struct ChangedAppPassword {
    /// As it is now.
    pub app_password: AppPassword,
    /// What differs from before. Empty: nothing was to be done.
    pub changed: Vec<Attribute>,
    /// What of that lets it do more than before.
    pub widened: Vec<Attribute>,
}

impl Service {
    /// Changes an app password, all at once or not at all. Live sessions that it would no longer let in end. What lets it
    /// do more than before ([`widened`]) needs a fresh second factor, keeps to what new ones may be, and is for its owner, or
    /// for an administrator if its account is a service account; what does not needs none of that.
    ///
    /// # Errors
    /// [`AppPasswordError`].
    pub async fn change_app_password(
        &self,
        by: By<'_>,
        id: AppPasswordId,
        change: ChangeAppPassword,
    ) -> Result<ChangedAppPassword, AppPasswordError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        let (before, account) =
            find_theirs(&asker, &mut *transaction, id, Permission::ManageAppPasswords).await?;
        if matches!(before.state, StoredState::Revoked { .. }) {
            return Err(AppPasswordError::NotActive { state: before.state_at(now) });
        }
        let after = change.over(before.clone(), now);
        let done = ChangedAppPassword {
            changed: differing(&before, &after),
            widened: widened(&account, &before, &after),
            app_password: after,
        };
        if done.changed.is_empty() {
            return Ok(done);
        }
        done.check(now)?;
        if !done.widened.is_empty() {
            may_widen(&asker, &account, now)?;
            let settings = settings_for(&mut *transaction, &account).await?;
            attributes::permitted(&done.app_password, &done.widened, &asker, &settings, now)?;
            // An expired one is not among those that are counted.
            if before.expires_at.is_some_and(|at| at <= now) && done.widened.contains(&Attribute::Expiry) {
                attributes::one_more(&account, &settings, &mut *transaction, now).await?;
            }
        }
        transaction.update_app_password(&done.app_password).await?;
        let record = done.record(&before).by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        transaction.announce(changed(&done.app_password)).await?;
        if !done.widened.is_empty() {
            tell(&mut *transaction, &account, done.notice(by), now).await?;
        }
        transaction.commit().await?;
        Ok(done)
    }
}

impl ChangeAppPassword {
    fn over(self, before: AppPassword, now: Timestamp) -> AppPassword {
        // Whoever says how long it may be unused, after it was for too long, renews it: the silence before counts no more.
        let renewed = self.idle_expiry.is_some() && before.idle_expired_at(now).is_some();
        AppPassword {
            name: self.name.unwrap_or(before.name),
            note: self.note.unwrap_or(before.note),
            scope: self.scope.unwrap_or(before.scope),
            networks: self.networks.unwrap_or(before.networks),
            expires_at: self.expires_at.unwrap_or(before.expires_at),
            idle_expiry: self.idle_expiry.unwrap_or(before.idle_expiry),
            sender: self.sender.unwrap_or(before.sender),
            limits: self.limits.unwrap_or(before.limits),
            renewed_at: if renewed { Some(now) } else { before.renewed_at },
            ..before
        }
    }
}

impl ChangedAppPassword {
    /// An expiry that has passed is wrong only where it is asked for: an expired one may still be renamed.
    fn check(&self, now: Timestamp) -> Result<(), AppPasswordError> {
        let expires_at = self.app_password.expires_at.filter(|_| self.changed.contains(&Attribute::Expiry));
        let its = &self.app_password;
        attributes::check(its.scope, &its.networks, &its.sender, expires_at, its.idle_expiry, now)
    }

    fn notice(&self, by: By<'_>) -> AppPasswordTidings {
        let value =
            |attribute: &Attribute| (attribute.name().to_owned(), shown(*attribute, &self.app_password));
        AppPasswordTidings::Widened {
            its: (&self.app_password).into(),
            changes: self.widened.iter().map(value).collect(),
            done: by.into(),
        }
    }

    /// What it was and what it is, of each attribute that was changed.
    fn record(&self, before: &AppPassword) -> Record {
        let record = record_of(Operation::ChangeAppPassword, before);
        let record = self.changed.iter().fold(record, |record, attribute| {
            record
                .detail(&format!("{} before", attribute.name()), shown(*attribute, before))
                .detail(&format!("{} after", attribute.name()), shown(*attribute, &self.app_password))
        });
        let widened: Vec<_> = self.widened.iter().map(|attribute| attribute.name()).collect();
        record.detail_if("widened", Some(widened.join(", ")).filter(|list| !list.is_empty()))
    }
}

/// An attribute as the audit log keeps it.
fn shown(attribute: Attribute, app_password: &AppPassword) -> String {
    let none = || "none".to_owned();
    match attribute {
        Attribute::Name => app_password.name.to_string(),
        Attribute::Note => app_password.note.as_ref().map_or_else(none, ToString::to_string),
        Attribute::Scope => app_password.scope.to_string(),
        Attribute::Networks => app_password.networks.to_string(),
        Attribute::Expiry => app_password.expires_at.map_or_else(none, |at| at.to_string()),
        Attribute::IdleExpiry => {
            let from = app_password.renewed_at.map(|at| format!(", counted from {at}")).unwrap_or_default();
            app_password
                .idle_expiry
                .map_or_else(none, |span| format!("{} hours{from}", span.as_secs() / 3600))
        }
        Attribute::Sender => match &app_password.sender {
            SenderRestriction::AccountAddresses => "the account's addresses".to_owned(),
            SenderRestriction::Listed(list) => list.join(", "),
            SenderRestriction::Unrestricted => "any".to_owned(),
        },
        Attribute::Limits => app_password.limits.to_string(),
    }
}

#[cfg(test)]
mod tests;

//! Narrow the mailboxes that an app password may act for.

use postern_domain::account::{AccountKind, Permission};
use postern_domain::app_password::{AppPassword, StoredState};
use postern_domain::audit::Operation;
use postern_domain::id::AppPasswordId;
use postern_domain::impersonation::ImpersonationGrant;

use super::theirs::find_theirs;
use super::{AppPasswordError, changed, record_of};
use crate::account::{by_primary_address, in_full};
use crate::authorise::Asker;
use crate::notice::{AppPasswordTidings, tell};
use crate::{By, Service};

impl Service {
    /// Puts a grant in the place of the one that an app password of a service account has: the only mailboxes that it may
    /// act for, of those in its account's grant. None: all of those. For an administrator. Sessions that act for a
    /// mailbox which is no longer named end.
    ///
    /// # Errors
    /// [`AppPasswordError`].
    pub async fn narrow_impersonation(
        &self,
        by: By<'_>,
        id: AppPasswordId,
        grant: Option<ImpersonationGrant>,
    ) -> Result<AppPassword, AppPasswordError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        let (mut app_password, account) =
            find_theirs(&asker, &mut *transaction, id, Permission::ManageAppPasswords).await?;
        if !asker.may(Permission::ManageAppPasswords) {
            return Err(AppPasswordError::NotAllowed);
        }
        if !asker.stepped_up(now) {
            return Err(AppPasswordError::StepUpNeeded);
        }
        if account.kind != AccountKind::ServiceAccount {
            return Err(AppPasswordError::NotAServiceAccount);
        }
        if matches!(app_password.state, StoredState::Revoked { .. }) {
            return Err(AppPasswordError::NotActive { state: app_password.state_at(now) });
        }
        let grant = match grant {
            Some(grant) => Some(by_primary_address(grant, &mut *transaction).await?),
            None => None,
        };
        if app_password.grant == grant {
            return Ok(app_password);
        }
        let before = std::mem::replace(&mut app_password.grant, grant);
        transaction.update_app_password(&app_password).await?;
        let record = record_of(Operation::ChangeImpersonationGrant, &app_password)
            .detail("before", its_own(before.as_ref()))
            .detail("after", its_own(app_password.grant.as_ref()))
            .by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        let notice = AppPasswordTidings::GrantChanged {
            its: (&app_password).into(),
            before: its_own(before.as_ref()),
            after: its_own(app_password.grant.as_ref()),
            done: by.into(),
        };
        tell(&mut *transaction, &account, notice, now).await?;
        transaction.announce(changed(&app_password)).await?;
        transaction.commit().await?;
        Ok(app_password)
    }
}

fn its_own(grant: Option<&ImpersonationGrant>) -> String {
    if grant.is_some() { in_full(grant) } else { "all of its account's grant".to_owned() }
}

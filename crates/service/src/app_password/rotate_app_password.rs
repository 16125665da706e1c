//! Rotate an app password.

use std::time::Duration;

use postern_domain::account::{AccountStatus, Permission};
use postern_domain::app_password::{AppPassword, EffectiveState};
use postern_domain::audit::Operation;
use postern_domain::id::AppPasswordId;

use super::theirs::{find_theirs, may_widen};
use super::{AppPasswordError, CreatedAppPassword, changed, record_of};
use crate::authorise::Asker;
use crate::notice::{AppPasswordTidings, tell};
use crate::{By, Service};

impl Service {
    /// Gives an app password a new secret. The old one goes on working until the first use of the new one, at most
    /// `overlap` (zero ends it at once; at most [`AppPassword::LONGEST_OVERLAP`]). By its owner, or by an administrator
    /// for a service account, with a fresh second factor: whoever does it knows the secret afterwards. The new secret has the
    /// form of the old one, also where the setting `compatible_profiles` no longer offers it: the device takes no other.
    ///
    /// # Errors
    /// [`AppPasswordError`].
    pub async fn rotate_app_password(
        &self,
        by: By<'_>,
        id: AppPasswordId,
        overlap: Duration,
    ) -> Result<CreatedAppPassword, AppPasswordError> {
        if overlap > AppPassword::LONGEST_OVERLAP {
            return Err(AppPasswordError::OverlapTooLong);
        }
        // Made before the transaction begins, which holds all other writers up.
        let mut snapshot = self.parts.store.snapshot().await?;
        let known = snapshot.app_password(id).await?.ok_or(AppPasswordError::NoSuchAppPassword)?;
        let its_account = snapshot.account(known.account).await?;
        drop(snapshot);
        let its_settings = its_account.map_or_else(|| self.settings(), |account| self.settings_of(&account));
        let slow = its_settings.slow_hash_for_app_passwords;
        let (secret, stored) = self.make_secret(Some(known.account), known.profile, slow).await?;

        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        let (mut app_password, account) =
            find_theirs(&asker, &mut *transaction, id, Permission::ManageAppPasswords).await?;
        may_widen(&asker, &account, now)?;
        if account.status != AccountStatus::Active {
            return Err(AppPasswordError::AccountBlocked);
        }
        match app_password.state_at(now) {
            EffectiveState::Active => {}
            state => return Err(AppPasswordError::NotActive { state }),
        }
        let old_until = now.plus(overlap);
        transaction.add_secret(id, &stored, old_until).await?;
        app_password.overlap_until = (!overlap.is_zero()).then_some(old_until);
        let record = record_of(Operation::RotateAppPassword, &app_password)
            .detail("old secret works until", old_until)
            .by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        let notice = AppPasswordTidings::Rotated {
            its: (&app_password).into(),
            old_secret_until: app_password.overlap_until,
            done: by.into(),
        };
        tell(&mut *transaction, &account, notice, now).await?;
        transaction.announce(changed(&app_password)).await?;
        transaction.commit().await?;
        Ok(CreatedAppPassword { app_password, secret })
    }
}

//! End the owners' right to create app passwords, and with it, when that is wished, the app passwords that there are.

use postern_domain::account::GroupName;
use postern_domain::setting::SettingKey;
use postern_storage::{Change, ChangeKind};

use super::SettingError;
use super::change_setting::{may_change, write};
use super::preview_setting::whose;
use crate::authorise::Asker;
use crate::{By, Service};

/// The reason that the revoked ones are given.
const REASON: &str = "owners may no longer create app passwords";

impl Service {
    /// Sets *users may create app passwords* to `false`, for the organization or a group, and revokes in the same step the
    /// app passwords of the accounts for which that changes something. Gives how many were revoked; their live sessions end
    /// as the setting's change is followed. Their owners see by whom and why they were revoked.
    ///
    /// One statement does it, which takes some seconds where there are a million; other writers wait meanwhile.
    ///
    /// # Errors
    /// [`SettingError`].
    pub async fn forbid_app_passwords(
        &self,
        by: By<'_>,
        group: Option<&GroupName>,
    ) -> Result<u64, SettingError> {
        let key = SettingKey::UsersMayCreateAppPasswords;
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        may_change(&asker, now)?;
        let mut policy = transaction.policy().await?;
        let whose = whose(&policy, group);
        let written = write(&mut *transaction, &mut policy, group, key, Some("false")).await?;
        let revoked = transaction.revoke_app_passwords(&whose, now, &by.actor().to_string(), REASON).await?;
        let record = written.map_or_else(
            // It was off before, and what is left over is revoked now.
            || {
                crate::audit::Record::of(postern_domain::audit::Operation::ChangeSetting)
                    .detail("setting", key.name())
                    .detail_if("group", group)
            },
            |(_, record)| record,
        );
        let record = record.detail("app passwords revoked", revoked).by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        transaction.announce(Change::new(ChangeKind::Settings)).await?;
        transaction.commit().await?;
        self.put_policy(policy);
        Ok(revoked)
    }
}

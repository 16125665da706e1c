//! Follows the change feed: what another process changes takes effect here too.

use std::sync::Weak;

use postern_domain::id::AccountId;
use postern_storage::{Change, ChangeKind};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::{Failure, Service, guessing};

/// Runs until the service is gone.
pub(crate) async fn follow(service: Weak<Service>, mut changes: Receiver<Change>) {
    loop {
        let kind = match changes.recv().await {
            Ok(change) => change.kind,
            Err(RecvError::Lagged(_)) => ChangeKind::Resync,
            Err(RecvError::Closed) => return,
        };
        let Some(service) = service.upgrade() else { return };
        let followed = match kind {
            ChangeKind::Settings => service.reread_settings().await,
            ChangeKind::Account(account) => service.forget_wrong_secrets(account).await,
            ChangeKind::Resync => {
                // A secret that is remembered as wrong may have become right meanwhile.
                *service.account_passwords() = guessing::account_passwords();
                service.reread_settings().await
            }
            // App passwords are looked for before the lockout is asked, so it has nothing to learn of them.
            ChangeKind::AppPassword(..) | ChangeKind::EndSessions(_) | ChangeKind::EndDoorSession(_) => {
                Ok(())
            }
        };
        if let Err(error) = followed {
            tracing::error!(%error, ?kind, "a change could not be followed; it will be with the next one");
        }
    }
}

impl Service {
    async fn reread_settings(&self) -> Result<(), Failure> {
        let settings = self.parts.store.snapshot().await?.settings().await?;
        self.put_settings(settings);
        Ok(())
    }

    /// A secret that was wrong for the account may be right now.
    async fn forget_wrong_secrets(&self, id: AccountId) -> Result<(), Failure> {
        if let Some(account) = self.parts.store.snapshot().await?.account(id).await? {
            self.account_passwords().forget(&account.name);
        }
        Ok(())
    }
}

//! Follows the change feed: what another process changes takes effect here too.

use std::sync::Weak;
use std::time::Duration;

use postern_domain::id::AccountId;
use postern_storage::{Change, ChangeKind};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::sleep;

use crate::{Failure, Service, guessing};

/// How often a key that is missing is looked for: somebody is giving the key file to this machine.
const LOOK_FOR_KEYS: Duration = Duration::from_secs(1);

/// Looks for keys between two lines in the log.
const LOOKS_A_LINE: u32 = 60;

/// Runs until the service is gone.
pub(crate) async fn follow(service: Weak<Service>, mut changes: Receiver<Change>) {
    // How often the keys were looked for in vain.
    let mut looks: u32 = 0;
    loop {
        let kind = tokio::select! {
            change = changes.recv() => match change {
                Ok(change) => change.kind,
                Err(RecvError::Lagged(_)) => ChangeKind::Resync,
                Err(RecvError::Closed) => return,
            },
            () = sleep(LOOK_FOR_KEYS), if looks > 0 => ChangeKind::Keys,
        };
        let Some(service) = service.upgrade() else { return };
        if matches!(kind, ChangeKind::Keys | ChangeKind::Resync) {
            looks = look_for_keys(&service, looks).await;
        }
        service.at_work.heed(kind);
        service.impersonations.heed(kind);
        let followed = match kind {
            ChangeKind::Settings => service.reread_settings().await,
            ChangeKind::Account(account) => {
                service.upstreams.slots.forget_account(account);
                service.forget_wrong_secrets(account).await
            }
            ChangeKind::Resync => {
                service.upstreams.slots.forget_consents();
                // A secret that is remembered as wrong may have become right meanwhile.
                *service.account_passwords() = guessing::account_passwords();
                service.reread_settings().await
            }
            ChangeKind::EndSessions(account) => {
                service.upstreams.slots.forget_account(account);
                Ok(())
            }
            // App passwords are looked for before the lockout is asked, so it has nothing to learn of them.
            ChangeKind::AppPassword(..) | ChangeKind::EndDoorSession(_) | ChangeKind::Keys => Ok(()),
        };
        if let Err(error) = followed {
            tracing::error!(%error, ?kind, "a change could not be followed; it will be with the next one");
        }
    }
}

/// Gives how often they were looked for in vain by now.
async fn look_for_keys(service: &Service, looks: u32) -> u32 {
    match service.reread_keys().await {
        Ok(()) => {
            if looks > 0 {
                tracing::info!("every key that was missing is there");
            }
            0
        }
        Err(error) => {
            if looks.is_multiple_of(LOOKS_A_LINE) {
                tracing::error!(
                    %error,
                    "the keys in use may not be all: until they are, an unknown secret is answered as a temporary failure"
                );
            }
            looks.saturating_add(1)
        }
    }
}

impl Service {
    async fn reread_settings(&self) -> Result<(), Failure> {
        let policy = self.parts.store.snapshot().await?.policy().await?;
        self.put_policy(policy);
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

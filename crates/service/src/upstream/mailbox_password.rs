//! The mailbox's own password at an upstream, as its owner gave it.

use postern_domain::Timestamp;
use postern_domain::account::{AccountName, Permission};
use postern_domain::audit::Operation;
use postern_storage::{MailboxPasswordRecord, StorageError};
use zeroize::Zeroizing;

use super::ConsentError;
use super::consent::find_theirs;
use crate::account::record_of;
use crate::authorise::Asker;
use crate::door::DoorSession;
use crate::notice::{MailboxTidings, tell};
use crate::{By, Failure, Service};

/// Longest mailbox password, in octets.
const LONGEST: usize = 512;

/// Why a mailbox password was not stored.
#[derive(Debug, thiserror::Error)]
pub enum MailboxPasswordError {
    /// No upstream of that name wants one.
    #[error("no upstream of that name asks for a mailbox password")]
    NoSuchUpstream,
    /// It cannot be a password that a mail server takes.
    #[error("a mailbox password has 1 to 512 octets, without line breaks")]
    Unfit,
    /// The deed needs a second factor that was checked in the last minutes.
    #[error("confirm with your second factor first")]
    StepUpNeeded,
    /// The session is over, or the token that asks has ended.
    #[error("your session is over: sign in again")]
    SessionOver,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for MailboxPasswordError {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

/// An upstream that wants the mailbox's own password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxPasswordOffer {
    /// Its name.
    pub upstream: String,
    /// When the owner entered one; none: not yet.
    pub set_at: Option<Timestamp>,
}

impl Service {
    /// The password that the owner of the session's mailbox entered for `upstream`; none was entered: `None`.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn mailbox_password(
        &self,
        upstream: &str,
        session: &DoorSession,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
        let Some(account) = session.mailbox_account() else { return Ok(None) };
        let mut snapshot = self.parts.store.snapshot().await?;
        let Some(record) = snapshot.mailbox_password(account.id, upstream).await? else { return Ok(None) };
        self.open_mailbox_password(account.id, upstream, &record.secret).map(Some)
    }

    /// The upstreams that want a password of this account's mailbox, and whether they have one. For the owner,
    /// administrators and the operator.
    ///
    /// # Errors
    /// [`ConsentError`].
    pub async fn mailbox_passwords_of(
        &self,
        by: By<'_>,
        account: &AccountName,
    ) -> Result<Vec<MailboxPasswordOffer>, ConsentError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let asker = Asker::read(by, &mut *snapshot, self.now()).await?;
        let account = find_theirs(&asker, &mut *snapshot, account, Permission::ManageAccounts).await?;
        let records = snapshot.mailbox_passwords_of(account.id).await?;
        let set_at =
            |upstream: &String| Some(records.iter().find(|record| record.upstream == *upstream)?.set_at);
        let mut offers: Vec<_> = (self.upstreams.with_mailbox_passwords.iter())
            .map(|upstream| MailboxPasswordOffer { upstream: upstream.clone(), set_at: set_at(upstream) })
            .collect();
        // Those of upstreams that are gone stay visible, and can be removed.
        for record in &records {
            if !self.upstreams.with_mailbox_passwords.contains(&record.upstream) {
                let (upstream, set_at) = (record.upstream.clone(), Some(record.set_at));
                offers.push(MailboxPasswordOffer { upstream, set_at });
            }
        }
        Ok(offers)
    }

    /// Stores the password of the mailbox of who asks at an upstream, in the place of one before. Needs a fresh second
    /// factor. Nobody reads it again, not even its owner.
    ///
    /// # Errors
    /// [`MailboxPasswordError`].
    pub async fn set_mailbox_password(
        &self,
        by: By<'_>,
        upstream: &str,
        password: &str,
    ) -> Result<(), MailboxPasswordError> {
        if !self.upstreams.with_mailbox_passwords.iter().any(|name| name == upstream) {
            return Err(MailboxPasswordError::NoSuchUpstream);
        }
        if password.is_empty() || password.len() > LONGEST || password.contains(['\0', '\r', '\n']) {
            return Err(MailboxPasswordError::Unfit);
        }
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        let own = asker.own_account().ok_or(MailboxPasswordError::SessionOver)?;
        let account = transaction.account(own).await?.ok_or(MailboxPasswordError::SessionOver)?;
        if !asker.stepped_up(now) {
            return Err(MailboxPasswordError::StepUpNeeded);
        }
        let record = MailboxPasswordRecord {
            account: account.id,
            upstream: upstream.to_owned(),
            secret: self.seal_mailbox_password(account.id, upstream, password.as_bytes()),
            set_at: now,
        };
        transaction.put_mailbox_password(&record).await?;
        let record = record_of(Operation::SetMailboxPassword, &account)
            .detail("upstream", upstream)
            .by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        let notice = MailboxTidings::Connected { at: upstream.to_owned(), mailbox: None, done: by.into() };
        tell(&mut *transaction, &account, notice, now).await?;
        Ok(transaction.commit().await?)
    }

    /// Removes a mailbox password. No step-up is asked for, as it takes away.
    ///
    /// # Errors
    /// [`ConsentError`].
    pub async fn remove_mailbox_password(
        &self,
        by: By<'_>,
        account: &AccountName,
        upstream: &str,
    ) -> Result<(), ConsentError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        let account = find_theirs(&asker, &mut *transaction, account, Permission::ManageAccounts).await?;
        if !transaction.delete_mailbox_password(account.id, upstream).await? {
            return Err(ConsentError::NoSuchPassword);
        }
        let record = record_of(Operation::RemoveMailboxPassword, &account)
            .detail("upstream", upstream)
            .by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        if !asker.is(account.id) {
            let notice = MailboxTidings::Disconnected { at: upstream.to_owned(), done: by.into() };
            tell(&mut *transaction, &account, notice, now).await?;
        }
        Ok(transaction.commit().await?)
    }
}

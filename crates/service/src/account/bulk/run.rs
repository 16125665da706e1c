//! Make a change to many accounts, one after the other.

use std::sync::{Arc, Weak};
use std::time::Duration;

use postern_domain::account::{Account, AccountStatus, BulkChange};
use postern_domain::id::{AccountId, BulkJobId, NodeId};
use postern_storage::BulkJob;

use crate::account::AccountError;
use crate::app_password::AppPasswordError;
use crate::{By, Failure, Service};

/// How many accounts are done before that is noted: some tenths of a second.
const AT_ONCE: u32 = 50;

/// A server that was not heard of for so long has fallen, or cannot reach the database.
const SILENT: Duration = Duration::from_secs(60);

/// How often it is looked for changes that nobody goes on with.
const LOOK_EVERY: Duration = Duration::from_secs(20);

/// In how many of these rounds programs that were not heard of for long are forgotten: about once an hour.
const FORGET_EVERY: u32 = 180;

/// Goes on with what another server, or this one before it fell, left. The first look comes after a while: a command has
/// ended by then.
pub(crate) async fn keep(service: Weak<Service>) {
    for round in 1_u32.. {
        tokio::time::sleep(LOOK_EVERY).await;
        let Some(service) = service.upgrade() else { return };
        if round.is_multiple_of(FORGET_EVERY)
            && let Err(error) = service.forget_programs().await
        {
            tracing::warn!(%error, "programs that were not heard of for long could not be forgotten");
        }
        match service.abandoned().await {
            Ok(jobs) => jobs.into_iter().for_each(|id| service.go_on_with(id)),
            Err(error) => tracing::warn!(%error, "changes to many accounts could not be looked for"),
        }
    }
}

impl Service {
    /// Makes the change in a task of its own, unless another server has it.
    pub(super) fn go_on_with(self: &Arc<Self>, id: BulkJobId) {
        let service = Arc::downgrade(self);
        self.spawn(async move {
            if let Err(error) = run(&service, id).await {
                tracing::warn!(%error, %id, "a change to many accounts was interrupted; it is taken up again");
            }
        });
    }

    async fn abandoned(&self) -> Result<Vec<BulkJobId>, Failure> {
        let before = self.now().minus(SILENT);
        Ok(self.parts.store.snapshot().await?.abandoned_bulk_jobs(before).await?)
    }
}

async fn run(service: &Weak<Service>, id: BulkJobId) -> Result<(), Failure> {
    let mut holder = None;
    // The service may go between two rounds.
    while let Some(service) = service.upgrade() {
        let holder = *holder.get_or_insert_with(|| NodeId::generate(&*service.parts.clock, service.random()));
        if !service.round(id, holder).await? {
            return Ok(());
        }
    }
    Ok(())
}

impl Service {
    /// Does the next accounts. False: there is nothing left, or another server has it.
    async fn round(&self, id: BulkJobId, holder: NodeId) -> Result<bool, Failure> {
        let now = self.now();
        let mut transaction = self.parts.store.begin().await?;
        if !transaction.hold_bulk_job(id, holder, now, now.minus(SILENT)).await? {
            return Ok(false);
        }
        let Some(job) = transaction.bulk_job(id).await? else { return Ok(false) };
        let accounts = transaction.bulk_accounts_to_come(id, AT_ONCE).await?;
        let asker = transaction.account(job.account).await?;
        transaction.commit().await?;
        let Some(asker) = asker else { return Ok(false) };
        let mut results = Vec::with_capacity(accounts.len());
        for account in accounts {
            results.push((account, self.change_one(&asker, account, &job).await?));
        }
        let mut transaction = self.parts.store.begin().await?;
        transaction.note_bulk_accounts(id, &results, self.now()).await?;
        transaction.commit().await?;
        Ok(!results.is_empty())
    }

    /// Changes one account. Gives why it was not, if it was not.
    async fn change_one(
        &self,
        asker: &Account,
        id: AccountId,
        job: &BulkJob,
    ) -> Result<Option<String>, Failure> {
        let (by, change) = (By::Earlier(asker), &job.change);
        let found = self.parts.store.snapshot().await?.account(id).await?;
        let gone = |account: &Account| matches!(account.status, AccountStatus::Deleted { .. });
        let Some(account) = found.filter(|account| !gone(account)) else {
            return Ok(Some("the account was deleted meanwhile".to_owned()));
        };
        if let Some(why) = not_to_oneself(change).filter(|_| by.is_account(account.id)) {
            return Ok(Some(why));
        }
        if by.is_account(id) && by_token(job, by) {
            return Ok(Some("it is the account of the token's owner: change it by itself".to_owned()));
        }
        let name = &account.name;
        let done = match change {
            BulkChange::SetMfaState(state) => self.set_mfa_state(by, name, *state).await.map(drop),
            BulkChange::EndSessions => self.end_sessions(by, name).await,
            BulkChange::RequireRegistration(delete) => {
                self.require_registration(by, name, *delete).await.map(drop)
            }
            BulkChange::Block => self.block_account(by, name).await,
            BulkChange::Unblock => self.unblock_account(by, name).await,
            BulkChange::AddToGroup(group) => self.add_to_group(by, name, group.clone()).await.map(drop),
            BulkChange::RemoveFromGroup(group) => self.remove_from_group(by, name, group).await.map(drop),
            BulkChange::RevokeAppPasswords => {
                let reason = "all app passwords were revoked by an administrator";
                return match self.revoke_all_app_passwords(by, name, reason).await {
                    Ok(_) => Ok(None),
                    Err(AppPasswordError::Failure(failure)) => Err(failure),
                    Err(error) => Ok(Some(error.to_string())),
                };
            }
        };
        match done {
            Ok(()) => Ok(None),
            Err(AccountError::Failure(failure)) => Err(failure),
            Err(error) => Ok(Some(error.to_string())),
        }
    }
}

/// Whether a program asked for it. What is its owner's own it may only with a scope for that, which no change to many
/// accounts asks for.
fn by_token(job: &BulkJob, owner: By<'_>) -> bool {
    job.asked_by != owner.actor().to_string()
}

/// Why a change is not made to the account of who asked for it, where it is not: nobody cuts themselves off with a list in
/// which they did not see their own name.
fn not_to_oneself(change: &BulkChange) -> Option<String> {
    match change {
        BulkChange::EndSessions | BulkChange::Block => {
            Some("this would sign you out: do it on the account's own page".to_owned())
        }
        BulkChange::RequireRegistration(_) => Some(AccountError::OwnAccount.to_string()),
        BulkChange::SetMfaState(_)
        | BulkChange::Unblock
        | BulkChange::AddToGroup(_)
        | BulkChange::RemoveFromGroup(_)
        | BulkChange::RevokeAppPasswords => None,
    }
}

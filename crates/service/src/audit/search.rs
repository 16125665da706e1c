//! Search the audit log.

use std::collections::HashMap;

use postern_domain::Timestamp;
use postern_domain::account::{AccountName, Permission};
use postern_domain::audit::{AuditRecord, Link, Operation};
use postern_domain::id::{AccountId, AppPasswordId};
use postern_storage::{AuditFilter, Snapshot, StorageError};

use crate::authorise::Asker;
use crate::{By, Failure, Service};

/// Why the audit log is not shown.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// Their role does not allow it.
    #[error("your role does not allow reading the audit log")]
    NotAllowed,
    /// No account has that name, and none had it.
    #[error("no account has that name, and none had it")]
    NoSuchAccount,
    /// There is no record at that place.
    #[error("there is no record at that place")]
    NoSuchRecord,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for AuditError {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

/// What is looked for. What is not given is not asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AuditSearch {
    /// Who did it: the name of an account for its owner, or an actor's full words, such as `system` or `operator root`.
    pub actor: Option<String>,
    /// The account that it was done to; of a deleted account, too.
    pub account: Option<AccountName>,
    /// The app password that it was done to.
    pub app_password: Option<AppPasswordId>,
    /// What was done.
    pub operation: Option<Operation>,
    /// From this moment on.
    pub since: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// A text in the details or the actor's words.
    pub text: Option<String>,
    /// Before this place (for the next page).
    pub before: Option<u64>,
    /// At most so many, 1 to 1000.
    pub limit: u32,
}

/// Records with the names of the accounts in them.
#[derive(Debug)]
pub struct AuditPage {
    /// The records, newest first.
    pub records: Vec<AuditRecord>,
    /// The names of their accounts, of deleted ones too.
    pub names: HashMap<AccountId, AccountName>,
    /// Older ones are found by a search before this place; none: these are all.
    pub older: Option<u64>,
    /// Whether the search ended before the log did, because a text is looked for in a portion of it at a time.
    pub partial: bool,
}

/// A record with its place in the chain.
#[derive(Debug)]
pub struct AuditEntry {
    /// The record.
    pub record: AuditRecord,
    /// The name of its account.
    pub account: Option<AccountName>,
    /// The name of its app password.
    pub app_password: Option<String>,
    /// Whether its digest is that of its content, and it links to the record before it.
    pub holds: bool,
    /// Whether there is a record after it.
    pub is_last: bool,
}

/// So many records a text is looked for in at a time: some tens of milliseconds.
const TEXT_PORTION: u64 = 50_000;

impl Service {
    /// Records that a search finds, newest first.
    ///
    /// # Errors
    /// [`AuditError`].
    pub async fn search_audit(&self, by: By<'_>, search: &AuditSearch) -> Result<AuditPage, AuditError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        may_read(&*by_asker(by, &mut *snapshot, self.now()).await?)?;
        let head = snapshot.audit_head().await?.sequence;
        let mut filter = filter(search, &mut *snapshot).await?;
        let top = search.before.unwrap_or(head + 1);
        if filter.text.is_some() {
            filter.after = Some(top.saturating_sub(TEXT_PORTION + 1));
        }
        // One more than asked for tells whether there are more.
        filter.limit = search.limit.clamp(1, 999) + 1;
        let mut records = snapshot.audit_records(&filter).await?;
        let more = records.len() >= filter.limit as usize;
        records.truncate(filter.limit as usize - 1);
        let floor = filter.after.unwrap_or(0);
        let older =
            if more { records.last().map(|last| last.sequence) } else { (floor > 0).then_some(floor + 1) };
        let names = names(&records, &mut *snapshot).await?;
        Ok(AuditPage { records, names, older, partial: !more && floor > 0 })
    }

    /// One record, with its place in the chain.
    ///
    /// # Errors
    /// [`AuditError`].
    pub async fn audit_entry(&self, by: By<'_>, sequence: u64) -> Result<AuditEntry, AuditError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        may_read(&*by_asker(by, &mut *snapshot, self.now()).await?)?;
        let record = snapshot.audit_record(sequence).await?.ok_or(AuditError::NoSuchRecord)?;
        let before = match sequence {
            0 | 1 => Some(Link::START),
            _ => snapshot
                .audit_record(sequence - 1)
                .await?
                .map(|before| Link { sequence: before.sequence, digest: before.digest }),
        };
        let account = match record.account {
            Some(id) => snapshot.account(id).await?.map(|account| account.name),
            None => None,
        };
        let app_password = match record.app_password {
            Some(id) => snapshot.app_password(id).await?.map(|found| found.name.as_str().to_owned()),
            None => None,
        };
        let holds = before.is_some_and(|before| before.verify(&record).is_ok());
        let is_last = snapshot.audit_head().await?.sequence == sequence;
        Ok(AuditEntry { record, account, app_password, holds, is_last })
    }

    /// For an export: at most `limit` records after a place, in order, that a search finds, and the place up to which was
    /// looked; none when the log ended. Its `before` and `limit` count for nothing.
    ///
    /// # Errors
    /// [`AuditError`].
    pub async fn export_audit(
        &self,
        by: By<'_>,
        search: &AuditSearch,
        after: u64,
        limit: u32,
    ) -> Result<(Vec<AuditRecord>, Option<u64>), AuditError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        may_read(&*by_asker(by, &mut *snapshot, self.now()).await?)?;
        let filter = filter(search, &mut *snapshot).await?;
        let mut records = snapshot.audit_records_after(after, limit).await?;
        let last = records.last().map(|record| record.sequence);
        records.retain(|record| matches(&filter, record));
        Ok((records, last))
    }
}

async fn by_asker(
    by: By<'_>,
    state: &mut (dyn Snapshot + '_),
    now: Timestamp,
) -> Result<Box<Asker>, Failure> {
    Ok(Box::new(Asker::read(by, state, now).await?))
}

pub(super) fn may_read(asker: &Asker) -> Result<(), AuditError> {
    if asker.may(Permission::ReadAudit) { Ok(()) } else { Err(AuditError::NotAllowed) }
}

async fn filter(search: &AuditSearch, state: &mut (dyn Snapshot + '_)) -> Result<AuditFilter, AuditError> {
    let account = match &search.account {
        Some(name) => Some(state.account_of_mailbox(name).await?.ok_or(AuditError::NoSuchAccount)?.id),
        None => None,
    };
    let actor = search.actor.as_ref().map(|actor| match actor.parse::<AccountName>() {
        Ok(name) => format!("account {name}"),
        Err(_) => actor.clone(),
    });
    Ok(AuditFilter {
        account,
        app_password: search.app_password,
        operation: search.operation,
        actor,
        since: search.since,
        until: search.until,
        text: search.text.clone().filter(|text| !text.is_empty()),
        before: search.before,
        after: None,
        limit: 1,
    })
}

/// Whether a list with that filter has the record, its places aside.
fn matches(filter: &AuditFilter, record: &AuditRecord) -> bool {
    let AuditFilter { account, app_password, operation, actor, since, until, text, .. } = filter;
    let contains = |text: &String| {
        let text = text.to_ascii_lowercase();
        let has = |value: &str| value.to_ascii_lowercase().contains(&text);
        has(&record.actor) || record.details.iter().any(|(name, value)| has(name) || has(value))
    };
    account.is_none_or(|account| record.account == Some(account))
        && app_password.is_none_or(|id| record.app_password == Some(id))
        && operation.is_none_or(|operation| record.operation == operation)
        && actor.as_ref().is_none_or(|actor| record.actor == *actor)
        && since.is_none_or(|since| record.at >= since)
        && until.is_none_or(|until| record.at < until)
        && text.as_ref().is_none_or(contains)
}

async fn names(
    records: &[AuditRecord],
    state: &mut (dyn Snapshot + '_),
) -> Result<HashMap<AccountId, AccountName>, StorageError> {
    let mut names = HashMap::new();
    for id in records.iter().filter_map(|record| record.account) {
        if !names.contains_key(&id)
            && let Some(account) = state.account(id).await?
        {
            names.insert(id, account.name);
        }
    }
    Ok(names)
}

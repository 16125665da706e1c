//! Describe an app password: everything that is known of it, for one page.

use postern_domain::account::{Account, Permission};
use postern_domain::app_password::AppPassword;
use postern_domain::audit::AuditRecord;
use postern_domain::id::AppPasswordId;
use postern_domain::sign_in::SignInEvent;
use postern_storage::{AppPasswordDay, AppPasswordSource, AuditFilter, EventFilter};

use super::AppPasswordError;
use super::theirs::find_theirs;
use crate::authorise::Asker;
use crate::{By, Service};

/// Days of history: what the longer picture shows.
const DAYS: i64 = 90;
/// Records of what was done to it: it is changed seldom.
const RECORDS: u32 = 50;
/// Refusals: enough to see what goes wrong now.
const REFUSALS: u32 = 10;

/// Everything that is known of an app password. Never its secret.
#[derive(Clone, Debug)]
pub struct AppPasswordDescription {
    /// The app password.
    pub app_password: AppPassword,
    /// Its account.
    pub account: Account,
    /// The first day of the history, as [`postern_domain::Timestamp::day`] counts it.
    pub first_day: i64,
    /// The last day of the history: today.
    pub last_day: i64,
    /// The days on which something was tried with it, in order.
    pub days: Vec<AppPasswordDay>,
    /// Where it was accepted from, the latest first, at most [`postern_storage::MOST_SOURCES`].
    pub sources: Vec<AppPasswordSource>,
    /// What was done to it, the latest first, at most 50: for its owner, and for who may read the audit log.
    pub changes: Vec<AuditRecord>,
    /// The last refusals, the latest first, at most 10.
    pub refusals: Vec<SignInEvent>,
}

impl Service {
    /// Describes an app password, with all that was tried until now.
    ///
    /// # Errors
    /// [`AppPasswordError::NoSuchAppPassword`], also for another account's, [`AppPasswordError::Failure`].
    pub async fn describe_app_password(
        &self,
        by: By<'_>,
        id: AppPasswordId,
    ) -> Result<AppPasswordDescription, AppPasswordError> {
        self.write_down_events().await;
        let mut snapshot = self.parts.store.snapshot().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *snapshot, now).await?;
        let (app_password, account) =
            find_theirs(&asker, &mut *snapshot, id, Permission::ReadAccounts).await?;
        let last_day = now.day();
        let first_day = last_day - (DAYS - 1);
        let of_it = AuditFilter { app_password: Some(id), limit: RECORDS, ..AuditFilter::default() };
        let refused = EventFilter {
            app_password: Some(id),
            refused_only: true,
            limit: REFUSALS,
            ..EventFilter::default()
        };
        let changes = match asker.is(account.id) || asker.may(Permission::ReadAudit) {
            true => snapshot.audit_records(&of_it).await?,
            false => Vec::new(),
        };
        Ok(AppPasswordDescription {
            days: snapshot.app_password_days(id, first_day).await?,
            sources: snapshot.app_password_sources(id).await?,
            changes,
            refusals: snapshot.sign_in_events(&refused).await?,
            first_day,
            last_day,
            app_password,
            account,
        })
    }
}

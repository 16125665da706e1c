//! Report how programs signed in, and what they were refused for.

use postern_domain::Timestamp;
use postern_domain::sign_in::{Place, RefusalReason};
use postern_storage::{CredentialSort, Ended, InventoryFlag, SignInTally, TallyStep};

use super::list_inventory::may_read;
use super::{CredentialKind, InventoryError, InventoryItem, InventoryQuery};
use crate::{By, Service};

/// How far back a report goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReportSpan {
    /// 24 hours, hour by hour.
    Day,
    /// 30 days, day by day.
    Month,
}

impl ReportSpan {
    /// The step of its picture.
    #[must_use]
    pub const fn step(self) -> TallyStep {
        match self {
            Self::Day => TallyStep::Hour,
            Self::Month => TallyStep::Day,
        }
    }

    /// How many steps there are.
    #[must_use]
    pub const fn steps(self) -> u32 {
        match self {
            Self::Day => 24,
            Self::Month => 30,
        }
    }

    /// The beginning of its first step, with the last step that in which `now` lies.
    #[must_use]
    pub fn from(self, now: Timestamp) -> Timestamp {
        let step = self.step().millis();
        let last = now.as_millis() - now.as_millis().rem_euclid(step);
        Timestamp::from_millis(last - step * i64::from(self.steps() - 1))
    }
}

/// A report.
#[derive(Debug)]
pub struct SignInReport {
    /// The beginning of its first step.
    pub from: Timestamp,
    /// The sign-ins at doors and at the portal, by step.
    pub tallies: Vec<SignInTally>,
    /// The app passwords that were last tried after their end, latest first.
    pub tried_after_end: Vec<InventoryItem>,
}

impl SignInReport {
    /// The reasons for which sign-ins were refused, the most frequent first.
    #[must_use]
    pub fn refusals(&self) -> Vec<(RefusalReason, u64)> {
        let of = |reason: RefusalReason| {
            let counts = self.tallies.iter().filter(|tally| tally.ended == Ended::Refused(reason));
            (reason, counts.map(|tally| tally.count).sum::<u64>())
        };
        let mut counts: Vec<_> = RefusalReason::ALL.iter().copied().map(of).collect();
        counts.retain(|(_, count)| *count > 0);
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counts
    }

    /// How many sign-ins were accepted that would have been refused, had their doors not been in report-only mode.
    #[must_use]
    pub fn would_refuse(&self) -> u64 {
        let counts = self.tallies.iter().filter(|tally| matches!(tally.ended, Ended::WouldRefuse(_)));
        counts.map(|tally| tally.count).sum()
    }

    /// How many sign-ins at doors were accepted with an account password.
    #[must_use]
    pub fn with_account_passwords(&self) -> u64 {
        let counts = self.tallies.iter().filter(|tally| {
            tally.credential == CredentialSort::AccountPassword
                && matches!(tally.place, Place::Door(_))
                && !matches!(tally.ended, Ended::Refused(_))
        });
        counts.map(|tally| tally.count).sum()
    }
}

/// So many app passwords that are still tried are shown.
const SHOWN: u32 = 10;

impl Service {
    /// The report of sign-ins.
    ///
    /// # Errors
    /// [`InventoryError`].
    pub async fn sign_in_report(&self, by: By<'_>, span: ReportSpan) -> Result<SignInReport, InventoryError> {
        self.write_down_events().await;
        let now = self.now();
        let from = span.from(now);
        let mut snapshot = self.parts.store.snapshot().await?;
        may_read(by, &mut *snapshot, now).await?;
        let tallies = snapshot.sign_in_tallies(from, span.step()).await?;
        drop(snapshot);
        let query = InventoryQuery {
            kind: Some(CredentialKind::AppPassword),
            flag: Some(InventoryFlag::TriedAfterEnd),
            limit: SHOWN,
            ..InventoryQuery::default()
        };
        let tried_after_end = self.list_inventory(by, &query).await?.items;
        Ok(SignInReport { from, tallies, tried_after_end })
    }
}

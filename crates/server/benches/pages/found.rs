//! What is in the database, to ask for it.

use postern_domain::account::AccountStatus;
use postern_domain::id::{AccountId, ApiTokenId, AppPasswordId, BulkJobId, ServicePrincipalId};
use postern_domain::sign_in::Outcome;
use postern_storage::EventFilter;
use postern_testkit::TestService;

use crate::university::id;

/// Names and identifiers of things that are there.
pub(crate) struct Found {
    /// A usual account, and one of those with the most app passwords.
    pub(crate) accounts: Vec<(AccountId, String)>,
    pub(crate) app_password: AppPasswordId,
    pub(crate) change: BulkJobId,
    pub(crate) token: ApiTokenId,
    pub(crate) principal: ServicePrincipalId,
    /// A place in the middle of the audit log.
    pub(crate) record: u64,
    /// A refusal's reference.
    pub(crate) reference: String,
    /// Days before all sign-ins, in the midst of them, and the last one.
    pub(crate) days: [&'static str; 3],
}

impl Found {
    /// Looks for them.
    pub(crate) async fn look(test: &TestService) -> crate::Outcome<Self> {
        let mut state = test.store.snapshot().await?;
        let mut accounts = Vec::new();
        for from in [4_711, 40] {
            for number in from.. {
                let account = state.account(AccountId::from_bytes(id(1, number))).await?;
                let account = account.ok_or("the database was not seeded by the benchmark")?;
                if account.status == AccountStatus::Active {
                    accounts.push((account.id, account.name.to_string()));
                    break;
                }
            }
        }
        let events = state
            .sign_in_events(&EventFilter { refused_only: true, limit: 1, ..EventFilter::default() })
            .await?;
        let Some(Outcome::Refused { reference, .. }) = events.first().map(|event| event.outcome) else {
            return Err("no refusal".into());
        };
        Ok(Self {
            accounts,
            app_password: AppPasswordId::from_bytes(id(2, 4_711)),
            change: BulkJobId::from_bytes(id(10, 0)),
            token: ApiTokenId::from_bytes(id(6, 7)),
            principal: ServicePrincipalId::from_bytes(id(7, 7)),
            record: state.audit_head().await?.sequence / 2,
            reference: reference.to_string(),
            days: ["2026-06-01", "2026-11-01", "2026-11-18"],
        })
    }
}

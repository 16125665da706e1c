//! What is in the database, to ask for it.

use postern_domain::account::AccountStatus;
use postern_domain::id::{
    AccountId, ApiTokenId, AppPasswordId, BulkJobId, MethodId, OutsideIdentityId, ServicePrincipalId,
};
use postern_domain::outside_identity::OutsideIdentity;
use postern_domain::sign_in::Outcome;
use postern_storage::{AccountFilter, EventFilter, Snapshot, Store};
use postern_testkit::TestService;

use crate::university::id;

/// Names and identifiers of things that are there.
pub(crate) struct Found {
    /// A usual account, and one of those with the most app passwords.
    pub(crate) accounts: Vec<(AccountId, String)>,
    /// Who the first of them is at an identity provider.
    pub(crate) identity: OutsideIdentityId,
    /// An account with an authentication method, and that.
    pub(crate) method: (AccountId, MethodId),
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
        drop(state);
        let identity = linked(&*test.store, accounts[0].0).await?;
        let mut state = test.store.snapshot().await?;
        Ok(Self {
            accounts,
            identity,
            method: method(&mut *state).await?,
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

async fn method(state: &mut (dyn Snapshot + '_)) -> crate::Outcome<(AccountId, MethodId)> {
    let with_one = AccountFilter { has_methods: Some(true), limit: 1, ..AccountFilter::default() };
    let account = state.accounts(&with_one).await?.first().ok_or("no account has a method")?.id;
    let method = state.methods_of(account).await?.first().ok_or("no account has a method")?.id;
    Ok((account, method))
}

/// Who an account is at a provider. The seed links nobody, so that the first run does.
async fn linked(store: &dyn Store, account: AccountId) -> crate::Outcome<OutsideIdentityId> {
    let mut transaction = store.begin().await?;
    if let Some(known) = transaction.outside_identities_of(account).await?.first() {
        return Ok(known.id);
    }
    let identity = OutsideIdentity {
        id: OutsideIdentityId::from_bytes(id(11, 0)),
        account,
        issuer: "https://login.example.test".to_owned(),
        subject: "248289761001".parse()?,
        label: "somebody".to_owned(),
        linked_at: postern_domain::Timestamp::from_millis(1_790_000_000_000),
        linked_by: "operator bench".to_owned(),
        last_used_at: None,
    };
    transaction.insert_outside_identity(&identity).await?;
    transaction.commit().await?;
    Ok(identity.id)
}

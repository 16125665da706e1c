//! How SQLite finds the rows of each list, whatever it is narrowed by: by an index, and never by reading a table that
//! grows from its beginning to its end. The plans are asked of a database without statistics, as each one is.

mod locked_out;

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::account::{AccountKind, Role};
use postern_domain::actor::Actor;
use postern_domain::audit::{NewAuditRecord, Operation};
use postern_domain::door::{Door, DoorSet};
use postern_domain::id::{
    AccountId, AppPasswordId, BulkJobId, DoorSessionId, ServicePrincipalId, SignInEventId,
};
use postern_domain::mfa::MfaState;
use postern_domain::sign_in::Place;
use postern_storage::{
    AccountFilter, ApiTokenFilter, AppPasswordFilter, AppPasswordPlace, AuditFilter, ConsentPlace, CursorKey,
    EventFilter, InventoryCriteria, InventoryCursor, InventoryFilter, InventoryFlag, LiveSessionFilter,
    LiveSessionPlace, PrincipalPlace, ProgramFilter, ProgramPlace, Result, Store as _,
};

use crate::driver::sqlite::Sqlite;
use crate::driver::{Dialect, Driver, Row, Session, Sink, Value, Watch};
use crate::store::SqlStore;

/// Lines of plans, each with its statement.
type Plans = Arc<Mutex<Vec<(String, String)>>>;

/// SQLite, asked for its plan before each statement that reads.
struct Explaining {
    sqlite: Sqlite,
    plans: Plans,
}

struct ExplainingSession {
    session: Box<dyn Session>,
    plans: Plans,
}

#[async_trait]
impl Driver for Explaining {
    fn dialect(&self) -> Dialect {
        self.sqlite.dialect()
    }

    async fn snapshot(&self) -> Result<Box<dyn Session>> {
        let session = self.sqlite.snapshot().await?;
        Ok(Box::new(ExplainingSession { session, plans: Arc::clone(&self.plans) }))
    }

    async fn begin(&self) -> Result<Box<dyn Session>> {
        let session = self.sqlite.begin().await?;
        Ok(Box::new(ExplainingSession { session, plans: Arc::clone(&self.plans) }))
    }

    async fn read(&self, sql: &str, parameters: &[Value<'_>], sink: Sink<'_>) -> Result<()> {
        self.sqlite.read(sql, parameters, sink).await
    }

    fn watch(&self) -> Result<Box<dyn Watch>> {
        self.sqlite.watch()
    }
}

#[async_trait]
impl Session for ExplainingSession {
    async fn query(&mut self, sql: &str, parameters: &[Value<'_>], sink: Sink<'_>) -> Result<()> {
        let mut lines = Vec::new();
        let mut keep = |row: &dyn Row| {
            if let Value::Text(line) = row.value(3)? {
                lines.push((line.to_owned(), sql.to_owned()));
            }
            Ok(())
        };
        self.session.query(&format!("explain query plan {sql}"), parameters, &mut keep).await?;
        self.plans.lock().unwrap_or_else(PoisonError::into_inner).extend(lines);
        self.session.query(sql, parameters, sink).await
    }

    async fn execute(&mut self, sql: &str, parameters: &[Value<'_>]) -> Result<u64> {
        self.session.execute(sql, parameters).await
    }

    async fn batch(&mut self, sql: &str) -> Result<()> {
        self.session.batch(sql).await
    }

    async fn commit(self: Box<Self>, announced: bool) -> Result<()> {
        self.session.commit(announced).await
    }
}

/// An empty database, and where the plans of what is read in it come together.
async fn open() -> (SqlStore, Plans) {
    let plans = Plans::default();
    let sqlite = Sqlite::open_temporary().await.unwrap();
    let driver = Explaining { sqlite, plans: Arc::clone(&plans) };
    (SqlStore::open(Arc::new(driver)).await.unwrap(), plans)
}

fn taken(plans: &Plans) -> Vec<(String, String)> {
    std::mem::take(&mut *plans.lock().unwrap())
}

/// A table that grows, by its name or the alias that stands for it everywhere, read from end to end without an index.
/// (What a statement makes for itself, and the rows of one step in it, may be.)
fn is_whole(line: &str) -> bool {
    const GROWING: &[&str] = &[
        "a",
        "account",
        "p",
        "app_password",
        "u",
        "account_password_use",
        "account_password_seen",
        "m",
        "method",
        "s",
        "sign_in_event",
        "t",
        "tried_after_end",
        "audit_record",
        "notice",
        "notice_recipient",
        "live_session",
        "l",
        "consent",
        "bulk_job",
        "service_principal",
        "account_group",
        "g",
    ];
    let name = line.strip_prefix("SCAN ").filter(|rest| !rest.contains(" USING "));
    name.is_some_and(|name| GROWING.contains(&name))
}

/// Panics for a plan that reads a table as a whole, or that puts all that it has found in order unless it may.
fn assert_plans(what: &str, plans: &[(String, String)], may_sort: bool) {
    assert!(!plans.is_empty(), "{what}: nothing was read");
    for (line, sql) in plans {
        assert!(!is_whole(line), "{what}: {line}\n{sql}\n{plans:#?}");
        let sorts = line == "USE TEMP B-TREE FOR ORDER BY";
        assert!(may_sort || !sorts, "{what} sorts all that it finds\n{sql}\n{plans:#?}");
    }
}

const fn at(days: i64) -> Timestamp {
    Timestamp::from_millis(1_795_000_000_000 + days * 86_400_000)
}

fn account() -> AccountId {
    AccountId::from_bytes([1; 16])
}

fn app_password() -> AppPasswordId {
    AppPasswordId::from_bytes([2; 16])
}

fn accounts() -> Vec<AccountFilter> {
    let one = || AccountFilter { limit: 50, ..AccountFilter::default() };
    let mut filters = vec![
        one(),
        AccountFilter { text: Some("anna".to_owned()), ..one() },
        AccountFilter { kind: Some(AccountKind::Person), ..one() },
        AccountFilter { role: Some(Role::Auditor), ..one() },
        AccountFilter { mfa: Some(MfaState::Enforced), ..one() },
        AccountFilter { blocked: Some(true), ..one() },
        AccountFilter { group: Some("staff".parse().unwrap()), ..one() },
        AccountFilter { has_app_passwords: Some(false), ..one() },
        AccountFilter { must_register_again: Some(true), ..one() },
        AccountFilter { has_methods: Some(false), ..one() },
        AccountFilter { has_passkey: Some(false), ..one() },
    ];
    for filter in filters.clone() {
        filters.push(AccountFilter { after: Some("b@example.test".parse().unwrap()), ..filter.clone() });
        filters.push(AccountFilter { before: Some("b@example.test".parse().unwrap()), ..filter });
    }
    filters
}

#[tokio::test]
async fn accounts_are_found_along_their_list() {
    let (store, plans) = open().await;
    let mut state = store.snapshot().await.unwrap();
    for filter in accounts() {
        taken(&plans);
        state.listed_accounts(&filter).await.unwrap();
        state.accounts_matching(&filter).await.unwrap();
        // The rows of a page are put in order; a group is read as a whole.
        assert_plans(&format!("{filter:?}"), &taken(&plans), true);
    }
    state.account_summary().await.unwrap();
    state.mfa_counts().await.unwrap();
    assert_plans("counts", &taken(&plans), false);
}

#[tokio::test]
async fn programs_are_found_account_by_account() {
    let (store, plans) = open().await;
    let mut state = store.snapshot().await.unwrap();
    let place = ProgramPlace { account: "b@example.test".parse().unwrap(), shown: 3 };
    for accounts in accounts() {
        for after in [None, Some(place.clone())] {
            let of_group = accounts.group.is_some();
            let filter = ProgramFilter {
                accounts: accounts.clone(),
                listed: None,
                enforced: Some(false),
                since: at(-30),
                after,
                limit: 100,
            };
            taken(&plans);
            state.programs(&filter).await.unwrap();
            let listed = taken(&plans);
            assert_plans(&format!("{filter:?}"), &listed, of_group);
            state.program_totals(&filter).await.unwrap();
            let counted = taken(&plans);
            assert_plans(&format!("{filter:?}"), &counted, of_group);
            let by_account = "SEARCH u USING PRIMARY KEY (account_id=?)";
            let of_all = "SEARCH u USING COVERING INDEX account_password_use_heard (heard_at>?)";
            let count = if filter.accounts.names_all() { of_all } else { by_account };
            for (plans, expected) in [(&listed, by_account), (&counted, count)] {
                let uses: Vec<_> =
                    plans.iter().map(|(line, _)| line.as_str()).filter(|line| line.contains(" u ")).collect();
                assert!(
                    !uses.is_empty() && uses.iter().all(|line| *line == expected),
                    "{filter:?}: {uses:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn the_inventory_is_led_by_an_index() {
    let (store, plans) = open().await;
    let mut state = store.snapshot().await.unwrap();
    let doors_to_look_at = DoorSet::from_iter([Door::Pop3]);
    let criteria =
        InventoryCriteria { now: at(0), stale_before: at(-90), expiring_before: at(14), doors_to_look_at };
    let flags = || std::iter::once(None).chain(InventoryFlag::ALL.iter().copied().map(Some));
    for flag in flags() {
        taken(&plans);
        state.inventory_count(flag, &criteria).await.unwrap();
        assert_plans(&format!("the count of {flag:?}"), &taken(&plans), false);
        for (door, owner, name) in [
            (None, None, None),
            (Some(Door::Imap), None, None),
            (None, Some(account()), None),
            (None, None, Some("scanner".to_owned())),
            (Some(Door::Imap), Some(account()), Some("scanner".to_owned())),
        ] {
            for key in [None, Some(CursorKey::Newest)] {
                let after = key.map(|key| InventoryCursor { key, id: app_password() });
                let of_one = owner.is_some();
                let filter = InventoryFilter { flag, door, owner, name: name.clone(), after, limit: 50 };
                taken(&plans);
                state.inventory(&filter, &criteria).await.unwrap();
                // The app passwords of one account are few.
                assert_plans(&format!("{filter:?}"), &taken(&plans), of_one);
            }
        }
    }
}

#[tokio::test]
async fn audit_records_are_found_by_an_index() {
    let (store, plans) = open().await;
    let mut state = store.snapshot().await.unwrap();
    let one = || AuditFilter { limit: 50, ..AuditFilter::default() };
    for filter in [
        AuditFilter { account: Some(account()), ..one() },
        AuditFilter { app_password: Some(app_password()), ..one() },
        AuditFilter { operation: Some(Operation::AddAccount), ..one() },
        AuditFilter { actor: Some("system".to_owned()), ..one() },
    ] {
        for before in [None, Some(1_000)] {
            let filter = AuditFilter { before, ..filter.clone() };
            taken(&plans);
            state.audit_records(&filter).await.unwrap();
            let plans = taken(&plans);
            assert_plans(&format!("{filter:?}"), &plans, false);
            assert!(plans.iter().any(|(line, _)| line.contains("INDEX audit_record_")), "{plans:#?}");
        }
    }
    // A span is found by what stands around it.
    let mut transaction = store.begin().await.unwrap();
    let record = |at| NewAuditRecord {
        at,
        actor: Actor::System,
        operation: Operation::AddAccount,
        account: None,
        app_password: None,
        details: Vec::new(),
    };
    transaction.append_audit_records(vec![record(at(-20)), record(at(-5)), record(at(0))]).await.unwrap();
    transaction.commit().await.unwrap();
    let mut state = store.snapshot().await.unwrap();
    // By place, newest first: what is not narrowed ends with its page, a span between its places, a text where it is told to.
    for filter in [
        AuditFilter { before: Some(1_000), ..one() },
        AuditFilter { since: Some(at(-9)), until: Some(at(-2)), ..one() },
        AuditFilter { text: Some("x".to_owned()), after: Some(1_000), ..one() },
    ] {
        taken(&plans);
        state.audit_records(&filter).await.unwrap();
        assert_plans(&format!("{filter:?}"), &taken(&plans), false);
    }
    state.audit_records_after(1_000, 1_000).await.unwrap();
    assert_plans("the records after a place", &taken(&plans), false);
}

#[tokio::test]
async fn sign_ins_are_found_by_an_index() {
    let (store, plans) = open().await;
    let mut state = store.snapshot().await.unwrap();
    let one = || EventFilter { limit: 50, ..EventFilter::default() };
    for filter in [
        EventFilter { account: Some(account()), ..one() },
        EventFilter { app_password: Some(app_password()), ..one() },
        EventFilter { since: Some(at(-1)), place: Some(Place::Portal), ..one() },
        EventFilter { place: Some(Place::Portal), ..one() },
        EventFilter { place: Some(Place::Door(Door::Imap)), refused_only: true, ..one() },
        EventFilter { refused_only: true, ..one() },
        EventFilter { would_refuse_only: true, ..one() },
    ] {
        for before in [None, Some(SignInEventId::from_bytes([9; 16]))] {
            let filter = EventFilter { before, ..filter.clone() };
            taken(&plans);
            state.sign_in_events(&filter).await.unwrap();
            let plans = taken(&plans);
            assert_plans(&format!("{filter:?}"), &plans, false);
            assert!(plans.iter().any(|(line, _)| line.contains("INDEX sign_in_event_")), "{plans:#?}");
        }
    }
    // Of an account, whatever else is asked for, nothing but the index is read until it is known what is shown.
    for (place, refused_only) in [(None, true), (Some(Place::Portal), false), (Some(Place::Portal), true)] {
        let since = Some(at(-1));
        let filter = EventFilter { account: Some(account()), place, refused_only, since, ..one() };
        taken(&plans);
        state.sign_in_events(&filter).await.unwrap();
        let plans = taken(&plans);
        let led = "SEARCH sign_in_event USING COVERING INDEX sign_in_event_account (account_id=? AND id>?)";
        assert!(plans.iter().any(|(line, _)| line == led), "{plans:#?}");
    }
    // Those that would be refused are few everywhere.
    for place in [None, Some(Place::Door(Door::Imap))] {
        let filter = EventFilter { place, would_refuse_only: true, ..one() };
        taken(&plans);
        state.sign_in_events(&filter).await.unwrap();
        let plans = taken(&plans);
        assert!(
            plans.iter().any(|(line, _)| line.contains("INDEX sign_in_event_would_refuse")),
            "{plans:#?}"
        );
    }
    state.sign_in_events_sealed_by(7).await.unwrap();
    assert_plans("the events under a seal", &taken(&plans), true);
}

#[tokio::test]
async fn the_smaller_lists_are_found_by_an_index() {
    let (store, plans) = open().await;
    let mut state = store.snapshot().await.unwrap();
    state.notices_of(account(), Some(7), 20).await.unwrap();
    state.notices_after(7, 20).await.unwrap();
    state.troubled_notices(Some(7), 20).await.unwrap();
    state.a_notice_is_due(at(0)).await.unwrap();
    let filter = ApiTokenFilter { account: Some(account()), limit: 50, ..ApiTokenFilter::default() };
    state.api_tokens(&filter).await.unwrap();
    for (account, app_password) in [(Some(account()), None), (None, Some(app_password()))] {
        let after = Some(LiveSessionPlace { since: at(0), id: DoorSessionId::from_bytes([3; 16]) });
        let filter = LiveSessionFilter { account, app_password, heard_since: at(0), after, limit: 50 };
        state.live_sessions(&filter).await.unwrap();
    }
    state.app_password_days(app_password(), 7).await.unwrap();
    state.app_password_sources(app_password()).await.unwrap();
    let place = AppPasswordPlace { created: at(0), id: app_password() };
    for (revoked, after) in [(None, None), (None, Some(place)), (Some(false), None), (Some(true), None)] {
        let filter = AppPasswordFilter { account: account(), revoked, after, limit: 50 };
        state.app_passwords_of(&filter).await.unwrap();
    }
    assert_plans("the smaller lists", &taken(&plans), true);
}

#[tokio::test]
async fn who_changed_for_a_directory_client_is_found_by_an_index() {
    let (store, plans) = open().await;
    let mut state = store.snapshot().await.unwrap();
    let lines = |plans: Vec<(String, String)>| plans.into_iter().map(|(line, _)| line).collect::<Vec<_>>();
    taken(&plans);
    for (from, until) in [(at(-1), Timestamp::from_millis(i64::MAX)), (at(-2), at(-1))] {
        state.directory_changed_accounts(from, until).await.unwrap();
        let led = "SEARCH account USING COVERING INDEX account_directory_changed \
                   (directory_changed_at>? AND directory_changed_at<?)";
        assert_eq!(lines(taken(&plans)), [led]);
    }
    state.directory_accounts_of(&[account()]).await.unwrap();
    // The rows are put in order.
    assert_plans("the rows of some accounts", &taken(&plans), true);
}

/// Each is walked from its place on, in the order of an index, and what a page shows beside a row is found by its key.
#[tokio::test]
async fn the_lists_of_everything_are_walked_along_an_index() {
    let (store, plans) = open().await;
    let mut state = store.snapshot().await.unwrap();
    let led = |what: &str, line: &str| {
        let plans = taken(&plans);
        assert_plans(what, &plans, false);
        assert_eq!(plans[0].0, line, "{what}: {plans:#?}");
        for (line, _) in &plans[1..] {
            let by_key = line.ends_with("USING PRIMARY KEY (id=?)") || line.starts_with("CORRELATED SCALAR");
            assert!(by_key || line.ends_with("LEFT-JOIN"), "{what}: {line}");
        }
    };
    taken(&plans);
    let place = LiveSessionPlace { since: at(0), id: DoorSessionId::from_bytes([3; 16]) };
    for (after, line) in [
        (None, "SCAN l USING INDEX live_session_since"),
        (Some(place), "SEARCH l USING INDEX live_session_since ((since,id)<(?,?))"),
    ] {
        let filter =
            LiveSessionFilter { account: None, app_password: None, heard_since: at(0), after, limit: 50 };
        state.live_sessions(&filter).await.unwrap();
        led("live sessions", line);
    }
    let place = ConsentPlace { account: account(), provider: "exchange".to_owned() };
    state.consents(Some(&place), 50).await.unwrap();
    led("consents", "SEARCH consent USING PRIMARY KEY ((account_id,provider)>(?,?))");
    state.consents_refreshed_until(at(0), Some((at(-1), &place)), 50).await.unwrap();
    let line = "SEARCH consent USING INDEX consent_refreshed \
                ((refreshed_at,account_id,provider)>(?,?,?) AND refreshed_at<?)";
    led("consents to renew", line);
    state.bulk_jobs(Some(BulkJobId::from_bytes([4; 16])), 50).await.unwrap();
    led("changes", "SEARCH bulk_job USING PRIMARY KEY (id<?)");
    let id = ServicePrincipalId::from_bytes([5; 16]);
    let place = PrincipalPlace { name: "CRM".parse().unwrap(), id };
    state.service_principals(Some(&place), 50).await.unwrap();
    led("principals", "SEARCH service_principal USING INDEX service_principal_place ((name,id)>(?,?))");
    let group = "staff".parse().unwrap();
    state.groups(Some(&group), 50).await.unwrap();
    led("groups", "SEARCH account_group USING PRIMARY KEY (name>?)");
    state.accounts_in_group(&group, Some(account()), 50).await.unwrap();
    led("members", "SEARCH g USING PRIMARY KEY (name=? AND account_id>?)");
}

/// What ends before long is found by when it ends, however much there is that does not.
#[tokio::test]
async fn what_ends_is_found_by_its_end() {
    let (store, plans) = open().await;
    let mut state = store.begin().await.unwrap();
    let led = |line: &str| {
        let plans = taken(&plans);
        assert_plans(line, &plans, true);
        assert!(plans[0].0.starts_with(line), "{line}: {plans:#?}");
    };
    taken(&plans);
    state.app_passwords_about_to_expire(at(0), at(14), 100).await.unwrap();
    led("SEARCH p USING INDEX app_password_expiry (expires_at>? AND expires_at<?)");
    state.app_passwords_about_to_lie_idle(at(0), at(14), 100).await.unwrap();
    led("SEARCH p USING INDEX app_password_idle (<expr>>? AND <expr><?)");
    state.api_tokens_about_to_expire(at(0), at(14), 100).await.unwrap();
    led("SEARCH t USING INDEX api_token_expiry (expires_at>? AND expires_at<?)");
    state.client_secrets_about_to_expire(at(0), at(14), 100).await.unwrap();
    led("SEARCH service_principal USING INDEX service_principal_expiry");
    state.consents_about_to_expire(at(0), at(14), 100).await.unwrap();
    led("SEARCH c USING INDEX consent_expiry (expires_at>? AND expires_at<?)");
}

/// The assertion itself: it knows what reads a table as a whole.
#[tokio::test]
async fn a_table_that_is_read_as_a_whole_is_noticed() {
    let (store, plans) = open().await;
    // Nearly all are accepted: the newest are read until there are enough.
    let everybody = EventFilter { accepted_only: true, limit: 1, ..EventFilter::default() };
    store.snapshot().await.unwrap().sign_in_events(&everybody).await.unwrap();
    let plans = taken(&plans);
    assert!(plans.iter().any(|(line, _)| is_whole(line)), "{plans:#?}");
}

//! Facts about programs that sign in with account passwords.

use postern_domain::account::{Account, AccountStatus};
use postern_domain::app_password::LastUse;
use postern_domain::door::Door;
use postern_domain::mfa::MfaState;
use postern_domain::sign_in::RefusalReference;

use super::SharedDatabase;
use super::sample::{account, address, app_password, insert_accounts, moment, secret};
use crate::{
    AccountFilter, AccountPasswordUse, Program, ProgramFilter, ProgramPlace, ProgramTotals, Result, Store,
    Use,
};

fn used(number: u8, door: Door, from: &str, client: Option<&str>, at: u64) -> AccountPasswordUse {
    AccountPasswordUse {
        account: account(number).id,
        door,
        address: address(from),
        client: client.map(str::to_owned),
        at: moment(at),
        count: 1,
        refused: None,
    }
}

fn filter() -> ProgramFilter {
    ProgramFilter {
        accounts: AccountFilter::default(),
        listed: None,
        enforced: None,
        since: moment(0),
        limit: 10,
        after: None,
    }
}

async fn record(store: &dyn Store, uses: &[AccountPasswordUse]) -> Result<()> {
    let mut transaction = store.begin().await?;
    transaction.record_account_password_uses(uses).await?;
    transaction.commit().await
}

pub(super) async fn add_up_by_program(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[Account { mfa: MfaState::Disabled, ..account(1) }]).await?;
    let reference: RefusalReference = "7Q3K-M2XA".parse().expect("a reference");
    let scanner = Some("scanner");
    let uses = [
        used(1, Door::Smtp, "192.0.2.7", scanner, 10),
        // The same network: the same program.
        AccountPasswordUse { count: 4, ..used(1, Door::Smtp, "192.0.2.9", scanner, 20) },
        // Late news do not take the newest away.
        used(1, Door::Smtp, "192.0.2.8", scanner, 15),
        used(1, Door::Smtp, "192.0.2.8", None, 15),
        used(1, Door::Imap, "2001:db8::1", scanner, 16),
    ];
    record(&*store, &uses).await?;
    let refused =
        AccountPasswordUse { refused: Some(reference), ..used(1, Door::Smtp, "192.0.2.3", scanner, 30) };
    record(&*store, &[refused]).await?;
    let mut transaction = store.begin().await?;
    let mut for_smtp = app_password(1, &account(1));
    transaction.insert_app_password(&for_smtp, &secret(1)).await?;
    for_smtp = app_password(2, &account(1));
    for_smtp.scope = [Door::Imap].into_iter().collect();
    transaction.insert_app_password(&for_smtp, &secret(2)).await?;
    let last = LastUse { at: moment(40), door: Door::Smtp, address: address("192.0.2.7"), client: None };
    transaction.record_uses(&[Use { app_password: app_password(1, &account(1)).id, last, count: 1 }]).await?;
    transaction.commit().await?;
    let found = store.snapshot().await?.programs(&filter()).await?;
    let shown = |program: &Program| {
        let (door, client) = (program.door.name(), program.client.clone().unwrap_or_default());
        let at = |at: Option<postern_domain::Timestamp>| at.map(|at| at.since(moment(0)).as_secs());
        (
            format!("{door} {client} {}", program.address),
            (program.count, at(program.last_at)),
            (program.refused_count, at(program.refused.map(|(at, _)| at))),
            (program.app_passwords, at(program.app_password_used_at)),
        )
    };
    assert_eq!(
        found.iter().map(shown).collect::<Vec<_>>(),
        [
            ("smtp scanner 192.0.2.3".to_owned(), (6, Some(20)), (1, Some(30)), (1, Some(40))),
            ("imap scanner 2001:db8::1".to_owned(), (1, Some(16)), (0, None), (1, None)),
            ("smtp  192.0.2.8".to_owned(), (1, Some(15)), (0, None), (1, Some(40))),
        ]
    );
    assert_eq!(found[0].refused.map(|(_, reference)| reference), Some(reference));
    assert_eq!((found[0].first_at, found[0].mfa), (moment(10), MfaState::Disabled));
    Ok(())
}

pub(super) async fn lists_are_narrowed_and_counted(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let disabled = |number| Account { mfa: MfaState::Disabled, ..account(number) };
    insert_accounts(&*store, &[disabled(1), account(2), disabled(3)]).await?;
    let uses = [
        used(1, Door::Smtp, "192.0.2.7", None, 10),
        used(1, Door::Imap, "192.0.2.7", None, 20),
        used(2, Door::Smtp, "192.0.2.7", None, 30),
        used(3, Door::Smtp, "192.0.2.7", None, 5),
    ];
    record(&*store, &uses).await?;
    let mut snapshot = store.snapshot().await?;
    let mut found = async |filter: ProgramFilter| {
        let programs = snapshot.programs(&filter).await?;
        let numbers: String =
            programs.iter().map(|program| program.account.as_bytes()[0].to_string()).collect();
        let ProgramTotals { programs, accounts } = snapshot.program_totals(&filter).await?;
        Ok(format!("{numbers} of {programs} in {accounts}"))
    };
    assert_eq!(found(filter()).await?, "1123 of 4 in 3");
    assert_eq!(found(ProgramFilter { since: moment(10), ..filter() }).await?, "112 of 3 in 2");
    assert_eq!(found(ProgramFilter { enforced: Some(false), ..filter() }).await?, "113 of 3 in 2");
    assert_eq!(found(ProgramFilter { enforced: Some(true), ..filter() }).await?, "2 of 1 in 1");
    let listed = |numbers: &[u8]| Some(numbers.iter().map(|number| account(*number).id).collect());
    assert_eq!(found(ProgramFilter { listed: listed(&[2, 3]), ..filter() }).await?, "23 of 2 in 2");
    assert_eq!(found(ProgramFilter { listed: listed(&[]), ..filter() }).await?, " of 0 in 0");
    let named = AccountFilter { text: Some("user3".to_owned()), ..AccountFilter::default() };
    assert_eq!(found(ProgramFilter { accounts: named, ..filter() }).await?, "3 of 1 in 1");
    let after = |number, shown| Some(ProgramPlace { account: account(number).name, shown });
    assert_eq!(found(ProgramFilter { limit: 2, after: after(1, 1), ..filter() }).await?, "12 of 4 in 3");
    assert_eq!(found(ProgramFilter { after: after(1, 2), ..filter() }).await?, "23 of 4 in 3");
    assert_eq!(found(ProgramFilter { after: after(3, 1), ..filter() }).await?, " of 4 in 3");
    Ok::<_, crate::StorageError>(())
}

/// They may be counted beside the accounts, and are the same after each change of one.
pub(super) async fn totals_follow_the_accounts(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let disabled = |number| Account { mfa: MfaState::Disabled, ..account(number) };
    insert_accounts(&*store, &[disabled(1), disabled(2), disabled(3)]).await?;
    let uses = [
        used(1, Door::Smtp, "192.0.2.7", None, 10),
        used(1, Door::Imap, "192.0.2.7", None, 20),
        used(2, Door::Smtp, "192.0.2.7", None, 30),
        used(3, Door::Smtp, "192.0.2.7", None, 30),
    ];
    record(&*store, &uses).await?;
    let totals = async || {
        let mut snapshot = store.snapshot().await?;
        let mut of = async |enforced| {
            let filter = ProgramFilter { enforced: Some(enforced), ..filter() };
            let ProgramTotals { programs, accounts } = snapshot.program_totals(&filter).await?;
            assert_eq!(snapshot.programs(&filter).await?.len() as u64, programs);
            Ok::<_, crate::StorageError>((programs, accounts))
        };
        Ok::<_, crate::StorageError>((of(false).await?, of(true).await?))
    };
    assert_eq!(totals().await?, ((4, 3), (0, 0)));
    let by = "operator root".to_owned();
    for (changed, expected) in [
        (Account { mfa: MfaState::Enforced, ..disabled(1) }, ((2, 2), (2, 1))),
        (Account { mfa: MfaState::Enabled, ..disabled(1) }, ((4, 3), (0, 0))),
        (Account { mfa: MfaState::Enforced, ..disabled(2) }, ((3, 2), (1, 1))),
        (
            Account { status: AccountStatus::Blocked { at: moment(40), by: by.clone() }, ..disabled(3) },
            ((3, 2), (1, 1)),
        ),
        (Account { status: AccountStatus::Deleted { at: moment(50), by }, ..disabled(3) }, ((2, 1), (1, 1))),
    ] {
        let mut transaction = store.begin().await?;
        transaction.update_account(&changed, moment(60)).await?;
        transaction.commit().await?;
        assert_eq!(totals().await?, expected, "{changed:?}");
    }
    // What is heard of later counts as its account is now: enforced, or deleted.
    let later = [
        used(2, Door::Imap, "192.0.2.7", None, 60),
        used(2, Door::Smtp, "192.0.2.7", None, 60),
        used(3, Door::Imap, "192.0.2.7", None, 60),
        used(3, Door::Smtp, "192.0.2.7", None, 60),
    ];
    record(&*store, &later).await?;
    assert_eq!(totals().await?, ((2, 1), (2, 1)));
    Ok(())
}

pub(super) async fn are_forgotten(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1)]).await?;
    let uses = [used(1, Door::Smtp, "192.0.2.7", None, 10), used(1, Door::Imap, "192.0.2.7", None, 20)];
    record(&*store, &uses).await?;
    let mut transaction = store.begin().await?;
    assert_eq!(transaction.forget_programs(moment(20)).await?, 1);
    transaction.commit().await?;
    assert_eq!(store.snapshot().await?.programs(&filter()).await?.len(), 1);
    Ok(())
}

//! Facts about the audit log.

use postern_domain::actor::Actor;
use postern_domain::audit::{AuditRecord, Link, NewAuditRecord, Operation};
use postern_domain::id::AppPasswordId;

use super::SharedDatabase;
use super::sample::{account, id, moment};
use crate::{AuditFilter, Result, Store};

fn record(number: u8, operation: Operation) -> NewAuditRecord {
    NewAuditRecord {
        at: moment(u64::from(number)),
        actor: Actor::Operator { user: "root".to_owned() },
        operation,
        account: Some(account(number).id),
        app_password: (number > 1).then(|| AppPasswordId::from_bytes(id(number))),
        details: vec![("name".into(), "\"J\u{fc}rgen\",\n[x]".into()), ("place".into(), number.to_string())],
    }
}

async fn append(store: &dyn Store, numbers: &[u8]) -> Result<()> {
    let mut transaction = store.begin().await?;
    let records = numbers.iter().map(|number| record(*number, Operation::CreateAppPassword)).collect();
    transaction.append_audit_records(records).await?;
    transaction.commit().await
}

/// Follows the chain from its beginning, in pages of two; gives its records and its end.
async fn follow(store: &dyn Store) -> Result<(Vec<AuditRecord>, Link)> {
    let mut snapshot = store.snapshot().await?;
    let (mut records, mut end) = (Vec::new(), Link::START);
    loop {
        let page = snapshot.audit_records_after(end.sequence, 2).await?;
        for record in &page {
            end = end.verify(record).expect("the chain holds");
        }
        if page.is_empty() {
            assert_eq!(snapshot.audit_head().await?, end, "the end as the log keeps it");
            return Ok((records, end));
        }
        records.extend(page);
    }
}

pub(super) async fn the_chain_goes_on_and_its_head_matches(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    assert_eq!(store.snapshot().await?.audit_head().await?, Link::START);
    append(&*store, &[1, 2, 3]).await?;
    append(&*store, &[]).await?;
    append(&*database.open().await?, &[4]).await?;
    append(&*store, &[5]).await?;
    let (records, end) = follow(&*store).await?;
    assert_eq!(end.sequence, 5);
    for (number, stored) in (1..).zip(&records) {
        let written = record(number, Operation::CreateAppPassword);
        assert_eq!(
            (
                stored.at,
                &*stored.actor,
                stored.operation,
                stored.account,
                stored.app_password,
                &stored.details
            ),
            (
                written.at,
                "operator root",
                written.operation,
                written.account,
                written.app_password,
                &written.details
            )
        );
    }
    Ok(())
}

pub(super) async fn what_was_rolled_back_is_no_part_of_the_chain(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    append(&*store, &[1]).await?;
    let mut transaction = store.begin().await?;
    transaction.append_audit_records(vec![record(2, Operation::RevokeAppPassword)]).await?;
    drop(transaction);
    append(&*store, &[3]).await?;
    let (records, end) = follow(&*store).await?;
    assert_eq!((records.len(), end.sequence), (2, 2));
    assert_eq!(records[1].at, moment(3));
    Ok(())
}

pub(super) async fn lists_are_filtered(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    append(&*store, &[1, 2]).await?;
    let mut transaction = store.begin().await?;
    transaction.append_audit_records(vec![record(3, Operation::RevokeAppPassword)]).await?;
    transaction.commit().await?;
    let all = AuditFilter { limit: 1000, ..AuditFilter::default() };
    let mut snapshot = store.snapshot().await?;
    for (filter, expected) in [
        (all.clone(), &[3, 2, 1][..]),
        (AuditFilter { account: Some(account(2).id), ..all.clone() }, &[2]),
        (AuditFilter { operation: Some(Operation::CreateAppPassword), ..all.clone() }, &[2, 1]),
        (AuditFilter { since: Some(moment(2)), ..all.clone() }, &[3, 2]),
        (AuditFilter { since: Some(moment(2)), until: Some(moment(3)), ..all.clone() }, &[2]),
        (AuditFilter { until: Some(moment(1)), ..all.clone() }, &[]),
        (AuditFilter { actor: Some("operator root".to_owned()), ..all.clone() }, &[3, 2, 1]),
        (AuditFilter { actor: Some("operator".to_owned()), ..all.clone() }, &[]),
        (AuditFilter { text: Some("OPERATOR r".to_owned()), ..all.clone() }, &[3, 2, 1]),
        (AuditFilter { text: Some("\"place\",\"2\"".to_owned()), ..all.clone() }, &[2]),
        (AuditFilter { text: Some("r%t".to_owned()), ..all.clone() }, &[]),
        (AuditFilter { before: Some(3), ..all.clone() }, &[2, 1]),
        (AuditFilter { before: Some(3), after: Some(1), ..all.clone() }, &[2]),
        (AuditFilter { limit: 1, ..all.clone() }, &[3]),
    ] {
        let found = snapshot.audit_records(&filter).await?;
        assert_eq!(found.iter().map(|record| record.sequence).collect::<Vec<_>>(), expected, "{filter:?}");
    }
    assert_eq!(snapshot.audit_record(2).await?.map(|record| record.at), Some(moment(2)));
    assert_eq!(snapshot.audit_record(4).await?, None);
    Ok(())
}

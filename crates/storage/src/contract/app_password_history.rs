//! Facts about what app passwords were used for.

use postern_domain::Timestamp;
use postern_domain::door::Door;
use postern_domain::id::AppPasswordId;

use super::SharedDatabase;
use super::sample::{account, address, app_password, insert_app_password, moment, secret};
use crate::{AppPasswordDay, AppPasswordSource, MOST_SOURCES, Result, Store};

fn day(id: AppPasswordId, day: i64, accepted: u64, refused: u64) -> AppPasswordDay {
    AppPasswordDay { app_password: id, day, accepted, refused }
}

fn source(id: AppPasswordId, from: &str, at: [u64; 2], count: u64) -> AppPasswordSource {
    AppPasswordSource {
        app_password: id,
        door: Door::Smtp,
        address: address(from),
        client: Some("mail.example.test".to_owned()),
        first_at: moment(at[0]),
        last_at: moment(at[1]),
        count,
    }
}

async fn add_days(store: &dyn Store, days: &[AppPasswordDay]) -> Result<()> {
    let mut transaction = store.begin().await?;
    transaction.add_app_password_days(days).await?;
    transaction.commit().await
}

async fn add_sources(store: &dyn Store, sources: &[AppPasswordSource]) -> Result<()> {
    let mut transaction = store.begin().await?;
    transaction.add_app_password_sources(sources).await?;
    transaction.commit().await
}

pub(super) async fn days_add_up_and_come_in_order(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let (account, first) = insert_app_password(&*store).await?;
    let other = app_password(2, &account);
    let mut transaction = store.begin().await?;
    transaction.insert_app_password(&other, &secret(2)).await?;
    transaction.commit().await?;
    add_days(&*store, &[day(first.id, 20_001, 3, 0), day(first.id, 20_000, 1, 2)]).await?;
    add_days(&*store, &[day(first.id, 20_001, 4, 5), day(other.id, 20_001, 9, 9)]).await?;
    let mut snapshot = store.snapshot().await?;
    let found = snapshot.app_password_days(first.id, 0).await?;
    assert_eq!(found, [day(first.id, 20_000, 1, 2), day(first.id, 20_001, 7, 5)]);
    assert_eq!(snapshot.app_password_days(first.id, 20_001).await?, [day(first.id, 20_001, 7, 5)]);
    assert_eq!(snapshot.app_password_days(first.id, 20_002).await?, []);
    Ok(())
}

pub(super) async fn sources_add_up_the_latest_first(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let (_, app_password) = insert_app_password(&*store).await?;
    let of = |from, at, count| source(app_password.id, from, at, count);
    let nameless = AppPasswordSource { client: None, ..of("192.0.2.7", [4, 4], 1) };
    let elsewhere = AppPasswordSource { door: Door::Imap, ..of("192.0.2.7", [3, 3], 1) };
    add_sources(&*store, &[of("192.0.2.7", [2, 6], 5), of("2001:db8::1", [1, 8], 1)]).await?;
    // One that was recorded late changes neither end that it lies between.
    let late = of("192.0.2.7", [1, 5], 2);
    add_sources(&*store, &[late, nameless.clone(), elsewhere.clone()]).await?;
    assert_eq!(
        store.snapshot().await?.app_password_sources(app_password.id).await?,
        [of("2001:db8::1", [1, 8], 1), of("192.0.2.7", [1, 6], 7), nameless, elsewhere]
    );
    let nobody = AppPasswordId::from_bytes(*account(9).id.as_bytes());
    assert_eq!(store.snapshot().await?.app_password_sources(nobody).await?, []);
    Ok(())
}

pub(super) async fn only_the_latest_sources_are_kept(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let (_, app_password) = insert_app_password(&*store).await?;
    let many: Vec<_> = (0..u64::from(MOST_SOURCES) + 10)
        .map(|number| source(app_password.id, &format!("2001:db8::{number:x}"), [number, number], 1))
        .collect();
    add_sources(&*store, &many).await?;
    let kept = store.snapshot().await?.app_password_sources(app_password.id).await?;
    let moments: Vec<Timestamp> = kept.iter().map(|each| each.last_at).collect();
    assert_eq!(moments, (10..u64::from(MOST_SOURCES) + 10).rev().map(moment).collect::<Vec<_>>());
    // One that is known is never one too many.
    add_sources(&*store, &many[10..12]).await?;
    let kept = store.snapshot().await?.app_password_sources(app_password.id).await?;
    assert_eq!(kept.len(), MOST_SOURCES as usize);
    Ok(())
}

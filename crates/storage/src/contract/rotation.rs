//! Facts about the secrets of an app password: rotation, short ones, new keys.

use postern_domain::Timestamp;
use postern_domain::account::password::SlowHash;
use postern_domain::id::{AppPasswordId, SecretId};

use super::SharedDatabase;
use super::sample::{app_password, id, insert_app_password, locator, moment, name, secret};
use crate::{Locator, NewSecret, Result, SecretLookup, SecretStanding, Store, Verifier};

/// The secrets found under locators 1 to 3, by their number, with the overlap of their app password.
async fn standings(store: &dyn Store) -> Result<Vec<(u8, SecretStanding, Option<Timestamp>)>> {
    let locators = [1, 2, 3].map(locator);
    let lookup = SecretLookup { locators: &locators, name: &name("user1@example.test") };
    let found = store.find_candidates(&lookup).await?;
    let mut snapshot = store.snapshot().await?;
    for found in &found {
        let [by_id] = snapshot.credentials(&[found.secret.id]).await?.try_into().expect("one of that id");
        assert_eq!(by_id.secret.standing, found.secret.standing, "asked for by its id");
        assert_eq!((&by_id.app_password, &by_id.account), (&found.app_password, &found.account));
    }
    let mut standings: Vec<_> = found
        .iter()
        .map(|found| (found.secret.id.as_bytes()[0], found.secret.standing, found.app_password.overlap_until))
        .collect();
    standings.sort_unstable_by_key(|(number, ..)| *number);
    Ok(standings)
}

async fn rotate(store: &dyn Store, id: AppPasswordId, number: u8, old_until: Timestamp) -> Result<()> {
    let mut transaction = store.begin().await?;
    transaction.add_secret(id, &secret(number), old_until).await?;
    transaction.commit().await
}

async fn end_old(store: &dyn Store, id: AppPasswordId, now: Timestamp) -> Result<u64> {
    let mut transaction = store.begin().await?;
    let ended = transaction.end_old_secrets(id, now).await?;
    transaction.commit().await?;
    Ok(ended)
}

const CURRENT: SecretStanding = SecretStanding::Current { old_one_works: false };
const CURRENT_BESIDE_OLD: SecretStanding = SecretStanding::Current { old_one_works: true };

fn old(seconds: u64) -> SecretStanding {
    SecretStanding::Old { until: moment(seconds) }
}

pub(super) async fn both_secrets_are_found_with_their_standing(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let (_, first) = insert_app_password(&*store).await?;
    assert_eq!(standings(&*store).await?, [(1, CURRENT, None)]);
    rotate(&*store, first.id, 2, moment(100)).await?;
    let until = Some(moment(100));
    assert_eq!(standings(&*store).await?, [(1, old(100), until), (2, CURRENT_BESIDE_OLD, until)]);
    // A further rotation never lets an older secret work longer.
    rotate(&*store, first.id, 3, moment(200)).await?;
    let until = Some(moment(200));
    let expected = [(1, old(100), until), (2, old(200), until), (3, CURRENT_BESIDE_OLD, until)];
    assert_eq!(standings(&*store).await?, expected);
    assert_eq!(
        store.snapshot().await?.app_password(first.id).await?.map(|one| one.overlap_until),
        Some(until)
    );
    Ok(())
}

pub(super) async fn ending_the_old_secret_ends_the_overlap(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let (_, first) = insert_app_password(&*store).await?;
    rotate(&*store, first.id, 2, moment(100)).await?;
    assert_eq!(end_old(&*store, first.id, moment(50)).await?, 1);
    assert_eq!(standings(&*store).await?, [(1, old(50), None), (2, CURRENT, None)]);
    assert_eq!(end_old(&*store, first.id, moment(60)).await?, 0);
    assert_eq!(standings(&*store).await?, [(1, old(50), None), (2, CURRENT, None)]);
    Ok(())
}

pub(super) async fn without_an_overlap_no_old_secret_works(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let (_, first) = insert_app_password(&*store).await?;
    rotate(&*store, first.id, 2, secret(2).created_at).await?;
    assert_eq!(standings(&*store).await?, [(1, old(2), None), (2, CURRENT, None)]);
    Ok(())
}

pub(super) async fn slow_secrets_may_share_a_locator(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let (owner, _) = insert_app_password(&*store).await?;
    let shared = Locator(*b"\x12\x34\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    let mut transaction = store.begin().await?;
    for number in [2, 3] {
        let verifier = Verifier::Slow(SlowHash::from_phc(format!("$argon2id$sample{number}")));
        let slow = NewSecret { locator: shared, verifier, ..secret(number) };
        transaction.insert_app_password(&app_password(number, &owner), &slow).await?;
    }
    transaction.commit().await?;
    let lookup = SecretLookup { locators: &[shared], name: &owner.name };
    let asked_for: Vec<_> = (1..=200).map(|number| secret(number).id).collect();
    let mut by_id: Vec<_> = store.snapshot().await?.credentials(&asked_for).await?;
    by_id.sort_by_key(|credential| credential.secret.id);
    let ids: Vec<_> = by_id.iter().map(|credential| credential.app_password.id.as_bytes()[0]).collect();
    assert_eq!(ids, [1, 2, 3], "those that are there");
    let mut found: Vec<_> = store
        .find_candidates(&lookup)
        .await?
        .into_iter()
        .map(|found| match found.secret.verifier {
            Verifier::Slow(hash) => (found.app_password.id.as_bytes()[0], hash.as_phc().to_owned()),
            Verifier::Fast(_) => panic!("the slow one is meant"),
        })
        .collect();
    found.sort_unstable();
    assert_eq!(found, [(2, "$argon2id$sample2".to_owned()), (3, "$argon2id$sample3".to_owned())]);
    Ok(())
}

pub(super) async fn a_replaced_verifier_is_found_by_its_new_locator(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let (owner, _) = insert_app_password(&*store).await?;
    let mut transaction = store.begin().await?;
    let slow = Verifier::Slow(SlowHash::from_phc("$argon2id$sample".to_owned()));
    transaction.replace_verifier(SecretId::from_bytes(id(1)), locator(5), &slow).await?;
    transaction.commit().await?;
    assert_eq!(standings(&*store).await?, []);
    let found = store.find_candidates(&SecretLookup { locators: &[locator(5)], name: &owner.name }).await?;
    let [candidate] = &found[..] else { panic!("{found:?}") };
    assert!(
        matches!(&candidate.secret.verifier, Verifier::Slow(hash) if hash.as_phc() == "$argon2id$sample")
    );
    Ok(())
}

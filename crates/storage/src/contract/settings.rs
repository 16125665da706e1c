//! Facts about settings, the setup link and key checks.

use postern_domain::account::GroupName;
use postern_domain::setting::{AccountPasswordsAtDoors, Policy, SettingKey, Settings};

use super::SharedDatabase;
use super::sample::moment;
use crate::{KeyCheck, Result, TokenHash};

pub(super) async fn are_stored_one_by_one(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    assert_eq!(store.snapshot().await?.settings().await?, Settings::default());
    let wanted = Settings {
        account_passwords_at_doors: AccountPasswordsAtDoors::Never,
        app_passwords_per_account: 7,
        ..Settings::default()
    };
    for per_account in [12, 7] {
        let mut transaction = store.begin().await?;
        let settings = Settings { app_passwords_per_account: per_account, ..wanted.clone() };
        transaction.set_setting(SettingKey::AppPasswordsPerAccount, &settings).await?;
        transaction.commit().await?;
    }
    let expected = Settings { app_passwords_per_account: 7, ..Settings::default() };
    assert_eq!(store.snapshot().await?.settings().await?, expected);
    let mut transaction = store.begin().await?;
    for key in SettingKey::ALL {
        transaction.set_setting(*key, &wanted).await?;
    }
    transaction.commit().await?;
    assert_eq!(database.open().await?.snapshot().await?.settings().await?, wanted);
    Ok(())
}

pub(super) async fn one_that_is_removed_has_its_default(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let key = SettingKey::AppPasswordsPerAccount;
    let mut transaction = store.begin().await?;
    // Also the default itself can be given: it then stays, whatever the default of a later version is.
    transaction.set_setting(key, &Settings::default()).await?;
    transaction.commit().await?;
    assert!(store.snapshot().await?.policy().await?.organization.gives(key));
    let mut transaction = store.begin().await?;
    transaction.unset_setting(key).await?;
    transaction.unset_setting(SettingKey::StepUpAge).await?;
    transaction.commit().await?;
    assert_eq!(store.snapshot().await?.policy().await?, Policy::default());
    Ok(())
}

pub(super) async fn those_of_groups_stand_beside_the_organizations(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let [sales, guests]: [GroupName; 2] = ["sales", "guests"].map(|name| name.parse().expect("a group"));
    let key = SettingKey::AppPasswordsPerAccount;
    let with = |count| Settings { app_passwords_per_account: count, ..Settings::default() };
    let mut transaction = store.begin().await?;
    transaction.set_setting(key, &with(20)).await?;
    transaction.set_override(&sales, key, &with(9)).await?;
    transaction.set_override(&sales, key, &with(30)).await?;
    transaction.set_override(&sales, SettingKey::DoorsOff, &with(1)).await?;
    transaction.set_override(&guests, key, &with(5)).await?;
    transaction.commit().await?;

    let mut expected = Policy::default();
    let mut give = |group: Option<&GroupName>, key: SettingKey, value: &str| {
        let values = match group {
            None => &mut expected.organization,
            Some(group) => expected.groups.entry(group.clone()).or_default(),
        };
        values.give(key, value).expect("a good value");
    };
    give(None, key, "20");
    give(Some(&sales), key, "30");
    give(Some(&sales), SettingKey::DoorsOff, "none");
    give(Some(&guests), key, "5");
    let mut snapshot = database.open().await?.snapshot().await?;
    assert_eq!(snapshot.policy().await?, expected);
    assert_eq!(snapshot.settings().await?, with(20), "without those of groups");
    drop(snapshot);

    let mut transaction = store.begin().await?;
    transaction.unset_override(&guests, key).await?;
    transaction.unset_override(&sales, SettingKey::StepUpAge).await?;
    transaction.commit().await?;
    expected.groups.remove(&guests);
    assert_eq!(store.snapshot().await?.policy().await?, expected, "a group without values is not there");
    Ok(())
}

pub(super) async fn the_setup_link_is_good_once(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let (old, new) = (TokenHash([1; 32]), TokenHash([2; 32]));
    for token in [old, new] {
        let mut transaction = store.begin().await?;
        transaction.replace_setup_link(&token, moment(100)).await?;
        transaction.commit().await?;
    }
    let mut snapshot = store.snapshot().await?;
    assert!(!snapshot.setup_link_is_good(&old, moment(50)).await?, "another one took its place");
    assert!(snapshot.setup_link_is_good(&new, moment(99)).await?);
    assert!(!snapshot.setup_link_is_good(&new, moment(100)).await?, "it has expired");
    drop(snapshot);
    let mut transaction = store.begin().await?;
    assert!(!transaction.use_setup_link(&old, moment(50)).await?);
    assert!(!transaction.use_setup_link(&new, moment(100)).await?);
    assert!(transaction.use_setup_link(&new, moment(50)).await?);
    assert!(!transaction.use_setup_link(&new, moment(50)).await?);
    transaction.commit().await?;
    assert!(!store.snapshot().await?.setup_link_is_good(&new, moment(50)).await?);
    Ok(())
}

pub(super) async fn keys_are_remembered_by_their_version(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    assert_eq!(store.snapshot().await?.key_checks().await?, []);
    let [first, second] =
        [1, 2].map(|version: u8| KeyCheck { version: version.into(), value: [0xa0 + version; 16] });
    let mut transaction = store.begin().await?;
    transaction.insert_key_check(second).await?;
    transaction.insert_key_check(first).await?;
    transaction.commit().await?;
    assert_eq!(store.snapshot().await?.key_checks().await?, [first, second]);
    Ok(())
}

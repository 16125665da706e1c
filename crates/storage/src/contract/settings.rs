//! Facts about settings, the setup link and key checks.

use postern_domain::setting::{AccountPasswordsAtDoors, SettingKey, Settings};

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

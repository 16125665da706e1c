//! Facts about remembered browsers.

use postern_domain::id::RememberedBrowserId;

use super::SharedDatabase;
use super::sample::{account, address, id, insert_accounts, moment};
use crate::{RememberedBrowser, Result, TokenHash};

fn browser(number: u8, owner: u8) -> RememberedBrowser {
    RememberedBrowser {
        id: RememberedBrowserId::from_bytes(id(number)),
        token: TokenHash([number; 32]),
        account: account(owner).id,
        remembered_at: moment(u64::from(number)),
        expires_at: moment(u64::from(number) + 1000),
        last_used_at: None,
        address: address("2001:db8::7"),
        user_agent: "Mozilla/5.0 (X11)".to_owned(),
    }
}

pub(super) async fn are_found_by_their_token_and_forgotten(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1), account(2)]).await?;
    let all = [browser(1, 1), browser(2, 1), browser(3, 1), browser(4, 2)];
    let mut transaction = store.begin().await?;
    for each in &all {
        transaction.insert_remembered_browser(each).await?;
    }
    transaction.use_remembered_browser(all[1].id, moment(50)).await?;
    let used = RememberedBrowser { last_used_at: Some(moment(50)), ..all[1].clone() };
    assert_eq!(transaction.remembered_browser(&all[1].token).await?, Some(used.clone()));
    assert_eq!(transaction.remembered_browser(&TokenHash([9; 32])).await?, None);
    let listed = transaction.remembered_browsers_of(account(1).id).await?;
    assert_eq!(listed, [all[2].clone(), used, all[0].clone()]);
    assert!(!transaction.forget_remembered_browser(account(2).id, all[0].id).await?, "another's");
    assert!(transaction.forget_remembered_browser(account(1).id, all[0].id).await?);
    assert_eq!(transaction.forget_stale_remembered_browsers(moment(1002)).await?, 1);
    assert_eq!(transaction.forget_remembered_browsers_of(account(1).id).await?, 1);
    assert_eq!(transaction.remembered_browsers_of(account(1).id).await?, []);
    assert_eq!(transaction.remembered_browsers_of(account(2).id).await?, [all[3].clone()]);
    Ok(())
}

//! Facts about the outbox of notices.

use postern_domain::account::AccountName;
use postern_domain::notice::NoticeKind;

use super::SharedDatabase;
use super::sample::{account, app_password, moment, name, secret};
use crate::{
    KnownNetworks, NetworkNews, Notice, NoticeDelivery, NoticeRecipient, NoticeText, Result, SeenNetwork,
    Store,
};

fn text(number: u8, second: u64) -> NoticeText {
    NoticeText {
        at: moment(second),
        kind: NoticeKind::AppPasswordCreated,
        account: Some(account(number).id),
        subject: "App password \u{201c}J\u{fc}rgen's \"form\"\u{201d} created".to_owned(),
        facts: vec![("Good for".into(), "smtp".into()), ("By".into(), "a\nb".into())],
        advice: "Ask.".to_owned(),
        link: "/security-info".to_owned(),
    }
}

fn recipient(number: u8, address: &AccountName) -> NoticeRecipient {
    NoticeRecipient { account: Some(account(number).id), address: address.clone() }
}

/// Adds two accounts and a notice about the first, told to both, to the first at two addresses.
async fn told(store: &dyn Store) -> Result<u64> {
    let (first, second, other) = (account(1), account(2), name("other@example.test"));
    let mut transaction = store.begin().await?;
    transaction.insert_account(&first).await?;
    transaction.insert_account(&second).await?;
    let outside = NoticeRecipient { account: None, address: name("operators@example.test") };
    let recipients = [
        recipient(1, &first.name),
        recipient(1, &other),
        recipient(2, &second.name),
        recipient(2, &other),
        outside,
    ];
    let sequence = transaction.insert_notice(&text(1, 1), &recipients).await?;
    transaction.commit().await?;
    Ok(sequence)
}

pub(super) async fn come_back_as_written_to_each_who_was_told(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    assert_eq!(store.snapshot().await?.notice_head().await?, 0);
    assert_eq!(told(&*store).await?, 1);
    let mut transaction = store.begin().await?;
    assert_eq!(transaction.insert_notice(&text(2, 2), &[recipient(1, &account(1).name)]).await?, 2);
    transaction.commit().await?;

    let mut snapshot = database.open().await?.snapshot().await?;
    let (first, second) =
        (Notice { sequence: 1, text: text(1, 1) }, Notice { sequence: 2, text: text(2, 2) });
    assert_eq!(snapshot.notices_of(account(1).id, None, 9).await?, [second.clone(), first.clone()]);
    assert_eq!(snapshot.notices_of(account(1).id, None, 1).await?, std::slice::from_ref(&second));
    assert_eq!(snapshot.notices_of(account(1).id, Some(2), 9).await?, std::slice::from_ref(&first));
    assert_eq!(snapshot.notices_of(account(2).id, None, 9).await?, std::slice::from_ref(&first));
    assert_eq!(snapshot.notices_of(account(3).id, None, 9).await?, []);
    let in_order = snapshot.notices_after(0, 9).await?;
    assert_eq!(in_order, [(first, Some(account(1).name)), (second.clone(), Some(account(2).name))]);
    assert_eq!(snapshot.notices_after(1, 9).await?, [(second, Some(account(2).name))]);
    assert_eq!(snapshot.notice_head().await?, 2);
    Ok(())
}

pub(super) async fn one_at_a_time_delivers_to_an_address(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    told(&*store).await?;
    let mut first = store.begin().await?;
    let mut taken = first.take_due_notices(moment(2), moment(60), 3).await?;
    first.commit().await?;
    let mut other = database.open().await?.begin().await?;
    let rest = other.take_due_notices(moment(2), moment(60), 9).await?;
    assert_eq!((taken.len(), rest.len()), (3, 1));
    assert_eq!(other.take_due_notices(moment(59), moment(60), 9).await?, []);
    other.commit().await?;
    taken.extend(rest);
    let mut addresses: Vec<&str> = taken.iter().map(|one| one.recipient.address.as_str()).collect();
    addresses.sort_unstable();
    let expected =
        ["operators@example.test", "other@example.test", "user1@example.test", "user2@example.test"];
    assert_eq!(addresses, expected);
    assert!(taken.iter().all(|one| one.attempts == 1 && one.account_name == Some(account(1).name)));
    Ok(())
}

pub(super) async fn an_attempt_that_is_overdue_is_made_again_and_settled_once(
    database: SharedDatabase,
) -> Result<()> {
    let store = database.open().await?;
    told(&*store).await?;
    let mut transaction = store.begin().await?;
    let (address, later) = (account(1).name, moment(60));
    transaction.take_due_notices(moment(2), later, 9).await?;
    let again = transaction.take_due_notices(later, moment(120), 9).await?;
    assert!(again.iter().all(|one| one.attempts == 2));
    let delivered = NoticeDelivery::Delivered { at: later };
    let refused = NoticeDelivery::GivenUp { at: later, problem: "550 no".to_owned() };
    let waiting = NoticeDelivery::Waiting { next_at: moment(90), problem: Some("451 not now".to_owned()) };
    assert!(!transaction.settle_notice(1, &address, 1, &refused).await?, "another has it by now");
    assert!(transaction.settle_notice(1, &address, 2, &delivered).await?);
    assert!(!transaction.settle_notice(1, &address, 2, &refused).await?, "it was settled");
    assert!(transaction.settle_notice(1, &account(2).name, 2, &refused).await?);
    assert!(transaction.settle_notice(1, &name("other@example.test"), 2, &waiting).await?);
    transaction.commit().await?;

    let troubled = store.snapshot().await?.troubled_notices(None, 9).await?;
    let shown: Vec<_> =
        troubled.iter().map(|one| (one.recipient.address.as_str(), one.attempts, &one.delivery)).collect();
    assert_eq!(shown, [("other@example.test", 2, &waiting), ("user2@example.test", 2, &refused)]);
    assert_eq!(store.snapshot().await?.troubled_notices(Some(1), 9).await?, []);
    let mut transaction = store.begin().await?;
    let due = transaction.take_due_notices(moment(90), moment(150), 9).await?;
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].attempts, 3);
    Ok(())
}

pub(super) async fn old_ones_go_and_no_place_is_used_again(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    told(&*store).await?;
    let mut transaction = store.begin().await?;
    let (owner, told_to) = (account(1).id, [recipient(1, &account(1).name)]);
    transaction.insert_notice(&text(1, 5), &told_to).await?;
    assert_eq!(transaction.delete_old_notices(moment(5)).await?, 1);
    assert_eq!(transaction.delete_old_notices(moment(50)).await?, 0, "the last one is kept");
    assert_eq!(transaction.insert_notice(&text(1, 6), &told_to).await?, 3);
    let left = transaction.notices_of(owner, None, 9).await?;
    assert_eq!(left.iter().map(|notice| notice.sequence).collect::<Vec<_>>(), [3, 2]);
    Ok(())
}

pub(super) async fn the_active_global_administrators_are_listed(database: SharedDatabase) -> Result<()> {
    use postern_domain::account::{AccountStatus, Role};
    let store = database.open().await?;
    let mut transaction = store.begin().await?;
    for (number, role) in [
        (3, Role::GlobalAdministrator),
        (1, Role::GlobalAdministrator),
        (2, Role::AuthenticationAdministrator),
        (4, Role::GlobalAdministrator),
    ] {
        let mut one = account(number);
        one.role = role;
        if number == 4 {
            one.status = AccountStatus::Blocked { at: moment(1), by: "system".to_owned() };
        }
        transaction.insert_account(&one).await?;
    }
    let listed = transaction.administrators(9).await?;
    assert_eq!(listed.iter().map(|one| one.id).collect::<Vec<_>>(), [account(1).id, account(3).id]);
    assert_eq!(transaction.administrators(1).await?.len(), 1);
    Ok(())
}

pub(super) async fn one_may_concern_no_account(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let mut transaction = store.begin().await?;
    transaction.insert_account(&account(1)).await?;
    let text = NoticeText { account: None, ..text(1, 1) };
    transaction.insert_notice(&text, &[recipient(1, &account(1).name)]).await?;
    let notice = Notice { sequence: 1, text };
    assert_eq!(transaction.notices_after(0, 9).await?, [(notice.clone(), None)]);
    assert_eq!(transaction.notices_of(account(1).id, None, 9).await?, [notice]);
    let due = transaction.take_due_notices(moment(2), moment(60), 9).await?;
    assert_eq!(due.iter().map(|one| &one.account_name).collect::<Vec<_>>(), [&None]);
    transaction.commit().await
}

pub(super) async fn a_network_is_new_once_and_forgotten(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let (owner, used) = (account(1), app_password(1, &account(1)));
    let mut transaction = store.begin().await?;
    transaction.insert_account(&owner).await?;
    transaction.insert_app_password(&used, &secret(1)).await?;
    let mut see = async |network: &str, second, since| {
        let network = network.parse().expect("a network");
        let seen = SeenNetwork { app_password: used.id, network, at: moment(second) };
        transaction.see_network(&seen, KnownNetworks { most: 2, since: moment(since) }).await
    };
    assert_eq!(see("192.0.2.0/24", 1, 0).await?, NetworkNews::FirstUse);
    assert_eq!(see("192.0.2.0/24", 2, 0).await?, NetworkNews::Known);
    assert_eq!(see("2001:db8::/48", 3, 0).await?, NetworkNews::New);
    assert_eq!(see("192.0.2.0/24", 4, 0).await?, NetworkNews::Known);
    assert_eq!(see("198.51.100.0/24", 5, 0).await?, NetworkNews::New);
    assert_eq!(
        see("2001:db8::/48", 6, 0).await?,
        NetworkNews::New,
        "of three, that of longest ago was let go"
    );
    assert_eq!(see("198.51.100.0/24", 20, 5).await?, NetworkNews::Known, "used at the very moment");
    assert_eq!(see("2001:db8::/48", 20, 7).await?, NetworkNews::New, "not used for long");
    assert_eq!(see("2001:db8::/48", 21, 7).await?, NetworkNews::Known);
    assert_eq!(see("198.51.100.0/24", 19, 0).await?, NetworkNews::Known);
    assert_eq!(see("198.51.100.0/24", 22, 20).await?, NetworkNews::Known, "an older use takes nothing back");
    assert_eq!(transaction.new_network_count(used.id, moment(0)).await?, 2);
    assert_eq!(transaction.new_network_count(used.id, moment(5)).await?, 1, "it was new again then");
    transaction.commit().await
}

//! Facts about the other kinds of the inventory.

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountStatus};
use postern_domain::api_token::{ApiToken, ServicePrincipal, TokenRevocation, TokenUse};
use postern_domain::consent::{Consent, ConsentProblem, ConsentState};
use postern_domain::door::Door;
use postern_domain::id::{ApiTokenId, ServicePrincipalId};
use postern_domain::mfa::MfaState;
use postern_domain::network::{Networks, parse_network};

use super::SharedDatabase;
use super::sample::{account, address, day, id, insert_accounts, inventory_criteria};
use crate::{
    AccountFilter, AccountPasswordUse, ConsentRecord, InventoryFlag, MailboxPasswordRecord, OtherCredential,
    OtherFilter, OtherKind, ProgramFilter, Result, Sealed, Store, TokenHash,
};

fn revocation() -> Option<TokenRevocation> {
    Some(TokenRevocation { at: day(390), by: "operator root".to_owned() })
}

fn used(at: Timestamp) -> Option<TokenUse> {
    Some(TokenUse { at, address: address("192.0.2.7") })
}

/// Six API tokens, each with something of its own: used lately, never used, stale, wide, expiring, revoked.
fn tokens() -> Vec<ApiToken> {
    let plain = |number: u8, owner: u8| ApiToken {
        id: ApiTokenId::from_bytes(id(number)),
        account: account(owner).id,
        name: format!("Backup {number}").parse().expect("the samples are names"),
        scopes: "account.own accounts.read".parse().expect("the samples are scopes"),
        networks: Networks::any(),
        created_at: day(300),
        created_by: "operator root".to_owned(),
        expires_at: day(600),
        last_use: used(day(399)),
        revoked: None,
    };
    let mfa: postern_domain::api_token::Scopes = "mfa.write".parse().expect("the samples are scopes");
    let office = Networks::new(parse_network("192.0.2.0/24"));
    vec![
        plain(1, 1),
        ApiToken { last_use: None, created_at: day(380), ..plain(2, 1) },
        ApiToken { last_use: used(day(309)), scopes: mfa, networks: office, ..plain(3, 1) },
        ApiToken { scopes: mfa, ..plain(4, 2) },
        ApiToken { expires_at: day(413), name: "crm".parse().expect("a name"), ..plain(5, 2) },
        ApiToken { revoked: revocation(), ..plain(6, 2) },
    ]
}

fn principals() -> Vec<ServicePrincipal> {
    let plain = |number: u8, name: &str| ServicePrincipal {
        id: ServicePrincipalId::from_bytes(id(number)),
        name: name.parse().expect("the samples are names"),
        scopes: "directory.write".parse().expect("the samples are scopes"),
        networks: Networks::new(parse_network("2001:db8::/32")),
        created_at: day(100),
        created_by: "operator root".to_owned(),
        secret_expires_at: Some(day(600)),
        last_use: used(day(399)),
        revoked: None,
    };
    vec![
        ServicePrincipal { networks: Networks::any(), ..plain(11, "Directory") },
        ServicePrincipal { secret_expires_at: None, last_use: None, ..plain(12, "CRM") },
        ServicePrincipal { secret_expires_at: Some(day(399)), ..plain(13, "Old one") },
    ]
}

fn consents() -> Vec<Consent> {
    let plain = |owner: u8, provider: &str| Consent {
        account: account(owner).id,
        provider: provider.to_owned(),
        mailbox: None,
        connected_at: day(100),
        refreshed_at: day(399),
        used_at: Some(day(399)),
        access_until: day(400),
        expires_at: Some(day(600)),
        refused_at: None,
        state: ConsentState::Connected { problem: None },
    };
    let problem = ConsentProblem { error: "invalid_grant".to_owned(), at: day(398) };
    vec![
        plain(1, "exchange"),
        Consent { used_at: None, ..plain(1, "gmail") },
        Consent { expires_at: Some(day(401)), ..plain(2, "exchange") },
        Consent { expires_at: None, state: ConsentState::Lapsed(problem), ..plain(2, "gmail") },
    ]
}

fn program(owner: u8, door: Door, at: u32, refused: bool) -> AccountPasswordUse {
    AccountPasswordUse {
        account: account(owner).id,
        door,
        address: address("192.0.2.9"),
        client: Some(format!("program of day {at}")),
        at: day(at),
        count: 2,
        refused: refused.then(|| "7Q3K-M2XA".parse().expect("a reference")),
    }
}

/// Accounts 1 and 3 are without MFA, 2 and 4 under it.
async fn insert_samples(store: &dyn Store) -> Result<()> {
    let with = |number, mfa| Account { mfa, ..account(number) };
    let accounts = [
        with(1, MfaState::Disabled),
        with(2, MfaState::Enforced),
        with(3, MfaState::Enabled),
        with(4, MfaState::Enforced),
    ];
    insert_accounts(store, &accounts).await?;
    let mut transaction = store.begin().await?;
    for (number, token) in (1..).zip(tokens()) {
        transaction.insert_api_token(&token, &TokenHash([number; 32])).await?;
        if let Some(last_use) = token.last_use {
            transaction.use_api_token(token.id, last_use).await?;
        }
        transaction.revoke_api_token(&token).await?;
    }
    for (number, principal) in (1..).zip(principals()) {
        transaction.insert_service_principal(&principal, &TokenHash([number; 32])).await?;
        transaction.update_service_principal(&principal, None).await?;
    }
    for consent in consents() {
        let lapsed = matches!(consent.state, ConsentState::Lapsed(_));
        let token = Sealed { key_version: 1, bytes: vec![7; 60] };
        let refresh_token = (!lapsed).then_some(token);
        transaction.put_consent(&ConsentRecord { consent, generation: 1, refresh_token }).await?;
    }
    let password = MailboxPasswordRecord {
        account: account(1).id,
        upstream: "dovecot".to_owned(),
        secret: Sealed { key_version: 1, bytes: vec![7; 60] },
        set_at: day(50),
    };
    transaction.put_mailbox_password(&password).await?;
    let programs = [
        program(1, Door::Smtp, 399, false),
        program(1, Door::Imap, 390, false),
        program(2, Door::Smtp, 380, false),
        program(2, Door::Smtp, 391, true),
        program(3, Door::Imap, 300, false),
        program(4, Door::Smtp, 380, false),
    ];
    transaction.record_account_password_uses(&programs).await?;
    for token in [&tokens()[0], &tokens()[5]] {
        transaction.add_bearer_tried(token.id.as_bytes(), day(391), address("192.0.2.8")).await?;
        transaction.add_bearer_tried(token.id.as_bytes(), day(392), address("192.0.2.9")).await?;
    }
    transaction.add_bearer_tried(principals()[2].id.as_bytes(), day(399), address("192.0.2.8")).await?;
    transaction.commit().await
}

fn filter(kind: OtherKind) -> OtherFilter {
    OtherFilter { kind, flag: None, door: None, owner: None, name: None, after: None, limit: 100 }
}

/// What a list shows, page after page: the number of a token or principal, or of an account with the name.
async fn list(store: &dyn Store, mut filter: OtherFilter) -> Result<Vec<String>> {
    let mut shown = Vec::new();
    loop {
        let page = store.snapshot().await?.other_credentials(&filter, &inventory_criteria()).await?;
        assert!(page.rows.len() <= filter.limit as usize);
        shown.extend(page.rows.iter().map(|row| match row {
            OtherCredential::AccountPassword { owner, .. } => owner.id.as_bytes()[0].to_string(),
            OtherCredential::ApiToken { token, .. } => token.id.as_bytes()[0].to_string(),
            OtherCredential::ClientSecret { principal, .. } => principal.id.as_bytes()[0].to_string(),
            OtherCredential::Consent { owner, consent } => {
                format!("{} {}", owner.id.as_bytes()[0], consent.provider)
            }
            OtherCredential::MailboxPassword { owner, upstream, .. } => {
                format!("{} {upstream}", owner.id.as_bytes()[0])
            }
        }));
        let Some(next) = page.next else { return Ok(shown) };
        assert!(shown.len() < 100, "the pages come to an end");
        filter.after = Some(next);
    }
}

pub(super) async fn each_kind_is_listed_for_what_is_wrong_with_it(database: SharedDatabase) -> Result<()> {
    use InventoryFlag::{ExpiringSoon, Lapsed, NeverUsed, NoExpiry, Stale, TooWide, TriedAfterEnd};
    use OtherKind::{AccountPassword, ApiToken, ClientSecret, Consent, MailboxPassword};
    let store = database.open().await?;
    insert_samples(&*store).await?;
    let lists: &[(OtherKind, Option<InventoryFlag>, &[&str])] = &[
        (AccountPassword, None, &["3", "1"]),
        (AccountPassword, Some(TooWide), &["3", "1"]),
        (AccountPassword, Some(NoExpiry), &["3", "1"]),
        (AccountPassword, Some(Stale), &["3"]),
        (AccountPassword, Some(TriedAfterEnd), &["2"]),
        (ApiToken, None, &["5", "4", "3", "2", "1"]),
        (ApiToken, Some(TooWide), &["4"]),
        (ApiToken, Some(NeverUsed), &["2"]),
        (ApiToken, Some(Stale), &["3"]),
        (ApiToken, Some(ExpiringSoon), &["5"]),
        // The first was tried while it was good by another clock: it has not ended.
        (ApiToken, Some(TriedAfterEnd), &["6"]),
        (ClientSecret, None, &["13", "12", "11"]),
        (ClientSecret, Some(TooWide), &["11"]),
        (ClientSecret, Some(NeverUsed), &["12"]),
        (ClientSecret, Some(Stale), &["12"]),
        (ClientSecret, Some(NoExpiry), &["12"]),
        (ClientSecret, Some(TriedAfterEnd), &["13"]),
        (Consent, None, &["2 gmail", "2 exchange", "1 gmail", "1 exchange"]),
        (Consent, Some(NeverUsed), &["1 gmail"]),
        (Consent, Some(Stale), &["1 gmail"]),
        (Consent, Some(NoExpiry), &["2 gmail"]),
        (Consent, Some(ExpiringSoon), &["2 exchange"]),
        (Consent, Some(Lapsed), &["2 gmail"]),
        (MailboxPassword, None, &["1 dovecot"]),
        (MailboxPassword, Some(NoExpiry), &["1 dovecot"]),
    ];
    let flags = || std::iter::once(None).chain(InventoryFlag::ALL.iter().copied().map(Some));
    for (kind, flag) in OtherKind::ALL.iter().flat_map(|kind| flags().map(move |flag| (*kind, flag))) {
        let expected = lists.iter().find(|list| (list.0, list.1) == (kind, flag));
        let expected = expected.map_or(&[] as &[&str], |list| list.2);
        for limit in [1, 2, 100] {
            let filter = OtherFilter { flag, limit, ..filter(kind) };
            assert_eq!(list(&*store, filter).await?, expected, "{kind:?} {flag:?}");
        }
        let count = store.snapshot().await?.other_credential_count(kind, flag, &inventory_criteria()).await?;
        assert_eq!(count, expected.len() as u64, "{kind:?} {flag:?}");
    }
    Ok(())
}

pub(super) async fn a_list_is_narrowed_by_owner_name_and_door(database: SharedDatabase) -> Result<()> {
    use OtherKind::{AccountPassword, ApiToken, ClientSecret, Consent, MailboxPassword};
    let store = database.open().await?;
    insert_samples(&*store).await?;
    let owned = |kind, number| OtherFilter { owner: Some(account(number).id), ..filter(kind) };
    let named = |kind, name: &str| OtherFilter { name: Some(name.to_owned()), ..filter(kind) };
    let at = |kind, door| OtherFilter { door: Some(door), ..filter(kind) };
    let lists: &[(OtherFilter, &[&str])] = &[
        (owned(ApiToken, 1), &["3", "2", "1"]),
        (owned(AccountPassword, 3), &["3"]),
        (owned(Consent, 2), &["2 gmail", "2 exchange"]),
        (owned(MailboxPassword, 2), &[]),
        (owned(ClientSecret, 1), &[]),
        (named(ApiToken, "BACKUP"), &["4", "3", "2", "1"]),
        (named(ApiToken, "ackup"), &[]),
        (named(ClientSecret, "dir"), &["11"]),
        (named(Consent, "Ex"), &["2 exchange", "1 exchange"]),
        (named(MailboxPassword, "dove"), &["1 dovecot"]),
        (named(AccountPassword, "b"), &[]),
        (at(AccountPassword, Door::Imap), &["3", "1"]),
        (at(AccountPassword, Door::Smtp), &["1"]),
        (at(ApiToken, Door::Smtp), &[]),
    ];
    for (filter, expected) in lists {
        for limit in [1, 100] {
            assert_eq!(
                list(&*store, OtherFilter { limit, ..filter.clone() }).await?,
                *expected,
                "{filter:?}"
            );
        }
    }
    Ok(())
}

pub(super) async fn a_row_has_all_that_is_known(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_samples(&*store).await?;
    let tried = store.snapshot().await?.bearer_tried(tokens()[5].id.as_bytes()).await?;
    let known = tried.expect("it was tried");
    assert_eq!(
        (known.first_at, known.last_at, known.address, known.count),
        (day(391), day(392), address("192.0.2.9"), 2)
    );
    assert_eq!(store.snapshot().await?.bearer_tried(tokens()[1].id.as_bytes()).await?, None);
    let first = async |filter: OtherFilter| {
        let page = store.snapshot().await?.other_credentials(&filter, &inventory_criteria()).await?;
        Ok::<_, crate::StorageError>(page.rows.into_iter().next().expect("there is one"))
    };
    let flag = Some(InventoryFlag::TriedAfterEnd);
    let OtherCredential::ApiToken { owner, token, tried } =
        first(OtherFilter { flag, ..filter(OtherKind::ApiToken) }).await?
    else {
        panic!("a token")
    };
    assert_eq!((owner.name, token, tried), (account(2).name, tokens()[5].clone(), Some(known)));
    let OtherCredential::ClientSecret { principal, tried } = first(filter(OtherKind::ClientSecret)).await?
    else {
        panic!("a client secret")
    };
    assert_eq!((principal, tried.map(|tried| tried.count)), (principals()[2].clone(), Some(1)));
    let OtherCredential::Consent { owner, consent } = first(filter(OtherKind::Consent)).await? else {
        panic!("a consent")
    };
    assert_eq!((owner.mfa, consent), (MfaState::Enforced, consents()[3].clone()));
    let one = OtherFilter { owner: Some(account(1).id), ..filter(OtherKind::AccountPassword) };
    let OtherCredential::AccountPassword { programs, .. } = first(one).await? else {
        panic!("an account password")
    };
    let last = programs.last.expect("it was let in");
    assert_eq!((programs.programs, programs.count, programs.first_at), (2, 4, day(390)));
    assert_eq!(
        (last.at, last.door, last.client.as_deref()),
        (day(399), Door::Smtp, Some("program of day 399"))
    );
    assert_eq!((programs.refused, programs.refused_count), (None, 0));
    Ok(())
}

/// What the lists of account passwords must show, put together from the programs one by one.
async fn by_programs(
    store: &dyn Store,
    flag: Option<InventoryFlag>,
    door: Option<Door>,
) -> Result<Vec<String>> {
    let filter = ProgramFilter {
        accounts: AccountFilter::default(),
        listed: None,
        enforced: None,
        since: day(0),
        after: None,
        limit: 1000,
    };
    let programs = store.snapshot().await?.programs(&filter).await?;
    let mut accounts: Vec<_> = programs.iter().map(|program| (program.account, program.mfa)).collect();
    accounts.dedup();
    accounts.sort_by_key(|(account, _)| std::cmp::Reverse(*account));
    accounts.retain(|(account, mfa)| {
        let theirs = programs.iter().filter(|program| program.account == *account);
        let theirs: Vec<_> = theirs.filter(|program| door.is_none_or(|door| program.door == door)).collect();
        let last = theirs.iter().filter_map(|program| program.last_at).max();
        let refused = theirs.iter().filter_map(|program| program.refused).map(|(at, _)| at).max();
        let is_open = *mfa != MfaState::Enforced && last.is_some();
        match flag {
            Some(InventoryFlag::TriedAfterEnd) => refused > last,
            Some(InventoryFlag::Stale) => is_open && last < Some(inventory_criteria().stale_before),
            _ => is_open,
        }
    });
    Ok(accounts.iter().map(|(account, _)| account.as_bytes()[0].to_string()).collect())
}

pub(super) async fn account_passwords_are_listed_as_their_programs_are(
    database: SharedDatabase,
) -> Result<()> {
    let store = database.open().await?;
    insert_samples(&*store).await?;
    let agree = async |everywhere: &[&str], stale: &[&str], tried: &[&str]| {
        for (flag, expected) in [
            (None, everywhere),
            (Some(InventoryFlag::Stale), stale),
            (Some(InventoryFlag::TriedAfterEnd), tried),
        ] {
            for door in [None, Some(Door::Imap), Some(Door::Smtp)] {
                let filter = OtherFilter { flag, door, limit: 2, ..filter(OtherKind::AccountPassword) };
                let shown = list(&*store, filter).await?;
                assert_eq!(shown, by_programs(&*store, flag, door).await?, "{flag:?} {door:?}");
                assert!(door.is_some() || shown == expected, "{flag:?}: {shown:?}");
            }
            let mut snapshot = store.snapshot().await?;
            let count = snapshot
                .other_credential_count(OtherKind::AccountPassword, flag, &inventory_criteria())
                .await?;
            assert_eq!(count, expected.len() as u64, "{flag:?}");
        }
        Ok::<_, crate::StorageError>(())
    };
    let record = async |uses: &[AccountPasswordUse]| {
        let mut transaction = store.begin().await?;
        transaction.record_account_password_uses(uses).await?;
        transaction.commit().await
    };
    let change = async |account: Account| {
        let mut transaction = store.begin().await?;
        transaction.update_account(&account, day(9)).await?;
        transaction.commit().await
    };
    let with = |number, mfa| Account { mfa, ..account(number) };
    agree(&["3", "1"], &["3"], &["2"]).await?;
    // Refused at one of two doors, later than it was let in at either; then at neither any more.
    record(&[program(1, Door::Smtp, 400, true)]).await?;
    agree(&["3", "1"], &["3"], &["2", "1"]).await?;
    record(&[program(1, Door::Imap, 401, false)]).await?;
    agree(&["3", "1"], &["3"], &["2"]).await?;
    // Late news change nothing.
    record(&[program(3, Door::Imap, 200, false), program(3, Door::Imap, 200, true)]).await?;
    agree(&["3", "1"], &["3"], &["2"]).await?;
    change(with(1, MfaState::Enforced)).await?;
    agree(&["3"], &["3"], &["2"]).await?;
    change(with(2, MfaState::Disabled)).await?;
    agree(&["3", "2"], &["3"], &["2"]).await?;
    change(with(1, MfaState::Enabled)).await?;
    agree(&["3", "2", "1"], &["3"], &["2"]).await?;
    // Of 2 only the refusal is left, of 3 nothing.
    let mut transaction = store.begin().await?;
    transaction.forget_programs(day(385)).await?;
    transaction.commit().await?;
    agree(&["1"], &[], &["2"]).await?;
    record(&[program(3, Door::Smtp, 305, false)]).await?;
    agree(&["3", "1"], &["3"], &["2"]).await?;
    // A deleted account has none, whatever the recorder still writes.
    let (at, by) = (day(400), "operator root".to_owned());
    for number in [2, 3] {
        let status = AccountStatus::Deleted { at, by: by.clone() };
        change(Account { status, ..with(number, MfaState::Disabled) }).await?;
    }
    agree(&["1"], &[], &[]).await?;
    record(&[program(3, Door::Smtp, 400, true), program(2, Door::Smtp, 400, false)]).await?;
    agree(&["1"], &[], &[]).await?;
    Ok(())
}

pub(super) async fn a_use_of_a_consent_takes_it_from_the_lists(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_samples(&*store).await?;
    let mut transaction = store.begin().await?;
    transaction.use_consent(account(1).id, "gmail", day(400)).await?;
    // Withdrawn meanwhile: nothing.
    transaction.use_consent(account(3).id, "gmail", day(400)).await?;
    transaction.commit().await?;
    for flag in [InventoryFlag::NeverUsed, InventoryFlag::Stale] {
        let filter = OtherFilter { flag: Some(flag), ..filter(OtherKind::Consent) };
        assert_eq!(list(&*store, filter).await?, [] as [&str; 0], "{flag:?}");
    }
    Ok(())
}

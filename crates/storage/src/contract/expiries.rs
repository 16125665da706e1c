//! Facts about what ends by itself before long.

use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountStatus};
use postern_domain::api_token::{ApiToken, ServicePrincipal, TokenRevocation};
use postern_domain::app_password::{AppPassword, LastUse, StoredState};
use postern_domain::consent::{Consent, ConsentState};
use postern_domain::door::Door;
use postern_domain::id::{ApiTokenId, ServicePrincipalId};
use postern_domain::network::Networks;

use super::SharedDatabase;
use super::sample::{account, address, app_password, id, insert_accounts, moment, secret};
use crate::{ConsentRecord, ExpiryOf, Result, Sealed, Store, TokenHash, Transaction, Use};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// That many days and milliseconds after the samples' beginning, which is within a day.
fn day(days: u32, millis: u64) -> Timestamp {
    moment(0).plus(DAY * days).plus(Duration::from_millis(millis))
}

fn blocked(number: u8) -> Account {
    let status = AccountStatus::Blocked { at: moment(1), by: "operator root".to_owned() };
    Account { status, ..account(number) }
}

async fn put(store: &dyn Store, app_passwords: &[AppPassword]) -> Result<()> {
    let mut transaction = store.begin().await?;
    for (number, one) in (1..).zip(app_passwords) {
        transaction.insert_app_password(one, &secret(number)).await?;
    }
    transaction.commit().await
}

/// The numbers in the names of the samples.
fn numbers(found: &[AppPassword]) -> Vec<&str> {
    found.iter().filter_map(|one| one.name.as_str().rsplit(' ').next()).collect()
}

/// What is expiring, and what lies idle.
async fn near(state: &mut (dyn Transaction + '_), now: Timestamp, until: Timestamp) -> Result<String> {
    let expiring = state.app_passwords_about_to_expire(now, until, 9).await?;
    let idle = state.app_passwords_about_to_lie_idle(now, until, 9).await?;
    Ok(format!("{} | {}", numbers(&expiring).join(" "), numbers(&idle).join(" ")))
}

pub(super) async fn are_told_once_while_they_are_ahead(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let owner = account(1);
    insert_accounts(&*store, std::slice::from_ref(&owner)).await?;
    let expiring = |number, end: Option<u64>| AppPassword {
        expires_at: end.map(moment),
        ..app_password(number, &owner)
    };
    let revoked = StoredState::Revoked { at: moment(1), by: "system".into(), reason: String::new() };
    let suspended = StoredState::Suspended { at: moment(1), by: "system".into() };
    put(
        &*store,
        &[
            expiring(1, None),
            expiring(2, Some(10)),
            expiring(3, Some(20)),
            expiring(4, Some(30)),
            AppPassword { state: revoked, ..expiring(5, Some(15)) },
            AppPassword { state: suspended, ..expiring(6, Some(15)) },
            // Unused for so long that it is over already.
            AppPassword { idle_expiry: Some(Duration::from_secs(1)), ..expiring(7, Some(15)) },
        ],
    )
    .await?;
    let mut transaction = store.begin().await?;
    assert_eq!(near(&mut *transaction, moment(10), moment(20)).await?, "3 | ");
    let third = ExpiryOf::AppPassword(app_password(3, &owner).id);
    transaction.note_expiry_told(&third, moment(20)).await?;
    assert_eq!(near(&mut *transaction, moment(9), moment(30)).await?, "2 4 | ");
    assert_eq!(transaction.app_passwords_about_to_expire(moment(9), moment(30), 1).await?.len(), 1);
    // Another end is another thing to tell.
    transaction.update_app_password(&expiring(3, Some(25))).await?;
    assert_eq!(near(&mut *transaction, moment(9), moment(30)).await?, "2 3 4 | ");
    transaction.commit().await
}

pub(super) async fn an_idle_end_moves_with_each_use(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let owner = account(1);
    insert_accounts(&*store, std::slice::from_ref(&owner)).await?;
    // Each was made at the samples' beginning, and its last use, if any, came some days after.
    let idle = |number, span: u32, used: Option<Timestamp>| {
        let mut one = app_password(number, &owner);
        one.created.at = day(0, 0);
        one.idle_expiry = Some(DAY * span);
        one.last_use =
            used.map(|at| LastUse { at, door: Door::Smtp, address: address("192.0.2.7"), client: None });
        one
    };
    let suspended = StoredState::Suspended { at: moment(1), by: "system".into() };
    put(
        &*store,
        &[
            idle(1, 100, None),
            idle(2, 90, Some(day(10, 1))),
            AppPassword { renewed_at: Some(day(50, 7)), ..idle(3, 50, Some(day(3, 0))) },
            // Its expiry comes first; that of the other one does not.
            AppPassword { expires_at: Some(day(99, 0)), ..idle(4, 100, None) },
            AppPassword { expires_at: Some(day(101, 0)), ..idle(5, 100, None) },
            AppPassword { state: suspended, ..idle(6, 100, None) },
            // A span that is shorter than what is told ahead: only when half of it is over.
            idle(7, 10, Some(day(92, 0))),
        ],
    )
    .await?;
    let mut transaction = store.begin().await?;
    let (a, b) = (day(86, 0), day(100, 0));
    assert_eq!(near(&mut *transaction, a, b).await?, "4 | 1 5", "to the very end");
    assert_eq!(near(&mut *transaction, a, day(100, 1)).await?, "4 | 1 2 5");
    assert_eq!(near(&mut *transaction, a, day(100, 7)).await?, "4 | 1 2 3 5");
    assert_eq!(near(&mut *transaction, b, day(114, 0)).await?, " | 2 3 7", "what has ended is not ahead");
    assert_eq!(near(&mut *transaction, day(97, 0), b).await?, "4 | 1 5");
    assert_eq!(near(&mut *transaction, day(96, 86_399_999), day(111, 0)).await?, "4 5 | 1 2 3 5");
    assert_eq!(near(&mut *transaction, day(97, 0), day(111, 0)).await?, "4 5 | 1 2 3 5 7");
    assert_eq!(transaction.app_passwords_about_to_lie_idle(a, day(100, 7), 2).await?.len(), 2);

    let first = app_password(1, &owner).id;
    transaction.note_expiry_told(&ExpiryOf::IdleAppPassword(first), b).await?;
    assert_eq!(near(&mut *transaction, a, b).await?, "4 | 5", "told");
    // A use moves the end: nothing is near, and later there is something to tell again.
    let last = LastUse { at: day(90, 5), door: Door::Smtp, address: address("192.0.2.7"), client: None };
    transaction.record_uses(&[Use { app_password: first, count: 1, last }]).await?;
    assert_eq!(near(&mut *transaction, day(91, 0), day(105, 0)).await?, "4 5 | 2 3 5");
    assert_eq!(near(&mut *transaction, day(180, 0), day(194, 0)).await?, " | 1");
    transaction.note_expiry_told(&ExpiryOf::AppPassword(first), day(190, 5)).await?;
    assert_eq!(near(&mut *transaction, day(180, 0), day(194, 0)).await?, " | 1", "that is another end");
    transaction.commit().await
}

fn token(number: u8, owner: u8, created_at: Timestamp, expires_at: Timestamp) -> ApiToken {
    ApiToken {
        id: ApiTokenId::from_bytes(id(number)),
        account: account(owner).id,
        name: format!("Backup {number}").parse().expect("the samples are names"),
        scopes: "account.own".parse().expect("the samples are scopes"),
        networks: Networks::any(),
        created_at,
        created_by: "operator root".to_owned(),
        expires_at,
        last_use: None,
        revoked: None,
    }
}

fn principal(number: u8, secret_expires_at: Option<Timestamp>) -> ServicePrincipal {
    ServicePrincipal {
        id: ServicePrincipalId::from_bytes(id(number)),
        name: format!("Directory {number}").parse().expect("the samples are names"),
        scopes: "directory.write".parse().expect("the samples are scopes"),
        networks: Networks::any(),
        created_at: moment(0),
        created_by: "operator root".to_owned(),
        secret_expires_at,
        last_use: None,
        revoked: None,
    }
}

pub(super) async fn tokens_and_client_secrets_are_told_too(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1)]).await?;
    let revoked = || Some(TokenRevocation { at: moment(70), by: "operator root".to_owned() });
    let mut transaction = store.begin().await?;
    // The second one was made for a day, of which half is not over.
    for (number, made) in [(1, day(0, 0)), (2, day(99, 1)), (3, day(0, 0)), (4, day(0, 0))] {
        let ends = if number == 4 { day(120, 0) } else { day(100, 0) };
        transaction.insert_api_token(&token(number, 1, made, ends), &TokenHash([number; 32])).await?;
    }
    transaction
        .revoke_api_token(&ApiToken { revoked: revoked(), ..token(3, 1, day(0, 0), day(100, 0)) })
        .await?;
    for (number, ends) in [(5, Some(day(100, 0))), (6, None), (7, Some(day(100, 0))), (8, Some(day(90, 0)))] {
        transaction.insert_service_principal(&principal(number, ends), &TokenHash([number; 32])).await?;
    }
    let ended = ServicePrincipal { revoked: revoked(), ..principal(7, Some(day(100, 0))) };
    transaction.update_service_principal(&ended, None).await?;

    let mut found = async |now| {
        let tokens = transaction.api_tokens_about_to_expire(now, day(100, 0), 9).await?;
        let secrets = transaction.client_secrets_about_to_expire(now, day(100, 0), 9).await?;
        for one in &tokens {
            transaction.note_expiry_told(&ExpiryOf::ApiToken(one.id), one.expires_at).await?;
        }
        for one in &secrets {
            let ends = one.secret_expires_at.expect("they end");
            transaction.note_expiry_told(&ExpiryOf::ClientSecret(one.id), ends).await?;
        }
        let names = tokens.iter().map(|one| &one.name).chain(secrets.iter().map(|one| &one.name));
        Ok::<_, crate::StorageError>(names.map(ToString::to_string).collect::<Vec<_>>().join(", "))
    };
    assert_eq!(found(day(99, 2)).await?, "Backup 1, Directory 5");
    assert_eq!(found(day(99, 2)).await?, "", "told");
    assert_eq!(found(day(99, 43_200_001)).await?, "Backup 2");
    // With a new secret it has another end.
    transaction.update_service_principal(&principal(5, Some(day(110, 0))), None).await?;
    let again = transaction.client_secrets_about_to_expire(day(99, 2), day(110, 0), 9).await?;
    assert_eq!(again, [principal(5, Some(day(110, 0)))]);
    transaction.commit().await
}

pub(super) async fn those_of_who_cannot_sign_in_fill_no_page(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let active = account(3);
    insert_accounts(&*store, &[blocked(1), blocked(2), active.clone()]).await?;
    let mut transaction = store.begin().await?;
    for number in 1..=3 {
        let owner = account(number);
        let (expiring, idle) = (app_password(number, &owner), app_password(number + 10, &owner));
        let ends = Some(day(100, u64::from(number)));
        transaction
            .insert_app_password(&AppPassword { expires_at: ends, ..expiring }, &secret(number))
            .await?;
        let mut idle = AppPassword { idle_expiry: Some(DAY * 100), ..idle };
        idle.created.at = day(0, u64::from(number));
        transaction.insert_app_password(&idle, &secret(number + 10)).await?;
        let one = token(number, number, day(0, 0), day(100, u64::from(number)));
        transaction.insert_api_token(&one, &TokenHash([number; 32])).await?;
        let consent = Consent {
            account: owner.id,
            provider: "exchange".to_owned(),
            mailbox: None,
            connected_at: moment(1),
            refreshed_at: moment(2),
            used_at: None,
            access_until: moment(3),
            expires_at: ends,
            refused_at: None,
            state: ConsentState::Connected { problem: None },
        };
        let refresh_token = Some(Sealed { key_version: 2, bytes: vec![1; 60] });
        transaction.put_consent(&ConsentRecord { consent, generation: 1, refresh_token }).await?;
    }
    let (now, until) = (day(90, 0), day(104, 0));
    let owners = [
        transaction.app_passwords_about_to_expire(now, until, 1).await?.first().map(|one| one.account),
        transaction.app_passwords_about_to_lie_idle(now, until, 1).await?.first().map(|one| one.account),
        transaction.api_tokens_about_to_expire(now, until, 1).await?.first().map(|one| one.account),
        transaction.consents_about_to_expire(now, until, 1).await?.first().map(|one| one.account),
    ];
    assert_eq!(owners, [Some(active.id); 4]);
    let told = ExpiryOf::Consent(active.id, "exchange".to_owned());
    transaction.note_expiry_told(&told, day(100, 3)).await?;
    assert_eq!(transaction.consents_about_to_expire(now, until, 1).await?, []);
    transaction.commit().await
}

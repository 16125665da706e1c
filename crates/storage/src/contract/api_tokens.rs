//! Facts about API tokens, service principals and access tokens.

use postern_domain::api_token::{ApiToken, ServicePrincipal, TokenRevocation, TokenUse};
use postern_domain::id::{ApiTokenId, ServicePrincipalId};
use postern_domain::network::{Networks, parse_network};

use super::SharedDatabase;
use super::sample::{account, address, id, insert_accounts, moment};
use crate::{AccessToken, ApiTokenFilter, PrincipalPlace, Result, StorageError, TokenHash};

fn token(number: u8, owner: u8) -> ApiToken {
    ApiToken {
        id: ApiTokenId::from_bytes(id(number)),
        account: account(owner).id,
        name: format!("Backup {number}").parse().expect("the samples are names"),
        scopes: "account.own accounts.read mfa.write".parse().expect("the samples are scopes"),
        networks: Networks::new(parse_network("2001:db8::/32")),
        created_at: moment(u64::from(number)),
        created_by: "operator root".to_owned(),
        expires_at: moment(1000 + u64::from(number)),
        last_use: None,
        revoked: None,
    }
}

fn principal(number: u8, name: &str) -> ServicePrincipal {
    ServicePrincipal {
        id: ServicePrincipalId::from_bytes(id(number)),
        name: name.parse().expect("the samples are names"),
        scopes: "directory.write".parse().expect("the samples are scopes"),
        networks: Networks::any(),
        created_at: moment(u64::from(number)),
        created_by: "operator root".to_owned(),
        secret_expires_at: Some(moment(500)),
        last_use: None,
        revoked: None,
    }
}

fn revocation() -> Option<TokenRevocation> {
    Some(TokenRevocation { at: moment(70), by: "operator root".to_owned() })
}

pub(super) async fn a_token_comes_back_as_written(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1)]).await?;
    let mut expected = token(1, 1);
    let hash = TokenHash([1; 32]);
    let mut transaction = store.begin().await?;
    transaction.insert_api_token(&expected, &hash).await?;
    assert_eq!(transaction.api_token_by_hash(&hash).await?, Some(expected.clone()));
    expected.last_use = Some(TokenUse { at: moment(60), address: address("192.0.2.7") });
    transaction
        .use_api_token(expected.id, TokenUse { at: moment(60), address: address("192.0.2.7") })
        .await?;
    expected.revoked = revocation();
    transaction.revoke_api_token(&expected).await?;
    transaction.commit().await?;
    let mut snapshot = store.snapshot().await?;
    assert_eq!(snapshot.api_token(expected.id).await?, Some(expected));
    assert_eq!(snapshot.api_token_by_hash(&TokenHash([2; 32])).await?, None);
    Ok(())
}

pub(super) async fn tokens_are_listed_and_counted(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1), account(2)]).await?;
    let mut transaction = store.begin().await?;
    for (number, owner) in [(1, 1), (2, 2), (3, 1), (4, 1)] {
        transaction.insert_api_token(&token(number, owner), &TokenHash([number; 32])).await?;
    }
    let revoked = ApiToken { revoked: revocation(), ..token(4, 1) };
    transaction.revoke_api_token(&revoked).await?;
    transaction.commit().await?;
    let mut snapshot = store.snapshot().await?;
    let name = |number| account(number).name;
    let all = ApiTokenFilter { limit: 10, ..ApiTokenFilter::default() };
    assert_eq!(
        snapshot.api_tokens(&all).await?,
        [(revoked, name(1)), (token(3, 1), name(1)), (token(2, 2), name(2)), (token(1, 1), name(1))]
    );
    let next = ApiTokenFilter { account: Some(account(1).id), before: Some(token(4, 1).id), limit: 1 };
    assert_eq!(snapshot.api_tokens(&next).await?, [(token(3, 1), name(1))]);
    assert_eq!(snapshot.live_api_token_count(account(1).id, moment(1000)).await?, 2);
    assert_eq!(snapshot.live_api_token_count(account(1).id, moment(1001)).await?, 1);
    Ok(())
}

pub(super) async fn a_principal_has_a_name_of_its_own_until_it_is_revoked(
    database: SharedDatabase,
) -> Result<()> {
    let store = database.open().await?;
    let mut first = principal(1, "CRM");
    let mut transaction = store.begin().await?;
    transaction.insert_service_principal(&first, &TokenHash([1; 32])).await?;
    transaction.commit().await?;
    let mut transaction = store.begin().await?;
    let taken = transaction.insert_service_principal(&principal(2, "CRM"), &TokenHash([2; 32])).await;
    assert!(matches!(taken, Err(StorageError::Conflict { what: "service principal name" })));
    drop(transaction);

    first.last_use = Some(TokenUse { at: moment(60), address: address("2001:db8::7") });
    first.revoked = revocation();
    let mut transaction = store.begin().await?;
    transaction.update_service_principal(&first, Some(&TokenHash([9; 32]))).await?;
    transaction.insert_service_principal(&principal(2, "CRM"), &TokenHash([2; 32])).await?;
    transaction.update_service_principal(&principal(2, "CRM"), None).await?;
    transaction.commit().await?;
    let mut snapshot = store.snapshot().await?;
    assert_eq!(snapshot.service_principal(first.id).await?, Some((first.clone(), TokenHash([9; 32]))));
    assert_eq!(snapshot.service_principals(None, 9).await?, [first.clone(), principal(2, "CRM")]);
    let place = PrincipalPlace::of(&first);
    assert_eq!(snapshot.service_principals(Some(&place), 9).await?, [principal(2, "CRM")]);
    let second = snapshot.service_principal(principal(2, "CRM").id).await?;
    assert_eq!(second, Some((principal(2, "CRM"), TokenHash([2; 32]))));
    Ok(())
}

pub(super) async fn principals_are_listed_page_by_page(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let named = [(4, "Backup"), (3, "CRM"), (9, "CRM"), (1, "Scanner"), (2, "backup")];
    let mut all: Vec<_> = named.iter().map(|(number, name)| principal(*number, name)).collect();
    // Of two of one name, one is revoked.
    all[1].revoked = revocation();
    let insert = async |principals: &[ServicePrincipal]| {
        let mut transaction = store.begin().await?;
        for one in principals {
            let secret = TokenHash(std::array::from_fn(|place| one.id.as_bytes()[place % 16]));
            transaction.insert_service_principal(one, &secret).await?;
            transaction.update_service_principal(one, None).await?;
        }
        transaction.commit().await
    };
    insert(&all).await?;
    let page = async |after: Option<&ServicePrincipal>| {
        let place = after.map(PrincipalPlace::of);
        store.snapshot().await?.service_principals(place.as_ref(), 2).await
    };
    assert_eq!(page(None).await?, all[..2]);
    // One more before the place, one after it.
    let between = principal(7, "Migration");
    insert(&[principal(8, "Archive"), between.clone()]).await?;
    assert_eq!(page(Some(&all[1])).await?, [all[2].clone(), between.clone()]);
    assert_eq!(page(Some(&between)).await?, all[3..]);
    assert_eq!(page(Some(&all[4])).await?, []);
    Ok(())
}

pub(super) async fn access_tokens_end_by_time_or_with_their_principal(
    database: SharedDatabase,
) -> Result<()> {
    let store = database.open().await?;
    let access = |number: u8, principal: &ServicePrincipal| AccessToken {
        token: TokenHash([number; 32]),
        principal: principal.id,
        scopes: principal.scopes,
        expires_at: moment(u64::from(number)),
    };
    let (crm, backup) = (principal(1, "CRM"), principal(2, "Backup"));
    let mut transaction = store.begin().await?;
    for one in [&crm, &backup] {
        transaction.insert_service_principal(one, &TokenHash([1; 32])).await?;
    }
    for (number, of) in [(10, &crm), (20, &crm), (30, &backup)] {
        transaction.insert_access_token(&access(number, of), moment(1)).await?;
    }
    transaction.insert_access_token(&access(40, &crm), moment(10)).await?;
    assert_eq!(transaction.access_token(&TokenHash([10; 32])).await?, None);
    assert_eq!(transaction.access_token(&TokenHash([20; 32])).await?, Some(access(20, &crm)));
    assert_eq!(transaction.delete_access_tokens_of(crm.id).await?, 2);
    transaction.commit().await?;
    let mut snapshot = store.snapshot().await?;
    assert_eq!(snapshot.access_token(&TokenHash([20; 32])).await?, None);
    assert_eq!(snapshot.access_token(&TokenHash([30; 32])).await?, Some(access(30, &backup)));
    Ok(())
}

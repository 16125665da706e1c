//! API tokens, service principals, access tokens.

use std::net::IpAddr;

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::account::AccountName;
use postern_domain::api_token::{ApiToken, ServicePrincipal, TokenName, TokenRevocation, TokenUse};
use postern_domain::id::{AccountId, ApiTokenId, ServicePrincipalId};
use postern_storage::{
    AccessToken, ApiTokenFilter, ApiTokensRead, ApiTokensWrite, PrincipalPlace, Result, StorageError,
    TokenHash,
};

use crate::convert::{AddressBytes, Columns, Conditions, network_bytes, parameters};
use crate::session::Session;

/// The columns of a token `t`, in the order in which [`read_token`] takes them.
macro_rules! token_columns {
    () => {
        "t.id, t.account_id, t.name, t.scopes, t.networks, t.created_at, t.created_by, t.expires_at, t.last_at, \
         t.last_address, t.revoked_at, t.revoked_by"
    };
}

/// The columns of a principal, in the order in which [`read_principal`] takes them.
macro_rules! principal_columns {
    () => {
        "id, name, scopes, networks, created_at, created_by, secret_expires_at, last_at, last_address, revoked_at, \
         revoked_by"
    };
}

pub(super) use {principal_columns, token_columns};

pub(super) fn read_token(columns: &mut Columns<'_>) -> Result<ApiToken> {
    Ok(ApiToken {
        id: columns.next("api_token.id")?,
        account: columns.next("api_token.account_id")?,
        name: columns.next("api_token.name")?,
        scopes: columns.next("api_token.scopes")?,
        networks: columns.next("api_token.networks")?,
        created_at: columns.next("api_token.created_at")?,
        created_by: columns.next("api_token.created_by")?,
        expires_at: columns.next("api_token.expires_at")?,
        last_use: read_use(columns)?,
        revoked: read_revocation(columns)?,
    })
}

pub(super) fn read_principal(columns: &mut Columns<'_>) -> Result<ServicePrincipal> {
    Ok(ServicePrincipal {
        id: columns.next("service_principal.id")?,
        name: columns.next("service_principal.name")?,
        scopes: columns.next("service_principal.scopes")?,
        networks: columns.next("service_principal.networks")?,
        created_at: columns.next("service_principal.created_at")?,
        created_by: columns.next("service_principal.created_by")?,
        secret_expires_at: columns.next("service_principal.secret_expires_at")?,
        last_use: read_use(columns)?,
        revoked: read_revocation(columns)?,
    })
}

fn read_use(columns: &mut Columns<'_>) -> Result<Option<TokenUse>> {
    let at: Option<Timestamp> = columns.next("last_at")?;
    let address: Option<IpAddr> = columns.next("last_address")?;
    match (at, address) {
        (None, None) => Ok(None),
        (Some(at), Some(address)) => Ok(Some(TokenUse { at, address })),
        _ => Err(StorageError::Corrupt { what: "last_at" }),
    }
}

fn read_revocation(columns: &mut Columns<'_>) -> Result<Option<TokenRevocation>> {
    let at: Option<Timestamp> = columns.next("revoked_at")?;
    let by: Option<String> = columns.next("revoked_by")?;
    match (at, by) {
        (None, None) => Ok(None),
        (Some(at), Some(by)) => Ok(Some(TokenRevocation { at, by })),
        _ => Err(StorageError::Corrupt { what: "revoked_at" }),
    }
}

#[async_trait]
impl ApiTokensRead for Session {
    async fn api_token_by_hash(&mut self, token: &TokenHash) -> Result<Option<ApiToken>> {
        const SQL: &str = concat!("select ", token_columns!(), " from api_token t where t.token = $1");
        self.first(SQL, &parameters![token], read_token).await
    }

    async fn api_token(&mut self, id: ApiTokenId) -> Result<Option<ApiToken>> {
        const SQL: &str = concat!("select ", token_columns!(), " from api_token t where t.id = $1");
        self.first(SQL, &parameters![&id], read_token).await
    }

    async fn api_tokens(&mut self, filter: &ApiTokenFilter) -> Result<Vec<(ApiToken, AccountName)>> {
        const SELECT: &str = concat!(
            "select ",
            token_columns!(),
            ", a.name from api_token t join account a on a.id = t.account_id"
        );
        let mut conditions = Conditions::new(SELECT);
        conditions.add("t.account_id =", filter.account.as_ref());
        conditions.add("t.id <", filter.before.as_ref());
        let (sql, parameters) = conditions.finish("order by t.id desc", filter.limit);
        self.rows(&sql, &parameters, |columns| Ok((read_token(columns)?, columns.next("account.name")?)))
            .await
    }

    async fn live_api_token_count(&mut self, account: AccountId, now: Timestamp) -> Result<u64> {
        let sql =
            "select count(*) from api_token where account_id = $1 and revoked_at is null and expires_at > $2";
        self.number(sql, &parameters![&account, now]).await
    }

    async fn service_principal(
        &mut self,
        id: ServicePrincipalId,
    ) -> Result<Option<(ServicePrincipal, TokenHash)>> {
        const SQL: &str =
            concat!("select ", principal_columns!(), ", secret from service_principal where id = $1");
        self.first(SQL, &parameters![&id], |columns| {
            Ok((read_principal(columns)?, columns.next("service_principal.secret")?))
        })
        .await
    }

    async fn service_principals(
        &mut self,
        after: Option<&PrincipalPlace>,
        limit: u32,
    ) -> Result<Vec<ServicePrincipal>> {
        const SELECT: &str = concat!("select ", principal_columns!(), " from service_principal");
        let mut conditions = Conditions::new(SELECT);
        if let Some(after) = after {
            let (name, id) = (conditions.place(&after.name), conditions.place(&after.id));
            conditions.add_plain(&format!("(name, id) > ({name}, {id})"));
        }
        let (sql, parameters) = conditions.finish("order by name, id", limit);
        self.rows(&sql, &parameters, read_principal).await
    }

    async fn access_token(&mut self, token: &TokenHash) -> Result<Option<AccessToken>> {
        let sql = "select token, principal_id, scopes, expires_at from access_token where token = $1";
        self.first(sql, &parameters![token], |columns| {
            Ok(AccessToken {
                token: columns.next("access_token.token")?,
                principal: columns.next("access_token.principal_id")?,
                scopes: columns.next("access_token.scopes")?,
                expires_at: columns.next("access_token.expires_at")?,
            })
        })
        .await
    }
}

#[async_trait]
impl ApiTokensWrite for Session {
    async fn insert_api_token(&mut self, token: &ApiToken, hash: &TokenHash) -> Result<()> {
        let (scopes, networks) = (token.scopes.to_string(), network_bytes(&token.networks));
        self.execute(
            "insert into api_token (id, token, account_id, name, folded_name, scopes, networks, wide, created_at, \
             created_by, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            &parameters![
                &token.id,
                hash,
                &token.account,
                &token.name,
                &folded(&token.name),
                &scopes,
                networks.as_slice(),
                token.is_wide(),
                token.created_at,
                &token.created_by,
                token.expires_at
            ],
        )
        .await?;
        Ok(())
    }

    async fn revoke_api_token(&mut self, token: &ApiToken) -> Result<()> {
        let (at, by) = revocation_columns(token.revoked.as_ref());
        let sql = "update api_token set revoked_at = $2, revoked_by = $3 where id = $1";
        self.execute_on("an API token", sql, &parameters![&token.id, at, by]).await
    }

    async fn use_api_token(&mut self, id: ApiTokenId, last_use: TokenUse) -> Result<()> {
        let address = AddressBytes::from(last_use.address);
        let sql = "update api_token set last_at = $2, last_address = $3 where id = $1";
        self.execute(sql, &parameters![&id, last_use.at, &address]).await?;
        Ok(())
    }

    async fn insert_service_principal(
        &mut self,
        principal: &ServicePrincipal,
        secret: &TokenHash,
    ) -> Result<()> {
        let (scopes, networks) = (principal.scopes.to_string(), network_bytes(&principal.networks));
        self.execute(
            "insert into service_principal (id, secret, name, folded_name, scopes, networks, wide, created_at, \
             created_by, secret_expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            &parameters![
                &principal.id,
                secret,
                &principal.name,
                &folded(&principal.name),
                &scopes,
                networks.as_slice(),
                principal.is_wide(),
                principal.created_at,
                &principal.created_by,
                principal.secret_expires_at
            ],
        )
        .await?;
        Ok(())
    }

    async fn update_service_principal(
        &mut self,
        principal: &ServicePrincipal,
        secret: Option<&TokenHash>,
    ) -> Result<()> {
        let (scopes, networks) = (principal.scopes.to_string(), network_bytes(&principal.networks));
        let (revoked_at, revoked_by) = revocation_columns(principal.revoked.as_ref());
        let last_address = principal.last_use.map(|last| AddressBytes::from(last.address));
        self.execute_on(
            "a service principal",
            "update service_principal set name = $2, scopes = $3, networks = $4, secret_expires_at = $5, \
             last_at = $6, last_address = $7, revoked_at = $8, revoked_by = $9, folded_name = $10, wide = $11 \
             where id = $1",
            &parameters![
                &principal.id,
                &principal.name,
                &scopes,
                networks.as_slice(),
                principal.secret_expires_at,
                principal.last_use.map(|last| last.at),
                last_address.as_ref(),
                revoked_at,
                revoked_by,
                &folded(&principal.name),
                principal.is_wide()
            ],
        )
        .await?;
        if let Some(secret) = secret {
            let sql = "update service_principal set secret = $2 where id = $1";
            self.execute_on("a service principal", sql, &parameters![&principal.id, secret]).await?;
        }
        Ok(())
    }

    async fn insert_access_token(&mut self, token: &AccessToken, now: Timestamp) -> Result<()> {
        self.execute("delete from access_token where expires_at <= $1", &parameters![now]).await?;
        let scopes = token.scopes.to_string();
        self.execute(
            "insert into access_token (token, principal_id, scopes, expires_at) values ($1, $2, $3, $4)",
            &parameters![&token.token, &token.principal, &scopes, token.expires_at],
        )
        .await?;
        Ok(())
    }

    async fn delete_access_tokens_of(&mut self, principal: ServicePrincipalId) -> Result<u64> {
        self.execute("delete from access_token where principal_id = $1", &parameters![&principal]).await
    }
}

/// The name as lists look for it.
fn folded(name: &TokenName) -> String {
    name.as_str().to_lowercase()
}

fn revocation_columns(revoked: Option<&TokenRevocation>) -> (Option<Timestamp>, Option<&String>) {
    (revoked.map(|revoked| revoked.at), revoked.map(|revoked| &revoked.by))
}

//! What ends by itself before long.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::api_token::{ApiToken, ServicePrincipal};
use postern_domain::app_password::AppPassword;
use postern_domain::consent::Consent;
use postern_domain::id::AccountId;
use postern_storage::{ExpiriesWrite, ExpiryOf, Result, UpstreamCredentialsRead as _};

use super::api_tokens::{principal_columns, read_principal, read_token, token_columns};
use super::app_passwords::{app_password_columns, read_app_password};
use crate::convert::{Columns, parameters};
use crate::session::Session;

/// `what` of the ends that are idle ones; of the others it is empty, or the provider of a consent.
const IDLE: &str = "idle";

/// The moment at which an app password `p` with an idle expiry ends if it is not used: as `AppPassword::idle_end`.
macro_rules! idle_end {
    () => {
        concat!(idle_since!(), " + p.idle_expiry")
    };
}

/// Since when it is not used.
macro_rules! idle_since {
    () => {
        "case when p.renewed_at > coalesce(p.last_at, p.created_at) then p.renewed_at \
         else coalesce(p.last_at, p.created_at) end"
    };
}

/// The expression of the index `app_password_idle`: the day of that end, or the day before it.
macro_rules! idle_day {
    () => {
        "(case when p.renewed_at / 86400000 > p.last_day then p.renewed_at / 86400000 else p.last_day end \
         + p.idle_expiry / 86400000)"
    };
}

pub(super) use {idle_day, idle_end, idle_since};

/// The condition that the account of a row is active.
macro_rules! account_is_active {
    ($row:literal) => {
        concat!(" and exists (select 1 from account a where a.id = ", $row, ".account_id and a.status = 0)")
    };
}

#[async_trait]
impl ExpiriesWrite for Session {
    async fn app_passwords_about_to_expire(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<AppPassword>> {
        // The first condition of the state is the index's, the second one says more.
        const SQL: &str = concat!(
            "select ",
            app_password_columns!(),
            " from app_password p where p.state <> 2 and p.state = 0 and p.expires_at > $1 and p.expires_at <= $2 \
             and (p.idle_expiry is null or ",
            idle_end!(),
            " > $1) and not exists (select 1 from expiry_told e where e.subject = p.id and e.what = '' \
             and e.expires_at = p.expires_at)",
            account_is_active!("p"),
            " order by p.expires_at, p.id limit $3"
        );
        self.rows(SQL, &parameters![now, until, limit], read_app_password).await
    }

    async fn app_passwords_about_to_lie_idle(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<AppPassword>> {
        const SQL: &str = concat!(
            "select ",
            app_password_columns!(),
            " from app_password p where p.state = 0 and p.idle_expiry is not null and ",
            idle_day!(),
            " >= $4 and ",
            idle_day!(),
            " <= $5 and ",
            idle_end!(),
            " > $1 and ",
            idle_end!(),
            " <= $2 and ",
            idle_since!(),
            " + p.idle_expiry / 2 <= $1 and (p.expires_at is null or p.expires_at > ",
            idle_end!(),
            ") and not exists (select 1 from expiry_told e where e.subject = p.id and e.what = 'idle' \
             and e.expires_at = ",
            idle_end!(),
            ")",
            account_is_active!("p"),
            " order by ",
            idle_day!(),
            ", p.id limit $3"
        );
        let parameters = parameters![now, until, limit, now.day() - 1, until.day()];
        self.rows(SQL, &parameters, read_app_password).await
    }

    async fn api_tokens_about_to_expire(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<ApiToken>> {
        const SQL: &str = concat!(
            "select ",
            token_columns!(),
            " from api_token t where t.revoked_at is null and t.expires_at > $1 and t.expires_at <= $2 \
             and t.created_at + (t.expires_at - t.created_at) / 2 <= $1 \
             and not exists (select 1 from expiry_told e where e.subject = t.id and e.what = '' \
             and e.expires_at = t.expires_at)",
            account_is_active!("t"),
            " order by t.expires_at limit $3"
        );
        self.rows(SQL, &parameters![now, until, limit], read_token).await
    }

    async fn client_secrets_about_to_expire(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<ServicePrincipal>> {
        const SQL: &str = concat!(
            "select ",
            principal_columns!(),
            " from service_principal where revoked_at is null and secret_expires_at > $1 \
             and secret_expires_at <= $2 and not exists (select 1 from expiry_told e \
             where e.subject = service_principal.id and e.what = '' and e.expires_at = secret_expires_at) \
             order by secret_expires_at limit $3"
        );
        self.rows(SQL, &parameters![now, until, limit], read_principal).await
    }

    async fn consents_about_to_expire(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Consent>> {
        const SQL: &str = concat!(
            "select c.account_id, c.provider from consent c where c.expires_at > $1 and c.expires_at <= $2 \
             and c.lapsed = 0 and not exists (select 1 from expiry_told e where e.subject = c.account_id \
             and e.what = c.provider and e.expires_at = c.expires_at)",
            account_is_active!("c"),
            " order by c.expires_at limit $3"
        );
        let read = |columns: &mut Columns<'_>| {
            let account: AccountId = columns.next("consent.account_id")?;
            Ok((account, columns.next::<String>("consent.provider")?))
        };
        let mut found = Vec::new();
        for (account, provider) in self.rows(SQL, &parameters![now, until, limit], read).await? {
            found.extend(self.consent(account, &provider).await?.map(|record| record.consent));
        }
        Ok(found)
    }

    async fn note_expiry_told(&mut self, of: &ExpiryOf, ends_at: Timestamp) -> Result<()> {
        let (subject, what) = match of {
            ExpiryOf::AppPassword(id) => (id.as_bytes(), ""),
            ExpiryOf::IdleAppPassword(id) => (id.as_bytes(), IDLE),
            ExpiryOf::ApiToken(id) => (id.as_bytes(), ""),
            ExpiryOf::ClientSecret(id) => (id.as_bytes(), ""),
            ExpiryOf::Consent(account, provider) => (account.as_bytes(), provider.as_str()),
        };
        let sql = "insert into expiry_told (subject, what, expires_at) values ($1, $2, $3) \
                   on conflict (subject, what) do update set expires_at = excluded.expires_at";
        self.execute(sql, &parameters![subject, what, ends_at]).await?;
        Ok(())
    }
}

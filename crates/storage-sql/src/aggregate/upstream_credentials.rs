//! Consents, requests for them, and mailbox passwords.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::account::AccountName;
use postern_domain::consent::{Consent, ConsentProblem, ConsentState};
use postern_domain::id::{AccountId, PortalSessionId};
use postern_storage::{
    ConsentPlace, ConsentRecord, ConsentRequest, LeaseHolder, MailboxPasswordRecord, Result, Sealed,
    StorageError, TokenHash, UpstreamCredentialsRead, UpstreamCredentialsWrite,
};

use crate::convert::{Columns, Conditions, parameters};
use crate::session::Session;

/// The columns of a consent, in the order in which [`read_consent`] takes them.
macro_rules! consent_columns {
    () => {
        "account_id, provider, mailbox, connected_at, refreshed_at, used_at, access_until, expires_at, refused_at, \
         lapsed, error, error_at"
    };
}

pub(super) use consent_columns;

pub(super) fn read_consent(columns: &mut Columns<'_>) -> Result<Consent> {
    Ok(Consent {
        account: columns.next("consent.account_id")?,
        provider: columns.next("consent.provider")?,
        mailbox: columns.next("consent.mailbox")?,
        connected_at: columns.next("consent.connected_at")?,
        refreshed_at: columns.next("consent.refreshed_at")?,
        used_at: columns.next("consent.used_at")?,
        access_until: columns.next("consent.access_until")?,
        expires_at: columns.next("consent.expires_at")?,
        refused_at: columns.next("consent.refused_at")?,
        state: read_state(columns)?,
    })
}

fn read_state(columns: &mut Columns<'_>) -> Result<ConsentState> {
    let lapsed: u32 = columns.next("consent.lapsed")?;
    let error: Option<String> = columns.next("consent.error")?;
    let at: Option<Timestamp> = columns.next("consent.error_at")?;
    match (lapsed, error.zip(at)) {
        (0, problem) => {
            Ok(ConsentState::Connected { problem: problem.map(|(error, at)| ConsentProblem { error, at }) })
        }
        (1, Some((error, at))) => Ok(ConsentState::Lapsed(ConsentProblem { error, at })),
        _ => Err(StorageError::Corrupt { what: "consent.lapsed" }),
    }
}

fn read_sealed(columns: &mut Columns<'_>) -> Result<Sealed> {
    Ok(Sealed {
        key_version: columns.next("key_version of a sealed value")?,
        bytes: columns.next::<&[u8]>("a sealed value")?.to_vec(),
    })
}

fn read_record(columns: &mut Columns<'_>) -> Result<ConsentRecord> {
    let consent = read_consent(columns)?;
    let generation = columns.next("consent.generation")?;
    let refresh_token = match consent.state {
        ConsentState::Connected { .. } => Some(read_sealed(columns)?),
        ConsentState::Lapsed(_) => None,
    };
    Ok(ConsentRecord { consent, generation, refresh_token })
}

fn read_password(columns: &mut Columns<'_>) -> Result<MailboxPasswordRecord> {
    Ok(MailboxPasswordRecord {
        account: columns.next("mailbox_password.account_id")?,
        upstream: columns.next("mailbox_password.upstream")?,
        set_at: columns.next("mailbox_password.set_at")?,
        secret: read_sealed(columns)?,
    })
}

#[async_trait]
impl UpstreamCredentialsRead for Session {
    async fn consent(&mut self, account: AccountId, provider: &str) -> Result<Option<ConsentRecord>> {
        const SQL: &str = concat!(
            "select ",
            consent_columns!(),
            ", generation, key_version, refresh_token from consent where account_id = $1 and provider = $2"
        );
        self.first(SQL, &parameters![&account, provider], read_record).await
    }

    async fn consents_of(&mut self, account: AccountId) -> Result<Vec<Consent>> {
        const SQL: &str =
            concat!("select ", consent_columns!(), " from consent where account_id = $1 order by provider");
        self.rows(SQL, &parameters![&account], read_consent).await
    }

    async fn consents(
        &mut self,
        after: Option<&ConsentPlace>,
        limit: u32,
    ) -> Result<Vec<(AccountName, Consent)>> {
        const SELECT: &str = concat!(
            "select ",
            consent_columns!(),
            ", (select a.name from account a where a.id = consent.account_id) from consent"
        );
        let mut conditions = Conditions::new(SELECT);
        if let Some(after) = after {
            let (account, provider) = (conditions.place(&after.account), conditions.place(&after.provider));
            conditions.add_plain(&format!("(account_id, provider) > ({account}, {provider})"));
        }
        let (sql, parameters) = conditions.finish("order by account_id, provider", limit);
        let read = |columns: &mut Columns<'_>| {
            let consent = read_consent(columns)?;
            Ok((columns.next("account.name")?, consent))
        };
        self.rows(&sql, &parameters, read).await
    }

    async fn consents_refreshed_until(
        &mut self,
        until: Timestamp,
        after: Option<(Timestamp, &ConsentPlace)>,
        limit: u32,
    ) -> Result<Vec<Consent>> {
        const SELECT: &str = concat!("select ", consent_columns!(), " from consent");
        let mut conditions = Conditions::new(SELECT);
        conditions.add_plain("lapsed = 0");
        conditions.add("refreshed_at <=", Some(until));
        if let Some((at, after)) = after {
            let at = conditions.place(at);
            let (account, provider) = (conditions.place(&after.account), conditions.place(&after.provider));
            let place = format!("(refreshed_at, account_id, provider) > ({at}, {account}, {provider})");
            conditions.add_plain(&place);
        }
        conditions
            .add_plain("exists (select 1 from account a where a.id = consent.account_id and a.status = 0)");
        let (sql, parameters) = conditions.finish("order by refreshed_at, account_id, provider", limit);
        self.rows(&sql, &parameters, read_consent).await
    }

    async fn mailbox_password(
        &mut self,
        account: AccountId,
        upstream: &str,
    ) -> Result<Option<MailboxPasswordRecord>> {
        let sql = "select account_id, upstream, set_at, key_version, secret from mailbox_password \
                   where account_id = $1 and upstream = $2";
        self.first(sql, &parameters![&account, upstream], read_password).await
    }

    async fn mailbox_passwords_of(&mut self, account: AccountId) -> Result<Vec<MailboxPasswordRecord>> {
        let sql = "select account_id, upstream, set_at, key_version, secret from mailbox_password \
                   where account_id = $1 order by upstream";
        self.rows(sql, &parameters![&account], read_password).await
    }
}

#[async_trait]
impl UpstreamCredentialsWrite for Session {
    async fn put_consent(&mut self, record: &ConsentRecord) -> Result<()> {
        let consent = &record.consent;
        let (lapsed, problem) = match &consent.state {
            ConsentState::Connected { problem } => (0_u32, problem.as_ref()),
            ConsentState::Lapsed(problem) => (1, Some(problem)),
        };
        self.delete_consent(consent.account, &consent.provider).await?;
        self.execute(
            concat!(
                "insert into consent (",
                consent_columns!(),
                ", generation, key_version, refresh_token) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
            ),
            &parameters![
                &consent.account,
                &consent.provider,
                consent.mailbox.as_ref(),
                consent.connected_at,
                consent.refreshed_at,
                consent.used_at,
                consent.access_until,
                consent.expires_at,
                consent.refused_at,
                lapsed,
                problem.map(|problem| &problem.error),
                problem.map(|problem| problem.at),
                record.generation,
                record.refresh_token.as_ref().map(|sealed| sealed.key_version),
                record.refresh_token.as_ref().map(|sealed| sealed.bytes.as_slice())
            ],
        )
        .await?;
        Ok(())
    }

    async fn delete_consent(&mut self, account: AccountId, provider: &str) -> Result<bool> {
        let sql = "delete from consent where account_id = $1 and provider = $2";
        Ok(self.execute(sql, &parameters![&account, provider]).await? > 0)
    }

    async fn take_refresh_lease(
        &mut self,
        account: AccountId,
        provider: &str,
        holder: LeaseHolder,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<bool> {
        let sql = "insert into refresh_lease (account_id, provider, holder, ends_at) values ($1, $2, $3, $4) \
                   on conflict (account_id, provider) do update \
                   set holder = excluded.holder, ends_at = excluded.ends_at \
                   where refresh_lease.ends_at <= $5 or refresh_lease.holder = excluded.holder";
        let parameters = parameters![&account, provider, holder.0.as_slice(), until, now];
        Ok(self.execute(sql, &parameters).await? > 0)
    }

    async fn end_refresh_lease(
        &mut self,
        account: AccountId,
        provider: &str,
        holder: LeaseHolder,
    ) -> Result<()> {
        let sql = "delete from refresh_lease where account_id = $1 and provider = $2 and holder = $3";
        self.execute(sql, &parameters![&account, provider, holder.0.as_slice()]).await?;
        Ok(())
    }

    async fn insert_consent_request(&mut self, request: &ConsentRequest) -> Result<()> {
        self.execute(
            "insert into consent_request (state, account_id, session_id, provider, key_version, verifier, expires_at) \
             values ($1, $2, $3, $4, $5, $6, $7)",
            &parameters![
                &request.state,
                &request.account,
                &request.session,
                &request.provider,
                request.verifier.key_version,
                request.verifier.bytes.as_slice(),
                request.expires_at
            ],
        )
        .await?;
        Ok(())
    }

    async fn take_consent_request(
        &mut self,
        state: &TokenHash,
        session: PortalSessionId,
    ) -> Result<Option<ConsentRequest>> {
        let select = "select account_id, provider, expires_at, key_version, verifier from consent_request \
                      where state = $1 and session_id = $2";
        let read = |columns: &mut Columns<'_>| {
            Ok(ConsentRequest {
                state: *state,
                account: columns.next("consent_request.account_id")?,
                session,
                provider: columns.next("consent_request.provider")?,
                expires_at: columns.next("consent_request.expires_at")?,
                verifier: read_sealed(columns)?,
            })
        };
        let found = self.first(select, &parameters![state, &session], read).await?;
        let delete = "delete from consent_request where state = $1 and session_id = $2";
        let taken = self.execute(delete, &parameters![state, &session]).await? > 0;
        Ok(found.filter(|_| taken))
    }

    async fn delete_stale_consent_requests(&mut self, now: Timestamp) -> Result<u64> {
        self.execute("delete from consent_request where expires_at <= $1", &parameters![now]).await
    }

    async fn put_mailbox_password(&mut self, record: &MailboxPasswordRecord) -> Result<()> {
        self.execute(
            "insert into mailbox_password (account_id, upstream, key_version, secret, set_at) \
             values ($1, $2, $3, $4, $5) on conflict (account_id, upstream) do update \
             set key_version = excluded.key_version, secret = excluded.secret, set_at = excluded.set_at",
            &parameters![
                &record.account,
                &record.upstream,
                record.secret.key_version,
                record.secret.bytes.as_slice(),
                record.set_at
            ],
        )
        .await?;
        Ok(())
    }

    async fn delete_mailbox_password(&mut self, account: AccountId, upstream: &str) -> Result<bool> {
        let sql = "delete from mailbox_password where account_id = $1 and upstream = $2";
        Ok(self.execute(sql, &parameters![&account, upstream]).await? > 0)
    }

    async fn delete_upstream_credentials_of(&mut self, account: AccountId) -> Result<u64> {
        for sql in [
            "delete from refresh_lease where account_id = $1",
            "delete from consent_request where account_id = $1",
        ] {
            self.execute(sql, &parameters![&account]).await?;
        }
        let consents =
            self.execute("delete from consent where account_id = $1", &parameters![&account]).await?;
        let sql = "delete from mailbox_password where account_id = $1";
        Ok(consents + self.execute(sql, &parameters![&account]).await?)
    }
}

//! Links to outside identity providers, and sign-ins there that are under way.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::id::{AccountId, OutsideIdentityId, PortalSessionId};
use postern_domain::outside_identity::{OutsideIdentity, Subject};
use postern_storage::{
    OutsideIdentitiesRead, OutsideIdentitiesWrite, OutsidePurpose, OutsideRequest, Result, Sealed,
    StorageError, TokenHash,
};

use crate::convert::{Columns, parameters};
use crate::session::Session;

/// The columns of a link, in the order in which [`read_identity`] takes them.
macro_rules! identity_columns {
    () => {
        "id, account_id, issuer, subject, label, linked_at, linked_by, last_used_at"
    };
}

fn read_identity(columns: &mut Columns<'_>) -> Result<OutsideIdentity> {
    Ok(OutsideIdentity {
        id: columns.next("outside_identity.id")?,
        account: columns.next("outside_identity.account_id")?,
        issuer: columns.next("outside_identity.issuer")?,
        subject: columns.next("outside_identity.subject")?,
        label: columns.next("outside_identity.label")?,
        linked_at: columns.next("outside_identity.linked_at")?,
        linked_by: columns.next("outside_identity.linked_by")?,
        last_used_at: columns.next("outside_identity.last_used_at")?,
    })
}

fn read_purpose(columns: &mut Columns<'_>) -> Result<OutsidePurpose> {
    let code: i64 = columns.next("outside_request.purpose")?;
    let session: Option<PortalSessionId> = columns.next("outside_request.session_id")?;
    match (code, session) {
        (0, None) => Ok(OutsidePurpose::SignIn),
        (1, Some(session)) => Ok(OutsidePurpose::Link(session)),
        (2, Some(session)) => Ok(OutsidePurpose::StepUp(session)),
        _ => Err(StorageError::Corrupt { what: "outside_request.purpose" }),
    }
}

/// `purpose`, `session_id`.
const fn purpose_columns(purpose: &OutsidePurpose) -> (i64, Option<&PortalSessionId>) {
    match purpose {
        OutsidePurpose::SignIn => (0, None),
        OutsidePurpose::Link(session) => (1, Some(session)),
        OutsidePurpose::StepUp(session) => (2, Some(session)),
    }
}

#[async_trait]
impl OutsideIdentitiesRead for Session {
    async fn outside_identity(&mut self, issuer: &str, subject: &Subject) -> Result<Option<OutsideIdentity>> {
        const SQL: &str = concat!(
            "select ",
            identity_columns!(),
            " from outside_identity where issuer = $1 and subject = $2"
        );
        self.first(SQL, &parameters![issuer, subject], read_identity).await
    }

    async fn outside_identities_of(&mut self, account: AccountId) -> Result<Vec<OutsideIdentity>> {
        const SQL: &str = concat!(
            "select ",
            identity_columns!(),
            " from outside_identity where account_id = $1 order by linked_at, id"
        );
        self.rows(SQL, &parameters![&account], read_identity).await
    }
}

#[async_trait]
impl OutsideIdentitiesWrite for Session {
    async fn insert_outside_identity(&mut self, identity: &OutsideIdentity) -> Result<()> {
        self.execute(
            concat!(
                "insert into outside_identity (",
                identity_columns!(),
                ") values ($1, $2, $3, $4, $5, $6, $7, $8)"
            ),
            &parameters![
                &identity.id,
                &identity.account,
                &identity.issuer,
                &identity.subject,
                &identity.label,
                identity.linked_at,
                &identity.linked_by,
                identity.last_used_at
            ],
        )
        .await?;
        Ok(())
    }

    async fn note_outside_identity_used(&mut self, id: OutsideIdentityId, at: Timestamp) -> Result<()> {
        let sql = "update outside_identity set last_used_at = $2 where id = $1";
        self.execute(sql, &parameters![&id, at]).await?;
        Ok(())
    }

    async fn delete_outside_identity(&mut self, account: AccountId, id: OutsideIdentityId) -> Result<bool> {
        let sql = "delete from outside_identity where account_id = $1 and id = $2";
        Ok(self.execute(sql, &parameters![&account, &id]).await? > 0)
    }

    async fn delete_outside_identities_of(&mut self, account: AccountId) -> Result<u64> {
        self.execute("delete from outside_identity where account_id = $1", &parameters![&account]).await
    }

    async fn insert_outside_request(&mut self, request: &OutsideRequest) -> Result<()> {
        let (purpose, session) = purpose_columns(&request.purpose);
        self.execute(
            "insert into outside_request (state, browser, provider, purpose, session_id, key_version, verifier, \
             next_path, asked_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            &parameters![
                &request.state,
                &request.browser,
                &request.provider,
                purpose,
                session,
                request.verifier.key_version,
                request.verifier.bytes.as_slice(),
                &request.next,
                request.asked_at,
                request.expires_at
            ],
        )
        .await?;
        Ok(())
    }

    async fn take_outside_request(
        &mut self,
        state: &TokenHash,
        browser: &TokenHash,
    ) -> Result<Option<OutsideRequest>> {
        let select = "select provider, purpose, session_id, next_path, asked_at, expires_at, key_version, verifier \
                      from outside_request where state = $1 and browser = $2";
        let read = |columns: &mut Columns<'_>| {
            Ok(OutsideRequest {
                state: *state,
                browser: *browser,
                provider: columns.next("outside_request.provider")?,
                purpose: read_purpose(columns)?,
                next: columns.next("outside_request.next_path")?,
                asked_at: columns.next("outside_request.asked_at")?,
                expires_at: columns.next("outside_request.expires_at")?,
                verifier: Sealed {
                    key_version: columns.next("outside_request.key_version")?,
                    bytes: columns.next::<&[u8]>("outside_request.verifier")?.to_vec(),
                },
            })
        };
        let found = self.first(select, &parameters![state, browser], read).await?;
        let delete = "delete from outside_request where state = $1 and browser = $2";
        let taken = self.execute(delete, &parameters![state, browser]).await? > 0;
        Ok(found.filter(|_| taken))
    }

    async fn delete_stale_outside_requests(&mut self, now: Timestamp) -> Result<u64> {
        self.execute("delete from outside_request where expires_at <= $1", &parameters![now]).await
    }

    async fn spend_logout_token(&mut self, token: &TokenHash, expires_at: Timestamp) -> Result<bool> {
        let sql = "insert into spent_logout_token (token, expires_at) values ($1, $2) on conflict (token) do nothing";
        Ok(self.execute(sql, &parameters![token, expires_at]).await? > 0)
    }

    async fn delete_stale_logout_tokens(&mut self, now: Timestamp) -> Result<u64> {
        self.execute("delete from spent_logout_token where expires_at <= $1", &parameters![now]).await
    }
}

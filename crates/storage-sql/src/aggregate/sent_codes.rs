//! Codes that were sent in messages.

use std::time::Duration;

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::id::AccountId;
use postern_storage::{
    CodeSubject, Result, Sealed, SentCode, SentCodeHash, SentCodesRead, SentCodesWrite, StorageError,
};

use crate::convert::{Columns, parameters};
use crate::session::Session;

/// How long it is remembered that a code was sent.
const REMEMBERED: Duration = Duration::from_secs(24 * 3600);

#[async_trait]
impl SentCodesRead for Session {
    async fn code_sendings(&mut self, account: AccountId, since: Timestamp) -> Result<Vec<Timestamp>> {
        let sql = "select at from code_sending where account_id = $1 and at > $2 order by at desc";
        self.rows(sql, &parameters![&account, since], |columns| columns.next("code_sending.at")).await
    }
}

#[async_trait]
impl SentCodesWrite for Session {
    async fn put_sent_code(&mut self, code: &SentCode, now: Timestamp) -> Result<()> {
        let destination = code.destination.as_ref();
        self.execute(
            "insert into sent_code (account_id, subject, hash, key_version, destination, expires_at, tries) \
             values ($1, $2, $3, $4, $5, $6, 0) on conflict (account_id, subject) do update \
             set hash = excluded.hash, key_version = excluded.key_version, destination = excluded.destination, \
             expires_at = excluded.expires_at, tries = 0",
            &parameters![
                &code.account,
                &code.subject.0,
                &code.hash,
                destination.map(|sealed| sealed.key_version),
                destination.map(|sealed| sealed.bytes.as_slice()),
                code.expires_at
            ],
        )
        .await?;
        let stale = "delete from sent_code where account_id = $1 and expires_at <= $2";
        self.execute(stale, &parameters![&code.account, now]).await?;
        let forgotten = "delete from code_sending where account_id = $1 and at < $2";
        self.execute(forgotten, &parameters![&code.account, now.minus(REMEMBERED)]).await?;
        let sent = "insert into code_sending (account_id, at) values ($1, $2) on conflict (account_id, at) do nothing";
        self.execute(sent, &parameters![&code.account, now]).await?;
        Ok(())
    }

    async fn take_back_sent_code(&mut self, code: &SentCode, sent_at: Timestamp) -> Result<()> {
        let sql = "delete from sent_code where account_id = $1 and subject = $2 and hash = $3";
        self.execute(sql, &parameters![&code.account, &code.subject.0, &code.hash]).await?;
        let sql = "delete from code_sending where account_id = $1 and at = $2";
        self.execute(sql, &parameters![&code.account, sent_at]).await?;
        Ok(())
    }

    async fn count_try(
        &mut self,
        account: AccountId,
        subject: CodeSubject,
        most: u32,
        now: Timestamp,
    ) -> Result<bool> {
        let sql = "update sent_code set tries = tries + 1 \
                   where account_id = $1 and subject = $2 and tries < $3 and expires_at > $4";
        Ok(self.execute(sql, &parameters![&account, &subject.0, most, now]).await? > 0)
    }

    async fn use_sent_code(
        &mut self,
        account: AccountId,
        subject: CodeSubject,
        hash: &SentCodeHash,
        now: Timestamp,
    ) -> Result<Option<SentCode>> {
        let select = "select key_version, destination, expires_at from sent_code \
                      where account_id = $1 and subject = $2 and hash = $3 and expires_at > $4";
        let parameters = parameters![&account, &subject.0, hash, now];
        let read = |columns: &mut Columns<'_>| {
            let destination = read_destination(columns)?;
            let expires_at = columns.next("sent_code.expires_at")?;
            Ok(SentCode { account, subject, hash: *hash, destination, expires_at })
        };
        let found = self.first(select, &parameters, read).await?;
        // The deletion decides who has it, not the reading before.
        let delete = "delete from sent_code \
                      where account_id = $1 and subject = $2 and hash = $3 and expires_at > $4";
        let taken = self.execute(delete, &parameters).await? > 0;
        Ok(found.filter(|_| taken))
    }
}

fn read_destination(columns: &mut Columns<'_>) -> Result<Option<Sealed>> {
    let key_version: Option<u32> = columns.next("sent_code.key_version")?;
    let bytes: Option<&[u8]> = columns.next("sent_code.destination")?;
    match (key_version, bytes) {
        (Some(key_version), Some(bytes)) => Ok(Some(Sealed { key_version, bytes: bytes.to_vec() })),
        (None, None) => Ok(None),
        _ => Err(StorageError::Corrupt { what: "sent_code.destination" }),
    }
}

//! Authentication methods and recovery codes.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::id::{AccountId, MethodId};
use postern_domain::mfa::AuthenticationMethod;
use postern_domain::mfa::totp::TotpStep;
use postern_storage::{
    KindLost, LockedOut, MethodRecord, MethodsRead, MethodsWrite, PasskeyCredential, RecoveryCodeHash,
    Result, Sealed, StorageError,
};

use super::account_list::count_methods;
use super::locked_out;
use crate::convert::{Columns, parameters};
use crate::session::Session;

/// The columns of a method, in the order in which [`read_method`] takes them.
macro_rules! method_columns {
    () => {
        "id, kind, label, hint, registered_at, last_used_at"
    };
}

fn read_method(columns: &mut Columns<'_>) -> Result<AuthenticationMethod> {
    Ok(AuthenticationMethod {
        id: columns.next("method.id")?,
        kind: columns.next("method.kind")?,
        label: columns.next("method.label")?,
        hint: columns.next("method.hint")?,
        registered_at: columns.next("method.registered_at")?,
        last_used_at: columns.next("method.last_used_at")?,
    })
}

/// The columns of a method with what verifies it, in the order in which [`read_record`] takes them.
macro_rules! record_columns {
    () => {
        concat!(method_columns!(), ", key_version, secret, last_step, credential_id, counter")
    };
}

fn read_record(columns: &mut Columns<'_>) -> Result<MethodRecord> {
    Ok(MethodRecord {
        method: read_method(columns)?,
        secret: Sealed {
            key_version: columns.next("method.key_version")?,
            bytes: columns.next::<&[u8]>("method.secret")?.to_vec(),
        },
        last_step: columns.next("method.last_step")?,
        credential: match (columns.next("method.credential_id")?, columns.next("method.counter")?) {
            (Some(id), Some(counter)) => Some(PasskeyCredential { id: <[u8]>::to_vec(id), counter }),
            (None, None) => None,
            _ => return Err(StorageError::Corrupt { what: "method.counter" }),
        },
    })
}

#[async_trait]
impl MethodsRead for Session {
    async fn methods_of(&mut self, account: AccountId) -> Result<Vec<AuthenticationMethod>> {
        const SQL: &str = concat!(
            "select ",
            method_columns!(),
            " from method where account_id = $1 order by registered_at, id"
        );
        self.rows(SQL, &parameters![&account], read_method).await
    }

    async fn method_records_of(&mut self, account: AccountId) -> Result<Vec<MethodRecord>> {
        const SQL: &str = concat!(
            "select ",
            record_columns!(),
            " from method where account_id = $1 order by registered_at, id"
        );
        self.rows(SQL, &parameters![&account], read_record).await
    }

    async fn passkey(&mut self, credential: &[u8]) -> Result<Option<(AccountId, MethodRecord)>> {
        const SQL: &str =
            concat!("select account_id, ", record_columns!(), " from method where credential_id = $1");
        let read =
            |columns: &mut Columns<'_>| Ok((columns.next("method.account_id")?, read_record(columns)?));
        self.first(SQL, &parameters![credential], read).await
    }

    async fn recovery_codes_left(&mut self, account: AccountId) -> Result<u32> {
        let sql = "select count(*) from recovery_code where account_id = $1 and used_at is null";
        Ok(u32::try_from(self.number(sql, &parameters![&account]).await?).unwrap_or(u32::MAX))
    }

    async fn locked_out_without(&mut self, lost: &KindLost, named: u32) -> Result<LockedOut> {
        locked_out::read(self, lost, named).await
    }
}

#[async_trait]
impl MethodsWrite for Session {
    async fn insert_method(&mut self, account: AccountId, record: &MethodRecord) -> Result<()> {
        let method = &record.method;
        self.execute(
            "insert into method (id, account_id, kind, label, hint, registered_at, last_used_at, key_version, secret, \
             last_step, credential_id, counter) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            &parameters![
                &method.id,
                &account,
                method.kind,
                &method.label,
                method.hint.as_ref(),
                method.registered_at,
                method.last_used_at,
                record.secret.key_version,
                record.secret.bytes.as_slice(),
                record.last_step,
                record.credential.as_ref().map(|credential| credential.id.as_slice()),
                record.credential.as_ref().map(|credential| credential.counter)
            ],
        )
        .await?;
        count_methods(self, account).await
    }

    async fn rename_method(&mut self, account: AccountId, method: MethodId, label: &str) -> Result<bool> {
        let sql = "update method set label = $3 where id = $1 and account_id = $2";
        Ok(self.execute(sql, &parameters![&method, &account, label]).await? > 0)
    }

    async fn delete_method(&mut self, account: AccountId, method: MethodId) -> Result<bool> {
        let sql = "delete from method where id = $1 and account_id = $2";
        let deleted = self.execute(sql, &parameters![&method, &account]).await? > 0;
        count_methods(self, account).await?;
        Ok(deleted)
    }

    async fn accept_totp_step(&mut self, method: MethodId, step: TotpStep, now: Timestamp) -> Result<bool> {
        let sql = "update method set last_step = $2, last_used_at = $3 \
                   where id = $1 and (last_step is null or last_step < $2)";
        Ok(self.execute(sql, &parameters![&method, step, now]).await? > 0)
    }

    async fn accept_passkey_counter(
        &mut self,
        method: MethodId,
        counter: u32,
        now: Timestamp,
    ) -> Result<bool> {
        let sql = "update method set counter = $2, last_used_at = $3 \
                   where id = $1 and (counter < $2 or (counter = 0 and $2 = 0))";
        Ok(self.execute(sql, &parameters![&method, counter, now]).await? > 0)
    }

    async fn use_method(&mut self, method: MethodId, now: Timestamp) -> Result<()> {
        self.execute("update method set last_used_at = $2 where id = $1", &parameters![&method, now]).await?;
        Ok(())
    }

    async fn replace_recovery_codes(&mut self, account: AccountId, codes: &[RecoveryCodeHash]) -> Result<()> {
        self.execute("delete from recovery_code where account_id = $1", &parameters![&account]).await?;
        for code in codes {
            let sql = "insert into recovery_code (account_id, hash) values ($1, $2)";
            self.execute(sql, &parameters![&account, code]).await?;
        }
        Ok(())
    }

    async fn use_recovery_code(
        &mut self,
        account: AccountId,
        code: &RecoveryCodeHash,
        now: Timestamp,
    ) -> Result<bool> {
        let sql = "update recovery_code set used_at = $3 \
                   where account_id = $1 and hash = $2 and used_at is null";
        Ok(self.execute(sql, &parameters![&account, code, now]).await? > 0)
    }
}

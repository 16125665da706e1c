//! Authentication methods and recovery codes.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::id::{AccountId, MethodId};
use postern_domain::mfa::AuthenticationMethod;
use postern_domain::mfa::totp::TotpStep;
use postern_storage::{MethodsRead, MethodsWrite, RecoveryCodeHash, Result, Sealed, TotpRecord};

use crate::convert::{Columns, parameters};
use crate::session::Session;

/// The columns of a method, in the order in which [`read_method`] takes them.
macro_rules! method_columns {
    () => {
        "id, kind, label, registered_at, last_used_at"
    };
}

fn read_method(columns: &mut Columns<'_>) -> Result<AuthenticationMethod> {
    Ok(AuthenticationMethod {
        id: columns.next("method.id")?,
        kind: columns.next("method.kind")?,
        label: columns.next("method.label")?,
        registered_at: columns.next("method.registered_at")?,
        last_used_at: columns.next("method.last_used_at")?,
    })
}

fn read_totp(columns: &mut Columns<'_>) -> Result<TotpRecord> {
    Ok(TotpRecord {
        method: read_method(columns)?,
        secret: Sealed {
            key_version: columns.next("method.key_version")?,
            bytes: columns.next::<&[u8]>("method.secret")?.to_vec(),
        },
        last_step: columns.next("method.last_step")?,
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

    async fn totp_of(&mut self, account: AccountId) -> Result<Vec<TotpRecord>> {
        const SQL: &str = concat!(
            "select ",
            method_columns!(),
            ", key_version, secret, last_step from method where account_id = $1 and kind = 0 \
             order by registered_at, id"
        );
        self.rows(SQL, &parameters![&account], read_totp).await
    }

    async fn recovery_codes_left(&mut self, account: AccountId) -> Result<u32> {
        let sql = "select count(*) from recovery_code where account_id = $1 and used_at is null";
        Ok(u32::try_from(self.number(sql, &parameters![&account]).await?).unwrap_or(u32::MAX))
    }
}

#[async_trait]
impl MethodsWrite for Session {
    async fn insert_totp(&mut self, account: AccountId, record: &TotpRecord) -> Result<()> {
        let method = &record.method;
        self.execute(
            "insert into method (id, account_id, kind, label, registered_at, last_used_at, key_version, secret, \
             last_step) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            &parameters![
                &method.id,
                &account,
                method.kind,
                &method.label,
                method.registered_at,
                method.last_used_at,
                record.secret.key_version,
                record.secret.bytes.as_slice(),
                record.last_step
            ],
        )
        .await?;
        Ok(())
    }

    async fn delete_method(&mut self, account: AccountId, method: MethodId) -> Result<bool> {
        let sql = "delete from method where id = $1 and account_id = $2";
        Ok(self.execute(sql, &parameters![&method, &account]).await? > 0)
    }

    async fn accept_totp_step(&mut self, method: MethodId, step: TotpStep, now: Timestamp) -> Result<bool> {
        let sql = "update method set last_step = $2, last_used_at = $3 \
                   where id = $1 and (last_step is null or last_step < $2)";
        Ok(self.execute(sql, &parameters![&method, step, now]).await? > 0)
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

//! The secrets of app passwords: the current one and, during a rotation, those before.

use postern_domain::Timestamp;
use postern_domain::account::password::SlowHash;
use postern_domain::id::{AppPasswordId, SecretId};
use postern_storage::{
    Credential, FastVerifier, Locator, NewSecret, Result, SecretStanding, StorageError, StoredSecret,
    Verifier,
};

use super::accounts::read_account;
use super::app_passwords::read_app_password;
use crate::batch::{batches, places};
use crate::convert::{Columns, parameters};
use crate::driver::Value;
use crate::session::Session;

/// A secret whose standing also depends on its app password.
pub(crate) struct SecretRow {
    id: SecretId,
    verifier: Verifier,
    works_until: Option<Timestamp>,
}

impl SecretRow {
    /// The secret, given the end of its app password's overlap.
    pub(crate) fn into_stored(self, overlap_until: Option<Timestamp>) -> StoredSecret {
        let standing = standing_of(self.works_until, overlap_until);
        StoredSecret { id: self.id, verifier: self.verifier, standing }
    }
}

fn standing_of(works_until: Option<Timestamp>, overlap_until: Option<Timestamp>) -> SecretStanding {
    match works_until {
        None => SecretStanding::Current { old_one_works: overlap_until.is_some() },
        Some(until) => SecretStanding::Old { until },
    }
}

/// Reads the columns of a secret, in the order of the view `candidate`.
pub(crate) fn read_secret(columns: &mut Columns<'_>) -> Result<SecretRow> {
    let id = columns.next("secret.id")?;
    let kind: i64 = columns.next("secret.kind")?;
    let key_version: Option<u32> = columns.next("secret.key_version")?;
    let salt: Option<[u8; 16]> = columns.next("secret.salt")?;
    let hash: Option<[u8; 32]> = columns.next("secret.hash")?;
    let phc: Option<SlowHash> = columns.next("secret.phc")?;
    let works_until = columns.next("secret.works_until")?;
    let verifier = match (kind, key_version, salt, hash, phc) {
        (0, Some(key_version), Some(salt), Some(hash), None) => {
            Verifier::Fast(FastVerifier { key_version, salt, hash })
        }
        (1, None, None, None, Some(phc)) => Verifier::Slow(phc),
        _ => return Err(StorageError::Corrupt { what: "secret.kind" }),
    };
    Ok(SecretRow { id, verifier, works_until })
}

/// `kind`, `key_version`, `salt`, `hash`, `phc`.
fn verifier_columns(verifier: &Verifier) -> [Value<'_>; 5] {
    match verifier {
        Verifier::Fast(fast) => {
            [Value::Int(0), fast.key_version.into(), (&fast.salt).into(), (&fast.hash).into(), Value::Null]
        }
        Verifier::Slow(hash) => [Value::Int(1), Value::Null, Value::Null, Value::Null, hash.into()],
    }
}

/// Stores a secret as the current one.
pub(super) async fn insert(session: &mut Session, id: AppPasswordId, secret: &NewSecret) -> Result<()> {
    let [kind, key_version, salt, hash, phc] = verifier_columns(&secret.verifier);
    session
        .execute(
            "insert into secret (locator, id, app_password_id, kind, key_version, salt, hash, phc, created_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            &parameters![&secret.locator, &secret.id, &id, kind, key_version, salt, hash, phc, secret.created_at],
        )
        .await?;
    Ok(())
}

/// Makes old ones of the secrets there are: they work until `old_until` at the latest. The row of the app password
/// says that there is an overlap, unless it is over before the new secret begins.
pub(super) async fn retire(
    session: &mut Session,
    id: AppPasswordId,
    new: &NewSecret,
    old_until: Timestamp,
) -> Result<()> {
    session
        .execute(
            "update secret set works_until = $2 where app_password_id = $1 \
             and (works_until is null or works_until > $2)",
            &parameters![&id, old_until],
        )
        .await?;
    let overlap = Some(old_until).filter(|until| *until > new.created_at);
    session
        .execute_on(
            "the app password",
            "update app_password set overlap_until = $2 where id = $1",
            &parameters![&id, overlap],
        )
        .await
}

/// Ends the old secrets at `now`; gives how many still worked.
pub(super) async fn end_old(session: &mut Session, id: AppPasswordId, now: Timestamp) -> Result<u64> {
    let ended = session
        .execute(
            "update secret set works_until = $2 where app_password_id = $1 and works_until > $2",
            &parameters![&id, now],
        )
        .await?;
    session.execute("update app_password set overlap_until = null where id = $1", &parameters![&id]).await?;
    Ok(ended)
}

/// Secrets by their ids, through the view that the hot path reads.
pub(super) async fn credentials(session: &mut Session, ids: &[SecretId]) -> Result<Vec<Credential>> {
    let mut credentials = Vec::with_capacity(ids.len());
    for batch in batches(ids) {
        let sql = format!("select * from candidate where secret_id in {}", places(1, batch.len()));
        let parameters: Vec<Value<'_>> = batch.iter().map(Value::from).collect();
        credentials.extend(session.rows(&sql, &parameters, read_credential).await?);
    }
    Ok(credentials)
}

fn read_credential(columns: &mut Columns<'_>) -> Result<Credential> {
    let secret = read_secret(columns)?;
    let app_password = read_app_password(columns)?;
    let account = read_account(columns)?;
    Ok(Credential { secret: secret.into_stored(app_password.overlap_until), app_password, account })
}

/// Replaces how a secret is checked and what it is found by.
pub(super) async fn replace(
    session: &mut Session,
    id: SecretId,
    locator: Locator,
    verifier: &Verifier,
) -> Result<()> {
    let [kind, key_version, salt, hash, phc] = verifier_columns(verifier);
    session
        .execute_on(
            "the secret",
            "update secret set locator = $2, kind = $3, key_version = $4, salt = $5, hash = $6, phc = $7 \
             where id = $1",
            &parameters![&id, &locator, kind, key_version, salt, hash, phc],
        )
        .await
}

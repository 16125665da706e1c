//! The rows of a page, kind by kind, each kind in a statement or two however many rows there are.

use std::collections::HashMap;

use postern_domain::Timestamp;
use postern_domain::app_password::LastUse;
use postern_domain::id::AccountId;
use postern_storage::{
    AccountPasswordPrograms, BearerTried, CredentialOwner, OtherCredential, OtherCursor, OtherKind, Result,
    StorageError,
};

use crate::aggregate::accounts::read_status;
use crate::aggregate::api_tokens::{principal_columns, read_principal, read_token, token_columns};
use crate::aggregate::upstream_credentials::{consent_columns, read_consent};
use crate::convert::Columns;
use crate::driver::Value;
use crate::session::Session;

/// The columns of an owner `a`, in the order in which [`read_owner`] takes them.
macro_rules! owner_columns {
    () => {
        "a.id, a.name, a.kind, a.status, a.status_at, a.status_by, a.mfa"
    };
}

/// The columns of attempts `b`, in the order in which [`read_tried`] takes them.
macro_rules! tried_columns {
    () => {
        "b.tried_first, b.tried_last, b.tried_from, b.tries"
    };
}

/// Attempts, under names that no other table has.
const TRIED: &str = "left join (select id as tried, first_at as tried_first, last_at as tried_last, \
     address as tried_from, tries from bearer_tried) b on b.tried = ";

fn read_owner(columns: &mut Columns<'_>) -> Result<CredentialOwner> {
    Ok(CredentialOwner {
        id: columns.next("account.id")?,
        name: columns.next("account.name")?,
        kind: columns.next("account.kind")?,
        status: read_status(columns)?,
        mfa: columns.next("account.mfa")?,
    })
}

fn read_tried(columns: &mut Columns<'_>) -> Result<Option<BearerTried>> {
    let first_at: Option<Timestamp> = columns.next("bearer_tried.first_at")?;
    let Some(first_at) = first_at else { return Ok(None) };
    Ok(Some(BearerTried {
        first_at,
        last_at: columns.next("bearer_tried.last_at")?,
        address: columns.next("bearer_tried.address")?,
        count: columns.next("bearer_tried.tries")?,
    }))
}

/// The credentials at these places, in this order.
pub(super) async fn rows(
    session: &mut Session,
    kind: OtherKind,
    found: &[OtherCursor],
) -> Result<Vec<OtherCredential>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows: HashMap<OtherCursor, OtherCredential> = match kind {
        OtherKind::AccountPassword => account_passwords(session, found).await?,
        OtherKind::ApiToken => api_tokens(session, found).await?,
        OtherKind::ClientSecret => client_secrets(session, found).await?,
        OtherKind::Consent => consents(session, found).await?,
        OtherKind::MailboxPassword => mailbox_passwords(session, found).await?,
    }
    .into_iter()
    .collect();
    Ok(found.iter().filter_map(|place| rows.remove(place)).collect())
}

type Keyed = Vec<(OtherCursor, OtherCredential)>;

/// A list of what stands for the ids of these places, and the ids.
fn places(found: &[OtherCursor]) -> (String, Vec<Value<'_>>) {
    let places: Vec<String> = (1..=found.len()).map(|number| format!("${number}")).collect();
    (places.join(", "), found.iter().map(|place| place.id.as_slice().into()).collect())
}

fn key(id: [u8; 16], name: &str) -> OtherCursor {
    OtherCursor { id, name: name.to_owned() }
}

async fn api_tokens(session: &mut Session, found: &[OtherCursor]) -> Result<Keyed> {
    let (places, parameters) = places(found);
    let sql = format!(
        concat!(
            "select ",
            token_columns!(),
            ", ",
            owner_columns!(),
            ", ",
            tried_columns!(),
            " from api_token t join account a on a.id = t.account_id {} t.id where t.id in ({})"
        ),
        TRIED, places
    );
    session
        .rows(&sql, &parameters, |columns| {
            let (token, owner) = (read_token(columns)?, read_owner(columns)?);
            let key = key(*token.id.as_bytes(), "");
            Ok((key, OtherCredential::ApiToken { owner, token, tried: read_tried(columns)? }))
        })
        .await
}

async fn client_secrets(session: &mut Session, found: &[OtherCursor]) -> Result<Keyed> {
    let (places, parameters) = places(found);
    let sql = format!(
        concat!(
            "select ",
            principal_columns!(),
            ", ",
            tried_columns!(),
            " from service_principal {} id where id in ({})"
        ),
        TRIED, places
    );
    session
        .rows(&sql, &parameters, |columns| {
            let principal = read_principal(columns)?;
            let key = key(*principal.id.as_bytes(), "");
            Ok((key, OtherCredential::ClientSecret { principal, tried: read_tried(columns)? }))
        })
        .await
}

/// All of the accounts that are on the page: who has one consent has few more.
async fn consents(session: &mut Session, found: &[OtherCursor]) -> Result<Keyed> {
    let (places, parameters) = places(found);
    let sql = format!(
        concat!(
            "select ",
            consent_columns!(),
            ", ",
            owner_columns!(),
            " from consent join account a on a.id = account_id where account_id in ({})"
        ),
        places
    );
    session
        .rows(&sql, &parameters, |columns| {
            let (consent, owner) = (read_consent(columns)?, read_owner(columns)?);
            let key = key(*owner.id.as_bytes(), &consent.provider);
            Ok((key, OtherCredential::Consent { owner, consent }))
        })
        .await
}

async fn mailbox_passwords(session: &mut Session, found: &[OtherCursor]) -> Result<Keyed> {
    let (places, parameters) = places(found);
    let sql = format!(
        concat!(
            "select upstream, set_at, ",
            owner_columns!(),
            " from mailbox_password join account a on a.id = account_id where account_id in ({})"
        ),
        places
    );
    session
        .rows(&sql, &parameters, |columns| {
            let upstream: String = columns.next("mailbox_password.upstream")?;
            let set_at = columns.next("mailbox_password.set_at")?;
            let owner = read_owner(columns)?;
            let key = key(*owner.id.as_bytes(), &upstream);
            Ok((key, OtherCredential::MailboxPassword { owner, upstream, set_at }))
        })
        .await
}

async fn account_passwords(session: &mut Session, found: &[OtherCursor]) -> Result<Keyed> {
    let mut last = newest(session, found, "last_at").await?;
    let mut refused = newest(session, found, "refused_at").await?;
    let (places, parameters) = places(found);
    let sql = format!(
        concat!(
            "select ",
            owner_columns!(),
            ", u.programs, u.first_at, u.uses, u.refusals from account a join ( \
             select account_id, count(*) as programs, min(first_at) as first_at, \
             cast(sum(use_count) as bigint) as uses, cast(sum(refused_count) as bigint) as refusals \
             from account_password_use where account_id in ({}) group by account_id) u on u.account_id = a.id"
        ),
        places
    );
    let mut rows = session
        .rows(&sql, &parameters, |columns| {
            let owner = read_owner(columns)?;
            let programs = AccountPasswordPrograms {
                programs: columns.next("account_password_use.count")?,
                first_at: columns.next("account_password_use.first_at")?,
                count: columns.next("account_password_use.use_count")?,
                refused_count: columns.next("account_password_use.refused_count")?,
                last: None,
                refused: None,
            };
            Ok((owner, programs))
        })
        .await?;
    for (owner, programs) in &mut rows {
        programs.last = last.remove(&owner.id);
        programs.refused = refused.remove(&owner.id);
    }
    let keyed = |(owner, programs): (CredentialOwner, AccountPasswordPrograms)| {
        (key(*owner.id.as_bytes(), ""), OtherCredential::AccountPassword { owner, programs })
    };
    Ok(rows.into_iter().map(keyed).collect())
}

/// Of each account the program whose `column` is the latest.
async fn newest(
    session: &mut Session,
    found: &[OtherCursor],
    column: &'static str,
) -> Result<HashMap<AccountId, LastUse>> {
    let (places, parameters) = places(found);
    let sql = format!(
        "select account_id, at, door, address, client from ( \
         select account_id, {column} as at, door, address, client, row_number() over \
         (partition by account_id order by {column} desc, door, network, client) as place \
         from account_password_use where account_id in ({places}) and {column} is not null) u where place = 1"
    );
    let found = session
        .rows(&sql, &parameters, |columns| {
            let account: AccountId = columns.next("account_password_use.account_id")?;
            let last = LastUse {
                at: columns.next("account_password_use.last_at")?,
                door: columns.next("account_password_use.door")?,
                address: columns.next("account_password_use.address")?,
                client: Some(columns.next::<String>("account_password_use.client")?)
                    .filter(|client| !client.is_empty()),
            };
            Ok::<_, StorageError>((account, last))
        })
        .await?;
    Ok(found.into_iter().collect())
}

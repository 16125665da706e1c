//! Sign-in events, and the uses of app passwords.

use std::time::Duration;

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::id::{AppPasswordId, SignInEventId};
use postern_domain::sign_in::{CredentialUsed, Outcome, RefusalReason, RefusalReference, SignInEvent};
use postern_storage::{EventFilter, Result, SignInEventsRead, SignInEventsWrite, StorageError, Use};

use crate::convert::{AddressBytes, Columns, Conditions, parameters};
use crate::session::Session;

/// The columns of an event, in the order in which [`read_event`] takes them.
macro_rules! event_columns {
    () => {
        "id, at, place, account_id, address, client, credential, tag, app_password_id, acting_for, reason, reference, \
         would_refuse"
    };
}

fn read_event(columns: &mut Columns<'_>) -> Result<SignInEvent> {
    Ok(SignInEvent {
        id: columns.next("sign_in_event.id")?,
        at: columns.next("sign_in_event.at")?,
        place: columns.next("sign_in_event.place")?,
        account: columns.next("sign_in_event.account_id")?,
        address: columns.next("sign_in_event.address")?,
        client: columns.next("sign_in_event.client")?,
        credential: read_credential(columns)?,
        acting_for: columns.next("sign_in_event.acting_for")?,
        outcome: read_outcome(columns)?,
    })
}

fn read_credential(columns: &mut Columns<'_>) -> Result<CredentialUsed> {
    let code: i64 = columns.next("sign_in_event.credential")?;
    let tag: Option<i64> = columns.next("sign_in_event.tag")?;
    let app_password: Option<AppPasswordId> = columns.next("sign_in_event.app_password_id")?;
    match (code, tag, app_password) {
        (0, Some(tag), None) => Ok(CredentialUsed::Unrecognised { tag: tag.cast_unsigned() }),
        (1, None, None) => Ok(CredentialUsed::AccountPassword),
        (2, None, Some(id)) => Ok(CredentialUsed::AppPassword(id)),
        (3, None, None) => Ok(CredentialUsed::Passkey),
        (4, None, None) => Ok(CredentialUsed::OutsideIdentity),
        _ => Err(StorageError::Corrupt { what: "sign_in_event.credential" }),
    }
}

/// `credential`, `tag` (its 64 bits as a signed number), `app_password_id`.
fn credential_columns(credential: &CredentialUsed) -> (i64, Option<i64>, Option<&AppPasswordId>) {
    match credential {
        CredentialUsed::Unrecognised { tag } => (0, Some(tag.cast_signed()), None),
        CredentialUsed::AccountPassword => (1, None, None),
        CredentialUsed::AppPassword(id) => (2, None, Some(id)),
        CredentialUsed::Passkey => (3, None, None),
        CredentialUsed::OutsideIdentity => (4, None, None),
    }
}

fn read_outcome(columns: &mut Columns<'_>) -> Result<Outcome> {
    let reason: Option<RefusalReason> = columns.next("sign_in_event.reason")?;
    let reference: Option<RefusalReference> = columns.next("sign_in_event.reference")?;
    let would_refuse: Option<RefusalReason> = columns.next("sign_in_event.would_refuse")?;
    match (reason, reference, would_refuse) {
        (None, None, would_refuse) => Ok(Outcome::Accepted { would_refuse }),
        (Some(reason), Some(reference), None) => Ok(Outcome::Refused { reason, reference }),
        _ => Err(StorageError::Corrupt { what: "sign_in_event.reason" }),
    }
}

const SELECT: &str = concat!("select ", event_columns!(), " from sign_in_event");

#[async_trait]
impl SignInEventsRead for Session {
    async fn sign_in_events(&mut self, filter: &EventFilter) -> Result<Vec<SignInEvent>> {
        let mut conditions = Conditions::new("select id from sign_in_event");
        conditions.add("account_id =", filter.account.as_ref());
        conditions.add("app_password_id =", filter.app_password.as_ref());
        // Who asks for an account or an app password means its index, and of sign-ins that would be refused there are few:
        // the index of the place has more. SQLite does not know which has more.
        let of_one = filter.account.is_some() || filter.app_password.is_some();
        let has_lead = of_one || filter.would_refuse_only;
        conditions.add(if has_lead { "place || '' =" } else { "place =" }, filter.place);
        conditions.add("at >=", filter.since);
        let first = filter.since.map(first_id);
        conditions.add("id >=", first.as_ref());
        conditions.add("id <", filter.before.as_ref());
        if filter.refused_only {
            conditions.add_plain("reason is not null");
        }
        if filter.would_refuse_only {
            conditions.add_plain("would_refuse is not null");
        }
        if filter.accepted_only {
            conditions.add_plain("reason is null");
        }
        // The index finds those that are shown, and only their rows are read.
        let (ids, parameters) = conditions.finish("order by id desc", filter.limit);
        let sql = format!("{SELECT} where id in ({ids}) order by id desc");
        self.rows(&sql, &parameters, read_event).await
    }

    async fn sign_in_event_by_reference(
        &mut self,
        reference: RefusalReference,
    ) -> Result<Option<SignInEvent>> {
        const SQL: &str = concat!(
            "select ",
            event_columns!(),
            " from sign_in_event where reference = $1 order by id desc limit 1"
        );
        let reference = reference.to_string();
        self.first(SQL, &parameters![&reference], read_event).await
    }

    async fn sign_in_event(&mut self, id: SignInEventId) -> Result<Option<SignInEvent>> {
        const SQL: &str = concat!("select ", event_columns!(), " from sign_in_event where id = $1");
        self.first(SQL, &parameters![&id], read_event).await
    }

    async fn sign_in_events_sealed_by(&mut self, seal: u64) -> Result<Vec<SignInEvent>> {
        const SQL: &str =
            concat!("select ", event_columns!(), " from sign_in_event where seal = $1 order by id");
        self.rows(SQL, &parameters![seal], read_event).await
    }

    async fn sign_in_event_count(&mut self) -> Result<u64> {
        self.number("select count(*) from sign_in_event", &[]).await
    }
}

/// How far behind a clock may be set between the moment of an event and the making of its id.
const CLOCK_SET_BACK: Duration = Duration::from_secs(3600);

/// An id before those of all events since a moment. An id begins with the moment at which it was made, and that is not
/// before the event: so a list ends there, and does not go on through all that is older.
fn first_id(since: Timestamp) -> SignInEventId {
    let millis = since.minus(CLOCK_SET_BACK).as_millis().max(0);
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    SignInEventId::from_bytes(bytes)
}

#[async_trait]
impl SignInEventsWrite for Session {
    async fn insert_sign_in_events(&mut self, events: &[SignInEvent], seal: u64) -> Result<()> {
        for event in events {
            insert(self, event, seal).await?;
        }
        Ok(())
    }

    async fn record_uses(&mut self, uses: &[Use]) -> Result<()> {
        for one in uses {
            let address = AddressBytes::from(one.last.address);
            // The right-hand sides all see the row as it was before.
            self.execute(
                "update app_password set use_count = use_count + $2, used = 1, \
                 last_day = case when last_day > $7 then last_day else $7 end, \
                 last_door = case when last_at > $3 then last_door else $4 end, \
                 last_address = case when last_at > $3 then last_address else $5 end, \
                 last_client = case when last_at > $3 then last_client else $6 end, \
                 last_at = case when last_at > $3 then last_at else $3 end where id = $1",
                &parameters![
                    &one.app_password,
                    one.count,
                    one.last.at,
                    one.last.door,
                    &address,
                    one.last.client.as_deref(),
                    one.last.at.day()
                ],
            )
            .await?;
        }
        Ok(())
    }
}

async fn insert(session: &mut Session, event: &SignInEvent, seal: u64) -> Result<()> {
    let address = AddressBytes::from(event.address);
    let (credential, tag, app_password) = credential_columns(&event.credential);
    let (reason, reference, would_refuse) = match event.outcome {
        Outcome::Accepted { would_refuse } => (None, None, would_refuse),
        Outcome::Refused { reason, reference } => (Some(reason), Some(reference.to_string()), None),
    };
    session
        .execute(
            "insert into sign_in_event (id, at, place, account_id, address, client, credential, tag, \
             app_password_id, acting_for, reason, reference, would_refuse, seal) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            &parameters![
                &event.id,
                event.at,
                event.place,
                event.account.as_ref(),
                &address,
                event.client.as_deref(),
                credential,
                tag,
                app_password,
                event.acting_for.as_ref(),
                reason,
                reference.as_deref(),
                would_refuse,
                seal
            ],
        )
        .await?;
    Ok(())
}

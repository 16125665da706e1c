//! App passwords.

use std::net::IpAddr;
use std::time::Duration;

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::app_password::{AppPassword, Created, LastUse, SenderRestriction, StoredState};
use postern_domain::door::Door;
use postern_domain::id::{AccountId, AppPasswordId, SecretId};
use postern_domain::limits::Limits;
use postern_storage::{
    AccountsOf, AppPasswordFilter, AppPasswordsRead, AppPasswordsWrite, Credential, Locator, NewSecret,
    Result, StorageError, Verifier,
};

use super::{account_list, bulk, secrets};
use crate::convert::{
    AddressBytes, Columns, Conditions, grant_text, join_lines, network_bytes, parameters, split_lines,
};
use crate::session::Session;

/// The columns of an app password `p`, in the order in which [`read_app_password`] takes them.
macro_rules! app_password_columns {
    () => {
        "p.id, p.account_id, p.name, p.note, p.profile, p.scope, p.networks, p.expires_at, p.idle_expiry, p.sender, \
         p.sender_list, p.impersonation, p.most_sessions, p.most_sign_ins, p.most_messages, p.most_recipients, \
         p.state, p.state_at, p.state_by, p.state_reason, p.created_at, p.created_by, p.created_from, p.last_at, \
         p.last_door, p.last_address, p.last_client, p.use_count, p.overlap_until, \
         p.renewed_at"
    };
}
/// Reads the columns that [`app_password_columns`] names.
pub(super) use app_password_columns;

pub(crate) fn read_app_password(columns: &mut Columns<'_>) -> Result<AppPassword> {
    Ok(AppPassword {
        id: columns.next("app_password.id")?,
        account: columns.next("app_password.account_id")?,
        name: columns.next("app_password.name")?,
        note: columns.next("app_password.note")?,
        profile: columns.next("app_password.profile")?,
        scope: columns.next("app_password.scope")?,
        networks: columns.next("app_password.networks")?,
        expires_at: columns.next("app_password.expires_at")?,
        idle_expiry: columns.next::<Option<u64>>("app_password.idle_expiry")?.map(Duration::from_millis),
        sender: read_sender(columns)?,
        grant: columns.next("app_password.impersonation")?,
        limits: Limits {
            sessions: columns.next("app_password.most_sessions")?,
            sign_ins_per_minute: columns.next("app_password.most_sign_ins")?,
            messages_per_hour: columns.next("app_password.most_messages")?,
            recipients_per_hour: columns.next("app_password.most_recipients")?,
        },
        state: read_state(columns)?,
        created: Created {
            at: columns.next("app_password.created_at")?,
            by: columns.next("app_password.created_by")?,
            from: columns.next("app_password.created_from")?,
        },
        last_use: read_last_use(columns)?,
        use_count: columns.next("app_password.use_count")?,
        overlap_until: columns.next("app_password.overlap_until")?,
        renewed_at: columns.next("app_password.renewed_at")?,
    })
}

fn read_sender(columns: &mut Columns<'_>) -> Result<SenderRestriction> {
    let code: i64 = columns.next("app_password.sender")?;
    let list: Option<&str> = columns.next("app_password.sender_list")?;
    match (code, list) {
        (0, None) => Ok(SenderRestriction::AccountAddresses),
        (1, Some(list)) => Ok(SenderRestriction::Listed(split_lines(list).map(str::to_owned).collect())),
        (2, None) => Ok(SenderRestriction::Unrestricted),
        _ => Err(StorageError::Corrupt { what: "app_password.sender" }),
    }
}

fn sender_columns(sender: &SenderRestriction) -> (i64, Option<String>) {
    match sender {
        SenderRestriction::AccountAddresses => (0, None),
        SenderRestriction::Listed(list) => (1, Some(join_lines(list.iter().map(String::as_str)))),
        SenderRestriction::Unrestricted => (2, None),
    }
}

fn read_state(columns: &mut Columns<'_>) -> Result<StoredState> {
    let code: i64 = columns.next("app_password.state")?;
    let at: Option<Timestamp> = columns.next("app_password.state_at")?;
    let by: Option<&str> = columns.next("app_password.state_by")?;
    let reason: Option<&str> = columns.next("app_password.state_reason")?;
    match (code, at, by, reason) {
        (0, None, None, None) => Ok(StoredState::Active),
        (1, Some(at), Some(by), None) => Ok(StoredState::Suspended { at, by: by.to_owned() }),
        (2, Some(at), Some(by), Some(reason)) => {
            Ok(StoredState::Revoked { at, by: by.to_owned(), reason: reason.to_owned() })
        }
        _ => Err(StorageError::Corrupt { what: "app_password.state" }),
    }
}

/// `state`, `state_at`, `state_by`, `state_reason`.
type StateColumns<'s> = (i64, Option<Timestamp>, Option<&'s String>, Option<&'s String>);

fn state_columns(state: &StoredState) -> StateColumns<'_> {
    match state {
        StoredState::Active => (0, None, None, None),
        StoredState::Suspended { at, by } => (1, Some(*at), Some(by), None),
        StoredState::Revoked { at, by, reason } => (2, Some(*at), Some(by), Some(reason)),
    }
}

fn read_last_use(columns: &mut Columns<'_>) -> Result<Option<LastUse>> {
    let at: Option<Timestamp> = columns.next("app_password.last_at")?;
    let door: Option<Door> = columns.next("app_password.last_door")?;
    let address: Option<IpAddr> = columns.next("app_password.last_address")?;
    let client: Option<String> = columns.next("app_password.last_client")?;
    match (at, door, address) {
        (Some(at), Some(door), Some(address)) => Ok(Some(LastUse { at, door, address, client })),
        (None, None, None) => Ok(None),
        _ => Err(StorageError::Corrupt { what: "app_password.last_at" }),
    }
}

fn idle_millis(app_password: &AppPassword) -> Option<u64> {
    app_password.idle_expiry.map(|span| u64::try_from(span.as_millis()).unwrap_or(u64::MAX))
}

#[async_trait]
impl AppPasswordsRead for Session {
    async fn app_password(&mut self, id: AppPasswordId) -> Result<Option<AppPassword>> {
        const SQL: &str = concat!("select ", app_password_columns!(), " from app_password p where p.id = $1");
        self.first(SQL, &parameters![&id], read_app_password).await
    }

    async fn app_passwords_of(&mut self, filter: &AppPasswordFilter) -> Result<Vec<AppPassword>> {
        const SELECT: &str = concat!("select ", app_password_columns!(), " from app_password p");
        let mut conditions = Conditions::new(SELECT);
        conditions.add("p.account_id =", Some(&filter.account));
        match filter.revoked {
            Some(true) => conditions.add_plain("p.state = 2"),
            Some(false) => conditions.add_plain("p.state <> 2"),
            None => {}
        }
        if let Some(after) = &filter.after {
            let (created, id) = (conditions.place(after.created), conditions.place(&after.id));
            conditions.add_plain(&format!("(p.created_at, p.id) < ({created}, {id})"));
        }
        let (sql, parameters) = conditions.finish("order by p.created_at desc, p.id desc", filter.limit);
        self.rows(&sql, &parameters, read_app_password).await
    }

    async fn live_app_password_count(&mut self, account: AccountId, now: Timestamp) -> Result<u64> {
        let sql = "select count(*) from app_password \
                   where account_id = $1 and state <> 2 and (expires_at is null or expires_at > $2)";
        self.number(sql, &parameters![&account, now]).await
    }

    async fn app_password_count(&mut self, of: &AccountsOf) -> Result<u64> {
        bulk::count(self, of).await
    }

    async fn credentials(&mut self, secrets: &[SecretId]) -> Result<Vec<Credential>> {
        secrets::credentials(self, secrets).await
    }
}

#[async_trait]
impl AppPasswordsWrite for Session {
    async fn insert_app_password(&mut self, app_password: &AppPassword, secret: &NewSecret) -> Result<()> {
        let folded_name = app_password.name.folded();
        let networks = network_bytes(&app_password.networks);
        let (sender, sender_list) = sender_columns(&app_password.sender);
        let grant = app_password.grant.as_ref().map(grant_text);
        let (state, state_at, state_by, state_reason) = state_columns(&app_password.state);
        let created_from = app_password.created.from.map(AddressBytes::from);
        let last = app_password.last_use.as_ref();
        let last_address = last.map(|last| AddressBytes::from(last.address));
        self.execute(
            "insert into app_password (id, account_id, name, folded_name, profile, scope, networks, expires_at, \
             idle_expiry, sender, sender_list, state, state_at, state_by, state_reason, created_at, created_by, \
             created_from, last_at, last_door, last_address, last_client, use_count, impersonation, most_sessions, \
             most_sign_ins, most_messages, most_recipients, note, used, last_day, renewed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
             $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)",
            &parameters![
                &app_password.id,
                &app_password.account,
                &app_password.name,
                &folded_name,
                app_password.profile,
                app_password.scope,
                networks.as_slice(),
                app_password.expires_at,
                idle_millis(app_password),
                sender,
                sender_list.as_deref(),
                state,
                state_at,
                state_by,
                state_reason,
                app_password.created.at,
                &app_password.created.by,
                created_from.as_ref(),
                last.map(|last| last.at),
                last.map(|last| last.door),
                last_address.as_ref(),
                last.and_then(|last| last.client.as_deref()),
                app_password.use_count,
                grant.as_deref(),
                app_password.limits.sessions,
                app_password.limits.sign_ins_per_minute,
                app_password.limits.messages_per_hour,
                app_password.limits.recipients_per_hour,
                app_password.note.as_ref(),
                i64::from(last.is_some()),
                last.map_or(app_password.created.at, |last| last.at).day(),
                app_password.renewed_at
            ],
        )
        .await?;
        account_list::count_app_passwords(self, app_password.account).await?;
        secrets::insert(self, app_password.id, secret).await
    }

    async fn update_app_password(&mut self, app_password: &AppPassword) -> Result<()> {
        let folded_name = app_password.name.folded();
        let networks = network_bytes(&app_password.networks);
        let (sender, sender_list) = sender_columns(&app_password.sender);
        let grant = app_password.grant.as_ref().map(grant_text);
        let (state, state_at, state_by, state_reason) = state_columns(&app_password.state);
        self.execute_on(
            "the app password",
            "update app_password set name = $2, folded_name = $3, profile = $4, scope = $5, networks = $6, \
             expires_at = $7, idle_expiry = $8, sender = $9, sender_list = $10, state = $11, state_at = $12, \
             state_by = $13, state_reason = $14, impersonation = $15, most_sessions = $16, most_sign_ins = $17, \
             most_messages = $18, most_recipients = $19, note = $20, renewed_at = $21 where id = $1",
            &parameters![
                &app_password.id,
                &app_password.name,
                &folded_name,
                app_password.profile,
                app_password.scope,
                networks.as_slice(),
                app_password.expires_at,
                idle_millis(app_password),
                sender,
                sender_list.as_deref(),
                state,
                state_at,
                state_by,
                state_reason,
                grant.as_deref(),
                app_password.limits.sessions,
                app_password.limits.sign_ins_per_minute,
                app_password.limits.messages_per_hour,
                app_password.limits.recipients_per_hour,
                app_password.note.as_ref(),
                app_password.renewed_at
            ],
        )
        .await?;
        account_list::count_app_passwords(self, app_password.account).await
    }

    async fn add_secret(
        &mut self,
        id: AppPasswordId,
        secret: &NewSecret,
        old_until: Timestamp,
    ) -> Result<()> {
        secrets::retire(self, id, secret, old_until).await?;
        secrets::insert(self, id, secret).await
    }

    async fn end_old_secrets(&mut self, id: AppPasswordId, now: Timestamp) -> Result<u64> {
        secrets::end_old(self, id, now).await
    }

    async fn revoke_app_passwords(
        &mut self,
        of: &AccountsOf,
        at: Timestamp,
        by: &str,
        reason: &str,
    ) -> Result<u64> {
        bulk::revoke(self, of, at, by, reason).await
    }

    async fn replace_verifier(&mut self, id: SecretId, locator: Locator, verifier: &Verifier) -> Result<()> {
        secrets::replace(self, id, locator, verifier).await
    }
}

//! Portal sessions.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::id::{AccountId, OutsideIdentityId, PortalSessionId};
use postern_domain::mfa::Factors;
use postern_storage::{
    PortalSession, PortalSessionsRead, PortalSessionsWrite, Result, Sealed, StorageError, TokenHash, Vouched,
};

use crate::convert::{AddressBytes, Columns, parameters};
use crate::session::Session;

/// The columns of a session, in the order in which [`read_session`] takes them.
macro_rules! session_columns {
    () => {
        "id, token, account_id, started_at, seen_at, second_factor_at, factors, outside, address, user_agent, \
         outside_identity, outside_sid, outside_key_version, outside_token"
    };
}

fn read_session(columns: &mut Columns<'_>) -> Result<PortalSession> {
    Ok(PortalSession {
        id: columns.next("portal_session.id")?,
        token: columns.next("portal_session.token")?,
        account: columns.next("portal_session.account_id")?,
        started_at: columns.next("portal_session.started_at")?,
        seen_at: columns.next("portal_session.seen_at")?,
        second_factor_at: columns.next("portal_session.second_factor_at")?,
        factors: read_factors(columns)?,
        address: columns.next("portal_session.address")?,
        user_agent: columns.next("portal_session.user_agent")?,
        vouched: read_vouched(columns)?,
    })
}

fn read_vouched(columns: &mut Columns<'_>) -> Result<Option<Vouched>> {
    let identity: Option<OutsideIdentityId> = columns.next("portal_session.outside_identity")?;
    let sid: Option<String> = columns.next("portal_session.outside_sid")?;
    let key_version: Option<u32> = columns.next("portal_session.outside_key_version")?;
    let bytes: Option<&[u8]> = columns.next("portal_session.outside_token")?;
    let token = match (key_version, bytes) {
        (Some(key_version), Some(bytes)) => Some(Sealed { key_version, bytes: bytes.to_vec() }),
        (None, None) => None,
        _ => return Err(StorageError::Corrupt { what: "portal_session.outside_token" }),
    };
    Ok(identity.map(|identity| Vouched { identity, sid, token }))
}

fn read_factors(columns: &mut Columns<'_>) -> Result<Factors> {
    let bits: u32 = columns.next("portal_session.factors")?;
    Ok(Factors {
        password: bits & 1 != 0,
        code: bits & 2 != 0,
        passkey: bits & 4 != 0,
        remembered: bits & 8 != 0,
        trusted_network: bits & 16 != 0,
        outside: columns.next("portal_session.outside")?,
    })
}

fn factor_bits(factors: &Factors) -> u32 {
    let flags =
        [factors.password, factors.code, factors.passkey, factors.remembered, factors.trusted_network];
    flags.iter().rev().fold(0, |bits, is_set| bits << 1 | u32::from(*is_set))
}

/// `outside_identity`, `outside_sid`, `outside_key_version`, `outside_token`.
type VouchedColumns<'v> = (Option<&'v OutsideIdentityId>, Option<&'v str>, Option<u32>, Option<&'v [u8]>);

fn vouched_columns(vouched: Option<&Vouched>) -> VouchedColumns<'_> {
    let token = vouched.and_then(|vouched| vouched.token.as_ref());
    (
        vouched.map(|vouched| &vouched.identity),
        vouched.and_then(|vouched| vouched.sid.as_deref()),
        token.map(|token| token.key_version),
        token.map(|token| token.bytes.as_slice()),
    )
}

#[async_trait]
impl PortalSessionsRead for Session {
    async fn portal_session(&mut self, token: &TokenHash) -> Result<Option<PortalSession>> {
        const SQL: &str = concat!("select ", session_columns!(), " from portal_session where token = $1");
        self.first(SQL, &parameters![token], read_session).await
    }

    async fn portal_sessions_of(&mut self, account: AccountId) -> Result<Vec<PortalSession>> {
        const SQL: &str = concat!(
            "select ",
            session_columns!(),
            " from portal_session where account_id = $1 order by started_at desc, id desc"
        );
        self.rows(SQL, &parameters![&account], read_session).await
    }

    async fn portal_sessions_through(&mut self, identity: OutsideIdentityId) -> Result<Vec<PortalSession>> {
        const SQL: &str = concat!(
            "select ",
            session_columns!(),
            " from portal_session where outside_identity = $1 order by started_at desc, id desc"
        );
        self.rows(SQL, &parameters![&identity], read_session).await
    }

    async fn portal_sessions_of_sid(&mut self, issuer: &str, sid: &str) -> Result<Vec<PortalSession>> {
        const SQL: &str = concat!(
            "select ",
            session_columns!(),
            " from portal_session where outside_sid = $1 and outside_identity in \
             (select id from outside_identity where issuer = $2) order by started_at desc, id desc"
        );
        self.rows(SQL, &parameters![sid, issuer], read_session).await
    }
}

#[async_trait]
impl PortalSessionsWrite for Session {
    async fn insert_portal_session(&mut self, session: &PortalSession) -> Result<()> {
        let address = AddressBytes::from(session.address);
        let (identity, sid, key_version, token) = vouched_columns(session.vouched.as_ref());
        self.execute(
            "insert into portal_session (id, token, account_id, started_at, seen_at, second_factor_at, factors, \
             outside, address, user_agent, outside_identity, outside_sid, outside_key_version, outside_token) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            &parameters![
                &session.id,
                &session.token,
                &session.account,
                session.started_at,
                session.seen_at,
                session.second_factor_at,
                factor_bits(&session.factors),
                session.factors.outside.as_ref(),
                &address,
                &session.user_agent,
                identity,
                sid,
                key_version,
                token
            ],
        )
        .await?;
        Ok(())
    }

    async fn update_portal_session(&mut self, session: &PortalSession) -> Result<bool> {
        let sql = "update portal_session set token = $2, seen_at = $3, second_factor_at = $4, factors = $5, \
                   outside = $6, outside_identity = $7, outside_sid = $8, outside_key_version = $9, \
                   outside_token = $10 where id = $1";
        let (identity, sid, key_version, token) = vouched_columns(session.vouched.as_ref());
        let parameters = parameters![
            &session.id,
            &session.token,
            session.seen_at,
            session.second_factor_at,
            factor_bits(&session.factors),
            session.factors.outside.as_ref(),
            identity,
            sid,
            key_version,
            token
        ];
        Ok(self.execute(sql, &parameters).await? > 0)
    }

    async fn delete_portal_session(&mut self, id: PortalSessionId) -> Result<bool> {
        Ok(self.execute("delete from portal_session where id = $1", &parameters![&id]).await? > 0)
    }

    async fn delete_portal_sessions_of(&mut self, account: AccountId) -> Result<u64> {
        self.execute("delete from portal_session where account_id = $1", &parameters![&account]).await
    }

    async fn delete_stale_portal_sessions(&mut self, started: Timestamp, seen: Timestamp) -> Result<u64> {
        let sql = "delete from portal_session where started_at < $1 or seen_at < $2";
        self.execute(sql, &parameters![started, seen]).await
    }
}

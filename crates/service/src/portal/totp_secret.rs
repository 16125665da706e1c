//! The secrets of authenticator apps, sealed: in the database, and in the form while one is being registered.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use postern_domain::Timestamp;
use postern_domain::id::{AccountId, MethodId};
use postern_domain::mfa::totp::TotpSecret;
use postern_storage::{PortalSession, Sealed};
use zeroize::Zeroizing;

use crate::{Failure, Service};

/// What a sealed secret is bound to in the database: it opens for this method of this account only.
fn at_rest(account: AccountId, method: MethodId) -> Vec<u8> {
    [b"postern totp secret at rest".as_slice(), account.as_bytes(), method.as_bytes()].concat()
}

/// What a sealed registration is bound to: it opens for this account in this session only.
fn in_form(session: &PortalSession) -> Vec<u8> {
    [b"postern totp registration".as_slice(), session.account.as_bytes(), session.id.as_bytes()].concat()
}

impl Service {
    pub(super) fn seal_totp_secret(
        &self,
        account: AccountId,
        method: MethodId,
        secret: &TotpSecret,
    ) -> Sealed {
        self.keys().seal(secret.expose(), &at_rest(account, method), self.random())
    }

    pub(super) fn open_totp_secret(
        &self,
        account: AccountId,
        method: MethodId,
        sealed: &Sealed,
    ) -> Result<TotpSecret, Failure> {
        let bytes = self.keys().open(sealed, &at_rest(account, method))?;
        let bytes = bytes.as_slice().try_into();
        bytes.map(TotpSecret::from_bytes).map_err(|_| Failure::Unsealable { version: sealed.key_version })
    }

    /// The text that a registration carries in its form: key version, nonce and ciphertext of the moment and the secret.
    pub(super) fn seal_registration(
        &self,
        session: &PortalSession,
        secret: &TotpSecret,
        now: Timestamp,
    ) -> String {
        let mut plain = Zeroizing::new(now.as_millis().to_be_bytes().to_vec());
        plain.extend_from_slice(secret.expose());
        let sealed = self.keys().seal(&plain, &in_form(session), self.random());
        BASE64URL.encode([sealed.key_version.to_be_bytes().as_slice(), &sealed.bytes].concat())
    }

    /// When the registration was begun, and its secret. `None` when it was not made for this session.
    pub(super) fn open_registration(
        &self,
        session: &PortalSession,
        text: &str,
    ) -> Option<(Timestamp, TotpSecret)> {
        let bytes = BASE64URL.decode(text).ok()?;
        let (version, rest) = bytes.split_first_chunk::<4>()?;
        let sealed = Sealed { key_version: u32::from_be_bytes(*version), bytes: rest.to_vec() };
        let plain = self.keys().open(&sealed, &in_form(session)).ok()?;
        let (begun, secret) = plain.split_first_chunk::<8>()?;
        let secret = TotpSecret::from_bytes(secret.try_into().ok()?);
        Some((Timestamp::from_millis(i64::from_be_bytes(*begun)), secret))
    }
}

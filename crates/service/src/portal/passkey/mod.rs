//! Passkeys and security keys (W3C Web Authentication, level 3).
//!
//! A ceremony has two halves: the browser is asked, and it answers. What it was asked is sealed, bound to the browser and
//! good once, so that any server may take the answer, and none takes it twice. It is kept in the database, but for a sign-in
//! with a passkey alone: that anybody may begin, so the page carries it, and a row is written only for an answer that names
//! a passkey which is registered. User verification
//! is required of a passkey that stands alone, and of one that verified its user when it was registered; a security key
//! that cannot verify is a second factor and nothing more.

mod register;
mod sign_in;
mod verify;

pub use sign_in::{PasskeySignIn, PasskeySignInError};

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use postern_domain::Timestamp;
use postern_domain::id::{AccountId, MethodId};
use postern_storage::{Ceremony, MethodRecord, PortalSession, Sealed, StorageError, TokenHash, Transaction};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use url::Url;
use webauthn_rs_core::WebauthnCore;
use webauthn_rs_core::error::WebauthnError;
use webauthn_rs_core::proto::{AuthenticationState, Credential, RegistrationState};

use crate::{Failure, Service};

/// How long the browser has to answer: time to find a key in a drawer.
const TIME_TO_ANSWER: Duration = Duration::from_secs(5 * 60);

/// Longest answer that is read, in octets: an attestation with certificates has a few thousand.
const LONGEST_ANSWER: usize = 32 * 1024;

/// What a browser is to be asked.
#[derive(Debug)]
pub struct BegunCeremony {
    /// Names the ceremony in the page, to come back with the answer.
    pub id: String,
    /// The options of `navigator.credentials.create` or `get`, as JSON with binary values in base64url.
    pub options: String,
}

/// What a ceremony is for, with what the answer is checked against.
#[derive(Serialize, Deserialize)]
enum Asked {
    Registration(RegistrationState),
    SecondFactor(AuthenticationState),
}

/// Whose answer is awaited: nobody else's is taken.
#[derive(Clone, Copy)]
enum Browser<'a> {
    Session(&'a PortalSession),
    /// The random value in the cookie of a browser before sign-in.
    Visitor(&'a str),
}

impl Browser<'_> {
    /// A session's token is rotated meanwhile, its identifier stays.
    fn hash(self) -> TokenHash {
        let hash = Sha256::new();
        TokenHash(
            match self {
                Self::Session(session) => hash.chain_update(b"session").chain_update(session.id.as_bytes()),
                Self::Visitor(value) => hash.chain_update(b"visitor").chain_update(value.as_bytes()),
            }
            .finalize()
            .into(),
        )
    }
}

/// Why the second half of a ceremony failed before anything was verified.
enum NotTaken {
    /// There is none, it ran out, or it is another browser's.
    RunOut,
    Failure(Failure),
}

impl From<StorageError> for NotTaken {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

fn in_database(id: &TokenHash, browser: &TokenHash) -> Vec<u8> {
    [b"postern passkey ceremony".as_slice(), &id.0, &browser.0].concat()
}

/// What a sealed credential is bound to: nobody with the database alone puts another key in its place.
fn at_rest(account: AccountId, method: MethodId) -> Vec<u8> {
    [b"postern passkey at rest".as_slice(), account.as_bytes(), method.as_bytes()].concat()
}

/// An answer of a browser; none when it is no JSON of the right form.
fn read_answer<T: DeserializeOwned>(answer: &str) -> Option<T> {
    let answer = Some(answer).filter(|answer| answer.len() <= LONGEST_ANSWER)?;
    serde_json::from_str(answer)
        .inspect_err(|error| tracing::debug!(%error, "not an answer of a browser"))
        .ok()
}

impl Service {
    /// Whether browsers make passkeys for the portal: it needs a host name, an IP address is none.
    #[must_use]
    pub fn takes_passkeys(&self) -> bool {
        self.relying_party("").is_some()
    }

    /// The relying party: the identifier is the portal's host, and the only origin is the portal's own.
    fn relying_party(&self, product: &str) -> Option<WebauthnCore> {
        let origin = Url::parse(self.portal_url()).ok()?;
        let host = origin.domain()?.to_owned();
        let (no_subdomains, no_other_port) = (Some(false), Some(false));
        Some(WebauthnCore::new_unsafe_experts_only(
            product,
            &host,
            vec![origin],
            TIME_TO_ANSWER,
            no_subdomains,
            no_other_port,
        ))
    }

    /// Keeps what a browser is asked, and names it.
    async fn keep_ceremony(
        &self,
        transaction: &mut (dyn Transaction + '_),
        browser: Browser<'_>,
        asked: &Asked,
        now: Timestamp,
    ) -> Result<String, Failure> {
        let name = BASE64URL.encode(postern_domain::random::bytes::<32>(self.random()));
        let (id, browser) = (TokenHash(Sha256::digest(name.as_bytes()).into()), browser.hash());
        let plain =
            serde_json::to_vec(asked).map_err(|_| StorageError::Corrupt { what: "ceremony.state" })?;
        let state = self.keys().seal(&plain, &in_database(&id, &browser), self.random());
        transaction.delete_stale_ceremonies(now).await?;
        let expires_at = now.plus(TIME_TO_ANSWER);
        transaction.insert_ceremony(&Ceremony { id, browser, state, expires_at }).await?;
        Ok(name)
    }

    /// Takes a ceremony: from here on it is used up, whatever comes of the answer.
    async fn take_ceremony(
        &self,
        transaction: &mut (dyn Transaction + '_),
        browser: Browser<'_>,
        name: &str,
        now: Timestamp,
    ) -> Result<Asked, NotTaken> {
        let (id, browser) = (TokenHash(Sha256::digest(name.as_bytes()).into()), browser.hash());
        let taken = transaction.take_ceremony(&id, &browser).await?;
        let in_time = |expires_at: Timestamp| now < expires_at && expires_at <= now.plus(TIME_TO_ANSWER);
        let taken = taken.filter(|taken| in_time(taken.expires_at)).ok_or(NotTaken::RunOut)?;
        let bound_to = in_database(&id, &browser);
        let plain = self.keys().open(&taken.state, &bound_to).map_err(NotTaken::Failure)?;
        serde_json::from_slice(&plain).map_err(|_| StorageError::Corrupt { what: "ceremony.state" }.into())
    }

    fn seal_credential(
        &self,
        account: AccountId,
        method: MethodId,
        credential: &Credential,
    ) -> Option<Sealed> {
        let plain = serde_json::to_vec(credential).ok()?;
        Some(self.keys().seal(&plain, &at_rest(account, method), self.random()))
    }

    /// The credential of a passkey, with the counter as it was last accepted.
    fn open_credential(&self, account: AccountId, record: &MethodRecord) -> Result<Credential, Failure> {
        let plain = self.keys().open(&record.secret, &at_rest(account, record.method.id))?;
        let corrupt = StorageError::Corrupt { what: "method.secret" };
        let mut credential: Credential = serde_json::from_slice(&plain).map_err(|_| corrupt)?;
        credential.counter = record.credential.as_ref().map_or(0, |stored| stored.counter);
        Ok(credential)
    }
}

/// Whether an answer was refused because the signature counter did not grow.
const fn shows_a_copy(error: &WebauthnError) -> bool {
    matches!(error, WebauthnError::CredentialPossibleCompromise)
}

#[cfg(test)]
mod tests;

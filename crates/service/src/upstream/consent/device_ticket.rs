//! What a program keeps of a consent that waits for its owner: the code for us, sealed. No server remembers anything, so that
//! any of them can be asked how it stands.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use postern_domain::Timestamp;
use postern_domain::account::AccountName;
use postern_domain::id::AccountId;
use postern_storage::Sealed;
use zeroize::Zeroizing;

use super::{ConsentError, DeviceConsent, DeviceProgress};
use crate::upstream::slot::Subject;
use crate::{By, Service};

/// A consent of which a program asked how it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceStand {
    /// Whether the owner has consented.
    pub progress: DeviceProgress,
    /// How long to wait before asking again.
    pub interval: Duration,
}

impl Service {
    /// What a program keeps of a consent that waits: opaque, and good for that account at that provider only.
    #[must_use]
    pub fn device_ticket(&self, waiting: &DeviceConsent) -> String {
        let DeviceConsent { expires_at, interval, device_code, .. } = waiting;
        let plain = format!("{} {} {}", expires_at.as_millis(), interval.as_secs(), device_code.as_str());
        let plain = Zeroizing::new(plain);
        let sealed = self.seal_device_code(waiting.account, &waiting.provider, &plain);
        BASE64URL.encode([sealed.key_version.to_be_bytes().as_slice(), &sealed.bytes].concat())
    }

    /// Asks whether the owner has consented; stores the consent when so. The provider is asked at most once in the interval
    /// by each server, whoever is in a hurry.
    ///
    /// # Errors
    /// [`ConsentError`]: [`ConsentError::TooSoon`], or it is over.
    pub async fn poll_device_ticket(
        &self,
        by: By<'_>,
        account: &AccountName,
        provider: &str,
        ticket: &str,
    ) -> Result<DeviceStand, ConsentError> {
        let account = self.whose_device(by, account).await?;
        let mut waiting = self.open_ticket(account.id, provider, ticket)?;
        self.not_too_soon(provider, account.id, waiting.interval, self.now())?;
        let before = waiting.interval;
        let progress = self.poll_device_consent(by, &mut waiting).await?;
        if waiting.interval > before {
            let (subject, now) = (Subject::Account(account.id), self.now());
            self.upstreams.slots.of(provider, &subject, now).rest_device(now.plus(waiting.interval));
        }
        Ok(DeviceStand { progress, interval: waiting.interval })
    }

    /// The consent that waits, by its ticket; what somebody else wrote there, or for another place, is none.
    fn open_ticket(
        &self,
        account: AccountId,
        provider: &str,
        ticket: &str,
    ) -> Result<DeviceConsent, ConsentError> {
        let bytes = BASE64URL.decode(ticket).map_err(|_| ConsentError::UnknownDeviceCode)?;
        let (version, bytes) = bytes.split_first_chunk().ok_or(ConsentError::UnknownDeviceCode)?;
        let sealed = Sealed { key_version: u32::from_be_bytes(*version), bytes: bytes.to_vec() };
        let plain = self.open_device_code(account, provider, &sealed);
        let plain = plain.map_err(|_| ConsentError::UnknownDeviceCode)?;
        read(&plain, account, provider).ok_or(ConsentError::UnknownDeviceCode)
    }
}

fn read(plain: &str, account: AccountId, provider: &str) -> Option<DeviceConsent> {
    let mut parts = plain.splitn(3, ' ');
    let expires_at = Timestamp::from_millis(parts.next()?.parse().ok()?);
    let interval = Duration::from_secs(parts.next()?.parse().ok()?);
    Some(DeviceConsent {
        user_code: String::new(),
        verification_uri: String::new(),
        verification_uri_complete: None,
        expires_at,
        interval,
        device_code: Zeroizing::new(parts.next()?.to_owned()),
        provider: provider.to_owned(),
        account,
    })
}

//! A consent by a code that the owner enters on another device (RFC 8628), for set-ups without the portal: begun by the
//! operator or an administrator's program for anybody, by an owner's own program for its owner.

use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName, Permission};
use postern_domain::id::AccountId;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::ConsentError;
use super::identity::Expected;
use super::list_consents::find_theirs;
use super::store_consent::NewConsent;
use crate::authorise::Asker;
use crate::event::printable;
use crate::upstream::answer;
use crate::upstream::exchange::Trouble;
use crate::upstream::form::Form;
use crate::upstream::slot::Subject;
use crate::{By, Service};

/// Where RFC 8628 3.2 says nothing.
const UNKNOWN_INTERVAL: u64 = 5;

/// What is added when the provider finds us too fast (3.5).
const SLOWER: Duration = Duration::from_secs(5);

/// The longest that is believed.
const LONGEST_LIFE: u64 = 3600;

/// How often somebody may begin: each time the provider is asked.
const BEGUN_EVERY: Duration = Duration::from_secs(5);

/// A consent that waits for its owner. Lost when the process ends, which loses nothing; a program keeps its
/// [`Service::device_ticket`].
pub struct DeviceConsent {
    /// What the owner types.
    pub user_code: String,
    /// Where.
    pub verification_uri: String,
    /// Where, with the code in it.
    pub verification_uri_complete: Option<String>,
    /// Until when.
    pub expires_at: Timestamp,
    /// How long to wait before asking (again) whether the owner has.
    pub interval: Duration,
    pub(super) device_code: Zeroizing<String>,
    pub(super) provider: String,
    pub(super) account: AccountId,
}

/// The code for the owner; never the one for us.
impl std::fmt::Debug for DeviceConsent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeviceConsent").field("user_code", &self.user_code).finish_non_exhaustive()
    }
}

/// Whether the owner has consented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceProgress {
    /// Not yet: wait for the interval and ask again.
    Pending,
    /// The mailbox is connected.
    Connected,
}

#[derive(Deserialize)]
struct DeviceAnswer {
    device_code: String,
    user_code: String,
    /// Some providers write `verification_url`.
    #[serde(alias = "verification_url")]
    verification_uri: String,
    verification_uri_complete: Option<String>,
    expires_in: u64,
    interval: Option<u64>,
}

impl Service {
    /// Asks a provider for a code with which an account's owner can consent elsewhere. For the operator, and for programs of
    /// the owner and of administrators who may change the account: whoever answers there must be the account, whoever asked. In the portal the owner's browser goes to the
    /// provider instead.
    ///
    /// # Errors
    /// [`ConsentError`].
    pub async fn begin_device_consent(
        &self,
        by: By<'_>,
        account: &AccountName,
        provider: &str,
    ) -> Result<DeviceConsent, ConsentError> {
        let provider = self.upstreams.provider(provider).ok_or(ConsentError::NoSuchProvider)?;
        let delegation = provider.delegation().ok_or(ConsentError::NoSuchProvider)?;
        let endpoint = delegation.device_endpoint.as_ref().ok_or(ConsentError::NoDeviceEndpoint)?;
        let account = self.whose_device(by, account).await?;
        let now = self.now();
        self.not_too_soon(&provider.name, account.id, BEGUN_EVERY, now)?;
        let answer = self
            .ask(&provider.into(), endpoint, Form::new().scopes(provider))
            .await
            .map_err(Trouble::from)?;
        let unreadable = || Trouble::Unreadable { status: answer.status };
        if answer.status != 200 {
            return Err(answer::not_issued(&answer).map_or_else(unreadable, Trouble::from).into());
        }
        let read: DeviceAnswer = serde_json::from_slice(&answer.body).map_err(|_| unreadable())?;
        let interval = Duration::from_secs(read.interval.unwrap_or(UNKNOWN_INTERVAL).clamp(1, 60));
        let subject = Subject::Account(account.id);
        self.upstreams.slots.of(&provider.name, &subject, now).rest_device(now.plus(interval));
        Ok(DeviceConsent {
            user_code: printable(&read.user_code, 64),
            verification_uri: printable(&read.verification_uri, 1024),
            verification_uri_complete: read.verification_uri_complete.map(|uri| printable(&uri, 1024)),
            expires_at: now.plus(Duration::from_secs(read.expires_in.min(LONGEST_LIFE))),
            interval,
            device_code: Zeroizing::new(read.device_code),
            provider: provider.name.clone(),
            account: account.id,
        })
    }

    /// Asks whether the owner has consented; stores the consent when so. Not to be asked more often than the interval,
    /// which the provider may lengthen.
    ///
    /// # Errors
    /// [`ConsentError`]: it is over.
    pub async fn poll_device_consent(
        &self,
        by: By<'_>,
        waiting: &mut DeviceConsent,
    ) -> Result<DeviceProgress, ConsentError> {
        let provider = self.upstreams.provider(&waiting.provider).ok_or(ConsentError::NoSuchProvider)?;
        let asked_at = self.now();
        if asked_at >= waiting.expires_at {
            return Err(ConsentError::Denied { words: "the code has expired: begin again".to_owned() });
        }
        let form = Form::new()
            .field("grant_type", "urn:ietf:params:oauth:grant-type:device_code")
            .field("device_code", &waiting.device_code);
        let issued = match self.ask_for_tokens(provider, form).await {
            Ok(issued) => issued,
            Err(Trouble::Refused(error)) if error.code == "authorization_pending" => {
                return Ok(DeviceProgress::Pending);
            }
            Err(Trouble::Refused(error)) if error.code == "slow_down" => {
                waiting.interval += SLOWER;
                return Ok(DeviceProgress::Pending);
            }
            // The connection may be better next time (RFC 8628 3.5).
            Err(Trouble::Throttled { .. } | Trouble::Endpoint(_)) => {
                waiting.interval += SLOWER;
                return Ok(DeviceProgress::Pending);
            }
            Err(trouble) => return Err(trouble.into()),
        };
        let mut snapshot = self.parts.store.snapshot().await?;
        let account = snapshot.account(waiting.account).await?.ok_or(ConsentError::NotAllowed)?;
        drop(snapshot);
        let expected = Expected { nonce: None, now: self.now() };
        let mailbox = self.identify(provider, &account, &issued, &expected).await?;
        let new = NewConsent { provider, account: account.id, mailbox, issued, asked_at };
        self.store_consent(by, new).await?;
        Ok(DeviceProgress::Connected)
    }

    /// The account, for the operator and for programs that may. No mailbox is connected to an account but its own, which
    /// only whoever answers at the provider can open.
    pub(super) async fn whose_device(
        &self,
        by: By<'_>,
        account: &AccountName,
    ) -> Result<Account, ConsentError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let asker = Asker::read(by, &mut *snapshot, self.now()).await?;
        let account = find_theirs(&asker, &mut *snapshot, account, Permission::ManageAccounts).await?;
        let allowed = asker.is_operator() || asker.is_program();
        allowed.then_some(account).ok_or(ConsentError::NotAllowed)
    }

    /// Whether the provider may be asked about this account's device again; it is noted that it is.
    pub(super) fn not_too_soon(
        &self,
        provider: &str,
        account: AccountId,
        every: Duration,
        now: Timestamp,
    ) -> Result<(), ConsentError> {
        let slot = self.upstreams.slots.of(provider, &Subject::Account(account), now);
        slot.ask_about_device(now, every).map_err(|after| ConsentError::TooSoon { after })
    }
}

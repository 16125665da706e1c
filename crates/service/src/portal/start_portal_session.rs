//! Sign in to the portal with the account password.

use std::net::IpAddr;

use postern_domain::Timestamp;
use postern_domain::account::password::{AccountPassword, SlowHashCost};
use postern_domain::account::{Account, AccountStatus};
use postern_domain::app_password::TypedSecret;
use postern_domain::id::{AccountId, PortalSessionId};
use postern_domain::mfa::Factors;
use postern_domain::sign_in::{CredentialUsed, Place, RefusalReason, RefusalReference};
use postern_storage::{AccountPasswordRecord, PortalSession, StorageError, Transaction, Vouched};

use super::session::{certainly_over, standing};
use super::{SessionToken, Standing};
use crate::authorise::settings_for;
use crate::credential::{Presented, PresentedName, Recognised};
use crate::event::{Origin, client_name, printable};
use crate::{Failure, Service};

/// Most characters of what a browser calls itself.
const LONGEST_USER_AGENT: usize = 256;

/// What a person typed.
pub struct PortalSignIn {
    /// The user name as typed.
    pub name: String,
    /// The password as typed. An app password is never accepted.
    pub password: AccountPassword,
    /// The token of the cookie by which the browser is remembered, when it has one.
    pub remembered: Option<SessionToken>,
    /// The token of the session that the browser has, whosever and however far it got: it ends when another one starts.
    pub replaces: Option<SessionToken>,
    /// The browser's address.
    pub address: IpAddr,
    /// The browser.
    pub user_agent: String,
}

/// The address; neither the password nor the name, which may be a password in the wrong field.
impl std::fmt::Debug for PortalSignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PortalSignIn").field("address", &self.address).finish_non_exhaustive()
    }
}

/// A session that was started.
#[derive(Debug)]
pub struct StartedPortalSession {
    /// For the cookie.
    pub token: SessionToken,
    /// How far the person got.
    pub standing: Standing,
}

/// A session that was earned and is to be opened.
pub(crate) struct NewSession<'a> {
    /// Whose, as the database has it now.
    pub(crate) account: Account,
    /// With what.
    pub(crate) factors: Factors,
    /// When a second factor was given, if one was.
    pub(crate) second_factor_at: Option<Timestamp>,
    /// The session that the browser had before. Nobody would hold its token any more, and whoever does is not its owner.
    pub(crate) replaces: Option<&'a SessionToken>,
    /// From where.
    pub(crate) address: IpAddr,
    /// With which browser.
    pub(crate) user_agent: &'a str,
    /// The outside identity that vouched for them, if one did.
    pub(crate) vouched: Option<Vouched>,
}

/// Why no session was started. One text for every cause that has to do with the credentials.
#[derive(Debug, thiserror::Error)]
pub enum StartPortalSessionError {
    /// Unknown account, wrong password, an app password, a blocked account.
    #[error(
        "that user name and password do not fit together. App passwords are for programs: here, use the account password (ref {reference})"
    )]
    Refused {
        /// What an administrator can look up.
        reference: RefusalReference,
    },
    /// Too many wrong passwords.
    #[error("too many wrong passwords from this network: wait a moment and try again")]
    TryLater,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl Service {
    /// Checks the account password and starts a session.
    ///
    /// # Errors
    /// [`StartPortalSessionError`].
    pub async fn start_portal_session(
        &self,
        sign_in: PortalSignIn,
    ) -> Result<StartedPortalSession, StartPortalSessionError> {
        self.recorder.room().await;
        let name = PresentedName::new(&sign_in.name);
        let secret = TypedSecret::new(sign_in.password.expose().as_bytes());
        let presented = Presented {
            name: &name,
            secret: &secret,
            address: sign_in.address,
            now: self.now(),
            rule: &|account| {
                (account.status != AccountStatus::Active).then_some(RefusalReason::AccountBlocked)
            },
        };
        let refused = |account: Option<AccountId>, used, reason| {
            let reference = self.record_refusal(self.at_portal(&sign_in), account, used, reason);
            StartPortalSessionError::Refused { reference }
        };
        match self.recognise(&presented).await? {
            Recognised::RefusedAccountPassword { account, reason } => {
                Err(refused(Some(account.id), CredentialUsed::AccountPassword, reason))
            }
            Recognised::AccountPassword { account, record } => {
                match self.start_session(&sign_in, account.id, &record).await? {
                    Some(started) => {
                        self.strengthen_account_password(account.id, &record, &secret).await;
                        Ok(started)
                    }
                    // The password or the account was changed while it was checked.
                    None => {
                        let used = CredentialUsed::AccountPassword;
                        Err(refused(Some(account.id), used, RefusalReason::WrongSecret))
                    }
                }
            }
            Recognised::AppPassword(candidate) => {
                self.read_as_for_an_unknown_secret(&name).await?;
                let used = CredentialUsed::AppPassword(candidate.app_password.id);
                Err(refused(Some(candidate.account.id), used, RefusalReason::AppPasswordAtPortal))
            }
            Recognised::OthersAppPassword { candidate, named } => {
                let used = CredentialUsed::AppPassword(candidate.app_password.id);
                Err(refused(named, used, RefusalReason::AppPasswordAtPortal))
            }
            Recognised::Nothing { named, tag } => {
                let reason = match named {
                    Some(_) => RefusalReason::WrongSecret,
                    None => RefusalReason::UnknownAccount,
                };
                Err(refused(named, CredentialUsed::Unrecognised { tag }, reason))
            }
            Recognised::HeldUp { named, tag } => {
                let used = CredentialUsed::Unrecognised { tag };
                let _not_told = refused(named, used, RefusalReason::TooManyWrongSecrets);
                Err(StartPortalSessionError::TryLater)
            }
        }
    }

    fn at_portal(&self, sign_in: &PortalSignIn) -> Origin {
        Origin {
            place: Place::Portal,
            address: sign_in.address,
            client: client_name(&sign_in.user_agent),
            at: self.now(),
            acting_for: None,
        }
    }

    async fn start_session(
        &self,
        sign_in: &PortalSignIn,
        account: AccountId,
        record: &AccountPasswordRecord,
    ) -> Result<Option<StartedPortalSession>, Failure> {
        let mut transaction = self.parts.store.begin().await?;
        let account = transaction.account(account).await?;
        let Some(account) = account.filter(|account| account.status == AccountStatus::Active) else {
            return Ok(None);
        };
        let stored = transaction.account_password(account.id).await?;
        if !stored.is_some_and(|stored| is_the_checked_one(&stored, record)) {
            return Ok(None);
        }
        let remembered =
            self.use_remembered(&mut *transaction, &account, sign_in.remembered.as_ref(), self.now()).await?;
        let new = NewSession {
            account,
            factors: Factors { remembered, ..Factors::password() },
            second_factor_at: None,
            replaces: sign_in.replaces.as_ref(),
            address: sign_in.address,
            user_agent: &sign_in.user_agent,
            vouched: None,
        };
        let started = self.open_session(&mut *transaction, new).await?;
        if let Standing::Full(full) = &started.standing {
            let record = self.sign_in_record(&full.session, &full.account);
            transaction.append_audit_records(vec![record]).await?;
            self.tell_of_sign_in(&mut *transaction, &full.session, &full.account, self.now()).await?;
        }
        transaction.commit().await?;
        self.note_if_in(sign_in, &started.standing);
        Ok(Some(started))
    }

    /// Opens a session, however it was earned, in a transaction that is still open. What it may do follows from its factors
    /// and the account alone. Records of a sign-in that ends with it are the caller's.
    pub(crate) async fn open_session(
        &self,
        transaction: &mut (dyn Transaction + '_),
        new: NewSession<'_>,
    ) -> Result<StartedPortalSession, StorageError> {
        let now = self.now();
        let (started, seen) = certainly_over(now);
        transaction.delete_stale_portal_sessions(started, seen).await?;
        if let Some(token) = new.replaces
            && let Some(before) = transaction.portal_session(&token.hash()).await?
        {
            transaction.delete_portal_session(before.id).await?;
        }
        let has_method = !transaction.methods_of(new.account.id).await?.is_empty();
        let settings = settings_for(transaction, &new.account).await?;
        let trusted = new.second_factor_at.is_none() && has_method && !new.account.role.is_privileged();
        let trusted_network = trusted && settings.trust(new.address);
        let token = SessionToken::generate(self.random());
        let session = PortalSession {
            id: PortalSessionId::generate(&*self.parts.clock, self.random()),
            token: token.hash(),
            account: new.account.id,
            started_at: now,
            seen_at: now,
            second_factor_at: new.second_factor_at,
            factors: Factors { trusted_network, ..new.factors },
            address: new.address,
            user_agent: printable(new.user_agent, LONGEST_USER_AGENT),
            vouched: new.vouched,
        };
        transaction.insert_portal_session(&session).await?;
        Ok(StartedPortalSession { token, standing: standing(session, new.account, has_method) })
    }

    /// Without a second factor to come, the sign-in ends here, accepted.
    fn note_if_in(&self, sign_in: &PortalSignIn, standing: &Standing) {
        if let Standing::Full(full) = standing {
            let account = &full.account;
            self.account_passwords().right(&account.name, sign_in.address, self.now());
            self.record_acceptance(self.at_portal(sign_in), account.id, CredentialUsed::AccountPassword);
        }
    }
}

/// Whether the stored password is still the one that was checked; it may have been hashed anew meanwhile.
fn is_the_checked_one(stored: &AccountPasswordRecord, checked: &AccountPasswordRecord) -> bool {
    stored.changed_at == checked.changed_at
        && (stored.hash == checked.hash || checked.hash.is_weaker_than(SlowHashCost::STANDARD))
}

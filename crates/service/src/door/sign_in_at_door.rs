//! Sign in at a door: the one place where a program's credential is verified.

use std::net::IpAddr;
use std::time::Duration;

use postern_domain::app_password::TypedSecret;
use postern_domain::door::Door;
use postern_domain::sign_in::{CredentialUsed, RefusalReason, RefusalReference};

use super::DoorSession;
use super::decide::Context;
use crate::credential::{Presented, PresentedName, Recognised};
use crate::event::client_name;
use crate::{Failure, Service};

/// What a program presented.
pub struct DoorSignIn {
    /// Where.
    pub door: Door,
    /// The user name as sent. Never logged: it may be a secret in the wrong field.
    pub name: String,
    /// The secret as sent.
    pub secret: TypedSecret,
    /// The identity it asks to act for (SASL authzid), when it is not its own.
    pub authorization_id: Option<String>,
    /// The client's address.
    pub address: IpAddr,
    /// What the client calls itself; it is cut to 128 printable characters.
    pub client: Option<String>,
}

/// Door and address; neither the secret nor the names, which may be a secret in the wrong field.
impl std::fmt::Debug for DoorSignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("DoorSignIn");
        shown.field("door", &self.door).field("address", &self.address).finish_non_exhaustive()
    }
}

/// The answer to a program.
#[derive(Debug)]
pub enum DoorAnswer {
    /// It may come in.
    Accepted(Box<DoorSession>),
    /// It may not. To be told with the same words whatever the reason.
    Refused(Refusal),
    /// The secret is right, and a limit of the app password is reached: temporary, [`Refusal::retry_after`] says for
    /// how long.
    LimitReached(Refusal),
    /// Too many distinct wrong secrets: temporary, the secret was not judged.
    TryLater,
}

/// A refusal as the program may know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What its owner can look up.
    pub reference: RefusalReference,
    /// The static text with portal address and reference:
    /// `Sign-in refused. Accounts with MFA need an app password: https://portal.example/security-info (ref 7Q3K-M2XA)`.
    pub text: String,
    /// The secret is one that was issued here and that no longer opens anything: revoked, expired or rotated away. A
    /// door that can may ask the program to come back much later. That tells something only to somebody who has the
    /// secret; whoever guesses never sees it.
    pub secret_has_ended: bool,
    /// After how long it is worth trying again, where that is known: for a limit.
    pub retry_after: Option<Duration>,
}

impl Service {
    /// Verifies a credential, asks the rules, and records the event (durable within a second).
    ///
    /// # Errors
    /// [`Failure`]: ours, to be told as temporary, never as a wrong password.
    pub async fn sign_in_at_door(&self, attempt: DoorSignIn) -> Result<DoorAnswer, Failure> {
        self.recorder.room().await;
        let name = PresentedName::new(&attempt.name);
        let now = self.now();
        let context = Context {
            door: attempt.door,
            authorization_id: attempt.authorization_id,
            address: attempt.address,
            client: attempt.client.as_deref().and_then(client_name),
            now,
        };
        let presented = Presented {
            name: &name,
            secret: &attempt.secret,
            address: attempt.address,
            now,
            rule: &|account| self.refuses_account_password(&context, account),
        };
        match self.recognise(&presented).await? {
            Recognised::AppPassword(candidate) => {
                let answer = self.decide_app_password(&attempt.secret, *candidate, context).await?;
                if matches!(answer, DoorAnswer::Refused(_)) {
                    self.read_as_for_an_unknown_secret(&name).await?;
                }
                Ok(answer)
            }
            Recognised::AccountPassword { account, record } => {
                self.decide_account_password(*account, &record, &attempt.secret, context).await
            }
            Recognised::RefusedAccountPassword { account, reason } => {
                self.do_as_for_a_wrong_secret(&attempt.secret)?;
                Ok(DoorAnswer::Refused(self.refuse_account_password(context, &account, reason)))
            }
            Recognised::OthersAppPassword { candidate, named } => {
                let reason = match named {
                    Some(_) => RefusalReason::OtherAccountsAppPassword,
                    None => RefusalReason::UnknownAccount,
                };
                let used = CredentialUsed::AppPassword(candidate.app_password.id);
                Ok(DoorAnswer::Refused(self.refuse(context, named, used, None, reason)))
            }
            Recognised::Nothing { named, tag } => {
                // Asked whether the name is known or not: it takes a moment, which would tell.
                let is_mistyped = self.do_as_for_a_wrong_secret(&attempt.secret)?;
                let reason = match named {
                    Some(_) if is_mistyped => RefusalReason::MistypedAppPassword,
                    Some(_) => RefusalReason::WrongSecret,
                    None => RefusalReason::UnknownAccount,
                };
                let used = CredentialUsed::Unrecognised { tag };
                Ok(DoorAnswer::Refused(self.refuse(context, named, used, None, reason)))
            }
            Recognised::HeldUp { named, tag } => {
                let used = CredentialUsed::Unrecognised { tag };
                let _not_told = self.refuse(context, named, used, None, RefusalReason::TooManyWrongSecrets);
                Ok(DoorAnswer::TryLater)
            }
        }
    }

    /// What has to be done before anybody is told that a secret is wrong. Gives whether it is a mistyped app password.
    fn do_as_for_a_wrong_secret(&self, secret: &TypedSecret) -> Result<bool, Failure> {
        self.nothing_can_be_missed()?;
        Ok(std::hint::black_box(secret.is_mistyped_app_password()))
    }
}

//! Sign in at a door: the one place where a program's credential is verified.

use std::net::IpAddr;

use postern_domain::app_password::TypedSecret;
use postern_domain::door::Door;
use postern_domain::sign_in::RefusalReference;

use super::DoorSession;
use crate::{Failure, Service};

/// What a program presented.
#[derive(Debug)]
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

/// The answer to a program.
#[derive(Debug)]
pub enum DoorAnswer {
    /// It may come in.
    Accepted(Box<DoorSession>),
    /// It may not. To be told with the same words whatever the reason.
    Refused(Refusal),
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
}

impl Service {
    /// Verifies a credential, asks the rules, and records the event (durable within a second).
    ///
    /// # Errors
    /// [`Failure`]: ours, to be told as temporary, never as a wrong password.
    pub async fn sign_in_at_door(&self, _attempt: DoorSignIn) -> Result<DoorAnswer, Failure> {
        todo!()
    }
}

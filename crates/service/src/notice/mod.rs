//! Notices: what people are told because it concerns the security of an account.
//!
//! A deed puts its notice into the outbox within its own transaction (`tell`), so that nothing is told that did not
//! happen, and nothing that happened is kept back by a server that falls. Delivery comes afterwards.

mod deliver;
mod list_notices;
mod mail;
mod remind;
mod tell;
mod words;

pub use list_notices::ListNoticesError;
pub use postern_storage::{AddressedNotice, Notice as ToldNotice, NoticeDelivery};
pub(crate) use tell::tell;

use std::net::IpAddr;

use ipnet::IpNet;
use postern_domain::Timestamp;
use postern_domain::account::{AccountName, Role};
use postern_domain::actor::Actor;
use postern_domain::api_token::{Scopes, TokenName};
use postern_domain::app_password::AppPasswordName;
use postern_domain::door::{Door, DoorSet};
use postern_domain::network::Networks;
use postern_domain::sign_in::RefusalReference;

/// Something that people are told. Never with a secret in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Notice {
    /// An app password was created: by its owner, or, when `by` is somebody else, on the account's behalf.
    AppPasswordCreated {
        /// Its name.
        app_password: AppPasswordName,
        /// The doors for which it is good.
        scope: DoorSet,
        /// The networks from which it is good.
        networks: Networks,
        /// Who did it.
        by: Actor,
        /// From where, if known.
        from: Option<IpAddr>,
    },
    /// An app password got a new secret.
    AppPasswordRotated {
        /// Its name.
        app_password: AppPasswordName,
        /// The old secret works until then, or until the first use of the new one.
        old_secret_until: Option<Timestamp>,
        /// Who did it.
        by: Actor,
        /// From where, if known.
        from: Option<IpAddr>,
    },
    /// An app password may be used for more, or from more places, than before.
    AppPasswordWidened {
        /// Its name.
        app_password: AppPasswordName,
        /// What was widened, each with its new value, as in `("Networks", "any")`.
        changes: Vec<(String, String)>,
        /// Who did it.
        by: Actor,
        /// From where, if known.
        from: Option<IpAddr>,
    },
    /// Somebody else than their owner revoked app passwords. To be told only when `by` is somebody else.
    AppPasswordsRevoked {
        /// Their names, at least one.
        app_passwords: Vec<AppPasswordName>,
        /// What was given as the reason; may be empty.
        reason: String,
        /// Who did it.
        by: Actor,
    },
    /// An app password was used from a network from which it was not used before.
    NewNetwork {
        /// Its name.
        app_password: AppPasswordName,
        /// The network: a /24 or a /48.
        network: IpNet,
        /// The address.
        address: IpAddr,
        /// At which door.
        door: Door,
        /// What the program calls itself.
        client: Option<String>,
    },
    /// An app password is about to expire.
    AppPasswordExpiresSoon {
        /// Its name.
        app_password: AppPasswordName,
        /// When.
        expires_at: Timestamp,
    },
    /// The consent to a mailbox is about to end.
    ConsentExpiresSoon {
        /// The provider's name.
        provider: String,
        /// When.
        expires_at: Timestamp,
    },
    /// The consent to a mailbox has lapsed: programs cannot reach the mailbox until its owner connects it again.
    ConsentLapsed {
        /// The provider's name.
        provider: String,
        /// What the provider said.
        error: String,
    },
    /// An authentication method was registered.
    MethodRegistered {
        /// What it is, in words: `authenticator app`.
        method: String,
        /// What its owner calls it.
        label: String,
        /// Who did it.
        by: Actor,
        /// From where, if known.
        from: Option<IpAddr>,
    },
    /// An authentication method was deleted.
    MethodDeleted {
        /// What it was, in words: `authenticator app`.
        method: String,
        /// What its owner called it.
        label: String,
        /// Who did it.
        by: Actor,
        /// From where, if known.
        from: Option<IpAddr>,
    },
    /// New recovery codes were made; the old ones are void.
    RecoveryCodesMade {
        /// Who did it.
        by: Actor,
        /// From where, if known.
        from: Option<IpAddr>,
    },
    /// A recovery code was used in the place of a second factor.
    RecoveryCodeUsed {
        /// How many are left.
        left: u32,
        /// From where.
        from: IpAddr,
    },
    /// A passkey was refused: its signature counter did not grow, so that there may be a copy of it.
    PasskeyCopied {
        /// What its owner calls it.
        label: String,
        /// From where it was used.
        from: IpAddr,
    },
    /// An API token was created, which may do what its owner may.
    ApiTokenCreated {
        /// Its name.
        token: TokenName,
        /// What it may be used for.
        scopes: Scopes,
        /// The networks from which it is good.
        networks: Networks,
        /// Who did it.
        by: Actor,
        /// From where, if known.
        from: Option<IpAddr>,
    },
    /// The account password was changed or set.
    PasswordChanged {
        /// Who did it.
        by: Actor,
        /// From where, if known.
        from: Option<IpAddr>,
    },
    /// Somebody else changed how the second factor is asked for.
    MfaReset {
        /// What was done, as a sentence: `Your authentication methods were deleted.`
        what: String,
        /// Who did it.
        by: Actor,
    },
    /// The addresses that get notices were changed. Told to the addresses from before, too.
    AddressesChanged {
        /// Those that were added.
        added: Vec<AccountName>,
        /// Those that were removed.
        removed: Vec<AccountName>,
        /// Who did it.
        by: Actor,
        /// From where, if known.
        from: Option<IpAddr>,
    },
    /// Somebody with a role signed in to the portal. For the administrators.
    AdministratorSignedIn {
        /// Their role.
        role: Role,
        /// From where.
        from: IpAddr,
        /// Their browser.
        user_agent: String,
    },
    /// An owner asks the administrators for help with a refusal. For the administrators.
    HelpWanted {
        /// The refusal.
        reference: RefusalReference,
        /// What was refused and why, each fact with its words.
        facts: Vec<(String, String)>,
        /// What the owner wrote; may be empty.
        message: String,
    },
}

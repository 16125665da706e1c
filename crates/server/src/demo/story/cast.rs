//! Who is in the story.

use std::net::IpAddr;
use std::time::Duration;

use postern_domain::account::password::AccountPassword;
use postern_domain::account::{AccountKind, AccountName, Role};
use postern_domain::app_password::{AppPasswordName, Profile, SenderRestriction};
use postern_domain::door::Door;
use postern_domain::mfa::MfaState;
use postern_domain::mfa::totp::TotpSecret;
use postern_domain::network::Networks;
use postern_service::account::AddAccount;
use postern_service::app_password::{CreateAppPassword, CreatedAppPassword};
use postern_service::portal::FullSession;

/// The account of the web site.
pub(in crate::demo) const WEBMASTER: &str = "webmaster@example.test";
/// Its password, which stands in the web site's configuration.
pub(in crate::demo) const PASSWORD: &str = "violet kettle harbour 27";
/// Who enforces MFA.
pub(in crate::demo) const ADMINISTRATOR: &str = "admin@example.test";
/// Their password.
pub(in crate::demo) const ADMINISTRATOR_PASSWORD: &str = "copper lantern meadow 63";
/// Who writes through the contact form; the site's mail goes to them.
pub(in crate::demo) const VISITOR: &str = "visitor@example.net";

/// Who reads a copy of the contact form's mail, in a mail client.
pub(in crate::demo) const ALICE: &str = "alice@example.test";
/// Her password.
pub(in crate::demo) const ALICE_PASSWORD: &str = "amber trellis canyon 41";
/// Whose mailbox is nobody else's business.
pub(in crate::demo) const DIRECTOR: &str = "director@example.test";
/// The service account of the backup tool.
pub(in crate::demo) const BACKUP: &str = "backup@example.test";

/// An account's owner, signed in to the portal with both factors.
pub(in crate::demo) struct Owner {
    pub(super) session: FullSession,
    pub(in crate::demo) totp: TotpSecret,
}

impl Owner {
    /// Who asks.
    pub(in crate::demo) fn by(&self) -> postern_service::By<'_> {
        postern_service::By::Session(&self.session)
    }
}

/// The name as an account name.
pub(in crate::demo) fn account_name(text: &'static str) -> AccountName {
    text.parse().expect("the names of the story are account names")
}

/// Who is there to play with after the story.
pub(in crate::demo) struct People {
    pub(in crate::demo) webmaster: Owner,
    pub(in crate::demo) alice: Owner,
    /// The app password of the backup tool.
    pub(in crate::demo) nightly_backup: CreatedAppPassword,
}

/// A person with a password.
pub(super) fn person(name: &'static str, password: &str, mfa: MfaState) -> AddAccount {
    AddAccount {
        name: account_name(name),
        aliases: Vec::new(),
        kind: AccountKind::Person,
        role: Role::Member,
        mfa: Some(mfa),
        password: Some(AccountPassword::typed(password)),
    }
}

/// What is asked for: one door, for 90 days, perhaps from one address only.
pub(in crate::demo) fn wanted(
    account: &'static str,
    name: &'static str,
    door: Door,
    from: Option<IpAddr>,
    now: postern_domain::Timestamp,
) -> CreateAppPassword {
    let name: AppPasswordName = name.parse().expect("the names of the story are app password names");
    CreateAppPassword {
        account: account_name(account),
        name,
        note: None,
        profile: Profile::Standard,
        scope: [door].into_iter().collect(),
        networks: Networks::new(from.map(Into::into)),
        expires_at: Some(now.plus(Duration::from_secs(90 * 86_400))),
        idle_expiry: None,
        sender: SenderRestriction::default(),
        grant: None,
        limits: postern_domain::limits::Limits::default(),
        from: Some(super::super::stage::SITE),
    }
}

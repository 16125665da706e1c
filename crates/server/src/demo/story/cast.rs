//! Who is in the story.

use std::net::IpAddr;
use std::time::Duration;

use postern_domain::account::AccountName;
use postern_domain::app_password::{AppPasswordName, Profile, SenderRestriction};
use postern_domain::door::Door;
use postern_domain::mfa::totp::TotpSecret;
use postern_domain::network::Networks;
use postern_service::app_password::CreateAppPassword;
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

/// The owner of the web site's account, signed in to the portal with both factors.
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

/// What the owner asks for in the portal: send mail, from one address, for 90 days.
pub(in crate::demo) fn wanted(
    name: &'static str,
    from: Option<IpAddr>,
    now: postern_domain::Timestamp,
) -> CreateAppPassword {
    let name: AppPasswordName = name.parse().expect("the names of the story are app password names");
    CreateAppPassword {
        account: account_name(WEBMASTER),
        name,
        profile: Profile::Standard,
        scope: [Door::Smtp].into_iter().collect(),
        networks: Networks::new(from.map(Into::into)),
        expires_at: Some(now.plus(Duration::from_secs(90 * 86_400))),
        idle_expiry: None,
        sender: SenderRestriction::default(),
        grant: None,
        limits: postern_domain::limits::Limits::default(),
        from: Some(super::super::stage::SITE),
    }
}

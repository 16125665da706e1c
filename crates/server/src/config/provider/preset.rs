//! What a preset fills in.

use postern_service::upstream::{Identity, IdentityClaim};

use super::grant::GrantKind;
use crate::config::value::Value;

/// A provider that many use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Preset {
    /// Microsoft 365, in one of its clouds.
    ExchangeOnline(Cloud),
    /// Google Workspace.
    Gmail,
    /// Any other.
    Generic,
}

/// A cloud of Microsoft 365: where people sign in, and the names by which Exchange is asked for, for an application and
/// for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cloud {
    login: &'static str,
    application: &'static str,
    person: &'static str,
}

const WORLDWIDE: Cloud = Cloud {
    login: "login.microsoftonline.com",
    application: "outlook.office365.com",
    person: "outlook.office.com",
};

const GCC_HIGH: Cloud = Cloud {
    login: "login.microsoftonline.us",
    application: "outlook.office365.us",
    person: "outlook.office365.us",
};

const DOD: Cloud =
    Cloud { login: "login.microsoftonline.us", application: "webmail.apps.mil", person: "webmail.apps.mil" };

const CHINA: Cloud = Cloud {
    login: "login.partner.microsoftonline.cn",
    application: "partner.outlook.cn",
    person: "partner.outlook.cn",
};

impl Value for Preset {
    fn read(text: &str) -> Result<Self, String> {
        Ok(match text {
            "exchange-online" => Self::ExchangeOnline(WORLDWIDE),
            "exchange-online-gcc-high" => Self::ExchangeOnline(GCC_HIGH),
            "exchange-online-dod" => Self::ExchangeOnline(DOD),
            "exchange-online-china" => Self::ExchangeOnline(CHINA),
            "gmail" => Self::Gmail,
            "generic" => Self::Generic,
            _ => {
                return Err("write exchange-online, exchange-online-gcc-high, exchange-online-dod, \
                            exchange-online-china, gmail or generic"
                    .to_owned());
            }
        })
    }
}

/// What is filled in where the file says nothing.
#[derive(Default)]
pub(super) struct Defaults {
    pub(super) token_endpoint: Option<String>,
    pub(super) authorization_endpoint: Option<String>,
    pub(super) device_endpoint: Option<String>,
    pub(super) issuer: Option<String>,
    pub(super) scopes: Vec<String>,
    /// Further parameters for the authorization endpoint.
    pub(super) parameters: Vec<(String, String)>,
}

impl Preset {
    pub(super) const fn needs_tenant(self) -> bool {
        matches!(self, Self::ExchangeOnline(_))
    }

    pub(super) fn defaults(self, grant: Option<GrantKind>, tenant: &str) -> Defaults {
        let delegated = grant == Some(GrantKind::Delegated);
        match self {
            Self::Generic => Defaults::default(),
            Self::ExchangeOnline(cloud) => exchange_online(cloud, delegated, tenant),
            Self::Gmail => gmail(delegated),
        }
    }

    /// By which claims the mailbox that answered is known.
    pub(super) fn identity(self, scopes: &[String]) -> Identity {
        let claims = match self {
            // The claim `email` is whatever its owner wrote there: Entra does not verify it.
            Self::ExchangeOnline(_) => vec![IdentityClaim::PreferredUsername, IdentityClaim::PrincipalName],
            Self::Gmail => vec![IdentityClaim::Email],
            Self::Generic => vec![IdentityClaim::Email, IdentityClaim::PreferredUsername],
        };
        Identity { claims, required: scopes.iter().any(|scope| scope == "openid") }
    }
}

fn exchange_online(cloud: Cloud, delegated: bool, tenant: &str) -> Defaults {
    let base = format!("https://{}/{tenant}/oauth2/v2.0", cloud.login);
    let scopes = if delegated {
        let permissions =
            ["IMAP.AccessAsUser.All", "POP.AccessAsUser.All", "SMTP.Send", "EWS.AccessAsUser.All"];
        let scopes = permissions.iter().map(|name| format!("https://{}/{name}", cloud.person));
        scopes.chain(["offline_access", "openid", "profile"].map(str::to_owned)).collect()
    } else {
        vec![format!("https://{}/.default", cloud.application)]
    };
    // The issuer has the tenant's identifier in it, which a domain does not tell.
    let is_identifier = tenant.len() == 36 && tenant.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    Defaults {
        token_endpoint: Some(format!("{base}/token")),
        authorization_endpoint: Some(format!("{base}/authorize")),
        device_endpoint: Some(format!("{base}/devicecode")),
        issuer: is_identifier.then(|| format!("https://{}/{tenant}/v2.0", cloud.login)),
        scopes,
        parameters: Vec::new(),
    }
}

fn gmail(delegated: bool) -> Defaults {
    let parameters = [("access_type", "offline"), ("prompt", "consent")];
    let mut scopes = vec!["https://mail.google.com/".to_owned()];
    if delegated {
        scopes.extend(["openid".to_owned(), "email".to_owned()]);
    }
    Defaults {
        token_endpoint: Some("https://oauth2.googleapis.com/token".to_owned()),
        authorization_endpoint: Some("https://accounts.google.com/o/oauth2/v2/auth".to_owned()),
        // Google's device flow does not issue tokens for mail.
        device_endpoint: None,
        issuer: Some("https://accounts.google.com".to_owned()),
        scopes,
        parameters: parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
    }
}

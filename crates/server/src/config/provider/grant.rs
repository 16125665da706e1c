//! On what ground a provider issues tokens.

use postern_service::upstream::{Delegation, Grant, SigningKey};

use super::endpoint;
use super::preset::Preset;
use crate::config::entries::Entries;
use crate::config::mistake::Problem;
use crate::config::value::Value;

/// The word in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GrantKind {
    ClientCredentials,
    Delegated,
    ServiceAccount,
}

impl Value for GrantKind {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "client-credentials" => Ok(Self::ClientCredentials),
            "delegated" => Ok(Self::Delegated),
            "service-account" => Ok(Self::ServiceAccount),
            _ => Err("write client-credentials, delegated or service-account".to_owned()),
        }
    }
}

/// The grant, with the keys that only an owner's consent needs.
pub(super) fn read(
    entries: &mut Entries,
    kind: Option<GrantKind>,
    preset: Preset,
    tenant: &str,
    scopes: &[String],
    service_account: Option<SigningKey>,
) -> Option<Grant> {
    let defaults = preset.defaults(kind, tenant);
    let authorization_endpoint = endpoint(entries, "authorization_endpoint", defaults.authorization_endpoint);
    let device_endpoint = endpoint(entries, "device_endpoint", defaults.device_endpoint);
    let userinfo_endpoint = endpoint(entries, "userinfo_endpoint", None);
    let issuer = entries.optional::<String>("issuer").or(defaults.issuer);
    match kind? {
        GrantKind::ClientCredentials => Some(Grant::ClientCredentials),
        GrantKind::ServiceAccount => service_account.map(|key| Grant::ServiceAccount { key }),
        GrantKind::Delegated => {
            if authorization_endpoint.is_none() && !entries.complained("authorization_endpoint") {
                let text = "delegated needs authorization_endpoint: the provider's documents, or /.well-known/openid-configuration, name it";
                entries.complain("authorization_endpoint", Problem::Clash(text));
            }
            let mut parameters = defaults.parameters;
            // OpenID Connect Core 11: without it a provider ignores offline_access. Entra and Google know better.
            if preset == Preset::Generic && ["openid", "offline_access"].iter().all(|name| has(scopes, name))
            {
                parameters.push(("prompt".to_owned(), "consent".to_owned()));
            }
            Some(Grant::Delegated(Delegation {
                authorization_endpoint: authorization_endpoint?,
                device_endpoint,
                userinfo_endpoint,
                issuer,
                parameters,
                identity: preset.identity(scopes),
            }))
        }
    }
}

fn has(scopes: &[String], name: &str) -> bool {
    scopes.iter().any(|scope| scope == name)
}

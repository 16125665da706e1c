//! `[[identity_provider]]`: who vouches for people at the portal (OpenID Connect).

mod preset;
mod schema;

use std::path::Path;
use std::time::Duration;

use postern_service::outside::{AddressClaim, IdentityProvider as Registration, LinkRule, MfaTrust};
use postern_service::upstream::EndpointUrl;
use rustls_pki_types::CertificateDer;

use super::entries::Entries;
use super::mistake::{Line, Mistake, Problem};
use super::provider::{Scope, client_authentication, read_authorities};
use super::value::{HostName, Value};
use preset::{Preset, TenantId};
pub(super) use schema::SECTION;

/// The longest that a second factor elsewhere may lie back.
const LONGEST_AGE: Duration = Duration::from_secs(30 * 24 * 3600);

/// The section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityProvider {
    /// What the service asks.
    pub provider: Registration,
    /// The line of its section.
    pub(super) line: Line,
    /// The only authorities of its certificate; none: this machine's.
    pub authorities: Option<Vec<CertificateDer<'static>>>,
}

/// What a section means, when it has no mistakes.
pub(super) fn read(entries: &mut Entries, folder: &Path) -> Option<IdentityProvider> {
    let name = entries.required::<ProviderName>("name").map(|name| name.0);
    let label = entries.optional::<ProviderName>("label").map(|label| label.0);
    let preset = entries.with_default::<Preset>("preset");
    let issuer = read_issuer(entries, preset);
    let client_id = entries.required::<String>("client_id");
    let authentication = client_authentication(entries, folder);
    let scopes = read_scopes(entries);
    let mfa = read_mfa(entries, preset);
    let address = read_address(entries, preset);
    let hosted_domain = entries.optional::<HostName>("hosted_domain").map(|domain| domain.0);
    let link = entries.with_default::<Linking>("link").0;
    let create = entries.with_default::<bool>("create");
    let sign_out_there = entries.with_default::<bool>("sign_out_there");
    let authorities = read_authorities(entries, folder);
    if hosted_domain.is_some() && preset != Preset::Google {
        entries.complain("hosted_domain", Problem::Clash("only google knows hosted domains: remove it"));
    }
    if create && hosted_domain.is_none() && preset == Preset::Google {
        let text = "everybody in the world who has a Google account would get an account here: name your hosted_domain";
        entries.complain("create", Problem::Clash(text));
    }
    Some(IdentityProvider {
        provider: Registration {
            label: label.or_else(|| name.clone())?,
            name: name?,
            issuer: issuer?,
            client_id: client_id?,
            authentication: authentication?,
            scopes,
            mfa,
            address,
            hosted_domain,
            link,
            create,
            sign_out_there,
        },
        line: Line(entries.line()),
        authorities: authorities?,
    })
}

fn read_issuer(entries: &mut Entries, preset: Preset) -> Option<EndpointUrl> {
    let tenant = entries.optional::<TenantId>("tenant");
    if tenant.is_some() && preset != Preset::Entra {
        entries.complain("tenant", Problem::Clash("only entra has tenants: remove it, and name the issuer"));
    }
    let written = entries.optional::<EndpointUrl>("issuer");
    if written.as_ref().is_some_and(|issuer| issuer.as_str().contains('?')) {
        entries.complain(
            "issuer",
            Problem::Clash("an issuer has no query: write it as the provider's documents do"),
        );
    }
    let issuer = written.or_else(|| preset.issuer(tenant.as_ref())?.parse().ok());
    let silent = ["issuer", "tenant", "preset"].iter().any(|key| entries.complained(key));
    if issuer.is_none() && !silent {
        entries.complain(
            "issuer",
            Problem::Clash(match preset {
                Preset::Entra => "entra needs the tenant: write its identifier as tenant",
                Preset::Keycloak => "keycloak needs the issuer: write https://host/realms/realm",
                Preset::Google | Preset::Generic => {
                    "a generic provider needs its issuer: the address below which /.well-known/openid-configuration lies"
                }
            }),
        );
    }
    issuer
}

fn read_scopes(entries: &mut Entries) -> Vec<String> {
    let scopes: Vec<_> = entries.list::<Scope>("scopes").into_iter().map(|scope| scope.0).collect();
    if scopes.is_empty() {
        return ["openid", "email", "profile"].map(str::to_owned).to_vec();
    }
    if !scopes.iter().any(|scope| scope == "openid") {
        let text = "without openid among the scopes there is no identity token: add it";
        entries.complain("scopes", Problem::Clash(text));
    }
    scopes
}

fn read_mfa(entries: &mut Entries, preset: Preset) -> MfaTrust {
    let mfa = MfaTrust {
        amr: entries.list::<String>("mfa_amr"),
        acr: entries.list::<AcrValue>("mfa_acr").into_iter().map(|value| value.0).collect(),
        acr_claim: preset.acr_claim(),
        max_age: entries.with_default::<Duration>("mfa_max_age"),
    };
    if mfa.max_age > LONGEST_AGE || mfa.max_age < Duration::from_secs(60) {
        entries.complain("mfa_max_age", Problem::Clash("out of range: write a span from 1m to 30d"));
    }
    if preset == Preset::Google && mfa.is_possible() {
        let text = "google says neither amr nor acr: remove them, and Postern asks for its own second factor";
        entries.complain("mfa_amr", Problem::Clash(text));
    }
    mfa
}

fn read_address(entries: &mut Entries, preset: Preset) -> AddressClaim {
    match entries.with_default::<AddressKey>("address_claim") {
        AddressKey::Email => preset.verified_email(),
        AddressKey::UserName => {
            if preset != Preset::Entra {
                let text = "preferred_username may be anything that its owner likes, except in one tenant of entra: use email";
                entries.complain("address_claim", Problem::Clash(text));
            }
            AddressClaim::UserName
        }
    }
}

/// Identity providers with the name of an earlier one, or its issuer: the same person must not be two.
pub(super) fn clashes(providers: &[IdentityProvider]) -> Vec<Mistake> {
    let clash = |(position, here): (usize, &IdentityProvider)| {
        let earlier = &providers[..position];
        let same_name = earlier.iter().any(|other| other.provider.name == here.provider.name);
        let same_issuer = earlier.iter().any(|other| other.provider.issuer == here.provider.issuer);
        let (key, text) = match (same_name, same_issuer) {
            (true, _) => ("name", "another identity provider has this name: give this one a name of its own"),
            (_, true) => ("issuer", "another identity provider has this issuer: keep one of the two"),
            _ => return None,
        };
        let key = format!("identity_provider.{key}");
        Some(Mistake { line: here.line.0, key, problem: Problem::Clash(text) })
    };
    providers.iter().enumerate().filter_map(clash).collect()
}

/// A name that stands on a button.
struct ProviderName(String);

impl Value for ProviderName {
    fn read(text: &str) -> Result<Self, String> {
        let fits =
            !text.trim().is_empty() && text.chars().count() <= 40 && !text.chars().any(char::is_control);
        if fits { Ok(Self(text.trim().to_owned())) } else { Err("write 1 to 40 characters".to_owned()) }
    }
}

/// A value of `acr`: several of them are asked for in one text, with spaces between.
struct AcrValue(String);

impl Value for AcrValue {
    fn read(text: &str) -> Result<Self, String> {
        let fits = !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic() && c != '"' && c != '\\');
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err("write one value in each text, without spaces".to_owned())
        }
    }
}

struct Linking(LinkRule);

impl Value for Linking {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "by-invitation" => Ok(Self(LinkRule::ByInvitation)),
            "by-verified-e-mail" => Ok(Self(LinkRule::ByVerifiedEmail)),
            _ => Err("write by-invitation or by-verified-e-mail".to_owned()),
        }
    }
}

enum AddressKey {
    Email,
    UserName,
}

impl Value for AddressKey {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "email" => Ok(Self::Email),
            "preferred_username" => Ok(Self::UserName),
            _ => Err("write email or preferred_username".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests;

//! `[[provider]]`: who issues access tokens (OAuth 2.0) for upstreams.

mod client;
mod grant;
mod preset;
mod schema;

use std::path::Path;

use postern_gateway::tls::certificates_from_pem;
use postern_service::upstream as service;
use rustls_pki_types::CertificateDer;

use super::entries::Entries;
use super::mistake::{Line, Mistake, Problem};
use super::upstream::{SignIn, Upstream};
use super::value::Value;
pub(super) use client::read_authentication as client_authentication;
use grant::GrantKind;
use preset::Preset;
pub(super) use schema::SECTION;

/// The section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// What the service asks.
    pub provider: service::Provider,
    /// The line of its section.
    pub(super) line: Line,
    /// The only authorities of its certificate; none: this machine's.
    pub authorities: Option<Vec<CertificateDer<'static>>>,
}

/// What a section means, when it has no mistakes.
pub(super) fn read(entries: &mut Entries, folder: &Path) -> Option<Provider> {
    let name = entries.required::<String>("name");
    let preset = entries.with_default::<Preset>("preset");
    let kind = entries.required::<GrantKind>("grant");
    let tenant = entries.optional::<Tenant>("tenant");
    if preset.needs_tenant() && tenant.is_none() && !entries.complained("tenant") {
        let text = "an Exchange Online preset needs the tenant: its identifier or one of its domains";
        entries.complain("tenant", Problem::Clash(text));
    }
    let tenant = tenant.map_or_else(String::new, |tenant| tenant.0);
    let defaults = preset.defaults(kind, &tenant);
    let authorities = read_authorities(entries, folder);
    let client = client::read(entries, folder, kind, preset);
    let token_endpoint = endpoint(entries, "token_endpoint", defaults.token_endpoint);
    let silent = ["token_endpoint", "preset", "tenant"].iter().any(|key| entries.complained(key));
    if token_endpoint.is_none() && !silent {
        let text = "a generic provider needs token_endpoint: its documents, or /.well-known/openid-configuration, name it";
        entries.complain("token_endpoint", Problem::Clash(text));
    }
    let mut scopes = entries.list::<Scope>("scopes").into_iter().map(|scope| scope.0).collect::<Vec<_>>();
    if scopes.is_empty() {
        scopes = defaults.scopes;
    }
    let grant = grant::read(entries, kind, preset, &tenant, &scopes, client.service_account);
    Some(Provider {
        provider: service::Provider {
            name: name?,
            client_id: client.id?,
            authentication: client.authentication?,
            token_endpoint: token_endpoint?,
            scopes,
            grant: grant?,
        },
        line: Line(entries.line()),
        authorities: authorities?,
    })
}

/// Providers with the name of an earlier one.
pub(super) fn clashes(providers: &[Provider]) -> Vec<Mistake> {
    let clash = |(position, here): (usize, &Provider)| {
        let same = providers[..position].iter().any(|earlier| earlier.provider.name == here.provider.name);
        let text = "another provider has this name: give this one a name of its own";
        let key = "provider.name".to_owned();
        same.then_some(Mistake { line: here.line.0, key, problem: Problem::Clash(text) })
    };
    providers.iter().enumerate().filter_map(clash).collect()
}

/// The providers that upstreams name, with the line of each upstream.
pub(super) fn wanted<'u>(
    upstreams: impl Iterator<Item = (usize, Option<&'u Upstream>)>,
) -> Vec<(usize, String)> {
    let name = |(line, upstream): (usize, Option<&Upstream>)| match &upstream?.sign_in {
        SignIn::OAuth { provider, .. } => Some((line, provider.clone())),
        _ => None,
    };
    upstreams.filter_map(name).collect()
}

/// Upstreams that name a provider that there is not. While a provider has mistakes, nobody knows its name for sure.
pub(super) fn unknown(
    wanted: &[(usize, String)],
    providers: &[Provider],
    mistakes: &[Mistake],
) -> Vec<Mistake> {
    if mistakes.iter().any(|mistake| mistake.key.starts_with("provider")) {
        return Vec::new();
    }
    let known = |name: &String| providers.iter().any(|provider| provider.provider.name == *name);
    let text = "there is no [[provider]] of that name: add it, or correct the name";
    let mistake = |(line, _): &(usize, String)| Mistake {
        line: *line,
        key: "upstream.provider".to_owned(),
        problem: Problem::Clash(text),
    };
    wanted.iter().filter(|(_, name)| !known(name)).map(mistake).collect()
}

fn endpoint(
    entries: &mut Entries,
    name: &'static str,
    default: Option<String>,
) -> Option<service::EndpointUrl> {
    let written = entries.optional::<service::EndpointUrl>(name);
    written.or_else(|| default.and_then(|text| text.parse().ok()))
}

/// None: a mistake. Some(None): this machine's.
pub(super) fn read_authorities(
    entries: &mut Entries,
    folder: &Path,
) -> Option<Option<Vec<CertificateDer<'static>>>> {
    let Some(path) = entries.path("ca_file", folder) else { return Some(None) };
    let read = read_file(&path)
        .and_then(|text| certificates_from_pem(&text).map_err(|error| unreadable(&path, error.to_string())));
    read.map_err(|problem| entries.complain("ca_file", problem)).ok().map(Some)
}

fn read_file(path: &Path) -> Result<zeroize::Zeroizing<Vec<u8>>, Problem> {
    std::fs::read(path).map(zeroize::Zeroizing::new).map_err(|error| unreadable(path, error.to_string()))
}

fn unreadable(path: &Path, reason: String) -> Problem {
    Problem::Unreadable { path: path.display().to_string(), reason }
}

/// A file of a section, read and understood, or complained about.
fn file_of<T>(
    entries: &mut Entries,
    name: &'static str,
    path: &Path,
    understand: impl FnOnce(&[u8]) -> Option<T>,
    expected: &str,
) -> Option<T> {
    let understood = read_file(path)
        .and_then(|text| understand(&text).ok_or_else(|| unreadable(path, expected.to_owned())));
    understood.map_err(|problem| entries.complain(name, problem)).ok()
}

impl Value for service::EndpointUrl {
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|error: service::InvalidEndpointUrl| error.to_string())
    }
}

/// A tenant: it becomes a part of an address.
struct Tenant(String);

impl Value for Tenant {
    fn read(text: &str) -> Result<Self, String> {
        let good = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
        let anybodys = ["common", "organizations", "consumers"].contains(&text);
        if text.is_empty() || !text.chars().all(good) || anybodys {
            return Err("write your own tenant's identifier, or one of its domains".to_owned());
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

/// A scope (RFC 6749 3.3).
pub(super) struct Scope(pub(super) String);

impl Value for Scope {
    fn read(text: &str) -> Result<Self, String> {
        let good = |c: char| c.is_ascii_graphic() && c != '"' && c != '\\';
        if text.is_empty() || !text.chars().all(good) {
            return Err("write one scope in each text, without spaces".to_owned());
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests;

//! [`VerifiedIdentity`]: what a genuine answer of a provider comes to.

use postern_domain::Timestamp;
use postern_domain::account::AccountName;
use postern_domain::outside_identity::Subject;
use serde_json::Value;
use zeroize::Zeroizing;

use super::id_token::{Claims, TokenFault};
use super::{AcrClaim, AddressClaim, IdentityProvider, MfaTrust};
use crate::event::printable;

/// How far a provider's clock may be ahead of ours.
const AHEAD: i64 = 60;

/// Longest name of a provider's session that is kept, in octets.
const LONGEST_SID: usize = 255;

/// Who a provider vouches for. It cannot be made but by a provider's verified answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedIdentity {
    pub(super) provider: String,
    pub(super) issuer: String,
    pub(super) subject: Subject,
    /// The address that it vouches for.
    pub(super) address: Option<AccountName>,
    /// What it calls them, for people's eyes only.
    pub(super) label: String,
    /// When they gave a second factor there, where that counts here.
    pub(super) second_factor_at: Option<Timestamp>,
    /// What it said of how they were authenticated, for the audit.
    pub(super) said: String,
    /// What it calls its own session with them.
    pub(super) sid: Option<String>,
    /// The token itself, for the way back there.
    pub(super) token: Option<IdentityToken>,
}

/// A provider's identity token, as it came.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct IdentityToken(Zeroizing<String>);

impl IdentityToken {
    /// Its text.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for IdentityToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IdentityToken")
    }
}

/// What the claims come to. The provider's trust is looked at here and nowhere else.
pub(super) fn identity(
    provider: &IdentityProvider,
    claims: &Claims,
    token: &str,
    now: Timestamp,
) -> Result<VerifiedIdentity, TokenFault> {
    let subject: Subject = claims.sub.parse().map_err(|_| TokenFault::Subject)?;
    if let Some(domain) = &provider.hosted_domain
        && text(&claims.hd) != Some(domain)
    {
        return Err(TokenFault::Domain);
    }
    let named = text(&claims.email).or(text(&claims.preferred_username)).unwrap_or(subject.as_str());
    let (amr, acr) = (words(&claims.amr), words(acr_of(&provider.mfa, claims)));
    let auth_time = claims.auth_time().map(|at| Timestamp::from_millis(at.saturating_mul(1000)));
    Ok(VerifiedIdentity {
        provider: provider.name.clone(),
        issuer: provider.issuer.as_str().to_owned(),
        address: address(provider.address, claims),
        label: printable(named, 254),
        second_factor_at: second_factor(&provider.mfa, &amr, &acr, auth_time, now),
        said: said(&amr, &acr, auth_time),
        sid: text(&claims.sid).filter(|sid| (1..=LONGEST_SID).contains(&sid.len())).map(str::to_owned),
        token: Some(IdentityToken(Zeroizing::new(token.to_owned()))),
        subject,
    })
}

/// An address that its owner was shown to have; what is merely said counts for nothing.
fn address(claim: AddressClaim, claims: &Claims) -> Option<AccountName> {
    let named = match claim {
        AddressClaim::Email { proof } => text(&claims.email).filter(|_| claims.is_vouched(proof)),
        AddressClaim::UserName => text(&claims.preferred_username),
    };
    named?.parse().ok()
}

/// Counts when the provider names a value that counts, and says when: not too long ago, and not ahead of now.
fn second_factor(
    trust: &MfaTrust,
    amr: &[&str],
    acr: &[&str],
    auth_time: Option<Timestamp>,
    now: Timestamp,
) -> Option<Timestamp> {
    let among =
        |counting: &[String], said: &[&str]| counting.iter().any(|value| said.contains(&value.as_str()));
    let at = auth_time?;
    let is_ahead = at.as_seconds() > now.as_seconds().saturating_add(AHEAD);
    let counts = among(&trust.amr, amr) || among(&trust.acr, acr);
    (counts && !is_ahead && now.since(at) < trust.max_age).then(|| at.min(now))
}

const fn acr_of<'c>(trust: &MfaTrust, claims: &'c Claims) -> &'c Option<Value> {
    match trust.acr_claim {
        AcrClaim::Acr => &claims.acr,
        AcrClaim::Acrs => &claims.acrs,
    }
}

/// `amr mfa pwd, acr c1, authenticated at …`
fn said(amr: &[&str], acr: &[&str], auth_time: Option<Timestamp>) -> String {
    let list = |name: &str, values: &[&str]| match values {
        [] => format!("no {name}"),
        values => format!("{name} {}", values.join(" ")),
    };
    let at = auth_time.map_or_else(|| "no auth_time".to_owned(), |at| format!("auth_time {at}"));
    printable(&format!("{}, {}, {at}", list("amr", amr), list("acr", acr)), 300)
}

fn text(value: &Option<Value>) -> Option<&str> {
    value.as_ref()?.as_str()
}

/// One text, or a list of texts.
fn words(value: &Option<Value>) -> Vec<&str> {
    match value {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

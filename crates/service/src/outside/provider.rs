//! [`IdentityProvider`]: who vouches for people, and how far its word goes here.

use std::time::Duration;

use crate::upstream::{ClientAuthentication, EndpointUrl};

/// An outside identity provider (OpenID Connect) with Postern's registration there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityProvider {
    /// What the audit and the command line call it. No two have one name.
    pub name: String,
    /// What its button says after "Sign in with".
    pub label: String,
    /// Its own name: `iss` of its tokens, and where its discovery document lies. Compared octet by octet.
    pub issuer: EndpointUrl,
    /// What it calls Postern.
    pub client_id: String,
    /// How Postern proves to it that it is that client.
    pub authentication: ClientAuthentication,
    /// What is asked for; `openid` is always among them.
    pub scopes: Vec<String>,
    /// When its word counts as a second factor.
    pub mfa: MfaTrust,
    /// Which claim names an e-mail address that its owner was shown to have.
    pub address: AddressClaim,
    /// The Google Workspace domain that everybody must be of.
    pub hosted_domain: Option<String>,
    /// How somebody who comes for the first time finds the account that they have.
    pub link: LinkRule,
    /// Whether somebody who has no account gets one.
    pub create: bool,
    /// Whether signing out here leads on to signing out there.
    pub sign_out_there: bool,
}

/// When a provider's word counts as a second factor: it names one of these values, and when the person answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MfaTrust {
    /// Values of `amr` (RFC 8176), each of which counts.
    pub amr: Vec<String>,
    /// Values of the claim `acr_claim`, each of which counts. They are asked for too.
    pub acr: Vec<String>,
    /// `acr`, or `acrs` (a list) at Entra.
    pub acr_claim: AcrClaim,
    /// How long ago the person may have answered at the provider (`auth_time`).
    pub max_age: Duration,
}

impl MfaTrust {
    /// Whether anything that the provider says can count.
    #[must_use]
    pub const fn is_possible(&self) -> bool {
        !self.amr.is_empty() || !self.acr.is_empty()
    }
}

/// Where a provider says how somebody was authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AcrClaim {
    /// `acr`, one value (OpenID Connect Core 2).
    Acr,
    /// `acrs`, several: Entra's authentication contexts, which are asked for by the `claims` parameter.
    Acrs,
}

/// Which claim names an e-mail address that its owner was shown to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressClaim {
    /// `email`, where this further claim is true: `email_verified`, or `xms_edov` at Entra, which says that the address's
    /// domain belongs to the tenant.
    Email {
        /// The further claim.
        proof: &'static str,
    },
    /// `preferred_username`, whatever else is said. For one tenant of Entra only, whose administrators give these names.
    UserName,
}

/// How somebody who comes for the first time finds the account that they have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkRule {
    /// By the address that the provider vouches for. Administrators' accounts are left out.
    ByVerifiedEmail,
    /// Not at all: its owner links it in the portal, or the operator on the command line.
    ByInvitation,
}

impl IdentityProvider {
    /// By which name its endpoints are asked. Apart from the names of upstreams' providers: trust is decided by it.
    #[must_use]
    pub fn asked_as(&self) -> String {
        format!("identity provider {}", self.name)
    }
}

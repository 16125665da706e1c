//! Refresh tokens, codes of devices, PKCE verifiers (of consents and of sign-ins elsewhere), identity tokens and mailbox passwords, sealed: each opens in its own place and nowhere else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use postern_domain::id::{AccountId, OutsideIdentityId, PortalSessionId};
use postern_storage::{Sealed, TokenHash};
use zeroize::Zeroizing;

use super::Provider;
use crate::{Failure, Service};

/// What a value is bound to: its kind, whose it is, and the texts that say where it belongs, each with its length, so that
/// no two lists of texts run together.
fn bound_to(kind: &str, ids: &[&[u8; 16]], texts: &[&str]) -> Vec<u8> {
    let mut bound = kind.as_bytes().to_vec();
    for id in ids {
        bound.extend_from_slice(id.as_slice());
    }
    for text in texts {
        bound.extend_from_slice(&(text.len() as u64).to_be_bytes());
        bound.extend_from_slice(text.as_bytes());
    }
    bound
}

/// A refresh token belongs to an account at a provider, to the client that it was issued to, to the host that it is sent
/// to, and to its place in the row of tokens: not even the operator's database can make it go elsewhere.
fn refresh_token(account: AccountId, provider: &Provider, generation: u64) -> Vec<u8> {
    let generation = generation.to_string();
    let host = provider.token_endpoint.authority();
    let texts = [&provider.name, &provider.client_id, host, &generation];
    bound_to("postern upstream refresh token", &[account.as_bytes()], &texts)
}

fn verifier(account: AccountId, session: PortalSessionId, provider: &str) -> Vec<u8> {
    bound_to("postern consent verifier", &[account.as_bytes(), session.as_bytes()], &[provider])
}

/// The verifier of a sign-in at an identity provider: nobody has an account yet, so it belongs to its request.
fn outside_verifier(state: &TokenHash, provider: &str) -> Vec<u8> {
    let state = BASE64URL.encode(state.0);
    bound_to("postern outside verifier", &[], &[provider, &state])
}

fn device_code(account: AccountId, provider: &str) -> Vec<u8> {
    bound_to("postern device code", &[account.as_bytes()], &[provider])
}

/// An identity token goes back to the provider that it came from, about the one it is about.
fn identity_token(link: OutsideIdentityId, provider: &str) -> Vec<u8> {
    bound_to("postern identity token", &[link.as_bytes()], &[provider])
}

fn mailbox_password(account: AccountId, upstream: &str) -> Vec<u8> {
    bound_to("postern mailbox password", &[account.as_bytes()], &[upstream])
}

impl Service {
    pub(super) fn seal_refresh_token(
        &self,
        account: AccountId,
        provider: &Provider,
        generation: u64,
        token: &str,
    ) -> Sealed {
        let bound = refresh_token(account, provider, generation);
        self.keys().seal(token.as_bytes(), &bound, self.random())
    }

    pub(super) fn open_refresh_token(
        &self,
        account: AccountId,
        provider: &Provider,
        generation: u64,
        sealed: &Sealed,
    ) -> Result<Zeroizing<String>, Failure> {
        let bytes = self.keys().open(sealed, &refresh_token(account, provider, generation))?;
        text(&bytes, sealed)
    }

    pub(super) fn seal_verifier(
        &self,
        account: AccountId,
        session: PortalSessionId,
        provider: &str,
        plain: &str,
    ) -> Sealed {
        self.keys().seal(plain.as_bytes(), &verifier(account, session, provider), self.random())
    }

    pub(super) fn open_verifier(
        &self,
        account: AccountId,
        session: PortalSessionId,
        provider: &str,
        sealed: &Sealed,
    ) -> Result<Zeroizing<String>, Failure> {
        let bytes = self.keys().open(sealed, &verifier(account, session, provider))?;
        text(&bytes, sealed)
    }

    pub(crate) fn seal_outside_verifier(&self, state: &TokenHash, provider: &str, plain: &str) -> Sealed {
        self.keys().seal(plain.as_bytes(), &outside_verifier(state, provider), self.random())
    }

    pub(crate) fn open_outside_verifier(
        &self,
        state: &TokenHash,
        provider: &str,
        sealed: &Sealed,
    ) -> Result<Zeroizing<String>, Failure> {
        let bytes = self.keys().open(sealed, &outside_verifier(state, provider))?;
        text(&bytes, sealed)
    }

    pub(super) fn seal_device_code(&self, account: AccountId, provider: &str, plain: &str) -> Sealed {
        self.keys().seal(plain.as_bytes(), &device_code(account, provider), self.random())
    }

    pub(super) fn open_device_code(
        &self,
        account: AccountId,
        provider: &str,
        sealed: &Sealed,
    ) -> Result<Zeroizing<String>, Failure> {
        let bytes = self.keys().open(sealed, &device_code(account, provider))?;
        text(&bytes, sealed)
    }

    pub(crate) fn seal_identity_token(&self, link: OutsideIdentityId, provider: &str, plain: &str) -> Sealed {
        self.keys().seal(plain.as_bytes(), &identity_token(link, provider), self.random())
    }

    pub(crate) fn open_identity_token(
        &self,
        link: OutsideIdentityId,
        provider: &str,
        sealed: &Sealed,
    ) -> Result<Zeroizing<String>, Failure> {
        let bytes = self.keys().open(sealed, &identity_token(link, provider))?;
        text(&bytes, sealed)
    }

    pub(super) fn seal_mailbox_password(&self, account: AccountId, upstream: &str, plain: &[u8]) -> Sealed {
        self.keys().seal(plain, &mailbox_password(account, upstream), self.random())
    }

    pub(super) fn open_mailbox_password(
        &self,
        account: AccountId,
        upstream: &str,
        sealed: &Sealed,
    ) -> Result<Zeroizing<Vec<u8>>, Failure> {
        self.keys().open(sealed, &mailbox_password(account, upstream))
    }
}

/// What was sealed as a text is one.
fn text(bytes: &[u8], sealed: &Sealed) -> Result<Zeroizing<String>, Failure> {
    let text = std::str::from_utf8(bytes).map_err(|_| Failure::Unsealable { version: sealed.key_version })?;
    Ok(Zeroizing::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Fixture;
    use crate::upstream::{ClientAuthentication, Grant};

    #[tokio::test]
    async fn a_refresh_token_opens_in_its_own_place_only() {
        let fixture = Fixture::open().await;
        let (anna, ben) = (AccountId::from_bytes([1; 16]), AccountId::from_bytes([2; 16]));
        let provider = Provider {
            name: "a".to_owned(),
            client_id: "bc".to_owned(),
            authentication: ClientAuthentication::None,
            token_endpoint: "https://login.example.test/token".parse().unwrap(),
            scopes: Vec::new(),
            grant: Grant::ClientCredentials,
        };
        let sealed = fixture.service.seal_refresh_token(anna, &provider, 7, "token");
        let open = |account, provider: &Provider, generation| {
            fixture.service.open_refresh_token(account, provider, generation, &sealed)
        };
        assert_eq!(open(anna, &provider, 7).unwrap().as_str(), "token");
        let elsewhere = Provider {
            token_endpoint: "https://evil.example.test/token".parse().unwrap(),
            ..provider.clone()
        };
        let shifted = Provider { name: "ab".to_owned(), client_id: "c".to_owned(), ..provider.clone() };
        let other_client = Provider { client_id: "x".to_owned(), ..provider.clone() };
        for (account, provider, generation) in [
            (ben, &provider, 7),
            (anna, &provider, 8),
            (anna, &elsewhere, 7),
            (anna, &shifted, 7),
            (anna, &other_client, 7),
        ] {
            assert!(matches!(open(account, provider, generation), Err(Failure::Unsealable { .. })));
        }
    }
}

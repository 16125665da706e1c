//! [`FakeIdentityProvider`]: an OpenID Connect provider that vouches for whom a test says, and lies as it is told to.

mod signing;

use postern_service::AuthorizationResponse;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use postern_domain::Timestamp;
use postern_service::outside::{AcrClaim, AddressClaim, IdentityProvider, LinkRule, MfaTrust};
use postern_service::upstream::{
    ClientAuthentication, DocumentRequest, EndpointAnswer, EndpointProblem, EndpointRequest, TokenEndpoint,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::TestClock;
use crate::oauth_provider::grants::{fields, keeps_its_word};
pub use signing::{Signature, SigningPair};

/// What is done to header and claims of each token before it is signed.
type Tamper = Box<dyn Fn(&mut Value, &mut Value) + Send>;

/// A provider. Its tokens are good for five minutes, unless it was told to lie.
pub struct FakeIdentityProvider {
    /// Its name.
    pub issuer: String,
    state: Mutex<State>,
}

struct State {
    now: Timestamp,
    pair: SigningPair,
    /// The keys that it publishes, and what stands in the place of the list where a test wants something else.
    published: Vec<Value>,
    documents: HashMap<String, Result<(u16, String), EndpointProblem>>,
    token_answer: Option<(u16, String)>,
    codes: HashMap<String, (HashMap<String, String>, Value)>,
    issued: usize,
    signature: Signature,
    tamper: Option<Tamper>,
    fetched: Vec<String>,
}

impl FakeIdentityProvider {
    /// A provider of that name.
    #[must_use]
    pub fn new(issuer: &str) -> Arc<Self> {
        let pair = SigningPair::generate("key-1");
        let state = State {
            now: TestClock::START,
            published: vec![pair.public()],
            pair,
            documents: HashMap::new(),
            token_answer: None,
            codes: HashMap::new(),
            issued: 0,
            signature: Signature::Genuine,
            tamper: None,
            fetched: Vec::new(),
        };
        Arc::new(Self { issuer: issuer.to_owned(), state: Mutex::new(state) })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Postern's registration there, with nothing out of the ordinary: `amr` `mfa` and `acr` `gold` count for an hour,
    /// accounts are neither found by an address nor added.
    ///
    /// # Panics
    /// When the issuer is no address.
    #[must_use]
    pub fn registration(&self, name: &str) -> IdentityProvider {
        IdentityProvider {
            name: name.to_owned(),
            label: format!("{name} Login"),
            issuer: self.issuer.parse().expect("an address"),
            client_id: "postern".to_owned(),
            authentication: ClientAuthentication::None,
            scopes: vec!["openid".to_owned(), "email".to_owned()],
            mfa: MfaTrust {
                amr: vec!["mfa".to_owned()],
                acr: vec!["gold".to_owned()],
                acr_claim: AcrClaim::Acr,
                max_age: std::time::Duration::from_secs(3600),
            },
            address: AddressClaim::Email { proof: "email_verified" },
            hosted_domain: None,
            link: LinkRule::ByInvitation,
            create: false,
            sign_out_there: false,
        }
    }

    /// Sets its clock.
    pub fn at(&self, now: Timestamp) {
        self.state().now = now;
    }

    /// From now on it signs with another key, under this name. The old one is not published any more; the new one is,
    /// where `published`.
    pub fn change_key(&self, id: &str, published: bool) {
        let pair = SigningPair::generate(id);
        let mut state = self.state();
        state.published = if published { vec![pair.public()] } else { state.published.clone() };
        state.pair = pair;
    }

    /// From now on signs in this way.
    pub fn sign(&self, signature: Signature) {
        self.state().signature = signature;
    }

    /// From now on does this to header and claims of each token before it is signed.
    pub fn tamper(&self, tamper: impl Fn(&mut Value, &mut Value) + Send + 'static) {
        self.state().tamper = Some(Box::new(tamper));
    }

    /// From now on answers questions for the document at `path` in this way.
    pub fn publish(&self, path: &str, answer: Result<(u16, String), EndpointProblem>) {
        self.state().documents.insert(path.to_owned(), answer);
    }

    /// From now on answers questions for the document at `path` as it is.
    pub fn publish_again(&self, path: &str) {
        self.state().documents.remove(path);
    }

    /// The next request for tokens is answered with this.
    pub fn answer_next(&self, status: u16, body: &str) {
        self.state().token_answer = Some((status, body.to_owned()));
    }

    /// The paths of the documents that were fetched, as they were.
    #[must_use]
    pub fn fetched(&self) -> Vec<String> {
        self.state().fetched.clone()
    }

    /// Plays somebody who opens `url` in the browser and signs in, whom these claims are about. Gives what the browser
    /// brings back.
    ///
    /// # Panics
    /// When the address is no request for a code with PKCE and a nonce at this provider.
    #[must_use]
    pub fn sign_in(&self, url: &str, claims: &Value) -> AuthorizationResponse {
        let (place, query) = url.split_once('?').expect("a request is a query");
        assert_eq!(place, format!("{}/authorize", self.issuer));
        let request = fields(query);
        assert_eq!((request["response_type"].as_str(), request["client_id"].as_str()), ("code", "postern"));
        assert_eq!(request["code_challenge_method"], "S256");
        assert!(request["nonce"].len() >= 43 && request["scope"].split(' ').any(|scope| scope == "openid"));
        let mut state = self.state();
        let code = format!("code-{}", state.codes.len() + 1);
        let answer = AuthorizationResponse {
            state: request["state"].clone(),
            code: Some(code.clone()),
            issuer: Some(self.issuer.clone()),
            ..AuthorizationResponse::default()
        };
        state.codes.insert(code, (request, claims.clone()));
        answer
    }

    /// A token by which it ends sessions, of now and good for two minutes, with these claims beside the usual ones or in
    /// their place; null takes one away. Header and signature are as it was told.
    #[must_use]
    pub fn logout_token(&self, claims: &Value) -> String {
        let mut state = self.state();
        state.issued += 1;
        let now = state.now.as_seconds();
        let mut header = json!({ "alg": "ES256", "kid": state.pair.id(), "typ": "logout+jwt" });
        let mut said = json!({
            "iss": self.issuer, "aud": "postern", "iat": now, "exp": now + 120,
            "jti": format!("logout-{}", state.issued),
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        for (name, value) in claims.as_object().into_iter().flatten() {
            said[name] = value.clone();
        }
        if let Some(said) = said.as_object_mut() {
            said.retain(|_, value| !value.is_null());
        }
        if let Some(tamper) = &state.tamper {
            tamper(&mut header, &mut said);
        }
        state.pair.token(&state.signature, header, &said)
    }

    fn document(&self, url: &str) -> Result<(u16, String), EndpointProblem> {
        let path = url.strip_prefix(&self.issuer).ok_or(EndpointProblem::Unreachable)?;
        let mut state = self.state();
        state.fetched.push(path.to_owned());
        if let Some(other) = state.documents.get(path) {
            return other.clone();
        }
        let issuer = &self.issuer;
        let body = match path {
            "/.well-known/openid-configuration" => json!({
                "issuer": issuer,
                "authorization_endpoint": format!("{issuer}/authorize"),
                "token_endpoint": format!("{issuer}/token"),
                "jwks_uri": format!("{issuer}/keys"),
                "end_session_endpoint": format!("{issuer}/logout"),
                "authorization_response_iss_parameter_supported": true,
            }),
            "/keys" => json!({ "keys": state.published }),
            _ => return Ok((404, "{}".to_owned())),
        };
        Ok((200, body.to_string()))
    }

    fn tokens(&self, form: &str) -> (u16, String) {
        let form = fields(form);
        let mut state = self.state();
        if let Some(other) = state.token_answer.take() {
            return other;
        }
        // A code is good once.
        let found = state.codes.remove(form.get("code").map_or("", String::as_str));
        let Some((request, claims)) = found.filter(|(request, _)| keeps_its_word(request, &form)) else {
            return (
                400,
                json!({ "error": "invalid_grant", "error_description": "says the fake" }).to_string(),
            );
        };
        state.issued += 1;
        let access_token = format!("at-{}", state.issued);
        let id_token = state.id_token(&self.issuer, &request["nonce"], &access_token, &claims);
        let answer = json!({
            "access_token": access_token, "token_type": "Bearer", "expires_in": 300, "id_token": id_token,
        });
        (200, answer.to_string())
    }
}

impl State {
    fn id_token(&self, issuer: &str, nonce: &str, access_token: &str, about: &Value) -> String {
        let now = self.now.as_seconds();
        let half = Sha256::digest(access_token)[..16].to_vec();
        let mut header = json!({ "alg": "ES256", "kid": self.pair.id(), "typ": "JWT" });
        let mut claims = json!({
            "iss": issuer, "aud": "postern", "exp": now + 300, "iat": now, "nonce": nonce,
            "at_hash": BASE64URL.encode(half),
        });
        for (name, value) in about.as_object().into_iter().flatten() {
            claims[name] = value.clone();
        }
        if let Some(tamper) = &self.tamper {
            tamper(&mut header, &mut claims);
        }
        self.pair.token(&self.signature, header, &claims)
    }
}

fn answer((status, body): (u16, String)) -> EndpointAnswer {
    EndpointAnswer { status, retry_after: None, body: Zeroizing::new(body.into_bytes()) }
}

#[async_trait]
impl TokenEndpoint for FakeIdentityProvider {
    async fn post(&self, request: EndpointRequest<'_>) -> Result<EndpointAnswer, EndpointProblem> {
        if request.url.as_str() != format!("{}/token", self.issuer) {
            return Err(EndpointProblem::Unreachable);
        }
        Ok(answer(self.tokens(&request.form)))
    }

    async fn get(&self, request: DocumentRequest<'_>) -> Result<EndpointAnswer, EndpointProblem> {
        self.document(request.url.as_str()).map(answer)
    }
}

/// Several providers, each at its own address.
pub struct FakeIdentityProviders(pub Vec<Arc<FakeIdentityProvider>>);

impl FakeIdentityProviders {
    fn of(&self, url: &str) -> Result<&FakeIdentityProvider, EndpointProblem> {
        let found = self.0.iter().find(|provider| url.starts_with(&format!("{}/", provider.issuer)));
        found.map(|provider| &**provider).ok_or(EndpointProblem::Unreachable)
    }
}

#[async_trait]
impl TokenEndpoint for FakeIdentityProviders {
    async fn post(&self, request: EndpointRequest<'_>) -> Result<EndpointAnswer, EndpointProblem> {
        self.of(request.url.as_str())?.post(request).await
    }

    async fn get(&self, request: DocumentRequest<'_>) -> Result<EndpointAnswer, EndpointProblem> {
        self.of(request.url.as_str())?.get(request).await
    }
}

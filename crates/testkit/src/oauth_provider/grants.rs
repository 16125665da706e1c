//! What a [`super::FakeProvider`] issues, and to whom: codes that are good once and with their PKCE verifier, refresh
//! tokens that are good once.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::ProviderAnswer;

/// What the owner's browser brings back.
#[derive(Debug, Clone)]
pub struct Callback {
    /// The `state` of the request.
    pub state: String,
    /// The code.
    pub code: String,
}

/// The grants. One owner's at a time.
#[derive(Debug, Default)]
pub(super) struct Grants {
    issued: u32,
    codes: HashMap<String, HashMap<String, String>>,
    pub(super) refresh_token: Option<String>,
    pub(super) consented_device: Option<String>,
    pub(super) silent: bool,
    /// The mailbox stands in the userinfo only.
    pub(super) terse: bool,
    /// Of whom the userinfo is.
    pub(super) subject: &'static str,
    somebody: String,
    pub(super) refresh_token_life: Option<u64>,
}

impl Grants {
    pub(super) fn consent(&mut self, url: &str, mailbox: &str) -> Callback {
        let (_, query) = url.split_once('?').expect("a request is a query");
        let mut request = fields(query);
        assert_eq!(request["response_type"], "code");
        assert_eq!(request["code_challenge_method"], "S256");
        request.insert("mailbox".to_owned(), mailbox.to_owned());
        let code = format!("code-{}", self.codes.len() + 1);
        let state = request["state"].clone();
        self.codes.insert(code.clone(), request);
        Callback { state, code }
    }

    pub(super) fn answer(&mut self, url: &str, form: &str) -> ProviderAnswer {
        let form = fields(form);
        if url.ends_with("/device") {
            return good(&json!({
                "device_code": "device-code-needle",
                "user_code": "ABCD-EFGH",
                "verification_uri": "https://login.example.test/code",
                "expires_in": 900,
                "interval": 5,
            }));
        }
        if url.ends_with("/userinfo") {
            return good(&json!({ "sub": self.subject, "preferred_username": self.somebody }));
        }
        match form.get("grant_type").map(String::as_str) {
            Some("authorization_code") => match self.codes.remove(&form["code"]) {
                Some(request) if keeps_its_word(&request, &form) => self.issue_to_owner(&request),
                _ => refused("invalid_grant"),
            },
            Some("refresh_token") => match self.refresh_token.take() {
                Some(good) if good == form["refresh_token"] => self.issue_with_refresh(None),
                other => {
                    self.refresh_token = other;
                    refused("invalid_grant")
                }
            },
            Some("urn:ietf:params:oauth:grant-type:device_code") => match self.consented_device.take() {
                Some(mailbox) => {
                    let request = HashMap::from([
                        ("mailbox".to_owned(), mailbox),
                        ("client_id".to_owned(), form["client_id"].clone()),
                    ]);
                    self.issue_to_owner(&request)
                }
                None => refused("authorization_pending"),
            },
            _ => good(&self.issue()),
        }
    }

    fn issue(&mut self) -> Value {
        self.issued += 1;
        json!({ "access_token": format!("at-{}", self.issued), "token_type": "Bearer", "expires_in": 3600 })
    }

    fn issue_to_owner(&mut self, request: &HashMap<String, String>) -> ProviderAnswer {
        let mut claims = json!({
            "iss": "https://login.example.test",
            "aud": request["client_id"],
            "exp": 4_102_444_800_u64,
            "sub": "1",
        });
        if self.terse {
            self.somebody.clone_from(&request["mailbox"]);
        } else {
            claims["preferred_username"] = request["mailbox"].as_str().into();
        }
        if let Some(nonce) = request.get("nonce") {
            claims["nonce"] = nonce.as_str().into();
        }
        let id_token = format!("e30.{}.c2ln", BASE64URL.encode(claims.to_string()));
        self.issue_with_refresh((!self.silent).then_some(id_token))
    }

    fn issue_with_refresh(&mut self, id_token: Option<String>) -> ProviderAnswer {
        let mut answer = self.issue();
        let refresh_token = format!("rt-{}-needle", self.issued);
        answer["refresh_token"] = refresh_token.as_str().into();
        self.refresh_token = Some(refresh_token);
        if let Some(id_token) = id_token {
            answer["id_token"] = id_token.into();
        }
        if let Some(life) = self.refresh_token_life {
            answer["refresh_token_expires_in"] = life.into();
        }
        good(&answer)
    }
}

/// PKCE (RFC 7636 4.6), and the same address to come back to (RFC 6749 4.1.3).
pub(crate) fn keeps_its_word(request: &HashMap<String, String>, form: &HashMap<String, String>) -> bool {
    let challenge = BASE64URL.encode(Sha256::digest(form["code_verifier"].as_bytes()));
    challenge == request["code_challenge"] && form["redirect_uri"] == request["redirect_uri"]
}

pub(crate) fn fields(form: &str) -> HashMap<String, String> {
    url::form_urlencoded::parse(form.as_bytes()).into_owned().collect()
}

fn good(body: &Value) -> ProviderAnswer {
    ProviderAnswer { status: 200, retry_after: None, body: body.to_string() }
}

fn refused(error: &str) -> ProviderAnswer {
    let body = json!({ "error": error, "error_description": "says the fake provider" }).to_string();
    ProviderAnswer { status: 400, retry_after: None, body }
}

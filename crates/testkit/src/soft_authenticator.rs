//! An authenticator made of software, with a browser's part in a ceremony (W3C Web Authentication 6.3 and 7): it takes the
//! options that a page holds and gives the answer that a page sends, both as JSON. It can misbehave in every way that a
//! relying party must notice.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Flags of the authenticator data (6.1).
mod flag {
    pub(super) const USER_PRESENT: u8 = 0x01;
    pub(super) const USER_VERIFIED: u8 = 0x04;
    pub(super) const ATTESTED_CREDENTIAL_DATA: u8 = 0x40;
}

/// An authenticator, and how it behaves. It keeps every credential that it makes.
pub struct SoftAuthenticator {
    /// The origin that it says it was asked from.
    pub origin: String,
    /// Whether it says that it verified who uses it.
    pub verifies: bool,
    /// Whether somebody touched it.
    pub is_touched: bool,
    /// Whether it keeps credentials, so that they sign in without a user name.
    pub keeps: bool,
    /// Whether it counts signatures; one that does not says 0 for ever.
    pub counts: bool,
    /// Claims this identifier for what it makes.
    pub other_id: Option<Vec<u8>>,
    /// Another relying party than the one that asks.
    pub other_party: Option<String>,
    /// Another challenge than the one that it was given, in base64url.
    pub other_challenge: Option<String>,
    /// Another user handle than the one that it keeps.
    pub other_handle: Option<Vec<u8>>,
    /// Another operation than the one that it does, as in `webauthn.create`.
    pub other_type: Option<String>,
    /// Says that it was asked in a frame of another site.
    pub is_framed: bool,
    /// Signs something else.
    pub signs_wrongly: bool,
    /// The credentials, the newest last.
    pub credentials: Vec<SoftCredential>,
}

/// A credential with its private key.
pub struct SoftCredential {
    /// Its identifier.
    pub id: Vec<u8>,
    /// Whose it is, as the relying party said.
    pub user_handle: Vec<u8>,
    /// The signatures that were made; a copy has its own.
    pub counter: u32,
    key: EcdsaKeyPair,
    pkcs8: Vec<u8>,
}

impl SoftCredential {
    /// A copy of the key, with the counter as it stands.
    ///
    /// # Panics
    /// Never: the key was read before.
    #[must_use]
    pub fn copy(&self) -> Self {
        Self {
            id: self.id.clone(),
            user_handle: self.user_handle.clone(),
            counter: self.counter,
            key: read_key(&self.pkcs8),
            pkcs8: self.pkcs8.clone(),
        }
    }

    /// The private key (PKCS #8, RFC 5958).
    #[must_use]
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }
}

impl SoftAuthenticator {
    /// One that behaves well: it keeps, verifies and counts.
    #[must_use]
    pub fn new(origin: &str) -> Self {
        Self {
            origin: origin.to_owned(),
            verifies: true,
            is_touched: true,
            keeps: true,
            counts: true,
            other_id: None,
            other_party: None,
            other_challenge: None,
            other_handle: None,
            other_type: None,
            is_framed: false,
            signs_wrongly: false,
            credentials: Vec::new(),
        }
    }

    /// Makes a credential, as `navigator.credentials.create` does.
    ///
    /// # Panics
    /// When the options are none, or exclude a credential that it has.
    pub fn create(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).expect("options in JSON");
        for excluded in options["excludeCredentials"].as_array().into_iter().flatten() {
            let id = bytes(&excluded["id"]);
            assert!(self.credentials.iter().all(|known| known.id != id), "InvalidStateError");
        }
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new());
        let pkcs8 = pkcs8.expect("a key").as_ref().to_vec();
        let key = read_key(&pkcs8);
        let id = self.other_id.clone().unwrap_or_else(|| Sha256::digest(key.public_key().as_ref()).to_vec());
        let user_handle = bytes(&options["user"]["id"]);
        let credential = SoftCredential { id, user_handle, counter: 0, key, pkcs8 };
        let mut data = self.authenticator_data(&options["rp"]["id"], flag::ATTESTED_CREDENTIAL_DATA, 0);
        data.extend(attested(&credential));
        let attestation = cbor::map(&[
            (cbor::text("fmt"), cbor::text("none")),
            (cbor::text("attStmt"), cbor::map(&[])),
            (cbor::text("authData"), cbor::byte_string(&data)),
        ]);
        let client_data = self.client_data("webauthn.create", &options["challenge"]);
        let answer = json!({
            "id": BASE64URL.encode(&credential.id),
            "rawId": BASE64URL.encode(&credential.id),
            "type": "public-key",
            "response": {
                "attestationObject": BASE64URL.encode(attestation),
                "clientDataJSON": BASE64URL.encode(client_data),
                "transports": ["internal"],
            },
            "clientExtensionResults": { "credProps": { "rk": self.keeps } },
        });
        self.credentials.push(credential);
        answer.to_string()
    }

    /// Signs, as `navigator.credentials.get` does: with the newest credential that the options allow.
    ///
    /// # Panics
    /// When the options are none, or allow no credential that it has.
    pub fn get(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).expect("options in JSON");
        let allowed: Vec<Vec<u8>> = options["allowCredentials"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|each| bytes(&each["id"]))
            .collect();
        let fits = |known: &SoftCredential| allowed.is_empty() || allowed.contains(&known.id);
        let place = self.credentials.iter().rposition(fits).expect("NotAllowedError");
        self.sign_with(place, &options)
    }

    /// Signs with one credential, whatever the options allow.
    ///
    /// # Panics
    /// When the options are none, or there is no such credential.
    pub fn get_with(&mut self, place: usize, options: &str) -> String {
        self.sign_with(place, &serde_json::from_str(options).expect("options in JSON"))
    }

    fn sign_with(&mut self, place: usize, options: &Value) -> String {
        if self.counts {
            self.credentials[place].counter += 1;
        }
        let credential = &self.credentials[place];
        let data = self.authenticator_data(&options["rpId"], 0, credential.counter);
        let client_data = self.client_data("webauthn.get", &options["challenge"]);
        let mut signed = [data.as_slice(), &Sha256::digest(&client_data)].concat();
        if self.signs_wrongly {
            signed.push(0);
        }
        let signature = credential.key.sign(&SystemRandom::new(), &signed).expect("a signature");
        let handle = self.other_handle.as_ref().unwrap_or(&credential.user_handle);
        json!({
            "id": BASE64URL.encode(&credential.id),
            "rawId": BASE64URL.encode(&credential.id),
            "type": "public-key",
            "response": {
                "authenticatorData": BASE64URL.encode(data),
                "clientDataJSON": BASE64URL.encode(client_data),
                "signature": BASE64URL.encode(signature.as_ref()),
                "userHandle": self.keeps.then(|| BASE64URL.encode(handle)),
            },
            "clientExtensionResults": {},
        })
        .to_string()
    }

    fn authenticator_data(&self, party: &Value, more_flags: u8, counter: u32) -> Vec<u8> {
        let party = self.other_party.as_deref().or(party.as_str()).expect("a relying party");
        let mut flags = more_flags;
        if self.is_touched {
            flags |= flag::USER_PRESENT;
        }
        if self.verifies {
            flags |= flag::USER_VERIFIED;
        }
        [Sha256::digest(party).as_slice(), &[flags], &counter.to_be_bytes()].concat()
    }

    fn client_data(&self, operation: &str, challenge: &Value) -> Vec<u8> {
        let data = json!({
            "type": self.other_type.as_deref().unwrap_or(operation),
            "challenge": self.other_challenge.as_deref().or(challenge.as_str()),
            "origin": self.origin,
            "crossOrigin": self.is_framed,
        });
        data.to_string().into_bytes()
    }
}

/// Attested credential data (6.5.1): no particular model of authenticator, the identifier, the public key (RFC 9052 7).
fn attested(credential: &SoftCredential) -> Vec<u8> {
    let point = credential.key.public_key().as_ref();
    let key = cbor::map(&[
        // Key type EC2, algorithm ES256, curve P-256, x, y.
        (cbor::number(1), cbor::number(2)),
        (cbor::number(3), cbor::number(-7)),
        (cbor::number(-1), cbor::number(1)),
        (cbor::number(-2), cbor::byte_string(&point[1..33])),
        (cbor::number(-3), cbor::byte_string(&point[33..])),
    ]);
    let length = u16::try_from(credential.id.len()).expect("an identifier of 32 bytes");
    [[0; 16].as_slice(), &length.to_be_bytes(), &credential.id, &key].concat()
}

fn read_key(pkcs8: &[u8]) -> EcdsaKeyPair {
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8).expect("a key in PKCS #8")
}

fn bytes(base64url: &Value) -> Vec<u8> {
    BASE64URL.decode(base64url.as_str().expect("a text")).expect("base64url")
}

/// The few forms of CBOR (RFC 8949 3) that an attestation is made of, in their shortest encodings.
mod cbor {
    pub(super) fn number(value: i64) -> Vec<u8> {
        if value >= 0 { head(0, value.unsigned_abs()) } else { head(1, value.unsigned_abs() - 1) }
    }

    pub(super) fn byte_string(value: &[u8]) -> Vec<u8> {
        [head(2, value.len() as u64), value.to_vec()].concat()
    }

    pub(super) fn text(value: &str) -> Vec<u8> {
        [head(3, value.len() as u64), value.as_bytes().to_vec()].concat()
    }

    pub(super) fn map(pairs: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
        pairs
            .iter()
            .fold(head(5, pairs.len() as u64), |map, (key, value)| [map.as_slice(), key, value].concat())
    }

    fn head(major: u8, value: u64) -> Vec<u8> {
        let major = major << 5;
        match value {
            0..=23 => vec![major | value.to_le_bytes()[0]],
            24..=0xff => vec![major | 24, value.to_le_bytes()[0]],
            _ => [[major | 25].as_slice(), &u16::try_from(value).expect("short").to_be_bytes()].concat(),
        }
    }
}

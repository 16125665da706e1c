//! How tokens are signed: well, or in one of the ways that verifiers have fallen for.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use serde_json::{Value, json};

/// How a token is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signature {
    /// With the provider's key.
    Genuine,
    /// Not at all, which the header says (`alg` `none`).
    None,
    /// With the provider's public key as the secret of HS256, as if a verifier took any key for any algorithm.
    PublicKeyAsSecret,
    /// With a key that is not the provider's, under the name of the one that is.
    ForeignKey,
    /// With the provider's key, over other octets.
    Broken,
}

/// A key for ES256 with its name.
pub struct SigningPair {
    id: String,
    key: EcdsaKeyPair,
}

impl SigningPair {
    /// A fresh one.
    ///
    /// # Panics
    /// Never, on a machine with a random generator.
    #[must_use]
    pub fn generate(id: &str) -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key is made");
        Self { id: id.to_owned(), key }
    }

    /// Its name (`kid`).
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The public half, as it is published (RFC 7517).
    #[must_use]
    pub fn public(&self) -> Value {
        let point = self.key.public_key().as_ref();
        let (x, y) = point[1..].split_at(32);
        json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.id,
            "x": BASE64URL.encode(x), "y": BASE64URL.encode(y),
        })
    }

    /// A token (RFC 7515 7.1).
    #[must_use]
    pub fn token(&self, how: &Signature, mut header: Value, claims: &Value) -> String {
        match how {
            Signature::None => header["alg"] = "none".into(),
            Signature::PublicKeyAsSecret => header["alg"] = "HS256".into(),
            Signature::Genuine | Signature::ForeignKey | Signature::Broken => {}
        }
        let encode = |part: &Value| BASE64URL.encode(part.to_string());
        let signed = format!("{}.{}", encode(&header), encode(claims));
        let signature = match how {
            Signature::None => Vec::new(),
            Signature::Genuine => self.ecdsa(&signed),
            Signature::Broken => self.ecdsa("something else"),
            Signature::ForeignKey => Self::generate(&self.id).ecdsa(&signed),
            Signature::PublicKeyAsSecret => {
                let secret = hmac::Key::new(hmac::HMAC_SHA256, self.key.public_key().as_ref());
                hmac::sign(&secret, signed.as_bytes()).as_ref().to_vec()
            }
        };
        format!("{signed}.{}", BASE64URL.encode(signature))
    }

    fn ecdsa(&self, text: &str) -> Vec<u8> {
        let signature = self.key.sign(&SystemRandom::new(), text.as_bytes()).expect("a key signs any text");
        signature.as_ref().to_vec()
    }
}

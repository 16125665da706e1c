//! [`SigningKey`]: signs the assertions by which a client or a service account says who it is (RFC 7523).

use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// A private RSA key with what tells the other side which one it is. Never printed.
#[derive(Clone)]
pub struct SigningKey {
    key: Arc<KeyPair>,
    algorithm: SignatureAlgorithm,
    /// SHA-256 of the certificate (`x5t#S256`, RFC 7515 4.1.8).
    thumbprint: Option<String>,
    /// `kid` (RFC 7515 4.1.4).
    id: Option<String>,
}

/// How an assertion is signed (RFC 7518 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256, which Google wants.
    Rs256,
    /// RSASSA-PSS with SHA-256, which Entra prefers.
    Ps256,
}

impl SignatureAlgorithm {
    /// Its name in a token's header.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
        }
    }
}

/// Why a key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SigningKeyError {
    /// Not an RSA key of 2048 to 8192 bits.
    #[error("it is no private RSA key of 2048 bits or more (PKCS #8 or PKCS #1)")]
    Unusable,
}

impl SigningKey {
    /// The key of a PKCS #8 or PKCS #1 structure. `certificate` is its certificate in DER, whose hash goes into the
    /// header; `id` the key's name.
    ///
    /// # Errors
    /// [`SigningKeyError`].
    pub fn from_der(
        key: &[u8],
        algorithm: SignatureAlgorithm,
        certificate: Option<&[u8]>,
        id: Option<String>,
    ) -> Result<Self, SigningKeyError> {
        let key = KeyPair::from_pkcs8(key).or_else(|_| KeyPair::from_der(key));
        let key = key.map_err(|_| SigningKeyError::Unusable)?;
        let thumbprint = certificate.map(|certificate| BASE64URL.encode(Sha256::digest(certificate)));
        Ok(Self { key: Arc::new(key), algorithm, thumbprint, id })
    }

    /// A signed token (RFC 7519) with these claims.
    pub(super) fn sign(&self, claims: &Value) -> Zeroizing<String> {
        let mut header = json!({ "alg": self.algorithm.name(), "typ": "JWT" });
        if let Some(thumbprint) = &self.thumbprint {
            header["x5t#S256"] = thumbprint.as_str().into();
        }
        if let Some(id) = &self.id {
            header["kid"] = id.as_str().into();
        }
        let encode = |part: &Value| BASE64URL.encode(part.to_string());
        let signed = format!("{}.{}", encode(&header), encode(claims));
        let mut signature = vec![0; self.key.public_modulus_len()];
        let encoding: &'static dyn aws_lc_rs::signature::RsaEncoding = match self.algorithm {
            SignatureAlgorithm::Rs256 => &RSA_PKCS1_SHA256,
            SignatureAlgorithm::Ps256 => &RSA_PSS_SHA256,
        };
        // The library salts PSS from its own generator; what it is given here it leaves alone.
        self.key
            .sign(encoding, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .expect("a key that was taken signs a text of any length");
        Zeroizing::new(format!("{signed}.{}", BASE64URL.encode(signature)))
    }
}

/// Whether it is the same key, used in the same way.
impl PartialEq for SigningKey {
    fn eq(&self, other: &Self) -> bool {
        let public = |key: &Self| key.key.public_key().as_ref().to_vec();
        (self.algorithm, &self.thumbprint, &self.id) == (other.algorithm, &other.thumbprint, &other.id)
            && public(self) == public(other)
    }
}

impl Eq for SigningKey {}

/// `SigningKey`, never the key.
impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey")
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::{
        RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaParameters, UnparsedPublicKey,
    };

    use super::*;

    fn part(token: &str, number: usize) -> Value {
        let part = token.split('.').nth(number).unwrap();
        serde_json::from_slice(&BASE64URL.decode(part).unwrap()).unwrap()
    }

    #[test]
    fn what_is_signed_says_with_which_key_and_can_be_verified() {
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
        let claims = json!({ "iss": "postern", "exp": 1 });
        let algorithms: [(SignatureAlgorithm, &'static RsaParameters); 2] = [
            (SignatureAlgorithm::Rs256, &RSA_PKCS1_2048_8192_SHA256),
            (SignatureAlgorithm::Ps256, &RSA_PSS_2048_8192_SHA256),
        ];
        for (algorithm, verification) in algorithms {
            let key =
                SigningKey::from_der(der.as_ref(), algorithm, Some(b"certificate"), Some("k1".to_owned()))
                    .unwrap();
            let token = key.sign(&claims);
            let thumbprint = BASE64URL.encode(Sha256::digest(b"certificate"));
            let header = json!({
                "alg": algorithm.name(), "typ": "JWT", "x5t#S256": thumbprint, "kid": "k1",
            });
            assert_eq!((part(&token, 0), part(&token, 1)), (header, claims.clone()));
            let (signed, signature) = token.rsplit_once('.').unwrap();
            let public = UnparsedPublicKey::new(verification, pair.public_key().as_ref());
            public.verify(signed.as_bytes(), &BASE64URL.decode(signature).unwrap()).unwrap();
            assert_eq!(format!("{key:?}"), "SigningKey");
        }
        assert!(SigningKey::from_der(b"no key", SignatureAlgorithm::Rs256, None, None).is_err());
    }
}

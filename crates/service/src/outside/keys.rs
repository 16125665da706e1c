//! The keys with which a provider signs (JWK Set, RFC 7517), and what each may verify.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

use super::trouble::{OutsideTrouble, Part};

/// Most keys that are looked at. Providers have two to ten.
const MOST: usize = 64;

/// A provider's keys.
pub(super) struct Keys(Vec<Key>);

struct Key {
    id: Option<String>,
    /// What it may verify, by what kind of key it is: never what a token says of itself, and nothing symmetric.
    algorithms: Vec<Algorithm>,
    key: DecodingKey,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Value>,
}

/// Why no key was found for a token.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoKey {
    /// None of that name: there may be a newer list.
    Unknown,
    /// There is one of that name, which is not for this algorithm; or the token names none and several would fit.
    Unfit,
}

impl Keys {
    /// Reads a list; keys that are not for signatures, or of no kind that is known, are left out.
    pub(super) fn read(body: &[u8]) -> Result<Self, OutsideTrouble> {
        let unreadable = OutsideTrouble::Unreadable { part: Part::Keys };
        let set: Set = serde_json::from_slice(body).map_err(|_| unreadable)?;
        let keys: Vec<_> = set.keys.into_iter().take(MOST).filter_map(read_key).collect();
        if keys.is_empty() { Err(OutsideTrouble::NoKeys) } else { Ok(Self(keys)) }
    }

    /// The key of that name, for that algorithm. A token that names none may mean the only one that fits (OpenID Connect
    /// Core 10.1).
    pub(super) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Result<&DecodingKey, NoKey> {
        let fits = |key: &&Key| key.algorithms.contains(&algorithm);
        let Some(id) = id else {
            let mut fitting = self.0.iter().filter(fits);
            return match (fitting.next(), fitting.next()) {
                (Some(only), None) => Ok(&only.key),
                _ => Err(NoKey::Unfit),
            };
        };
        let mut named = self.0.iter().filter(|key| key.id.as_deref() == Some(id)).peekable();
        if named.peek().is_none() {
            return Err(NoKey::Unknown);
        }
        named.find(fits).map(|key| &key.key).ok_or(NoKey::Unfit)
    }
}

fn read_key(value: Value) -> Option<Key> {
    let jwk: Jwk = serde_json::from_value(value).ok()?;
    let is_for_signatures = matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature))
        && jwk.common.key_operations.as_ref().is_none_or(|all| all.contains(&KeyOperations::Verify));
    if !is_for_signatures {
        return None;
    }
    let mut algorithms = algorithms_of(&jwk.algorithm).to_vec();
    if let Some(only) = jwk.common.key_algorithm {
        algorithms.retain(|algorithm| KeyAlgorithm::from(*algorithm) == only);
    }
    if algorithms.is_empty() {
        return None;
    }
    Some(Key { key: DecodingKey::from_jwk(&jwk).ok()?, id: jwk.common.key_id, algorithms })
}

/// What a kind of key can verify. Whether an RSA key is long enough is seen when it is used.
const fn algorithms_of(parameters: &AlgorithmParameters) -> &'static [Algorithm] {
    use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
    match parameters {
        AlgorithmParameters::RSA(_) => &[RS256, RS384, RS512, PS256, PS384, PS512],
        AlgorithmParameters::EllipticCurve(key) => match key.curve {
            EllipticCurve::P256 => &[ES256],
            EllipticCurve::P384 => &[ES384],
            _ => &[],
        },
        AlgorithmParameters::OctetKeyPair(key) => match key.curve {
            EllipticCurve::Ed25519 => &[EdDSA],
            _ => &[],
        },
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINT: &str = r#""crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM""#;

    fn set(keys: &[String]) -> Result<Keys, OutsideTrouble> {
        Keys::read(format!(r#"{{"keys":[{}]}}"#, keys.join(",")).as_bytes())
    }

    fn ec(more: &str) -> String {
        format!(r#"{{"kty":"EC",{POINT}{more}}}"#)
    }

    #[test]
    fn only_what_verifies_signatures_is_a_key() {
        let secret = r#"{"kty":"oct","k":"c2VjcmV0","alg":"HS256","kid":"s"}"#.to_owned();
        let strange = r#"{"kty":"AKP","alg":"ML-DSA-65","pub":"eA","kid":"q"}"#.to_owned();
        let wrong_curve = r#"{"kty":"EC","crv":"secp256k1","x":"eA","y":"eA"}"#.to_owned();
        for bad in [
            secret.clone(),
            strange.clone(),
            wrong_curve,
            ec(r#","use":"enc""#),
            ec(r#","key_ops":["sign"]"#),
            ec(r#","alg":"HS256""#),
            ec(r#","alg":"RS256""#),
            ec(r#","alg":"ES512""#),
        ] {
            assert_eq!(set(std::slice::from_ref(&bad)).err(), Some(OutsideTrouble::NoKeys), "{bad}");
        }
        let keys = set(&[secret, strange, ec(r#","use":"sig","alg":"ES256","kid":"1""#)]).ok().unwrap();
        assert!(keys.find(Some("1"), Algorithm::ES256).is_ok());
        assert_eq!(keys.find(Some("1"), Algorithm::HS256).err(), Some(NoKey::Unfit));
        assert_eq!(keys.find(Some("s"), Algorithm::HS256).err(), Some(NoKey::Unknown));
    }

    #[test]
    fn a_token_without_a_name_means_the_only_key_that_fits() {
        let one = set(&[ec("")]).ok().unwrap();
        assert!(one.find(None, Algorithm::ES256).is_ok());
        assert_eq!(one.find(None, Algorithm::RS256).err(), Some(NoKey::Unfit));
        let two = set(&[ec(r#","kid":"1""#), ec(r#","kid":"2""#)]).ok().unwrap();
        assert_eq!(two.find(None, Algorithm::ES256).err(), Some(NoKey::Unfit));
    }

    #[test]
    fn what_is_no_list_has_no_meaning() {
        for body in ["", "{}", "[]", r#"{"keys":{}}"#, r#"{"keys":[],"keys":[]}"#] {
            let read = Keys::read(body.as_bytes()).err();
            assert_eq!(read, Some(OutsideTrouble::Unreadable { part: Part::Keys }), "{body}");
        }
        assert_eq!(set(&[]).err(), Some(OutsideTrouble::NoKeys));
    }
}

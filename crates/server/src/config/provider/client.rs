//! How Postern proves to a provider that it is its client.

use std::path::Path;

use postern_gateway::tls::certificates_from_pem;
use postern_service::upstream::{ClientAuthentication, ClientSecret, SignatureAlgorithm, SigningKey};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject as _;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::file_of;
use super::grant::GrantKind;
use super::preset::Preset;
use crate::config::entries::Entries;
use crate::config::files::read_secret;
use crate::config::mistake::Problem;
use crate::config::value::{Secret, Value};

/// What was found; `None` stands where something is missing and was complained about.
pub(super) struct Client {
    pub(super) id: Option<String>,
    pub(super) authentication: Option<ClientAuthentication>,
    /// The key of a service account.
    pub(super) service_account: Option<SigningKey>,
}

/// Where the secret goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SecretIn {
    Header,
    Form,
}

impl Value for SecretIn {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "header" => Ok(Self::Header),
            "form" => Ok(Self::Form),
            _ => Err("write header or form".to_owned()),
        }
    }
}

struct Algorithm(SignatureAlgorithm);

impl Value for Algorithm {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "PS256" => Ok(Self(SignatureAlgorithm::Ps256)),
            "RS256" => Ok(Self(SignatureAlgorithm::Rs256)),
            _ => Err("write PS256 or RS256".to_owned()),
        }
    }
}

pub(super) fn read(entries: &mut Entries, folder: &Path, kind: Option<GrantKind>, preset: Preset) -> Client {
    let id = entries.optional::<String>("client_id");
    let account = entries.path("key_file", folder).and_then(|path| {
        file_of(entries, "key_file", &path, service_account, "it is no key file of a service account (JSON)")
    });
    let secret = read_client_secret(entries, folder);
    let secret_in = entries.optional::<SecretIn>("client_secret_in");
    let key = read_private_key(entries, folder);
    if kind == Some(GrantKind::ServiceAccount) {
        if account.is_none() && !entries.complained("key_file") {
            entries.complain("key_file", Problem::Clash("service-account needs key_file"));
        }
        let (email, key) = account.map_or((None, None), |account| (Some(account.0), Some(account.1)));
        let authentication = Some(ClientAuthentication::None);
        return Client { id: id.or(email), authentication, service_account: key };
    }
    if kind.is_none() {
        return Client { id, authentication: None, service_account: None };
    }
    if id.is_none() && !entries.complained("client_id") {
        entries.complain("client_id", Problem::Clash("this grant needs client_id"));
    }
    if secret.is_some() && key.is_some() {
        entries.complain("private_key", Problem::Clash(TWO_PROOFS));
    }
    let in_form = secret_in.map_or(preset != Preset::Generic, |place| place == SecretIn::Form);
    let authentication = match proof(key, secret, in_form) {
        Some(proof) => Some(proof),
        // A public client, which PKCE protects.
        None if kind == Some(GrantKind::Delegated) => Some(ClientAuthentication::None),
        None => {
            let unread = ["client_secret_file", "client_secret", "private_key", "certificate"];
            if !unread.iter().any(|key| entries.complained(key)) {
                let text = "client-credentials needs client_secret_file (or client_secret), or private_key";
                entries.complain("grant", Problem::Clash(text));
            }
            None
        }
    };
    Client { id, authentication, service_account: None }
}

/// How a client of an identity provider proves who it is: by a key, by a secret, or not at all, which PKCE protects.
pub(in crate::config) fn read_authentication(
    entries: &mut Entries,
    folder: &Path,
) -> Option<ClientAuthentication> {
    let before = entries.mistakes();
    let secret = read_client_secret(entries, folder);
    let in_form = entries.with_default::<SecretIn>("client_secret_in") == SecretIn::Form;
    let key = read_private_key(entries, folder);
    if secret.is_some() && key.is_some() {
        entries.complain("private_key", Problem::Clash(TWO_PROOFS));
    }
    (entries.mistakes() == before).then(|| proof(key, secret, in_form).unwrap_or(ClientAuthentication::None))
}

/// The proof that the file has.
fn proof(key: Option<SigningKey>, secret: Option<Secret>, in_form: bool) -> Option<ClientAuthentication> {
    if let Some(key) = key {
        return Some(ClientAuthentication::PrivateKey(key));
    }
    let secret = ClientSecret::new(secret?.expose());
    Some(if in_form {
        ClientAuthentication::SecretInForm(secret)
    } else {
        ClientAuthentication::SecretInHeader(secret)
    })
}

const TWO_PROOFS: &str = "both a client secret and private_key are there: keep one";

fn read_client_secret(entries: &mut Entries, folder: &Path) -> Option<Secret> {
    let inline = entries.optional::<Secret>("client_secret");
    let file = entries.path("client_secret_file", folder);
    if inline.is_some() && file.is_some() {
        let text = "both client_secret and client_secret_file are there: keep one";
        entries.complain("client_secret_file", Problem::Clash(text));
    }
    let from_file = file.and_then(|path| {
        read_secret(&path).map_err(|problem| entries.complain("client_secret_file", problem)).ok()
    });
    inline.or(from_file)
}

fn read_private_key(entries: &mut Entries, folder: &Path) -> Option<SigningKey> {
    let algorithm = entries.with_default::<Algorithm>("signature").0;
    let certificate = entries.path("certificate", folder).and_then(|path| {
        let first = |text: &[u8]| certificates_from_pem(text).ok()?.into_iter().next();
        file_of(entries, "certificate", &path, first, "it holds no certificate (PEM)")
    });
    let path = entries.path("private_key", folder)?;
    let certificate = certificate.as_deref();
    let understand = |text: &[u8]| signing_key(text, algorithm, certificate, None);
    file_of(entries, "private_key", &path, understand, "it holds no private RSA key (PEM, not encrypted)")
}

fn signing_key(
    pem: &[u8],
    algorithm: SignatureAlgorithm,
    certificate: Option<&[u8]>,
    id: Option<String>,
) -> Option<SigningKey> {
    let key = PrivateKeyDer::from_pem_slice(pem).ok()?;
    SigningKey::from_der(key.secret_der(), algorithm, certificate, id).ok()
}

/// What Google writes into a key file, as far as it matters.
#[derive(Deserialize)]
struct KeyFile {
    client_email: String,
    private_key: String,
    private_key_id: Option<String>,
}

/// The account's name and its key.
fn service_account(text: &[u8]) -> Option<(String, SigningKey)> {
    let file: KeyFile = serde_json::from_slice(text).ok()?;
    let pem = Zeroizing::new(file.private_key);
    let key = signing_key(pem.as_bytes(), SignatureAlgorithm::Rs256, None, file.private_key_id)?;
    Some((file.client_email, key))
}

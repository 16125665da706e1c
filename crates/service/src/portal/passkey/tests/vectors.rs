//! The test vectors of the specification (W3C Web Authentication level 3, section 16), through the deeds themselves: only
//! the challenge of a ceremony is put in its place by hand.
//!
//! What we do with each format of attestation: browsers are asked for none, and take the statement away before they pass a
//! registration on (5.1.3), whichever authenticator made it. A statement that comes all the same must hold, and nothing is
//! concluded from who made it: there is no list of makers. The library (webauthn-rs 0.6) knows no statement of a TPM over
//! SHA-256 and no RSA key but of 2048 bits, and refuses them. The section's Android statement, here as it was first published,
//! has integers where its schema has enumerations (the W3C's pull request 2378), and is refused for that. An algorithm that
//! was not offered is refused, whoever attests it.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use postern_domain::mfa::MfaState;
use postern_storage::PortalSession;
use serde_json::{Value, json};
use webauthn_rs_core::proto::RegisterPublicKeyCredential;

use super::super::{Asked, BegunCeremony, Browser};
use crate::portal::{EnrolError, SecondFactorError};
use crate::testing::{ANNA, Fixture};

/// The key `authData` in CBOR, and what stands before it in an object without a statement: `fmt` "none", `attStmt` {}.
const AUTH_DATA: &str = "686175746844617461";
const NO_STATEMENT: &str = "a363666d74646e6f6e656761747453746d74a0";

/// A registration and the first use of what it registered: values in hexadecimal digits by their names.
#[derive(Clone)]
struct Vector {
    name: &'static str,
    values: BTreeMap<&'static str, String>,
}

impl Vector {
    /// All of the section, in its order.
    fn all() -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        let mut key = "";
        for line in include_str!("vectors.txt").lines().filter(|line| !line.starts_with('#')) {
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                all.push(Self { name, values: BTreeMap::new() });
            } else if let Some(digits) = line.strip_prefix("  ") {
                all.last_mut().unwrap().values.entry(key).or_default().push_str(digits);
            } else {
                key = line;
            }
        }
        all
    }

    fn named(name: &str) -> Self {
        Self::all().into_iter().find(|vector| vector.name.ends_with(name)).expect("a vector of the section")
    }

    fn base64url(&self, name: &str) -> String {
        BASE64URL.encode(bytes(&self.values[name]))
    }

    /// The registration as a browser passes it on that was asked for no attestation: without the statement (5.1.3).
    fn without_statement(&self) -> Self {
        let mut without = self.clone();
        let object = without.values.get_mut("create.attestationObject").unwrap();
        let start = object.find(AUTH_DATA).expect("the object has authenticator data");
        object.replace_range(..start, NO_STATEMENT);
        without
    }

    /// Changes the last octet of a value.
    fn spoiled(&self, name: &'static str) -> Self {
        let mut spoiled = self.clone();
        let digits = spoiled.values.get_mut(name).unwrap();
        let last = if digits.ends_with("00") { "01" } else { "00" };
        digits.replace_range(digits.len() - 2.., last);
        spoiled
    }

    /// What a browser sends after `navigator.credentials.create`.
    fn created(&self) -> Value {
        json!({
            "id": self.base64url("create.id"),
            "rawId": self.base64url("create.id"),
            "type": "public-key",
            "response": {
                "attestationObject": self.base64url("create.attestationObject"),
                "clientDataJSON": self.base64url("create.clientDataJSON"),
            },
        })
    }

    /// What it sends after `navigator.credentials.get`.
    fn got(&self) -> Value {
        json!({
            "id": self.base64url("create.id"),
            "rawId": self.base64url("create.id"),
            "type": "public-key",
            "response": {
                "authenticatorData": self.base64url("get.authenticatorData"),
                "clientDataJSON": self.base64url("get.clientDataJSON"),
                "signature": self.base64url("get.signature"),
                "userHandle": null,
            },
        })
    }
}

fn bytes(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// Puts the challenge of a vector into a ceremony that was begun, and changes what else `change` says. Gives its new name,
/// and what is asked then.
async fn with_challenge(
    fixture: &Fixture,
    session: &PortalSession,
    begun: &BegunCeremony,
    challenge: String,
    change: impl Fn(&mut Value),
) -> (String, Asked) {
    let (service, browser, now) = (&fixture.service, Browser::Session(session), fixture.service.now());
    let mut transaction = fixture.store.begin().await.unwrap();
    let taken = service.take_ceremony(&mut *transaction, browser, &begun.id, now).await;
    let Ok(asked) = taken else { panic!("the ceremony was just begun") };
    let mut asked = serde_json::to_value(&asked).unwrap();
    let state = asked.as_object_mut().unwrap().values_mut().next().unwrap();
    state["challenge"] = json!(challenge);
    change(state);
    let asked: Asked = serde_json::from_value(asked).unwrap();
    let id = service.keep_ceremony(&mut *transaction, browser, &asked, now).await.unwrap();
    transaction.commit().await.unwrap();
    (id, asked)
}

/// Registers, or says why not: the owner is told the same for every reason, so the reason is asked of the library too.
async fn register(fixture: &Fixture, vector: &Vector, change: impl Fn(&mut Value)) -> Result<(), String> {
    let half = fixture.half(ANNA).await;
    let begun = fixture.service.begin_passkey_registration(half.session(), "Postern").await.unwrap();
    let challenge = vector.base64url("create.challenge");
    let (ceremony, asked) = with_challenge(fixture, half.session(), &begun, challenge, change).await;
    let answer = vector.created();
    let finished = fixture
        .service
        .finish_passkey_registration(half.session(), &ceremony, "Vector", &answer.to_string())
        .await;
    let Err(refused) = finished else { return Ok(()) };
    assert!(matches!(refused, EnrolError::PasskeyRefused), "{refused:?}");
    let Asked::Registration(state) = asked else { panic!("a registration was begun") };
    let answer: RegisterPublicKeyCredential = serde_json::from_value(answer).unwrap();
    let party = fixture.service.relying_party("").unwrap();
    Err(format!("{:?}", party.register_credential(&answer, &state, None).unwrap_err()))
}

async fn assert(fixture: &Fixture, vector: &Vector) -> Result<(), SecondFactorError> {
    let half = fixture.half(ANNA).await;
    let begun = fixture.service.begin_passkey_check(half.session()).await.unwrap().unwrap();
    let challenge = vector.base64url("get.challenge");
    let (ceremony, _) = with_challenge(fixture, half.session(), &begun, challenge, |_| {}).await;
    let finished =
        fixture.service.finish_passkey_check(half.session(), &ceremony, &vector.got().to_string()).await;
    finished.map(|_| ())
}

async fn example_org() -> Fixture {
    let fixture = Fixture::open_at("https://example.org").await;
    fixture.account(ANNA, MfaState::Enforced).await;
    fixture
}

/// What becomes of a registration, and of the first use of it.
async fn what_becomes_of(vector: &Vector) -> String {
    let fixture = example_org().await;
    if let Err(why) = register(&fixture, vector, |_| {}).await {
        return format!("refused: {why}");
    }
    for name in ["get.signature", "get.authenticatorData", "get.clientDataJSON"] {
        let spoiled = assert(&fixture, &vector.spoiled(name)).await;
        assert!(matches!(spoiled, Err(SecondFactorError::WrongPasskey)), "{name}");
    }
    match assert(&fixture, vector).await {
        Ok(()) => "registered, lets in".to_owned(),
        Err(error) => format!("registered, then refused: {error}"),
    }
}

#[tokio::test]
async fn what_becomes_of_each_vector_of_the_specification() {
    let mut told = String::new();
    for vector in Vector::all() {
        told.push_str(&format!("{}\n  as it stands: {}\n", vector.name, what_becomes_of(&vector).await));
        let passed_on = what_becomes_of(&vector.without_statement()).await;
        told.push_str(&format!("  as a browser passes it on: {passed_on}\n"));
    }
    insta::assert_snapshot!(told, @r"
    16.2 none-es256
      as it stands: registered, lets in
      as a browser passes it on: registered, lets in
    16.3 packed-self-es256
      as it stands: registered, then refused: that passkey is not right: use one that is registered for this account
      as a browser passes it on: registered, then refused: that passkey is not right: use one that is registered for this account
    16.4 none-es256-crossOrigin
      as it stands: refused: CredentialCrossOrigin
      as a browser passes it on: refused: CredentialCrossOrigin
    16.5 none-es256-topOrigin
      as it stands: refused: CredentialCrossOrigin
      as a browser passes it on: refused: CredentialCrossOrigin
    16.6 none-es256-long-credential-id
      as it stands: registered, lets in
      as a browser passes it on: registered, lets in
    16.7 packed-es256
      as it stands: registered, lets in
      as a browser passes it on: registered, lets in
    16.8 packed-es384
      as it stands: registered, lets in
      as a browser passes it on: registered, lets in
    16.9 packed-es512
      as it stands: refused: CredentialAlteredAlgFromRequest
      as a browser passes it on: refused: CredentialAlteredAlgFromRequest
    16.10 packed-rs256
      as it stands: refused: COSEKeyRSANEInvalid
      as a browser passes it on: refused: COSEKeyRSANEInvalid
    16.11 packed-eddsa
      as it stands: refused: SshPublicKeyEDUnsupported
      as a browser passes it on: refused: SshPublicKeyEDUnsupported
    16.12 packed-ed448
      as it stands: refused: COSEKeyInvalidAlgorithm
      as a browser passes it on: refused: COSEKeyInvalidAlgorithm
    16.13 tpm-es256
      as it stands: refused: COSEKeyInvalidType
      as a browser passes it on: registered, lets in
    16.14 android-key-es256
      as it stands: refused: AttestationStatementX5CInvalid
      as a browser passes it on: registered, then refused: that passkey is not right: use one that is registered for this account
    16.15 apple-es256
      as it stands: registered, lets in
      as a browser passes it on: registered, lets in
    16.16 fido-u2f-es256
      as it stands: registered, lets in
      as a browser passes it on: registered, lets in
    ");
}

/// The statement of an attestation that was not asked for is checked as well.
#[tokio::test]
async fn an_attestation_that_does_not_hold_is_refused() {
    let mut told = String::new();
    for name in [
        "packed-self-es256",
        "packed-es256",
        "tpm-es256",
        "android-key-es256",
        "apple-es256",
        "fido-u2f-es256",
    ] {
        // For another credential than the one that was attested.
        let mut spoiled = Vector::named(name);
        let attested = spoiled.values["create.id"].clone();
        spoiled = spoiled.spoiled("create.id");
        let object = &spoiled.values["create.attestationObject"];
        let object = object.replace(&attested, &spoiled.values["create.id"]);
        spoiled.values.insert("create.attestationObject", object);
        let why = register(&example_org().await, &spoiled, |_| {}).await.unwrap_err();
        told.push_str(&format!("{name}: {why}\n"));
    }
    insta::assert_snapshot!(told, @r"
    packed-self-es256: AttestationStatementSigInvalid
    packed-es256: AttestationStatementSigInvalid
    tpm-es256: COSEKeyInvalidType
    android-key-es256: AttestationStatementSigInvalid
    apple-es256: AttestationCertificateNonceMismatch
    fido-u2f-es256: AttestationStatementSigInvalid
    ");
}

const NOT_VERIFIED_AGAIN: &[&str] = &["packed-self-es256", "android-key-es256"];

/// The vector's user was verified at registration and is not at its use, which we refuse as no policy of the
/// specification does; the rest of it is right, as one sees when user verification was not wanted at registration.
#[tokio::test]
async fn a_use_without_the_user_verification_of_the_registration_is_refused_for_that_alone() {
    for name in NOT_VERIFIED_AGAIN {
        let (fixture, vector) = (example_org().await, Vector::named(name));
        let vector = vector.without_statement();
        register(&fixture, &vector, |_| {}).await.unwrap();
        assert!(matches!(assert(&fixture, &vector).await, Err(SecondFactorError::WrongPasskey)), "{name}");
        let fixture = example_org().await;
        register(&fixture, &vector, |state| state["policy"] = json!("discouraged")).await.unwrap();
        assert(&fixture, &vector).await.unwrap();
    }
}

/// What is refused for its algorithm alone would be right otherwise, as far as the library goes.
#[tokio::test]
async fn an_algorithm_that_was_not_offered_is_refused_for_that_alone() {
    let fixture = example_org().await;
    let vector = Vector::named("packed-es384");
    let narrow = |state: &mut Value| state["credential_algorithms"] = json!(["ES256"]);
    let why = register(&fixture, &vector, narrow).await.unwrap_err();
    assert_eq!(why, "CredentialAlteredAlgFromRequest");
    register(&fixture, &vector, |_| {}).await.unwrap();
}

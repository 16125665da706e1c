//! Providers that lie, and those that pretend to be one.

use postern_domain::mfa::MfaState;
use postern_service::outside::OutsideError;
use postern_service::upstream::EndpointProblem;
use postern_testkit::Signature;
use serde_json::{Value, json};

use crate::harness::{BROWSER, ISSUER, Setting, anna};

#[tokio::test]
async fn a_token_that_is_not_signed_as_it_must_be_lets_nobody_in() {
    for (signature, words) in [
        (Signature::None, "its identity token is not signed in a way that can be trusted"),
        (Signature::PublicKeyAsSecret, "its identity token is not signed in a way that can be trusted"),
        (Signature::ForeignKey, "the signature of its identity token does not hold"),
        (Signature::Broken, "the signature of its identity token does not hold"),
    ] {
        let setting = Setting::open().await;
        setting.linked(MfaState::Disabled).await;
        setting.provider.sign(signature.clone());
        let refused = setting.refused(&anna()).await;
        assert_eq!(refused, format!("the answer of Staff Login does not hold: {words}"), "{signature:?}");
        assert_eq!(setting.events().await, ["OutsideIdentity outside-answer-refused"]);
    }
}

/// What a lie is about, and how it is told.
type Lie = (&'static str, fn(&mut Value, &mut Value));

#[tokio::test]
async fn a_token_with_a_claim_that_is_not_right_lets_nobody_in() {
    let lies: &[Lie] = &[
        ("another issuer", |_, claims| claims["iss"] = "https://login.example.test/realms/guests".into()),
        ("the issuer with a slash", |_, claims| claims["iss"] = format!("{ISSUER}/").into()),
        ("another client", |_, claims| claims["aud"] = "other".into()),
        ("no client", |_, claims| claims["aud"] = json!([])),
        ("several clients, issued to nobody", |_, claims| claims["aud"] = json!(["postern", "other"])),
        ("issued to another client", |_, claims| claims["azp"] = "other".into()),
        ("several clients, issued to the other", |_, claims| {
            claims["aud"] = json!(["postern", "other"]);
            claims["azp"] = "other".into();
        }),
        ("over", |_, claims| claims["exp"] = json!(claims["iat"].as_i64().unwrap() - 61)),
        ("without an end", |_, claims| drop(claims.as_object_mut().unwrap().remove("exp"))),
        ("an end in words", |_, claims| claims["exp"] = "tomorrow".into()),
        ("issued in the future", |_, claims| claims["iat"] = json!(claims["iat"].as_i64().unwrap() + 61)),
        ("older than the request", |_, claims| claims["iat"] = json!(claims["iat"].as_i64().unwrap() - 61)),
        ("not good yet", |_, claims| claims["nbf"] = json!(claims["iat"].as_i64().unwrap() + 61)),
        ("another request", |_, claims| claims["nonce"] = "another".into()),
        ("no request", |_, claims| drop(claims.as_object_mut().unwrap().remove("nonce"))),
        ("another access token", |_, claims| claims["at_hash"] = "AAAAAAAAAAAAAAAAAAAAAA".into()),
        ("nobody", |_, claims| claims["sub"] = "".into()),
        ("no subject at all", |_, claims| drop(claims.as_object_mut().unwrap().remove("sub"))),
        ("a subject that is none", |_, claims| claims["sub"] = "a\u{202e}b".into()),
        ("another algorithm", |header, _| header["alg"] = "ES384".into()),
        ("an algorithm that nobody knows", |header, _| header["alg"] = "XX256".into()),
        ("something that must be understood", |header, _| header["crit"] = json!(["exp"])),
        ("no key and no algorithm", |header, _| drop(header.as_object_mut().unwrap().remove("alg"))),
    ];
    let setting = Setting::open().await;
    setting.linked(MfaState::Disabled).await;
    let mut told = String::new();
    for (about, lie) in lies {
        setting.provider.tamper(*lie);
        let refused = setting.refused(&anna()).await;
        let fault = refused.strip_prefix("the answer of Staff Login does not hold: ").unwrap_or(&refused);
        told.push_str(&format!("{about}: {fault}\n"));
    }
    insta::assert_snapshot!(told, @r"
    another issuer: its identity token was issued by another
    the issuer with a slash: its identity token was issued by another
    another client: its identity token is for another client
    no client: its identity token is for another client
    several clients, issued to nobody: its identity token is for another client
    issued to another client: its identity token is for another client
    several clients, issued to the other: its identity token is for another client
    over: its identity token has expired, or its clock and ours differ
    without an end: its identity token has no meaning
    an end in words: its identity token has no meaning
    issued in the future: its identity token is of another time than the request, or its clock and ours differ
    older than the request: its identity token is of another time than the request, or its clock and ours differ
    not good yet: its identity token is of another time than the request, or its clock and ours differ
    another request: its identity token answers another request
    no request: its identity token answers another request
    another access token: its identity token belongs to another access token
    nobody: its identity token does not say who it is about
    no subject at all: its identity token has no meaning
    a subject that is none: its identity token does not say who it is about
    another algorithm: its identity token is not signed in a way that can be trusted
    an algorithm that nobody knows: its identity token is not signed in a way that can be trusted
    something that must be understood: its identity token has no meaning
    no key and no algorithm: its identity token has no meaning
    ");
    setting.provider.tamper(|_, claims| {
        claims["aud"] = json!(["postern", "other"]);
        claims["azp"] = "postern".into();
        claims["exp"] = json!(claims["iat"].as_i64().unwrap() - 59);
    });
    setting.sign_in(&anna()).await.unwrap();
}

/// The token's own header names a key, or where to fetch one: neither is looked at.
#[tokio::test]
async fn a_key_that_a_token_brings_along_counts_for_nothing() {
    for (name, value) in [
        ("jwk", json!({ "kty": "EC", "crv": "P-256", "x": "eA", "y": "eA" })),
        ("jku", json!("https://evil.example/keys")),
        ("x5u", json!("https://evil.example/chain")),
        ("x5c", json!(["MIIB"])),
        ("kid", json!("../../../../dev/null")),
        ("kid", json!("' OR 1=1 --")),
    ] {
        let setting = Setting::open().await;
        setting.linked(MfaState::Disabled).await;
        setting.provider.sign(Signature::ForeignKey);
        setting.provider.tamper(move |header, _| header[name] = value.clone());
        let refused = setting.refused(&anna()).await;
        let of_the_key =
            ["the signature of its identity token does not hold", "a key that it does not publish"];
        assert!(of_the_key.iter().any(|words| refused.ends_with(words)), "{name}: {refused}");
        let fetched = setting.provider.fetched();
        assert!(
            fetched.iter().all(|path| path.starts_with("/.well-known/") || path == "/keys"),
            "{fetched:?}"
        );
    }
}

#[tokio::test]
async fn what_is_too_much_lets_nobody_in() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Disabled).await;
    setting.provider.tamper(|_, claims| claims["filler"] = "x".repeat(16 * 1024).into());
    let words = "its token endpoint issues nothing: its answer has no meaning (HTTP status 200)";
    let refused = setting.refused(&anna()).await;
    assert!(refused.ends_with(words), "a token of more than 16 KiB: {refused}");
    setting.provider.tamper(|_, claims| {
        claims["groups"] = json!((0..400).map(|number| format!("group-{number}")).collect::<Vec<_>>());
    });
    setting.sign_in(&anna()).await.unwrap();

    // Sixty-four keys are looked at; somebody who lists more is told of a key that is not there, and nobody waits.
    let setting = Setting::open().await;
    setting.linked(MfaState::Disabled).await;
    let strangers: Vec<Value> = (0..64).map(|number| stranger(&format!("stranger-{number}"))).collect();
    setting.provider.publish("/keys", Ok((200, json!({ "keys": strangers }).to_string())));
    let refused = setting.refused(&anna()).await;
    assert!(refused.ends_with("a key that it does not publish"), "{refused}");
}

/// Another signing key, as a provider publishes it.
fn stranger(id: &str) -> Value {
    json!({
        "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": id,
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    })
}

/// What a provider says of itself cannot talk us out of PKCE, out of `S256`, or into another flow.
#[tokio::test]
async fn no_document_weakens_the_request() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Disabled).await;
    let document = json!({
        "issuer": ISSUER, "authorization_endpoint": format!("{ISSUER}/authorize"),
        "token_endpoint": format!("{ISSUER}/token"), "jwks_uri": format!("{ISSUER}/keys"),
        "code_challenge_methods_supported": ["plain"], "response_types_supported": ["id_token"],
        "id_token_signing_alg_values_supported": ["none", "HS256"],
    });
    setting.provider.publish("/.well-known/openid-configuration", Ok((200, document.to_string())));
    let begun = setting.test.service.begin_outside_sign_in(&BROWSER, "Staff", "/").await.unwrap();
    for part in ["response_type=code&", "code_challenge_method=S256", "code_challenge=", "nonce="] {
        assert!(begun.url.contains(part), "{part} is not in {}", begun.url);
    }
    setting.provider.sign(Signature::None);
    let refused = setting.refused(&anna()).await;
    assert!(refused.ends_with("not signed in a way that can be trusted"), "{refused}");
}

#[tokio::test]
async fn what_is_no_token_lets_nobody_in() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Disabled).await;
    let mut told = String::new();
    for token in ["", "e30", "e30.e30", "e30.e30.e30", "e30.e30.e30.e30", "!.!.!"] {
        let body = json!({ "access_token": "at", "token_type": "Bearer", "id_token": token });
        setting.provider.answer_next(200, &body.to_string());
        told.push_str(&format!("{token:?}: {}\n", setting.refused(&anna()).await));
    }
    setting.provider.answer_next(200, r#"{"access_token":"at","token_type":"Bearer"}"#);
    told.push_str(&format!("none: {}\n", setting.refused(&anna()).await));
    setting.provider.answer_next(401, r#"{"error":"invalid_client"}"#);
    told.push_str(&format!("an error: {}\n", setting.refused(&anna()).await));
    insta::assert_snapshot!(told, @r#"
    "": Staff Login cannot be used now: its token endpoint issues nothing: its answer has no meaning (HTTP status 200)
    "e30": the answer of Staff Login does not hold: its identity token has no meaning
    "e30.e30": the answer of Staff Login does not hold: its identity token has no meaning
    "e30.e30.e30": the answer of Staff Login does not hold: its identity token has no meaning
    "e30.e30.e30.e30": the answer of Staff Login does not hold: its identity token has no meaning
    "!.!.!": the answer of Staff Login does not hold: its identity token has no meaning
    none: the answer of Staff Login does not hold: there is no identity token in its answer
    an error: Staff Login cannot be used now: its token endpoint issues nothing: it refused with invalid_client
    "#);
}

#[tokio::test]
async fn a_new_key_is_fetched_once_and_not_for_everybody_who_makes_one_up() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Disabled).await;
    setting.sign_in(&anna()).await.unwrap();
    assert_eq!(setting.provider.fetched().len(), 2);
    setting.provider.change_key("key-2", true);
    setting.sign_in(&anna()).await.unwrap();
    assert_eq!(setting.provider.fetched().len(), 3, "the keys alone");
    // Names that nobody has heard of: asked for once a minute.
    setting.provider.change_key("key-3", false);
    for _ in 0..3 {
        let words = "the answer of Staff Login does not hold: its identity token is signed with a key that it does not publish";
        assert_eq!(setting.refused(&anna()).await, words);
    }
    assert_eq!(setting.provider.fetched().len(), 3);
    setting.advance(60);
    setting.refused(&anna()).await;
    assert_eq!(setting.provider.fetched().len(), 4);
}

#[tokio::test]
async fn a_provider_that_does_not_work_is_not_the_persons_fault() {
    let document = "/.well-known/openid-configuration";
    let whole = |issuer: &str, token: &str| {
        json!({
            "issuer": issuer, "authorization_endpoint": format!("{ISSUER}/authorize"),
            "token_endpoint": token, "jwks_uri": format!("{ISSUER}/keys"),
        })
        .to_string()
    };
    let mut told = String::new();
    for (path, answer) in [
        (document, Ok((200, whole("https://login.example.test/realms/guests", "https://h/token")))),
        (document, Ok((200, whole(&format!("{ISSUER}/"), "https://h/token")))),
        (document, Ok((200, whole(ISSUER, "http://login.example.test/token")))),
        (document, Ok((200, "{}".to_owned()))),
        (document, Ok((500, "{}".to_owned()))),
        (document, Err(EndpointProblem::Redirect)),
        (document, Err(EndpointProblem::TooLong)),
        (document, Err(EndpointProblem::Certificate)),
        ("/keys", Ok((200, r#"{"keys":[]}"#.to_owned()))),
        ("/keys", Ok((200, "[]".to_owned()))),
        ("/keys", Err(EndpointProblem::TooSlow)),
    ] {
        let setting = Setting::open().await;
        setting.provider.publish(path, answer);
        let service = &setting.test.service;
        let begin = service.begin_outside_sign_in(&BROWSER, "Staff", "/").await;
        let Err(OutsideError::Unavailable { trouble, .. }) = begin else { panic!("{begin:?}") };
        let checked = service.check_identity_provider(&service.identity_providers()[0]).await.unwrap_err();
        assert_eq!(checked, trouble);
        told.push_str(&format!("{trouble}. To do: {}\n", trouble.remedy()));
    }
    insta::assert_snapshot!(told, @r"
    its discovery document is of another issuer, https://login.example.test/realms/guests. To do: write the issuer exactly as the provider calls itself, or the tenant's identifier
    its discovery document is of another issuer, https://login.example.test/realms/staff/. To do: write the issuer exactly as the provider calls itself, or the tenant's identifier
    its discovery document has no meaning. To do: correct issuer: /.well-known/openid-configuration must lie below it
    its discovery document has no meaning. To do: correct issuer: /.well-known/openid-configuration must lie below it
    its discovery document cannot be fetched: HTTP status 500. To do: correct issuer: /.well-known/openid-configuration must lie below it
    its discovery document cannot be fetched: it redirects elsewhere, which is not followed. To do: correct issuer: /.well-known/openid-configuration must lie below it
    its discovery document cannot be fetched: its answer is longer than 64 KiB. To do: correct issuer: /.well-known/openid-configuration must lie below it
    its discovery document cannot be fetched: its TLS certificate is not trusted, or not for its name. To do: name the authority of its certificate with ca_file, or correct issuer
    it publishes no key for signatures with RSA, ECDSA or Ed25519. To do: let it sign with RS256, PS256, ES256, ES384 or EdDSA
    its list of keys has no meaning. To do: correct issuer: /.well-known/openid-configuration must lie below it
    its list of keys cannot be fetched: it did not answer in time. To do: open the way to it from this machine, or correct issuer
    ");
}

#[tokio::test]
async fn a_provider_that_is_down_is_believed_for_a_day_and_asked_every_five_seconds() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Disabled).await;
    setting.sign_in(&anna()).await.unwrap();
    let document = "/.well-known/openid-configuration";
    setting.provider.publish(document, Err(EndpointProblem::Unreachable));
    setting.advance(3600);
    for _ in 0..3 {
        setting.sign_in(&anna()).await.unwrap();
    }
    assert_eq!(setting.provider.fetched().len(), 3, "asked once in five seconds");
    setting.advance(23 * 3600);
    let words =
        "Staff Login cannot be used now: its discovery document cannot be fetched: it cannot be reached";
    let service = &setting.test.service;
    let begin = || service.begin_outside_sign_in(&BROWSER, "Staff", "/");
    assert_eq!(begin().await.unwrap_err().to_string(), words);
    setting.provider.publish_again(document);
    assert_eq!(begin().await.unwrap_err().to_string(), words);
    setting.advance(5);
    assert!(begin().await.is_ok());
}

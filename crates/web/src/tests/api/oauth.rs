//! Service principals and the token endpoint (RFC 6749).

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::{Method, Request, StatusCode, header};
use postern_domain::network::Networks;
use postern_service::api::{AddServicePrincipal, AddedServicePrincipal};
use postern_testkit::OPERATOR;
use serde_json::json;

use super::{ANNA, Answer, BO, ROOT, portal, send};
use crate::PeerAddress;
use crate::tests::client::{ADDRESS, TestPortal};

pub(super) async fn principal(portal: &TestPortal, name: &str, scopes: &str) -> AddedServicePrincipal {
    let new = AddServicePrincipal {
        name: name.parse().unwrap(),
        scopes: scopes.parse().unwrap(),
        networks: Networks::any(),
        secret_expires_at: None,
    };
    portal.test.service.add_service_principal(OPERATOR, new).await.unwrap()
}

async fn ask(portal: &TestPortal, authorization: Option<String>, form: &str) -> Answer {
    let mut request = Request::builder()
        .method(Method::POST)
        .uri("/api/oauth2/token")
        .header(header::HOST, "portal.example.test")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .extension(PeerAddress(ADDRESS.parse().unwrap()));
    if let Some(value) = authorization {
        request = request.header(header::AUTHORIZATION, value);
    }
    send(&portal.router, request.body(Body::from(form.to_owned())).unwrap()).await
}

fn basic(id: &str, secret: &str) -> Option<String> {
    Some(format!("Basic {}", BASE64.encode(format!("{id}:{secret}"))))
}

const GRANT: &str = "grant_type=client_credentials";

#[tokio::test]
async fn a_principal_gets_an_access_token_and_uses_it() {
    let portal = portal().await;
    let added = principal(&portal, "CRM", "accounts.read accounts.block").await;
    let (id, secret) = (added.principal.id.to_string(), added.secret.expose().to_owned());
    let issued = ask(&portal, basic(&id, &secret), GRANT).await;
    let token = issued.json()["access_token"].as_str().unwrap().to_owned();
    insta::assert_snapshot!(issued.whole().replace(&token, "(token)"), @r#"
    200 OK
    content-type: application/json
    {
      "access_token": "(token)",
      "expires_in": 3600,
      "scope": "accounts.read accounts.block",
      "token_type": "Bearer"
    }
    "#);
    let crm = portal.with(&token);
    assert_eq!(crm.get("/api/v1/accounts").await.status, StatusCode::OK);
    let block = |account| format!("/api/v1/accounts/{account}/block");
    assert_eq!(crm.ask(Method::POST, &block(BO), &json!(null)).await.status, StatusCode::NO_CONTENT);
    // It stands where an authentication administrator does.
    assert_eq!(crm.ask(Method::POST, &block(ROOT), &json!(null)).await.status, StatusCode::FORBIDDEN);
    let me = crm.get("/api/v1/me").await.json();
    assert_eq!(
        me,
        json!({ "tokenId": null, "name": "CRM", "account": null, "scopes": ["accounts.read", "accounts.block"] })
    );

    let form = format!("{GRANT}&client_id={id}&client_secret={secret}&scope=accounts.read");
    let narrow = ask(&portal, None, &form).await;
    assert_eq!(narrow.json()["scope"], "accounts.read");
    let narrow = portal.with(narrow.json()["access_token"].as_str().unwrap());
    assert_eq!(narrow.ask(Method::POST, &block(ANNA), &json!(null)).await.status, StatusCode::FORBIDDEN);

    portal.test.service.revoke_service_principal(OPERATOR, added.principal.id).await.unwrap();
    assert_eq!(crm.get("/api/v1/me").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(ask(&portal, basic(&id, &secret), GRANT).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_access_token_ends_after_an_hour_and_with_its_secret() {
    let portal = portal().await;
    let added = principal(&portal, "CRM", "accounts.read").await;
    let (id, secret) = (added.principal.id.to_string(), added.secret.expose().to_owned());
    let token = async |secret: &str| {
        let issued = ask(&portal, basic(&id, secret), GRANT).await;
        portal.with(issued.json()["access_token"].as_str().unwrap())
    };
    let crm = token(&secret).await;
    portal.test.clock.advance(std::time::Duration::from_secs(3599));
    assert_eq!(crm.get("/api/v1/me").await.status, StatusCode::OK);
    portal.test.clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(crm.get("/api/v1/me").await.status, StatusCode::UNAUTHORIZED);
    let crm = token(&secret).await;
    let rotated = portal.test.service.rotate_client_secret(OPERATOR, added.principal.id, None).await.unwrap();
    assert_eq!(crm.get("/api/v1/me").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(ask(&portal, basic(&id, &secret), GRANT).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(token(rotated.secret.expose()).await.get("/api/v1/me").await.status, StatusCode::OK);
    // The secret itself opens nothing, and an access token is no secret.
    let with_secret = portal.with(rotated.secret.expose()).get("/api/v1/me").await;
    assert!(with_secret.body.contains("/api/oauth2/token"), "{}", with_secret.body);
}

#[tokio::test]
async fn errors_are_those_of_rfc_6749() {
    let portal = portal().await;
    let added = principal(&portal, "CRM", "accounts.read").await;
    let (id, secret) = (added.principal.id.to_string(), added.secret.expose().to_owned());
    let in_form = format!("client_id={id}&client_secret={secret}");
    let cases = [
        (None, GRANT.to_owned()),
        (None, in_form.clone()),
        (None, format!("{in_form}&grant_type=password&username=anna&password=x")),
        (None, format!("{in_form}&{GRANT}&scope=mfa.write")),
        (None, format!("{in_form}&{GRANT}&scope=everything")),
        (None, format!("{in_form}&{GRANT}&{GRANT}")),
        (None, (0..32).fold(GRANT.to_owned(), |form, place| format!("{form}&x{place}=y"))),
        (basic(&id, &secret), format!("{in_form}&{GRANT}")),
        (basic(&id, "wrong"), GRANT.to_owned()),
        (basic(&id, &format!("{secret}&more")), GRANT.to_owned()),
        (basic("wrong", &secret), GRANT.to_owned()),
        (Some("Bearer x".to_owned()), GRANT.to_owned()),
    ];
    let mut told = Vec::new();
    for (authorization, form) in cases {
        let answer = ask(&portal, authorization, &form).await;
        told.push(format!(
            "{} {} {}",
            answer.status.as_u16(),
            answer.body,
            answer.header("www-authenticate")
        ));
    }
    insta::assert_snapshot!(told.join("\n"), @r#"
    401 {"error":"invalid_client","error_description":"Send client_id and client_secret, by Basic or in the form."} Basic realm="postern", charset="UTF-8"
    400 {"error":"invalid_request","error_description":"grant_type is missing."} 
    400 {"error":"unsupported_grant_type","error_description":"Only client_credentials is supported."} 
    400 {"error":"invalid_scope","error_description":"A scope that was asked for does not exist or was not granted."} 
    400 {"error":"invalid_scope","error_description":"A scope that was asked for does not exist or was not granted."} 
    400 {"error":"invalid_request","error_description":"A parameter comes more than once."} 
    400 {"error":"invalid_request","error_description":"There are too many parameters."} 
    400 {"error":"invalid_request","error_description":"Send the client secret by Basic or in the form, not both."} 
    401 {"error":"invalid_client","error_description":"The client identifier or the client secret is wrong, or was revoked."} Basic realm="postern", charset="UTF-8"
    401 {"error":"invalid_client","error_description":"The Authorization field is not Basic, or not readable."} Basic realm="postern", charset="UTF-8"
    401 {"error":"invalid_client","error_description":"The client identifier or the client secret is wrong, or was revoked."} Basic realm="postern", charset="UTF-8"
    401 {"error":"invalid_client","error_description":"The Authorization field is not Basic, or not readable."} Basic realm="postern", charset="UTF-8"
    "#);
}

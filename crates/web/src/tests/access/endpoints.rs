//! Each role's token, with each set of scopes, at each endpoint.

use std::time::Duration;

use axum::body::Body;
use http::{StatusCode, header};
use postern_domain::Clock as _;
use postern_domain::account::Role;
use postern_domain::api_token::{Scope, Scopes};
use postern_domain::network::Networks;
use postern_service::api::{ApiTokenQuery, CreateApiToken};
use postern_testkit::{ACCOUNT_PASSWORD, OPERATOR, account_name};

use super::{NOTHING, assert_answered, deeds, endpoints, filled};
use crate::api::{Endpoint, Need};
use crate::tests::client::{Client, Shown, TestPortal};

impl TestPortal {
    /// A token of an account that is there, with those scopes.
    pub(super) async fn token_of(&self, account: &str, scopes: Scopes) -> String {
        let new = CreateApiToken {
            account: account_name(account),
            name: "Walks over every route".parse().unwrap(),
            scopes,
            networks: Networks::any(),
            expires_at: self.test.clock.now().plus(Duration::from_secs(86_400)),
        };
        self.test.service.create_api_token(OPERATOR, new).await.unwrap().text.expose().to_owned()
    }
}

/// A token with every scope, of an account that had every right when it was made and has the role now: what its owner may
/// not do any more, it may not either.
pub(super) async fn token_from_better_days(portal: &TestPortal, role: Role) -> String {
    let name = format!("demoted-{}@example.test", role.name());
    portal.test.administrator("stays@example.test").await;
    portal.test.administrator(&name).await;
    let token = portal.token_of(&name, Scope::all().collect()).await;
    portal.test.service.set_role(OPERATOR, &account_name(&name), role).await.unwrap();
    token
}

/// Asks with the token, and with an empty object where there is to be a body.
pub(super) async fn ask(
    client: &mut Client,
    endpoint: &Endpoint,
    authorization: Option<&str>,
    id: &str,
) -> Shown {
    let request = client.request(endpoint.method.clone(), &filled(endpoint.path, id));
    let request = request.header(header::CONTENT_TYPE, "application/json");
    let request = match authorization {
        Some(authorization) => request.header(header::AUTHORIZATION, authorization),
        None => request,
    };
    client.send(request.body(Body::from("{}")).unwrap()).await
}

#[tokio::test]
async fn a_role_does_at_an_endpoint_what_it_may_and_nothing_else() {
    for role in Role::ALL {
        let portal = TestPortal::open().await;
        let bearer = format!("Bearer {}", token_from_better_days(&portal, *role).await);
        for endpoint in endpoints() {
            // An own minute for each, so that the limit of requests is not what refuses.
            portal.test.clock.advance(Duration::from_secs(60));
            let what = format!("{} {} as {}", endpoint.method, endpoint.path, role.name());
            let before = deeds(&portal).await;
            let shown = ask(&mut portal.client(), &endpoint, Some(&bearer), NOTHING).await;
            assert_answered(&shown, &what);
            assert_ne!(shown.status, StatusCode::UNAUTHORIZED, "{what}");
            let Need::For(permission) = endpoint.need else { continue };
            if role.may(permission) {
                assert_ne!(shown.status, StatusCode::FORBIDDEN, "{what}: {}", shown.body);
            } else {
                assert_eq!(shown.status, StatusCode::FORBIDDEN, "{what}: {}", shown.body);
                assert_eq!(deeds(&portal).await, before, "{what}: something was done");
            }
        }
    }
}

#[tokio::test]
async fn a_token_without_the_scope_does_nothing_whoever_owns_it() {
    let portal = TestPortal::open().await;
    portal.test.administrator("root@example.test").await;
    for endpoint in endpoints() {
        let needed = endpoint.need.scopes();
        if needed.is_empty() {
            continue;
        }
        portal.test.clock.advance(Duration::from_secs(60));
        let what = format!("{} {}", endpoint.method, endpoint.path);
        let others: Scopes = Scope::all().filter(|scope| !needed.contains(scope)).collect();
        let bearer = portal.token_of("root@example.test", others).await;
        let before = deeds(&portal).await;
        let shown = ask(&mut portal.client(), &endpoint, Some(&format!("Bearer {bearer}")), NOTHING).await;
        assert_eq!(shown.status, StatusCode::FORBIDDEN, "{what}: {}", shown.body);
        let challenge = shown.header("www-authenticate");
        assert!(
            challenge.contains("insufficient_scope") && challenge.contains(&needed[0].name().to_string()),
            "{what}"
        );
        assert_eq!(deeds(&portal).await, before, "{what}");
        let created = portal
            .test
            .service
            .list_api_tokens(OPERATOR, &ApiTokenQuery { limit: 1000, ..ApiTokenQuery::default() })
            .await;
        for token in created.unwrap().into_iter().filter(|listed| listed.token.revoked.is_none()) {
            portal.test.service.revoke_api_token(OPERATOR, token.token.id).await.unwrap();
        }
    }
}

#[tokio::test]
async fn nothing_but_a_token_opens_an_endpoint() {
    let portal = TestPortal::open().await;
    let mut admin = super::somebody(&portal, Role::GlobalAdministrator).await;
    let app_password = portal.test.app_password("global-administrator@example.test", "Contact form").await;
    let basic = |secret: &str| {
        use base64::Engine as _;
        let pair = format!("global-administrator@example.test:{secret}");
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
    };
    let secret = app_password.secret.expose_canonical();
    let session = admin.client.cookies["__Host-postern-session"].clone();
    let wrong = [
        None,
        Some(basic(ACCOUNT_PASSWORD)),
        Some(basic(secret)),
        Some(format!("Bearer {secret}")),
        Some(format!("Bearer {session}")),
        Some("Bearer postern_pat_aaaaaaaaaaaaaaaaaaaaaaaa".to_owned()),
        Some("Bearer ".to_owned()),
        Some("Negotiate abc".to_owned()),
    ];
    for endpoint in endpoints() {
        for authorization in &wrong {
            let what = format!("{} {} with {authorization:?}", endpoint.method, endpoint.path);
            // With the administrator's cookies, which count for nothing here.
            let shown = ask(&mut admin.client, &endpoint, authorization.as_deref(), NOTHING).await;
            assert_eq!(shown.status, StatusCode::UNAUTHORIZED, "{what}: {}", shown.body);
            assert!(shown.header("www-authenticate").starts_with("Bearer"), "{what}");
        }
    }
}

//! Every route stands in a table: nothing is routed beside them.

use std::collections::BTreeSet;
use std::path::Path;

use postern_domain::account::Role;

use super::{NOTHING, filled, somebody};
use crate::portal::routes::{FILES, pages, pages_to_read};
use crate::tests::client::TestPortal;

/// The places where a router takes routes, each of which makes them from a table. Three addresses of the API take no token
/// and stand beside it: its document, where a service principal gets a token, and where an identity provider ends sessions.
const PLACES: &[(&str, &str)] = &[
    (
        "api/mod.rs",
        "endpoints.route(\"/v1/openapi.json\", get(document)).route(\"/oauth2/token\", post(oauth2_token::issue));",
    ),
    (
        "api/mod.rs",
        "let endpoints = endpoints.route(back_channel_logout::PATH, post(back_channel_logout::receive));",
    ),
    ("api/mod.rs", "router.route(path, handler)"),
    ("portal/mod.rs", ".nest(api::PREFIX, api::router(portal))"),
    ("portal/mod.rs", ".nest(scim::PREFIX, scim::router(portal))"),
    ("portal/mod.rs", "router.route(page.path, handlers)"),
    ("scim/routes.rs", "router.route(path, endpoint.handler.route_layer(guard))"),
];

/// What puts routes into a router.
const CALLS: &[&str] =
    &[".route(", ".nest(", ".merge(", ".route_service(", ".nest_service(", ".fallback_service("];

fn sources(folder: &Path, found: &mut Vec<(String, String)>, root: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found, root);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            if !name.starts_with("tests/") {
                found.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
}

#[test]
fn nothing_is_routed_beside_the_tables() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files, &root);
    let mut found = BTreeSet::new();
    for (name, text) in &files {
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with("//")) {
            if CALLS.iter().any(|call| line.contains(call)) {
                found.insert((name.as_str(), line));
            }
        }
    }
    assert_eq!(found, PLACES.iter().copied().collect(), "a route must stand in a table");
}

#[test]
fn the_document_describes_every_endpoint_of_the_table_and_no_other() {
    let document: serde_json::Value = serde_json::from_str(&crate::openapi_document()).unwrap();
    let mut described = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["get", "post", "put", "patch", "delete"] {
            if item.get(method).is_some() {
                described.insert((path.clone(), method.to_uppercase()));
            }
        }
    }
    let routed: BTreeSet<_> =
        crate::api::endpoints().iter().map(|each| (each.path.to_owned(), each.method.to_string())).collect();
    // Where a service principal gets a token.
    described.remove(&("/api/oauth2/token".to_owned(), "POST".to_owned()));
    assert_eq!(described, routed);
}

#[test]
fn no_route_stands_in_two_rows() {
    let mut known = BTreeSet::new();
    for page in pages() {
        for method in page.methods {
            assert!(known.insert((page.path, (*method).to_owned())), "{method} {}", page.path);
        }
    }
    for endpoint in super::endpoints() {
        assert!(
            known.insert((endpoint.path, endpoint.method.to_string())),
            "{} {}",
            endpoint.method,
            endpoint.path
        );
    }
}

/// The test that looks at every page in a browser leaves out what is named a file: nothing hides there.
#[tokio::test]
async fn what_is_named_a_file_is_one_and_nothing_else_is() {
    let portal = TestPortal::open().await;
    let mut admin = somebody(&portal, Role::GlobalAdministrator).await;
    let sheet = admin.client.get("/security-info").await.body;
    let sheet = sheet.split("href=\"/static/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    for page in pages().iter().filter(|page| page.methods.contains(&"GET")) {
        let path = filled(&page.path.replace("{file}", &sheet), NOTHING);
        let shown = admin.client.get(&path).await;
        let is_page = shown.header("content-type").starts_with("text/html") || shown.status.is_redirection();
        assert_eq!(is_page, !FILES.contains(&page.path), "{path}: {} {:?}", shown.status, shown.headers);
    }
    let read = pages().iter().filter(|page| page.methods.contains(&"GET")).count();
    assert_eq!(pages_to_read().len() + FILES.len(), read);
}

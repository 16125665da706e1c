//! Pictures of every admin page, from the table of the pages: a new one cannot be forgotten.

use postern_domain::account::{AccountKind, Role};
use postern_domain::mfa::MfaState;
use postern_testkit::Browser;

use crate::pictures::{ANNA, Camera, furnish};
use crate::site::Site;

/// What the admin area reads that is no page: files, and the answers to forms that are asked by their address.
const NO_PAGES: [&str; 5] = [
    "/admin/audit/export",
    "/admin/inventory/export.csv",
    "/admin/inventory/export.jsonl",
    "/admin/mfa/programs.csv",
    "/admin/settings/held-for",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e2e_every_admin_page_is_photographed_and_fits_a_phone() {
    let (camera, site) = (Camera::new(), Site::open().await);
    let browser = Browser::start(true).await;
    site.test.add(ANNA, MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person).await;
    furnish(&site).await;
    browser.open(&format!("{}/sign-in", site.origin)).await;
    site.sign_in(&browser, ANNA).await;
    site.enrol(&browser).await;
    for path in postern_web::admin_pages().into_iter().filter(|path| !NO_PAGES.contains(path)) {
        browser.open(&format!("{}{path}", site.origin)).await;
        assert!(browser.path().await.starts_with(path), "{path} leads to {}", browser.path().await);
        camera.take(&browser, &path.trim_start_matches('/').replace('/', "-")).await;
    }
    browser.close().await;
}

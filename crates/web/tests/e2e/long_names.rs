//! Names as long as they may be, without a place to break: no page scrolls sideways for them, also where a browser is
//! zoomed to 400 % (WCAG 1.4.10: 320 CSS pixels), and the columns beside them keep their room.

use postern_domain::account::{AccountKind, Role};
use postern_domain::mfa::MfaState;
use postern_testkit::{Browser, Scheme};

use crate::site::Site;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e2e_the_longest_names_make_no_page_scroll_sideways() {
    let long = |letter: &str, count| letter.repeat(count);
    let owner = format!("{}@{}.{}.{}.test", long("a", 64), long("b", 60), long("c", 60), long("d", 60));
    let site = Site::open().await;
    let browser = Browser::start(true).await;
    site.test.add(&owner, MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person).await;
    let app_password = site.test.app_password(&owner, &long("W", 64)).await.app_password.id;
    let open = async |path: &str| browser.open(&format!("{}{path}", site.origin)).await;
    open("/sign-in").await;
    site.sign_in(&browser, &owner).await;
    site.enrol(&browser).await;
    for path in [
        "/security-info",
        "/activity",
        "/notices",
        "/admin",
        "/admin/accounts",
        "/admin/mfa",
        "/admin/inventory",
        "/admin/sign-ins",
        "/admin/audit",
    ] {
        open(path).await;
        fits(&browser, path).await;
    }
    for page in ["", "/edit", "/rotate", "/revoke"] {
        let path = format!("/app-passwords/{app_password}{page}");
        open(&path).await;
        fits(&browser, &path).await;
    }
    open("/admin/accounts").await;
    let height = "return document.querySelector('.table .state').getClientRects()[0].height < 40;";
    assert_eq!(browser.run(height).await, true, "the name leaves no room for the state");
    browser.click("td.lead-cell a").await;
    fits(&browser, "the page of the account").await;
    browser.close().await;
}

async fn fits(browser: &Browser, page: &str) {
    for width in [320, 390, 1280] {
        browser.look(width, 900, Scheme::Light).await;
        assert_eq!(browser.overflow(width).await, 0, "{page} scrolls sideways at {width} px");
    }
}

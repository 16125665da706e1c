//! Every page of the table, opened with something real in it, looked at by axe and photographed: a page that was added and
//! is not opened here fails the test. What a page looks like in its other states, the other tests show.
//!
//! Each page is asked, too, what of it would do nothing without scripts: only a copy button and a passkey's may be such.

use std::sync::Arc;

use postern_domain::account::{AccountKind, Role};
use postern_domain::mfa::MfaState;
use postern_domain::network::Networks;
use postern_domain::setting::SettingKey;
use postern_service::api::{AddServicePrincipal, CreateApiToken};
use postern_service::outside::LinkIdentity;
use postern_service::upstream::TokenEndpoint;
use postern_testkit::{ACCOUNT_PASSWORD, Browser, FakeIdentityProvider, OPERATOR, account_name};
use postern_web::{Reader, pages_to_read};

use crate::pictures::{ANNA, Camera, furnish};
use crate::site::Site;

/// It leads to Security info, or to the sign-in page.
const LEADS_ON: &str = "/";
/// Whoever is half in and has a method meets no page of registration: these are opened by somebody who is in.
const REGISTRATION: &str = "/methods/";

const BO: &str = "bo.nystrom@example.test";
const CLEO: &str = "cleo.moreau@example.test";

/// What stands for the parameters of the addresses.
struct Things {
    set_up: String,
    method: String,
    identity: String,
    /// Of the other account.
    others_identity: String,
    app_password: String,
    /// An address for notices that is not confirmed.
    address: String,
    account: String,
    /// Another one, which has a method.
    protected: String,
    others_method: String,
    change: String,
    principal: String,
}

impl Things {
    /// An address with something real in it. A parameter that nobody thought of stays, and nothing answers to it.
    fn address(&self, path: &str) -> String {
        let thing = match path {
            "/set-up/{token}" => &self.set_up,
            "/mailbox-password" => return "/mailbox-password?upstream=old%20dovecot".to_owned(),
            "/admin/settings/held-for" => {
                return "/admin/settings/held-for?account=bo.nystrom%40example.test".to_owned();
            }
            "/admin/audit/{sequence}" | "/admin/settings/{id}" => "",
            // Nobody deletes their own there.
            "/admin/accounts/{id}/methods/{method}/delete" => &self.protected,
            _ if path.starts_with("/methods/") => &self.method,
            _ if path.starts_with("/outside-identities/") => &self.identity,
            _ if path.starts_with("/app-passwords/") => &self.app_password,
            "/notices/addresses/new" => "",
            _ if path.starts_with("/notices/addresses/") => &self.address,
            _ if path.starts_with("/admin/accounts/") => &self.account,
            _ if path.starts_with("/admin/changes/") => &self.change,
            _ if path.starts_with("/admin/service-principals/{id}") => &self.principal,
            _ => "",
        };
        path.replace("{id}", if thing.is_empty() { "app_passwords_per_account" } else { thing })
            .replace("{link}", &self.others_identity)
            .replace("{method}", &self.others_method)
            .replace("{token}", thing)
            .replace("{sequence}", "3")
    }
}

/// What does nothing in a browser without scripts: an address, a button or a field that no form sends, a form that no button
/// sends, what a script is to uncover; and scripts other than those of the copy and the passkey buttons.
const NEEDS_SCRIPTS: &str = r#"
    const known = "[data-copy], [data-passkey], #passkey-said";
    const leads = (link) => !["", '#'].includes(link.getAttribute("href") ?? "") && link.protocol !== "javascript:";
    const sends = (button) => button.type === "submit" && button.form;
    const idle = [
        ...[...document.querySelectorAll("a")].filter((link) => !leads(link)),
        ...[...document.querySelectorAll("button")].filter((button) => !sends(button)),
        ...[...document.querySelectorAll("input, select, textarea")].filter((field) => !field.form),
        ...[...document.forms].filter((form) => !form.querySelector("button, input[type=submit]")),
        ...document.querySelectorAll("[hidden], [role=button], [role=tab], [role=menuitem]"),
    ].filter((one) => !one.matches(known));
    const strange = [...document.scripts].filter((one) => !/^\/static\/(copy|passkey)\b/.test(one.getAttribute("src")));
    return [...idle, ...strange].map((one) => one.outerHTML);
"#;

/// Opens the pages of the table for that reader, and takes their pictures. Gives how many there were.
async fn look(
    site: &Site,
    browser: &Browser,
    camera: &Camera,
    things: &Things,
    is_meant: impl Fn(&str, Reader) -> bool,
) -> usize {
    let mut seen = 0;
    for (path, _) in pages_to_read().into_iter().filter(|(path, reader)| is_meant(path, *reader)) {
        let address = things.address(path);
        browser.open(&format!("{}{address}", site.origin)).await;
        assert_eq!(browser.path().await, address, "{path} leads elsewhere");
        let heading = browser.text("h1").await;
        assert!(!browser.sees(".problem[role=alert]").await, "{address} shows {heading}");
        assert_eq!(browser.run(NEEDS_SCRIPTS).await, serde_json::json!([]), "{address} needs scripts");
        camera.take(browser, &format!("page{}", path.replace(['/', '{', '}'], "-"))).await;
        seen += 1;
    }
    seen
}

/// A site with something on every page, and Anna, who has a method, on the sign-in page.
async fn furnished(browser: &Browser) -> (Site, Things) {
    let staff = FakeIdentityProvider::new("https://login.example.test/realms/staff");
    let registration = staff.registration("Staff");
    let site =
        Site::with_everything(crate::mailbox::provider(), registration, staff as Arc<dyn TokenEndpoint>)
            .await;
    let service = &site.test.service;
    for (key, value) in [
        (SettingKey::TextMessageCodes, "true"),
        (SettingKey::EMailCodes, "true"),
        (SettingKey::RememberBrowser, "30d"),
    ] {
        service.change_setting(OPERATOR, key, value).await.expect("the test can be set up");
    }
    let link = service.make_setup_link().await.expect("the service answers").expect("nobody is there");
    let set_up = link.url.rsplit('/').next().expect("a token").to_owned();
    browser.open(&format!("{}/set-up/{set_up}", site.origin)).await;
    Camera::new().take(browser, "page-set-up-token-").await;

    site.test.add(ANNA, MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person).await;
    let bo = site.test.account(BO, MfaState::Disabled).await;
    furnish(&site).await;
    site.test.sign_in(BO, ACCOUNT_PASSWORD).await;
    let app_password = site.test.app_password(ANNA, "Label printer").await.app_password.id;
    let subject = "248289761001".parse().expect("a subject");
    let link = LinkIdentity { account: account_name(ANNA), provider: "Staff".to_owned(), subject };
    service.link_outside_identity(OPERATOR, link).await.expect("the service answers");
    let subject = "248289761002".parse().expect("a subject");
    let link = LinkIdentity { account: account_name(BO), provider: "Staff".to_owned(), subject };
    service.link_outside_identity(OPERATOR, link).await.expect("the service answers");
    let links =
        service.outside_identities_of(OPERATOR, &account_name(BO)).await.expect("the service answers");
    let others_identity = links[0].identity.id.to_string();
    let principal = programs(&site).await;
    let cleo = site.test.account(CLEO, MfaState::Enforced).await;
    let [others_method, method] =
        [enrolled(&site, browser, CLEO).await, enrolled(&site, browser, ANNA).await];
    browser.open(&format!("{}/security-info", site.origin)).await;
    let identity = browser.attribute("a[href^='/outside-identities/0']", "href").await;
    let identity = identity.split('/').nth(2).expect("an identifier").to_owned();
    browser.open(&format!("{}/notices/addresses/new", site.origin)).await;
    browser.fill("#address", "anna.at.home@example.net").await;
    browser.click("main button.primary").await;
    let address = browser.path().await.rsplit('/').next().expect("an identifier").to_owned();
    browser.open(&format!("{}/admin/mfa?mfa=disabled", site.origin)).await;
    browser.click("input[name='which'][value='matching']").await;
    browser.click("option[value='mfa enabled']").await;
    browser.click(".bulk button").await;
    browser.click("main button.primary").await;
    while browser.text("#progress").await != "Finished" {}
    let change = browser.path().await.rsplit('/').next().expect("an identifier").to_owned();
    let things = Things {
        set_up,
        method,
        identity,
        others_identity,
        app_password: app_password.to_string(),
        address,
        account: bo.id.to_string(),
        protected: cleo.id.to_string(),
        others_method,
        change,
        principal,
    };
    (site, things)
}

/// Signs somebody in, in the place of whoever is there, and has them register a method. Gives its id.
async fn enrolled(site: &Site, browser: &Browser, name: &str) -> String {
    if browser.sees(".who button").await {
        browser.click(".who button").await;
    }
    browser.open(&format!("{}/sign-in", site.origin)).await;
    site.sign_in(browser, name).await;
    site.enrol(browser).await;
    browser.open(&format!("{}/security-info", site.origin)).await;
    let method = browser.attribute(".list a.strong[href^='/methods/']", "href").await;
    method.rsplit('/').next().expect("an identifier").to_owned()
}

/// A service principal, whose id it gives, and an API token.
async fn programs(site: &Site) -> String {
    let service = &site.test.service;
    let new = AddServicePrincipal {
        name: "CRM".parse().expect("a name"),
        scopes: "directory.write accounts.read".parse().expect("scopes"),
        networks: Networks::any(),
        secret_expires_at: None,
    };
    let added = service.add_service_principal(OPERATOR, new).await.expect("the service answers");
    let token = CreateApiToken {
        account: account_name(ANNA),
        name: "Nightly report".parse().expect("a name"),
        scopes: "audit.read inventory.read".parse().expect("scopes"),
        networks: Networks::any(),
        expires_at: service.clock().now().plus(std::time::Duration::from_secs(30 * 24 * 3600)),
    };
    service.create_api_token(OPERATOR, token).await.expect("the service answers");
    added.principal.id.to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e2e_every_page_of_the_table_is_photographed_and_fits_a_phone() {
    let (camera, browser) = (Camera::new(), Browser::start(true).await);
    let (site, things) = furnished(&browser).await;
    let mut seen = 0;
    let inside = |path: &str, reader| reader == Reader::Inside || path.starts_with(REGISTRATION);
    seen += look(&site, &browser, &camera, &things, inside).await;
    browser.click(".who button").await;
    let anybody =
        |path: &str, reader| reader == Reader::Anybody && path != LEADS_ON && path != "/set-up/{token}";
    seen += look(&site, &browser, &camera, &things, anybody).await;
    browser.open(&format!("{}/sign-in", site.origin)).await;
    site.sign_in(&browser, ANNA).await;
    let halfway = |path: &str, reader| reader == Reader::Halfway && !path.starts_with(REGISTRATION);
    seen += look(&site, &browser, &camera, &things, halfway).await;
    // The one that leads on, and the set-up page, which was seen before anybody had an account.
    assert_eq!(seen + 2, pages_to_read().len(), "a page was not opened");
    browser.open(&format!("{}/", site.origin)).await;
    assert_eq!(browser.path().await, "/sign-in/code");
    browser.close().await;
}

//! Pictures of every page, at desktop and phone width, light and dark, for people to look at; and what a machine can
//! see by itself: nothing scrolls sideways on a phone, and axe-core finds no serious defect.

use std::path::PathBuf;
use std::time::Duration;

use crate::site::Site;
use postern_domain::account::AccountKind;
use postern_domain::account::Role;
use postern_domain::app_password::SenderRestriction;
use postern_domain::door::Door;
use postern_domain::mfa::MfaState;
use postern_domain::network::{Networks, parse_network};
use postern_service::door::{DoorAnswer, DoorSession};
use postern_service::live_session::Report;
use postern_testkit::{ACCOUNT_PASSWORD, Browser, OPERATOR, Scheme, app_password_for, door_sign_in};

pub(crate) const ANNA: &str = "anna.lindqvist@example.test";

/// Takes the pictures of the page that is open, under a name.
pub(crate) struct Camera {
    folder: PathBuf,
}

impl Camera {
    pub(crate) fn new() -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("portal-pictures");
        std::fs::create_dir_all(&folder).expect("the test can be set up");
        Self { folder }
    }

    pub(crate) async fn take(&self, browser: &Browser, name: &str) {
        for (width, height, size) in [(1280, 900, "desktop"), (390, 844, "phone")] {
            for (scheme, tone) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
                browser.look(width, height, scheme).await;
                browser.picture(&self.folder.join(format!("{name}-{size}-{tone}.png"))).await;
                let defects = browser.axe().await;
                assert!(defects.is_empty(), "{name} at {size}, {tone}:\n{}", defects.join("\n"));
            }
            assert_eq!(browser.overflow(width).await, 0, "{name} scrolls sideways at {width} px");
        }
        browser.look(1280, 900, Scheme::Light).await;
    }
}

/// App passwords with a past, so that the pages have something to show.
pub(crate) async fn furnish(site: &Site) -> Vec<DoorSession> {
    let day = Duration::from_secs(86_400);
    let day_and_a_bit = Duration::from_secs(86_400 + 900);
    let service = &site.test.service;
    let mut form = app_password_for(ANNA, "Contact form of the web site", [Door::Smtp]);
    form.networks = Networks::new(
        ["192.0.2.0/24", "2001:db8:12::/48"].map(|text| parse_network(text).expect("the test can be set up")),
    );
    form.sender = SenderRestriction::listed(["noreply@example.test"]).expect("the test can be set up");
    let form = service.create_app_password(OPERATOR, form).await.expect("the test can be set up");
    let old = site.test.app_password(ANNA, "Old office printer").await;
    site.test.clock.advance(40 * day);
    let mut scanner = app_password_for(ANNA, "Scanner 2nd floor", [Door::Smtp]);
    scanner.expires_at = Some(site.test.service.clock().now().plus(90 * day));
    scanner.idle_expiry = Some(90 * day);
    service.create_app_password(OPERATOR, scanner).await.expect("the test can be set up");
    service
        .revoke_app_password(OPERATOR, old.app_password.id, "Replaced by the scanner")
        .await
        .expect("the test can be set up");
    site.test.clock.advance(3 * day);
    let mut sessions = Vec::new();
    for _ in 0..2 {
        let answer = site.test.sign_in(ANNA, form.secret.expose_canonical()).await;
        let DoorAnswer::Accepted(session) = answer else { panic!("not accepted: {answer:?}") };
        sessions.push(*session);
        site.test.clock.advance(Duration::from_secs(1900));
    }
    for (day, times) in [3, 5, 2, 0, 1, 9, 4, 6, 3, 2, 12, 5].into_iter().enumerate() {
        for _ in 0..times {
            site.test.sign_in(ANNA, form.secret.expose_canonical()).await;
        }
        if day % 4 == 1 {
            let mut elsewhere = door_sign_in(ANNA, form.secret.expose_canonical());
            elsewhere.address = std::net::IpAddr::from([203, 0, 113, 9]);
            service.sign_in_at_door(elsewhere).await.expect("the service answers");
        }
        site.test.clock.advance(day_and_a_bit);
    }
    for secret in [form.secret.expose_canonical(), old.secret.expose_canonical(), ACCOUNT_PASSWORD] {
        site.test.sign_in(ANNA, secret).await;
        site.test.clock.advance(Duration::from_secs(1900));
    }
    sessions
}

/// Reports sessions as a server does. Those of a server that is not heard of for a while are not shown.
async fn report(site: &Site, sessions: &[DoorSession]) {
    let service = &site.test.service;
    let (node, mut report) = (service.new_node(), Report::default());
    for (session, octets) in sessions.iter().zip([[1_550, 20_400], [48_000_000, 7_400_000_000]]) {
        report.add(session, node, octets[0], octets[1]);
    }
    service.report_live_sessions(node, &report).await.expect("the test can be set up");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e2e_every_page_is_photographed_and_fits_a_phone() {
    let (camera, site) = (Camera::new(), Site::open().await);
    let browser = Browser::start(true).await;
    let open = async |path: &str| browser.open(&format!("{}{path}", site.origin)).await;

    let link = site
        .test
        .service
        .make_setup_link()
        .await
        .expect("the test can be set up")
        .expect("the test can be set up");
    open(link.url.strip_prefix(site.test.service.portal_url()).expect("the test can be set up")).await;
    camera.take(&browser, "set-up").await;
    open("/set-up/nothing").await;
    camera.take(&browser, "set-up-over").await;
    site.test.add(ANNA, MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person).await;
    let sessions = furnish(&site).await;

    open("/sign-in").await;
    camera.take(&browser, "sign-in").await;
    browser.fill("#username", ANNA).await;
    browser.fill("#password", "not the password").await;
    browser.click("main button.primary").await;
    camera.take(&browser, "sign-in-refused").await;
    site.sign_in(&browser, ANNA).await;
    browser.text("#typed-key").await;
    camera.take(&browser, "register").await;
    let person = site.enrol(&browser).await;
    camera.take(&browser, "recovery-codes").await;

    open("/sessions").await;
    camera.take(&browser, "sessions-none").await;
    report(&site, &sessions).await;
    open("/security-info").await;
    camera.take(&browser, "security-info").await;
    pages_of_app_passwords(&site, &browser, &camera).await;
    for (path, name) in [
        ("/methods/new", "add-method"),
        ("/methods/authenticator/new", "register-another"),
        ("/recovery-codes/new", "recovery-codes-new"),
        ("/sessions", "sessions"),
        ("/password", "change-password"),
        ("/refusals", "look-up"),
        ("/activity", "activity"),
        ("/activity?outcome=accepted&place=portal", "activity-filtered"),
        ("/refusals?reference=7Q3K-M2XA", "look-up-unknown"),
        ("/api-tokens", "api-tokens"),
        ("/api-tokens/new", "api-token-new"),
        ("/api/docs", "api-docs"),
        ("/no/such/page", "no-such-page"),
    ] {
        open(path).await;
        camera.take(&browser, name).await;
    }
    open("/sessions").await;
    browser.click("td a.strong").await;
    camera.take(&browser, "app-password-in-use").await;
    open("/security-info").await;
    browser.click(".list .danger-quiet").await;
    camera.take(&browser, "delete-method").await;
    let DoorAnswer::Refused(refusal) = site.test.sign_in(ANNA, ACCOUNT_PASSWORD).await else {
        panic!("an account password was accepted under MFA");
    };
    open(&format!("/refusals?reference={}", refusal.reference)).await;
    camera.take(&browser, "look-up-found").await;
    browser.click(".next a.primary").await;
    camera.take(&browser, "create-after-refusal").await;
    open(&format!("/refusals?reference={}", refusal.reference)).await;
    browser.click("form[action$='/ask'] button").await;
    camera.take(&browser, "look-up-asked").await;

    pages_of_coming_back(&site, &browser, &camera, &person.codes[0]).await;
    browser.close().await;
}

/// Step-up, sign-out, and the way in again by a recovery code.
async fn pages_of_coming_back(site: &Site, browser: &Browser, camera: &Camera, recovery_code: &str) {
    site.test.clock.advance(Duration::from_secs(11 * 60));
    browser.open(&format!("{}/password", site.origin)).await;
    camera.take(browser, "step-up").await;
    browser.click(".who button").await;
    camera.take(browser, "signed-out").await;
    site.sign_in(browser, ANNA).await;
    camera.take(browser, "code").await;
    browser.fill("#code", "000000").await;
    browser.click("main button.primary").await;
    camera.take(browser, "code-wrong").await;
    browser.click("p.aside a").await;
    camera.take(browser, "recovery-code").await;
    browser.fill("#code", recovery_code).await;
    browser.click("main button.primary").await;
    assert_eq!(browser.text("h1").await, "Security info");
}

/// What passes because nothing looks would pass for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e2e_axe_finds_a_defect_in_a_page_that_has_one() {
    let site = Site::open().await;
    let browser = Browser::start(true).await;
    browser.open(&format!("{}/sign-in", site.origin)).await;
    assert_eq!(browser.axe().await, [""; 0]);
    browser.run("document.querySelector('main').append(document.createElement('img'))").await;
    let defects = browser.axe().await;
    assert_eq!(defects.len(), 1, "{defects:?}");
    assert!(defects[0].starts_with("critical image-alt: img: "), "{defects:?}");
    browser.close().await;
}

async fn pages_of_app_passwords(site: &Site, browser: &Browser, camera: &Camera) {
    browser.click("td a.strong").await;
    camera.take(browser, "app-password").await;
    browser.click(".head .row a[href$='/edit']").await;
    camera.take(browser, "edit").await;
    browser.run("document.querySelector('main form').noValidate = true").await;
    browser.fill("#name", "Form").await;
    browser.fill("#networks", "office").await;
    browser.fill("#sessions", "many").await;
    browser.click("main button.primary").await;
    camera.take(browser, "edit-wrong").await;
    browser.open(&format!("{}/security-info", site.origin)).await;
    browser.click("td a.strong").await;
    browser.click(".head .row a[href$='/rotate']").await;
    camera.take(browser, "rotate").await;
    browser.open(&format!("{}/app-passwords/new", site.origin)).await;
    camera.take(browser, "create").await;
    browser.run("document.querySelector('form[action=\"/app-passwords/new\"]').noValidate = true").await;
    browser.fill("#name", "Form").await;
    browser.click("input[value='own']").await;
    browser.fill("#networks", "office").await;
    browser.click("main button.primary").await;
    browser.text(".field-error").await;
    camera.take(browser, "create-wrong").await;
    browser.fill("#name", "Nightly backup report").await;
    browser.click("input[value='alerts']").await;
    browser.fill("#networks", "198.51.100.4").await;
    browser.click("main button.primary").await;
    browser.text(".groups").await;
    camera.take(browser, "shown-once").await;
    browser.open(&format!("{}/security-info", site.origin)).await;
    browser.click("td .danger-quiet").await;
    camera.take(browser, "revoke").await;
    browser.click(".actions a").await;
    browser.click(".head form[action$='/suspend'] button").await;
    camera.take(browser, "app-password-suspended").await;
    browser.click(".head form[action$='/resume'] button").await;
    let id = browser.path().await.split(['/', '?']).nth(2).expect("an app password's page").to_owned();
    let week = Duration::from_secs(7 * 86_400);
    let id = id.parse().expect("its identifier");
    site.test.service.rotate_app_password(OPERATOR, id, week).await.expect("the test can be set up");
    browser.reload().await;
    camera.take(browser, "app-password-rotated").await;
}

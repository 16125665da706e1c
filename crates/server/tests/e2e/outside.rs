//! People who sign in through a real identity provider, in a real browser: with its second factor and without, an account
//! that is added, a link, a step-up.

use std::fs;

use postern_testkit::certificates::TestAuthority;
use postern_testkit::oidc_provider::{CLIENT_ID, CLIENT_SECRET};
use postern_testkit::{Browser, OidcProvider};

use super::server::{ACCOUNT, PASSWORD, Place, Server};

/// Where the provider sends browsers back to, at whichever port.
const CALLBACK: &str = "https://localhost/sign-in/outside/callback";

struct Setting {
    provider: OidcProvider,
    place: Place,
    server: Server,
}

impl Setting {
    /// A portal whose people come through a provider, as `rules` say.
    async fn start(rules: &str) -> Self {
        let authority = TestAuthority::new("provider");
        let provider = OidcProvider::start(&authority, CALLBACK);
        let section = format!(
            "[[identity_provider]]\nname = \"real\"\nlabel = \"Example\"\nissuer = \"{}\"\nclient_id = \"{CLIENT_ID}\"\n\
             client_secret = \"{CLIENT_SECRET}\"\nscopes = [\"openid\", \"email\"]\nca_file = \"provider-ca.pem\"\n{rules}\n",
            provider.issuer
        );
        let place = Place::with(&section, None);
        fs::write(place.path("provider-ca.pem"), authority.pem()).unwrap();
        let server = place.serve().await;
        let mut setting = Self { provider, place, server };
        let portal = setting.address("");
        setting.provider.tell_of_ends(&portal, setting.place.authority.pem());
        setting
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.server.ready["portal"].as_str().unwrap())
    }

    /// Goes to the provider by its button on the page that is open, and signs in there.
    async fn answer(&self, browser: &Browser, button: &str, account: &str, second_factor: bool) {
        browser.click(button).await;
        browser.fill("#account", account).await;
        if second_factor {
            browser.click("#second-factor").await;
        }
        browser.click("button").await;
    }

    /// A new browser that signs in with the account password.
    async fn with_the_password(&self) -> Browser {
        let browser = Browser::start(false).await;
        browser.open(&self.address("/sign-in")).await;
        browser.fill("#username", ACCOUNT).await;
        browser.fill("#password", PASSWORD).await;
        browser.click("main button.primary").await;
        assert_eq!(browser.text("h1").await, "Security info");
        browser
    }

    /// A new browser that signs in through the provider.
    async fn sign_in(&self, account: &str, second_factor: bool) -> Browser {
        let browser = Browser::start(false).await;
        browser.open(&self.address("/sign-in")).await;
        self.answer(&browser, BUTTON, account, second_factor).await;
        browser
    }
}

/// The page where an owner links the account.
const LINK: &str = "/outside-identities/link";
/// The button on the sign-in page.
const BUTTON: &str = "form[action='/sign-in/outside'] button";

#[tokio::test]
async fn e2e_somebody_new_comes_through_the_provider_and_confirms_there() {
    let setting = Setting::start("create = true\nmfa_amr = [\"mfa\"]").await;
    let doctor = setting.place.run(&["doctor", "--json"]).await;
    assert!(doctor.out.contains("it publishes its endpoints and keys"), "{doctor:?}");

    let browser = setting.sign_in(ACCOUNT, true).await;
    assert_eq!(browser.text("h1").await, "Security info", "{}", setting.provider.log());
    let shown = setting.place.run(&["account", "show", ACCOUNT, "--json"]).await.json();
    assert_eq!(shown["has_password"], false);
    assert_eq!(shown["outside_identities"][0]["subject"], ACCOUNT);
    assert!(shown["outside_identities"][0]["last_used_at"].is_string());

    // Without the provider's second factor ours is asked for.
    let other = setting.sign_in(ACCOUNT, false).await;
    assert_eq!(other.path().await, "/methods/authenticator/new");
    other.close().await;

    let records = setting.place.run(&["audit", "list", "--json"]).await;
    assert!(records.out.contains("amr pwd mfa"), "{}", records.out);
    browser.close().await;
}

#[tokio::test]
async fn e2e_an_owner_who_was_turned_away_confirms_and_links() {
    let setting = Setting::start("mfa_amr = [\"mfa\"]").await;
    setting.place.add_account("disabled").await;
    let browser = setting.sign_in(ACCOUNT, true).await;
    assert_eq!(browser.text("h1").await, "Your account is not linked yet", "{}", setting.provider.log());
    browser.close().await;

    let link = ["account", "link", ACCOUNT, "--provider", "real", "--subject", ACCOUNT];
    assert_eq!(setting.place.run(&link).await.code, 0);
    let browser = setting.with_the_password().await;
    browser.open(&setting.address(LINK)).await;
    browser.click("form[action='/outside-identities/link'] button").await;
    assert_eq!(browser.text("h1").await, "Confirm that it is you", "the password alone is not enough");
    let confirm = "form[action='/step-up/outside'] button";
    setting.answer(&browser, confirm, "somebody.else@example.test", true).await;
    assert_eq!(browser.text("h1").await, "That did not confirm that it is you", "{}", setting.provider.log());
    browser.close().await;
    let browser = setting.with_the_password().await;
    browser.open(&setting.address(LINK)).await;
    browser.click("form[action='/outside-identities/link'] button").await;
    setting.answer(&browser, confirm, ACCOUNT, true).await;
    assert_eq!(browser.text("h1").await, "Link your account");
    assert_eq!(browser.path().await, LINK, "{}", setting.provider.log());

    // The provider knows her now, and asks nothing more.
    browser.click("form[action='/outside-identities/link'] button").await;
    browser.text("#outside").await;
    assert_eq!(browser.path().await, "/security-info?done=identity-linked", "{}", setting.provider.log());
    let shown = setting.place.run(&["account", "show", ACCOUNT, "--json"]).await.json();
    assert_eq!(shown["outside_identities"].as_array().unwrap().len(), 1, "it is the same one");
    let id = shown["outside_identities"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(setting.place.run(&["account", "unlink", ACCOUNT, &id]).await.code, 0);
    browser.close().await;

    let browser = setting.sign_in(ACCOUNT, true).await;
    assert_eq!(browser.text("h1").await, "Your account is not linked yet");
    browser.close().await;
}

/// Everything that the provider's own test says of the real one: its signature, its times, its names of sessions.
#[tokio::test]
async fn e2e_who_signs_out_at_the_provider_is_signed_out_here() {
    let setting = Setting::start("create = true\nmfa_amr = [\"mfa\"]").await;
    let browser = setting.sign_in(ACCOUNT, true).await;
    assert_eq!(browser.text("h1").await, "Security info", "{}", setting.provider.log());
    let elsewhere = setting.sign_in(ACCOUNT, true).await;
    assert_eq!(elsewhere.text("h1").await, "Security info");

    browser.open(&setting.provider.endpoint("session/end")).await;
    browser.click("#sign-out").await;
    assert_eq!(browser.text("h1").await, "Nobody is signed in here", "{}", setting.provider.log());
    browser.open(&setting.address("/security-info")).await;
    assert!(browser.path().await.starts_with("/sign-in"), "{}", setting.provider.log());
    // The other browser has a session of its own there, which goes on.
    elsewhere.open(&setting.address("/security-info")).await;
    assert_eq!(elsewhere.text("h1").await, "Security info");
    let records = setting.place.run(&["audit", "list", "--json"]).await;
    assert!(records.out.contains("Sign out by identity provider"), "{}", records.out);
    browser.close().await;
    elsewhere.close().await;
}

#[tokio::test]
async fn e2e_who_signs_out_here_is_led_to_sign_out_there_and_back() {
    let setting = Setting::start("create = true\nmfa_amr = [\"mfa\"]\nsign_out_there = true").await;
    let browser = setting.sign_in(ACCOUNT, true).await;
    assert_eq!(browser.text("h1").await, "Security info", "{}", setting.provider.log());
    browser.click(".who button").await;
    browser.click("#sign-out").await;
    assert_eq!(browser.text("h1").await, "You are signed out", "{}", setting.provider.log());
    assert!(browser.path().await.starts_with("/sign-in/outside/signed-out"));
    // Neither knows her any more: the provider asks who it is.
    browser.open(&setting.address("/sign-in")).await;
    browser.click(BUTTON).await;
    assert!(browser.sees("#account").await, "{}", setting.provider.log());
    browser.close().await;
}

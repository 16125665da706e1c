//! A headless Chromium, driven through chromedriver (W3C WebDriver). Both come from the distribution's packages
//! (`packages.debian.txt`).

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use url::Url;

/// How long a page may take to show what a test waits for: this machine may be busy with other tests.
const PATIENCE: Duration = Duration::from_secs(30);

/// Says whether a click on the element leads to another page, and marks this one as left if it does.
const LEAVES: &str = "
    const element = arguments[0], form = element.form;
    const sends = element.type === 'submit' && form && (form.noValidate || form.checkValidity());
    if (!sends && !element.closest('a[href]')) return false;
    document.documentElement.dataset.left = '';
    return true;";

/// Says whether the page is another one than that which was left, and whole.
const ARRIVED: &str =
    "return document.readyState === 'complete' && !('left' in document.documentElement.dataset);";

/// Runs axe-core on the page and gives a line for each element that it finds something serious or critical in.
const FIND_SERIOUS: &str = "
    const done = arguments[arguments.length - 1];
    const options = { resultTypes: ['violations'], iframes: false };
    axe.run(document, options).then(
        results => done(results.violations
            .filter(each => each.impact === 'serious' || each.impact === 'critical')
            .flatMap(each => each.nodes.map(node =>
                `${each.impact} ${each.id}: ${node.target.join(' ')}: ` +
                `${node.failureSummary.split('\\n').map(line => line.trim()).join(' ')} (${each.helpUrl})`))),
        error => done(String(error)));";

/// What `@media` queries see.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scheme {
    /// `prefers-color-scheme: light`
    Light,
    /// `prefers-color-scheme: dark`
    Dark,
}

/// A browser with a fresh profile. It accepts any certificate, resolves every host name to loopback, and ends when it
/// is dropped.
pub struct Browser {
    client: Client,
    // Held so that the process ends and the profile goes with the browser.
    _driver: Child,
    _profile: TempDir,
}

impl Browser {
    /// Starts chromedriver and a browser.
    ///
    /// # Panics
    /// When one of them does not start; the packages `chromium` and `chromium-driver` must be installed.
    pub async fn start(javascript: bool) -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("chromedriver starts (package chromium-driver)");
        let port = driver_port(&mut driver).await;
        let profile = TempDir::new().expect("a folder for the profile");
        let capabilities = capabilities(profile.path(), javascript);
        let address = format!("http://127.0.0.1:{port}");
        let client = Client::with_capabilities_and_connector(&address, &capabilities, HttpConnector::new())
            .await
            .expect("chromium starts (package chromium)");
        Self { client, _driver: driver, _profile: profile }
    }

    /// Ends the session.
    ///
    /// # Panics
    /// When chromedriver does not answer.
    pub async fn close(self) {
        self.client.close().await.expect("the browser closes");
    }

    /// Opens an address.
    ///
    /// # Panics
    /// When it does not load.
    pub async fn open(&self, url: &str) {
        self.client.goto(url).await.expect(url);
    }

    /// Path and query of the page.
    ///
    /// # Panics
    /// When chromedriver does not answer.
    pub async fn path(&self) -> String {
        let url = self.client.current_url().await.expect("the page has an address");
        url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
    }

    /// Waits for an element and gives its text as it is seen.
    ///
    /// # Panics
    /// When it does not come.
    pub async fn text(&self, css: &str) -> String {
        loop {
            match self.find(css).await.text().await {
                // The page was left between the two.
                Err(error) if error.is_stale_element_reference() || is_of_another_document(&error) => {}
                answered => return answered.expect(css),
            }
        }
    }

    /// An attribute or property of an element.
    ///
    /// # Panics
    /// When the element or the attribute does not come.
    pub async fn attribute(&self, css: &str, name: &str) -> String {
        self.find(css).await.attr(name).await.expect(css).unwrap_or_else(|| panic!("{css} has no {name}"))
    }

    /// Whether an element is there and seen.
    ///
    /// # Panics
    /// When chromedriver does not answer.
    pub async fn sees(&self, css: &str) -> bool {
        match self.client.find(Locator::Css(css)).await {
            Ok(element) => element.is_displayed().await.expect(css),
            Err(error) if error.is_no_such_element() => false,
            Err(error) => panic!("{css}: {error}"),
        }
    }

    /// Types into a field in place of what stands there.
    ///
    /// # Panics
    /// When there is no such field.
    pub async fn fill(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        field.clear().await.expect(css);
        field.send_keys(text).await.expect(css);
    }

    /// Clicks. What leads to another page (a link, a button that sends a form) is followed until that page is there:
    /// chromedriver does not always wait for it, and what comes next would meet the page before.
    ///
    /// # Panics
    /// When there is nothing to click, or no other page comes.
    pub async fn click(&self, css: &str) {
        let element = self.find(css).await;
        let argument = serde_json::to_value(&element).expect("an element is a reference");
        let leaves = self.client.execute(LEAVES, vec![argument]).await.expect(css);
        element.click().await.expect(css);
        if leaves.as_bool() == Some(true) {
            tokio::time::timeout(PATIENCE, self.arrive())
                .await
                .unwrap_or_else(|_| panic!("{css} leads nowhere"));
        }
    }

    /// Waits for the page that follows one that was marked as left.
    async fn arrive(&self) {
        loop {
            // Between two pages there is none to ask.
            if let Ok(arrived) = self.client.execute(ARRIVED, Vec::new()).await
                && arrived.as_bool() == Some(true)
            {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    /// Loads the page again; a form that made it is sent again.
    ///
    /// # Panics
    /// When it does not load.
    pub async fn reload(&self) {
        self.client.refresh().await.expect("the page loads again");
    }

    /// Runs a script in the page.
    ///
    /// # Panics
    /// When the script throws.
    pub async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.expect(script)
    }

    /// Sets the size of the page in CSS pixels and the colour scheme.
    ///
    /// # Panics
    /// When the browser refuses.
    pub async fn look(&self, width: u32, height: u32, scheme: Scheme) {
        let value = if scheme == Scheme::Dark { "dark" } else { "light" };
        let phone = width < 600;
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone }),
        )
        .await;
        let feature = json!({ "name": "prefers-color-scheme", "value": value });
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": [feature] })).await;
    }

    /// A picture of the whole page, as PNG.
    ///
    /// # Panics
    /// When the browser makes none, or it cannot be written.
    pub async fn picture(&self, path: &Path) {
        let answer = self.devtools("Page.captureScreenshot", json!({ "captureBeyondViewport": true })).await;
        let data = answer["data"].as_str().expect("a picture in base64");
        let png = base64::engine::general_purpose::STANDARD.decode(data).expect("base64");
        std::fs::write(path, png).expect("the picture is written");
    }

    /// How far the page's content is wider than `window` CSS pixels, as given to [`Self::look`]. A phone's browser makes its
    /// own window as wide as the content, so that it cannot be asked.
    ///
    /// # Panics
    /// When the browser does not say.
    pub async fn overflow(&self, window: u32) -> i64 {
        let metrics = self.devtools("Page.getLayoutMetrics", json!({})).await;
        let wider = metrics["cssContentSize"]["width"].as_f64().expect("a width") - f64::from(window);
        #[expect(clippy::cast_possible_truncation, reason = "a page is a few thousand pixels wide")]
        let wider = wider.round() as i64;
        wider
    }

    /// Lets the page read and write the clipboard, which asks a person otherwise.
    ///
    /// # Panics
    /// When the browser refuses.
    pub async fn permit_clipboard(&self, origin: &str) {
        let permissions = json!(["clipboardReadWrite", "clipboardSanitizedWrite"]);
        self.devtools("Browser.grantPermissions", json!({ "origin": origin, "permissions": permissions }))
            .await;
    }

    /// What axe-core finds wrong with the page that is open, of impact serious or critical: a line for each element, with
    /// the rule and where to read about it. None is none.
    ///
    /// # Panics
    /// When axe-core is not installed, or does not run.
    pub async fn axe(&self) -> Vec<String> {
        // Run from WebDriver, which no content security policy stops, as the source of one script: nothing is loaded.
        let library =
            std::fs::read_to_string(axe()).expect("axe-core is installed: run `cargo xtask install`");
        self.client.execute(&library, Vec::new()).await.expect("axe-core can be read");
        let found = self.client.execute_async(FIND_SERIOUS, Vec::new()).await.expect("axe-core answers");
        let lines = found.as_array().unwrap_or_else(|| panic!("axe-core failed: {found}"));
        lines.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// Gives the browser an authenticator that keeps credentials and says that it verified who uses it. Each test of
    /// presence succeeds by itself.
    ///
    /// # Panics
    /// When the browser refuses.
    pub async fn plug_in_authenticator(&self) -> VirtualAuthenticator {
        self.devtools("WebAuthn.enable", json!({})).await;
        let options = json!({
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": true,
            "hasUserVerification": true,
            "isUserVerified": true,
            "automaticPresenceSimulation": true,
        });
        let answer = self.devtools("WebAuthn.addVirtualAuthenticator", json!({ "options": options })).await;
        VirtualAuthenticator(answer["authenticatorId"].as_str().expect("an identifier").to_owned())
    }

    /// Takes an authenticator away, with what it keeps.
    ///
    /// # Panics
    /// When the browser refuses.
    pub async fn unplug(&self, authenticator: VirtualAuthenticator) {
        let params = json!({ "authenticatorId": authenticator.0 });
        self.devtools("WebAuthn.removeVirtualAuthenticator", params).await;
    }

    /// Whether the authenticator recognises its user from now on.
    ///
    /// # Panics
    /// When the browser refuses.
    pub async fn recognise_user(&self, authenticator: &VirtualAuthenticator, recognises: bool) {
        let params = json!({ "authenticatorId": authenticator.0, "isUserVerified": recognises });
        self.devtools("WebAuthn.setUserVerified", params).await;
    }

    /// The credentials of the authenticator, as the DevTools protocol describes them.
    ///
    /// # Panics
    /// When the browser refuses.
    pub async fn credentials(&self, authenticator: &VirtualAuthenticator) -> Vec<Value> {
        let params = json!({ "authenticatorId": authenticator.0 });
        let answer = self.devtools("WebAuthn.getCredentials", params).await;
        answer["credentials"].as_array().cloned().unwrap_or_default()
    }

    /// Puts a credential back as it is described, in the place of the one with its identifier if there is one.
    ///
    /// # Panics
    /// When the browser refuses.
    pub async fn put_credential(&self, authenticator: &VirtualAuthenticator, credential: &Value) {
        let id = &credential["credentialId"];
        if self.credentials(authenticator).await.iter().any(|held| held["credentialId"] == *id) {
            let params = json!({ "authenticatorId": authenticator.0, "credentialId": id });
            self.devtools("WebAuthn.removeCredential", params).await;
        }
        let params = json!({ "authenticatorId": authenticator.0, "credential": credential });
        self.devtools("WebAuthn.addCredential", params).await;
    }

    async fn find(&self, css: &str) -> fantoccini::elements::Element {
        match self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await {
            Ok(element) => element,
            Err(error) => {
                let source = self.client.source().await.unwrap_or_default();
                panic!("no {css} at {} ({error}):\n{source}", self.path().await)
            }
        }
    }

    async fn devtools(&self, method: &'static str, params: Value) -> Value {
        self.client.issue_cmd(DevTools { method, params }).await.expect(method)
    }
}

/// Where `cargo xtask test` installs axe-core, whichever target folder cargo uses.
fn axe() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/peers/axe-core/node_modules/axe-core/axe.min.js")
}

/// An authenticator that is plugged into a browser.
#[derive(Debug)]
pub struct VirtualAuthenticator(String);

/// A command of the Chrome DevTools Protocol, as chromedriver passes it on.
#[derive(Debug)]
struct DevTools {
    method: &'static str,
    params: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "cmd": self.method, "params": self.params }).to_string()))
    }
}

/// The port that chromedriver chose and says on its output.
async fn driver_port(driver: &mut Child) -> u16 {
    let output = driver.stdout.take().expect("the output is piped");
    let mut lines = BufReader::new(output).lines();
    let port = loop {
        let line = lines.next_line().await.expect("chromedriver speaks").expect("chromedriver says its port");
        if let Some(port) = line
            .split("successfully on port ")
            .nth(1)
            .and_then(|rest| rest.trim_end_matches('.').parse().ok())
        {
            break port;
        }
    };
    // Whoever closes the pipe ends chromedriver with it; so it is read to its end.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    port
}

fn capabilities(profile: &Path, javascript: bool) -> fantoccini::wd::Capabilities {
    let mut args: Vec<String> = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--host-resolver-rules=MAP * 127.0.0.1",
    ]
    .map(str::to_owned)
    .to_vec();
    args.push(format!("--user-data-dir={}", profile.display()));
    let mut options = json!({ "args": args });
    // Without it the browser makes no passkey where it would warn of the certificate.
    options["prefs"] = json!({ "webauthn.allow_with_broken_certs": true });
    if !javascript {
        options["prefs"]["profile.managed_default_content_settings.javascript"] = json!(2);
    }
    let all = json!({ "acceptInsecureCerts": true, "browserName": "chrome", "goog:chromeOptions": options });
    match all {
        Value::Object(map) => map,
        _ => unreachable!("the value above is an object"),
    }
}

/// A stale reference in the words that chromedriver has for it while one page takes the place of another.
fn is_of_another_document(error: &CmdError) -> bool {
    error.to_string().contains("does not belong to the document")
}

//! The HTTP doors with real programs: exchangelib before a service that checks what arrives, vdirsyncer before Radicale.

use std::fs;

use postern_testkit::certificates::TestAuthority;
use postern_testkit::radicale::USER_FIELD;
use postern_testkit::{EwsDemand, EwsResponder, Exchangelib, Radicale, Vdirsyncer};
use serde_json::json;
use tokio::process::Command;

use super::server::{ACCOUNT, Place, Server, answer};

/// What the gateway signs in with at the service behind.
const SERVICE_USER: &str = "gateway@upstream.test";
const SERVICE_SECRET: &str = "walnut harbour 93 lantern";

/// A server with an EWS service behind it.
pub(crate) struct Ews {
    pub(crate) place: Place,
    pub(crate) responder: EwsResponder,
    pub(crate) server: Server,
}

impl Ews {
    /// Behind which the gateway signs in with fixed credentials.
    pub(crate) async fn start() -> Self {
        let demand = EwsDemand::Basic { user: SERVICE_USER.to_owned(), password: SERVICE_SECRET.to_owned() };
        let upstream = format!(
            "doors = [\"ews\", \"autodiscover\"]\nsign_in = \"fixed\"\nuser_name = \"{SERVICE_USER}\"\n\
             secret = \"{SERVICE_SECRET}\"\n"
        );
        Self::start_with(demand, &upstream, &[]).await
    }

    /// With these keys of the upstream, and whatever sections follow them.
    pub(crate) async fn start_with(demand: EwsDemand, upstream: &str, files: &[(&str, &str)]) -> Self {
        let authority = TestAuthority::new("upstream");
        let responder = EwsResponder::start(demand, Some(&authority.issue(&["localhost"]))).await;
        let place = Place::new(&format!(
            "host = \"localhost\"\nport = {}\ntls = \"implicit\"\nca_file = \"upstream-ca.pem\"\n\
             {upstream}[[http.listener]]\nlisten = \"127.0.0.1:0\"\n",
            responder.address.port()
        ));
        fs::write(place.path("upstream-ca.pem"), authority.pem()).unwrap();
        for (name, content) in files {
            fs::write(place.path(name), content).unwrap();
        }
        place.add_account("enforced").await;
        let server = place.serve().await;
        Self { place, responder, server }
    }

    /// Creates an app password for it; gives its id and its secret.
    pub(crate) async fn app_password(&self) -> (String, String) {
        self.place.create("Calendar tool", &["--protocol", "ews"]).await
    }

    /// Where programs find it.
    pub(crate) fn url(&self) -> String {
        format!("{}/EWS/Exchange.asmx", url(&self.server))
    }

    /// exchangelib with the mailbox of the account.
    pub(crate) fn client(&self, secret: &str) -> Exchangelib {
        Exchangelib {
            url: self.url(),
            ca_file: self.place.ca_file(),
            user: ACCOUNT.to_owned(),
            secret: secret.to_owned(),
            mailbox: ACCOUNT.to_owned(),
            impersonates: false,
        }
    }
}

/// Where programs find the HTTP doors.
fn url(server: &Server) -> String {
    let address = server.ready["http"][0]["address"].as_str().unwrap();
    format!("https://{address}")
}

#[tokio::test]
async fn e2e_exchangelib_reads_and_sends() {
    let ews = Ews::start().await;
    let (_, secret) = ews.app_password().await;
    let client = ews.client(&secret);
    assert_eq!(client.list().await, json!({"subjects": ["Hello"]}));
    assert_eq!(client.send().await, json!({"sent": true}));
    let requests = ews.responder.requests();
    assert!(requests.iter().any(|request| request.operation == "CreateItem"), "{requests:?}");
    for request in requests {
        // The anonymous ones end at the gateway, and the app password does not leave it.
        assert!(request.is_admitted, "{request:?}");
        assert!(!format!("{request:?}").contains(&secret), "{request:?}");
        assert_eq!(request.impersonated, None);
        assert_eq!(request.target, "/EWS/Exchange.asmx");
    }
    assert_eq!(ews.server.stop().await, Some(0));
}

#[tokio::test]
async fn e2e_a_revoked_app_password_is_refused_at_ews() {
    let ews = Ews::start().await;
    let (id, secret) = ews.app_password().await;
    assert_eq!(ews.place.run(&["app-password", "revoke", &id]).await.code, 0);
    let client = ews.client(&secret);
    let outcome = client.list().await;
    assert_eq!(outcome["error"], "UnauthorizedError", "{outcome}");
    assert_eq!(ews.responder.requests(), []);
}

#[tokio::test]
async fn e2e_a_revoke_cuts_a_stream_of_notifications() {
    let ews = Ews::start().await;
    let (id, secret) = ews.app_password().await;
    let mut listening = ews.client(&secret).listen();
    ews.responder.wait_for_streams(1).await;
    ews.responder.notify();
    assert_eq!(listening.outcome().await, json!({"event": "NewMailEvent"}));

    assert_eq!(ews.place.run(&["app-password", "revoke", &id]).await.code, 0);
    let outcome = listening.outcome().await;
    assert!(outcome["error"].is_string(), "{outcome}");
    ews.responder.wait_until_no_stream_is_read().await;
}

/// Where Autodiscover sends a program, that is where it takes its app password.
#[tokio::test]
async fn e2e_autodiscover_leads_back_to_the_gateway() {
    let ews = Ews::start().await;
    let (_, secret) = ews.place.create("Calendar tool", &["--protocol", "autodiscover"]).await;
    let ask = async |address: &str| {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--user", &format!("{ACCOUNT}:{secret}"), "--cacert"]);
        curl.arg(ews.place.ca_file()).args(["--header", "Content-Type: text/xml; charset=utf-8"]);
        curl.args(["--data-binary", &format!("<EMailAddress>{address}</EMailAddress>")]);
        curl.args(["--write-out", "\n%{http_code}"]);
        curl.arg(format!("{}/autodiscover/autodiscover.xml", url(&ews.server)));
        answer(curl, "").await.out
    };
    let told = ask(ACCOUNT).await;
    assert!(told.ends_with("\n200"), "{told}");
    assert!(told.contains(&format!("<EwsUrl>{}</EwsUrl>", ews.url())), "{told}");
    assert!(told.contains("<AuthPackage>basic</AuthPackage>"), "{told}");
    // A redirect to another domain is not passed on.
    let told = ask("moved@example.test").await;
    assert!(told.ends_with("\n502") && !told.contains("elsewhere"), "{told}");
}

#[tokio::test]
async fn e2e_vdirsyncer_synchronizes_with_radicale() {
    let radicale = Radicale::start().await;
    let place = Place::new(&format!(
        "host = \"127.0.0.1\"\nport = {}\ntls = \"none\"\ndoors = [\"dav\"]\nsign_in = \"header\"\n\
         identity_header = \"{USER_FIELD}\"\n[[http.listener]]\nlisten = \"127.0.0.1:0\"\n\
         [[http.route]]\ndoor = \"dav\"\n",
        radicale.port
    ));
    place.add_account("enforced").await;
    let (_, secret) = place.create("Calendar", &["--protocol", "dav"]).await;
    let (_, other) = place.create("Reads mail", &["--protocol", "imap"]).await;
    let server = place.serve().await;
    let ca_file = place.ca_file();
    let vdirsyncer = |secret: &str| Vdirsyncer::new(&url(&server), Some(&ca_file), ACCOUNT, secret);

    let here = vdirsyncer(&secret);
    here.add("one", "Dentist");
    let synced = here.sync().await;
    assert_eq!(synced.code, 0, "{synced:?}\n{}\n{}", radicale.log(), log(&place));
    let there = radicale.entries(ACCOUNT);
    assert_eq!(there.len(), 1, "{there:?}");
    assert!(there[0].contains("SUMMARY:Dentist"), "{there:?}");

    // Another device gets it.
    let device = vdirsyncer(&secret);
    let synced = device.sync().await;
    assert_eq!(synced.code, 0, "{synced:?}");
    assert!(device.entries()[0].contains("SUMMARY:Dentist"));

    // An app password for something else does not.
    let synced = vdirsyncer(&other).sync().await;
    assert_ne!(synced.code, 0, "{synced:?}");
    assert!(synced.said.contains("401"), "{synced:?}");
    assert_eq!(server.stop().await, Some(0));
}

fn log(place: &Place) -> String {
    fs::read_to_string(place.path("log")).unwrap_or_default()
}

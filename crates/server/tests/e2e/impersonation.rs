//! A backup tool that opens the mailboxes of others over Exchange Web Services: those that it was granted, no others.

use std::fs;

use postern_testkit::certificates::TestAuthority;
use postern_testkit::oidc_provider::{CLIENT_ID, CLIENT_SECRET, SCOPE};
use postern_testkit::{EwsDemand, Exchangelib, OidcProvider};
use serde_json::json;
use tokio::process::Command;

use super::http::Ews;
use super::server::{ACCOUNT, answer};

const TOOL: &str = "backup@example.test";
const ANNA: &str = "anna@example.test";
const ANNAS_ALIAS: &str = "a.alias@example.test";
const BEA: &str = "bea@example.test";

/// Adds the service account that the tool signs in with, and the two people.
async fn add_accounts(ews: &Ews) {
    let add = ["account", "add", TOOL, "--kind", "service-account", "--no-password"];
    assert_eq!(ews.place.run(&add).await.code, 0);
    for (name, options) in [(ANNA, &["--alias", ANNAS_ALIAS][..]), (BEA, &[])] {
        let add = [&["account", "add", name, "--no-password"], options].concat();
        assert_eq!(ews.place.run(&add).await.code, 0);
    }
}

/// Creates an app password of the tool; gives its secret.
async fn create(ews: &Ews, name: &str, options: &[&str]) -> String {
    let command = ["app-password", "create", TOOL, "--json", "--protocol", "ews", "--name", name];
    let made = ews.place.run(&[&command, options].concat()).await.json();
    made["secret"].as_str().unwrap().to_owned()
}

fn acting_for(ews: &Ews, mailbox: &str, secret: &str) -> Exchangelib {
    Exchangelib {
        url: ews.url(),
        ca_file: ews.place.ca_file(),
        user: TOOL.to_owned(),
        secret: secret.to_owned(),
        mailbox: mailbox.to_owned(),
        impersonates: true,
    }
}

#[tokio::test]
async fn e2e_a_backup_tool_opens_the_mailboxes_that_it_was_granted() {
    let ews = Ews::start().await;
    add_accounts(&ews).await;
    let secret = create(&ews, "Backup tool", &[]).await;
    let denied = acting_for(&ews, ANNA, &secret).list().await;
    assert_eq!(denied["error"], "ErrorImpersonateUserDenied", "before the grant: {denied}");

    let granted = ews.place.run(&["account", "grant", TOOL, "--mailbox", ANNA, "--mailbox", BEA]).await;
    assert_eq!(granted.code, 0, "{granted:?}");
    let narrow = create(&ews, "Backup of Anna", &["--impersonate-mailbox", ANNA]).await;
    assert_eq!(acting_for(&ews, ANNA, &secret).list().await, json!({"subjects": ["Hello"]}));
    assert_eq!(acting_for(&ews, ANNA, &narrow).list().await, json!({"subjects": ["Hello"]}));
    let found = ews.responder.wait_for("FindItem").await;
    assert_eq!(found.impersonated.as_deref(), Some(ANNA));
    assert_eq!(found.fields["x-anchormailbox"], ANNA);
    // What was judged is what arrives, whatever the service behind takes the alias for.
    assert_eq!(acting_for(&ews, ANNAS_ALIAS, &secret).list().await, json!({"subjects": ["Hello"]}));

    let denied = acting_for(&ews, "nobody@example.test", &secret).list().await;
    assert_eq!(denied["error"], "ErrorImpersonateUserDenied", "{denied}");
    let denied = acting_for(&ews, BEA, &narrow).list().await;
    assert_eq!(denied["error"], "ErrorImpersonateUserDenied", "{denied}");
    // Whoever looks the reference up sees who wanted what, and with which app password.
    let (_, rest) = denied["text"].as_str().unwrap().split_once("(ref ").unwrap();
    let reference = rest.split_once(')').unwrap().0;
    ews.place.reason(reference).await;
    let found = ews.place.run(&["doctor", "--reference", reference, "--json"]).await.json();
    let fact = |key: &str| found[key].as_str().unwrap().to_owned();
    assert_eq!(
        [fact("reason"), fact("account"), fact("app_password"), fact("acting_for"), fact("door")],
        ["impersonation-not-granted", TOOL, "Backup of Anna", BEA, "ews"],
    );

    let others = ews.responder.requests().into_iter().filter_map(|request| request.impersonated);
    assert!(others.into_iter().all(|mailbox| mailbox == ANNA), "nothing for anybody else came through");
    assert_eq!(ews.server.stop().await, Some(0));
}

/// The token of an application opens every mailbox, so the gateway names one: whatever a request says.
#[tokio::test]
async fn e2e_an_application_opens_the_mailbox_of_who_signed_in_and_no_other() {
    let authority = TestAuthority::new("provider");
    let provider = OidcProvider::start(&authority, "https://127.0.0.1:1/consents/callback");
    let upstream = format!(
        "doors = [\"ews\"]\nsign_in = \"oauth\"\nprovider = \"real\"\n[[provider]]\nname = \"real\"\ngrant = \"client-credentials\"\n\
         client_id = \"{CLIENT_ID}\"\nclient_secret = \"{CLIENT_SECRET}\"\nscopes = [\"{SCOPE}\"]\n\
         token_endpoint = \"{}\"\nca_file = \"provider-ca.pem\"\n",
        provider.endpoint("token")
    );
    let ews = Ews::start_with(EwsDemand::Bearer, &upstream, &[("provider-ca.pem", authority.pem())]).await;
    add_accounts(&ews).await;
    let (_, secret) = ews.app_password().await;

    // No impersonation in what the program sends, the own mailbox in what arrives.
    assert_eq!(ews.client(&secret).list().await, json!({"subjects": ["Hello"]}));
    // Neither asking for another mailbox in the body nor by impersonation changes that.
    let curious = Exchangelib { mailbox: ANNA.to_owned(), ..ews.client(&secret) };
    curious.list().await;
    let denied = Exchangelib { impersonates: true, ..curious }.list().await;
    assert_eq!(denied["error"], "ErrorImpersonateUserDenied", "{denied}");
    assert!(!ews.responder.requests().is_empty());
    for request in ews.responder.requests() {
        assert_eq!(request.impersonated.as_deref(), Some(ACCOUNT), "{request:?}");
        assert_eq!(request.fields["x-anchormailbox"], ACCOUNT, "{request:?}");
        assert_eq!(request.body.matches("ExchangeImpersonation").count(), 2, "one element: {request:?}");
    }

    // Who was granted another mailbox opens that one.
    let secret = create(&ews, "Backup tool", &[]).await;
    assert_eq!(ews.place.run(&["account", "grant", TOOL, "--mailbox", ANNA]).await.code, 0);
    assert_eq!(acting_for(&ews, ANNA, &secret).list().await, json!({"subjects": ["Hello"]}));
    assert_eq!(ews.responder.wait_for("FindItem").await.impersonated.as_deref(), Some(ANNA));
}

#[tokio::test]
async fn e2e_requests_that_two_readers_would_read_differently_never_arrive() {
    let ews = Ews::start().await;
    add_accounts(&ews).await;
    let secret = create(&ews, "Backup tool", &[]).await;
    assert_eq!(ews.place.run(&["account", "grant", TOOL, "--mailbox", ANNA]).await.code, 0);

    let identity = |mailbox: &str| {
        format!(
            "<t:ExchangeImpersonation><t:ConnectingSID><t:PrimarySmtpAddress>{mailbox}</t:PrimarySmtpAddress>\
             </t:ConnectingSID></t:ExchangeImpersonation>"
        )
    };
    let envelope = |content: &str| {
        format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
             xmlns:t=\"http://schemas.microsoft.com/exchange/services/2006/types\">{content}</s:Envelope>"
        )
    };
    let header =
        |content: &str| envelope(&format!("<s:Header>{content}</s:Header><s:Body><m:GetFolder/></s:Body>"));
    let (anna, bea) = (identity(ANNA), identity(BEA));
    for (request, code) in [
        (header(&format!("{anna}{bea}")), "ErrorMoreThanOneAccessModeSpecified"),
        (header("<t:SerializedSecurityContext/>"), "ErrorMoreThanOneAccessModeSpecified"),
        (header(&bea.replace("t:", "x:")), "ErrorSchemaValidation"),
        (header(&identity(&format!("{ANNA}<!-- -->.evil"))), "ErrorInvalidExchangeImpersonationHeaderData"),
        (format!("<!DOCTYPE x>{}", header(&anna)), "ErrorSchemaValidation"),
        (
            envelope(&format!("<s:Body><m:GetFolder/></s:Body><s:Header>{bea}</s:Header>")),
            "ErrorSchemaValidation",
        ),
    ] {
        fs::write(ews.place.path("request.xml"), &request).unwrap();
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--user", &format!("{TOOL}:{secret}"), "--cacert"]);
        curl.arg(ews.place.ca_file()).args(["--header", "Content-Type: text/xml; charset=utf-8"]);
        curl.arg("--data-binary").arg(format!("@{}", ews.place.path("request.xml").display()));
        curl.args(["--write-out", "\n%{http_code}", &ews.url()]);
        let answer = answer(curl, "").await;
        assert!(answer.out.contains(code), "{request}: {answer:?}");
        assert!(answer.out.ends_with("\n500"), "{answer:?}");
    }
    assert_eq!(ews.responder.requests(), []);
}

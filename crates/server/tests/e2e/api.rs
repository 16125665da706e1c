//! The API in front of real curl: every example of `docs/api.md`, against a running server.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::server::{Place, Server, answer};

/// Runs a command of the documentation as a shell would, at this server instead of the example's.
async fn run(place: &Place, server: &Server, command: &str, environment: &[(&str, &str)]) -> Value {
    let portal = server.ready["portal"].as_str().unwrap().trim_end_matches('/');
    let command = command
        .replace("https://portal.example.org", portal)
        .replace("anna@example.org", super::server::ACCOUNT)
        .replacen(
            "curl",
            "curl --silent --show-error --fail-with-body --cacert \"$CA\" --write-out '\\n%{http_code}'",
            1,
        );
    let mut shell = tokio::process::Command::new("sh");
    shell.arg("-c").arg(&command).env("CA", place.ca_file()).envs(environment.iter().copied());
    let told = answer(shell, "").await;
    assert_eq!(told.code, 0, "{command}: {told:?}");
    let (body, status) = told.out.trim_end().rsplit_once('\n').unwrap();
    assert!(status.starts_with('2'), "{command}: {told:?}");
    serde_json::from_str(body).unwrap_or(Value::Null)
}

/// The commands that stand in `docs/api.md`, in their order.
fn examples() -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/api.md");
    let text = fs::read_to_string(file).unwrap();
    text.lines().filter_map(|line| line.strip_prefix("$ curl").map(|rest| format!("curl{rest}"))).collect()
}

#[tokio::test]
async fn e2e_every_example_of_the_documentation_works() {
    let place = Place::new("");
    place.add_account("enforced").await;
    let root = ["account", "add", "root@example.test", "--role", "global-administrator", "--no-password"];
    assert_eq!(place.run(&root).await.code, 0);
    let server = place.serve().await;
    let make = ["--json", "token", "create", "root@example.test", "--name", "Roll-out", "--scope"];
    let own = "account.own,app-passwords.own";
    let others = "accounts.read,accounts.write,mfa.write,events.read,inventory.read,audit.read";
    let scopes = format!("{own},{others}");
    let token = place.run(&[&make[..], &[scopes.as_str()]].concat()).await.json();
    let token_text = token["token_text"].as_str().unwrap().to_owned();
    let add = ["--json", "service-principal", "add", "Identity provider", "--scope", "accounts.read"];
    let principal = place.run(&add).await.json();
    let environment = [
        ("POSTERN_TOKEN", token_text.as_str()),
        ("CLIENT_ID", principal["client_id"].as_str().unwrap()),
        ("CLIENT_SECRET", principal["client_secret"].as_str().unwrap()),
    ];
    let mut told = Vec::new();
    for command in examples() {
        told.push(run(&place, &server, &command, &environment).await);
    }
    let [me, access, mfa, created, preview, change, rows, unused, csv, report, begun, stands, records] =
        told.as_slice()
    else {
        panic!("other examples: {told:?}")
    };
    assert_eq!(me["account"], "root@example.test");
    assert_eq!((&access["token_type"], &access["expires_in"]), (&Value::from("Bearer"), &Value::from(3600)));
    assert_eq!(*mfa, Value::Null);
    assert_eq!(created["secret"].as_str().unwrap().len(), 24);
    assert_eq!((&preview["accounts"], &change["total"]), (&Value::from(0), &Value::from(0)));
    assert_eq!(rows["steps"][0]["account"], "bea@example.org");
    assert_eq!(unused["items"][0]["name"], "Contact form");
    assert_eq!(*csv, Value::Null, "no JSON");
    assert_eq!(report["stepSeconds"], 86_400);
    assert_ne!(begun["state"], "never");
    assert!(["running", "holds"].contains(&stands["state"].as_str().unwrap()), "{stands}");
    assert_eq!(records["operation"], "Create API token");

    // An access token opens what its principal may, and the command line sees and ends both.
    let list = "curl -H \"Authorization: Bearer $TOKEN\" https://portal.example.org/api/v1/accounts";
    let text = access["access_token"].as_str().unwrap();
    let accounts = run(&place, &server, list, &[("TOKEN", text)]).await;
    assert_eq!(accounts["items"].as_array().unwrap().len(), 2);
    let listed = place.run(&["--json", "token", "list"]).await.json();
    assert_eq!((&listed[0]["name"], &listed[0]["state"]), (&Value::from("Roll-out"), &Value::from("active")));
    assert_eq!(place.run(&["token", "revoke", token["id"].as_str().unwrap()]).await.code, 0);
    let portal = server.ready["portal"].as_str().unwrap();
    let mut curl = tokio::process::Command::new("curl");
    curl.args(["--silent", "--write-out", "%{http_code}", "--cacert"]).arg(place.ca_file());
    curl.args(["--header", &format!("Authorization: Bearer {token_text}")]);
    let refused = answer(
        {
            curl.arg(format!("{portal}/api/v1/me"));
            curl
        },
        "",
    )
    .await;
    assert!(refused.out.contains("was revoked") && refused.out.ends_with("401"), "{refused:?}");
    assert_eq!(server.stop().await, Some(0));
}

/// A token that is good from one network tells which address the portal takes a request to come from.
#[tokio::test]
async fn e2e_what_a_listed_proxy_says_of_the_client_is_believed_and_nothing_else() {
    let forwarded = ["X-Forwarded-For: 203.0.113.9", "X-Forwarded-For: 203.0.113.9, 198.51.100.1"];
    for (proxies, believed) in [(None, ["401", "401"]), (Some("127.0.0.0/8"), ["200", "401"])] {
        let place = Place::new("");
        if let Some(proxies) = proxies {
            let file = place.path("postern.toml");
            let config = fs::read_to_string(&file).unwrap();
            let listed = format!("[portal]\ntrusted_proxies = [\"{proxies}\"]\n");
            fs::write(file, config.replacen("[portal]\n", &listed, 1)).unwrap();
        }
        place.add_account("enforced").await;
        let make = ["--json", "token", "create", super::server::ACCOUNT, "--name", "Roll-out", "--scope"];
        let rest = ["account.own", "--network", "203.0.113.9"];
        let token = place.run(&[&make[..], &rest[..]].concat()).await.json();
        let server = place.serve().await;
        let mut told = Vec::new();
        for forwarded in forwarded {
            let mut curl = tokio::process::Command::new("curl");
            curl.args(["--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--cacert"]);
            curl.arg(place.ca_file()).args(["--header", forwarded, "--header"]);
            curl.arg(format!("Authorization: Bearer {}", token["token_text"].as_str().unwrap()));
            curl.arg(format!("{}/api/v1/accounts/me", server.ready["portal"].as_str().unwrap()));
            told.push(answer(curl, "").await.out);
        }
        assert_eq!(told, believed, "{proxies:?}");
    }
}

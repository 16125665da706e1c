//! What can be configured, and how mistakes are told.

use std::path::Path;

use crate::config::{Config, Overlay};

fn mistakes(source: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("short"), "whsec_c2hvcnQ=").unwrap();
    std::fs::write(folder.path().join("secret"), "0123456789abcdef01234567\n").unwrap();
    let path = folder.path().join("postern.toml");
    let error = Config::parse(source, &path, &Overlay::default()).unwrap_err().to_string();
    error.replace(&folder.path().display().to_string(), "")
}

#[test]
fn every_mistake_is_named() {
    let source = r#"
[mail]
host = "mail.example.org"
tls = "none"
from = "postern"
user_name = "postern"

[text_messages]
url = "http://gateway.example.org/send"
headers = ["Authorization"]
body = '{"to": "{to}"}'

[[webhook]]
name = "alerts"
url = "https://hooks.example.org/postern"
secret_file = "short"

[[webhook]]
name = "siem"
url = "https://hooks.example.org/postern"
secret_file = "secret"
events = ["everything"]

[[webhook]]
name = "siem"
url = "http://127.0.0.1:9/"
secret_file = "secret"

[syslog]
host = "logs.example.org"
transport = "relp"
facility = "local8"
"#;
    insta::assert_snapshot!(mistakes(source), @r#"
    /postern.toml, line 2: mail.tls: without TLS only a mail server on this machine is used: write starttls or implicit
    /postern.toml, line 2: mail.password_file: user_name and password_file go together
    /postern.toml, line 5: mail.from: `postern` is not possible: write an e-mail address, as in postern@example.org
    /postern.toml, line 8: text_messages.body: `{"to": "{to}"}` is not possible: it needs the places {to} and {text}, each inside a value
    /postern.toml, line 9: text_messages.url: `http://gateway.example.org/send` is not possible: write an address that begins with https:// (http:// only on this machine)
    /postern.toml, line 10: text_messages.headers: `Authorization` is not possible: write a header as "Name: value" or "Name: @FILE"
    /postern.toml, line 13: webhook.secret_file: the secret is too short, or not base64 after whsec_: make one of at least 24 octets
    /postern.toml, line 22: webhook.events: `everything` is not possible: write notices or audit
    /postern.toml, line 24: webhook.name: another webhook has this name: give this one a name of its own
    /postern.toml, line 31: syslog.transport: `relp` is not possible: write tls, tcp or udp
    /postern.toml, line 32: syslog.facility: `local8` is not possible: write auth, authpriv, daemon, user, or local0 to local7
    "#);
}

#[test]
fn without_the_sections_nobody_is_reached() {
    let config = Config::parse("", Path::new(""), &Overlay::default()).unwrap();
    assert_eq!((config.mail, config.text_messages, config.syslog), (None, None, None));
    assert_eq!(config.webhooks, []);
}

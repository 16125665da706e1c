//! The configuration file as a whole.

use super::*;

fn parse(source: &str) -> Result<Config, Mistakes> {
    Config::parse(source, Path::new("etc/postern.toml"), &Overlay::default())
}

#[test]
fn nothing_at_all_is_a_configuration() {
    let config = Config::load(None, &Overlay::default()).unwrap();
    assert_eq!(config.data.directory, Path::new("./postern-data"));
    assert_eq!(config.database, DatabaseUrl::Sqlite(PathBuf::from("./postern-data/postern.db")));
    assert_eq!(config.portal.url_at(8443).0, "https://localhost:8443");
    let ports: Vec<_> = config.smtp.listeners.iter().map(|listener| listener.listen.to_string()).collect();
    assert_eq!(ports, ["127.0.0.1:2587", "127.0.0.1:2465"]);
    assert_eq!((config.upstreams.len(), config.tls), (0, None));
}

#[test]
fn every_mistake_is_reported_with_its_line_key_and_remedy() {
    let source = r#"
[portal]
listn = "127.0.0.1:8443"
url = "http://portal.example.org/x"

[tls]
certificate = "portal.pem"

[limts]
connections = 3

[limits]
connections = 0
sign_in_time = 60
message_size = "50 megs"

[[smtp.listener]]
listen = "465"

[[upstream]]
name = "a"
host = "mail.example.org"
sign_in = "fixed"
port = 70000
domains = "example.org"

[upstreams]
name = "b"
"#;
    insta::assert_snapshot!(parse(source).unwrap_err().to_string(), @r#"
    etc/postern.toml, line 3: portal.listn: there is no such key; did you mean `listen`?
    etc/postern.toml, line 4: portal.url: `http://portal.example.org/x` is not possible: write the address that browsers use, https://host or https://host:port, without a path
    etc/postern.toml, line 6: tls.key: certificate is there and key is not: name both files
    etc/postern.toml, line 9: limts: there is no such section; did you mean `limits`?
    etc/postern.toml, line 13: limits.connections: `0` is not possible: write a number from 1 to 1000000
    etc/postern.toml, line 14: limits.sign_in_time: this is a whole number; write a text in quotes
    etc/postern.toml, line 15: limits.message_size: `50 megs` is not possible: write a number of bytes, or one with a unit: 1000000, 500kB, 50MB, 64MiB, 1GiB
    etc/postern.toml, line 17: smtp.listener.tls: this key is missing: `implicit` (TLS from the first octet: port 465, preferred by RFC 8314) or `starttls` (port 587). Signing in without TLS is never possible.
    etc/postern.toml, line 18: smtp.listener.listen: `465` is not possible: write address and port, as in 127.0.0.1:2587 or [::1]:2587
    etc/postern.toml, line 20: upstream.sign_in: sign_in = "fixed" needs user_name and secret_file (or secret)
    etc/postern.toml, line 24: upstream.port: `70000` is not possible: a port is a number from 1 to 65535
    etc/postern.toml, line 25: upstream.domains: this is a text in quotes; write a list of texts, ["…", "…"]
    etc/postern.toml, line 27: upstreams: there is no such section; did you mean `upstream`?
    "#);
}

#[test]
fn a_level_is_no_module() {
    let level = |text: &str| parse(&format!("[log]\nlevel = \"{text}\"\n")).map(|config| config.log.level.0);
    for good in ["info", "warn", "off", "info,postern_gateway=debug", "postern_gateway=trace, error"] {
        assert_eq!(level(good).as_deref(), Ok(good));
    }
    for wrong in ["chatty", "info,postern_gateway", "postern_gateway=loud", ""] {
        let mistakes = level(wrong).unwrap_err().to_string();
        assert!(
            mistakes.contains("log.level") && mistakes.contains("write error, warn"),
            "{wrong}: {mistakes}"
        );
    }
}

#[test]
fn a_file_that_is_not_toml_says_where() {
    insta::assert_snapshot!(parse("[portal\nlisten = 1\nx = = 2\n").unwrap_err().to_string(), @r#"
    etc/postern.toml, line 1: unclosed table, expected `]`
    etc/postern.toml, line 3: extra `=`, expected nothing
    etc/postern.toml, line 3: unexpected key or value, expected newline, `#`
    "#);
}

#[test]
fn a_full_file_is_read() {
    let source = r#"
[data]
directory = "data"
[database]
url = "sqlite:p.db"
[smtp]
host_name = "mail.example.org"
[[smtp.listener]]
listen = "[::]:465"
tls = "implicit"
proxy_protocol_from = ["10.0.0.0/8"]
[[upstream]]
name = "smart host"
host = "smtp.example.org"
tls = "implicit"
sign_in = "fixed"
user_name = "postern"
secret = "needle"
domains = ["Example.ORG"]
[[upstream]]
name = "the rest"
host = "127.0.0.1"
tls = "none"
sign_in = "xclient"
"#;
    let config = parse(source).unwrap();
    assert_eq!(config.data.key_file, Path::new("etc/data/postern.key"));
    assert_eq!(config.database, DatabaseUrl::Sqlite(PathBuf::from("etc/p.db")));
    assert_eq!(config.smtp.listeners.len(), 1);
    let [first, second] = &config.upstreams[..] else { panic!("two upstreams") };
    assert_eq!((first.port, first.domains.as_slice()), (465, ["example.org".to_owned()].as_slice()));
    assert!(matches!(&first.sign_in, SignIn::Fixed { secret, .. } if secret.expose() == "needle"));
    assert_eq!((second.port, &second.sign_in), (25, &SignIn::Xclient));
    assert!(!format!("{config:?}").contains("needle"));
}

#[test]
fn upstreams_that_claim_the_same_are_told_with_every_other_mistake() {
    let source = r#"
[[upstream]]
name = "a"
host = "h"
[[upstream]]
name = "b"
host = "h"
[[upstream]]
name = "a"
domains = ["x.test"]
[[upstream]]
name = "c"
host = "h"
domains = ["X.test"]
"#;
    insta::assert_snapshot!(parse(source).unwrap_err().to_string(), @r#"
    etc/postern.toml, line 5: upstream.domains: two upstreams have no domains, and only one can take the mail of all others: list the domains of this one
    etc/postern.toml, line 8: upstream.host: this key is missing: Its host name; its certificate must be for that name.
    etc/postern.toml, line 8: upstream.name: another upstream has this name: give this one a name of its own
    etc/postern.toml, line 11: upstream.domains: another upstream lists one of these domains too: keep it in one of the two
    "#);
}

/// Every key of every table is read by its section: a key that is only documented would be a lie.
#[test]
fn every_documented_key_is_read() {
    for section in SECTIONS {
        for key in section.keys {
            let value = match key.kind {
                schema::Kind::Text => "1.5",
                _ => "\"x\"",
            };
            let source = format!("{}\n{} = {value}\n", section.header(), key.name);
            let mistakes = parse(&source).unwrap_err();
            let path = format!("{}.{}", section.path, key.name);
            let read = mistakes
                .list
                .iter()
                .any(|mistake| mistake.key == path && matches!(mistake.problem, Problem::WrongKind { .. }));
            assert!(read, "{path} is not read:\n{mistakes}");
        }
    }
}

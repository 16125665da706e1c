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
    etc/postern.toml, line 17: smtp.listener.tls: this key is missing: `implicit` (TLS from the first octet: port 465, preferred by RFC 8314) or `starttls` (port 587). `none` is for a load balancer that ends TLS: peers on this machine and in `proxy_protocol_from` are let in, no others.
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
    etc/postern.toml, line 5: upstream.domains: two upstreams for one door list no domains, groups or accounts, and only one can take all others: list the domains of this one
    etc/postern.toml, line 8: upstream.host: this key is missing: Its host name; its certificate must be for that name.
    etc/postern.toml, line 8: upstream.name: another upstream has this name: give this one a name of its own
    etc/postern.toml, line 11: upstream.domains: another upstream for the same door lists one of these domains too: keep it in one of the two
    "#);
}

#[test]
fn every_door_has_its_listeners_and_every_upstream_its_doors() {
    let source = r#"
[[imap.listener]]
listen = "[::]:993"
tls = "implicit"
[[imap.listener]]
listen = "[::]:143"
tls = "starttls"
proxy_protocol_from = ["10.0.0.0/8"]
[[pop3.listener]]
listen = "[::]:995"
tls = "implicit"
[[managesieve.listener]]
listen = "[::]:4190"
tls = "starttls"
[[http.listener]]
listen = "[::]:443"
[[upstream]]
name = "dovecot"
doors = ["imap"]
host = "mail.example.org"
tls = "implicit"
forward_client = true
sign_in = "master"
user_name = "postern"
secret = "needle"
separator = "*"
[[upstream]]
name = "one mailbox elsewhere"
doors = ["imap"]
host = "imap.example.net"
sign_in = "oauth"
provider = "example"
mechanism = "oauthbearer"
accounts = ["Anna@Example.org"]
groups = ["Guests"]
[[provider]]
name = "example"
grant = "client-credentials"
client_id = "postern"
client_secret = "needle"
token_endpoint = "https://login.example.net/token"
[[upstream]]
name = "exchange"
doors = ["ews", "activesync"]
host = "exchange.example.org"
sign_in = "header"
identity_header = "X-Remote-User"
proxy_header = true
[[upstream]]
name = "sieve"
doors = ["managesieve"]
host = "mail.example.org"
sign_in = "mailbox"
"#;
    let config = parse(source).unwrap();
    let count = |protocol| config.listeners(protocol).len();
    assert_eq!(Protocol::ALL.map(count), [2, 2, 1, 1, 1]);
    assert_eq!(config.doors().to_string(), "smtp, imap, pop3, managesieve, ews, activesync");
    let routes: Vec<_> = config.http.routes.iter().map(|route| (route.path.as_str(), route.door)).collect();
    assert_eq!(routes, [("/EWS/", Door::Ews), ("/Microsoft-Server-ActiveSync", Door::ActiveSync)]);
    let [dovecot, elsewhere, exchange, sieve] = &config.upstreams[..] else { panic!("four upstreams") };
    assert_eq!([dovecot.port, elsewhere.port, exchange.port, sieve.port], [993, 143, 443, 4190]);
    assert_eq!((dovecot.forward_client, exchange.proxy_header), (true, true));
    assert!(matches!(&dovecot.sign_in, SignIn::Master { separator: Some('*'), .. }));
    let (provider, mechanism) = ("example".to_owned(), Mechanism::OAuthBearer);
    assert_eq!(elsewhere.sign_in, SignIn::OAuth { provider, mechanism });
    assert_eq!(elsewhere.accounts[0].as_str(), "anna@example.org");
    assert_eq!(exchange.tls, UpstreamTls::Implicit);
    assert_eq!(sieve.sign_in, SignIn::Mailbox { without_tls: false });
    assert!(!format!("{config:?}").contains("needle"));
}

#[test]
fn doors_that_were_never_configured_are_closed() {
    let config = Config::load(None, &Overlay::default()).unwrap();
    assert_eq!(config.doors().to_string(), "smtp");
}

#[test]
fn what_does_not_suit_a_door_is_told_with_its_remedy() {
    let source = r#"
[[imap.listener]]
listen = "[::]:993"
[[http.listener]]
listen = "[::]:443"
tls = "implicit"
[[upstream]]
name = "a"
doors = ["imap", "pop3"]
host = "h"
sign_in = "header"
identity_header = "Host"
[[upstream]]
name = "b"
doors = ["ews"]
host = "h"
tls = "starttls"
sign_in = "master"
user_name = "x"
secret = "y"
separator = "-"
[[upstream]]
name = "c"
doors = ["ldap"]
host = "h"
sign_in = "oauth"
user_name = "x"
[[upstream]]
name = "d"
doors = ["managesieve"]
host = "h"
tls = "none"
client_certificate_file = "c.pem"
sign_in = "mailbox"
[[upstream]]
name = "e"
doors = ["pop3"]
host = "h"
sign_in = "xclient"
[[upstream]]
name = "f"
doors = ["managesieve"]
host = "h"
forward_client = true
accounts = ["anna@example.org"]
"#;
    insta::assert_snapshot!(parse(source).unwrap_err().to_string(), @r#"
    etc/postern.toml, line 2: imap.listener.tls: this key is missing: `implicit` (TLS from the first octet: port 993, preferred by RFC 8314) or `starttls` (port 143). `none` is for a load balancer that ends TLS: peers on this machine and in `proxy_protocol_from` are let in, no others.
    etc/postern.toml, line 6: http.listener.tls: there is no such key: see docs/reference/configuration.md for those that there are
    etc/postern.toml, line 7: upstream.doors: smtp, imap, pop3 and managesieve are each at a port of their own: make an [[upstream]] for each
    etc/postern.toml, line 7: upstream.sign_in: a header is HTTP's: for mail use master, mailbox, oauth, fixed or (SMTP) xclient
    etc/postern.toml, line 12: upstream.identity_header: `Host` is not possible: write a name of letters, digits and hyphens that HTTP does not use itself, as X-Remote-User
    etc/postern.toml, line 13: upstream.tls: HTTP has no STARTTLS: use implicit
    etc/postern.toml, line 13: upstream.sign_in: HTTP has no master user: use header, oauth, mailbox or fixed
    etc/postern.toml, line 21: upstream.separator: `-` is not possible: write one character that stands in no user name, as * or %
    etc/postern.toml, line 22: upstream.user_name: this way to sign in does not use it: remove it, or correct sign_in
    etc/postern.toml, line 22: upstream.sign_in: sign_in = "oauth" needs provider, the name of a [[provider]]
    etc/postern.toml, line 24: upstream.doors: `ldap` is not possible: write smtp, imap, pop3, managesieve, ews, activesync, mapi, autodiscover, oab, dav, sharepoint or http
    etc/postern.toml, line 28: upstream.client_certificate_file: client_certificate_file and client_key_file belong together: name both files
    etc/postern.toml, line 28: upstream.client_certificate_file: a certificate is shown in TLS only: use starttls or implicit
    etc/postern.toml, line 28: upstream.tls: the secret would go over the network without TLS: use starttls or implicit, or, for a server on this machine, sign_in_without_tls = true
    etc/postern.toml, line 35: upstream.sign_in: xclient is SMTP's: for other doors use master, mailbox, oauth or fixed
    etc/postern.toml, line 40: upstream.forward_client: ManageSieve has no way to say it: remove it, or use proxy_header
    etc/postern.toml, line 40: upstream.sign_in: a server with mailboxes has to be signed in to: use master, mailbox, oauth or fixed
    "#);
}

#[test]
fn lines_that_moved_change_nothing() {
    let source = "[[http.listener]]\nlisten = \"[::]:443\"\n[[http.route]]\ndoor = \"dav\"\n";
    let moved = format!("# A remark.\n\n{source}");
    assert_eq!(parse(source).unwrap(), parse(&moved).unwrap());
    let other = source.replace("dav", "ews");
    assert_ne!(parse(source).unwrap(), parse(&other).unwrap());
}

#[test]
fn routes_that_lead_nowhere_are_told() {
    let source = r#"
[[http.route]]
door = "dav"
path = "/dav/"
[[http.route]]
door = "http"
path = "/DAV/"
[[http.route]]
door = "http"
path = "files"
[[http.route]]
door = "imap"
[[http.route]]
door = "ews"
upstream = "dav"
[[http.route]]
door = "mapi"
upstream = "exchnage"
[[upstream]]
name = "dav"
doors = ["dav"]
host = "h"
"#;
    insta::assert_snapshot!(parse(source).unwrap_err().to_string(), @r#"
    etc/postern.toml, line 2: http.route: no request can come to a route without a listener: add an [[http.listener]]
    etc/postern.toml, line 5: http.route.path: an earlier route has the same host and path: give this one another path, or remove it
    etc/postern.toml, line 10: http.route.path: `files` is not possible: write a path that begins with a slash, without ?, # and %: /EWS/
    etc/postern.toml, line 12: http.route.door: `imap` is not possible: write ews, activesync, mapi, autodiscover, oab, dav, sharepoint or http; the other doors have listeners of their own
    etc/postern.toml, line 13: http.route.upstream: this upstream does not have the route's door: add it to the upstream's doors
    etc/postern.toml, line 16: http.route.upstream: `exchnage` is not possible: no upstream has this name; write the name of one whose doors include this door
    "#);
}

#[test]
fn two_upstreams_for_one_door_cannot_both_have_an_account() {
    let source = r#"
[[upstream]]
name = "smtp"
host = "h"
[[upstream]]
name = "imap"
doors = ["imap"]
host = "h"
sign_in = "mailbox"
[[upstream]]
name = "imap again"
doors = ["imap"]
host = "h"
sign_in = "mailbox"
[[upstream]]
name = "a"
doors = ["ews", "dav"]
host = "h"
groups = ["staff"]
accounts = ["anna@example.org"]
[[upstream]]
name = "b"
doors = ["dav"]
host = "h"
groups = ["Staff"]
[[upstream]]
name = "c"
doors = ["ews"]
host = "h"
accounts = ["ANNA@example.org"]
"#;
    insta::assert_snapshot!(parse(source).unwrap_err().to_string(), @r#"
    etc/postern.toml, line 10: upstream.domains: two upstreams for one door list no domains, groups or accounts, and only one can take all others: list the domains of this one
    etc/postern.toml, line 21: upstream.groups: another upstream for the same door lists one of these groups too: keep it in one of the two
    etc/postern.toml, line 26: upstream.accounts: another upstream for the same door lists one of these accounts too: keep it in one of the two
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

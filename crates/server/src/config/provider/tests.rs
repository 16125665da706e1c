//! Providers in the configuration file.

use std::path::Path;

use postern_service::upstream::{ClientAuthentication, Grant};

use crate::config::{Config, Mistakes, Overlay};

fn parse(source: &str) -> Result<Config, Mistakes> {
    Config::parse(source, Path::new("etc/postern.toml"), &Overlay::default())
}

#[test]
fn exchange_online_needs_little() {
    let source = r#"
[[provider]]
name = "exchange"
preset = "exchange-online"
grant = "client-credentials"
tenant = "11111111-2222-3333-4444-555555555555"
client_id = "postern"
client_secret = "needle"
"#;
    let config = parse(source).unwrap();
    let provider = &config.providers[0].provider;
    assert_eq!(
        provider.token_endpoint.as_str(),
        "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/oauth2/v2.0/token"
    );
    assert_eq!(provider.scopes, ["https://outlook.office365.com/.default"]);
    assert_eq!(provider.grant, Grant::ClientCredentials);
    assert!(matches!(provider.authentication, ClientAuthentication::SecretInForm(_)));
    assert!(!format!("{config:?}").contains("needle"));
}

#[test]
fn each_preset_fills_in_what_owners_need() {
    let source = |preset: &str| {
        format!(
            "[[provider]]\nname = \"p\"\npreset = \"{preset}\"\ngrant = \"delegated\"\ntenant = \"example.org\"\nclient_id = \"c\"\n"
        )
    };
    let mut filled = String::new();
    for preset in [
        "exchange-online",
        "exchange-online-gcc-high",
        "exchange-online-dod",
        "exchange-online-china",
        "gmail",
    ] {
        let config = parse(&source(preset)).unwrap();
        let provider = &config.providers[0].provider;
        let Grant::Delegated(delegation) = &provider.grant else { panic!("delegated") };
        filled += &format!(
            "{preset}\n  {}\n  {}\n  {}\n  {} {}\n",
            provider.token_endpoint,
            delegation.authorization_endpoint,
            delegation.device_endpoint.as_ref().map_or("none", |url| url.as_str()),
            delegation.issuer.as_deref().unwrap_or("no issuer,"),
            provider.scopes.join(" "),
        );
        assert!(delegation.identity.required, "{preset}");
    }
    insta::assert_snapshot!(filled, @r"
    exchange-online
      https://login.microsoftonline.com/example.org/oauth2/v2.0/token
      https://login.microsoftonline.com/example.org/oauth2/v2.0/authorize
      https://login.microsoftonline.com/example.org/oauth2/v2.0/devicecode
      no issuer, https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/POP.AccessAsUser.All https://outlook.office.com/SMTP.Send https://outlook.office.com/EWS.AccessAsUser.All offline_access openid profile
    exchange-online-gcc-high
      https://login.microsoftonline.us/example.org/oauth2/v2.0/token
      https://login.microsoftonline.us/example.org/oauth2/v2.0/authorize
      https://login.microsoftonline.us/example.org/oauth2/v2.0/devicecode
      no issuer, https://outlook.office365.us/IMAP.AccessAsUser.All https://outlook.office365.us/POP.AccessAsUser.All https://outlook.office365.us/SMTP.Send https://outlook.office365.us/EWS.AccessAsUser.All offline_access openid profile
    exchange-online-dod
      https://login.microsoftonline.us/example.org/oauth2/v2.0/token
      https://login.microsoftonline.us/example.org/oauth2/v2.0/authorize
      https://login.microsoftonline.us/example.org/oauth2/v2.0/devicecode
      no issuer, https://webmail.apps.mil/IMAP.AccessAsUser.All https://webmail.apps.mil/POP.AccessAsUser.All https://webmail.apps.mil/SMTP.Send https://webmail.apps.mil/EWS.AccessAsUser.All offline_access openid profile
    exchange-online-china
      https://login.partner.microsoftonline.cn/example.org/oauth2/v2.0/token
      https://login.partner.microsoftonline.cn/example.org/oauth2/v2.0/authorize
      https://login.partner.microsoftonline.cn/example.org/oauth2/v2.0/devicecode
      no issuer, https://partner.outlook.cn/IMAP.AccessAsUser.All https://partner.outlook.cn/POP.AccessAsUser.All https://partner.outlook.cn/SMTP.Send https://partner.outlook.cn/EWS.AccessAsUser.All offline_access openid profile
    gmail
      https://oauth2.googleapis.com/token
      https://accounts.google.com/o/oauth2/v2/auth
      none
      https://accounts.google.com https://mail.google.com/ openid email
    ");
}

#[test]
fn every_mistake_is_told() {
    let source = r#"
[[provider]]
name = "a"
preset = "exchange"
grant = "password"
[[provider]]
name = "b"
preset = "exchange-online"
grant = "client-credentials"
[[provider]]
name = "c"
grant = "delegated"
tenant = "common"
token_endpoint = "http://login.example.org/token"
client_secret = ""
[[provider]]
name = "d"
preset = "gmail"
grant = "service-account"
key_file = "missing.json"
[[provider]]
name = "e"
preset = "gmail"
grant = "client-credentials"
client_id = "x"
client_secret = "needle"
client_secret_file = "missing"
private_key = "missing.pem"
scopes = ["a b"]
ca_file = "missing-ca.pem"
"#;
    let mistakes = parse(source).unwrap_err().to_string();
    assert!(!mistakes.contains("needle"));
    insta::assert_snapshot!(mistakes, @r"
    etc/postern.toml, line 4: provider.preset: `exchange` is not possible: write exchange-online, exchange-online-gcc-high, exchange-online-dod, exchange-online-china, gmail or generic
    etc/postern.toml, line 5: provider.grant: `password` is not possible: write client-credentials, delegated or service-account
    etc/postern.toml, line 6: provider.tenant: an Exchange Online preset needs the tenant: its identifier or one of its domains
    etc/postern.toml, line 6: provider.client_id: this grant needs client_id
    etc/postern.toml, line 6: provider.grant: client-credentials needs client_secret_file (or client_secret), or private_key
    etc/postern.toml, line 10: provider.client_id: this grant needs client_id
    etc/postern.toml, line 10: provider.authorization_endpoint: delegated needs authorization_endpoint: the provider's documents, or /.well-known/openid-configuration, name it
    etc/postern.toml, line 13: provider.tenant: `common` is not possible: write your own tenant's identifier, or one of its domains
    etc/postern.toml, line 14: provider.token_endpoint: `http://login.example.org/token` is not possible: write https://; http:// is for this machine only (127.0.0.1, [::1], localhost)
    etc/postern.toml, line 15: provider.client_secret: `this` is not possible: it is empty
    etc/postern.toml, line 16: provider.key_file: cannot read etc/missing.json: No such file or directory (os error 2)
    etc/postern.toml, line 21: provider.ca_file: cannot read etc/missing-ca.pem: No such file or directory (os error 2)
    etc/postern.toml, line 21: provider.client_secret_file: both client_secret and client_secret_file are there: keep one
    etc/postern.toml, line 21: provider.client_secret_file: cannot read etc/missing: No such file or directory (os error 2)
    etc/postern.toml, line 21: provider.private_key: cannot read etc/missing.pem: No such file or directory (os error 2)
    etc/postern.toml, line 29: provider.scopes: `a b` is not possible: write one scope in each text, without spaces
    ");
}

#[test]
fn a_name_is_taken_once() {
    let one = "[[provider]]\nname = \"p\"\npreset = \"gmail\"\ngrant = \"delegated\"\nclient_id = \"c\"\n";
    let mistakes = parse(&format!("{one}{one}")).unwrap_err().to_string();
    assert_eq!(
        mistakes,
        "etc/postern.toml, line 6: provider.name: another provider has this name: give this one a name of its own"
    );
}

#[test]
fn an_upstream_names_a_provider_that_there_is() {
    let source = "[[upstream]]\nname = \"u\"\nhost = \"h\"\nsign_in = \"oauth\"\nprovider = \"exchange\"\n";
    let mistakes = parse(source).unwrap_err().to_string();
    assert_eq!(
        mistakes,
        "etc/postern.toml, line 1: upstream.provider: there is no [[provider]] of that name: add it, or correct the name"
    );
}

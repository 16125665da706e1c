//! Identity providers in the configuration file.

use std::path::Path;
use std::time::Duration;

use postern_service::outside::{AcrClaim, AddressClaim, LinkRule};
use postern_service::upstream::ClientAuthentication;

use crate::config::{Config, Mistakes, Overlay};

fn parse(source: &str) -> Result<Config, Mistakes> {
    Config::parse(source, Path::new("etc/postern.toml"), &Overlay::default())
}

#[test]
fn each_preset_needs_little() {
    let source = r#"
[[identity_provider]]
name = "entra"
label = "Microsoft"
preset = "entra"
tenant = "11111111-2222-3333-4444-555555555555"
client_id = "postern"
client_secret = "needle"
address_claim = "preferred_username"
link = "by-verified-e-mail"
mfa_acr = ["c1"]
[[identity_provider]]
name = "Keycloak"
preset = "keycloak"
issuer = "https://login.example.org/realms/staff"
client_id = "postern"
mfa_amr = ["mfa", "otp"]
mfa_max_age = "8h"
[[identity_provider]]
name = "Google"
preset = "google"
client_id = "postern"
client_secret = "needle"
client_secret_in = "form"
hosted_domain = "example.org"
create = true
"#;
    let config = parse(source).unwrap();
    assert!(!format!("{config:?}").contains("needle"));
    let [entra, keycloak, google] = &config.identity_providers[..] else { panic!("three") };
    let (entra, keycloak, google) = (&entra.provider, &keycloak.provider, &google.provider);
    let issuers = [entra, keycloak, google].map(|provider| provider.issuer.as_str());
    assert_eq!(
        issuers,
        [
            "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0",
            "https://login.example.org/realms/staff",
            "https://accounts.google.com",
        ]
    );
    assert_eq!((entra.label.as_str(), keycloak.label.as_str()), ("Microsoft", "Keycloak"));
    assert!(matches!(entra.authentication, ClientAuthentication::SecretInHeader(_)));
    assert_eq!(keycloak.authentication, ClientAuthentication::None);
    assert!(matches!(google.authentication, ClientAuthentication::SecretInForm(_)));
    assert_eq!((entra.address, entra.link), (AddressClaim::UserName, LinkRule::ByVerifiedEmail));
    assert_eq!(keycloak.address, AddressClaim::Email { proof: "email_verified" });
    assert_eq!((keycloak.link, keycloak.create, google.create), (LinkRule::ByInvitation, false, true));
    assert_eq!((entra.mfa.acr_claim, keycloak.mfa.acr_claim), (AcrClaim::Acrs, AcrClaim::Acr));
    assert_eq!(keycloak.mfa.max_age, Duration::from_secs(8 * 3600));
    assert_eq!(entra.mfa.max_age, Duration::from_secs(12 * 3600));
    assert_eq!(google.scopes, ["openid", "email", "profile"]);
}

const MISTAKEN: &str = r#"
[[identity_provider]]
name = ""
preset = "azure"
[[identity_provider]]
name = "a"
preset = "entra"
client_id = "x"
tenant = "example.org"
[[identity_provider]]
name = "b"
preset = "entra"
client_id = "x"
[[identity_provider]]
name = "c"
preset = "keycloak"
client_id = "x"
tenant = "11111111-2222-3333-4444-555555555555"
address_claim = "preferred_username"
hosted_domain = "example.org"
[[identity_provider]]
name = "d"
issuer = "http://login.example.org"
client_id = "x"
client_secret = "needle"
private_key = "missing.pem"
client_secret_file = "missing"
scopes = ["email"]
link = "by-e-mail"
mfa_acr = ["a b"]
mfa_max_age = "31d"
ca_file = "missing-ca.pem"
[[identity_provider]]
name = "e"
preset = "google"
client_id = "x"
create = true
mfa_amr = ["mfa"]
[[identity_provider]]
name = "f"
issuer = "https://login.example.org/?realm=x"
client_id = "x"
[[identity_provider]]
name = "g"
issuer = "https://login.example.org"
client_id = "x"
[[identity_provider]]
name = "g"
issuer = "https://login.example.net"
client_id = "x"
[[identity_provider]]
name = "h"
issuer = "https://login.example.org"
client_id = "x"
"#;

#[test]
fn every_mistake_is_told() {
    let mistakes = parse(MISTAKEN).unwrap_err().to_string();
    assert!(!mistakes.contains("needle"));
    insta::assert_snapshot!(mistakes, @r"
    etc/postern.toml, line 2: identity_provider.client_id: this key is missing: What the provider calls Postern.
    etc/postern.toml, line 3: identity_provider.name: `` is not possible: write 1 to 40 characters
    etc/postern.toml, line 4: identity_provider.preset: `azure` is not possible: write entra, keycloak, google or generic
    etc/postern.toml, line 9: identity_provider.tenant: `example.org` is not possible: write the tenant's identifier, as in 11111111-2222-3333-4444-555555555555
    etc/postern.toml, line 10: identity_provider.issuer: entra needs the tenant: write its identifier as tenant
    etc/postern.toml, line 14: identity_provider.tenant: only entra has tenants: remove it, and name the issuer
    etc/postern.toml, line 14: identity_provider.address_claim: preferred_username may be anything that its owner likes, except in one tenant of entra: use email
    etc/postern.toml, line 14: identity_provider.hosted_domain: only google knows hosted domains: remove it
    etc/postern.toml, line 21: identity_provider.client_secret_file: both client_secret and client_secret_file are there: keep one
    etc/postern.toml, line 21: identity_provider.client_secret_file: cannot read etc/missing: No such file or directory (os error 2)
    etc/postern.toml, line 21: identity_provider.private_key: cannot read etc/missing.pem: No such file or directory (os error 2)
    etc/postern.toml, line 21: identity_provider.scopes: without openid among the scopes there is no identity token: add it
    etc/postern.toml, line 21: identity_provider.mfa_max_age: out of range: write a span from 1m to 30d
    etc/postern.toml, line 21: identity_provider.ca_file: cannot read etc/missing-ca.pem: No such file or directory (os error 2)
    etc/postern.toml, line 23: identity_provider.issuer: `http://login.example.org` is not possible: write https://; http:// is for this machine only (127.0.0.1, [::1], localhost)
    etc/postern.toml, line 29: identity_provider.link: `by-e-mail` is not possible: write by-invitation or by-verified-e-mail
    etc/postern.toml, line 30: identity_provider.mfa_acr: `a b` is not possible: write one value in each text, without spaces
    etc/postern.toml, line 33: identity_provider.mfa_amr: google says neither amr nor acr: remove them, and Postern asks for its own second factor
    etc/postern.toml, line 33: identity_provider.create: everybody in the world who has a Google account would get an account here: name your hosted_domain
    etc/postern.toml, line 39: identity_provider.issuer: an issuer has no query: write it as the provider's documents do
    etc/postern.toml, line 47: identity_provider.name: another identity provider has this name: give this one a name of its own
    etc/postern.toml, line 51: identity_provider.issuer: another identity provider has this issuer: keep one of the two
    ");
}

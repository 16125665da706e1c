//! The table of `[[identity_provider]]`.

use crate::config::schema::{Absent, Key, Kind, Section};

/// The section's table.
pub(in crate::config) static SECTION: Section = Section {
    path: "identity_provider",
    repeated: true,
    summary: "Who vouches for people at the portal (OpenID Connect), beside account passwords. \
              [Identity providers](../admin/identity-providers.md) shows Entra ID, Keycloak and Google step by step.",
    keys: &[
        text("name", Absent::Required, "What the audit and the command line call it."),
        text("label", Absent::Means("the `name`"), "What its button says after \"Sign in with\"."),
        text(
            "preset",
            Absent::Default("generic"),
            "Fills in what is known of `entra`, `keycloak` and `google`; `generic` fills in nothing.",
        ),
        text(
            "tenant",
            Absent::Means("nothing; `entra` needs it or `issuer`"),
            "The Entra tenant's identifier, as in 11111111-2222-3333-4444-555555555555.",
        ),
        text(
            "issuer",
            Absent::Means("the preset's; `keycloak` and `generic` need it"),
            "The provider's own name: an address, below which `/.well-known/openid-configuration` lies. `https://`; on this \
             machine `http://` too. Keycloak: `https://host/realms/realm`.",
        ),
        text("client_id", Absent::Required, "What the provider calls Postern."),
        text(
            "client_secret",
            Absent::Means("`client_secret_file` or `private_key` is used, or none"),
            "The client's secret. Better: `client_secret_file`.",
        ),
        text(
            "client_secret_file",
            Absent::Means("`client_secret` or `private_key` is used, or none"),
            "A file whose content is the client's secret. Without any, Postern is a public client, which PKCE protects.",
        ),
        text(
            "client_secret_in",
            Absent::Default("header"),
            "Where the secret goes: the `header` (HTTP Basic) or the `form`.",
        ),
        text(
            "private_key",
            Absent::Means("a secret is used, or none"),
            "A file with the private RSA key (PEM) that signs assertions in the place of a secret (`private_key_jwt`).",
        ),
        text(
            "certificate",
            Absent::Means("assertions name no certificate"),
            "A file with the certificate (PEM) of `private_key`, as it was uploaded to Entra.",
        ),
        text(
            "signature",
            Absent::Default("PS256"),
            "How assertions of `private_key` are signed: `PS256` or `RS256`.",
        ),
        Key {
            name: "scopes",
            kind: Kind::List,
            absent: Absent::Means("`openid`, `email`, `profile`"),
            doc: "What is asked for. `openid` must be among them.",
        },
        text(
            "link",
            Absent::Default("by-invitation"),
            "How somebody who comes for the first time finds the account that they have: `by-invitation` (its owner links it in \
             the portal, or the operator with `postern account link`), or `by-verified-e-mail` (by the address that the \
             provider vouches for; accounts of administrators are left out).",
        ),
        Key {
            name: "create",
            kind: Kind::Switch,
            absent: Absent::Default("false"),
            doc: "Whether somebody who has no account gets one, named by the address that the provider vouches for.",
        },
        text(
            "address_claim",
            Absent::Default("email"),
            "Which claim names that address: `email`, which counts only when the provider says that it was verified \
             (`email_verified`; Entra: the optional claim `xms_edov`), or `preferred_username`, for `entra` only: the user \
             principal name, which that tenant's administrators give.",
        ),
        text(
            "hosted_domain",
            Absent::Means("anybody with a Google account; not possible with `create`"),
            "The Google Workspace domain that everybody must be of (`hd`).",
        ),
        Key {
            name: "mfa_amr",
            kind: Kind::List,
            absent: Absent::Means("`amr` never counts"),
            doc: "Values of `amr` that count as a second factor, such as `mfa`, `otp`, `hwk` (RFC 8176).",
        },
        Key {
            name: "mfa_acr",
            kind: Kind::List,
            absent: Absent::Means("`acr` never counts"),
            doc: "Values of `acr` that count as a second factor, which are also asked for. Entra: authentication contexts \
                  (`c1`), which stand in the claim `acrs`.",
        },
        text(
            "mfa_max_age",
            Absent::Default("12h"),
            "How long ago somebody may have answered at the provider (`auth_time`) for its second factor to count. At most 30 \
             days. Where it does not count, Postern asks for its own second factor.",
        ),
        Key {
            name: "sign_out_there",
            kind: Kind::Switch,
            absent: Absent::Default("false"),
            doc: "Whether signing out of the portal leads on to signing out at the provider (RP-initiated logout), where it \
                  has a page for that (`end_session_endpoint`). Register `/sign-in/outside/signed-out` of the portal there as \
                  the address to come back to.",
        },
        text(
            "ca_file",
            Absent::Means("this machine's trust store"),
            "Certificates (PEM) of the authority that issued the provider's certificate, where it is a private one.",
        ),
    ],
};

const fn text(name: &'static str, absent: Absent, doc: &'static str) -> Key {
    Key { name, kind: Kind::Text, absent, doc }
}

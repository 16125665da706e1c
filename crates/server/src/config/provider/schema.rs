//! The table of `[[provider]]`.

use crate::config::schema::{Absent, Key, Kind, Section};

/// The section's table.
pub(in crate::config) static SECTION: Section = Section {
    path: "provider",
    repeated: true,
    summary: "Who issues the access tokens (OAuth 2.0) with which Postern signs in at upstreams whose `sign_in` is `oauth`. \
              [Upstreams](../operations/upstreams.md) shows Exchange Online and Gmail step by step.",
    keys: &[
        text("name", Absent::Required, "What upstreams call it, and what owners see in the portal."),
        text(
            "preset",
            Absent::Default("generic"),
            "Fills in endpoints and scopes: `exchange-online`, `exchange-online-gcc-high`, `exchange-online-dod`, \
             `exchange-online-china`, `gmail`, or `generic`, which fills in nothing.",
        ),
        text(
            "grant",
            Absent::Required,
            "On what ground tokens are issued: `client-credentials` (the application opens every mailbox that it was given), \
             `delegated` (each owner connects the own mailbox in the portal), or `service-account` (a signed assertion in the \
             mailbox's name, as Google's domain-wide delegation).",
        ),
        text(
            "tenant",
            Absent::Means("nothing; Exchange Online needs it"),
            "The Entra tenant: its identifier, or one of its domains.",
        ),
        text(
            "client_id",
            Absent::Means("what the service account's `key_file` says"),
            "What the provider calls Postern (Entra: application identifier).",
        ),
        text(
            "client_secret",
            Absent::Means("`client_secret_file` or `private_key` is used"),
            "The client's secret. Better: `client_secret_file`.",
        ),
        text(
            "client_secret_file",
            Absent::Means("`client_secret` or `private_key` is used"),
            "A file whose content is the client's secret.",
        ),
        text(
            "client_secret_in",
            Absent::Means("`form` with a preset, `header` without"),
            "Where the secret goes: the `header` (HTTP Basic) or the `form`.",
        ),
        text(
            "private_key",
            Absent::Means("a secret is used"),
            "A file with the private RSA key (PEM) that signs assertions in the place of a secret (`private_key_jwt`).",
        ),
        text(
            "certificate",
            Absent::Means("assertions name no certificate"),
            "A file with the certificate (PEM) of `private_key`, as it was uploaded to Entra; assertions carry its SHA-256.",
        ),
        text(
            "signature",
            Absent::Default("PS256"),
            "How assertions of `private_key` are signed: `PS256` or `RS256`.",
        ),
        text(
            "key_file",
            Absent::Means("nothing; `service-account` needs it"),
            "A Google service account's key file (JSON).",
        ),
        text(
            "token_endpoint",
            Absent::Means("the preset's; `generic` needs it"),
            "Where tokens are asked for. `https://`; on this machine `http://` too.",
        ),
        text(
            "authorization_endpoint",
            Absent::Means("the preset's; `generic` with `delegated` needs it"),
            "Where an owner's browser is sent to consent. The provider must know `https://<portal>/consents/callback` as the \
             address to send it back to.",
        ),
        text(
            "device_endpoint",
            Absent::Means("the preset's, or no `postern consent begin`"),
            "Where a code for another device is asked for (RFC 8628).",
        ),
        text(
            "userinfo_endpoint",
            Absent::Means("identity tokens have to name the mailbox"),
            "Where the provider is asked who answered when its identity token has no address in it (OpenID Connect).",
        ),
        text(
            "issuer",
            Absent::Means("the preset's, or it is not compared"),
            "The provider's own name, as it stands in `iss` of its answers and identity tokens.",
        ),
        Key {
            name: "scopes",
            kind: Kind::List,
            absent: Absent::Means("the preset's"),
            doc: "What tokens are asked for. With `openid` among them, a consent must come with an identity token that names an \
                  address of the account.",
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

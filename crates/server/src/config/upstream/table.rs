//! The table of `[[upstream]]`.

use crate::config::schema::{Absent, Key, Kind, Section};

pub(in crate::config) static SECTION: Section = Section {
    path: "upstream",
    repeated: true,
    summary: "A real service behind doors: a mail server (smart host), a mailbox server, a web service. Which one is an \
              account's is decided for each door: the upstream that lists the account itself goes before one that lists a \
              group of it, that before one that lists the domain of its primary address, and that before the one that \
              lists nothing. Without an upstream a program whose secret is right is told to try again later.",
    keys: &[
        Key {
            name: "name",
            kind: Kind::Text,
            absent: Absent::Required,
            doc: "What the log, `postern doctor` and the portal call it.",
        },
        Key {
            name: "doors",
            kind: Kind::List,
            absent: Absent::Means("`[\"smtp\"]`"),
            doc: "The doors that lead there: `smtp`, `imap`, `pop3` or `managesieve` alone, or any of `ews`, `activesync`, \
                  `mapi`, `autodiscover`, `oab`, `dav`, `sharepoint` and `http` together.",
        },
        Key {
            name: "host",
            kind: Kind::Text,
            absent: Absent::Required,
            doc: "Its host name; its certificate must be for that name.",
        },
        Key {
            name: "port",
            kind: Kind::Whole,
            absent: Absent::Means(
                "what is usual for the door and `tls`: SMTP 587, 465 (`implicit`) or 25 (`none`); IMAP 143 or 993; POP3 110 \
                 or 995; ManageSieve 4190; HTTP 443 or 80",
            ),
            doc: "Its port.",
        },
        Key {
            name: "tls",
            kind: Kind::Text,
            absent: Absent::Means("`starttls`, for the doors of HTTP `implicit`"),
            doc: "`starttls` (required: without it nothing is sent), `implicit`, or `none` for a server on this machine.",
        },
        Key {
            name: "ca_file",
            kind: Kind::Text,
            absent: Absent::Means("this machine's trust store"),
            doc: "Certificates (PEM) of the authority that issued the upstream's certificate, where it is a private one.",
        },
        Key {
            name: "client_certificate_file",
            kind: Kind::Text,
            absent: Absent::Means("none is shown"),
            doc: "A certificate chain (PEM) to show the upstream when it asks for one.",
        },
        Key {
            name: "client_key_file",
            kind: Kind::Text,
            absent: Absent::Means("none; `client_certificate_file` needs it"),
            doc: "The private key (PEM) of `client_certificate_file`.",
        },
        Key {
            name: "proxy_header",
            kind: Kind::Switch,
            absent: Absent::Default("false"),
            doc: "Begin each connection with a PROXY header (version 2) that says the client's address. The upstream must be \
                  set up for it.",
        },
        Key {
            name: "forward_client",
            kind: Kind::Switch,
            absent: Absent::Default("false"),
            doc: "Say the client's address in the protocol: `ID` in IMAP, `XCLIENT` in POP3 and SMTP, `X-Forwarded-For` in HTTP. \
                  The upstream must believe it from this machine (Dovecot: `login_trusted_networks`). ManageSieve has no \
                  way to say it.",
        },
        Key {
            name: "sign_in",
            kind: Kind::Text,
            absent: Absent::Default("none"),
            doc: "How Postern signs in there: `none` (the server trusts this machine; not for mailboxes), `fixed` (`user_name` and a secret), \
                  `mailbox` (the account's own password there, which its owner entered in the portal), `master` (`user_name` \
                  and the secret of a user who may open every mailbox), `oauth` (a token from `provider`), `xclient` \
                  (SMTP, Postfix: the client's address and the account's name are passed on), or `header` (HTTP: \
                  `identity_header` says who signed in).",
        },
        Key {
            name: "user_name",
            kind: Kind::Text,
            absent: Absent::Means("nothing; `fixed` and `master` need it"),
            doc: "The user name for `fixed` and `master`.",
        },
        Key {
            name: "secret",
            kind: Kind::Text,
            absent: Absent::Means("`secret_file` is used"),
            doc: "The secret for `fixed` and `master`. Better: `secret_file`.",
        },
        Key {
            name: "secret_file",
            kind: Kind::Text,
            absent: Absent::Means("`secret` is used"),
            doc: "A file whose content is the secret for `fixed` and `master`.",
        },
        Key {
            name: "separator",
            kind: Kind::Text,
            absent: Absent::Means("the mailbox is said as the authorization identity of SASL PLAIN"),
            doc: "For `master`: the one character between mailbox and `user_name` in the user name, `*` in most Dovecots \
                  (`auth_master_user_separator`).",
        },
        Key {
            name: "sign_in_without_tls",
            kind: Kind::Switch,
            absent: Absent::Default("false"),
            doc: "Send the secret of `fixed`, `master` or `mailbox` over a connection without TLS. Only for a server on this \
                  machine.",
        },
        Key {
            name: "provider",
            kind: Kind::Text,
            absent: Absent::Means("nothing; `oauth` needs it"),
            doc: "For `oauth`: the name of the `[[provider]]` whose tokens are presented.",
        },
        Key {
            name: "mechanism",
            kind: Kind::Text,
            absent: Absent::Means("`xoauth2`"),
            doc: "For `oauth`: `xoauth2` (Exchange Online, Gmail) or `oauthbearer` (RFC 7628). HTTP has `Authorization: Bearer`.",
        },
        Key {
            name: "identity_header",
            kind: Kind::Text,
            absent: Absent::Means("nothing; `header` needs it"),
            doc: "For `header`: the name of the HTTP header that says whose mailbox or data is meant, as in `X-Remote-User`. The \
                  upstream must take it from this machine only.",
        },
        Key {
            name: "probe",
            kind: Kind::Switch,
            absent: Absent::Default("true"),
            doc: "SMTP and ManageSieve: ask the upstream in the background what it can do (size limit, SMTPUTF8, …; Sieve \
                  extensions), so that programs are offered that and no more; the others: whether it is there. No client ever causes the question.",
        },
        Key {
            name: "accounts",
            kind: Kind::List,
            absent: Absent::Means("no account is listed"),
            doc: "The user names of the accounts whose upstream this is.",
        },
        Key {
            name: "groups",
            kind: Kind::List,
            absent: Absent::Means("no group is listed"),
            doc: "The groups whose members' upstream this is.",
        },
        Key {
            name: "domains",
            kind: Kind::List,
            absent: Absent::Means(
                "without `accounts` and `groups` too: every account that no other upstream for these doors lists",
            ),
            doc: "The domains of the accounts whose upstream this is.",
        },
    ],
};

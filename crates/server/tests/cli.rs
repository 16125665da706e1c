//! The commands as a script sees them: JSON, exit codes, messages.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on is over; clippy takes only `#[test]` functions for tests"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A folder with nothing but what the commands make in it.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn run(&self, arguments: &[&str], input: &str) -> Output {
        use std::io::Write as _;
        let mut command = Command::new(env!("CARGO_BIN_EXE_postern"));
        for name in ["POSTERN_CONFIG", "POSTERN_DATABASE"] {
            command.env_remove(name);
        }
        command.env("POSTERN_DATA", self.0.path().join("data")).env("USER", "anna").env_remove("SUDO_USER");
        command.current_dir(self.0.path()).args(arguments);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A command that does not read its input may have ended before it was written.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    fn json(&self, arguments: &[&str], input: &str) -> Value {
        let output = self.run(&[arguments, &["--json"]].concat(), input);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Exit code and message of a command that does not succeed.
    fn fails(&self, arguments: &[&str], input: &str) -> (i32, String) {
        let output = self.run(arguments, input);
        assert_eq!(text(&output.stdout), "", "a failure has no answer");
        (output.status.code().unwrap(), text(&output.stderr))
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end().to_owned()
}

/// A fact of a JSON answer.
fn fact<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer[name].as_str().unwrap_or_else(|| panic!("no {name} in {answer}"))
}

const ACCOUNT: &str = "webmaster@example.test";
const PASSWORD: &str = "violet kettle harbour 27\n";

fn a_compatible_profile_is_one_that_the_policy_offers(place: &Place) {
    let capitals =
        ["app-password", "create", ACCOUNT, "--name", "Old scanner", "--profile", "capitals-and-digits"];
    let (code, refused) = place.fails(&capitals, "");
    assert!(code == 1 && refused.contains("`compatible_profiles`"), "{refused}");
    place.json(&["setting", "set", "compatible_profiles", "capitals-and-digits"], "");
    let held = place.json(&["setting", "effective", ACCOUNT], "");
    let offered = serde_json::json!({
        "name": "compatible_profiles", "value": "capitals-and-digits", "origin": "organization"
    });
    assert!(held.as_array().unwrap().contains(&offered), "{held}");
    let capitals = place.json(&capitals, "");
    let secret = fact(&capitals, "secret");
    assert!(secret.starts_with("P7") && secret.len() == 26, "as it is typed: {secret}");
    place.json(&["app-password", "revoke", fact(&capitals, "id")], "");
}

#[test]
fn a_script_manages_accounts_and_app_passwords() {
    let place = Place::new();
    let added =
        place.json(&["account", "add", ACCOUNT, "--alias", "www@example.test", "--password-stdin"], PASSWORD);
    assert_eq!((fact(&added, "name"), fact(&added, "mfa")), (ACCOUNT, "enforced"));
    assert_eq!(place.json(&["account", "list"], "")[0]["aliases"][0], "www@example.test");

    let create = [
        "app-password",
        "create",
        "www@example.test",
        "--name",
        "Contact form",
        "--network",
        "192.0.2.7",
        "--network",
        "2001:db8::/32",
        "--expires",
        "90d",
        "--idle-expiry",
        "30d",
        "--sender",
        "@example.test",
    ];
    let created = place.json(&create, "");
    assert_eq!(fact(&created, "secret").len(), 24);
    assert_eq!(created["networks"], serde_json::json!(["192.0.2.7/32", "2001:db8::/32"]));
    assert_eq!(created["sender"], serde_json::json!(["@example.test"]));
    assert_eq!((fact(&created, "idle_expiry"), fact(&created, "account")), ("30d", ACCOUNT));

    a_compatible_profile_is_one_that_the_policy_offers(&place);

    let id = fact(&created, "id");
    let shown = place.json(&["app-password", "show", "--account", ACCOUNT, "--name", "contact form"], "");
    assert_eq!((fact(&shown, "id"), fact(&shown, "state")), (id, "active"));
    assert_eq!(shown.get("secret"), None, "the secret is shown on creation and never again");

    let rotated = place.json(&["app-password", "rotate", id, "--overlap", "1d"], "");
    assert_ne!(fact(&rotated, "secret"), fact(&created, "secret"));
    assert!(rotated["old_secret_works_until"].is_string());

    let change =
        ["--rename", "Shop form", "--note", "Room 2.14", "--network", "any", "--idle-expiry", "never"];
    let changed = place.json(&[&["app-password", "change", id], &change[..]].concat(), "");
    assert_eq!((fact(&changed, "name"), fact(&changed, "note")), ("Shop form", "Room 2.14"));
    assert_eq!(changed["networks"], serde_json::json!([]));
    assert!(changed["idle_expiry"].is_null() && changed["sender"] == serde_json::json!(["@example.test"]));
    assert_eq!(fact(&place.json(&["app-password", "suspend", id], ""), "state"), "suspended");
    assert_eq!(fact(&place.json(&["app-password", "resume", id], ""), "state"), "active");

    let revoked = place.json(&["app-password", "revoke", id, "--reason", "moved"], "");
    assert_eq!(fact(&revoked, "state"), "revoked");
    assert_eq!(place.json(&["app-password", "list", ACCOUNT], "")[0]["state"], "revoked");

    place.json(&["setting", "set", "app-passwords-per-account", "5"], "");
    assert_eq!(fact(&place.json(&["setting", "get", "app_passwords_per_account"], ""), "value"), "5");
    assert_eq!(fact(&place.json(&["mfa", "set", ACCOUNT, "disabled"], ""), "mfa"), "disabled");
    place.json(&["account", "block", ACCOUNT], "");
    assert_eq!(fact(&place.json(&["account", "show", ACCOUNT], ""), "status"), "blocked");
    place.json(&["account", "unblock", ACCOUNT], "");
    place.json(&["account", "set-password", ACCOUNT, "--password-stdin"], "copper lantern meadow 63\n");
    place.json(&["account", "delete", ACCOUNT], "");

    let exported = text(&place.run(&["audit", "export"], "").stdout);
    let operations: Vec<_> = exported
        .lines()
        .map(|line| fact(&serde_json::from_str::<Value>(line).unwrap(), "operation").to_owned())
        .collect();
    for operation in
        ["Add account", "Create app password", "Revoke app password", "Change MFA state", "Delete account"]
    {
        assert!(
            operations.iter().any(|known| known == operation),
            "{operation} is missing in {operations:?}"
        );
    }
    assert!(exported.contains("operator anna") && !exported.contains(fact(&created, "secret")));
    let verified = place.json(&["audit", "verify"], "");
    assert_eq!(verified["records"].as_u64(), u64::try_from(operations.len()).ok());
}

#[test]
fn a_refusal_says_what_to_do_and_has_its_exit_code() {
    let place = Place::new();
    place.json(&["account", "add", ACCOUNT, "--no-password"], "");
    let create = ["app-password", "create", ACCOUNT, "--name", "Contact form"];
    place.json(&create, "");
    let cases: [(&[&str], &str); 6] = [
        (&create, ""),
        (&["app-password", "list", "nobody@example.test"], ""),
        (&["account", "set-password", ACCOUNT, "--password-stdin"], "short\n"),
        (&["app-password", "create", ACCOUNT, "--name", "Another one", "--expires", "2020-01-01"], ""),
        (&["setting", "set", "doors_off", "telnet"], ""),
        (&["doctor", "--reference", "7Q3K-M2XA"], ""),
    ];
    let told: Vec<_> = cases.iter().map(|(arguments, input)| place.fails(arguments, input)).collect();
    let lines: Vec<_> = told.iter().map(|(code, message)| format!("{code} {message}")).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    1 postern: an app password with that name is there already: choose another name, or revoke that one first
    1 postern: there is no account with that name
    1 postern: the password is too short: use at least 8 characters
    1 postern: the expiry is in the past: choose a later date
    2 postern: `doors_off` cannot be `telnet`: it takes none, or names separated by commas from smtp, imap, pop3, managesieve, ews, activesync, mapi, autodiscover, oab, dav, sharepoint, http, ldap, nginx-mail, forward-auth, sasl
    1 postern: no refusal with that reference is recorded: check it, it has the form 7Q3K-M2XA
    ");

    // Wrong usage is clap's to tell; no password is ever taken from an argument.
    assert_eq!(place.fails(&["account", "add", ACCOUNT, "--password", "x"], "").0, 2);
    let (code, told) = place.fails(&["account", "add", "root@example.test", "--administrator"], "");
    assert_eq!(code, 2);
    assert!(told.contains("unexpected argument '--administrator' found"), "{told}");
    assert_eq!(place.fails(&["app-password", "create", ACCOUNT, "--name", "short"], "").0, 2);
}

#[test]
fn mistakes_in_the_configuration_are_told_together() {
    let place = Place::new();
    fs::write(place.0.path().join("postern.toml"), "[portal]\nlistn = 1\n[limits]\nhashing = 0\n").unwrap();
    let (code, message) = place.fails(&["check-config", "postern.toml"], "");
    assert_eq!(code, 4);
    insta::assert_snapshot!(message, @r"
    postern: the configuration has mistakes:
    postern.toml, line 2: portal.listn: there is no such key; did you mean `listen`?
    postern.toml, line 4: limits.hashing: `0` is not possible: write a number from 1 to 64
    ");
    let report = place.run(&["check-config", "postern.toml", "--json"], "");
    assert_eq!(report.status.code(), Some(4));
    let report: Value = serde_json::from_slice(&report.stdout).unwrap();
    let expected = serde_json::json!({
        "file": "postern.toml",
        "line": 4,
        "key": "limits.hashing",
        "problem": "`0` is not possible",
        "remedy": "write a number from 1 to 64",
    });
    assert_eq!((report["mistakes"].as_array().unwrap().len(), &report["mistakes"][1]), (2, &expected));

    // The same for a command that would only use it.
    let (code, same) = place.fails(&["--config", "postern.toml", "account", "list"], "");
    assert_eq!((code, same), (4, message));
    let (code, message) = place.fails(&["--config", "gone.toml", "account", "list"], "");
    assert_eq!(code, 4);
    assert!(message.contains("gone.toml: cannot read the file"), "{message}");
}

#[test]
fn the_database_of_a_wrong_kind_is_told_without_its_password() {
    let place = Place::new();
    let (code, message) = place.fails(&["--database", "mysql://root:needle@db/x", "account", "list"], "");
    assert_eq!(code, 4);
    assert!(!message.contains("needle"), "{message}");
    let (code, message) =
        place.fails(&["--database", "postgres://postern:needle@127.0.0.1:1/x", "account", "list"], "");
    assert_eq!(code, 3);
    assert!(message.contains("PostgreSQL, 127.0.0.1:1/x") && !message.contains("needle"), "{message}");
}

#[test]
fn the_reference_files_are_what_the_binary_prints() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference");
    let list: toml::Table = fs::read_to_string(folder.join("generated.toml")).unwrap().parse().unwrap();
    let place = Place::new();
    for (file, arguments) in list["files"].as_table().unwrap() {
        let arguments: Vec<_> =
            arguments.as_array().unwrap().iter().map(|argument| argument.as_str().unwrap()).collect();
        let printed = place.run(&arguments, "");
        let present = fs::read(folder.join(file)).unwrap_or_default();
        assert!(printed.stdout == present, "{file} is out of date: run `cargo xtask generate`");
    }
}

#[test]
fn completions_are_printed_for_every_shell() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish"] {
        assert!(text(&place.run(&["completions", shell], "").stdout).contains("app-password"), "{shell}");
    }
}

#[test]
fn only_a_first_command_makes_data() {
    let place = Place::new();
    for arguments in [&["account", "list"][..], &["key", "rotate"], &["audit", "verify"]] {
        let (code, message) = place.fails(arguments, "");
        assert_eq!(code, 1, "{message}");
        assert!(message.starts_with("postern: there is no Postern data in SQLite, "), "{message}");
        assert!(message.contains("--data"), "{message}");
    }
    let doctor = text(&place.run(&["doctor"], "").stdout);
    assert!(doctor.contains("there is no Postern data"), "{doctor}");
    assert_eq!(fs::read_dir(place.0.path()).unwrap().count(), 0, "nothing was made");
    place.json(&["account", "add", ACCOUNT, "--no-password"], "");
    place.json(&["account", "list"], "");
}

#[test]
fn a_missing_key_file_is_not_replaced() {
    let place = Place::new();
    // Another server may stand on the usual port of this machine.
    fs::write(place.0.path().join("postern.toml"), "[portal]\nlisten = \"127.0.0.1:0\"\n").unwrap();
    place.json(&["account", "add", ACCOUNT, "--no-password"], "");
    let (key, kept) = (place.0.path().join("data/postern.key"), place.0.path().join("copy"));
    fs::rename(&key, &kept).unwrap();
    for arguments in
        [&["account", "list"][..], &["account", "add", "b@example.test", "--no-password"], &["serve"]]
    {
        let (code, message) = place.fails(arguments, "");
        assert_eq!(code, 3, "{message}");
        assert!(
            message.contains("postern.key is missing") && message.contains("restore the key file"),
            "{message}"
        );
    }
    assert!(!key.exists());
    let doctor = text(&place.run(&["doctor"], "").stdout);
    assert!(doctor.contains("keys") && !doctor.contains("start the database"), "{doctor}");
    fs::rename(&kept, &key).unwrap();
    let rotated = place.json(&["key", "rotate"], "");
    assert_eq!(rotated["version"].as_u64(), Some(2));
    place.json(&["account", "list"], "");
}

#[test]
fn without_a_command_only_those_for_people_are_listed() {
    let output = Place::new().run(&[], "");
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(told.contains("doctor") && !told.contains("generate"), "{told}");
    // The same when only an option is there.
    let told = text(&Place::new().run(&["--json"], "").stderr);
    assert!(!told.contains("generate"), "{told}");
}

#[test]
fn a_script_grants_mailboxes_groups_and_limits() {
    const BACKUP: &str = "backup@example.test";
    let place = Place::new();
    place.json(&["account", "add", BACKUP, "--kind", "service-account", "--no-password"], "");
    place.json(&["account", "add", ACCOUNT, "--alias", "www@example.test", "--no-password"], "");
    place.json(&["account", "set", ACCOUNT, "--sid", "s-1-5-21-7"], "");
    place.json(&["group", "add", "Sales", "www@example.test"], "");
    assert_eq!(place.json(&["group", "list"], ""), serde_json::json!([{ "group": "sales", "accounts": 1 }]));
    let shown = &place.json(&["group", "list", "sales"], "")[0];
    assert_eq!((fact(shown, "name"), fact(shown, "sid")), (ACCOUNT, "S-1-5-21-7"));

    place.json(&["account", "grant", BACKUP, "--mailbox", "www@example.test", "--domain", "example.org"], "");
    let granted = place.json(&["account", "grant", BACKUP, "--add", "--group", "sales"], "");
    let named = serde_json::json!({
        "all": false, "mailboxes": [ACCOUNT], "groups": ["sales"], "domains": ["example.org"],
    });
    assert_eq!(granted["may_act_for"], named);
    assert_eq!(place.json(&["account", "show", BACKUP], "")["may_act_for"], named);
    let words = text(&place.run(&["account", "show", BACKUP], "").stdout);
    let may = "May act for:      webmaster@example.test; the group sales; the domain example.org";
    assert!(words.contains(may), "{words}");
    assert_eq!(
        place.fails(&["account", "grant", ACCOUNT, "--all"], ""),
        (
            1,
            "postern: only a service account may act for other mailboxes, and this is a person's: add one with `postern account add --kind service-account`"
                .to_owned()
        )
    );

    let create = ["app-password", "create", BACKUP, "--name", "Nightly run", "--protocol", "ews"];
    let narrow = ["--impersonate-mailbox", ACCOUNT, "--max-sessions", "7", "--max-messages", "100"];
    let created = place.json(&[&create[..], &narrow[..]].concat(), "");
    assert_eq!(created["may_act_for_only"]["mailboxes"][0], ACCOUNT);
    let limits = |sign_ins: u32, messages: Option<u32>| {
        serde_json::json!({
            "sessions": 7, "sign_ins_per_minute": sign_ins, "messages_per_hour": messages, "recipients_per_hour": null,
        })
    };
    assert_eq!(created["limits"], limits(600, Some(100)));
    let id = fact(&created, "id");
    let limited = ["app-password", "limit", id, "--max-sign-ins", "9", "--max-messages", "usual"];
    assert_eq!(place.json(&limited, "")["limits"], limits(9, None));
    assert_eq!(place.json(&["app-password", "narrow", id], "")["may_act_for_only"], Value::Null);
    let (code, message) = place.fails(&["app-password", "limit", id, "--max-sessions", "0"], "");
    assert!(code == 2 && message.contains("from 1 to 1000000"), "{message}");

    place.json(&["group", "remove", "sales", ACCOUNT], "");
    assert_eq!(place.json(&["account", "revoke-grant", BACKUP], "")["may_act_for"], Value::Null);
    let exported = text(&place.run(&["audit", "export"], "").stdout);
    let grants = exported.lines().filter(|line| line.contains("Change impersonation grant"));
    let grants: Vec<_> = grants
        .map(|line| {
            let details = serde_json::from_str::<Value>(line).unwrap()["details"].clone();
            format!("{} -> {}", fact(&details, "before"), fact(&details, "after"))
        })
        .collect();
    assert_eq!(
        grants,
        [
            "no mailbox -> webmaster@example.test; the domain example.org",
            "webmaster@example.test; the domain example.org -> webmaster@example.test; the group sales; the domain example.org",
            "webmaster@example.test -> all of its account's grant",
            "webmaster@example.test; the group sales; the domain example.org -> no mailbox",
        ]
    );
}

#[test]
fn a_script_imports_accounts_from_a_file() {
    let place = Place::new();
    place.json(&["account", "add", ACCOUNT, "--no-password"], "");
    let file = "name,groups,external id\nwebmaster@example.test,staff,1\nanna@example.test,staff sales,2\n";
    fs::write(place.0.path().join("people.csv"), file).unwrap();
    let planned = place.run(&["account", "import", "people.csv", "--dry-run"], "");
    assert_eq!(
        text(&planned.stdout),
        "add anna@example.test\n\
         change webmaster@example.test: groups: none becomes staff; directory entry: none becomes external id 1\n\
         Would add 1, change 1, block 0; 0 are as the file wants them. Nothing was changed."
    );
    assert_eq!(place.json(&["account", "list"], "").as_array().unwrap().len(), 1);
    let imported = place.json(&["account", "import", "-"], file);
    assert_eq!((&imported["added"], &imported["changed"]), (&Value::from(1), &Value::from(1)));
    let again = place.run(&["account", "import", "people.csv"], "");
    assert_eq!(text(&again.stdout), "Added 0, changed 0, blocked 0; 2 are as the file wants them.");
    let wrong = "name,phone\nanna@example.test,7\n";
    assert_eq!(
        place.fails(&["account", "import", "-"], wrong),
        (
            1,
            "postern: the file has 1 mistake, nothing was imported:\n  line 1: there is no column “phone”: the columns are name, aliases, kind, role, mfa, groups, external id, status"
                .to_owned()
        )
    );
    let missing =
        place.fails(&["account", "import", "-", "--block-missing", "0"], "name\nanna@example.test\n");
    assert!(
        missing.1.contains("the file leaves out 1 person, who would be blocked, but at most 0"),
        "{missing:?}"
    );
}

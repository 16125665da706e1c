//! No type that bears a secret shows it through `Debug`, and no such type is forgotten here.

use std::fmt::Debug;
use std::path::Path;
use std::{fs, io};

use postern_domain::Random;
use postern_domain::account::password::{AccountPassword, SlowHash};
use postern_domain::api_token::{BearerKind, BearerText};
use postern_domain::app_password::{AppPasswordSecret, Profile, TypedSecret};
use postern_domain::mfa::recovery_code::RecoveryCode;
use postern_domain::mfa::totp::TotpSecret;

const NEEDLE: &str = "needle-in-a-haystack";

/// Every byte is the same, which is enough for a secret that is only looked for.
struct Constant;

impl Random for Constant {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(0x5a);
    }
}

/// What `Debug` shows of a value, plain and alternate, alone and inside of something else.
fn shown(value: &dyn Debug) -> [String; 4] {
    [format!("{value:?}"), format!("{value:#?}"), format!("{:?}", Some(value)), format!("{:#?}", [value])]
}

/// The types that bear secrets: the name, what `Debug` shows, and the forms that must not be in it.
fn bearers() -> Vec<(&'static str, [String; 4], Vec<String>)> {
    let secret = AppPasswordSecret::generate(Profile::CapitalsAndDigits, &Constant);
    let code = RecoveryCode::generate(&Constant);
    let bearer = BearerText::generate(BearerKind::ApiToken, &Constant);
    let totp = TotpSecret::generate(&Constant);
    let hash = SlowHash::from_phc(format!("$argon2id${NEEDLE}"));
    vec![
        (
            "AppPasswordSecret",
            shown(&secret),
            vec![secret.expose_canonical().to_owned(), secret.expose_grouped().to_string()],
        ),
        ("BearerText", shown(&bearer), vec![bearer.expose().to_owned(), bearer.expose()[8..20].to_owned()]),
        ("TypedSecret", shown(&TypedSecret::new(NEEDLE.as_bytes())), forms_of_bytes(NEEDLE.as_bytes())),
        ("AccountPassword", shown(&AccountPassword::typed(NEEDLE)), vec![NEEDLE.to_owned()]),
        ("SlowHash", shown(&hash), vec![NEEDLE.to_owned()]),
        ("TotpSecret", shown(&totp), forms_of_bytes(totp.expose())),
        (
            "RecoveryCode",
            shown(&code),
            vec![code.expose_canonical().to_owned(), code.expose_grouped().to_string()],
        ),
    ]
}

/// The octets as text and as the start of a list.
fn forms_of_bytes(octets: &[u8]) -> Vec<String> {
    vec![String::from_utf8_lossy(octets).into_owned(), format!("{}, {}", octets[0], octets[1])]
}

#[test]
fn debug_shows_the_name_of_the_type_and_no_secret() {
    for (name, shown, needles) in bearers() {
        assert_eq!(shown[0], name);
        assert_eq!(shown[1], name);
        for text in &shown {
            for needle in &needles {
                assert!(!text.contains(needle), "{name}: {text}");
            }
        }
    }
}

/// Whatever a type wipes on drop is a secret: it stands in the list above.
#[test]
fn every_type_that_wipes_itself_is_tested() {
    let mut found = Vec::new();
    collect_bearers(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found).unwrap();
    found.sort();
    let mut tested: Vec<String> = bearers().iter().map(|(name, ..)| (*name).to_owned()).collect();
    // A hash is stored, so it is not wiped; all the same it is not to be shown.
    tested.retain(|name| name != "SlowHash");
    tested.sort();
    assert_eq!(found, tested);
}

fn collect_bearers(folder: &Path, found: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect_bearers(&path, found)?;
            continue;
        }
        let text = fs::read_to_string(&path)?;
        let mut current = None;
        for line in text.lines().map(|line| line.trim_start_matches("pub ").trim_start_matches("pub(crate) "))
        {
            if let Some(rest) = line.strip_prefix("struct ") {
                let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
                current = Some(rest[..end].to_owned());
            }
            if line.contains("Zeroizing<") {
                found.extend(current.take());
            }
            if line == "}" || line.ends_with(");") {
                current = None;
            }
        }
    }
    Ok(())
}

//! The key file on disk: one line for each version, `VERSION = "BASE64"`, comments after `#`.
//!
//! It is written whole to a file beside it, made durable, and only then put in its place, so that a crash leaves the old
//! file or the new one, never half of one. Whoever changes it holds a lock on its folder meanwhile.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use postern_domain::Random;
use zeroize::Zeroizing;

use super::{KeyFileError, KeyRing};

/// The random key from which the others of its version are derived.
pub(super) type Master = Zeroizing<[u8; 32]>;

const HEAD: &str = "\
# The keys of Postern. Without this file no app password works and no authenticator app can be checked.
# Keep a copy apart from the copies of the database. The last key is in use; the others check what was made with them.
";

/// More than a key file with all its versions and a page of comments.
const LARGEST: u64 = 64 * 1024;

pub(super) fn fresh_master(random: &dyn Random) -> Master {
    let mut master = Zeroizing::new([0; 32]);
    random.fill(master.as_mut_slice());
    master
}

/// The versions in the file, ascending.
pub(super) fn load(path: &Path) -> Result<Vec<(u32, Master)>, KeyFileError> {
    let failed = |source| io_error(path, source);
    let file = File::open(path).map_err(failed)?;
    let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyFileError::TooOpen { path: path.display().to_string(), mode });
    }
    let mut text = Zeroizing::new(String::with_capacity(4096));
    file.take(LARGEST).read_to_string(&mut text).map_err(failed)?;
    parse(&text).map_err(|(line, what)| KeyFileError::Malformed {
        path: path.display().to_string(),
        line,
        what,
    })
}

/// Makes the file with a first key. One that another process made meanwhile is left alone.
pub(super) fn create(path: &Path, random: &dyn Random) -> Result<(), KeyFileError> {
    let failed = |source| io_error(path, source);
    let temporary = write_beside(path, &[(1, fresh_master(random))], random).map_err(failed)?;
    // A link, unlike a rename, never takes the place of a file that is there.
    let linked = match std::fs::hard_link(&temporary, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    };
    std::fs::remove_file(&temporary).map_err(failed)?;
    linked.and_then(|()| sync_folder(path)).map_err(failed)
}

/// Adds a fresh key and gives its version.
pub(super) fn add_version(path: &Path, random: &dyn Random) -> Result<u32, KeyFileError> {
    let failed = |source| io_error(path, source);
    let lock = File::open(folder(path)).map_err(failed)?;
    lock.lock().map_err(failed)?;
    let mut masters = load(path)?;
    if masters.len() == KeyRing::MOST_VERSIONS {
        let path = path.display().to_string();
        return Err(KeyFileError::TooMany { path, most: KeyRing::MOST_VERSIONS });
    }
    let version = masters.last().map_or(0, |(version, _)| *version).saturating_add(1);
    masters.push((version, fresh_master(random)));
    let temporary = write_beside(path, &masters, random).map_err(failed)?;
    std::fs::rename(&temporary, path).and_then(|()| sync_folder(path)).map_err(failed)?;
    Ok(version)
}

fn write_beside(path: &Path, masters: &[(u32, Master)], random: &dyn Random) -> io::Result<PathBuf> {
    let mut text = Zeroizing::new(String::with_capacity(4096));
    text.push_str(HEAD);
    for (version, master) in masters {
        let encoded = Zeroizing::new(BASE64.encode(master.as_slice()));
        text.push_str(&format!("{version} = \""));
        text.push_str(&encoded);
        text.push_str("\"\n");
    }
    let unique = u64::from_be_bytes(postern_domain::random::bytes(random));
    let temporary = path.with_added_extension(format!("{unique:016x}.new"));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
    // The mode above is narrowed by the process's mask, which may take rights from the owner too.
    file.set_permissions(Permissions::from_mode(0o600))?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(temporary)
}

fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(folder(path))?.sync_all()
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn parse(text: &str) -> Result<Vec<(u32, Master)>, (usize, &'static str)> {
    let mut masters: Vec<(u32, Master)> = Vec::new();
    let mut last_line = 1;
    for (number, line) in (1..).zip(text.lines()) {
        last_line = number;
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (version, master) = parse_line(line).map_err(|what| (number, what))?;
        if masters.last().is_some_and(|(before, _)| version <= *before) {
            return Err((number, "the versions must grow from line to line"));
        }
        if masters.len() == KeyRing::MOST_VERSIONS {
            return Err((
                number,
                "a key file has at most 8 keys: remove the oldest that no secret needs any more",
            ));
        }
        masters.push((version, master));
    }
    if masters.is_empty() {
        return Err((last_line, "there is no key in the file: restore it from a copy"));
    }
    Ok(masters)
}

fn parse_line(line: &str) -> Result<(u32, Master), &'static str> {
    const FORM: &str = "expected a line of the form `1 = \"…\"`, with a key in Base64 between the quotes";
    let (version, value) = line.split_once('=').ok_or(FORM)?;
    let version = version.trim().parse().ok().filter(|version| *version > 0).ok_or(FORM)?;
    let value = value.trim().strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or(FORM)?;
    let bytes = Zeroizing::new(BASE64.decode(value).map_err(|_| FORM)?);
    let master: [u8; 32] =
        bytes.as_slice().try_into().map_err(|_| "a key has 32 bytes, 44 characters of Base64")?;
    Ok((version, Zeroizing::new(master)))
}

fn io_error(path: &Path, source: io::Error) -> KeyFileError {
    KeyFileError::Io { path: path.display().to_string(), source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestRandom;

    #[test]
    fn is_made_for_its_owner_only_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let random = TestRandom::seeded(1);
        assert!(matches!(KeyRing::load_or_create(&path, false, &random), Err(KeyFileError::Io { .. })));
        let made = KeyRing::load_or_create(&path, true, &random).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left beside it");
        let read = KeyRing::load_or_create(&path, true, &random).unwrap();
        assert_eq!(read.new_locator("x"), made.new_locator("x"));
    }

    #[test]
    fn a_rotation_adds_a_version_and_keeps_the_old_ones() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let random = TestRandom::seeded(1);
        let before = KeyRing::load_or_create(&path, true, &random).unwrap();
        let verifier = before.new_verifier("secret", [7; 16]);
        for version in 2..=8 {
            assert_eq!(KeyRing::rotate(&path, &random).unwrap(), version);
        }
        assert!(matches!(KeyRing::rotate(&path, &random), Err(KeyFileError::TooMany { most: 8, .. })));
        let after = KeyRing::load_or_create(&path, false, &random).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(after.verify(&verifier, "secret").unwrap());
        assert!(!after.verify(&verifier, "Secret").unwrap());
        assert!(after.is_of_old_version(&verifier));
        assert!(after.locators("secret").as_slice().contains(&before.new_locator("secret")));
        assert_eq!(after.locators("secret").as_slice().len(), 8);
        assert!(matches!(
            before.verify(&after.new_verifier("secret", [7; 16]), "secret"),
            Err(crate::Failure::MissingKey { version: 8 })
        ));
    }

    #[test]
    fn one_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let random = TestRandom::seeded(1);
        KeyRing::load_or_create(&path, true, &random).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        let error = KeyRing::load_or_create(&path, true, &random).unwrap_err().to_string();
        let error = error.replace(&path.display().to_string(), "keys");
        assert_eq!(
            error,
            "keys: others can read it (mode 640); it holds the keys of every app password: run `chmod 600 keys`"
        );
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        let key = BASE64.encode([1; 32]);
        let twice = format!("2 = \"{key}\"\n2 = \"{key}\"\n");
        for (text, error) in [
            ("", (1, "there is no key in the file: restore it from a copy")),
            ("# nothing\n\n# else\n", (3, "there is no key in the file: restore it from a copy")),
            (
                "# head\n1 \"x\"\n",
                (2, "expected a line of the form `1 = \"…\"`, with a key in Base64 between the quotes"),
            ),
            ("1 = \"AAAA\"\n", (1, "a key has 32 bytes, 44 characters of Base64")),
            (twice.as_str(), (2, "the versions must grow from line to line")),
        ] {
            assert_eq!(parse(text).err(), Some(error), "{text}");
        }
    }

    #[test]
    fn keys_of_different_purposes_and_versions_have_nothing_in_common() {
        let random = TestRandom::seeded(1);
        let one = KeyRing::ephemeral(&random);
        let other = KeyRing::ephemeral(&random);
        assert_ne!(one.new_locator("x"), other.new_locator("x"));
        assert_ne!(one.checks().collect::<Vec<_>>(), other.checks().collect::<Vec<_>>());
        assert_ne!(one.new_verifier("x", [0; 16]).hash[..16], one.new_locator("x").0);
        assert_eq!(format!("{one:?}"), "KeyRing");
    }
}

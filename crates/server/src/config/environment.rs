//! The environment: the only place that reads it.

use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

/// What the environment says. The command line goes before it, it goes before the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// `POSTERN_CONFIG`: the configuration file.
    pub config: Option<PathBuf>,
    /// `POSTERN_DATA`: the data folder.
    pub data: Option<PathBuf>,
    /// `POSTERN_DATABASE`: the address of the database.
    pub database: Option<String>,
    /// `NO_COLOR` is set to anything but nothing (no-color.org).
    pub no_color: bool,
    /// This program's file, for commands that can be copied from what it prints.
    pub program: PathBuf,
    /// The folder for temporary files.
    pub temporary: PathBuf,
    /// Who is at the keyboard, for the audit log: behind `sudo`, who called it.
    pub user: String,
}

impl Environment {
    /// Reads it.
    #[must_use]
    pub fn read() -> Self {
        Self::from(&|name| read_variable(name))
    }

    fn from(variable: &dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            config: variable("POSTERN_CONFIG").map(PathBuf::from),
            data: variable("POSTERN_DATA").map(PathBuf::from),
            database: variable("POSTERN_DATABASE"),
            program: std::env::current_exe().unwrap_or_else(|_| PathBuf::from("postern")),
            temporary: std::env::temp_dir(),
            no_color: variable("NO_COLOR").is_some(),
            user: ["SUDO_USER", "USER", "LOGNAME"].into_iter().find_map(variable).unwrap_or_else(of_process),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place where the environment is read")]
fn read_variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Who runs the process, where the environment has no name (a service, a container): as `/etc/passwd` calls them,
/// otherwise `uid 1000`.
fn of_process() -> String {
    let Ok(process) = std::fs::metadata("/proc/self") else { return "operator".to_owned() };
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    user_name(&users, process.uid()).map_or_else(|| format!("uid {}", process.uid()), str::to_owned)
}

/// The name of `uid` in the text of a passwd(5) file: `name:password:uid:…`.
fn user_name(users: &str, uid: u32) -> Option<&str> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|name| !name.is_empty())?;
        (fields.nth(1)?.parse() == Ok(uid)).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_person_behind_sudo() {
        let set = [("SUDO_USER", "anna"), ("USER", "root"), ("NO_COLOR", "1")];
        let find =
            |name: &str| set.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned());
        let environment = Environment::from(&find);
        assert_eq!((environment.user.as_str(), environment.no_color), ("anna", true));
        assert_ne!(Environment::from(&|_| None).user, "");
    }

    #[test]
    fn a_user_is_known_by_the_number() {
        let users =
            "root:x:0:0:root:/root:/bin/sh\n# comment\npostern:x:998:998::/var/lib/postern:/bin/false\n";
        assert_eq!(user_name(users, 998), Some("postern"));
        assert_eq!(user_name(users, 0), Some("root"));
        assert_eq!(user_name(users, 1), None);
    }
}

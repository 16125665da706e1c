//! Every package of the lock file comes from an allowed registry, never from a git repository.

use serde::Deserialize;

use super::super::Finding;
use super::policy::Sources;

/// `Cargo.lock`, as much of it as is needed.
#[derive(Deserialize)]
pub(super) struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    /// Absent for the workspace's own crates.
    source: Option<String>,
}

/// The packages that come from elsewhere.
pub(super) fn findings(policy: &Sources, lock: &Lock) -> Vec<Finding> {
    let allowed = |source: &str| {
        source
            .strip_prefix("registry+")
            .is_some_and(|url| policy.allow_registry.iter().any(|known| known == url))
    };
    lock.package
        .iter()
        .filter_map(|package| Some((package, package.source.as_deref()?)))
        .filter(|(_, source)| !allowed(source))
        .map(|(package, source)| {
            Finding::new(format!("{} {}", package.name, package.version), format!("comes from {source}"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::lines;
    use super::*;

    #[test]
    fn only_the_listed_registry_is_a_source() {
        let lock = toml::from_str(
            r#"
            package = [
                { name = "ours", version = "1.0.0" },
                { name = "good", version = "1.0.0", source = "registry+https://registry.test/index" },
                { name = "forked", version = "1.0.0", source = "git+https://git.test/forked#0123" },
                { name = "mirror", version = "1.0.0", source = "registry+https://mirror.test/index" },
            ]"#,
        );
        let policy = Sources { allow_registry: vec!["https://registry.test/index".to_owned()] };
        assert_eq!(
            lines(&findings(&policy, &lock.unwrap())),
            [
                "forked 1.0.0: comes from git+https://git.test/forked#0123",
                "mirror 1.0.0: comes from registry+https://mirror.test/index",
            ]
        );
    }
}

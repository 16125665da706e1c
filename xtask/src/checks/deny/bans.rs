//! Banned packages are not in the tree, wrapped ones only directly below their wrappers.

use super::super::Finding;
use super::policy::Bans;
use super::tree::Tree;

/// The packages that are in the tree against `deny.toml`.
pub(super) fn findings(policy: &Bans, tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for ban in &policy.deny {
        for (id, package) in tree.packages.iter().filter(|(_, package)| package.name == ban.package) {
            let others: Vec<&str> = package
                .dependents
                .iter()
                .map(String::as_str)
                .filter(|dependent| !ban.wrappers.iter().any(|wrapper| wrapper == dependent))
                .collect();
            if ban.wrappers.is_empty() || !others.is_empty() {
                let problem = format!("banned below {}: {}", others.join(", "), ban.reason);
                findings.push(Finding::new(id, problem));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::super::lines;
    use super::super::policy::Ban;
    use super::*;

    #[test]
    fn a_wrapper_may_have_it_and_nobody_else() {
        let tree = Tree::example(
            "0|postern-web v1|MIT|\n1|axum v1|MIT|\n1|rusqlite v1|MIT|\n2|ring v1|MIT|\n0|postern-storage-sql v1|MIT|\n1|rusqlite v1|MIT|\n",
        );
        let ban = |package: &str, wrappers: &[&str]| Ban {
            package: package.to_owned(),
            wrappers: wrappers.iter().map(|&wrapper| wrapper.to_owned()).collect(),
            reason: "because.".to_owned(),
        };
        let policy = Bans {
            deny: vec![
                ban("ring", &[]),
                ban("axum", &["postern-web"]),
                ban("rusqlite", &["postern-storage-sql"]),
                ban("openssl", &[]),
            ],
        };
        assert_eq!(
            lines(&findings(&policy, &tree)),
            ["ring v1: banned below rusqlite: because.", "rusqlite v1: banned below postern-web: because."]
        );
    }
}

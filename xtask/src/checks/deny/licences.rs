//! Every package of the tree is under a licence that `deny.toml` allows.

use super::super::Finding;
use super::policy::Licences;
use super::spdx::satisfied;
use super::tree::Tree;

/// The packages whose licence is not allowed, and exceptions that nothing needs any more.
pub(super) fn findings(policy: &Licences, tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, package) in &tree.packages {
        let mut allowed = policy.allow.clone();
        for exception in policy.exceptions.iter().filter(|exception| exception.package == package.name) {
            allowed.extend(exception.allow.iter().cloned());
        }
        if !satisfied(&package.licence, &allowed) {
            let licence = if package.licence.is_empty() { "no licence stated" } else { &package.licence };
            findings.push(Finding::new(id, format!("{licence}: not among deny.toml's licences")));
        }
    }
    for exception in &policy.exceptions {
        if !tree.packages.values().any(|package| package.name == exception.package) {
            findings.push(Finding::new(
                "deny.toml",
                format!("the licence exception for {} is not needed", exception.package),
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::super::lines;
    use super::super::policy::Exception;
    use super::*;

    #[test]
    fn an_exception_is_for_its_package_alone_and_goes_when_unused() {
        let tree = Tree::example(
            "0|ours v1|MIT|\n1|roots v1|CDLA-Permissive-2.0|\n1|data v1|CDLA-Permissive-2.0|\n1|bare v1||\n",
        );
        let exception = |package: &str| Exception {
            package: package.to_owned(),
            allow: ["CDLA-Permissive-2.0".to_owned()].into(),
        };
        let policy = Licences {
            allow: ["MIT".to_owned()].into(),
            exceptions: vec![exception("roots"), exception("gone")],
        };
        assert_eq!(
            lines(&findings(&policy, &tree)),
            [
                "bare v1: no licence stated: not among deny.toml's licences",
                "data v1: CDLA-Permissive-2.0: not among deny.toml's licences",
                "deny.toml: the licence exception for gone is not needed",
            ]
        );
    }
}

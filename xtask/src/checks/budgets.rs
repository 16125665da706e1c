//! Size budgets: lines of a Rust file before its tests.

use super::Finding;

/// Half of the files are at most this long.
const MEDIAN: usize = 120;
/// 95 of 100 files are at most this long.
const PERCENTILE_95: usize = 400;
/// No file is longer.
const LONGEST: usize = 500;

/// Whether a file is made of tests altogether, so that its length is not code to be read.
fn is_test_file(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "tests" | "benches") || part == "tests.rs")
}

/// The lines before the test module at the end of the file; all of them when there is none.
///
/// A `#[cfg(test)]` on a single item or on `mod x;` does not end the count: only an inline module does.
fn lines_before_tests(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    (0..lines.len())
        .find(|&at| lines[at] == "#[cfg(test)]" && opens_module(&lines[at + 1..]))
        .unwrap_or(lines.len())
}

fn opens_module(following: &[&str]) -> bool {
    following
        .iter()
        .find(|line| !line.starts_with("#["))
        .is_some_and(|line| line.starts_with("mod ") && line.ends_with('{'))
}

/// Where the lengths break the budgets; `files` are paths with their lines before tests.
fn findings(mut files: Vec<(String, usize)>) -> Vec<Finding> {
    files.sort_by_key(|(_, lines)| *lines);
    let mut findings = Vec::new();
    for (path, lines) in files.iter().filter(|(_, lines)| *lines > LONGEST) {
        findings.push(Finding::new(path, format!("{lines} lines before its tests, at most {LONGEST}")));
    }
    let mut share = |percent: usize, budget: usize| {
        // The nearest-rank percentile: the smallest length that `percent` of the files do not exceed.
        let rank = (files.len() * percent).div_ceil(100).max(1);
        if let Some((path, lines)) = files.get(rank - 1).filter(|(_, lines)| *lines > budget) {
            let problem = format!("{lines} lines are the {percent}th percentile, at most {budget}");
            findings.push(Finding::new(path, problem));
        }
    };
    share(50, MEDIAN);
    share(95, PERCENTILE_95);
    findings
}

#[cfg(test)]
mod tests {
    use super::super::{assert_kept, lines};
    use super::*;
    use crate::repository;

    #[test]
    fn files_are_short() {
        let files = repository::files().unwrap();
        let lengths = files
            .into_iter()
            .filter(|path| path.ends_with(".rs") && !is_test_file(path))
            .map(|path| {
                let length = lines_before_tests(&repository::read(&path).unwrap());
                (path, length)
            })
            .collect();
        assert_kept(&findings(lengths));
    }

    #[test]
    fn only_an_inline_test_module_ends_the_count() {
        assert_eq!(lines_before_tests("//! A.\nfn a() {}\n\n#[cfg(test)]\nmod tests {\n}\n"), 3);
        assert_eq!(lines_before_tests("//! A.\n#[cfg(test)]\n#[expect(x)]\nmod tests {\n}\n"), 1);
        assert_eq!(lines_before_tests("//! A.\n#[cfg(test)]\nmod tests;\nfn a() {}\n"), 4);
        assert_eq!(lines_before_tests("//! A.\n#[cfg(test)]\nimpl A {}\n"), 3);
    }

    #[test]
    fn test_files_are_known_by_their_place() {
        assert!(is_test_file("crates/server/tests/e2e/main.rs"));
        assert!(is_test_file("crates/domain/src/lockout/tests.rs"));
        assert!(!is_test_file("crates/testkit/src/lib.rs"));
    }

    #[test]
    fn each_budget_can_be_broken() {
        let file = |name: &str, lines| (name.to_owned(), lines);
        assert_eq!(lines(&findings(vec![file("a", 120), file("b", 120), file("c", 400)])), [""; 0]);
        assert_eq!(
            lines(&findings(vec![file("a", 10), file("b", 121), file("c", 501)])),
            [
                "c: 501 lines before its tests, at most 500",
                "b: 121 lines are the 50th percentile, at most 120",
                "c: 501 lines are the 95th percentile, at most 400",
            ]
        );
    }
}

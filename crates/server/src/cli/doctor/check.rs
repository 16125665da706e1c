//! A list of checks, and how it is shown.

use serde::Serialize;

use crate::cli::console::table;
use crate::cli::{CliError, Context};

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Good,
    Bad,
}

#[derive(Debug, Serialize)]
struct Check {
    check: String,
    verdict: Verdict,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Report(Vec<Check>);

impl Report {
    /// Nothing to do.
    pub(super) fn good(&mut self, check: impl Into<String>, found: impl Into<String>) {
        let (check, found) = (check.into(), found.into());
        self.0.push(Check { check, verdict: Verdict::Good, found, remedy: None });
    }

    /// Something is wrong.
    pub(super) fn bad(
        &mut self,
        check: impl Into<String>,
        found: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let (check, found) = (check.into(), found.into());
        self.0.push(Check { check, verdict: Verdict::Bad, found, remedy: Some(remedy.into()) });
    }

    /// Shows it; an error when something is wrong.
    ///
    /// # Errors
    /// [`CliError::Unwell`].
    pub(super) fn finish(self, context: &mut Context) -> Result<(), CliError> {
        context.console.answer(&self.0, || {
            let rows = self.0.iter().map(|check| {
                let verdict = match check.verdict {
                    Verdict::Good => "ok",
                    Verdict::Bad => "WRONG",
                };
                let found = match &check.remedy {
                    Some(remedy) => format!("{}. To do: {remedy}", check.found),
                    None => check.found.clone(),
                };
                [check.check.clone(), verdict.to_owned(), found]
            });
            table(["check", "", "found"], rows)
        })?;
        match self.0.iter().filter(|check| check.verdict == Verdict::Bad).count() {
            0 => Ok(()),
            problems => Err(CliError::Unwell { problems }),
        }
    }
}

//! `postern account import`

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::PathBuf;

use clap::Args;
use postern_service::directory::{self, ImportPlan, Imported};
use serde::Serialize;

use crate::cli::{CliError, Context};

/// Imports accounts from a file.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The file: UTF-8, commas, semicolons or tabs between the cells; its first line names the columns, which are name, aliases,
    /// kind, role, mfa, groups, external id and status. `-` reads standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Say what would be added and changed, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Block the active persons without a role that the file does not name, if they are at most so many
    #[arg(long, value_name = "MOST")]
    block_missing: Option<u64>,
}

/// Lines of the plan that are printed; the rest is counted.
const SHOWN: usize = 200;

/// The answer for `--json`.
#[derive(Serialize)]
struct Answer<'p> {
    dry_run: bool,
    added: u64,
    changed: u64,
    blocked: u64,
    unchanged: usize,
    accounts: Vec<Line<'p>>,
}

#[derive(Serialize)]
struct Line<'p> {
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    account: &'p str,
    what: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changes: Vec<String>,
}

impl Import {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let file = self.read()?;
        let service = context.service().await?;
        let import = directory::Import { file: &file, block_missing: self.block_missing };
        let plan = service.plan_import(context.by(), import).await?;
        let imported = if self.dry_run {
            Imported {
                added: plan.added().len() as u64,
                changed: plan.changed().len() as u64,
                blocked: plan.blocked().len() as u64,
            }
        } else {
            service.import_accounts(context.by(), &plan).await?
        };
        service.close().await;
        let answer = Answer {
            dry_run: self.dry_run,
            added: imported.added,
            changed: imported.changed,
            blocked: imported.blocked,
            unchanged: plan.unchanged(),
            accounts: lines(&plan),
        };
        context.console.answer(&answer, || told(&answer))
    }

    fn read(&self) -> Result<Vec<u8>, CliError> {
        let mut bytes = Vec::new();
        // One octet more than there may be, so that a longer file is said to be too long.
        let most = directory::Import::MOST_OCTETS as u64 + 1;
        let read = if self.file.as_os_str() == "-" {
            std::io::stdin().take(most).read_to_end(&mut bytes)
        } else {
            std::fs::File::open(&self.file).and_then(|file| file.take(most).read_to_end(&mut bytes))
        };
        match read {
            Ok(_) => Ok(bytes),
            Err(error) => Err(CliError::ImportFile { file: self.file.display().to_string(), error }),
        }
    }
}

fn lines(plan: &ImportPlan) -> Vec<Line<'_>> {
    let added = plan.added().iter().map(|account| Line {
        line: Some(account.line()),
        account: account.name().as_str(),
        what: "add",
        changes: Vec::new(),
    });
    let changed = plan.changed().iter().map(|account| Line {
        line: Some(account.line()),
        account: account.name().as_str(),
        what: "change",
        changes: account.differences().iter().map(ToString::to_string).collect(),
    });
    let blocked = plan.blocked().map(|name| Line {
        line: None,
        account: name.as_str(),
        what: "block",
        changes: Vec::new(),
    });
    added.chain(changed).chain(blocked).collect()
}

fn told(answer: &Answer<'_>) -> String {
    let mut text = String::new();
    for line in answer.accounts.iter().take(SHOWN) {
        let changes = if line.changes.is_empty() { "" } else { ": " };
        let _ = writeln!(text, "{} {}{changes}{}", line.what, line.account, line.changes.join("; "));
    }
    let more = answer.accounts.len().saturating_sub(SHOWN);
    if more > 0 {
        let _ = writeln!(text, "… and {more} more");
    }
    let (would, done) = if answer.dry_run { ("Would add", " Nothing was changed.") } else { ("Added", "") };
    let _ = write!(
        text,
        "{would} {}, change{d} {}, block{ed} {}; {} are as the file wants them.{done}",
        answer.added,
        answer.changed,
        answer.blocked,
        answer.unchanged,
        d = if answer.dry_run { "" } else { "d" },
        ed = if answer.dry_run { "" } else { "ed" },
    );
    text
}

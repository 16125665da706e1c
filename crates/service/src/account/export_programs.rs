//! The programs that use account passwords, as a file for a spreadsheet.

use postern_storage::{Program, ProgramFilter};

use super::AccountError;
use crate::{By, Service};

/// Most programs in a file.
const MOST: usize = 100_000;

impl Service {
    /// The programs that `filter` names as comma-separated values (RFC 4180) with a line of headings; at most 100,000. What
    /// programs call themselves cannot become a formula.
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`], [`AccountError::Failure`].
    pub async fn export_programs(
        &self,
        by: By<'_>,
        mut filter: ProgramFilter,
    ) -> Result<String, AccountError> {
        let mut file = line(
            [
                "account",
                "mfa",
                "door",
                "client",
                "address",
                "first",
                "last accepted",
                "accepted",
                "last refused",
                "refused",
                "app passwords for the door",
            ]
            .map(str::to_owned),
        );
        let mut written = 0;
        loop {
            let (programs, _) = self.list_programs(by, &filter).await?;
            for program in &programs {
                file.push_str(&line(cells(program)));
            }
            written += programs.len();
            filter.skip += programs.len() as u64;
            if programs.len() < filter.limit as usize || written >= MOST {
                return Ok(file);
            }
        }
    }
}

fn cells(program: &Program) -> [String; 11] {
    let text = |value: Option<String>| value.unwrap_or_default();
    [
        program.account_name.to_string(),
        program.mfa.name().to_owned(),
        program.door.name().to_owned(),
        text(program.client.clone()),
        program.address.to_string(),
        program.first_at.to_string(),
        text(program.last_at.map(|at| at.to_string())),
        program.count.to_string(),
        text(program.refused.map(|(at, _)| at.to_string())),
        program.refused_count.to_string(),
        program.app_passwords.to_string(),
    ]
}

/// A line. A cell that a spreadsheet would take for a formula begins with an apostrophe.
fn line(cells: [String; 11]) -> String {
    let quoted = cells.map(|cell| {
        let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
        format!("\"{guard}{}\"", cell.replace('"', "\"\""))
    });
    format!("{}\r\n", quoted.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        let mut cells = <[String; 11]>::default();
        cells[3] = "=HYPERLINK(\"x\")".to_owned();
        assert_eq!(
            line(cells),
            "\"\",\"\",\"\",\"'=HYPERLINK(\"\"x\"\")\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"\r\n"
        );
    }
}

//! The programs that use account passwords, as a file for a spreadsheet.

use postern_storage::{Program, ProgramFilter, ProgramPlace};

use super::AccountError;
use crate::{By, Service};

impl Service {
    /// Programs that `filter` names as comma-separated values (RFC 4180), with a line of headings when they are the first,
    /// and the filter for those that come next. What programs call themselves cannot become a formula.
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`], [`AccountError::Failure`].
    pub async fn export_programs(
        &self,
        by: By<'_>,
        mut filter: ProgramFilter,
    ) -> Result<(String, Option<ProgramFilter>), AccountError> {
        let mut file = String::new();
        if filter.after.is_none() {
            let headings = [
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
            ];
            file.push_str(&line(headings.map(str::to_owned)));
        }
        let programs = self.read_programs(by, &filter).await?;
        for program in &programs {
            file.push_str(&line(cells(program)));
        }
        filter.after = ProgramPlace::end_of(&programs, filter.after.as_ref());
        let is_full = programs.len() >= filter.limit as usize;
        Ok((file, (is_full && filter.after.is_some()).then_some(filter)))
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

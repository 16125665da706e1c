//! What the reader sees: numbered steps, what was done, and what came back.

use super::DemoError;
use crate::cli::Console;

/// Tells the story on the console.
pub(super) struct Narrator<'a> {
    console: &'a mut Console,
    step: u32,
}

/// Columns of a protocol line that are shown.
const WIDTH: usize = 150;

impl<'a> Narrator<'a> {
    pub(super) fn new(console: &'a mut Console) -> Self {
        Self { console, step: 0 }
    }

    /// Begins an act.
    pub(super) fn act(&mut self, title: &str) -> Result<(), DemoError> {
        let text = self.paint("1;4", title);
        self.say("")?;
        self.say(&text)
    }

    /// Begins a step.
    pub(super) fn step(&mut self, title: &str) -> Result<(), DemoError> {
        self.step += 1;
        let text = self.paint("1", &format!("{}. {title}", self.step));
        self.say("")?;
        self.say(&text)
    }

    /// What was done, or what it means.
    pub(super) fn tell(&mut self, text: &str) -> Result<(), DemoError> {
        self.say(&format!("   {text}"))
    }

    /// What came of it.
    pub(super) fn result(&mut self, text: &str) -> Result<(), DemoError> {
        let text = self.paint("32", &format!("=> {text}"));
        self.say(&format!("   {text}"))
    }

    /// A small table; like the lines around it, it is as wide as it is.
    pub(super) fn table<const N: usize>(
        &mut self,
        head: [&str; N],
        rows: Vec<[String; N]>,
    ) -> Result<(), DemoError> {
        let rows = [vec![head.map(str::to_uppercase)], rows].concat();
        let widths: [usize; N] = std::array::from_fn(|column| {
            rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
        });
        for row in &rows {
            let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
            self.say(format!("     {}", cells.collect::<Vec<_>>().join("  ")).trim_end())?;
        }
        Ok(())
    }

    /// Lines of a protocol, shortened.
    pub(super) fn transcript(&mut self, lines: Vec<String>) -> Result<(), DemoError> {
        for line in lines {
            let shown: String = line.chars().take(WIDTH).collect();
            let text = self.paint("2", &shown);
            self.say(&format!("     {text}"))?;
        }
        Ok(())
    }

    /// A line as it is.
    pub(super) fn say(&mut self, text: &str) -> Result<(), DemoError> {
        Ok(self.console.line(text)?)
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.console.has_colour() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

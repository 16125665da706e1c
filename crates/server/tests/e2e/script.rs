//! Programs that run beside a test, and are waited for by what they print.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use super::server::Answer;

/// A program that runs beside the test and prints a line when it has got somewhere.
pub(crate) struct Script {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    out: String,
}

impl Script {
    /// Starts it.
    pub(crate) fn start(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.kill_on_drop(true).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines, out: String::new() }
    }

    /// Waits for the line that begins so.
    pub(crate) async fn until(&mut self, beginning: &str) -> String {
        loop {
            let Some(line) = self.lines.next_line().await.unwrap() else {
                let mut errors = String::new();
                self.child.stderr.take().unwrap().read_to_string(&mut errors).await.unwrap();
                panic!("no line with {beginning}:\n{}\n{errors}", self.out);
            };
            self.out.push_str(&line);
            self.out.push('\n');
            if line.starts_with(beginning) {
                return line;
            }
        }
    }

    /// Waits for its end.
    pub(crate) async fn rest(mut self) -> Answer {
        let mut err = String::new();
        let mut errors = self.child.stderr.take().unwrap();
        let (lines, out) = (&mut self.lines, &mut self.out);
        let all = async {
            while let Some(line) = lines.next_line().await.unwrap() {
                out.push_str(&line);
                out.push('\n');
            }
        };
        let (_, read) = tokio::join!(all, errors.read_to_string(&mut err));
        read.unwrap();
        let code = self.child.wait().await.unwrap().code().unwrap_or(-1);
        Answer { code, out: self.out, err }
    }
}

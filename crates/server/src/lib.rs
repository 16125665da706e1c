//! The one binary: command line, configuration, wiring, and the demo.

pub mod cli;
pub mod config;
pub mod demo;
pub mod text;
pub mod wiring;

use std::process::ExitCode;

use cli::{Cli, Context};
use config::Environment;

/// Does what the command line asks for and gives the process's exit code.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    let mut context = Context::new(cli.place, Environment::read());
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            context.console.error(&cli::CliError::Output(error));
            return ExitCode::from(3);
        }
    };
    match runtime.block_on(cli.command.run(&mut context)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            context.console.error(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

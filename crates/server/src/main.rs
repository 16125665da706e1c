//! The `postern` binary.

use std::process::ExitCode;

use mimalloc::MiMalloc;
use postern_server::cli::Cli;

/// Many small allocations on several threads are what a gateway makes.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    postern_server::run(Cli::read())
}

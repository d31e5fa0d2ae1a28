//! The program `ostler`.

use std::process::ExitCode;

use clap::Parser;
use ostler::cli::Cli;

/// Answers of megabytes are made and dropped on different threads all the time. This allocator keeps
/// such memory for the next one; the system's gives it back and gets it again, page by page.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    Cli::parse().run()
}

//! Chores of the repository: `cargo xtask test`, `tidy`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "chores talk to whoever runs them")]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

mod tidy;

const USAGE: &str = "\
cargo xtask test [ARGUMENTS…]   run every test; arguments go to the test runner
cargo xtask tidy                check what neither the compiler nor clippy checks";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.split_first() {
        Some((&"test", rest)) => test(rest),
        Some((&"tidy", [])) => tidy::run(&root()),
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

/// The repository's top folder.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_owned()
}

/// Runs every test with `cargo nextest`, or with `cargo test` where that is not installed.
fn test(arguments: &[&str]) -> ExitCode {
    let nextest = Command::new("cargo").args(["nextest", "--version"]).output();
    let has_nextest = nextest.is_ok_and(|output| output.status.success());
    let mut command = Command::new("cargo");
    command.current_dir(root());
    if has_nextest {
        command.args(["nextest", "run", "--workspace", "--locked"]);
    } else {
        println!("cargo-nextest is not installed; using `cargo test` (slower, same tests)");
        command.args(["test", "--workspace", "--locked", "--all-targets"]);
    }
    match command.args(arguments).status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("cargo could not be started: {error}");
            ExitCode::FAILURE
        }
    }
}

//! Chores of the repository: `cargo xtask test`, `bench`, `crash`, `tidy`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "chores talk to whoever runs them")]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

mod bench;
mod conformance;
mod fuzz;
mod services;
mod tidy;

const USAGE: &str = "\
cargo xtask test [--engine sqlite|postgres] [ARGUMENTS…]
                                run every test, beside a throw-away PostgreSQL and Redis; further
                                arguments go to the test runner
cargo xtask services [COMMAND…] start those two for a command, or until Ctrl-C
cargo xtask bench [ARGUMENTS…]  measure the release binary and write docs/benchmarks.md, on SQLite
                                and on PostgreSQL; with --postgres-only that section alone
cargo xtask tidy                check what neither the compiler nor clippy checks
cargo xtask crash [--kills N] [--seed S]
                                kill the release binary under load, 200 times unless told otherwise
cargo xtask conformance [ARGUMENTS…]
                                hold the OpenAPI document and the answers against tools of others;
                                arguments go to schemathesis
cargo xtask fuzz SECONDS [TARGET]
                                run every fuzz target, or one, for so long";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.split_first() {
        Some((&"test", rest)) => services::test(&root(), rest),
        Some((&"services", rest)) => services::services(rest),
        Some((&"bench", rest)) => bench::run(&root(), rest),
        Some((&"tidy", [])) => tidy::run(&root()),
        Some((&"crash", rest)) => crash(rest),
        Some((&"conformance", rest)) => conformance::run(&root(), rest),
        Some((&"fuzz", [seconds])) => fuzz::run(&root(), seconds, None),
        Some((&"fuzz", [seconds, target])) => fuzz::run(&root(), seconds, Some(target)),
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

/// Kills the release binary under load, in a new folder below `target`.
fn crash(arguments: &[&str]) -> ExitCode {
    let build = ["build", "--release", "--locked", "-p", "ostler", "-p", "ostler-crash"];
    let built = Command::new("cargo").current_dir(root()).args(build).status();
    if !built.is_ok_and(|status| status.success()) {
        return ExitCode::FAILURE;
    }
    let target = root().join("target");
    let folder = target.join(format!("crash-{}", std::process::id()));
    let program = target.join("release/ostler");
    let mut command = Command::new(target.join("release/ostler-crash"));
    match command.arg(program).arg(&folder).args(arguments).status() {
        Ok(status) if status.success() => match std::fs::remove_dir_all(&folder) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{} cannot be removed: {error}", folder.display());
                ExitCode::FAILURE
            }
        },
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("the harness could not be started: {error}");
            ExitCode::FAILURE
        }
    }
}

//! The benchmark: builds the release binary, drives it, writes `docs/benchmarks.md`.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

/// Runs every scenario; arguments go to `ostler-bench run`. With `--clean-build` the time of a
/// build from nothing is measured too; with `--postgres-only` only that section is written.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> ExitCode {
    match try_run(root, arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn try_run(root: &Path, arguments: &[&str]) -> Result<(), String> {
    const CLEAN_BUILD: &str = "--clean-build";
    let mut facts = vec![format!("packages, own ones included={}", packages(root)?)];
    if arguments.contains(&CLEAN_BUILD) {
        facts.push(format!("release build from nothing, s={}", clean_build(root)?));
    }
    cargo(root, &["build", "--release", "--locked", "-p", "ostler", "-p", "ostler-bench"])?;
    // The benchmark runs PostgreSQL, too.
    ostler_services::packages::install_missing()?;
    let release = root.join("target/release");
    let mut command = Command::new(release.join("ostler-bench"));
    command.arg("run").arg("--server").arg(release.join("ostler"));
    command.arg("--data").arg(root.join("target/bench")).arg("--report").arg(root.join("docs"));
    for fact in &facts {
        command.args(["--fact", fact]);
    }
    command.args(arguments.iter().filter(|&&it| it != CLEAN_BUILD));
    finished(&mut command)
}

/// How many packages the binary is made of.
fn packages(root: &Path) -> Result<usize, String> {
    let mut command = Command::new("cargo");
    command.current_dir(root).args(["tree", "--locked", "-p", "ostler", "-e", "normal,build"]);
    let output = command.args(["--prefix", "none", "--format", "{p}"]).output();
    let output = output.map_err(|error| format!("cargo could not be started: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    // A package that is shown again carries a mark.
    let packages: BTreeSet<&str> = text
        .lines()
        .map(|line| line.trim_end_matches(" (*)"))
        .filter(|it| !it.is_empty())
        .collect();
    Ok(packages.len())
}

/// Seconds of a release build into an empty folder; what is downloaded is there already.
fn clean_build(root: &Path) -> Result<u64, String> {
    cargo(root, &["fetch", "--locked"])?;
    let folder = root.join("target/clean-build");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|error| error.to_string())?;
    }
    let folder_name = folder.to_string_lossy();
    let began = Instant::now();
    cargo(root, &["build", "--release", "--locked", "-p", "ostler", "--target-dir", &folder_name])?;
    let taken = began.elapsed().as_secs();
    std::fs::remove_dir_all(&folder).map_err(|error| error.to_string())?;
    Ok(taken)
}

fn cargo(root: &Path, arguments: &[&str]) -> Result<(), String> {
    finished(Command::new("cargo").current_dir(root).args(arguments))
}

fn finished(command: &mut Command) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?}: {status}")),
        Err(error) => Err(format!("{command:?}: {error}")),
    }
}

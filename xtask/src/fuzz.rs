//! Runs the fuzz targets, which lead libFuzzer into `tests/fuzz`, on the stable toolchain.

use std::path::Path;
use std::process::{Command, ExitCode};

/// Every target, in the folder `fuzz/fuzz_targets`.
const TARGETS: [&str; 3] = ["primitives", "requests", "sequences"];

/// Runs each target, or the one that is named, for so many seconds.
pub(crate) fn run(root: &Path, seconds: &str, target: Option<&str>) -> ExitCode {
    if let Some(target) = target
        && !TARGETS.contains(&target)
    {
        eprintln!("fuzz: there is no target {target:?}, but {}", TARGETS.join(", "));
        return ExitCode::from(2);
    }
    for name in TARGETS.iter().filter(|name| target.is_none_or(|target| target == **name)) {
        // Without a sanitizer the stable toolchain does: there is no unsafe code to watch.
        let time = format!("-max_total_time={seconds}");
        let status = Command::new("cargo")
            .current_dir(root)
            .args(["fuzz", "run", "--sanitizer", "none", name, "--", &time, "-timeout=60"])
            .status();
        match status {
            Ok(status) if status.success() => {}
            Ok(_) => {
                eprintln!("fuzz: {name} found something, or `cargo install cargo-fuzz` is needed");
                return ExitCode::FAILURE;
            }
            Err(error) => {
                eprintln!("fuzz: cargo could not be started: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

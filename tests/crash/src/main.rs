//! `cargo xtask crash`: kills the program at PROGRAM as often as wanted, on a folder of its own.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a chore talks to whoever runs it")]

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use ostler_crash::{End, Place, Plan, Problem, first_start, run};

const USAGE: &str = "usage: ostler-crash PROGRAM FOLDER [--kills N] [--seed S]";

/// The longest that a first start is let alone: a release build takes about so long.
const FIRST_START: Duration = Duration::from_secs(2);

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(wanted) = Wanted::read(&arguments) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match wanted.run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}\nThe data and the log are kept in {}", wanted.folder.display());
            ExitCode::FAILURE
        }
    }
}

struct Wanted {
    program: PathBuf,
    folder: PathBuf,
    kills: u32,
    seed: u64,
}

impl Wanted {
    fn read(arguments: &[String]) -> Option<Self> {
        let [program, folder, options @ ..] = arguments else { return None };
        let (program, folder) = (program.into(), folder.into());
        let mut wanted = Self { program, folder, kills: 200, seed: fastrand::u64(..1 << 32) };
        for option in options.chunks(2) {
            match option {
                [name, value] if name == "--kills" => wanted.kills = value.parse().ok()?,
                [name, value] if name == "--seed" => wanted.seed = value.parse().ok()?,
                _ => return None,
            }
        }
        Some(wanted)
    }

    async fn run(&self) -> Result<(), Problem> {
        let plan = |name: &str, ends, end| Plan {
            program: self.program.clone(),
            place: Place::Folder(self.folder.join(name)),
            ends,
            end,
            verified_every: Some(1),
            seed: self.seed,
        };
        println!("seed {}", self.seed);
        std::fs::create_dir_all(&self.folder)?;
        let starts = self.kills.div_ceil(20);
        first_start(&plan("first", starts, End::Kill), FIRST_START).await?;
        println!("the first start survived {starts} kills");
        let killed = plan("first", self.kills, End::Kill);
        let mut tell = |ends: u32| {
            if ends.is_multiple_of(50) {
                println!("{ends} …");
            }
        };
        println!("by SIGKILL: {}", run(&killed, &mut tell).await?);
        let ended = Plan { end: End::Terminate, ends: starts, seed: self.seed + 1, ..killed };
        println!("by SIGTERM: {}", run(&ended, &mut tell).await?);
        Ok(())
    }
}

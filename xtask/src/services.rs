//! The tests on each engine, beside a throw-away PostgreSQL and Redis.

use std::path::Path;
use std::process::{Command, ExitCode};

use ostler_services::postgres::Postgres;
use ostler_services::redis::Redis;
use ostler_services::{POSTGRES, POSTGRES_BIN, REDIS, packages};

/// A database engine that the tests run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// The engines of a run where nothing is said.
    const USUAL: &[Self] = &[Self::Sqlite, Self::Postgres];

    /// The packages whose tests run on it. What a test starts as a process of its own brings its
    /// engine along, so it runs once, with the first engine.
    const fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Sqlite => &["--workspace"],
            Self::Postgres => &["-p", "ostler-store", "-p", "ostler-hotel", "-p", "ostler-tests"],
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }

    fn named(name: &str) -> Result<&'static [Self], String> {
        match name {
            "sqlite" => Ok(&[Self::Sqlite]),
            "postgres" => Ok(&[Self::Postgres]),
            _ => Err(format!("{name:?} is no engine: sqlite or postgres")),
        }
    }
}

/// What runs beside the tests; it ends when this is dropped.
struct Services {
    redis: Redis,
    postgres: Option<Postgres>,
}

impl Services {
    /// Starts what the tests of these engines need, after installing it where that is possible.
    fn start(engines: &[Engine]) -> Result<Self, String> {
        packages::install_missing()?;
        let wants_postgres = engines.contains(&Engine::Postgres);
        let postgres = wants_postgres.then(|| Postgres::start(&[])).transpose()?;
        Ok(Self { redis: Redis::start()?, postgres })
    }

    /// The variables by which tests learn of the services.
    fn variables(&self, engine: Engine) -> Result<Vec<(&'static str, String)>, String> {
        let bin = packages::postgres_bin()?.display().to_string();
        let mut all = vec![(REDIS, self.redis.url()), (POSTGRES_BIN, bin)];
        if let (Engine::Postgres, Some(postgres)) = (engine, &self.postgres) {
            all.push((POSTGRES, postgres.url("postgres")));
        }
        Ok(all)
    }

    /// A command that knows the services of an engine, and no others.
    fn command(&self, program: &str, engine: Engine) -> Result<Command, String> {
        let mut command = Command::new(program);
        command.env_remove(POSTGRES).envs(self.variables(engine)?);
        Ok(command)
    }
}

/// Runs every test on each engine, or on the one behind `--engine`; the other arguments go to the
/// test runner.
pub(crate) fn test(root: &Path, arguments: &[&str]) -> ExitCode {
    outcome(chosen(arguments).and_then(|(engines, rest)| run(root, engines, &rest)))
}

/// Starts the services of both engines and names them; runs a command beside them, or waits until
/// it is interrupted.
pub(crate) fn services(arguments: &[&str]) -> ExitCode {
    outcome(beside(arguments))
}

fn outcome(outcome: Result<bool, String>) -> ExitCode {
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

/// The engines of a run, and the arguments that are not about them.
fn chosen<'a>(arguments: &[&'a str]) -> Result<(&'static [Engine], Vec<&'a str>), String> {
    let (mut engines, mut rest) = (Engine::USUAL, Vec::new());
    let mut arguments = arguments.iter().copied();
    while let Some(argument) = arguments.next() {
        if argument == "--" {
            rest.push(argument);
            rest.extend(arguments);
            break;
        } else if argument == "--engine" {
            engines = Engine::named(arguments.next().unwrap_or_default())?;
        } else if let Some(name) = argument.strip_prefix("--engine=") {
            engines = Engine::named(name)?;
        } else {
            rest.push(argument);
        }
    }
    Ok((engines, rest))
}

/// Runs the tests with `cargo nextest`, or with `cargo test` where that is not installed. An engine
/// is tested, too, where the one before it failed.
fn run(root: &Path, engines: &[Engine], arguments: &[&str]) -> Result<bool, String> {
    let services = Services::start(engines)?;
    let nextest = Command::new("cargo").args(["nextest", "--version"]).output();
    let runner: &[&str] = if nextest.is_ok_and(|output| output.status.success()) {
        &["nextest", "run", "--locked"]
    } else {
        println!("cargo-nextest is not installed; using `cargo test` (slower, same tests)");
        &["test", "--locked", "--all-targets"]
    };
    let mut failed = Vec::new();
    for engine in engines {
        println!("Tests on {}", engine.name());
        let mut command = services.command("cargo", *engine)?;
        command.current_dir(root).args(runner).args(engine.packages()).args(arguments);
        let status = command.status().map_err(|error| format!("cargo: {error}"))?;
        if !status.success() {
            failed.push(engine.name());
        }
    }
    if !failed.is_empty() {
        eprintln!("Tests failed on {}", failed.join(" and "));
    }
    Ok(failed.is_empty())
}

fn beside(arguments: &[&str]) -> Result<bool, String> {
    let services = Services::start(&[Engine::Postgres])?;
    let variables = services.variables(Engine::Postgres)?;
    for (name, value) in &variables {
        println!("export {name}={value}");
    }
    let arguments = arguments.strip_prefix(&["--"]).unwrap_or(arguments);
    let Some((program, arguments)) = arguments.split_first() else {
        println!("# Ctrl-C ends them");
        // The system ends this process then, and with it the services.
        loop {
            std::thread::park();
        }
    };
    let mut command = services.command(program, Engine::Postgres)?;
    let status = command.args(arguments).status();
    status.map(|status| status.success()).map_err(|error| format!("{program}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_is_chosen_and_the_rest_is_passed_on() {
        let both = chosen(&["-p", "ostler"]);
        assert_eq!(both, Ok((Engine::USUAL, vec!["-p", "ostler"])));
        let one = chosen(&["--engine", "postgres", "name"]);
        assert_eq!(one, Ok(([Engine::Postgres].as_slice(), vec!["name"])));
        let one = chosen(&["--engine=sqlite", "--", "--engine", "x"]);
        assert_eq!(one, Ok(([Engine::Sqlite].as_slice(), vec!["--", "--engine", "x"])));
        for wrong in [["--engine"].as_slice(), &["--engine", "oracle"]] {
            assert!(chosen(wrong).unwrap_err().ends_with("is no engine: sqlite or postgres"));
        }
    }
}

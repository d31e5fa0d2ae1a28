//! The command line.

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use ostler_contract::error::Error;
use ostler_store::OpenError;

use crate::config::{Options, Place, TEMPLATE};

mod alerts;
mod backup;
mod clients;
mod copy;
mod directory;
mod enterprises;
mod integrations;
mod restore;
mod serve;
mod verify;

/// An open hotel server, wire-compatible with the public Mews Connector API.
///
/// Ostler is independent of Mews Systems.
#[derive(Debug, Parser)]
#[command(name = "ostler", version, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the world of the data folder; the first start in development makes the demo hotels
    Serve(Box<Options>),
    /// Holds every document of the world against its index columns and the change log
    Verify,
    /// Writes the world of the data folder to a file, also while it is served
    Backup(backup::Command),
    /// Puts a backup in the place of the world of the data folder, while no server has it
    Restore(restore::Command),
    /// Copies a world to a place that has none: a data folder or a schema of a PostgreSQL database
    Copy(copy::Command),
    /// Prints a commented configuration file with every key
    Config,
    /// Alerts: send a test to every receiver
    #[command(subcommand)]
    Alerts(alerts::Command),
    /// Enterprises: make, list, disable, enable
    #[command(subcommand)]
    Enterprises(enterprises::Command),
    /// Client applications: make, list, disable, enable, and what they may call
    #[command(subcommand)]
    Clients(clients::Command),
    /// Integrations of clients with enterprises: make, list, disable, enable, expire, rotate
    #[command(subcommand)]
    Integrations(integrations::Command),
}

/// Why a command failed, in words for whoever typed it.
#[derive(Debug)]
pub struct Failure {
    message: String,
    kind: FailureKind,
}

/// What a failure tells the caller's script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FailureKind {
    /// What was typed does not exist: exit code 2, as for unknown flags.
    Usage,
    /// Something does not work: exit code 1.
    Fault,
}

impl Cli {
    /// Runs the command and reports what went wrong.
    #[must_use]
    pub fn run(self) -> ExitCode {
        let Self { place, command } = self;
        let outcome = match command {
            Command::Serve(options) => serve::run(&place, *options),
            Command::Verify => verify::run(&place),
            Command::Backup(command) => command.run(&place),
            Command::Restore(command) => command.run(&place),
            Command::Copy(command) => command.run(),
            Command::Config => say(TEMPLATE.trim_end()),
            Command::Alerts(command) => command.run(&place),
            Command::Enterprises(command) => command.run(&place),
            Command::Clients(command) => command.run(&place),
            Command::Integrations(command) => command.run(&place),
        };
        let Err(failure) = outcome else { return ExitCode::SUCCESS };
        // Where standard error is gone as well, the exit code is all that can be told.
        drop(writeln!(io::stderr(), "ostler: {failure}"));
        match failure.kind {
            FailureKind::Usage => ExitCode::from(2),
            FailureKind::Fault => ExitCode::FAILURE,
        }
    }
}

impl Failure {
    fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), kind: FailureKind::Usage }
    }

    fn fault(message: impl Into<String>) -> Self {
        Self { message: message.into(), kind: FailureKind::Fault }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        Self::fault(error.to_string())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error.cause() {
            Some(cause) => Self::fault(format!("{error} ({cause})")),
            None => Self::fault(error.to_string()),
        }
    }
}

/// Prints one text to standard output.
fn say(text: &str) -> Result<(), Failure> {
    writeln!(io::stdout(), "{text}")
        .map_err(|error| Failure::fault(format!("Standard output cannot be written: {error}.")))
}

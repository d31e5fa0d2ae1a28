//! Drives the release binary under load and writes the report: `cargo xtask bench`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark talks to whoever runs it"
)]
#![expect(clippy::indexing_slicing, reason = "JSON that lacks what is asked for ends the run")]
#![expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "rates, ratios and plots; no money passes through here"
)]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

mod fill;
mod fixed;
mod hotel;
mod load;
mod machine;
mod overload;
mod plot;
mod postgres;
mod report;
mod scenarios;
mod server;

use postgres::requests::{Positions, in_turn};

/// The server's allocator, so that the yardstick has the same.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a benchmark ends with where it cannot go on.
type Failure = Box<dyn std::error::Error>;

/// Measures Ostler beside its yardsticks and writes `docs/benchmarks.md`.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs every scenario and writes the report.
    Run(Plan),
    /// Fills the data folders that the other commands read.
    Fill(Plan),
    /// Overloads a server, for minutes if wanted, and prints that section of the report.
    Overload(Plan),
    /// Sends one request of the London demo hotel again and again to a running server, for profiles.
    Load {
        /// The server.
        #[arg(long, default_value = "127.0.0.1:7070")]
        address: SocketAddr,
        /// The operation, such as `services/getAll`.
        operation: String,
        /// Its parameters as JSON, without tokens. The first `####-###########` in them becomes the
        /// number of the client and of its request.
        parameters: String,
        /// Clients at once.
        #[arg(long, default_value = "8")]
        clients: usize,
        /// For how many seconds.
        #[arg(long, default_value = "5", value_parser = seconds)]
        time: Duration,
    },
    /// Reads other pages of reservations of the London demo hotel each time, for profiles.
    Pages {
        /// The server.
        #[arg(long, default_value = "127.0.0.1:7070")]
        address: SocketAddr,
        /// Reservations of a page.
        #[arg(long, default_value = "1000")]
        items: u32,
        /// The filter as the report calls it.
        #[arg(long, default_value = "none")]
        filter: String,
        /// Clients at once.
        #[arg(long, default_value = "8")]
        clients: usize,
        /// For how many seconds.
        #[arg(long, default_value = "5", value_parser = seconds)]
        time: Duration,
    },
    /// Serves fixed bytes through Ostler's HTTP stack: the yardstick of pages.
    Fixed {
        /// How many bytes each answer has.
        #[arg(long)]
        bytes: usize,
    },
}

/// What is measured, and how long.
#[derive(clap::Args, Clone)]
struct Plan {
    /// The server's release binary.
    #[arg(long)]
    server: PathBuf,
    /// Where the data folders are kept from run to run.
    #[arg(long)]
    data: PathBuf,
    /// The folder of the report and its plots.
    #[arg(long)]
    report: PathBuf,
    /// Reservations of the hotels whose pages are read, the smallest first.
    #[arg(long, value_delimiter = ',', default_value = "20000,200000,2000000")]
    sizes: Vec<u32>,
    /// Seconds of each round.
    #[arg(long, default_value = "3", value_parser = seconds)]
    round: Duration,
    /// Rounds of each scenario; the median counts.
    #[arg(long, default_value = "5")]
    rounds: usize,
    /// Seconds of overload.
    #[arg(long, default_value = "30", value_parser = seconds)]
    overload_time: Duration,
    /// Measure PostgreSQL beside SQLite only, and replace that section of the report.
    #[arg(long)]
    postgres_only: bool,
    /// Facts that whoever calls has measured already, as `name=value` lines of the report.
    #[arg(long)]
    fact: Vec<String>,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|error| format!("{error}"))?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

fn drive(
    address: SocketAddr,
    (operation, parameters): (&str, &str),
    clients: usize,
    time: Duration,
) -> Result<(), Failure> {
    let body = hotel::with_tokens(serde_json::from_str(parameters)?);
    let round = if parameters.contains(load::NUMBER) {
        load::run(address, clients, time, &load::numbered(operation, &body)?)?
    } else {
        let request = load::request(operation, &body);
        load::run(address, clients, time, &|_, _| request.clone())?
    };
    told(&round);
    Ok(())
}

fn read(
    address: SocketAddr,
    (items, filter): (u32, &str),
    clients: usize,
    time: Duration,
) -> Result<(), Failure> {
    let all = Positions::of(address)?.requests(items, filter)?;
    told(&load::run(address, clients, time, &in_turn(&all, clients))?);
    Ok(())
}

fn told(round: &load::Round) {
    let (middle, last) = (round.percentile(50), round.percentile(99));
    println!("{:.0}/s, p50 {middle:?}, p99 {last:?}", round.rate);
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Run(plan) if plan.postgres_only => report::postgres(&plan),
        Command::Run(plan) => report::run(&plan),
        Command::Fill(plan) => {
            plan.sizes.iter().try_for_each(|size| scenarios::history(&plan, *size).map(drop))
        }
        Command::Overload(plan) => overload::run(&plan),
        Command::Load { address, operation, parameters, clients, time } => {
            drive(address, (&operation, &parameters), clients, time)
        }
        Command::Pages { address, items, filter, clients, time } => {
            read(address, (items, &filter), clients, time)
        }
        Command::Fixed { bytes } => fixed::serve(bytes),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

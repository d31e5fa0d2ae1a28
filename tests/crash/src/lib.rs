//! Kills a serving Ostler under load, again and again, and holds what is left against what was
//! promised.
//!
//! The program runs as a process of its own. Several clients write through `ostler-client`; at a
//! moment of chance the process is killed, and started again on the same world without any help.
//! Then everything that was acknowledged has to be there exactly once, nothing may be half done,
//! bills balance, availability is what reservations leave, and `ostler verify` finds nothing.

mod check;
mod hotel;
mod load;
mod server;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;

use crate::hotel::Hotel;
use crate::load::{Cycle, Stays};
use crate::server::Server;

/// Why a run ends early: a broken promise, or what keeps the run from finding out.
pub type Problem = Box<dyn std::error::Error + Send + Sync>;

/// Clients that write at the same time.
const CLIENTS: usize = 4;

/// The most writes that are acknowledged before the process is ended.
const WRITES_MAX: usize = 40;

/// How long after the last of these writes the process is ended at the latest.
const DELAY_MAX_MICROS: u64 = 4_000;

/// After how many ends everything that was ever acknowledged is looked at, not only what is new.
const WHOLE_EVERY: u32 = 25;

/// How the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// By SIGKILL.
    Kill,
    /// By SIGTERM, after which it has to end well.
    Terminate,
}

/// Where the program has its world.
#[derive(Debug)]
pub enum Place {
    /// In a data folder.
    Folder(PathBuf),
    /// In a PostgreSQL database.
    Database {
        /// Its address.
        url: String,
        /// The file for the program's log.
        log: PathBuf,
    },
}

/// What is to be done.
#[derive(Debug)]
pub struct Plan {
    /// The program.
    pub program: PathBuf,
    /// Where the demo hotels are.
    pub place: Place,
    /// How often the process is ended.
    pub ends: u32,
    /// How it is ended.
    pub end: End,
    /// After how many ends `ostler verify` reads the whole folder, before the next start; never
    /// without it, but for the last time. A database is not read by it.
    pub verified_every: Option<u32>,
    /// What chance begins with. The same seed writes the same and waits as long; when exactly the
    /// process is hit remains with the machine.
    pub seed: u64,
}

/// What was done.
#[derive(Debug, Default)]
pub struct Report {
    /// How often the process was ended.
    pub ends: u32,
    /// Writes that were acknowledged, by operation.
    pub acknowledged: BTreeMap<&'static str, u32>,
    /// Writes that the end left without an answer.
    pub unanswered: u32,
    /// Of these, how many were found done.
    pub done_unanswered: u32,
    /// Writes that a rule refused, by operation and sentence.
    pub refused: BTreeMap<String, u32>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total: u32 = self.acknowledged.values().sum();
        writeln!(f, "{} ends, {total} acknowledged writes, none lost:", self.ends)?;
        for (operation, count) in &self.acknowledged {
            writeln!(f, "  {count:>7} {operation}")?;
        }
        let Self { unanswered, done_unanswered, .. } = self;
        write!(f, "{unanswered} writes without an answer, {done_unanswered} of them done")?;
        for (told, count) in &self.refused {
            write!(f, "\n  {count:>7} refused: {told}")?;
        }
        Ok(())
    }
}

/// Does what the plan says; `tell` hears how many ends are behind.
///
/// # Errors
/// What is not as it was promised, with the number of the cycle.
pub async fn run(plan: &Plan, tell: &mut dyn FnMut(u32)) -> Result<Report, Problem> {
    let mut chance = Rng::with_seed(plan.seed);
    let mut report = Report::default();
    let mut all: Vec<Cycle> = Vec::new();
    let mut server = Server::start(&plan.program, &plan.place).await?;
    let hotel = Arc::new(Hotel::look_up(&server.client()?).await?);
    let mut stays = Stays::default();
    for number in 0..plan.ends {
        let within = |problem: Problem| -> Problem {
            format!("cycle {number} of seed {}: {problem}", plan.seed).into()
        };
        let name = format!("{:x}-{number}", plan.seed);
        let load = load::start(&server.client()?, &hotel, &name, &mut chance, &mut stays);
        let writes = chance.usize(1..=WRITES_MAX);
        load.acknowledged(writes).await.map_err(within)?;
        tokio::time::sleep(Duration::from_micros(chance.u64(0..=DELAY_MAX_MICROS))).await;
        match plan.end {
            End::Kill => server.kill().await.map_err(within)?,
            End::Terminate => server.terminate().await.map_err(within)?,
        }
        let mut cycle = load.finish().await.map_err(within)?;
        if plan.verified_every.is_some_and(|ends| (number + 1).is_multiple_of(ends)) {
            server::verify(&plan.program, &plan.place).await.map_err(within)?;
        }
        server = Server::start(&plan.program, &plan.place).await.map_err(within)?;
        let client = server.client()?;
        check::cycle(&client, &mut cycle, &mut stays).await.map_err(within)?;
        cycle.count(&mut report);
        all.push(cycle);
        report.ends = number + 1;
        if report.ends % WHOLE_EVERY == 0 || report.ends == plan.ends {
            check::whole(&client, &hotel, &all).await.map_err(within)?;
        }
        tell(report.ends);
    }
    server.terminate().await?;
    server::verify(&plan.program, &plan.place).await?;
    Ok(report)
}

/// Ends the first start at moments of chance while the demo hotels are made, and holds the next
/// start to its success.
///
/// # Errors
/// Where the next start fails, or what it makes is not whole.
pub async fn first_start(plan: &Plan, longest: Duration) -> Result<(), Problem> {
    let mut chance = Rng::with_seed(plan.seed);
    let longest = u64::try_from(longest.as_micros())?;
    for _ in 0..plan.ends {
        let mut starting = server::Starting::start(&plan.program, &plan.place)?;
        tokio::time::sleep(Duration::from_micros(chance.u64(0..=longest))).await;
        starting.kill().await?;
    }
    let server = Server::start(&plan.program, &plan.place).await?;
    Hotel::look_up(&server.client()?).await?;
    server.terminate().await?;
    server::verify(&plan.program, &plan.place).await
}

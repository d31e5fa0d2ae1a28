//! What runs on the worker threads: readers on snapshots, one writer that commits in groups.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ostler_contract::error::{Code, Error};
use ostler_contract::panics::caught;

use super::{Sqlite, check};
use crate::checksum::damage;
use crate::identifiers::Identifiers;
use crate::queue::{ReadJob, Ticket, Waiting, WriteJob, finish};
use crate::rows::{self, IDENTIFIER};
use crate::store::{Call, Commit, CommitObserver};
use crate::transaction::{Snapshot, Tx, TxState};

/// The most jobs that commit together.
const GROUP_MAX: usize = 128;
/// For how long a group takes in further jobs: nobody waits long for what others' jobs cost.
const GROUP_TIME: Duration = Duration::from_millis(10);

/// Runs reads until the store closes.
pub(crate) fn read(link: &Sqlite, waiting: &Waiting<dyn ReadJob>) {
    while let Some(ticket) = waiting.next() {
        if let Some(job) = waiting.take(&ticket) {
            read_here(link, ticket.call, job);
        }
    }
}

/// Runs a read on this thread and hands its outcome over.
pub(crate) fn read_here(link: &Sqlite, call: Call, mut job: Box<dyn ReadJob>) {
    let outcome = if passed(call) {
        Err(Error::new(Code::DeadlinePassed))
    } else {
        read_one(link, call, &mut *job)
    };
    finish(job, outcome);
}

fn read_one(link: &Sqlite, call: Call, job: &mut dyn ReadJob) -> Result<(), Error> {
    link.intact()?;
    link.control("BEGIN")?;
    link.set_deadline(call.deadline);
    let outcome = caught(|| job.run(&Snapshot { link })).flatten();
    link.set_deadline(None);
    if link.in_transaction() {
        link.control("COMMIT")?;
    }
    // A rule may have gone on without what it could not read.
    link.intact()?;
    outcome
}

/// Checks the whole file once, while it is served. Damage is told by the connection.
pub(crate) fn check(link: &Sqlite) {
    let began = Instant::now();
    match check::everything(link) {
        Ok(()) => {
            let duration_ms = began.elapsed().as_millis();
            tracing::info!(duration_ms, "the whole database was checked and is sound");
        }
        Err(error) if error.code() == Code::DeadlinePassed => {
            tracing::debug!("the store closes before it was checked");
        }
        Err(error) if damage(&error).is_none() => {
            tracing::error!(?error, "the database could not be checked");
        }
        Err(error) => link.note(&error),
    }
}

fn passed(call: Call) -> bool {
    call.deadline.is_some_and(|deadline| Instant::now() >= deadline)
}

/// Runs writes until the store closes. `seed` is the world's.
pub(crate) fn write(
    link: &Sqlite,
    waiting: &Waiting<dyn WriteJob>,
    seed: u64,
    observer: &CommitObserver,
) {
    while let Some(ticket) = waiting.next() {
        let mut group = Group { link, waiting, seed, observer, members: vec![Member::of(ticket)] };
        group.commit();
        for member in group.members {
            if let (Some(job), Some(outcome)) = (member.job, member.outcome) {
                finish(job, outcome);
            }
        }
    }
}

/// One job of a group.
struct Member {
    ticket: Arc<Ticket<dyn WriteJob>>,
    /// Taken from the ticket when its turn comes, so that its deadline can end it until then.
    job: Option<Box<dyn WriteJob>>,
    /// What it ended with, which nobody knows before the commit.
    outcome: Option<Result<(), Error>>,
    /// Whether the outcome holds whatever becomes of the group.
    settled: bool,
}

impl Member {
    fn of(ticket: Arc<Ticket<dyn WriteJob>>) -> Self {
        Self { ticket, job: None, outcome: None, settled: false }
    }

    fn settle(&mut self, error: Error) {
        self.outcome = Some(Err(error));
        self.settled = true;
    }
}

/// How a run over a group ended.
enum Run {
    /// The transaction stands.
    Whole,
    /// The database ended the transaction under one job; that one is settled.
    Broken,
}

struct Group<'a> {
    link: &'a Sqlite,
    waiting: &'a Waiting<dyn WriteJob>,
    seed: u64,
    observer: &'a CommitObserver,
    members: Vec<Member>,
}

impl Group<'_> {
    /// Runs the jobs, and those that wait, in one transaction and leaves each with its outcome.
    fn commit(&mut self) {
        if let Err(error) = self.try_commit() {
            self.settle(&error);
        }
        self.link.set_deadline(None);
        if self.link.in_transaction()
            && let Err(error) = self.link.control("ROLLBACK")
        {
            tracing::error!(?error, "a transaction could not be rolled back");
        }
    }

    /// Leaves the jobs with the error that the group ended with.
    fn settle(&mut self, error: &Error) {
        let overloaded = error.code() == Code::Overloaded;
        if overloaded {
            // Another process keeps the database; it would do so for those who wait, too.
            while self.join() {}
        }
        let origin = error.origin();
        let cause = format!("the group was not committed: {error:?}");
        for member in self.members.iter_mut().filter(|member| !member.settled) {
            if member.job.is_none() {
                member.job = self.waiting.take(&member.ticket);
            }
            member.settle(if overloaded {
                Error::new(Code::Overloaded)
            } else {
                let lost = Error::internal(cause.clone());
                match origin {
                    Some(origin) => lost.originating(origin.clone()),
                    None => lost,
                }
            });
        }
    }

    /// Takes in the next job that waits; false where there is none, or no room.
    fn join(&mut self) -> bool {
        if self.members.len() >= GROUP_MAX {
            return false;
        }
        let Some(ticket) = self.waiting.next_waiting() else {
            return false;
        };
        self.members.push(Member::of(ticket));
        true
    }

    fn try_commit(&mut self) -> Result<(), Error> {
        let began = Instant::now();
        // Each broken run settles one job, so this ends.
        loop {
            self.link.intact()?;
            // IMMEDIATE takes the write lock at once: a deferred one could fail half-way.
            self.link.control("BEGIN IMMEDIATE")?;
            // Another process may have made identifiers since the last group.
            let last = rows::meta(self.link, IDENTIFIER)?.cast_unsigned();
            let mut identifiers = Identifiers { seed: self.seed, last };
            match self.run(began, &mut identifiers)? {
                Run::Broken => {}
                Run::Whole => {
                    if identifiers.last != last {
                        rows::set_meta(self.link, IDENTIFIER, identifiers.last.cast_signed())?;
                    }
                    self.link.intact()?;
                    let began = Instant::now();
                    self.link.control("COMMIT")?;
                    let duration = began.elapsed();
                    self.observer.observe(Commit { jobs: self.members.len(), duration });
                    return Ok(());
                }
            }
        }
    }

    /// Runs every job that is not settled, then those that wait, as long as the group takes them in.
    fn run(&mut self, began: Instant, identifiers: &mut Identifiers) -> Result<Run, Error> {
        let mut next = 0;
        loop {
            let is_joined =
                next < self.members.len() || (began.elapsed() < GROUP_TIME && self.join());
            let Some(member) = self.members.get_mut(next).filter(|_| is_joined) else {
                return Ok(Run::Whole);
            };
            next += 1;
            if member.settled {
                continue;
            }
            if member.job.is_none() {
                member.job = self.waiting.take(&member.ticket);
            }
            let call = member.ticket.call;
            let Some(job) = &mut member.job else {
                continue;
            };
            if passed(call) {
                member.settle(Error::new(Code::DeadlinePassed));
                continue;
            }
            let outcome = savepoint(self.link, call, &mut **job, identifiers)?;
            if !self.link.in_transaction() {
                let lost = || Error::internal("the database ended the transaction");
                member.settle(outcome.err().unwrap_or_else(lost));
                return Ok(Run::Broken);
            }
            member.outcome = Some(outcome);
        }
    }
}

/// Runs one job, which leaves nothing where it fails, its identifiers included.
fn savepoint(
    link: &Sqlite,
    call: Call,
    job: &mut dyn WriteJob,
    identifiers: &mut Identifiers,
) -> Result<Result<(), Error>, Error> {
    link.control("SAVEPOINT job")?;
    link.set_deadline(call.deadline);
    let mut state = TxState { identifiers: *identifiers, call };
    let outcome =
        caught(|| job.run(&mut Tx { snapshot: Snapshot { link }, state: &mut state })).flatten();
    link.set_deadline(None);
    if !link.in_transaction() {
        return Ok(outcome);
    }
    if outcome.is_ok() {
        *identifiers = state.identifiers;
    } else {
        link.control("ROLLBACK TO job")?;
    }
    link.control("RELEASE job")?;
    Ok(outcome)
}

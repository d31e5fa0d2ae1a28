//! What runs on the worker threads: readers on snapshots, writers that commit in groups.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ostler_contract::error::{Code, Error};
use ostler_contract::panics::caught;

use crate::identifiers::Identifiers;
use crate::link::{Fate, Session};
use crate::queue::{ReadJob, Ticket, Waiting, WriteJob, finish};
use crate::store::{Call, Commit, CommitObserver};
use crate::transaction::{Snapshot, Tx, TxState};

/// The most jobs that commit together.
const GROUP_MAX: usize = 128;
/// For how long a group takes in further jobs, at least and at most: nobody waits long for what
/// others' jobs cost. Between them it follows what a commit takes.
const GROUP_TIME: (Duration, Duration) = (Duration::from_millis(3), Duration::from_millis(50));
/// How many times what a commit takes a group takes in jobs: a third of the time goes to commits.
const GROUP_COMMITS: u32 = 2;
/// For how long a group takes in jobs at least in an overload, and how many times what a commit takes:
/// more goes to commits there, so that what is accepted is answered soon.
const GROUP_OVERLOADED: (Duration, u32) = (Duration::from_millis(1), 1);
/// The share of a new commit in the average of their times, as a divisor.
const SMOOTHING: u32 = 8;
/// How often a transaction runs that loses against others before its jobs are told so.
const ATTEMPTS_MAX: u32 = 8;
/// After so many lost attempts each job of a group has a transaction of its own: the fewer jobs
/// one has, the less there is to lose.
const ATTEMPTS_TOGETHER: u32 = 3;
/// The longest pause before the second attempt; it doubles with each further one.
const PAUSE: Duration = Duration::from_millis(4);

/// Runs reads until the store closes.
pub(crate) fn read(session: &dyn Session, waiting: &Waiting<dyn ReadJob>) {
    while let Some(ticket) = waiting.next() {
        if let Some(job) = waiting.take(&ticket) {
            let began = Instant::now();
            read_here(session, ticket.call, job);
            waiting.unloaded(began.elapsed());
        }
    }
}

/// Runs a read on this thread and hands its outcome over.
pub(crate) fn read_here(session: &dyn Session, call: Call, mut job: Box<dyn ReadJob>) {
    let outcome = if passed(call) {
        Err(Error::new(Code::DeadlinePassed))
    } else {
        read_one(session, call, &mut *job)
    };
    finish(job, outcome);
    // Nobody need wait for that.
    if let Err(error) = session.end_read() {
        tracing::error!(?error, "a snapshot could not be let go");
    }
}

fn read_one(session: &dyn Session, call: Call, job: &mut dyn ReadJob) -> Result<(), Error> {
    session.intact()?;
    session.set_deadline(call.deadline);
    session.asked(call.since);
    session.begin_read()?;
    let mut outcome = caught(|| job.run(&Snapshot { link: session })).flatten();
    if session.fate() == Fate::Disconnected {
        // The connection may have been gone before anything was asked of it.
        session.end_read()?;
        session.set_deadline(call.deadline);
        session.begin_read()?;
        outcome = caught(|| job.run(&Snapshot { link: session })).flatten();
    }
    session.set_deadline(None);
    // A rule may have gone on without what it could not read.
    session.intact()?;
    outcome
}

/// Runs writes until the store closes.
pub(crate) fn write(
    session: &dyn Session,
    waiting: &Waiting<dyn WriteJob>,
    observer: &CommitObserver,
) {
    let mut commit_time = Duration::ZERO;
    while let Some(ticket) = waiting.next() {
        let members = vec![Member::of(ticket)];
        let mut group = Group { session, waiting, observer, members, is_open: true, commit_time };
        group.commit();
        commit_time = group.commit_time;
        waiting.unloaded(commit_time);
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

struct Group<'a> {
    session: &'a dyn Session,
    waiting: &'a Waiting<dyn WriteJob>,
    observer: &'a CommitObserver,
    members: Vec<Member>,
    /// Whether it takes in jobs that wait.
    is_open: bool,
    /// What a commit takes on average.
    commit_time: Duration,
}

impl Group<'_> {
    /// Runs the jobs, and those that wait, in one transaction and leaves each with its outcome.
    fn commit(&mut self) {
        let mut attempts = 1;
        loop {
            let settled = self.settled();
            let outcome = self.try_commit();
            let fate = self.session.fate();
            self.session.set_deadline(None);
            if let Err(error) = self.session.rollback() {
                tracing::error!(?error, "a transaction could not be rolled back");
            }
            let Err(error) = outcome else { return };
            match fate {
                // Each such run settles one job, so this ends.
                Fate::Ended if self.settled() > settled => continue,
                Fate::Refused if self.members.len() > 1 => return self.commit_apart(),
                Fate::Conflict | Fate::Disconnected if attempts < ATTEMPTS_MAX => {}
                _ => return self.settle(&error),
            }
            if attempts >= ATTEMPTS_TOGETHER && self.members.len() > 1 {
                return self.commit_apart();
            }
            self.is_open = false;
            pause(attempts);
            attempts += 1;
        }
    }

    fn settled(&self) -> usize {
        self.members.iter().filter(|member| member.settled).count()
    }

    /// Gives each job a transaction of its own.
    fn commit_apart(&mut self) {
        let Self { session, waiting, observer, commit_time, .. } = *self;
        for member in std::mem::take(&mut self.members) {
            let members = vec![member];
            let mut group =
                Group { session, waiting, observer, members, is_open: false, commit_time };
            if group.members.iter().any(|member| !member.settled) {
                group.commit();
            }
            self.members.append(&mut group.members);
        }
    }

    /// Leaves the jobs with the error that the group ended with.
    fn settle(&mut self, error: &Error) {
        let code = error.code();
        if code == Code::Overloaded {
            // The database is taken or away; it would be so for those who wait, too.
            while self.join() {}
        }
        let origin = error.origin();
        let cause = format!("the group was not committed: {error:?}");
        for member in self.members.iter_mut().filter(|member| !member.settled) {
            if member.job.is_none() {
                member.job = self.waiting.take(&member.ticket);
            }
            member.settle(match (code, origin) {
                (Code::Internal, Some(origin)) => {
                    Error::internal(cause.clone()).originating(origin.clone())
                }
                (Code::Internal, None) => Error::internal(cause.clone()),
                (code, _) => Error::new(code),
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

    /// One attempt. Where it fails, the session's fate says what that means for the others.
    fn try_commit(&mut self) -> Result<(), Error> {
        let began = Instant::now();
        self.session.intact()?;
        self.settle_late();
        let first = self.members.iter().find(|member| !member.settled);
        let Some(call) = first.map(|member| member.ticket.call) else { return Ok(()) };
        self.session.set_deadline(self.last_deadline());
        let mut identifiers = self.session.begin_write(call.now)?;
        self.session.set_deadline(None);
        self.run(began, &mut identifiers)?;
        self.session.intact()?;
        let began = Instant::now();
        self.session.commit(identifiers)?;
        let duration = began.elapsed();
        self.commit_time = self.commit_time * (SMOOTHING - 1) / SMOOTHING + duration / SMOOTHING;
        self.observer.observe(Commit { jobs: self.members.len(), duration });
        Ok(())
    }

    /// Ends jobs of an earlier attempt whose time is over.
    fn settle_late(&mut self) {
        for member in self.members.iter_mut().filter(|member| !member.settled) {
            if member.job.is_some() && passed(member.ticket.call) {
                member.settle(Error::new(Code::DeadlinePassed));
            }
        }
    }

    /// When the last job's time is over; none where a job has no end, or is still in its ticket,
    /// whose clock ends it.
    fn last_deadline(&self) -> Option<Instant> {
        let waiting = self.members.iter().filter(|member| !member.settled);
        let deadline = |it: &Member| it.job.as_ref().and(it.ticket.call.deadline);
        waiting.map(deadline).try_fold(None, |last, it| Some(last.max(Some(it?)))).flatten()
    }

    /// Runs every job that is not settled, then those that wait, as long as the group takes them in.
    fn run(&mut self, began: Instant, identifiers: &mut Identifiers) -> Result<(), Error> {
        let (least, commits) = match self.waiting.is_overloaded() {
            true => GROUP_OVERLOADED,
            false => (GROUP_TIME.0, GROUP_COMMITS),
        };
        let time = (self.commit_time * commits).clamp(least, GROUP_TIME.1);
        let mut next = 0;
        loop {
            let is_joined = next < self.members.len()
                || (self.is_open && began.elapsed() < time && self.join());
            let Some(member) = self.members.get_mut(next).filter(|_| is_joined) else {
                return Ok(());
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
            let outcome = run_job(self.session, call, &mut **job, identifiers)?;
            match self.session.fate() {
                Fate::Stands => member.outcome = Some(outcome),
                Fate::Ended => {
                    let lost = || Error::internal("the database ended the transaction");
                    member.settle(outcome.err().unwrap_or_else(lost));
                    return Err(lost());
                }
                Fate::Refused => {
                    let refused = || Error::internal("the database refused what was written");
                    return Err(outcome.err().unwrap_or_else(refused));
                }
                Fate::Conflict => return Err(Error::new(Code::DataChanged)),
                Fate::Disconnected | Fate::Unknown => return Err(Error::new(Code::Overloaded)),
            }
        }
    }
}

/// Runs one job, which leaves nothing where it fails, its identifiers included.
fn run_job(
    session: &dyn Session,
    call: Call,
    job: &mut dyn WriteJob,
    identifiers: &mut Identifiers,
) -> Result<Result<(), Error>, Error> {
    session.set_deadline(call.deadline);
    session.begin_job()?;
    let mut state = TxState { identifiers: *identifiers, call };
    let tx = &mut Tx { snapshot: Snapshot { link: session }, state: &mut state };
    let mut outcome = caught(|| job.run(tx)).flatten();
    if outcome.is_ok() {
        outcome = session.keep_job();
    }
    session.set_deadline(None);
    if session.fate() == Fate::Stands {
        match &outcome {
            Ok(()) => *identifiers = state.identifiers,
            Err(_) => session.undo_job()?,
        }
    }
    Ok(outcome)
}

fn passed(call: Call) -> bool {
    call.deadline.is_some_and(|deadline| Instant::now() >= deadline)
}

/// Waits before another attempt: some time by chance, so that those who met do not meet again.
#[expect(clippy::disallowed_methods, reason = "the engine's conflicts are waited out here")]
fn pause(attempts: u32) {
    let longest = PAUSE.saturating_mul(1 << attempts.min(6));
    std::thread::sleep(longest.mul_f64(fastrand::f64()));
}

//! The transactions of a connection: snapshots, and groups of jobs.

use std::time::{Duration, Instant};

use ostler_contract::error::{Code, Error};
use ostler_contract::primitives::UtcInstant;
use tokio_postgres::Statement;

use super::Postgres;
use super::sending::{Answer, Step};
use crate::checksum::damaged;
use crate::held::Batch;
use crate::identifiers::{Identifiers, first_number};
use crate::link::{Fate, Row, Session};
use crate::value::Value;

/// Identifiers that a transaction has to itself; what it does not use it gives back.
const IDENTIFIERS: i64 = 64;
/// How long a group waits for the group of another server before it.
const LANE_TIME: Duration = Duration::from_secs(5);
/// How much longer than until the deadline a statement may take at the most: so the server need not
/// be told anew for each job.
const LIMIT_TIME: Duration = Duration::from_millis(50);

/// Gives numbers of identifiers to one server, in a transaction of its own: nobody waits for a
/// commit of others to have one. It need not reach the disk before the commit that uses it.
const RESERVE: &str = "UPDATE \"meta\" SET \
     \"value\" = greatest(\"value\", $1::bigint - 1) + $2::bigint, \
     \"check\" = -1 - (greatest(\"value\", $1::bigint - 1) + $2::bigint) \
     WHERE \"key\" = 'identifier' \
     RETURNING \"value\", set_config('synchronous_commit', 'off', true)";
/// Gives numbers back, unless others were given out after them.
const GIVE_BACK: &str = "UPDATE \"meta\" SET \"value\" = $1::bigint, \"check\" = -1 - $1::bigint \
     WHERE \"key\" = 'identifier' AND \"value\" = $2::bigint \
     RETURNING \"value\", set_config('synchronous_commit', 'off', true)";

/// What a connection is in the middle of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Idle,
    /// A snapshot, or a transaction whose beginning may not be sent yet.
    Open,
    Committing,
}

/// Where the numbers of a transaction's identifiers begin and end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reserved {
    pub(super) before: u64,
    pub(super) limit: u64,
}

/// How long a statement may take; none where it may take any time.
pub(super) type Limit = Option<Duration>;

/// What gives numbers back, and how many are left.
struct GivingBack {
    statement: Statement,
    values: [Value; 2],
    left: Reserved,
}

impl Postgres {
    /// Sends all that is held, and a query behind it.
    pub(super) fn ask_behind(
        &self,
        query: Option<(&Statement, &[Value])>,
    ) -> Result<Answer, Error> {
        let (kept, own) = if self.is_writing.get() {
            (self.held.take_kept(), self.held.take_own())
        } else {
            (Batch::default(), Batch::default())
        };
        if query.is_none() && kept.is_empty() && own.is_empty() {
            return Ok(Answer::default());
        }
        self.ask((&kept, (!own.is_empty()).then_some(&own)), query, "")
    }

    /// The error of the table for what a job did, after which its transaction has this fate, unless
    /// it has another one already.
    pub(super) fn ended(&self, failure: Option<tokio_postgres::Error>, fate: Fate) -> Error {
        let error = self.told(failure);
        if self.is_writing.get() && self.fate.get() == Fate::Stands {
            self.fate.set(fate);
        }
        error
    }

    /// What becomes of the transaction where a statement of a job fails now.
    pub(super) fn fate_without(&self) -> Fate {
        if self.has_savepoint.get() { Fate::Stands } else { Fate::Ended }
    }

    /// The error of the table for what the jobs before this one wrote.
    pub(super) fn refused(&self, error: tokio_postgres::Error) -> Error {
        let error = self.told(Some(error));
        if self.fate.get() == Fate::Stands {
            // It waited for others until this job's time was over.
            let is_late = error.code() == Code::DeadlinePassed;
            self.fate.set(if is_late { Fate::Ended } else { Fate::Refused });
        }
        error
    }

    /// Lets the server end statements of this transaction at the deadline, a little later at most.
    pub(super) fn put_off_limit(&self) {
        if self.phase.get() != Phase::Open {
            return;
        }
        let now = Instant::now();
        self.put_off_limit_of(self.deadline.get().map(|it| it.saturating_duration_since(now)));
    }

    fn put_off_limit_of(&self, left: Limit) {
        let fits = match (self.limit.get(), left) {
            (Some(None), None) => true,
            (Some(Some(limit)), Some(left)) => (left..=left + LIMIT_TIME).contains(&limit),
            _ => false,
        };
        if !fits {
            let limit = left.map(|left| left + LIMIT_TIME / 2);
            self.limit.set(Some(limit));
            let milliseconds = limit.map_or(0, |limit| limit.as_millis());
            self.put_off(&format!("SET LOCAL statement_timeout = {milliseconds}"));
        }
    }

    /// Numbers for this server alone.
    pub(super) fn reserve(&self, now: UtcInstant, after: &str) -> Result<Reserved, Error> {
        let statement = self.prepared(RESERVE)?;
        let first = Value::Integer(first_number(now).cast_signed());
        let values = [first, Value::Integer(IDENTIFIERS)];
        let answer = self.send(Some((&statement, &values)), after)?;
        let row =
            answer.rows.first().ok_or_else(|| damaged("meta identifier: the number is missing"))?;
        let limit = Row::integer(row, 0)?.cast_unsigned();
        Ok(Reserved { before: limit - IDENTIFIERS.cast_unsigned(), limit })
    }

    fn begin(&self, now: UtcInstant) -> Result<Identifiers, Error> {
        self.connected()?;
        let lane = &self.lane;
        let left = self.deadline.get().map(|it| it.saturating_duration_since(Instant::now()));
        let wait = left.unwrap_or(LANE_TIME).min(LANE_TIME).as_millis() + 1;
        // Taken before the snapshot, so that this one sees what the group before it wrote.
        let begin = format!(
            "BEGIN ISOLATION LEVEL SERIALIZABLE; SET LOCAL statement_timeout = {wait}; \
             LOCK TABLE \"{lane}\" IN EXCLUSIVE MODE; SET LOCAL statement_timeout = 0"
        );
        let reserved = self.reserve(now, &begin).inspect_err(|_| self.not_begun())?;
        let Reserved { before: last, limit } = reserved;
        let identifiers = Identifiers { seed: self.seed.get(), last, limit };
        self.phase.set(Phase::Open);
        self.limit.set(Some(None));
        self.is_writing.set(true);
        self.held.begin(identifiers);
        self.reserved.set(Some(reserved));
        Ok(identifiers)
    }

    /// Ends a transaction that began and did not get its lane.
    fn not_begun(&self) {
        let is_connected = self.client.borrow().is_some();
        if is_connected && self.control("ROLLBACK").is_err() {
            self.disconnect();
        }
    }

    /// What gives back the numbers behind `last`, where there are any.
    fn giving_back(&self, last: u64) -> Result<Option<GivingBack>, Error> {
        let Some(Reserved { before, limit }) = self.reserved.get() else { return Ok(None) };
        // A job that needed more numbers and failed took its use of them back. What lies before them
        // may be another server's.
        let last = last.max(before);
        if last >= limit {
            return Ok(None);
        }
        let statement = self.prepared(GIVE_BACK)?;
        let values = [last, limit].map(|number| Value::Integer(number.cast_signed()));
        Ok(Some(GivingBack { statement, values, left: Reserved { before, limit: last } }))
    }

    /// Gives back all numbers of a transaction of which nothing is left.
    fn give_back(&self) -> Result<(), Error> {
        let Some(reserved) = self.reserved.get() else { return Ok(()) };
        let giving_back = self.giving_back(reserved.before)?;
        self.reserved.set(None);
        let Some(GivingBack { statement, values, .. }) = giving_back else { return Ok(()) };
        self.send(Some((&statement, &values)), "").map(drop)
    }

    /// Sends what the group wrote and makes it durable, in one go.
    fn send_commit(&self, last: u64) -> Result<(), Error> {
        let (batch, mut writes) = (self.held.take_kept(), Vec::new());
        self.steps_of(&batch, &mut writes)?;
        let giving_back = self.giving_back(last)?;
        if !writes.is_empty() {
            let left = |late: Instant| late.saturating_duration_since(Instant::now());
            self.put_off_limit_of(self.earliest.get().map(left));
        }
        let mut steps: Vec<Step<'_>> = self.pending_step().into_iter().collect();
        steps.append(&mut writes);
        let commit = steps.len();
        // After an error neither of both is done.
        steps.push(Step::Text("SET LOCAL statement_timeout = 0; COMMIT".to_owned()));
        // Before anybody has the answers: one server alone gives out the numbers without a gap.
        let given = giving_back.as_ref();
        steps.extend(given.map(|it| Step::Values(it.statement.clone(), &it.values)));
        self.phase.set(Phase::Committing);
        let mut answers = self.exchanged(&steps).map_err(|failure| self.told(failure))?;
        match giving_back.and_then(|it| Some((answers.pop()?, it.left))) {
            Some((Ok(answer), left)) if !answer.rows.is_empty() => self.reserved.set(Some(left)),
            // Numbers that are not given back are lost to nobody but their neighbours' beauty.
            Some((Err(error), _)) => tracing::debug!(%error, "unused identifiers stay"),
            _ => {}
        }
        let failed =
            answers.into_iter().zip(0..).find_map(|(it, number)| Some((it.err()?, number)));
        let Some((error, number)) = failed else { return Ok(()) };
        if number < commit && error.code().is_some() {
            // The server said so before it came to the commit.
            self.phase.set(Phase::Open);
        }
        let error = self.told(Some(error));
        if number < commit && self.fate.get() == Fate::Stands {
            self.fate.set(Fate::Refused);
        }
        Err(error)
    }

    /// Nothing is written any more, and nothing is held.
    fn written(&self) {
        self.is_writing.set(false);
        self.has_savepoint.set(false);
        self.earliest.set(None);
        self.held.end();
        self.asked.take();
    }
}

impl Session for Postgres {
    fn intact(&self) -> Result<(), Error> {
        self.health.intact()
    }

    fn set_deadline(&self, deadline: Option<Instant>) {
        self.deadline.set(deadline);
    }

    fn asked(&self, since: Option<Instant>) {
        if let Some(sharing) = &self.sharing {
            sharing.asked(since);
        }
    }

    fn begin_read(&self) -> Result<(), Error> {
        if let Some(sharing) = &self.sharing {
            sharing.begin();
        }
        self.fate.set(Fate::Stands);
        self.connected()?;
        self.put_off("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
        self.limit.set(None);
        self.phase.set(Phase::Open);
        Ok(())
    }

    fn end_read(&self) -> Result<(), Error> {
        self.deadline.set(None);
        let is_begun = self.pending.take().is_empty();
        let stands = self.fate.replace(Fate::Stands) == Fate::Stands;
        let was_open = self.phase.replace(Phase::Idle) == Phase::Open;
        if was_open && is_begun && stands { self.control("COMMIT") } else { Ok(()) }
    }

    fn begin_write(&self, now: UtcInstant) -> Result<Identifiers, Error> {
        self.fate.set(Fate::Stands);
        self.phase.set(Phase::Idle);
        let begun = self.begin(now);
        // The connection may have been gone before anything was asked of it.
        let is_lost = self.fate.replace(Fate::Stands) == Fate::Disconnected;
        let begun = if is_lost { self.begin(now) } else { begun };
        self.fate.set(Fate::Stands);
        begun.map_err(|error| {
            // Past the time that a group waits for another server's, but not past its own.
            let is_over = self.deadline.get().is_some_and(|deadline| Instant::now() >= deadline);
            let is_late = error.code() == Code::DeadlinePassed && !is_over;
            if is_late { Error::new(Code::Overloaded) } else { error }
        })
    }

    fn begin_job(&self) -> Result<(), Error> {
        // A savepoint is made when the job's own writes are sent before it ends, which few need.
        Ok(())
    }

    fn keep_job(&self) -> Result<(), Error> {
        self.ready()?;
        self.held.keep();
        if self.has_savepoint.take() {
            self.put_off("RELEASE SAVEPOINT job");
        }
        let deadlines = [self.earliest.get(), self.deadline.get()];
        self.earliest.set(deadlines.into_iter().flatten().min());
        Ok(())
    }

    fn undo_job(&self) -> Result<(), Error> {
        self.held.undo();
        self.deadline.set(None);
        if self.has_savepoint.take() {
            self.put_off("ROLLBACK TO SAVEPOINT job; RELEASE SAVEPOINT job");
            // What was set and written since the savepoint is as it was before.
            self.limit.set(None);
            self.asked.take();
        }
        Ok(())
    }

    fn fate(&self) -> Fate {
        self.fate.get()
    }

    fn commit(&self, identifiers: Identifiers) -> Result<(), Error> {
        self.deadline.set(None);
        self.send_commit(identifiers.last)?;
        self.phase.set(Phase::Idle);
        self.written();
        self.reserved.set(None);
        self.fate.set(Fate::Stands);
        Ok(())
    }

    fn rollback(&self) -> Result<(), Error> {
        self.deadline.set(None);
        self.pending.take();
        self.written();
        let fate = self.fate.replace(Fate::Stands);
        let was_open = self.phase.replace(Phase::Idle) != Phase::Idle;
        if !was_open || matches!(fate, Fate::Disconnected | Fate::Unknown) {
            self.reserved.set(None);
            return Ok(());
        }
        let ended = self.control("ROLLBACK").and_then(|()| self.give_back());
        self.reserved.set(None);
        self.fate.set(Fate::Stands);
        if ended.is_err() {
            self.disconnect();
        }
        ended
    }
}

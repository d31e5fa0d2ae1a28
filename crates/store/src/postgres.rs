//! PostgreSQL: one connection, its transactions, and what is sent together.
//!
//! Each connection has a small runtime of its own, which runs only while something is asked of it:
//! so an answer is read by the thread that wants it. What can wait is sent with the next thing that
//! cannot: the beginning of a transaction, savepoints, and writes. So most jobs take two or three
//! round trips.

mod bulk;
pub(crate) mod opening;
pub(crate) mod receiving;
pub(crate) mod schema;
pub(crate) mod target;
pub(crate) mod watch;
mod wire;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use futures_util::future::{join_all, join4};
use ostler_contract::error::{Code, Error, Origin};
use ostler_contract::primitives::UtcInstant;
use tokio::runtime::Runtime;
use tokio::time::timeout_at;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Statement};

use crate::checksum::damaged;
use crate::health::Health;
use crate::identifiers::{Identifiers, first_number};
use crate::link::{Dialect, Fate, Link, Pull, Row, Session};
use crate::plans::Plans;
use crate::postgres::target::{CONNECT_TIME, Database, OLDEST};
use crate::queue::locked;
use crate::value::Value;

/// Prepared statements kept by each connection.
const STATEMENTS_MAX: usize = 512;
/// Writes that wait to be sent together.
const CHANGES_MAX: usize = 30;
/// Rows between two looks at the deadline.
const READY_ROWS: usize = 64;
/// Identifiers that a transaction has to itself; what it does not use it gives back.
const IDENTIFIERS: i64 = 64;
/// How long a group waits for the group of another server before it.
const LANE_TIME: Duration = Duration::from_secs(5);
/// How long after a deadline the server must have answered; it ends statements by itself then.
const GRACE: Duration = Duration::from_secs(2);
/// How old the limit of a transaction's statements may become before it is set anew: each of them
/// has all of it.
const LIMIT_TIME: Duration = Duration::from_millis(50);
/// How long a commit may take before nobody waits for its outcome any more.
const COMMIT_TIME: Duration = Duration::from_secs(60);
/// How long a statement without a deadline may take.
const STATEMENT_TIME: Duration = Duration::from_secs(600);
/// How long a transaction keeps its lane after the server was heard last, which may be cut off.
const SILENCE_TIME: Duration = Duration::from_secs(10);
/// How long nobody tries to connect again after it failed.
const AWAY_TIME: Duration = Duration::from_millis(250);

const DIALECT: Dialect = Dialect {
    place_mark: '$',
    key: &["scope", "id"],
    // The planner takes the index that fits best, where it cannot avoid sorting by another one.
    index_hint: |_| String::new(),
    fence: Some(" OFFSET 0"),
    order_again: " ORDER BY f.\"id\" DESC",
    has_row_numbers: false,
};

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
enum Phase {
    Idle,
    /// A snapshot, or a transaction whose beginning may not be sent yet.
    Open,
    Committing,
}

/// Where the numbers of a transaction's identifiers begin and end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reserved {
    before: u64,
    limit: u64,
}

/// One connection.
pub(crate) struct Postgres {
    database: Arc<Database>,
    runtime: Runtime,
    client: RefCell<Option<Client>>,
    statements: RefCell<HashMap<String, Statement>>,
    health: Arc<Health>,
    /// The number of the lane whose writes it runs, if it runs writes.
    lane: usize,
    seed: Cell<u64>,
    /// Reserves identifiers in the middle of a transaction.
    side: Option<Arc<Mutex<Postgres>>>,
    phase: Cell<Phase>,
    fate: Cell<Fate>,
    deadline: Cell<Option<Instant>>,
    /// When the server was last told how much time is left until the deadline.
    limited: Cell<Option<Instant>>,
    reserved: Cell<Option<Reserved>>,
    plans: Plans,
    /// What begins or ends something and is not sent yet.
    pending: RefCell<String>,
    /// Writes that are not sent yet.
    changes: RefCell<Vec<(Statement, Vec<Value>)>>,
    /// When connecting failed last.
    away: Cell<Option<Instant>>,
}

impl Postgres {
    /// A connection that is made when something is first asked of it.
    pub(crate) fn new(
        database: &Arc<Database>,
        health: &Arc<Health>,
    ) -> Result<Self, ConnectError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        Ok(Self {
            database: Arc::clone(database),
            runtime: runtime.map_err(|error| ConnectError::Failed(error.to_string()))?,
            client: RefCell::default(),
            statements: RefCell::default(),
            health: Arc::clone(health),
            lane: 0,
            seed: Cell::new(0),
            side: None,
            phase: Cell::new(Phase::Idle),
            fate: Cell::new(Fate::Stands),
            deadline: Cell::new(None),
            limited: Cell::new(None),
            reserved: Cell::new(None),
            plans: Plans::default(),
            pending: RefCell::default(),
            changes: RefCell::default(),
            away: Cell::new(None),
        })
    }

    /// The writer of a lane.
    pub(crate) fn writing(self, lane: usize, seed: u64, side: &Arc<Mutex<Self>>) -> Self {
        self.seed.set(seed);
        Self { lane, side: Some(Arc::clone(side)), ..self }
    }

    /// Connects, within a few seconds.
    pub(crate) fn try_connect(&self) -> Result<(), ConnectError> {
        let settings = format!(
            "SET search_path = \"{}\"; SET plan_cache_mode = force_generic_plan; \
             SET enable_seqscan = off; SET enable_bitmapscan = off; SET jit = off; \
             SET idle_in_transaction_session_timeout = '{}s'; \
             SELECT set_config('synchronous_commit', 'on', false) \
             WHERE current_setting('synchronous_commit') = 'off'",
            self.database.schema(),
            SILENCE_TIME.as_secs(),
        );
        let connecting = async {
            let client = self.database.connect().await?;
            client.batch_execute(&settings).await.map_err(ConnectError::Refused)?;
            Ok(client)
        };
        let connecting = async { tokio::time::timeout(CONNECT_TIME, connecting).await };
        let client = match self.runtime.block_on(connecting) {
            Ok(Ok(client)) => client,
            Ok(Err(error)) => return Err(error),
            Err(_late) => {
                let seconds = CONNECT_TIME.as_secs();
                return Err(ConnectError::Failed(format!("no answer within {seconds} s")));
            }
        };
        self.statements.borrow_mut().clear();
        *self.client.borrow_mut() = Some(client);
        Ok(())
    }

    /// Connects where there is no connection: 503 where that fails.
    fn connected(&self) -> Result<(), Error> {
        if self.client.borrow().as_ref().is_some_and(|client| !client.is_closed()) {
            return Ok(());
        }
        let is_away = self.away.get().is_some_and(|since| since.elapsed() < AWAY_TIME);
        if is_away {
            return Err(Error::new(Code::Overloaded));
        }
        match self.try_connect() {
            Ok(()) => {
                if self.away.take().is_some() {
                    tracing::info!(database = %self.database, "the database is back");
                }
                Ok(())
            }
            Err(error) => {
                if self.away.replace(Some(Instant::now())).is_none() {
                    tracing::warn!(database = %self.database, %error, "the database is away");
                }
                Err(Error::new(Code::Overloaded))
            }
        }
    }

    /// Forgets what went wrong before.
    pub(crate) fn reset(&self) {
        self.fate.set(Fate::Stands);
    }

    /// Lets the connection go: nobody knows any more what it is in the middle of.
    fn disconnect(&self) {
        *self.client.borrow_mut() = None;
        self.statements.borrow_mut().clear();
    }

    /// The error of the table for a connection that is gone.
    fn lost(&self, why: &str) -> Error {
        self.disconnect();
        if self.phase.get() == Phase::Committing {
            self.fate.set(Fate::Unknown);
            let origin = Origin { kind: "database: unknown outcome".into(), place: None };
            let cause = format!("nobody knows whether it was committed: {why}");
            return Error::internal(cause).originating(origin);
        }
        self.fate.set(Fate::Disconnected);
        tracing::warn!(why, "a connection to the database is lost");
        Error::new(Code::Overloaded)
    }

    /// The error of the table for an error of the server or the connection.
    fn failed(&self, error: tokio_postgres::Error) -> Error {
        let Some(code) = error.code().cloned() else { return self.lost(&error.to_string()) };
        match &code {
            &SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED => {
                self.fate.set(Fate::Conflict);
                Error::new(Code::DataChanged)
            }
            &SqlState::QUERY_CANCELED => Error::new(Code::DeadlinePassed),
            &SqlState::LOCK_NOT_AVAILABLE | &SqlState::TOO_MANY_CONNECTIONS => {
                Error::new(Code::Overloaded)
            }
            code if code.code().starts_with("57P") || code.code().starts_with("08") => {
                self.lost(&error.to_string())
            }
            &SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => self.lost(&error.to_string()),
            &SqlState::DATA_CORRUPTED | &SqlState::INDEX_CORRUPTED => damaged(error.to_string()),
            code => {
                let kind = format!("database: {}", code.code()).into();
                Error::internal(error).originating(Origin { kind, place: None })
            }
        }
    }

    /// 408 past the deadline; what became of the transaction where it does not stand.
    fn ready(&self) -> Result<(), Error> {
        match self.fate.get() {
            Fate::Stands => {}
            Fate::Conflict => return Err(Error::new(Code::DataChanged)),
            Fate::Ended | Fate::Disconnected | Fate::Unknown => {
                return Err(Error::new(Code::Overloaded));
            }
        }
        if self.deadline.get().is_some_and(|deadline| Instant::now() >= deadline) {
            return Err(Error::new(Code::DeadlinePassed));
        }
        Ok(())
    }

    /// The statement of a text, prepared once for each connection.
    fn prepared(&self, sql: &str) -> Result<Statement, Error> {
        if let Some(statement) = self.statements.borrow().get(sql) {
            return Ok(statement.clone());
        }
        // A failed transaction cannot prepare; what waits rolls it back.
        if !self.pending.borrow().is_empty() {
            self.send(None, "")?;
        }
        let outcome = match self.client.borrow().as_ref() {
            None => Err(None),
            Some(client) => self.wait(client.prepare(sql)),
        };
        let statement = outcome.map_err(|failure| self.told(failure))?;
        let mut statements = self.statements.borrow_mut();
        if statements.len() >= STATEMENTS_MAX {
            statements.clear();
        }
        statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// Sends what waits, then a query, then `after`, in one go, and waits for all of it.
    fn send(&self, query: Option<(&Statement, &[Value])>, after: &str) -> Result<Answer, Error> {
        let is_old = self.limited.get().is_none_or(|since| since.elapsed() >= LIMIT_TIME);
        if is_old && self.phase.get() == Phase::Open && self.deadline.get().is_some() {
            self.put_off_limit();
        }
        let (pending, changes) = (self.pending.take(), self.changes.take());
        let outcome = match self.client.borrow().as_ref() {
            None => Err(None),
            Some(client) => self.wait(exchange(client, (&pending, after), &changes, query)),
        };
        let (answer, least_changed) = outcome.map_err(|failure| self.told(failure))?;
        if least_changed == 0 {
            return Err(Error::new(Code::DataChanged));
        }
        Ok(answer)
    }

    /// Waits for an answer of the server, a little longer than until the deadline; it ends statements
    /// by itself then. Fails with nothing where none comes.
    fn wait<T>(
        &self,
        work: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, Option<tokio_postgres::Error>> {
        let until = match (self.phase.get(), self.deadline.get()) {
            (Phase::Committing, _) => Instant::now() + COMMIT_TIME,
            (_, None) => Instant::now() + STATEMENT_TIME,
            (_, Some(deadline)) => deadline.max(Instant::now()) + GRACE,
        };
        match self.runtime.block_on(async { timeout_at(until.into(), work).await }) {
            Ok(outcome) => outcome.map_err(Some),
            Err(_late) => Err(None),
        }
    }

    /// The error of the table for what [`Self::wait`] gave.
    fn told(&self, failure: Option<tokio_postgres::Error>) -> Error {
        let error = match failure {
            Some(error) => self.failed(error),
            None => self.lost("no answer came"),
        };
        self.health.note(&error);
        error
    }

    /// Runs a text of several statements now.
    pub(crate) fn control(&self, sql: &str) -> Result<(), Error> {
        self.send(None, sql).map(drop)
    }

    /// Sends a text with whatever is sent next.
    fn put_off(&self, sql: &str) {
        let mut pending = self.pending.borrow_mut();
        if !pending.is_empty() {
            pending.push_str("; ");
        }
        pending.push_str(sql);
    }

    /// Lets the server end statements of this transaction at the deadline.
    fn put_off_limit(&self) {
        let now = Instant::now();
        self.limited.set(Some(now));
        let left = self
            .deadline
            .get()
            .map_or(0, |deadline| deadline.saturating_duration_since(now).as_millis().max(1));
        self.put_off(&format!("SET LOCAL statement_timeout = {left}"));
    }

    /// Numbers for this server alone.
    fn reserve(&self, now: UtcInstant, after: &str) -> Result<Reserved, Error> {
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
        let lane = schema::lane(self.lane);
        let left = self.deadline.get().map(|it| it.saturating_duration_since(Instant::now()));
        let wait = left.unwrap_or(LANE_TIME).min(LANE_TIME).as_millis() + 1;
        // Taken before the snapshot, so that this one sees what the group before it wrote.
        let begin = format!(
            "BEGIN ISOLATION LEVEL SERIALIZABLE; SET LOCAL statement_timeout = {wait}; \
             LOCK TABLE \"{lane}\" IN EXCLUSIVE MODE; SET LOCAL statement_timeout = 0"
        );
        let reserved = self.reserve(now, &begin).inspect_err(|_| self.not_begun())?;
        self.phase.set(Phase::Open);
        self.reserved.set(Some(reserved));
        Ok(Identifiers { seed: self.seed.get(), last: reserved.before, limit: reserved.limit })
    }

    /// Ends a transaction that began and did not get its lane.
    fn not_begun(&self) {
        let is_connected = self.client.borrow().is_some();
        if is_connected && self.control("ROLLBACK").is_err() {
            self.disconnect();
        }
    }

    /// Gives back the numbers behind `last`.
    fn give_back(&self, last: u64) -> Result<(), Error> {
        let Some(Reserved { before, limit }) = self.reserved.take() else { return Ok(()) };
        // A job that needed more numbers and failed took its use of them back. What lies before them
        // may be another server's.
        let last = last.max(before);
        if last >= limit {
            return Ok(());
        }
        let statement = self.prepared(GIVE_BACK)?;
        let values = [last, limit].map(|number| Value::Integer(number.cast_signed()));
        self.send(Some((&statement, &values)), "").map(drop)
    }
}

/// What the server said to one query.
#[derive(Default)]
struct Answer {
    rows: Vec<tokio_postgres::Row>,
    /// How many rows it changed or gave.
    count: u64,
}

/// Sends texts, writes and a query in one go: `before`, the writes, the query, `after`. Answers the
/// query, and how many rows the write changed that changed fewest. The first error counts.
async fn exchange(
    client: &Client,
    (before, after): (&str, &str),
    changes: &[(Statement, Vec<Value>)],
    query: Option<(&Statement, &[Value])>,
) -> Result<(Answer, u64), tokio_postgres::Error> {
    // Polled in this order, they are sent in this order.
    let before = controlled(client, before);
    let writes = join_all(changes.iter().map(|(sql, values)| client.execute_raw(sql, values)));
    let answer = async {
        let Some((sql, values)) = query else { return Ok(Answer::default()) };
        let mut rows = pin!(client.query_raw(sql, values).await?);
        let mut answer = Answer::default();
        while let Some(row) = rows.try_next().await? {
            answer.rows.push(row);
        }
        answer.count = rows.rows_affected().unwrap_or_default();
        Ok(answer)
    };
    let after = controlled(client, after);
    let (before, writes, answer, after) = join4(before, writes, answer, after).await;
    before?;
    let mut least = 1;
    for write in writes {
        least = least.min(write?);
    }
    let answer = answer?;
    after?;
    Ok((answer, least))
}

async fn controlled(client: &Client, sql: &str) -> Result<(), tokio_postgres::Error> {
    if sql.is_empty() { Ok(()) } else { client.batch_execute(sql).await }
}

/// Why there is no connection.
#[derive(Debug)]
pub(crate) enum ConnectError {
    /// The server or the driver says so.
    Refused(tokio_postgres::Error),
    /// The server is of this major version.
    TooOld(u32),
    /// Something else.
    Failed(String),
}

impl std::fmt::Display for ConnectError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Failed(why) => f.write_str(why),
            Self::TooOld(version) => write!(
                f,
                "it is PostgreSQL {version}, which is too old; Ostler needs {OLDEST} or newer"
            ),
            Self::Refused(error) => match (error.as_db_error(), std::error::Error::source(error)) {
                (Some(of_server), _) => f.write_str(of_server.message()),
                (None, Some(cause)) => write!(f, "{error}: {cause}"),
                (None, None) => write!(f, "{error}"),
            },
        }
    }
}

impl Link for Postgres {
    fn dialect(&self) -> Dialect {
        DIALECT
    }

    fn plans(&self) -> &Plans {
        &self.plans
    }

    fn execute(&self, sql: &str, values: &[Value]) -> Result<usize, Error> {
        self.ready()?;
        let statement = self.prepared(sql)?;
        let answer = self.send(Some((&statement, values)), "")?;
        usize::try_from(answer.count).map_err(Error::internal)
    }

    fn change(&self, sql: &str, values: &[Value]) -> Result<(), Error> {
        self.ready()?;
        let statement = self.prepared(sql)?;
        let count = {
            let mut changes = self.changes.borrow_mut();
            changes.push((statement, values.to_vec()));
            changes.len()
        };
        if count >= CHANGES_MAX || self.phase.get() == Phase::Idle {
            self.send(None, "")?;
        }
        Ok(())
    }

    fn widen(&self, identifiers: &mut Identifiers, now: UtcInstant) {
        let reserved = self.side.as_ref().map(|side| {
            let side = locked(side);
            side.connected()?;
            side.reserve(now, "")
        });
        match reserved {
            Some(Ok(reserved)) => {
                identifiers.last = identifiers.last.max(reserved.before);
                identifiers.limit = reserved.limit;
                self.reserved.set(Some(reserved));
            }
            failed => {
                tracing::warn!(?failed, "identifiers cannot be reserved");
                self.fate.set(Fate::Disconnected);
                identifiers.limit = u64::MAX;
            }
        }
    }

    fn rows(
        &self,
        sql: &str,
        values: &[Value],
        each: &mut dyn FnMut(&dyn Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.ready()?;
        let statement = self.prepared(sql)?;
        let answer = self.send(Some((&statement, values)), "")?;
        // Visited afterwards, because a visitor may ask something itself.
        let outcome = answer.rows.iter().enumerate().try_for_each(|(number, row)| {
            if number % READY_ROWS == READY_ROWS - 1 {
                self.ready()?;
            }
            each(row)
        });
        outcome.inspect_err(|error| self.health.note(error))
    }

    fn stream(
        &self,
        sql: &str,
        each: &mut dyn FnMut(&dyn Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.streamed(sql, each)
    }

    fn pull(
        &self,
        sql: &str,
        work: &mut dyn FnMut(&mut dyn Pull) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.pulled(sql, work)
    }
}

impl Session for Postgres {
    fn intact(&self) -> Result<(), Error> {
        self.health.intact()
    }

    fn set_deadline(&self, deadline: Option<Instant>) {
        self.deadline.set(deadline);
    }

    fn begin_read(&self) -> Result<(), Error> {
        self.fate.set(Fate::Stands);
        self.connected()?;
        self.put_off("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
        self.put_off_limit();
        self.phase.set(Phase::Open);
        Ok(())
    }

    fn end_read(&self) -> Result<(), Error> {
        self.deadline.set(None);
        let is_begun = self.pending.take().is_empty();
        self.changes.take();
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
        self.put_off("SAVEPOINT job");
        self.put_off_limit();
        Ok(())
    }

    fn keep_job(&self) -> Result<(), Error> {
        self.ready()?;
        if !self.changes.borrow().is_empty() {
            self.send(None, "")?;
        }
        // Not in one go with the writes: what they did decides whether they stay.
        self.put_off("RELEASE SAVEPOINT job");
        Ok(())
    }

    fn undo_job(&self) -> Result<(), Error> {
        self.changes.take();
        self.deadline.set(None);
        let is_begun = !self.pending.borrow().contains("SAVEPOINT job");
        if is_begun {
            self.put_off("ROLLBACK TO SAVEPOINT job; RELEASE SAVEPOINT job");
        } else {
            self.put_off("RELEASE SAVEPOINT job");
        }
        Ok(())
    }

    fn fate(&self) -> Fate {
        self.fate.get()
    }

    fn commit(&self, identifiers: Identifiers) -> Result<(), Error> {
        self.deadline.set(None);
        self.put_off("SET LOCAL statement_timeout = 0");
        self.phase.set(Phase::Committing);
        self.send(None, "COMMIT")?;
        self.phase.set(Phase::Idle);
        // Numbers that are not given back are lost to nobody but their neighbours' beauty.
        if let Err(error) = self.give_back(identifiers.last) {
            tracing::debug!(?error, "unused identifiers are not given back");
        }
        self.fate.set(Fate::Stands);
        Ok(())
    }

    fn rollback(&self) -> Result<(), Error> {
        self.deadline.set(None);
        self.pending.take();
        self.changes.take();
        let fate = self.fate.replace(Fate::Stands);
        let was_open = self.phase.replace(Phase::Idle) != Phase::Idle;
        let reserved = self.reserved.get();
        if !was_open || matches!(fate, Fate::Disconnected | Fate::Unknown) {
            self.reserved.set(None);
            return Ok(());
        }
        let ended = self.control("ROLLBACK");
        let ended = ended.and_then(|()| reserved.map_or(Ok(()), |it| self.give_back(it.before)));
        self.fate.set(Fate::Stands);
        if ended.is_err() {
            self.disconnect();
        }
        ended
    }
}

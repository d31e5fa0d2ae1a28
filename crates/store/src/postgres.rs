//! PostgreSQL: one connection, its transactions, and what is sent together.
//!
//! Each connection has a small runtime of its own, which runs only while something is asked of it:
//! so an answer is read by the thread that wants it. What can wait is sent with the next thing that
//! cannot: the beginning of a transaction, and writes. What was written and not sent is held, and
//! whatever can be answered from that is asked of nobody. So many jobs take no round trip of their
//! own: all that a group wrote is sent with its commit.

mod asked;
mod bulk;
mod declared;
mod following;
mod intake;
pub(crate) mod opening;
mod reach;
pub(crate) mod receiving;
pub(crate) mod schema;
mod sending;
mod session;
mod sharing;
pub(crate) mod target;
pub(crate) mod watch;
mod wire;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ostler_contract::error::{Code, Error, Origin};
use ostler_contract::primitives::UtcInstant;
use tokio::runtime::Runtime;
use tokio::time::timeout_at;
use tokio_postgres::error::{Severity, SqlState};
use tokio_postgres::{Client, Statement};
use uuid::Uuid;

use crate::checksum::damaged;
use crate::health::Health;
use crate::held::{Batch, Held};
use crate::identifiers::{Identifiers, first_number};
use crate::link::{Dialect, Fate, Link, Pull, Row};
use crate::pages::{Mark, Pages};
use crate::plans::Plans;
use crate::postgres::asked::Asked;
use crate::postgres::intake::Intake;
use crate::postgres::sending::{AllTexts, Answer, Answers, Step, exchange};
use crate::postgres::session::{Limit, Phase, Reserved};
use crate::postgres::sharing::Sharing;
use crate::postgres::target::{CONNECT_TIME, Database, OLDEST};
use crate::queue::locked;
use crate::segments::{Segments, Stamp};
use crate::value::{ColumnType, Value};

/// Prepared statements kept by each connection.
const STATEMENTS_MAX: usize = 512;
/// Rows between two looks at the deadline.
const READY_ROWS: usize = 64;
/// How long after a deadline the server must have answered; it ends statements by itself then.
const GRACE: Duration = Duration::from_secs(2);
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
    column_type: |of| match of {
        ColumnType::Integer => "bigint",
        ColumnType::Id => "uuid",
        ColumnType::Text => "text",
    },
    index_name: schema::short,
    key: &["scope", "id"],
    found: &["scope", "id"],
    // The planner takes the index that fits best, where it cannot avoid sorting by another one.
    index_hint: |_| String::new(),
    fence: Some(" OFFSET 0"),
    order_again: " ORDER BY f.\"id\" DESC",
    has_row_numbers: false,
};

/// One connection.
pub(crate) struct Postgres {
    database: Arc<Database>,
    runtime: Runtime,
    client: RefCell<Option<Client>>,
    /// What takes in the rows of large answers, where this connection has it.
    intake: RefCell<Option<Intake>>,
    statements: RefCell<HashMap<String, Statement>>,
    health: Arc<Health>,
    /// The name of the lane whose writes it runs, if it runs writes.
    lane: String,
    /// By which declarations the tables were made when the world was opened.
    digest: Option<i64>,
    seed: Cell<u64>,
    /// Reserves identifiers in the middle of a transaction.
    side: Option<Arc<Mutex<Postgres>>>,
    phase: Cell<Phase>,
    fate: Cell<Fate>,
    deadline: Cell<Option<Instant>>,
    /// How long statements of this transaction may take, as the server was told last.
    limit: Cell<Option<Limit>>,
    reserved: Cell<Option<Reserved>>,
    plans: Plans,
    texts: RefCell<AllTexts>,
    /// What begins or ends something and is not sent yet.
    pending: RefCell<String>,
    /// Whether a transaction is open that writes.
    is_writing: Cell<bool>,
    /// What it wrote, and what it knows.
    held: Held,
    /// What it asked.
    asked: RefCell<Asked>,
    /// Whether the job that runs can be undone by itself, because it began with a savepoint.
    has_savepoint: Cell<bool>,
    /// When the first job is late of those that are done.
    earliest: Cell<Option<Instant>>,
    /// When connecting failed last.
    away: Cell<Option<Instant>>,
    /// How often it was connected.
    pub(super) connections: Cell<u64>,
    /// None for connections that write.
    sharing: Option<Sharing>,
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
            intake: RefCell::default(),
            statements: RefCell::default(),
            health: Arc::clone(health),
            lane: String::new(),
            digest: None,
            seed: Cell::new(0),
            side: None,
            phase: Cell::new(Phase::Idle),
            fate: Cell::new(Fate::Stands),
            deadline: Cell::new(None),
            limit: Cell::new(None),
            reserved: Cell::new(None),
            plans: Plans::default(),
            texts: RefCell::default(),
            pending: RefCell::default(),
            is_writing: Cell::new(false),
            held: Held::default(),
            asked: RefCell::default(),
            has_savepoint: Cell::new(false),
            earliest: Cell::new(None),
            away: Cell::new(None),
            connections: Cell::new(0),
            sharing: None,
        })
    }

    /// The writer of a lane.
    pub(crate) fn writing(self, lane: String, seed: u64, side: &Arc<Mutex<Self>>) -> Self {
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
            let (client, intake) = self.database.connect().await?;
            client.batch_execute(&settings).await.map_err(ConnectError::Refused)?;
            Ok((client, intake))
        };
        let connecting = async { tokio::time::timeout(CONNECT_TIME, connecting).await };
        let (client, intake) = match self.runtime.block_on(connecting) {
            Ok(Ok(connected)) => connected,
            Ok(Err(error)) => return Err(error),
            Err(_late) => {
                let seconds = CONNECT_TIME.as_secs();
                return Err(ConnectError::Failed(format!("no answer within {seconds} s")));
            }
        };
        self.statements.borrow_mut().clear();
        *self.client.borrow_mut() = Some(client);
        *self.intake.borrow_mut() = intake;
        self.connections.set(self.connections.get() + 1);
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
        *self.intake.borrow_mut() = None;
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
        let severity =
            error.as_db_error().and_then(tokio_postgres::error::DbError::parsed_severity);
        if matches!(severity, Some(Severity::Fatal | Severity::Panic)) {
            // The connection ends with it.
            return self.lost(&error.to_string());
        }
        match &code {
            &SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED => {
                self.fate.set(Fate::Conflict);
                Error::new(Code::DataChanged)
            }
            &SqlState::QUERY_CANCELED => Error::new(Code::DeadlinePassed),
            // A change of one row found none; nothing else divides.
            &SqlState::DIVISION_BY_ZERO => Error::new(Code::DataChanged),
            &SqlState::LOCK_NOT_AVAILABLE | &SqlState::TOO_MANY_CONNECTIONS => {
                Error::new(Code::Overloaded)
            }
            code if code.code().starts_with("57P") || code.code().starts_with("08") => {
                self.lost(&error.to_string())
            }
            &SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => self.lost(&error.to_string()),
            &SqlState::DATA_CORRUPTED | &SqlState::INDEX_CORRUPTED => damaged(error.to_string()),
            // The next question for the epoch tells whether another version has changed the tables.
            &SqlState::UNDEFINED_TABLE | &SqlState::UNDEFINED_COLUMN if self.digest.is_some() => {
                tracing::warn!(%error, "a table is not as declared");
                Error::new(Code::Overloaded)
            }
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
            Fate::Ended | Fate::Refused | Fate::Disconnected | Fate::Unknown => {
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
        let statement = outcome.map_err(|failure| self.ended(failure, self.fate_without()))?;
        let mut statements = self.statements.borrow_mut();
        if statements.len() >= STATEMENTS_MAX {
            statements.clear();
        }
        statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// Sends what waits, then a query, then `after`, in one go, and waits for all of it.
    fn send(&self, query: Option<(&Statement, &[Value])>, after: &str) -> Result<Answer, Error> {
        self.ask((&Batch::default(), None), query, after)
    }

    /// Sends what waits, what the jobs before this one wrote, what this one wrote, if it is asked to
    /// be sent, then a query and `after`, in one go, and waits for all of it.
    fn ask(
        &self,
        (kept, own): (&Batch, Option<&Batch>),
        query: Option<(&Statement, &[Value])>,
        after: &str,
    ) -> Result<Answer, Error> {
        for batch in [Some(kept), own].into_iter().flatten() {
            self.asked.borrow_mut().forget(batch);
        }
        // Prepared first, because that is a question by itself.
        let (mut of_kept, mut of_own) = (Vec::new(), Vec::new());
        self.steps_of(kept, &mut of_kept)?;
        own.map_or(Ok(()), |own| self.steps_of(own, &mut of_own))?;
        self.put_off_limit();
        let mut steps: Vec<Step<'_>> = self.pending_step().into_iter().collect();
        steps.append(&mut of_kept);
        // Up to here it is others' work, or nobody's.
        let others = steps.len();
        let makes_savepoint = own.is_some() && !self.has_savepoint.get();
        if makes_savepoint {
            steps.push(Step::Text("SAVEPOINT job".to_owned()));
        }
        let made = steps.len();
        steps.append(&mut of_own);
        let asked = steps.len();
        steps.extend(query.map(|(statement, values)| Step::Values(statement.clone(), values)));
        if !after.is_empty() {
            steps.push(Step::Text(after.to_owned()));
        }
        let answers = self.exchanged(&steps).map_err(|failure| self.ended(failure, Fate::Ended))?;
        let mut answer = Answer::default();
        for (outcome, number) in answers.into_iter().zip(0..) {
            if makes_savepoint && number == made {
                self.has_savepoint.set(true);
            }
            match outcome {
                Ok(given) if number == asked => answer = given,
                Ok(_) => {}
                Err(error) if number < others && !kept.is_empty() => {
                    return Err(self.refused(error));
                }
                Err(error) => return Err(self.ended(Some(error), self.fate_without())),
            }
        }
        self.has_savepoint.set(self.has_savepoint.get() || makes_savepoint);
        Ok(answer)
    }

    /// Visits the rows of an answer.
    fn visit(
        &self,
        answer: &Answer,
        each: &mut dyn FnMut(&dyn Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        // Visited afterwards, because a visitor may ask something itself.
        let outcome = answer.rows.iter().enumerate().try_for_each(|(number, row)| {
            self.ready_at(number)?;
            each(row)
        });
        outcome.map_err(|error| self.judged(error))
    }

    /// Whether the visit of a row with this number may go on.
    fn ready_at(&self, number: usize) -> Result<(), Error> {
        if number % READY_ROWS == READY_ROWS - 1 { self.ready() } else { Ok(()) }
    }

    /// Visits the rows of a query that are taken in beneath the driver.
    fn visit_taken(
        &self,
        intake: &Intake,
        (query, values): (&Statement, &[Value]),
        each: &mut dyn FnMut(&dyn Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        intake.open();
        let outcome = self.send(Some((query, values)), "");
        let rows = intake.close();
        outcome?;
        let outcome = rows.each(query.columns(), &mut |number, row| {
            self.ready_at(number)?;
            each(row)
        });
        intake.reuse(rows);
        outcome.map_err(|error| self.judged(error))
    }

    /// Sends steps in one go and waits for what becomes of each.
    fn exchanged(&self, steps: &[Step<'_>]) -> Result<Answers, Option<tokio_postgres::Error>> {
        match self.client.borrow().as_ref() {
            None => Err(None),
            Some(client) => self.wait(exchange(client, steps)),
        }
    }

    /// What waits, as it is sent.
    fn pending_step<'a>(&self) -> Option<Step<'a>> {
        let pending = self.pending.take();
        (!pending.is_empty()).then_some(Step::Text(pending))
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

    fn pages(&self) -> Option<(&Pages, Mark)> {
        self.sharing.as_ref()?.pages()
    }

    fn segments(&self) -> Option<&Segments> {
        self.sharing.as_ref()?.segments()
    }

    fn known_stamp(&self, scope: Uuid) -> Option<Stamp> {
        let (_, mark) = self.pages()?;
        self.segments()?.change_at(mark, Some(scope))
    }

    fn stamp(&self, scope: Uuid) -> Result<Option<Stamp>, Error> {
        self.sharing.as_ref().map_or(Ok(None), |sharing| self.follow(sharing, scope))
    }

    fn mark(&self) -> Result<Option<Mark>, Error> {
        self.shown()
    }

    fn execute(&self, sql: &str, values: &[Value]) -> Result<usize, Error> {
        self.ready()?;
        let statement = self.prepared(sql)?;
        let query = Some((&statement, values));
        let answer = if self.is_writing.get() {
            let answer = self.ask((&self.held.take_kept(), Some(&self.held.take_own())), query, "");
            self.held.written_apart();
            self.asked.take();
            answer?
        } else {
            self.send(query, "")?
        };
        usize::try_from(answer.count).map_err(Error::internal)
    }

    fn held(&self) -> Option<&Held> {
        self.is_writing.get().then_some(&self.held)
    }

    fn send_held(&self) -> Result<(), Error> {
        self.ready()?;
        self.ask_behind(None)?;
        self.held.forget_sent();
        Ok(())
    }

    fn widen(&self, identifiers: &mut Identifiers, now: UtcInstant) {
        // A job that failed leaves the numbers that were reserved for it to those after it.
        let is_left = |left: &Reserved| left.limit > identifiers.limit.max(first_number(now));
        let reserved = match self.reserved.get().filter(is_left) {
            Some(left) => Some(Ok(left)),
            None => self.side.as_ref().map(|side| {
                let side = locked(side);
                side.connected()?;
                side.reserve(now, "")
            }),
        };
        match reserved {
            Some(Ok(reserved)) => {
                identifiers.last = identifiers.last.max(reserved.before);
                identifiers.limit = reserved.limit;
                self.reserved.set(Some(reserved));
                self.held.widen(Identifiers { last: reserved.before, ..*identifiers });
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
        // The rows of what is written could not be told apart from those of the question.
        let intake = self.intake.borrow().clone().filter(|_| !self.is_writing.get());
        if let Some(intake) = intake {
            return self.visit_taken(&intake, (&statement, values), each);
        }
        let answer = self.ask_behind(Some((&statement, values)))?;
        self.visit(&answer, each)
    }

    fn rows_beside(
        &self,
        table: &'static str,
        (sql, values): (&str, &[Value]),
        each: &mut dyn FnMut(&dyn Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if !self.is_writing.get() {
            return self.rows(sql, values, each);
        }
        self.ready()?;
        let known = self.asked.borrow().get(table, sql, values);
        if let Some(answer) = known {
            return self.visit(&answer, each);
        }
        let statement = self.prepared(sql)?;
        let answer = Arc::new(self.send(Some((&statement, values)), "")?);
        self.asked.borrow_mut().keep(table, (sql, values), &answer);
        self.visit(&answer, each)
    }

    fn stream(
        &self,
        sql: &str,
        each: &mut dyn FnMut(&dyn Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.ask_behind(None)?;
        self.streamed(sql, each)
    }

    fn pull(
        &self,
        sql: &str,
        work: &mut dyn FnMut(&mut dyn Pull) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.ask_behind(None)?;
        self.pulled(sql, work)
    }
}

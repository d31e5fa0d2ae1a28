//! The store: bounded queues in front of the workers that hold the connections.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use ostler_contract::error::{Code, Error};
use ostler_contract::primitives::UtcInstant;
use uuid::Uuid;

use crate::entity::Table;
use crate::health::Health;
use crate::link::Session;
use crate::opening::{Epoch, Memory, Opened, Passing};
use crate::postgres::target::Database;
use crate::queue::{Clock, Finish, Queue, ReadJob, WriteJob, locked, queue};
use crate::segments::CacheUsage;
use crate::sqlite::{Interrupt, Sqlite, check};
use crate::transaction::{Snapshot, Tx};
use crate::workers;

/// Readers where nothing else is said: enough for the tests and small machines.
const READERS: usize = 2;
/// Waiting requests where nothing else is said.
const QUEUE: usize = 1024;

/// Bytes of documents in memory where nothing else is said: those of a small hotel, or of the last
/// months of a large one.
pub const DOCUMENTS_BYTES_MAX: usize = 64 << 20;

/// What is checked at start where nothing else is said: it takes some 60 ms.
const CHECKED_AT_START_BYTES_MAX: u64 = 64 << 20;

/// Where the documents of a store are.
#[derive(Debug, Clone)]
pub enum Place {
    /// In memory, as long as the store is open.
    Memory,
    /// In memory, beginning as a copy of this SQLite database.
    CopyOf(PathBuf),
    /// In this SQLite database, which is made where there is none.
    File(PathBuf),
    /// In a schema of this PostgreSQL database, which is made where there is none. Others may serve
    /// it at the same time.
    Database(Database),
    /// In a new schema of this PostgreSQL database, as long as the store is open.
    Passing(Database),
}

impl Place {
    /// A place that goes with the store: in the PostgreSQL database of this address, or in memory
    /// where there is none.
    ///
    /// # Errors
    /// Says what is wrong with the address.
    pub fn passing(address: Option<&str>) -> Result<Self, String> {
        Ok(match address {
            Some(address) => Self::Passing(Database::new(address, "passing")?),
            None => Self::Memory,
        })
    }
}

/// What becomes of a database of a server in which there is no world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// It gets one.
    Make,
    /// It is refused and left as it is.
    Refuse,
}

/// How a store is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the documents are.
    pub place: Place,
    /// Every table that the program knows.
    pub tables: &'static [Table],
    /// Which of all the declarations that the program ever had these are: it rises whenever a table,
    /// a column or a lookup is added, changed or removed. A program does not open a schema of a
    /// server whose tables follow a higher one.
    pub generation: i64,
    /// What becomes of a database without a world.
    pub absent: Absent,
    /// Seed of the identifiers of a new world.
    pub seed: u64,
    /// Reader connections with a thread each.
    pub readers: usize,
    /// Reader connections for [`Store::read_here`].
    pub readers_here: usize,
    /// The most requests that wait for a reader, and for the writer.
    pub queue: usize,
    /// Bytes of documents that are kept in memory after they were read, at the most. Where it is zero,
    /// nothing is kept, whole pages neither.
    pub documents_bytes_max: usize,
    /// The largest file that is checked as a whole before anything of it is served, in bytes. A
    /// larger one is checked while it is served.
    pub checked_at_start_bytes_max: u64,
}

impl Options {
    /// A store in memory with these tables.
    #[must_use]
    pub fn new(tables: &'static [Table]) -> Self {
        Self {
            place: Place::Memory,
            tables,
            generation: 0,
            absent: Absent::Make,
            seed: 0,
            readers: READERS,
            readers_here: 0,
            queue: QUEUE,
            documents_bytes_max: DOCUMENTS_BYTES_MAX,
            checked_at_start_bytes_max: CHECKED_AT_START_BYTES_MAX,
        }
    }
}

/// Why a store could not be opened, in words for whoever started the program.
#[derive(Debug)]
pub struct OpenError(pub String);

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OpenError {}

impl OpenError {
    /// The file is not what was written to it.
    pub(crate) fn damaged(file: &Path, what: &str) -> Self {
        Self(format!(
            "The database {} is damaged: {what}. It was left as it is. Restore a backup with \
             `ostler restore FILE`.",
            file.display()
        ))
    }
}

/// Circumstances of one read or write.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    /// When the request came, by the world's clock.
    pub now: UtcInstant,
    /// Its `Request-Id`, for the change log.
    pub request: Uuid,
    /// When it gives up, if ever.
    pub deadline: Option<Instant>,
    /// When it came, by this machine's clock, if the epoch was asked for since then: a database of a
    /// server tells with the epoch whether a page that was read before still holds.
    pub since: Option<Instant>,
    /// Whose documents it mostly writes, where that is known. Writes of one scope are done one after
    /// another, so that they do not get into each other's way.
    pub scope: Option<Uuid>,
}

impl Call {
    /// A call without a deadline, of no request.
    #[must_use]
    pub const fn at(now: UtcInstant) -> Self {
        Self { now, request: Uuid::nil(), deadline: None, since: None, scope: None }
    }
}

/// Which of so many lanes the writes of a scope take.
fn lane(scope: Option<Uuid>, lanes: usize) -> usize {
    let (high, low) = scope.unwrap_or_default().as_u64_pair();
    // The end of an identifier is chance; its beginning is time.
    usize::try_from((high ^ low) % lanes.max(1) as u64).unwrap_or_default()
}

/// A world's documents. Cheap to clone; the last clone closes the database.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    /// None while the store closes.
    queues: Option<Lanes>,
    clock: Arc<Clock>,
    workers: Vec<JoinHandle<()>>,
    timer: Option<JoinHandle<()>>,
    epoch: Epoch,
    /// For reads on the threads of callers.
    here: Vec<Mutex<Box<dyn Session>>>,
    observer: Arc<CommitObserver>,
    health: Arc<Health>,
    memory: Option<Arc<Memory>>,
    /// What checks the file while it is served, and what ends that.
    checker: Option<(Interrupt, JoinHandle<()>)>,
    // Last, so that it outlives the connections.
    #[cfg_attr(not(test), expect(dead_code, reason = "what it holds acts when it is dropped"))]
    passing: Option<Passing>,
}

/// The queues before the workers.
struct Lanes {
    reads: Queue<dyn ReadJob>,
    /// One for each writer.
    writes: Vec<Queue<dyn WriteJob>>,
}

impl Store {
    /// Opens or makes the database, adds what the declarations have and the database lacks, and
    /// starts the workers.
    ///
    /// # Errors
    /// Says what is wrong with the file or its contents.
    pub fn open(options: &Options) -> Result<Self, OpenError> {
        let opened = Opened::open(options)?;
        let inner = Inner::start(options, opened).map_err(|error| {
            OpenError(format!("The threads of the store do not start: {error}."))
        })?;
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Runs `job` on a snapshot and hands its outcome to `done`, on a worker thread.
    ///
    /// `done` gets 503 where the queue is full or overloaded and 408 where the deadline passes; a job
    /// whose deadline passed in the queue is never started. A panic in the job is 500.
    pub fn read<T: Send + 'static>(
        &self,
        call: Call,
        job: impl FnMut(&Snapshot<'_>) -> Result<T, Error> + Send + 'static,
        done: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) {
        if let Err(error) = self.inner.health.intact() {
            done(Err(error));
        } else if let Some(Lanes { reads, .. }) = &self.inner.queues {
            reads.put(call, Box::new(Typed { job, done, given: None }));
        }
    }

    /// Like [`Self::read`], but on this thread, where a connection for that is free: handing a short
    /// read to another thread and back costs more than the read. Blocks no longer than the job runs.
    pub fn read_here<T: Send + 'static>(
        &self,
        call: Call,
        job: impl FnMut(&Snapshot<'_>) -> Result<T, Error> + Send + 'static,
        done: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) {
        match self.inner.here.iter().find_map(|link| link.try_lock().ok()) {
            Some(link) if self.inner.health.intact().is_ok() => {
                let job = Box::new(Typed { job, done, given: None });
                workers::read_here(&**link, call, job);
            }
            _ => self.read(call, job, done),
        }
    }

    /// Runs `job` in a transaction and hands its outcome to `done` after the commit.
    ///
    /// The job may be run again where the data changed under it. Otherwise like [`Self::read`].
    pub fn write<T: Send + 'static>(
        &self,
        call: Call,
        job: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
        done: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) {
        if let Err(error) = self.inner.health.intact() {
            done(Err(error));
        } else if let Some(Lanes { writes, .. }) = &self.inner.queues
            && let Some(own) = writes.get(lane(call.scope, writes.len()))
        {
            own.put(call, Box::new(Typed { job, done, given: None }));
        }
    }

    /// [`Self::read`], waiting for the outcome. Not for threads that drive connections.
    ///
    /// # Errors
    /// As [`Self::read`] hands to `done`.
    pub fn read_now<T: Send + 'static>(
        &self,
        call: Call,
        job: impl FnMut(&Snapshot<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        waited(|done| self.read(call, job, done))
    }

    /// [`Self::write`], waiting for the outcome. Not for threads that drive connections.
    ///
    /// # Errors
    /// As [`Self::write`] hands to `done`.
    pub fn write_now<T: Send + 'static>(
        &self,
        call: Call,
        job: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        waited(|done| self.write(call, job, done))
    }

    /// Writes a consistent copy of everything that is committed to a file that does not exist yet,
    /// and waits until it is on the disk.
    ///
    /// # Errors
    /// 500 where the file exists or cannot be written, or the database fails.
    pub fn copy_to(&self, file: &Path) -> Result<(), Error> {
        let Some(link) = self.file() else {
            return Err(Error::internal("only a file can be copied to another one"));
        };
        locked(link).copy_to(file)?;
        let copied = std::fs::File::open(file).and_then(|file| file.sync_all());
        copied.map_err(Error::internal)
    }

    /// A connection to the file, where there is one.
    pub(crate) fn file(&self) -> Option<&Mutex<Sqlite>> {
        match &self.inner.epoch {
            Epoch::File(epoch) => Some(&epoch.link),
            Epoch::Server(_) => None,
        }
    }

    /// The documents in memory.
    #[cfg(test)]
    pub(crate) fn segments(&self) -> Option<&crate::segments::Segments> {
        self.inner.memory.as_ref().map(|memory| &memory.segments)
    }

    /// The database that goes with the store, where it is a server's.
    #[cfg(test)]
    pub(crate) fn passing_database(&self) -> Option<Database> {
        match &self.inner.passing {
            Some(Passing::Schema(schema)) => Some(schema.0.clone()),
            _ => None,
        }
    }

    /// What waits for a worker right now.
    #[must_use]
    pub fn queues(&self) -> Queues {
        let Some(Lanes { reads, writes }) = &self.inner.queues else { return Queues::default() };
        let writes = writes.iter().map(Queue::state).fold(QueueState::default(), |all, lane| {
            let is_overloaded = all.is_overloaded || lane.is_overloaded;
            QueueState { length: all.length + lane.length, is_overloaded }
        });
        Queues { reads: reads.state(), writes }
    }

    /// What the documents in memory take, and how often they are of use; nothing where none are kept.
    #[must_use]
    pub fn cache_usage(&self) -> CacheUsage {
        self.inner.memory.as_ref().map(|memory| memory.segments.usage()).unwrap_or_default()
    }

    /// Lets go of the memory of what was read, where nobody has asked for any of it since the last call.
    pub fn rest(&self) {
        if let Some(memory) = &self.inner.memory {
            memory.rest();
        }
    }

    /// Whether a write for this scope may wait for its writer now, or for any where the scope is not
    /// known yet. One that may not would be refused by [`Self::write`]: whoever asks before
    /// preparing it saves that work.
    ///
    /// # Errors
    /// 503 where it would wait too long.
    pub fn admits_write(&self, scope: Option<Uuid>) -> Result<(), Error> {
        match &self.inner.queues {
            Some(Lanes { writes, .. }) => {
                let now = Instant::now();
                let mut lanes = writes.iter().enumerate();
                let own = scope.map(|_| lane(scope, writes.len()));
                let admits = lanes
                    .any(|(number, lane)| own.is_none_or(|own| own == number) && lane.admits(now));
                if admits { Ok(()) } else { Err(Error::new(Code::Overloaded)) }
            }
            None => Ok(()),
        }
    }

    /// Tells `observer` of every commit from now on, on the writer's thread: it must not wait.
    /// There is one observer at most; the last one counts.
    pub fn observe_commits(&self, observer: impl Fn(Commit) + Send + 'static) {
        *locked(&self.inner.observer.0) = Some(Box::new(observer));
    }

    /// A number that rises whenever a transaction called [`Tx::bump_epoch`], in this process or
    /// another one, where it is known at once: a file tells it within a few microseconds, a server
    /// is asked by [`Self::epoch`].
    ///
    /// # Errors
    /// 500 where the database fails.
    pub fn epoch_at_once(&self) -> Result<Option<i64>, Error> {
        self.inner.health.intact()?;
        match &self.inner.epoch {
            Epoch::File(epoch) => epoch.now().map(Some),
            Epoch::Server(_) => Ok(None),
        }
    }

    /// That number as it is from now on, waiting for it. Not for threads that drive connections.
    ///
    /// # Errors
    /// As [`Self::epoch`] tells.
    pub fn epoch_now(&self) -> Result<i64, Error> {
        waited(|done| self.epoch(done))
    }

    /// Has `told` called with that number as it is from now on: on this thread, or another one.
    /// It gets 500 where the database fails and 503 where it cannot be reached.
    pub fn epoch(&self, told: impl FnOnce(Result<i64, Error>) + Send + 'static) {
        match (self.inner.health.intact(), &self.inner.epoch) {
            (Err(error), _) => told(Err(error)),
            (Ok(()), Epoch::File(epoch)) => told(epoch.now()),
            (Ok(()), Epoch::Server(watch)) => watch.ask(Box::new(told)),
        }
    }
}

/// What hands over an outcome.
type Done<T> = Box<dyn FnOnce(Result<T, Error>) + Send>;

/// Starts something and waits for its outcome.
fn waited<T: Send + 'static>(start: impl FnOnce(Done<T>)) -> Result<T, Error> {
    let (sender, receiver) = crossbeam_channel::bounded(1);
    start(Box::new(move |outcome| {
        // The receiver waits below.
        drop(sender.send(outcome));
    }));
    receiver.recv().map_err(Error::internal)?
}

/// A job with the types of its outcome and of what waits for it.
struct Typed<T, J, D> {
    job: J,
    done: D,
    given: Option<T>,
}

impl<T, J, D> Finish for Typed<T, J, D>
where
    T: Send,
    J: Send,
    D: FnOnce(Result<T, Error>) + Send,
{
    fn finish(self: Box<Self>, outcome: Result<(), Error>) {
        let Self { job, done, given } = *self;
        // What the job holds is dropped first: whoever is told may rely on it.
        drop(job);
        done(outcome.and_then(|()| given.ok_or_else(|| Error::internal("the job never ran"))));
    }
}

impl<T, J, D> ReadJob for Typed<T, J, D>
where
    T: Send,
    J: FnMut(&Snapshot<'_>) -> Result<T, Error> + Send,
    D: FnOnce(Result<T, Error>) + Send,
{
    fn run(&mut self, snapshot: &Snapshot<'_>) -> Result<(), Error> {
        self.given = Some((self.job)(snapshot)?);
        Ok(())
    }
}

impl<T, J, D> WriteJob for Typed<T, J, D>
where
    T: Send,
    J: FnMut(&mut Tx<'_>) -> Result<T, Error> + Send,
    D: FnOnce(Result<T, Error>) + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), Error> {
        self.given = Some((self.job)(tx)?);
        Ok(())
    }
}

/// One group of writes that became durable together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commit {
    /// How many jobs were in the group.
    pub jobs: usize,
    /// How long the database took to make them durable, without running them.
    pub duration: Duration,
}

/// A queue of jobs that wait for a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QueueState {
    /// How many wait.
    pub length: usize,
    /// Whether they come faster than they are done, so that some are refused.
    pub is_overloaded: bool,
}

/// What waits for the workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Queues {
    /// Reads that wait for a reader.
    pub reads: QueueState,
    /// Writes that wait for the writer.
    pub writes: QueueState,
}

/// Whoever wants to know of commits, if anyone does.
#[derive(Default)]
pub(crate) struct CommitObserver(Mutex<Option<OnCommit>>);

type OnCommit = Box<dyn Fn(Commit) + Send>;

impl CommitObserver {
    pub(crate) fn observe(&self, commit: Commit) {
        if let Some(observer) = &*locked(&self.0) {
            observer(commit);
        }
    }
}

impl Inner {
    fn start(options: &Options, opened: Opened) -> std::io::Result<Self> {
        let Opened { writers, readers, here, epoch, checker, health, memory, passing } = opened;
        let clock = Arc::new(Clock::default());
        let (reads, reads_waiting) = queue::<dyn ReadJob>(options.queue, &clock);
        let thread = |name: &str| thread::Builder::new().name(format!("ostler-{name}"));
        let mut workers = Vec::with_capacity(readers.len() + writers.len());
        for link in readers {
            let waiting = reads_waiting.clone();
            workers.push(thread("reader").spawn(move || workers::read(&*link, &waiting))?);
        }
        let observer = Arc::new(CommitObserver::default());
        let mut writes = Vec::with_capacity(writers.len());
        for session in writers {
            let (lane, waiting) = queue::<dyn WriteJob>(options.queue, &clock);
            writes.push(lane);
            let observed = Arc::clone(&observer);
            let work = move || workers::write(&*session, &waiting, &observed);
            workers.push(thread("writer").spawn(work)?);
        }
        let ticking = Arc::clone(&clock);
        let timer = Some(thread("deadlines").spawn(move || ticking.run())?);
        let queues = Some(Lanes { reads, writes });
        let mut checking = None;
        if let Some(link) = checker {
            let interrupt = link.interrupt();
            checking =
                Some((interrupt, thread("check").spawn(move || check::while_served(&link))?));
        }
        let checker = checking;
        Ok(Self {
            queues,
            clock,
            workers,
            timer,
            epoch,
            here,
            observer,
            health,
            memory,
            checker,
            passing,
        })
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Without senders the workers finish what waits and end; the last connection writes the log
        // back to the file when it closes.
        self.queues = None;
        if let Some((interrupt, checker)) = self.checker.take() {
            interrupt.interrupt();
            join(checker);
        }
        for worker in self.workers.drain(..) {
            join(worker);
        }
        self.clock.close();
        if let Some(timer) = self.timer.take() {
            join(timer);
        }
    }
}

/// Waits for the end of a thread, unless it is this one: a job may have held the last clone.
fn join(thread: JoinHandle<()>) {
    if thread.thread().id() != thread::current().id() && thread.join().is_err() {
        tracing::error!("a thread of the store panicked");
    }
}

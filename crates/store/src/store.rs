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
use crate::opening::{Opened, Place};
use crate::queue::{Clock, Finish, Queue, ReadJob, WriteJob, locked, queue};
use crate::rows::{self, EPOCH};
use crate::sqlite::{Health, Interrupt, Sqlite, workers};
use crate::transaction::{Snapshot, Tx};

/// Readers where nothing else is said: enough for the tests and small machines.
const READERS: usize = 2;
/// Waiting requests where nothing else is said.
const QUEUE: usize = 1024;

/// What is checked at start where nothing else is said: it takes some 60 ms.
const CHECKED_AT_START_BYTES_MAX: u64 = 64 << 20;

/// How a store is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// The database file; made where there is none. A store in memory without it.
    pub file: Option<PathBuf>,
    /// The database that a store in memory begins as a copy of; an empty one without it.
    pub origin: Option<PathBuf>,
    /// Every table that the program knows.
    pub tables: &'static [Table],
    /// Seed of the identifiers of a new world.
    pub seed: u64,
    /// Reader connections with a thread each.
    pub readers: usize,
    /// Reader connections for [`Store::read_here`].
    pub readers_here: usize,
    /// The most requests that wait for a reader, and for the writer.
    pub queue: usize,
    /// The largest file that is checked as a whole before anything of it is served, in bytes. A
    /// larger one is checked while it is served.
    pub checked_at_start_bytes_max: u64,
}

impl Options {
    /// A store in memory with these tables.
    #[must_use]
    pub fn new(tables: &'static [Table]) -> Self {
        Self {
            file: None,
            origin: None,
            tables,
            seed: 0,
            readers: READERS,
            readers_here: 0,
            queue: QUEUE,
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
}

/// A world's documents. Cheap to clone; the last clone closes the database.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    /// None while the store closes.
    queues: Option<(Queue<dyn ReadJob>, Queue<dyn WriteJob>)>,
    clock: Arc<Clock>,
    workers: Vec<JoinHandle<()>>,
    timer: Option<JoinHandle<()>>,
    epoch: Mutex<Sqlite>,
    /// For reads on the threads of callers.
    here: Vec<Mutex<Sqlite>>,
    observer: Arc<CommitObserver>,
    health: Arc<Health>,
    /// What checks the file while it is served, and what ends that.
    checker: Option<(Interrupt, JoinHandle<()>)>,
    // Last, so that it outlives the connections.
    _file: Place,
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
        } else if let Some((reads, _)) = &self.inner.queues {
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
                workers::read_here(&link, call, job);
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
        } else if let Some((_, writes)) = &self.inner.queues {
            writes.put(call, Box::new(Typed { job, done, given: None }));
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
        locked(&self.inner.epoch).copy_to(file)?;
        let copied = std::fs::File::open(file).and_then(|file| file.sync_all());
        copied.map_err(Error::internal)
    }

    /// What waits for a worker right now.
    #[must_use]
    pub fn queues(&self) -> Queues {
        let queues = self.inner.queues.as_ref();
        queues.map_or_else(Queues::default, |(reads, writes)| Queues {
            reads: reads.state(),
            writes: writes.state(),
        })
    }

    /// Whether a write may wait for the writer now. One that may not would be refused by
    /// [`Self::write`]: whoever asks before preparing it saves that work.
    ///
    /// # Errors
    /// 503 where it would wait too long.
    pub fn admits_write(&self) -> Result<(), Error> {
        match &self.inner.queues {
            Some((_, writes)) if !writes.admits(Instant::now()) => {
                Err(Error::new(Code::Overloaded))
            }
            _ => Ok(()),
        }
    }

    /// Tells `observer` of every commit from now on, on the writer's thread: it must not wait.
    /// There is one observer at most; the last one counts.
    pub fn observe_commits(&self, observer: impl Fn(Commit) + Send + 'static) {
        *locked(&self.inner.observer.0) = Some(Box::new(observer));
    }

    /// A number that rises whenever a transaction called [`Tx::bump_epoch`], in this process or
    /// another one. Costs a few microseconds.
    ///
    /// # Errors
    /// 500 where the database fails.
    pub fn epoch(&self) -> Result<i64, Error> {
        self.inner.health.intact()?;
        rows::meta(&*locked(&self.inner.epoch), EPOCH)
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
        let Opened { writer, readers, here, epoch, checker, seed, health, place } = opened;
        let clock = Arc::new(Clock::default());
        let (reads, reads_waiting) = queue::<dyn ReadJob>(options.queue, &clock);
        let (writes, writes_waiting) = queue::<dyn WriteJob>(options.queue, &clock);
        let thread = |name: &str| thread::Builder::new().name(format!("ostler-{name}"));
        let mut workers = Vec::with_capacity(readers.len() + 1);
        for link in readers {
            let waiting = reads_waiting.clone();
            workers.push(thread("reader").spawn(move || workers::read(&link, &waiting))?);
        }
        let observer = Arc::new(CommitObserver::default());
        let observed = Arc::clone(&observer);
        workers.push(
            thread("writer")
                .spawn(move || workers::write(&writer, &writes_waiting, seed, &observed))?,
        );
        let ticking = Arc::clone(&clock);
        let timer = Some(thread("deadlines").spawn(move || ticking.run())?);
        let queues = Some((reads, writes));
        let mut checking = None;
        if let Some(link) = checker {
            let interrupt = link.interrupt();
            checking = Some((interrupt, thread("check").spawn(move || workers::check(&link))?));
        }
        let (epoch, checker) = (Mutex::new(epoch), checking);
        Ok(Self {
            queues,
            clock,
            workers,
            timer,
            epoch,
            here,
            observer,
            health,
            checker,
            _file: place,
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

//! The store: bounded queues in front of the workers that hold the connections.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use ostler_contract::error::Error;
use ostler_contract::primitives::UtcInstant;
use uuid::Uuid;

use crate::entity::Table;
use crate::queue::{Clock, Finish, Queue, ReadJob, WriteJob, locked, queue};
use crate::rows::{self, EPOCH};
use crate::sqlite::{Durability, Sqlite, schema, workers};
use crate::transaction::{Snapshot, Tx};

/// Readers where nothing else is said: enough for the tests and small machines.
const READERS: usize = 2;
/// Waiting requests where nothing else is said.
const QUEUE: usize = 1024;

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
    /// Reader connections.
    pub readers: usize,
    /// The most requests that wait for a reader, and for the writer.
    pub queue: usize,
}

impl Options {
    /// A store in memory with these tables.
    #[must_use]
    pub fn new(tables: &'static [Table]) -> Self {
        Self { file: None, origin: None, tables, seed: 0, readers: READERS, queue: QUEUE }
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
    observer: Arc<CommitObserver>,
    // Last, so that it outlives the connections.
    _file: Place,
}

/// The database file.
enum Place {
    Kept(PathBuf),
    /// Removed in the end. On Unix its names are removed as soon as all connections are open, so
    /// that nothing stays behind whatever happens to the process.
    Passing(PathBuf),
}

impl Place {
    fn of(options: &Options) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        if let Some(file) = &options.file {
            return Self::Kept(file.clone());
        }
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let (process, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let chance = Uuid::from_u64_pair(u64::from(process), count);
        Self::Passing(folder.join(format!("ostler-{chance}.db")))
    }

    fn file(&self) -> &Path {
        match self {
            Self::Kept(file) | Self::Passing(file) => file,
        }
    }

    fn durability(&self) -> Durability {
        match self {
            Self::Kept(_) => Durability::Full,
            Self::Passing(_) => Durability::None,
        }
    }

    fn remove_passing(&self) {
        if let Self::Passing(file) = self {
            for suffix in ["", "-wal", "-shm"] {
                let mut name = file.clone().into_os_string();
                name.push(suffix);
                // What is gone already is as good as removed.
                drop(std::fs::remove_file(name));
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.remove_passing();
    }
}

impl Store {
    /// Opens or makes the database, adds what the declarations have and the database lacks, and
    /// starts the workers.
    ///
    /// # Errors
    /// Says what is wrong with the file or its contents.
    pub fn open(options: &Options) -> Result<Self, OpenError> {
        let place = Place::of(options);
        // A process that was killed may have left a file of this name.
        place.remove_passing();
        let name = place.file().display();
        if let (Place::Passing(file), Some(origin)) = (&place, &options.origin) {
            std::fs::copy(origin, file).map_err(|error| {
                OpenError(format!("{} cannot be copied to {name}: {error}.", origin.display()))
            })?;
        }
        let wrong = |error| OpenError(format!("The database {name} cannot be opened: {error}."));
        let connect = || -> rusqlite::Result<Sqlite> {
            let link = Sqlite::open(place.file())?;
            link.set_up(place.durability())?;
            Ok(link)
        };
        let writer = Sqlite::open(place.file()).map_err(wrong)?;
        schema::recognise(&writer, place.file())?;
        writer.set_up(place.durability()).map_err(wrong)?;
        let seed = schema::prepare(&writer, place.file(), options.tables, options.seed)?;
        let epoch = connect().map_err(wrong)?;
        let readers: rusqlite::Result<Vec<Sqlite>> =
            (0..options.readers.max(1)).map(|_| connect()).collect();
        let readers = readers.map_err(wrong)?;
        for link in readers.iter().chain([&epoch]) {
            // The first read opens the log and reads the schema.
            rows::meta(link, EPOCH).map_err(|error| {
                OpenError(format!("The database {name} cannot be read: {error:?}"))
            })?;
        }
        if cfg!(unix) {
            place.remove_passing();
        }
        let inner = Inner::start(options, place, (writer, seed), readers, epoch);
        let inner = inner.map_err(|error| {
            OpenError(format!("The threads of the store do not start: {error}."))
        })?;
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Runs `job` on a snapshot and hands its outcome to `done`, on a worker thread.
    ///
    /// `done` gets 503 where the queue is full and 408 where the deadline passes; a job whose
    /// deadline passed in the queue is never started. A panic in the job is 500.
    pub fn read<T: Send + 'static>(
        &self,
        call: Call,
        job: impl FnMut(&Snapshot<'_>) -> Result<T, Error> + Send + 'static,
        done: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) {
        if let Some((reads, _)) = &self.inner.queues {
            reads.put(call, Box::new(Typed { job, done, given: None }));
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
        if let Some((_, writes)) = &self.inner.queues {
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

    /// How many reads and writes wait for a worker right now.
    #[must_use]
    pub fn queue_lengths(&self) -> QueueLengths {
        let queues = self.inner.queues.as_ref();
        queues.map_or_else(QueueLengths::default, |(reads, writes)| QueueLengths {
            reads: reads.len(),
            writes: writes.len(),
        })
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

/// How many jobs wait for a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QueueLengths {
    /// Reads that wait for a reader.
    pub reads: usize,
    /// Writes that wait for the writer.
    pub writes: usize,
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
    fn start(
        options: &Options,
        place: Place,
        (writer, seed): (Sqlite, u64),
        readers: Vec<Sqlite>,
        epoch: Sqlite,
    ) -> std::io::Result<Self> {
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
        let epoch = Mutex::new(epoch);
        Ok(Self { queues, clock, workers, timer, epoch, observer, _file: place })
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Without senders the workers finish what waits and end; the last connection writes the log
        // back to the file when it closes.
        self.queues = None;
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

//! Opening a file: where it stands, whether it is whole, the connections to it.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use ostler_contract::error::Error;
use uuid::Uuid;

use super::index::{KnownEpoch, LogIndex};
use super::{Durability, Sqlite, check, schema};
use crate::health::Health;
use crate::link::Session;
use crate::opening::{Epoch, Memory, Opened, Passing};
use crate::queue::locked;
use crate::rows::{self, EPOCH};
use crate::store::{OpenError, Options};

/// The database file.
pub(crate) enum DatabaseFile {
    Kept(PathBuf),
    /// Removed in the end. On Unix its names are removed as soon as all connections are open, so
    /// that nothing stays behind whatever happens to the process.
    Passing(PathBuf),
}

impl DatabaseFile {
    fn passing() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let (process, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let chance = Uuid::from_u64_pair(u64::from(process), count);
        Self::Passing(folder.join(format!("ostler-{chance}.db")))
    }

    fn path(&self) -> &Path {
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
            // What is gone already is as good as removed.
            drop(remove(file));
        }
    }
}

impl Drop for DatabaseFile {
    fn drop(&mut self) {
        self.remove_passing();
    }
}

/// The name of a file that stands beside another one.
pub(crate) fn beside(file: &Path, suffix: &str) -> OsString {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name
}

/// Removes a database, if there is one.
pub(crate) fn remove(file: &Path) -> io::Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        match fs::remove_file(beside(file, suffix)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Renames a file, and waits until the disk knows its name.
///
/// # Errors
/// What the system says.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// Opens a database in a file of its own, or a kept one.
pub(crate) fn open_kept(file: &Path, options: &Options) -> Result<Opened, OpenError> {
    open(DatabaseFile::Kept(file.to_owned()), None, options)
}

/// Opens a database that goes with the store, as a copy of another one or an empty one.
pub(crate) fn open_passing(origin: Option<&Path>, options: &Options) -> Result<Opened, OpenError> {
    open(DatabaseFile::passing(), origin, options)
}

fn open(
    place: DatabaseFile,
    origin: Option<&Path>,
    options: &Options,
) -> Result<Opened, OpenError> {
    // A process that was killed may have left a file of this name.
    place.remove_passing();
    begin(&place, origin, options)?;
    let (file, health) = (place.path(), Arc::<Health>::default());
    let wrong = |error: Error| schema::cannot_be_read(file, &error);
    let connect = || -> Result<Sqlite, OpenError> {
        let link = Sqlite::open(file).map_err(wrong)?.watched_by(&health);
        link.set_up(place.durability()).map_err(wrong)?;
        // The first read opens the log and reads the schema.
        rows::meta(&link, EPOCH).map_err(wrong)?;
        Ok(link)
    };
    let mut writer = Sqlite::open(file).map_err(wrong)?.watched_by(&health);
    // The engine opens what it may not write, and fails with the first write.
    if writer.is_read_only().map_err(wrong)? {
        let file = file.display();
        return Err(OpenError(format!("There is no right to write the database {file}.")));
    }
    schema::recognise(&writer, file)?;
    writer.set_up(place.durability()).map_err(wrong)?;
    let mut epoch = connect()?;
    let mut checker = None;
    let size = size(file).map_err(|error| wrong(Error::internal(error)))?;
    if size <= options.checked_at_start_bytes_max {
        epoch = whole(&writer, epoch).map_err(wrong)?;
    } else {
        checker = Some(connect()?);
    }
    writer.fold_left_over().map_err(wrong)?;
    writer.set_seed(schema::prepare(&writer, file, options.tables)?);
    if let DatabaseFile::Kept(_) = place {
        writer.keep_log(file).map_err(wrong)?;
    }
    let memory = Memory::of(options);
    let index = LogIndex::of(file);
    let known = Arc::<KnownEpoch>::default();
    writer.telling(&known, index.clone());
    let boxed = || -> Result<Box<dyn Session>, OpenError> {
        Ok(Box::new(connect()?.sharing(memory.as_ref(), index.clone())))
    };
    let readers: Result<Vec<_>, OpenError> = (0..options.readers.max(1)).map(|_| boxed()).collect();
    let readers = readers?;
    let here: Result<Vec<_>, OpenError> =
        (0..options.readers_here).map(|_| boxed().map(Mutex::new)).collect();
    let here = here?;
    if cfg!(unix) {
        place.remove_passing();
    }
    Ok(Opened {
        writers: vec![Box::new(writer)],
        readers,
        here,
        epoch: Epoch::File(Box::new(FileEpoch::new(epoch, index, known))),
        checker,
        health,
        memory,
        passing: Some(Passing::File(place)),
    })
}

/// What tells the epoch of the access registry, and a connection for other short reads.
pub(crate) struct FileEpoch {
    pub(crate) link: Mutex<Sqlite>,
    index: Option<LogIndex>,
    known: Arc<KnownEpoch>,
}

impl FileEpoch {
    fn new(link: Sqlite, index: Option<LogIndex>, known: Arc<KnownEpoch>) -> Self {
        Self { link: Mutex::new(link), index, known }
    }

    /// The epoch as it is now.
    pub(crate) fn now(&self) -> Result<i64, Error> {
        let mark = || self.index.as_ref().and_then(LogIndex::mark);
        let begun = self.index.as_ref().and_then(LogIndex::fresh);
        if let Some(epoch) = begun.and_then(|begun| self.known.at(begun)) {
            return Ok(epoch);
        }
        let epoch = rows::meta(&*locked(&self.link), EPOCH)?;
        if let Some(begun) = begun.filter(|begun| mark() == Some(*begun)) {
            self.known.learn(begun, epoch);
        }
        Ok(epoch)
    }
}

/// Makes the database where there is none: whole or not at all, so that an empty file is never
/// taken for a new one.
fn begin(place: &DatabaseFile, origin: Option<&Path>, options: &Options) -> Result<(), OpenError> {
    let file = place.path();
    let name = file.display();
    let wrong = |error: &dyn std::fmt::Display| {
        OpenError(format!("The database {name} cannot be made: {error}."))
    };
    if let Some(origin) = origin {
        return fs::copy(origin, file).map(drop).map_err(|error| {
            OpenError(format!("{} cannot be copied to {name}: {error}.", origin.display()))
        });
    }
    if file.exists() {
        return Ok(());
    }
    let draft = match place {
        DatabaseFile::Passing(_) => file.to_owned(),
        DatabaseFile::Kept(_) => PathBuf::from(beside(file, ".new")),
    };
    let make = || -> Result<(), Error> {
        remove(&draft).map_err(Error::internal)?;
        let link = Sqlite::open(&draft)?;
        link.set_up(place.durability())?;
        schema::make(&link, options.seed)
    };
    make().map_err(|error| match error.cause() {
        Some(cause) => wrong(cause),
        None => wrong(&error),
    })?;
    if draft == file { Ok(()) } else { rename(&draft, file).map_err(|error| wrong(&error)) }
}

/// Bytes of the file and of the log that is not yet part of it.
fn size(file: &Path) -> io::Result<u64> {
    let log = fs::metadata(beside(file, "-wal")).map_or(0, |log| log.len());
    Ok(fs::metadata(file)?.len().saturating_add(log))
}

/// Checks everything, on two threads with a connection each.
fn whole(writer: &Sqlite, other: Sqlite) -> Result<Sqlite, Error> {
    let (pages, (other, checksums)) = thread::scope(|scope| {
        let checking = scope.spawn(move || {
            let outcome = check::checksums(&other);
            (other, outcome)
        });
        let pages = check::pages(writer, None);
        (pages, checking.join().unwrap_or_else(|payload| resume_unwind(payload)))
    });
    pages.and(checksums)?;
    writer.unmap()?;
    other.unmap()?;
    Ok(other)
}

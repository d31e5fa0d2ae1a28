//! A world: its store, its clock, its access registry.

use std::fmt;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Instant;

use ostler_contract::primitives::UtcInstant;
use ostler_hotel::registry;
use ostler_store::{
    Absent, Call, DOCUMENTS_BYTES_MAX, Database, Declared, OpenError, Options, Progress, Store,
    Table, Verification, check_log, has_remains, verify, verify_in,
};
use uuid::Uuid;

use crate::access::{self, Access};
use crate::clock::Clock;

/// Every table of a world: those of the hotel, and the access registry.
pub(crate) static TABLES: LazyLock<Vec<Table>> =
    LazyLock::new(|| [access::TABLES.as_slice(), registry::TABLES].concat());

/// Which of all the declarations these are that Ostler ever had. Raise it with every change of a
/// table, a column or a lookup: on a server's database, older programs then keep away.
const GENERATION: i64 = 2;

/// The declarations of this program.
pub(crate) fn declared() -> Declared {
    Declared { tables: &TABLES, generation: GENERATION }
}

/// What opens the world, which decides whether anyone else may serve it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A server: the only one on this folder.
    Server,
    /// An administrator, beside a running server or without one.
    Administrator,
}

/// Where a world is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In memory, as long as it is open.
    Memory,
    /// In memory, beginning as a copy of this SQLite database.
    CopyOf(PathBuf),
    /// In an SQLite database in this data folder.
    Folder(PathBuf),
    /// In a schema of this PostgreSQL database, which several servers may have at once.
    Database(Database),
    /// In a new schema of this PostgreSQL database, as long as it is open.
    Passing(Database),
}

/// Where it is, in words for its operator.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory | Self::CopyOf(_) => f.write_str("memory"),
            Self::Folder(folder) => write!(f, "{}", folder.display()),
            Self::Database(database) | Self::Passing(database) => write!(f, "{database}"),
        }
    }
}

/// How a world is opened.
#[derive(Debug, Clone)]
pub struct WorldOptions {
    /// Where it is kept.
    pub place: Place,
    /// What opens it.
    pub role: Role,
    /// The seed of its identifiers, for a new world.
    pub seed: u64,
    /// Its clock.
    pub clock: Clock,
    /// Reader connections with a thread each.
    pub readers: usize,
    /// Reader connections for reads on the threads of callers.
    pub readers_here: usize,
    /// The most requests that wait for a reader, and for the writer.
    pub queue: usize,
    /// The most bytes of documents that are kept in memory after they were read.
    pub documents_bytes_max: usize,
}

impl Default for WorldOptions {
    fn default() -> Self {
        let (readers, queue) = (4, 1024);
        Self {
            place: Place::Memory,
            role: Role::Server,
            seed: 1,
            clock: Clock::Real,
            readers,
            readers_here: 0,
            queue,
            documents_bytes_max: DOCUMENTS_BYTES_MAX,
        }
    }
}

/// A complete, separate hotel universe.
pub struct World {
    /// Its documents.
    pub store: Store,
    /// Who may do what in it.
    pub access: Access,
    clock: Clock,
    /// Held as long as the world is served; the system lets go of it when the process ends.
    _lock: Option<File>,
}

impl World {
    /// The database within the data folder.
    pub const DATABASE: &'static str = "world.sqlite";
    /// The file within the data folder that a server locks.
    pub const LOCK: &'static str = "server.lock";

    /// Opens the world of a folder; makes it where there is none, unless it is an administrator
    /// who asks.
    ///
    /// # Errors
    /// Says what is wrong with the folder, or that another server has it.
    pub fn open(options: &WorldOptions) -> Result<Self, OpenError> {
        Self::open_made(options, |_| Ok(()))
    }

    /// The same, where `make` may put a world into the folder before it is opened. A server has
    /// the folder locked by then.
    ///
    /// # Errors
    /// Those of `make`, and what is wrong with the folder, or that another server has it.
    pub fn open_made(
        options: &WorldOptions,
        make: impl FnOnce(&Path) -> Result<(), OpenError>,
    ) -> Result<Self, OpenError> {
        let mut held = None;
        let place = match &options.place {
            Place::Memory => ostler_store::Place::Memory,
            Place::CopyOf(origin) => ostler_store::Place::CopyOf(origin.clone()),
            Place::Database(database) => ostler_store::Place::Database(database.clone()),
            Place::Passing(database) => ostler_store::Place::Passing(database.clone()),
            Place::Folder(folder) => {
                let database = folder.join(Self::DATABASE);
                match options.role {
                    Role::Server => {
                        held = Some(lock(folder)?);
                        if has_remains(&database) {
                            return Err(interrupted(folder));
                        }
                        make(folder)?;
                        check_log(&database)?;
                    }
                    Role::Administrator if !database.exists() => {
                        return Err(no_world(folder));
                    }
                    Role::Administrator => {}
                }
                ostler_store::Place::File(database)
            }
        };
        let absent = match options.role {
            Role::Server => Absent::Make,
            Role::Administrator => Absent::Refuse,
        };
        let store = Store::open(&Options {
            place,
            generation: GENERATION,
            absent,
            seed: options.seed,
            readers: options.readers,
            readers_here: options.readers_here,
            queue: options.queue,
            documents_bytes_max: options.documents_bytes_max,
            ..Options::new(&TABLES)
        })?;
        Ok(Self { store, access: Access::default(), clock: options.clock, _lock: held })
    }

    /// Holds everything in the world of a folder against everything else, beside a running server
    /// or without one; see [`ostler_store::verify`].
    ///
    /// # Errors
    /// Says that there is no world, or why it cannot be looked at.
    pub fn verify(
        folder: &Path,
        progress: &mut dyn FnMut(Progress<'_>),
    ) -> Result<Verification, OpenError> {
        let database = folder.join(Self::DATABASE);
        if !database.exists() {
            return Err(no_world(folder));
        }
        verify(&database, &TABLES, progress)
    }

    /// The same for the world of a schema; see [`ostler_store::verify_in`].
    ///
    /// # Errors
    /// Says that there is no world, or why it cannot be looked at.
    pub fn verify_in(
        database: &Database,
        progress: &mut dyn FnMut(Progress<'_>),
    ) -> Result<Verification, OpenError> {
        verify_in(database, &TABLES, progress)
    }

    /// The current instant of the world.
    #[must_use]
    pub fn now(&self) -> UtcInstant {
        self.clock.now()
    }

    /// The circumstances of a read or write that no request asked for.
    #[must_use]
    pub fn call(&self) -> Call {
        Call::at(self.now())
    }

    /// The circumstances of the read or write of a request.
    #[must_use]
    pub fn call_for(&self, request: Uuid, deadline: Instant) -> Call {
        Call { request, deadline: Some(deadline), ..self.call() }
    }
}

pub(crate) fn no_world(folder: &Path) -> OpenError {
    let folder = folder.display();
    OpenError(format!(
        "There is no world in {folder}. Start a server on it first, or name another folder with --data."
    ))
}

fn interrupted(folder: &Path) -> OpenError {
    let (folder, database) = (folder.display(), World::DATABASE);
    OpenError(format!(
        "A copy of a world into {folder} was interrupted. Run `ostler copy` again, or remove \
         {database}.copying from it."
    ))
}

/// Makes the folder and locks it for a server.
pub(crate) fn lock(folder: &Path) -> Result<File, OpenError> {
    let shown = folder.display();
    std::fs::create_dir_all(folder)
        .map_err(|error| OpenError(format!("The data folder {shown} cannot be made: {error}.")))?;
    let path = folder.join(World::LOCK);
    let lock = File::options().create(true).truncate(false).write(true).open(&path);
    let lock =
        lock.map_err(|error| OpenError(format!("{} cannot be written: {error}.", path.display())))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError(format!(
            "Another server is running on the data folder {shown}. Stop it, or name another folder with --data."
        ))),
        Err(TryLockError::Error(error)) => {
            Err(OpenError(format!("{} cannot be locked: {error}.", path.display())))
        }
    }
}

#[cfg(test)]
mod tests;

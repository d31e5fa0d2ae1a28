//! The store: bounded queues in front of the workers that hold the connections.

use std::fmt;
use std::path::PathBuf;
use std::time::Instant;

use ostler_contract::error::Error;
use ostler_contract::primitives::UtcInstant;
use uuid::Uuid;

use crate::entity::Table;
use crate::transaction::{Snapshot, Tx};

/// How a store is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// The database file; made where there is none. A store in memory without it.
    pub file: Option<PathBuf>,
    /// Every table that the program knows.
    pub tables: &'static [Table],
    /// Seed of the identifiers of a new world.
    pub seed: u64,
    /// Reader connections.
    pub readers: usize,
    /// The most requests that wait for a reader, and for the writer.
    pub queue: usize,
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
pub struct Store {}

impl Store {
    /// Opens or makes the database, adds what the declarations have and the database lacks, and
    /// starts the workers.
    ///
    /// # Errors
    /// Says what is wrong with the file or its contents.
    pub fn open(options: &Options) -> Result<Self, OpenError> {
        let _ = options;
        todo!()
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
        let _ = (call, job, done);
        todo!()
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
        let _ = (call, job, done);
        todo!()
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
        let _ = (call, job);
        todo!()
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
        let _ = (call, job);
        todo!()
    }

    /// A number that rises whenever a transaction called [`Tx::bump_epoch`], in this process or
    /// another one. Costs a few microseconds.
    ///
    /// # Errors
    /// 500 where the database fails.
    pub fn epoch(&self) -> Result<i64, Error> {
        todo!()
    }
}

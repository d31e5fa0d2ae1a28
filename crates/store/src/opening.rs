//! An open database, whatever the engine.

use std::sync::{Arc, Mutex};

use crate::health::Health;
use crate::link::Session;
use crate::pages::Pages;
use crate::postgres;
use crate::postgres::opening::PassingSchema;
use crate::postgres::watch::Watch;
use crate::segments::Segments;
use crate::sqlite::Sqlite;
use crate::sqlite::opening::{self as file, DatabaseFile, FileEpoch};
use crate::store::{OpenError, Options, Place};

/// The connections to a database.
pub(crate) struct Opened {
    /// One for each lane: writes of one scope go through the same one.
    pub(crate) writers: Vec<Box<dyn Session>>,
    pub(crate) readers: Vec<Box<dyn Session>>,
    /// For reads on the threads of callers.
    pub(crate) here: Vec<Mutex<Box<dyn Session>>>,
    pub(crate) epoch: Epoch,
    /// What checks a file while it is served, if that has not happened before.
    pub(crate) checker: Option<Sqlite>,
    pub(crate) health: Arc<Health>,
    pub(crate) memory: Option<Arc<Memory>>,
    /// What goes with the store, and outlives the connections.
    pub(crate) passing: Option<Passing>,
}

/// What connections that only read share.
#[derive(Debug)]
pub(crate) struct Memory {
    pub(crate) pages: Pages,
    pub(crate) segments: Segments,
}

impl Memory {
    /// None where nothing is to be kept.
    pub(crate) fn of(options: &Options) -> Option<Arc<Self>> {
        let bytes_max = options.documents_bytes_max;
        let memory =
            || Arc::new(Self { pages: Pages::default(), segments: Segments::new(bytes_max) });
        (bytes_max > 0).then(memory)
    }

    /// Lets go of what nobody has asked for since the last call.
    pub(crate) fn rest(&self) {
        self.pages.rest();
        self.segments.rest();
    }
}

/// What is removed in the end.
#[expect(dead_code, reason = "what they hold acts when it is dropped")]
pub(crate) enum Passing {
    File(DatabaseFile),
    Schema(Box<PassingSchema>),
}

/// What tells the epoch of the access registry.
pub(crate) enum Epoch {
    /// A connection to the file, which answers at once.
    File(Box<FileEpoch>),
    /// A thread that asks the server, once for all who wait.
    Server(Watch),
}

impl Opened {
    pub(crate) fn open(options: &Options) -> Result<Self, OpenError> {
        match &options.place {
            Place::Memory => file::open_passing(None, options),
            Place::CopyOf(origin) => file::open_passing(Some(origin), options),
            Place::File(file) => file::open_kept(file, options),
            Place::Passing(database) => postgres::opening::open_passing(database, options),
            Place::Database(database) => postgres::opening::open(database, options),
        }
    }
}

//! Opening a database of a server: the connections to it.

use std::sync::{Arc, Mutex};

use tokio_postgres::error::SqlState;

use super::schema::{self, LANES};
use super::sharing::Shared;
use super::target::Database;
use super::watch::Watch;
use super::{ConnectError, Postgres};
use crate::declarations::digest;
use crate::health::Health;
use crate::link::Session;
use crate::opening::{Epoch, Memory, Opened, Passing};
use crate::search::quoted;
use crate::store::{Absent, OpenError, Options, Place};

/// Opens the world of a schema; makes it where there is none. Whoever may make it serves it, and
/// has every connection from the beginning: one that is refused is told now, not request by request.
pub(crate) fn open(database: &Database, options: &Options) -> Result<Opened, OpenError> {
    let (named, health) = (Arc::new(database.clone()), Arc::<Health>::default());
    let wrong = |error: ConnectError| cannot_be_reached(database, &error);
    let declared = digest(options.tables);
    let later = || Postgres::new(&named, &health).map_err(wrong);
    let serves = matches!(options.place, Place::Database(_)) && options.absent == Absent::Make;
    let count = 2 + LANES + options.readers.max(1);
    let next = || {
        let link = later()?;
        if serves {
            link.try_connect().map_err(|error| {
                let OpenError(what) = wrong(error);
                OpenError(format!("{what} A server needs {count} connections."))
            })?;
        }
        Ok(link.declared(declared))
    };
    let first = later()?;
    first.try_connect().map_err(wrong)?;
    let seed = schema::prepare(&first, options)?;
    let side = Arc::new(Mutex::new(first));
    let mut writers: Vec<Box<dyn Session>> = Vec::with_capacity(LANES);
    for lane in 0..LANES {
        let lane = schema::lane(lane, declared);
        writers.push(Box::new(next()?.writing(lane, seed, &side)));
    }
    let shared = Shared::new(Memory::of(options));
    let mut readers: Vec<Box<dyn Session>> = Vec::new();
    for _ in 0..options.readers.max(1) {
        readers.push(Box::new(next()?.sharing(&shared)));
    }
    let watch = Watch::start(next()?, &shared.state)
        .map_err(|error| OpenError(format!("The threads of the store do not start: {error}.")))?;
    let (here, epoch, memory) = (Vec::new(), Epoch::Server(watch), shared.memory);
    Ok(Opened { writers, readers, here, epoch, checker: None, health, memory, passing: None })
}

/// Opens a world in a new schema of its own, which goes with the store.
pub(crate) fn open_passing(database: &Database, options: &Options) -> Result<Opened, OpenError> {
    let database = database.apart();
    let passing = Passing::Schema(Box::new(PassingSchema::new(database.clone())));
    Ok(Opened { passing: Some(passing), ..open(&database, options)? })
}

/// A schema that is removed in the end.
pub(crate) struct PassingSchema(pub(crate) Database);

impl PassingSchema {
    pub(crate) const fn new(of: Database) -> Self {
        Self(of)
    }
}

impl Drop for PassingSchema {
    fn drop(&mut self) {
        let (database, health) = (Arc::new(self.0.clone()), Arc::default());
        let removed = Postgres::new(&database, &health).map_err(|error| error.to_string());
        let removed = removed.and_then(|link| {
            link.try_connect().map_err(|error| error.to_string())?;
            let sql = format!("DROP SCHEMA IF EXISTS {} CASCADE", quoted(self.0.schema()));
            link.control(&sql).map_err(|error| format!("{error:?}"))
        });
        if let Err(error) = removed {
            tracing::warn!(error, database = %self.0, "a schema stays behind");
        }
    }
}

/// Why a database is not reached, in words for whoever started the program.
pub(crate) fn cannot_be_reached(database: &Database, error: &ConnectError) -> OpenError {
    let code = match error {
        ConnectError::Refused(error) => error.code(),
        ConnectError::TooOld(_) | ConnectError::Failed(_) => None,
    };
    let refused = [SqlState::INVALID_PASSWORD, SqlState::INVALID_AUTHORIZATION_SPECIFICATION];
    let is_reached = code.is_some() || matches!(error, ConnectError::TooOld(_));
    let what = if code.is_some_and(|code| refused.contains(code)) {
        "refuses the user or the password"
    } else if code == Some(&SqlState::TOO_MANY_CONNECTIONS) {
        "has no connection left"
    } else if is_reached {
        "cannot be used"
    } else {
        "cannot be reached"
    };
    OpenError(format!("The database {database} {what}: {error}."))
}

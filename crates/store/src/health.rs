//! Whether the database is what was written to it, and as this program declares it.

use std::sync::OnceLock;

use ostler_contract::error::{Code, Error};

use crate::checksum::{damage, damaged};

/// Whether the file is what was written to it, as far as is known. One for all connections of a
/// store: nothing is served from a file of which any part is damaged.
#[derive(Debug, Default)]
pub(crate) struct Health {
    damage: OnceLock<String>,
    /// Set where a program with other declarations has changed the tables.
    outdated: OnceLock<()>,
}

impl Health {
    /// Remembers the first damage and tells of it once.
    pub(crate) fn note(&self, error: &Error) {
        if let Some(what) = damage(error)
            && self.damage.set(what.to_owned()).is_ok()
        {
            tracing::error!(
                damage = what,
                "the database is damaged and is not served any more; restore a backup"
            );
        }
    }

    /// Remembers that a program with other declarations has changed the tables, tells of it once,
    /// and gives what whoever asks for anything gets from now on: 503.
    pub(crate) fn outdate(&self) -> Error {
        if self.outdated.set(()).is_ok() {
            tracing::error!(
                "another version of Ostler has changed the tables of this world, so this server \
                 takes no more requests; end it and start that version"
            );
        }
        Error::new(Code::Overloaded)
    }

    /// Fails where damage was found, here or by another connection, or where the tables are not this
    /// program's any more.
    pub(crate) fn intact(&self) -> Result<(), Error> {
        if let Some(what) = self.damage.get() {
            return Err(damaged(what.clone()));
        }
        if self.outdated.get().is_some() { Err(Error::new(Code::Overloaded)) } else { Ok(()) }
    }
}

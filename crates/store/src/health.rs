//! Whether the database is what was written to it.

use std::sync::OnceLock;

use ostler_contract::error::Error;

use crate::checksum::{damage, damaged};

/// Whether the file is what was written to it, as far as is known. One for all connections of a
/// store: nothing is served from a file of which any part is damaged.
#[derive(Debug, Default)]
pub(crate) struct Health(OnceLock<String>);

impl Health {
    /// Remembers the first damage and tells of it once.
    pub(crate) fn note(&self, error: &Error) {
        if let Some(what) = damage(error)
            && self.0.set(what.to_owned()).is_ok()
        {
            tracing::error!(
                damage = what,
                "the database is damaged and is not served any more; restore a backup"
            );
        }
    }

    /// Fails where damage was found, here or by another connection.
    pub(crate) fn intact(&self) -> Result<(), Error> {
        self.0.get().map_or(Ok(()), |what| Err(damaged(what.clone())))
    }
}

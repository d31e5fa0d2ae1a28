//! Whether the tables are still made by the declarations that this program has.

use ostler_contract::error::Error;

use super::Postgres;
use crate::checksum::damage;
use crate::link::Row;

/// By which declarations the tables are made.
const DECLARATIONS: &str = "SELECT \"value\" FROM \"meta\" WHERE \"key\" = 'declarations'";

impl Postgres {
    /// Knows from now on by which declarations the tables are made.
    pub(crate) fn declared(self, digest: i64) -> Self {
        Self { digest: Some(digest), ..self }
    }

    /// Fails where the tables are made by other declarations by now.
    pub(super) fn declared_so(&self, digest: i64) -> Result<(), Error> {
        let is_so = self.digest.is_none_or(|own| own == digest);
        if is_so { Ok(()) } else { Err(self.health.outdate()) }
    }

    /// What an error of a read means: what looks like damage may be a row that another version
    /// wrote.
    pub(super) fn judged(&self, error: Error) -> Error {
        if damage(&error).is_some() && self.digest.is_some() {
            let digest = self.prepared(DECLARATIONS).and_then(|it| self.send(Some((&it, &[])), ""));
            let row = digest.ok().and_then(|answer| answer.rows.into_iter().next());
            let digest = row.and_then(|row| Row::integer(&row, 0).ok());
            if let Some(Err(outdated)) = digest.map(|digest| self.declared_so(digest)) {
                return outdated;
            }
        }
        self.health.note(&error);
        error
    }
}

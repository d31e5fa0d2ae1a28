//! Holding a whole database against itself.

use std::fmt;
use std::path::Path;

use uuid::Uuid;

use crate::entity::Table;
use crate::postgres::target::Database;
use crate::store::OpenError;
use crate::verifier;

/// The most problems that are told; the others are counted.
const PROBLEMS_MAX: usize = 20;

/// How far a verification is.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'a> {
    /// What is being looked at: a table, or a part of the check.
    pub part: &'a str,
    /// How many of the rows of all tables have been looked at.
    pub done: u64,
    /// How many rows there are.
    pub total: u64,
}

/// What a verification found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    /// The documents that were looked at.
    pub documents: u64,
    /// The entries of the change log that were looked at.
    pub changes: u64,
    /// The first problems, in the order of their discovery.
    pub problems: Vec<Problem>,
    /// How many further problems there are.
    pub problems_left_out: u64,
}

/// Something that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The table.
    pub table: String,
    /// The identifier of the document, where it concerns one.
    pub id: Option<Uuid>,
    /// What is wrong, as the end of a sentence.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, id, what } = self;
        match id {
            Some(id) => write!(f, "{table} {id}: {what}"),
            None => write!(f, "{table}: {what}"),
        }
    }
}

impl Verification {
    /// Whether everything is as it must be.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }

    pub(crate) fn add(&mut self, problem: Problem) {
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push(problem);
        } else {
            self.problems_left_out += 1;
        }
    }
}

/// Holds everything in a database file against everything else: the engine's own check of its
/// pages and indexes; every document against its index columns, which are computed anew; the change
/// log, whose entries must be numbered without a gap and whose last entry for each document must be
/// what stands in its row, or its removal; versions, which rise by one; and identifiers, none of
/// which may lie ahead of the last one given out.
///
/// Reads one snapshot, so it may run beside a server, and writes nothing. Memory does not grow with
/// the file; the change log is sorted in the system's temporary folder.
///
/// # Errors
/// Says why the file cannot be looked at: it does not exist, is not a database of Ostler, or was
/// left by another version.
pub fn verify(
    file: &Path,
    tables: &'static [Table],
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Verification, OpenError> {
    verifier::verify(file, tables, progress)
}

/// The same for the world of a schema, but the engine's own check and the gaps between the numbers of
/// the change log: a server looks after its pages by itself, and leaves out the numbers of
/// transactions that failed. It sorts the change log in its temporary files.
///
/// # Errors
/// Says why the world cannot be looked at: the database cannot be reached, has no world in that
/// schema, or one of another version.
pub fn verify_in(
    database: &Database,
    tables: &'static [Table],
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Verification, OpenError> {
    verifier::verify_in(database, tables, progress)
}

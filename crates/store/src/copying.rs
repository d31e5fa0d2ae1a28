//! Copies of databases: whole, checked, and in place or not at all.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crossbeam_channel::RecvTimeoutError;
use ostler_contract::error::Error;

use crate::sqlite::opening::{beside, remove, rename};
use crate::sqlite::{Sqlite, check, schema};
use crate::store::OpenError;
use crate::verification::Progress;

/// The time between two looks at how much is written.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Writes a consistent copy of a database to a file, replacing one of that name. The database may
/// be served meanwhile; what is committed after the copy began is not in it.
///
/// The copy stands beside its place, as `….part`, until it is complete, checked for damage and on
/// the disk. Where anything fails, nothing of it stays behind.
///
/// # Errors
/// Says what is wrong with the database, or why the copy cannot be written.
pub fn copy(
    source: &Path,
    target: &Path,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<(), OpenError> {
    let part = PathBuf::from(beside(target, ".part"));
    let outcome = copy_and_check(source, &part, progress).and_then(|()| {
        let placed = File::open(&part).and_then(|part| part.sync_all());
        placed.and_then(|()| rename(&part, target)).map_err(|error| unwritten(target, &error))
    });
    if outcome.is_err() {
        // The first error is the one to tell.
        drop(remove(&part));
    }
    outcome
}

fn copy_and_check(
    source: &Path,
    part: &Path,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<(), OpenError> {
    let link =
        Sqlite::open_to_read(source).map_err(|error| schema::cannot_be_read(source, &error))?;
    schema::recognise(&link, source)?;
    remove(part).map_err(|error| unwritten(part, &error))?;
    let total = fs::metadata(source).map_or(0, |source| source.len());
    written(link, part, total, progress).map_err(|error| {
        match crate::checksum::damage(&error) {
            Some(what) => OpenError::damaged(source, what),
            None => unwritten(part, error.cause().map_or(&error, |cause| cause)),
        }
    })?;
    progress(Progress { part: "checking the copy", done: total, total });
    // What is damaged in the copy was damaged before.
    let checked = Sqlite::open_to_read(part).and_then(|link| {
        check::pages(&link, None)?;
        check::checksums(&link)
    });
    checked.map_err(|error| schema::cannot_be_read(source, &error))
}

/// Writes the copy on another thread and tells how large it is.
fn written(
    link: Sqlite,
    part: &Path,
    total: u64,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<(), Error> {
    let (sender, receiver) = crossbeam_channel::bounded(1);
    thread::scope(|scope| {
        scope.spawn(move || {
            // The receiver waits below.
            drop(sender.send(link.copy_to(part)));
        });
        loop {
            match receiver.recv_timeout(LOOK_EVERY) {
                Ok(outcome) => return outcome,
                Err(RecvTimeoutError::Timeout) => {
                    let done = fs::metadata(part).map_or(0, |part| part.len()).min(total);
                    progress(Progress { part: "bytes copied", done, total });
                }
                Err(lost @ RecvTimeoutError::Disconnected) => return Err(Error::internal(lost)),
            }
        }
    })
}

fn unwritten(file: &Path, error: &dyn std::fmt::Display) -> OpenError {
    OpenError(format!("The copy {} cannot be written: {error}.", file.display()))
}

/// Puts a finished database in the place of another one, if there is one, which is kept under the
/// name `aside`. Whatever happens to the process, one of both stands in the place.
///
/// # Errors
/// What the system says.
pub fn replace(file: &Path, with: &Path, aside: &Path) -> io::Result<()> {
    // The log of the old one would be taken for that of the new one. Opened and closed, a database
    // takes its log in; one that is too damaged for that has its log kept beside it.
    if file.exists() {
        drop(Sqlite::open_existing(file).and_then(|link| link.fold_log()));
        fs::hard_link(file, aside).or_else(|_| fs::copy(file, aside).map(drop))?;
    }
    let log = PathBuf::from(beside(file, "-wal"));
    if log.exists() {
        fs::rename(&log, beside(aside, "-wal"))?;
    }
    match fs::remove_file(beside(file, "-shm")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    rename(with, file)
}

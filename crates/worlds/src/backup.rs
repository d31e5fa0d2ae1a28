//! Backups of a world: a copy of its database in a file of its own.

use std::fs;
use std::path::{Path, PathBuf};

use ostler_store::{
    OpenError, Options, Place, Progress, Store, Verification, copy, replace, verify,
};

use crate::clock::Clock;
use crate::world::{TABLES, World, lock, no_world};

/// The backup within the folder while it is being checked; a crash leaves nothing else behind.
const DRAFT: &str = "world.sqlite.restoring";

/// Writes the world of a folder to a file, replacing one of that name, beside a running server or
/// without one; see [`ostler_store::copy`].
///
/// # Errors
/// Says that there is no world, that the file is the world itself, or why it cannot be written.
pub fn backup(
    folder: &Path,
    file: &Path,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<(), OpenError> {
    let database = folder.join(World::DATABASE);
    if !database.exists() {
        return Err(no_world(folder));
    }
    let same = |one: &Path, other: &Path| {
        let both = (fs::canonicalize(one), fs::canonicalize(other));
        matches!(both, (Ok(one), Ok(other)) if one == other)
    };
    if same(file, &database) {
        let file = file.display();
        return Err(OpenError(format!("{file} is the world itself. Name another file.")));
    }
    copy(&database, file, progress)
}

/// How a backup is looked at before it replaces anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inspection {
    /// Whether its bytes are those that were written: pages, indexes, checksums.
    Bytes,
    /// Also whether all that it says fits together; see [`ostler_store::verify`].
    Meaning,
}

/// What became of a backup.
#[derive(Debug)]
pub enum Restored {
    /// It is the world of the folder now. The one before it, if there was one, has this name.
    Replaced(Option<PathBuf>),
    /// It does not fit together; the folder is as it was.
    Refused(Verification),
}

/// Puts a backup in the place of the world of a folder, which no server may have. The world before
/// it is kept in the folder.
///
/// # Errors
/// Says that a server has the folder, what is wrong with the backup, or why it cannot be put there.
/// The folder is as it was then.
pub fn restore(
    folder: &Path,
    file: &Path,
    inspection: Inspection,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Restored, OpenError> {
    if !file.is_file() {
        return Err(OpenError(format!("There is no file {}.", file.display())));
    }
    let _lock = lock(folder)?;
    let draft = folder.join(DRAFT);
    let outcome = inspect(file, &draft, inspection, progress);
    let outcome = outcome.and_then(|found| match found {
        Some(verification) => Ok(Restored::Refused(verification)),
        None => put(folder, &draft).map(Restored::Replaced),
    });
    if !matches!(outcome, Ok(Restored::Replaced(_))) && draft.exists() {
        // What matters is why; the next attempt removes it, too.
        drop(fs::remove_file(&draft));
    }
    outcome
}

/// Copies a backup to its draft and brings that up to date. Gives what does not fit together.
fn inspect(
    file: &Path,
    draft: &Path,
    inspection: Inspection,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Option<Verification>, OpenError> {
    copy(file, draft, progress)?;
    let place = Place::File(draft.to_owned());
    let options = Options { place, readers: 1, ..Options::new(&TABLES) };
    drop(Store::open(&options)?);
    if inspection == Inspection::Bytes {
        return Ok(None);
    }
    let verification = verify(draft, &TABLES, progress)?;
    Ok((!verification.is_sound()).then_some(verification))
}

/// Makes the draft the world of the folder.
fn put(folder: &Path, draft: &Path) -> Result<Option<PathBuf>, OpenError> {
    let database = folder.join(World::DATABASE);
    let wrong = |error: std::io::Error| {
        OpenError(format!("The world in {} cannot be replaced: {error}.", folder.display()))
    };
    let (existed, now) = (database.exists(), Clock::Real.now().to_string().replace(':', ""));
    let name = |number: u32| {
        let suffix = if number == 0 { String::new() } else { format!("-{number}") };
        folder.join(format!("{}.replaced-{now}{suffix}", World::DATABASE))
    };
    let aside = (0..).map(name).find(|aside| !aside.exists()).unwrap_or_else(|| name(0));
    replace(&database, draft, &aside).map_err(wrong)?;
    Ok(existed.then_some(aside))
}

//! Copies of worlds from one place to another, whatever their engines.

use std::fs::{remove_dir, remove_file};
use std::path::Path;
use std::time::Duration;

use ostler_store::{OpenError, Progress, Transfer, Transferred, transfer};

use crate::world::{Place, World, declared, lock, no_world};

/// How long somebody else may write a world into the same schema before the copy gives up.
const PATIENCE: Duration = Duration::from_secs(4);

/// Copies the world of a folder or a schema to another one, which must have none; see
/// [`ostler_store::transfer`]. The source may be served meanwhile, the target cannot.
///
/// # Errors
/// Says that there is no world to copy, that there is one in the new place already, or what is
/// wrong with either side. The new place has no world then, or the one that it had.
pub fn copy(
    from: &Place,
    to: &Place,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Transferred, OpenError> {
    let source = match from {
        Place::Folder(folder) if !folder.join(World::DATABASE).exists() => {
            return Err(no_world(folder));
        }
        other => in_store(other),
    };
    let occupied = || {
        OpenError(format!(
            "There is a world in {to} already. It was left as it is. Name another place, or remove \
             it first."
        ))
    };
    let target = in_store(to);
    let transferred = match to {
        Place::Folder(folder) if folder.join(World::DATABASE).exists() => return Err(occupied()),
        Place::Folder(folder) => {
            locked(folder, || transfer(&source, &target, declared(), PATIENCE, progress))?
        }
        _ => transfer(&source, &target, declared(), PATIENCE, progress)?,
    };
    match transferred {
        Transfer::Done(transferred) => Ok(transferred),
        Transfer::Occupied => Err(occupied()),
    }
}

/// The place as the store knows it.
fn in_store(place: &Place) -> ostler_store::Place {
    match place {
        Place::Memory => ostler_store::Place::Memory,
        Place::CopyOf(origin) => ostler_store::Place::CopyOf(origin.clone()),
        Place::Folder(folder) => ostler_store::Place::File(folder.join(World::DATABASE)),
        Place::Database(database) => ostler_store::Place::Database(database.clone()),
        Place::Passing(database) => ostler_store::Place::Passing(database.clone()),
    }
}

/// Does something with a folder that no server may have, and removes the folder again where that
/// fails and nobody had it before.
fn locked<T>(folder: &Path, work: impl FnOnce() -> Result<T, OpenError>) -> Result<T, OpenError> {
    let is_new = !folder.exists();
    let lock = lock(folder)?;
    let outcome = work();
    if outcome.is_err() && is_new {
        // Why it failed is what there is to say.
        drop(remove_file(folder.join(World::LOCK)).and_then(|()| remove_dir(folder)));
    }
    drop(lock);
    outcome
}

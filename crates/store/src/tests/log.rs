//! The log stays short, whatever happens.

use std::fs;
use std::path::Path;

use crossbeam_channel::{TryRecvError, bounded};
use tempfile::TempDir;

use super::toy::{SCOPE, Stays, TABLES, add, call};
use crate::sqlite::LOG_BYTES_MAX;
use crate::{Find, Options, Place, Store};

/// A document of about a megabyte.
const NOTE_BYTES: usize = 500_000;
/// As many as do not fit into the log.
const DOCUMENTS: usize = 40;

fn options(folder: &Path) -> Options {
    Options { place: Place::File(folder.join("world.db")), ..Options::new(TABLES) }
}

fn log_bytes(folder: &Path) -> u64 {
    fs::metadata(folder.join("world.db-wal")).map_or(0, |log| log.len())
}

fn fill(store: &Store, documents: usize) {
    for _ in 0..documents {
        add(store, SCOPE, 0, |stay| stay.note = Some("x".repeat(NOTE_BYTES)));
    }
}

#[test]
fn what_a_killed_server_left_in_the_log_is_taken_in_at_the_next_start() {
    let (folder, copy) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let store = Store::open(&options(folder.path())).unwrap();
    fill(&store, 3);
    // What is on the disk now is what a kill would leave.
    for name in ["world.db", "world.db-wal"] {
        fs::copy(folder.path().join(name), copy.path().join(name)).unwrap();
    }
    assert!(log_bytes(copy.path()) > 0);
    let after = Store::open(&options(copy.path())).unwrap();
    assert_eq!(log_bytes(copy.path()), 0);
    let find = || Find::<Stays>::within(&[SCOPE]);
    assert_eq!(after.read_now(call(0), move |it| it.count(&find())).unwrap(), 3);
}

#[test]
fn a_log_that_a_long_read_held_back_is_cut_once_the_read_is_over() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(&options(folder.path())).unwrap();
    fill(&store, 1);
    let (release, released) = bounded::<()>(0);
    let (started, starts) = bounded(1);
    let (ended, ends) = bounded(1);
    let job = move |snapshot: &crate::Snapshot<'_>| {
        let count = snapshot.count(&Find::<Stays>::within(&[SCOPE]))?;
        started.send(()).unwrap();
        released.recv().unwrap_err();
        Ok(count)
    };
    store.read(call(0), job, move |outcome| ended.send(outcome).unwrap());
    starts.recv().unwrap();
    fill(&store, DOCUMENTS);
    assert!(log_bytes(folder.path()) > LOG_BYTES_MAX);
    drop(release);
    assert_eq!(ends.recv().unwrap().unwrap(), 1);
    // The thread that writes the log back takes its time; each write gives it an occasion.
    while log_bytes(folder.path()) > LOG_BYTES_MAX {
        fill(&store, 1);
    }
    let find = || Find::<Stays>::within(&[SCOPE]);
    let count = store.read_now(call(0), move |it| it.count(&find())).unwrap();
    assert!(count > 1 + u64::try_from(DOCUMENTS).unwrap());
}

#[test]
fn reads_that_overlap_do_not_keep_the_log_from_beginning_anew() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(&options(folder.path())).unwrap();
    fill(&store, 1);
    let (stop, stopped) = bounded::<()>(0);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            let (store, stopped) = (&store, stopped.clone());
            scope.spawn(move || {
                let find = || Find::<Stays>::within(&[SCOPE]);
                while stopped.try_recv() != Err(TryRecvError::Disconnected) {
                    store.read_now(call(0), move |it| it.first(&find()).map(drop)).unwrap();
                }
            });
        }
        fill(&store, 2 * DOCUMENTS);
        drop(stop);
    });
    let most = 2 * LOG_BYTES_MAX;
    assert!(log_bytes(folder.path()) <= most, "{}", log_bytes(folder.path()));
}

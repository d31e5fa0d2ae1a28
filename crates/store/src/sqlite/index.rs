//! The head of the log's index: what tells whether anything was committed, by whichever process,
//! without a lock or a statement.
//!
//! SQLite keeps it in the file beside the database whose name ends in `-shm`. Every commit changes
//! it, in both of its copies, before the commit is answered. Source: `sqlite.org/walformat.html`,
//! section 2.1.

use std::path::Path;
#[cfg(unix)]
use std::{
    fs::File,
    os::unix::fs::{FileExt, MetadataExt},
    sync::{Arc, Mutex},
};

use crate::pages::Mark;
#[cfg(unix)]
use crate::{queue::locked, sqlite::opening::beside};

/// Bytes of a copy of the head.
#[cfg(unix)]
const HEAD_BYTES: usize = 48;
/// What the head begins with.
#[cfg(unix)]
const FORMAT: u32 = 3_007_000;

/// The index of a database that is open.
#[derive(Debug, Clone)]
pub(crate) struct LogIndex {
    #[cfg(unix)]
    file: Arc<File>,
}

#[cfg(unix)]
impl LogIndex {
    /// The index of this database, which has been read from before; none where there is no such
    /// file, or it is not as it is expected to be.
    pub(crate) fn of(database: &Path) -> Option<Self> {
        let file = File::open(beside(database, "-shm")).ok()?;
        let index = Self { file: kept_open(file) };
        index.mark().map(|_| index)
    }

    /// The state of all documents; none where somebody is writing it down right now.
    pub(crate) fn mark(&self) -> Option<Mark> {
        let mut heads = [0; 2 * HEAD_BYTES];
        self.file.read_exact_at(&mut heads, 0).ok()?;
        let (first, second) = heads.split_at(HEAD_BYTES);
        let is_known = first.starts_with(&FORMAT.to_ne_bytes());
        (first == second && is_known).then(|| Mark::of(first))
    }
}

/// Keeps a file open as long as it has a name. Closing it would let go of all locks that the process
/// has on it, the engine's own included.
#[cfg(unix)]
fn kept_open(file: File) -> Arc<File> {
    static OPEN: Mutex<Vec<Arc<File>>> = Mutex::new(Vec::new());
    let file = Arc::new(file);
    let mut open = locked(&OPEN);
    open.retain(|it| it.metadata().is_ok_and(|it| it.nlink() > 0));
    open.push(Arc::clone(&file));
    file
}

#[cfg(not(unix))]
impl LogIndex {
    /// None: what is mapped and what is read may differ here.
    pub(crate) fn of(_database: &Path) -> Option<Self> {
        None
    }

    /// None.
    pub(crate) fn mark(&self) -> Option<Mark> {
        None
    }
}

//! The head of the log's index, and what is known as long as it is the same: it tells whether
//! anything was committed, by whichever process, without a lock or a statement.
//!
//! SQLite keeps it in the file beside the database whose name ends in `-shm`. Every commit changes
//! it, in both of its copies, before the commit is answered. Source: `sqlite.org/walformat.html`,
//! section 2.1.

use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;
#[cfg(unix)]
use std::{
    fs::File,
    os::unix::fs::{FileExt, MetadataExt},
    sync::Arc,
};

use crate::pages::Mark;
use crate::queue::locked;
#[cfg(unix)]
use crate::sqlite::opening::beside;

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
    /// What was read last, and when.
    #[cfg(unix)]
    last: Arc<Mutex<Option<(Instant, Mark)>>>,
}

#[cfg(unix)]
impl LogIndex {
    /// The index of this database, which has been read from before; none where there is no such
    /// file, or it is not as it is expected to be.
    pub(crate) fn of(database: &Path) -> Option<Self> {
        let file = File::open(beside(database, "-shm")).ok()?;
        let index = Self { file: kept_open(file), last: Arc::default() };
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

    /// The same, and remembers it for others of the same request.
    pub(crate) fn fresh(&self) -> Option<Mark> {
        let now = Instant::now();
        let mark = self.mark();
        *locked(&self.last) = mark.map(|mark| (now, mark));
        mark
    }

    /// The state of all documents at some time since then.
    pub(crate) fn since(&self, since: Instant) -> Option<Mark> {
        let last = locked(&self.last).filter(|(at, _)| *at >= since);
        last.map(|(_, mark)| mark).or_else(|| self.mark())
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

    /// None.
    pub(crate) fn fresh(&self) -> Option<Mark> {
        None
    }

    /// None.
    pub(crate) fn since(&self, _since: Instant) -> Option<Mark> {
        None
    }
}

/// The epoch of the access registry, as long as nobody else may have changed it.
#[derive(Debug, Default)]
pub(crate) struct KnownEpoch(Mutex<Option<(Mark, i64)>>);

impl KnownEpoch {
    /// The epoch in this state, where it is known.
    pub(crate) fn at(&self, mark: Mark) -> Option<i64> {
        locked(&self.0).filter(|(at, _)| *at == mark).map(|(_, epoch)| epoch)
    }

    /// It was read in this state.
    pub(crate) fn learn(&self, mark: Mark, epoch: i64) {
        *locked(&self.0) = Some((mark, epoch));
    }

    /// Somebody who has the right to write, and has left the epoch alone, committed between these
    /// two states. It still holds where nobody else did.
    pub(crate) fn pass_on(&self, before: Mark, after: Mark) {
        let mut known = locked(&self.0);
        if let Some((at, _)) = &mut *known
            && *at == before
            && commits(after) == commits(before).wrapping_add(1)
        {
            *at = after;
        }
    }
}

/// What rises by one with each commit.
fn commits(mark: Mark) -> u32 {
    mark.number(1, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(commits: u32, rest: u8) -> Mark {
        let mut bytes = [rest; 48];
        bytes[8..12].copy_from_slice(&commits.to_ne_bytes());
        Mark::of(&bytes)
    }

    #[test]
    fn what_is_known_passes_one_commit_on() {
        let known = KnownEpoch::default();
        known.learn(mark(7, 1), 42);
        known.pass_on(mark(7, 1), mark(8, 2));
        assert_eq!((known.at(mark(7, 1)), known.at(mark(8, 2))), (None, Some(42)));
        // Another one came between.
        known.pass_on(mark(8, 2), mark(10, 3));
        assert_eq!((known.at(mark(8, 2)), known.at(mark(10, 3))), (Some(42), None));
        // The log began anew, or another process wrote before.
        known.pass_on(mark(8, 9), mark(9, 9));
        assert_eq!(known.at(mark(9, 9)), None);
    }
}

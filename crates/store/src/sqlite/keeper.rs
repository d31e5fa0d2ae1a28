//! What keeps the log short: a thread that writes it back to the file while the writer goes on.
//!
//! Written back by the writer itself, every so many pages some requests would wait for tens of
//! milliseconds more than others. The log begins anew only at a moment when all of it is written
//! back, nobody writes and no reader needs what it has; under load such a moment never comes by
//! chance. So once the thread is through, the writer does what little is left, and waits briefly for
//! the reads that run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use ostler_contract::error::Error;
use rusqlite::Connection;
use rusqlite::hooks::Wal;

use super::{CHECKPOINT_PAGES, Sqlite, failed};

/// The thread, and what the writer's connection tells it.
pub(super) struct Keeper {
    /// Whether the thread has written the log back since it was asked last.
    is_written_back: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    /// Ends the thread.
    wake: Option<Sender<()>>,
}

impl Keeper {
    /// Watches what `writer` commits; `link` is the thread's own connection.
    pub(super) fn start(writer: &mut Connection, link: Sqlite) -> Result<Self, Error> {
        let (wake, woken) = bounded(1);
        let is_written_back = Arc::<AtomicBool>::default();
        let done = Arc::clone(&is_written_back);
        let run = move || keep(&link, &woken, &done);
        let name = "ostler-log".to_owned();
        let thread = thread::Builder::new().name(name).spawn(run).map_err(Error::internal)?;
        let (asked, waking) = (AtomicU32::new(0), wake.clone());
        let hook = move |_: &mut Wal, pages| {
            if is_due(&asked, u32::try_from(pages).unwrap_or_default()) {
                // A thread that is at work already looks again by itself.
                let _at_work = waking.try_send(());
            }
            Ok(())
        };
        writer.wal_hook(Some(hook)).map_err(failed)?;
        Ok(Self { is_written_back, thread: Some(thread), wake: Some(wake) })
    }

    /// Whether the thread is through with the log; true once.
    pub(super) fn is_written_back(&self) -> bool {
        self.is_written_back.swap(false, Ordering::Relaxed)
    }

    /// Ends the thread. The writer's hook must be gone.
    pub(super) fn end(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that keeps the log short panicked");
        }
    }
}

/// Whether the log has grown enough since it was looked at last, or since it began anew.
fn is_due(asked: &AtomicU32, pages: u32) -> bool {
    let last = asked.load(Ordering::Relaxed);
    let since = if pages < last { 0 } else { last };
    let is_due = pages - since >= CHECKPOINT_PAGES;
    asked.store(if is_due { pages } else { since }, Ordering::Relaxed);
    is_due
}

fn keep(link: &Sqlite, woken: &Receiver<()>, done: &AtomicBool) {
    while woken.recv().is_ok() {
        match link.checkpoint("PRAGMA wal_checkpoint(PASSIVE)", Duration::ZERO) {
            Ok(_) => done.store(true, Ordering::Relaxed),
            Err(error) => {
                link.note(&error);
                tracing::warn!(?error, "the log could not be written back");
            }
        }
    }
}

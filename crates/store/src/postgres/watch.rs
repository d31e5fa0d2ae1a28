//! Tells the epoch of the access registry to all who wait for it at once: one question to the
//! server answers everyone who asked before it. The same question tells which state of all documents
//! there is, so that a page which was read in that state need not be read again.
//!
//! The state is named by the server's own snapshot: which transactions it sees. Two equal snapshots
//! show the same, whoever writes and by whatever means, and what was acknowledged before a question
//! is in the snapshot of the answer. Transactions of other databases of the cluster change the name,
//! too; then a page is read that could have been kept. After a crash of the server, or where it was
//! set back to a backup, the same name may mean another state: so each connection of this thread
//! has names of its own.

use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, TrySendError};
use ostler_contract::error::{Code, Error};
use sha2::{Digest, Sha256};

use super::Postgres;
use crate::checksum::damaged;
use crate::link::{Fate, Link, Session};
use crate::pages::Mark;
use crate::queue::locked;
use crate::rows::{EPOCH, numbered};

/// The most who wait at once.
const WAITING_MAX: usize = 10_000;

/// How long the server may take to tell it.
const ANSWER_TIME: Duration = Duration::from_secs(5);

/// The epoch of the access registry, the state of all documents, and by which declarations the
/// tables are made.
const QUESTION: &str = "SELECT \"value\", \"check\", pg_current_snapshot()::text, \
     (SELECT \"value\" FROM \"meta\" WHERE \"key\" = 'declarations') \
     FROM \"meta\" WHERE \"key\" = 'epoch'";
/// The state that a snapshot shows.
pub(super) const STATE: &str = "SELECT pg_current_snapshot()::text";

/// A state of all documents, as one connection of the watching thread names it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named {
    connection: u64,
    pub(super) mark: Mark,
}

impl Named {
    fn new(connection: u64, snapshot: &[u8]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(connection.to_be_bytes());
        hasher.update(snapshot);
        Self { connection, mark: Mark::of(&hasher.finalize()) }
    }

    /// Which connection of the watching thread names it.
    pub(super) fn connection(self) -> u64 {
        self.connection
    }

    /// The state of another snapshot.
    pub(super) fn other(self, snapshot: &[u8]) -> Self {
        Self::new(self.connection, snapshot)
    }
}

/// The last state that was told, and when it was asked for.
#[derive(Debug, Default)]
pub(crate) struct State(Mutex<Option<(Instant, Named)>>);

impl State {
    /// The state at some time after `since`, where it is known.
    pub(super) fn since(&self, since: Instant) -> Option<Named> {
        locked(&self.0).filter(|(asked, _)| *asked >= since).map(|(_, named)| named)
    }
}

/// What is told the epoch.
pub(crate) type Told = Box<dyn FnOnce(Result<i64, Error>) + Send>;

/// A thread with a connection of its own.
pub(crate) struct Watch {
    sender: Option<Sender<Told>>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Leaves what it is told in `state`.
    pub(crate) fn start(link: Postgres, state: &Arc<State>) -> std::io::Result<Self> {
        let (sender, waiting) = crossbeam_channel::bounded(WAITING_MAX);
        let state = Arc::clone(state);
        let work = move || tell(&link, &waiting, &state);
        let thread = thread::Builder::new().name("ostler-epoch".to_owned()).spawn(work)?;
        Ok(Self { sender: Some(sender), thread: Some(thread) })
    }

    /// Has `told` called with the epoch as it is from now on: 503 where the database is away.
    pub(crate) fn ask(&self, told: Told) {
        let Some(sender) = &self.sender else { return };
        match sender.try_send(told) {
            Ok(()) => {}
            Err(TrySendError::Full(told) | TrySendError::Disconnected(told)) => {
                told(Err(Error::new(Code::Overloaded)));
            }
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.sender = None;
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != thread::current().id()
            && thread.join().is_err()
        {
            tracing::error!("the thread that tells the epoch panicked");
        }
    }
}

fn tell(link: &Postgres, waiting: &Receiver<Told>, state: &State) {
    while let Ok(first) = waiting.recv() {
        // Whoever asks from here on is answered by the next question.
        let others: Vec<Told> = waiting.try_iter().collect();
        let asked = Instant::now();
        let epoch = ask(link).map(|(epoch, named)| {
            *locked(&state.0) = Some((asked, named));
            epoch
        });
        for told in std::iter::once(first).chain(others) {
            told(match &epoch {
                Ok(epoch) => Ok(*epoch),
                Err(error) if error.code() == Code::Internal => {
                    Err(Error::internal(error.to_string()))
                }
                Err(error) => Err(Error::new(error.code())),
            });
        }
    }
}

fn ask(link: &Postgres) -> Result<(i64, Named), Error> {
    let ask = || {
        link.reset();
        link.connected()?;
        link.set_deadline(Some(Instant::now() + ANSWER_TIME));
        let mut told = None;
        link.rows(QUESTION, &[], &mut |row| {
            let named = Named::new(link.connections.get(), row.text(2)?);
            told = Some((numbered(row, EPOCH)?, named, row.integer(3)?));
            Ok(())
        })?;
        let told = told.ok_or_else(|| damaged(format!("meta {EPOCH}: the number is missing")));
        let (epoch, named, digest) = told?;
        link.declared_so(digest)?;
        Ok((epoch, named))
    };
    match ask() {
        // The connection may have been gone before anything was asked of it.
        Err(_) if link.fate() == Fate::Disconnected => ask(),
        outcome => outcome,
    }
}

//! Tells the epoch of the access registry to all who wait for it at once: one question to the
//! server answers everyone who asked before it.

use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, TrySendError};
use ostler_contract::error::{Code, Error};

use super::Postgres;
use crate::link::{Fate, Session};
use crate::rows::{self, EPOCH};

/// The most who wait at once.
const WAITING_MAX: usize = 10_000;

/// How long the server may take to tell it.
const ANSWER_TIME: Duration = Duration::from_secs(5);

/// What is told the epoch.
pub(crate) type Told = Box<dyn FnOnce(Result<i64, Error>) + Send>;

/// A thread with a connection of its own.
pub(crate) struct Watch {
    sender: Option<Sender<Told>>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    pub(crate) fn start(link: Postgres) -> std::io::Result<Self> {
        let (sender, waiting) = crossbeam_channel::bounded(WAITING_MAX);
        let work = move || tell(&link, &waiting);
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

fn tell(link: &Postgres, waiting: &Receiver<Told>) {
    while let Ok(first) = waiting.recv() {
        // Whoever asks from here on is answered by the next question.
        let others: Vec<Told> = waiting.try_iter().collect();
        let epoch = epoch(link);
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

fn epoch(link: &Postgres) -> Result<i64, Error> {
    let ask = || {
        link.reset();
        link.connected()?;
        link.set_deadline(Some(Instant::now() + ANSWER_TIME));
        rows::meta(link, EPOCH)
    };
    match ask() {
        // The connection may have been gone before anything was asked of it.
        Err(_) if link.fate() == Fate::Disconnected => ask(),
        outcome => outcome,
    }
}

//! What connections that only read share: pages and documents that were read before.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Instant;

use ostler_contract::error::Error;

use super::Postgres;
use super::following::Following;
use super::watch::{Named, STATE, State};
use crate::link::Link;
use crate::opening::Memory;
use crate::pages::{Mark, Pages};
use crate::segments::Segments;

/// Pages and documents, and what tells whether pages still hold.
pub(super) struct Sharing {
    memory: Option<Arc<Memory>>,
    /// How far the changes of each scope were taken in.
    pub(super) following: Arc<Following>,
    /// The last state of all documents that was told.
    state: Arc<State>,
    /// When whoever asks now began to.
    since: Cell<Option<Instant>>,
    /// The state since then, where it was told before this snapshot was begun.
    begun: Cell<Option<Named>>,
}

/// What all readers of a database share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) memory: Option<Arc<Memory>>,
    following: Arc<Following>,
    /// The last state of all documents that was told.
    pub(crate) state: Arc<State>,
}

impl Shared {
    pub(crate) fn new(memory: Option<Arc<Memory>>) -> Self {
        Self { memory, following: Arc::default(), state: Arc::default() }
    }
}

impl Sharing {
    /// Whoever reads next began to ask at this time.
    pub(super) fn asked(&self, since: Option<Instant>) {
        self.since.set(since);
    }

    /// A snapshot begins.
    pub(super) fn begin(&self) {
        self.begun.set(self.since.get().and_then(|since| self.state.since(since)));
    }

    /// The state since whoever asks now began to, where it was told before this snapshot was begun.
    pub(super) fn begun(&self) -> Option<Named> {
        self.begun.get()
    }

    pub(super) fn pages(&self) -> Option<(&Pages, Mark)> {
        Some((&self.memory.as_ref()?.pages, self.begun.get()?.mark))
    }

    pub(super) fn segments(&self) -> Option<&Segments> {
        self.memory.as_ref().map(|memory| &memory.segments)
    }
}

impl Postgres {
    /// Only reads from now on, and shares what it reads.
    pub(crate) fn sharing(self, shared: &Shared) -> Self {
        let Shared { memory, following, state } = shared.clone();
        let (since, begun) = (Cell::new(None), Cell::new(None));
        Self { sharing: Some(Sharing { memory, following, state, since, begun }), ..self }
    }

    /// The state that the snapshot shows, named as by the connection that told the last one.
    pub(super) fn shown(&self) -> Result<Option<Mark>, Error> {
        let begun = self.sharing.as_ref().and_then(Sharing::begun);
        let Some(begun) = begun else { return Ok(None) };
        let mut mark = None;
        self.rows(STATE, &[], &mut |row| {
            mark = Some(begun.other(row.text(0)?).mark);
            Ok(())
        })?;
        Ok(mark)
    }
}

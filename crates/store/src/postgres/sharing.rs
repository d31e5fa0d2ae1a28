//! What connections that only read share: pages and documents that were read before.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Instant;

use ostler_contract::error::Error;

use super::Postgres;
use super::watch::{Named, STATE, State};
use crate::link::Link;
use crate::opening::Memory;
use crate::pages::{Mark, Pages};
use crate::segments::Segments;

/// Pages and documents, and what tells whether pages still hold.
pub(super) struct Sharing {
    memory: Arc<Memory>,
    /// The last state of all documents that was told.
    state: Arc<State>,
    /// When whoever asks now began to.
    since: Cell<Option<Instant>>,
    /// The state since then, where it was told before this snapshot was begun.
    begun: Cell<Option<Named>>,
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

    pub(super) fn pages(&self) -> Option<(&Pages, Mark)> {
        Some((&self.memory.pages, self.begun.get()?.mark))
    }

    pub(super) fn segments(&self) -> Option<&Segments> {
        Some(&self.memory.segments).filter(|it| it.have_room())
    }
}

impl Postgres {
    /// Only reads from now on, and shares what it reads.
    pub(crate) fn sharing(self, memory: &Arc<Memory>, state: &Arc<State>) -> Self {
        let (memory, state) = (Arc::clone(memory), Arc::clone(state));
        let sharing = Sharing { memory, state, since: Cell::new(None), begun: Cell::new(None) };
        Self { sharing: Some(sharing), ..self }
    }

    /// The state that the snapshot shows, named as by the connection that told the last one.
    pub(super) fn shown(&self) -> Result<Option<Mark>, Error> {
        let begun = self.sharing.as_ref().and_then(|sharing| sharing.begun.get());
        let Some(begun) = begun else { return Ok(None) };
        let mut mark = None;
        self.rows(STATE, &[], &mut |row| {
            mark = Some(begun.other(row.text(0)?).mark);
            Ok(())
        })?;
        Ok(mark)
    }
}

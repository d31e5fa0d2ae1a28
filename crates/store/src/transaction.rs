//! What a rule sees of the store: one snapshot, or one transaction.

use std::ops::Deref;

use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, UtcInstant};
use serde::Serialize;
use uuid::Uuid;

use crate::entity::{Entity, Stored};
use crate::find::Find;
use crate::identifiers::Identifiers;
use crate::link::{Link, Row};
use crate::pages::{Fresh, KeptPage};
use crate::paging::{self, State};
use crate::pieces::Pieces;
use crate::rows::{self, Action, Written};
use crate::search::{Search, Wanted};
use crate::store::Call;
use crate::value::Value;

/// A consistent view of the store that cannot write.
pub struct Snapshot<'a> {
    pub(crate) link: &'a dyn Link,
}

/// A page of documents, spliced together without decoding them.
#[derive(Debug, Default)]
pub struct Page {
    /// The documents as served, a comma between two; no brackets.
    pub documents: Pieces,
    /// How many documents.
    pub count: usize,
    /// Identifier of the last one, none where there are none.
    pub cursor: Option<Uuid>,
}

/// Where a page ended.
#[derive(Debug, Clone, Copy, Default)]
pub struct PageEnd {
    /// How many documents.
    pub count: usize,
    /// Identifier of the last one, none where there are none.
    pub cursor: Option<Uuid>,
}

impl PageEnd {
    /// Where the page ends once what follows is on it.
    pub(crate) fn with(self, next: Self) -> Self {
        Self { count: self.count + next.count, cursor: next.cursor.or(self.cursor) }
    }
}

impl Page {
    /// Appends a document.
    ///
    /// # Errors
    /// 500 where it cannot be written as JSON.
    pub fn push<T: Serialize>(&mut self, id: Uuid, document: &T) -> Result<(), Error> {
        if self.count > 0 {
            self.documents.push(b',');
        }
        serde_json::to_writer(&mut self.documents, document).map_err(Error::internal)?;
        self.count += 1;
        self.cursor = Some(id);
        Ok(())
    }
}

impl Snapshot<'_> {
    /// The most documents that `find` gives; a search that finds more is a fault of the rule.
    pub const FOUND_MAX: usize = 20_000;

    /// The document of this scope with this identifier.
    ///
    /// # Errors
    /// 500 where the database fails or the stored document cannot be read, 408 past the deadline.
    pub fn get<E: Entity>(
        &self,
        scope: Uuid,
        id: impl Into<Uuid>,
    ) -> Result<Option<Stored<E>>, Error> {
        rows::get(self.link, &E::TABLE, (scope, id.into()), &mut |row| decoded::<E>(row))
    }

    /// All documents found, newest first.
    ///
    /// # Errors
    /// 500 where more than [`Self::FOUND_MAX`] are found or the database fails, 408 past the deadline.
    pub fn find<E: Entity>(&self, find: &Find<E>) -> Result<Vec<Stored<E>>, Error> {
        let found = self.newest(find, None, Self::FOUND_MAX + 1)?;
        if found.len() > Self::FOUND_MAX {
            let (table, most) = (E::TABLE.name, Self::FOUND_MAX);
            return Err(Error::internal(format!("a search in {table} found more than {most}")));
        }
        Ok(found)
    }

    /// The newest document found.
    ///
    /// # Errors
    /// 500 where the database fails, 408 past the deadline.
    pub fn first<E: Entity>(&self, find: &Find<E>) -> Result<Option<Stored<E>>, Error> {
        Ok(self.newest(find, None, 1)?.pop())
    }

    /// One page of documents, newest first, beginning after the position `after`.
    ///
    /// # Errors
    /// 500 where the database fails, 408 past the deadline.
    pub fn page<E: Entity>(
        &self,
        find: &Find<E>,
        after: Option<Uuid>,
        count: u32,
    ) -> Result<Page, Error> {
        let mut documents = Pieces::new();
        let PageEnd { count, cursor } =
            self.paged(find, (after, count), State::OfSnapshot, &mut documents)?;
        Ok(Page { documents, count, cursor })
    }

    /// The same page, appended to bytes that stand there already, for who reads nothing else: it may
    /// show what there was when the snapshot was asked for, and other reads of it something later.
    ///
    /// # Errors
    /// 500 where the database fails, 408 past the deadline.
    pub fn page_into<E: Entity>(
        &self,
        find: &Find<E>,
        position: (Option<Uuid>, u32),
        pieces: &mut Pieces,
    ) -> Result<PageEnd, Error> {
        self.paged(find, position, State::AsAsked, pieces)
    }

    fn paged<E: Entity>(
        &self,
        find: &Find<E>,
        (after, count): (Option<Uuid>, u32),
        state: State,
        pieces: &mut Pieces,
    ) -> Result<PageEnd, Error> {
        let position = (after, usize::try_from(count).unwrap_or(usize::MAX));
        paging::page(self.link, search(find), (position, state), pieces)
    }

    /// The answer with a page, which `make` writes with the number of its documents. It depends on
    /// the search, the position and `name` alone; where it was made before from the same documents,
    /// it is not made again. A page of all documents of a scope is always made: they are in memory,
    /// and joining them costs no more than finding what was made.
    ///
    /// # Errors
    /// Those of `make`; 500 where the database fails, 408 past the deadline.
    pub fn kept_page<E: Entity>(
        &self,
        name: &'static str,
        find: &Find<E>,
        (after, count): (Option<Uuid>, u32),
        make: impl FnOnce() -> Result<(Pieces, usize), Error>,
    ) -> Result<KeptPage, Error> {
        let made = || make().map(|(body, count)| KeptPage { body: body.into_bytes(), count });
        let search = search(find);
        let Some((pages, mark)) = self.link.pages().filter(|_| !search.is_whole_scope()) else {
            return made();
        };
        let position = (after, usize::try_from(count).unwrap_or(usize::MAX));
        let Some(key) = paging::page_key(self.link, name, search, position)? else {
            return made();
        };
        match pages.find(mark, &key) {
            Ok(page) => {
                if let Some(segments) = self.link.segments() {
                    segments.count(page.count, 0);
                }
                Ok(page)
            }
            Err(Fresh::Drop) => made(),
            Err(Fresh::Keep) => {
                let page = made()?;
                if self.link.mark()? == Some(mark) {
                    pages.keep(mark, key, &page);
                }
                Ok(page)
            }
        }
    }

    /// The same page, decoded, with its cursor.
    ///
    /// # Errors
    /// 500 where the database fails, 408 past the deadline.
    pub fn page_decoded<E: Entity>(
        &self,
        find: &Find<E>,
        after: Option<Uuid>,
        count: u32,
    ) -> Result<Vec<Stored<E>>, Error> {
        self.newest(find, after, usize::try_from(count).unwrap_or(usize::MAX))
    }

    /// How many documents are found.
    ///
    /// # Errors
    /// 500 where the database fails, 408 past the deadline.
    pub fn count<E: Entity>(&self, find: &Find<E>) -> Result<u64, Error> {
        rows::count(self.link, search(find))
    }

    /// Visits the named columns of all documents found, in no particular order, without decoding
    /// the documents. Also takes `id`, `scope`, `created` and `updated`.
    ///
    /// # Errors
    /// 500 where the database fails, 408 past the deadline, and what `visit` answers.
    pub fn scan<E: Entity>(
        &self,
        find: &Find<E>,
        columns: &[&'static str],
        visit: &mut dyn FnMut(&[Value]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        rows::each(self.link, search(find), Wanted::All { columns, after: None }, &mut |row| {
            let values: Result<Vec<Value>, Error> =
                (0..columns.len()).map(|column| row.value(column)).collect();
            visit(&values?)
        })
    }

    fn newest<E: Entity>(
        &self,
        find: &Find<E>,
        after: Option<Uuid>,
        limit: usize,
    ) -> Result<Vec<Stored<E>>, Error> {
        let mut found = Vec::new();
        rows::newest(self.link, search(find), (after, limit), &mut |row| {
            found.push(decoded(row)?);
            Ok(())
        })?;
        Ok(found)
    }
}

/// The search without its type.
fn search<E: Entity>(find: &Find<E>) -> Search<'_> {
    Search {
        table: const { &E::TABLE },
        scopes: &find.scopes,
        conditions: &find.conditions,
        ids: find.ids.as_deref(),
    }
}

/// A document from a row of [`rows::stored_columns`].
fn decoded<E: Entity>(row: &dyn Row) -> Result<Stored<E>, Error> {
    Ok(Stored {
        scope: row.id(0)?,
        version: row.integer(1)?,
        created: rows::instant(row, 2)?,
        updated: rows::instant(row, 3)?,
        document: serde_json::from_slice(row.text(4)?).map_err(Error::internal)?,
        hidden: serde_json::from_slice(row.text(5)?).map_err(Error::internal)?,
    })
}

/// A transaction: sees its own writes, happens whole or not at all.
pub struct Tx<'a> {
    pub(crate) snapshot: Snapshot<'a>,
    pub(crate) state: &'a mut TxState,
}

/// What a transaction carries from statement to statement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TxState {
    pub(crate) identifiers: Identifiers,
    pub(crate) call: Call,
}

impl<'a> Deref for Tx<'a> {
    type Target = Snapshot<'a>;

    fn deref(&self) -> &Snapshot<'a> {
        &self.snapshot
    }
}

impl Tx<'_> {
    /// The next identifier of this world: UUIDv7, above every earlier one.
    pub fn new_id<T: ?Sized>(&mut self) -> Id<T> {
        let TxState { identifiers, call } = &mut *self.state;
        loop {
            if let Some(id) = identifiers.next(call.now) {
                return Id::new(id);
            }
            self.snapshot.link.widen(identifiers, call.now);
        }
    }

    /// When the request came, by the world's clock.
    #[must_use]
    pub fn now(&self) -> UtcInstant {
        self.state.call.now
    }

    /// Goes on at another time and for another request, where a past is played rather than lived.
    pub fn go_on(&mut self, now: UtcInstant, request: Uuid) {
        self.state.call.now = now;
        self.state.call.request = request;
    }

    /// Makes `Store::epoch` rise with this transaction's commit.
    ///
    /// # Errors
    /// 500 where the database fails.
    pub fn bump_epoch(&mut self) -> Result<(), Error> {
        rows::bump_epoch(self.snapshot.link)
    }

    /// Writes a new document.
    ///
    /// # Errors
    /// 500 where the identifier is taken or the database fails, 408 past the deadline.
    pub fn insert<E: Entity>(
        &mut self,
        scope: Uuid,
        document: E::Document,
        hidden: E::Hidden,
    ) -> Result<Stored<E>, Error> {
        let now = self.now();
        let mut stored = Stored { scope, version: 1, created: now, updated: now, document, hidden };
        self.put::<E>(&mut stored, Action::Insert)?;
        Ok(stored)
    }

    /// Writes a changed document; its version and its time of change rise.
    ///
    /// # Errors
    /// 409 where it changed meanwhile, 500 where the database fails, 408 past the deadline.
    pub fn update<E: Entity>(&mut self, stored: &mut Stored<E>) -> Result<(), Error> {
        let before = (stored.version, stored.updated);
        stored.version += 1;
        stored.updated = self.now();
        let outcome = self.put::<E>(stored, Action::Update);
        if outcome.is_err() {
            (stored.version, stored.updated) = before;
        }
        outcome
    }

    /// Removes a document. The change log keeps it.
    ///
    /// # Errors
    /// 409 where it changed meanwhile, 500 where the database fails, 408 past the deadline.
    #[expect(clippy::needless_pass_by_value, reason = "what is removed is used up")]
    pub fn delete<E: Entity>(&mut self, stored: Stored<E>) -> Result<(), Error> {
        let written = Written {
            scope: stored.scope,
            id: E::id(&stored.document),
            version: stored.version + 1,
            created: stored.created,
            updated: self.now(),
            index: Vec::new(),
            body: String::new(),
            hidden: String::new(),
        };
        rows::write(self.snapshot.link, &E::TABLE, Action::Delete, written, self.state.call)
    }

    fn put<E: Entity>(&mut self, stored: &mut Stored<E>, action: Action) -> Result<(), Error> {
        E::stamp(&mut stored.document, stored.created, stored.updated);
        let written = Written {
            scope: stored.scope,
            id: E::id(&stored.document),
            version: stored.version,
            created: stored.created,
            updated: stored.updated,
            index: E::index(&stored.document, &stored.hidden),
            body: serde_json::to_string(&stored.document).map_err(Error::internal)?,
            hidden: serde_json::to_string(&stored.hidden).map_err(Error::internal)?,
        };
        rows::write(self.snapshot.link, &E::TABLE, action, written, self.state.call)
    }
}

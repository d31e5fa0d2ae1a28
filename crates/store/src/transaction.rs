//! What a rule sees of the store: one snapshot, or one transaction.

use std::ops::Deref;

use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, UtcInstant};
use serde::Serialize;
use uuid::Uuid;

use crate::entity::{Entity, Stored};
use crate::find::Find;
use crate::value::Value;

/// A consistent view of the store that cannot write.
pub struct Snapshot<'a> {
    link: &'a (),
}

/// A page of documents, spliced together without decoding them.
#[derive(Debug, Default)]
pub struct Page {
    /// The documents as served, a comma between two; no brackets.
    pub documents: Vec<u8>,
    /// How many documents.
    pub count: usize,
    /// Identifier of the last one, none where there are none.
    pub cursor: Option<Uuid>,
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
        let _ = (self.link, scope, id.into());
        todo!()
    }

    /// All documents found, newest first.
    ///
    /// # Errors
    /// 500 where more than [`Self::FOUND_MAX`] are found or the database fails, 408 past the deadline.
    pub fn find<E: Entity>(&self, find: &Find<E>) -> Result<Vec<Stored<E>>, Error> {
        let _ = find;
        todo!()
    }

    /// The newest document found.
    ///
    /// # Errors
    /// 500 where the database fails, 408 past the deadline.
    pub fn first<E: Entity>(&self, find: &Find<E>) -> Result<Option<Stored<E>>, Error> {
        let _ = find;
        todo!()
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
        let _ = (find, after, count);
        todo!()
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
        let _ = (find, after, count);
        todo!()
    }

    /// How many documents are found.
    ///
    /// # Errors
    /// 500 where the database fails, 408 past the deadline.
    pub fn count<E: Entity>(&self, find: &Find<E>) -> Result<u64, Error> {
        let _ = find;
        todo!()
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
        let _ = (find, columns, visit);
        todo!()
    }
}

/// A transaction: sees its own writes, happens whole or not at all.
pub struct Tx<'a> {
    snapshot: Snapshot<'a>,
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
        todo!()
    }

    /// When the request came, by the world's clock.
    #[must_use]
    pub fn now(&self) -> UtcInstant {
        todo!()
    }

    /// Makes `Store::epoch` rise with this transaction's commit.
    ///
    /// # Errors
    /// 500 where the database fails.
    pub fn bump_epoch(&mut self) -> Result<(), Error> {
        todo!()
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
        let _ = (scope, document, hidden);
        todo!()
    }

    /// Writes a changed document; its version and its time of change rise.
    ///
    /// # Errors
    /// 409 where it changed meanwhile, 500 where the database fails, 408 past the deadline.
    pub fn update<E: Entity>(&mut self, stored: &mut Stored<E>) -> Result<(), Error> {
        let _ = stored;
        todo!()
    }

    /// Removes a document. The change log keeps it.
    ///
    /// # Errors
    /// 409 where it changed meanwhile, 500 where the database fails, 408 past the deadline.
    pub fn delete<E: Entity>(&mut self, stored: Stored<E>) -> Result<(), Error> {
        let _ = stored;
        todo!()
    }
}

//! Bodies of successes.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use ostler_contract::error::Error;
use ostler_contract::primitives::Id;
use ostler_store::{KeptPage, Page, Pieces};
use serde::Serialize;
use uuid::Uuid;

/// Room for what stands before the documents of a page, and after them.
const BEGIN_BYTES: usize = 128;

/// The bytes of a success, and whether a minimal response leaves them out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The JSON body, in pieces that follow each other.
    pub body: Vec<Bytes>,
    /// True for `{}` and for an empty page: 204 where the caller prefers a minimal response.
    pub is_minimal: bool,
}

/// The success of an operation whose response is an `R`.
pub struct Reply<R> {
    answer: Answer,
    of: PhantomData<fn() -> R>,
}

impl<R> fmt::Debug for Reply<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({})", String::from_utf8_lossy(&self.answer.body.concat()))
    }
}

impl<R> Reply<R> {
    /// The success with this response; `{}` is minimal.
    ///
    /// # Errors
    /// 500 where the response cannot be written as JSON.
    pub fn of(response: &R) -> Result<Self, Error>
    where
        R: Serialize,
    {
        let body = Bytes::from(serde_json::to_vec(response).map_err(Error::internal)?);
        let is_minimal = *body == *b"{}";
        Ok(Self { answer: Answer { body: vec![body], is_minimal }, of: PhantomData })
    }

    /// The success with bytes written earlier, for data that never changes.
    #[must_use]
    pub fn written(body: &[u8]) -> Self {
        Self {
            answer: Answer { body: vec![Bytes::copy_from_slice(body)], is_minimal: false },
            of: PhantomData,
        }
    }

    /// The success with one page: `{"<name>":[…],"Cursor":…}`. The documents are copied, not decoded.
    ///
    /// # Errors
    /// 500 where the cursor cannot be written as JSON.
    pub fn page(name: &'static str, page: &Page) -> Result<Self, Error> {
        Splice::new().documents(name, page).cursor(page.cursor)?.finish(page.count)
    }

    /// The success with a page that the store may have kept.
    #[must_use]
    pub fn kept(page: KeptPage) -> Self {
        let answer = Answer { body: page.body, is_minimal: page.count == 0 };
        Self { answer, of: PhantomData }
    }

    /// Forgets the response's type.
    #[must_use]
    pub fn into_answer(self) -> Answer {
        self.answer
    }
}

/// Writes an object property by property, in the order of the calls, with stored documents as they
/// are.
///
/// Whether names and order agree with the response's type is checked by the whole-server tests,
/// which hold every body against the served OpenAPI document.
pub struct Splice {
    body: Pieces,
}

impl Default for Splice {
    fn default() -> Self {
        Self::new()
    }
}

impl Splice {
    /// An object without properties.
    #[must_use]
    pub fn new() -> Self {
        let mut begin = Vec::with_capacity(BEGIN_BYTES);
        begin.push(b'{');
        Self { body: begin.into() }
    }

    /// A property with stored documents as an array.
    #[must_use]
    pub fn documents(mut self, name: &'static str, page: &Page) -> Self {
        self.name(name);
        self.body.push(b'[');
        self.body.extend(&page.documents);
        self.body.push(b']');
        self
    }

    /// A property with an array, whose elements are written straight to where they are served from.
    ///
    /// # Errors
    /// Those of `elements`.
    pub fn array<T>(
        &mut self,
        name: &'static str,
        elements: impl FnOnce(&mut Pieces) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.name(name);
        self.body.push(b'[');
        let end = elements(&mut self.body)?;
        self.body.push(b']');
        Ok(end)
    }

    /// The property `Cursor`: the last document of the page, null for an empty one.
    ///
    /// # Errors
    /// 500 where it cannot be written as JSON.
    pub fn cursor(self, cursor: Option<Uuid>) -> Result<Self, Error> {
        self.property("Cursor", &cursor.map(Id::<()>::new))
    }

    /// A property with any value.
    ///
    /// # Errors
    /// 500 where the value cannot be written as JSON.
    pub fn property<T: Serialize>(mut self, name: &'static str, value: &T) -> Result<Self, Error> {
        self.name(name);
        serde_json::to_writer(&mut self.body, value).map_err(Error::internal)?;
        Ok(self)
    }

    /// The finished success; without any items on its page it is minimal.
    ///
    /// # Errors
    /// None today; fallible so that callers can end with it.
    pub fn finish<R>(self, items: usize) -> Result<Reply<R>, Error> {
        let answer = Answer { body: self.close().into_bytes(), is_minimal: items == 0 };
        Ok(Reply { answer, of: PhantomData })
    }

    /// The bytes of the finished object.
    #[must_use]
    pub fn close(mut self) -> Pieces {
        self.body.push(b'}');
        self.body
    }

    fn name(&mut self, name: &'static str) {
        if self.body.len() > 1 {
            self.body.push(b',');
        }
        self.body.push(b'"');
        self.body.extend_from_slice(name.as_bytes());
        self.body.extend_from_slice(b"\":");
    }
}

//! Declarations of entities: table, index columns, lookups.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use ostler_contract::primitives::UtcInstant;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::find::{Condition, Operator};
use crate::value::{ColumnType, IntoValue, Value};

/// A kind of document with its table. Implemented by `entity!` for a marker type, whose name is the
/// plural of the document's.
pub trait Entity: 'static {
    /// The document as it is served.
    type Document: Serialize + DeserializeOwned;
    /// What the wire does not show, stored beside the document.
    type Hidden: Serialize + DeserializeOwned + Default;

    /// The declaration that the database is held against at start.
    const TABLE: Table;

    /// The identifier of a document.
    fn id(document: &Self::Document) -> Uuid;

    /// The values of the index columns, in the order of their declaration.
    fn index(document: &Self::Document, hidden: &Self::Hidden) -> Vec<Value>;

    /// Writes the times of creation and of the last change into a document that shows them.
    /// Called by the store before every write.
    fn stamp(document: &mut Self::Document, created: UtcInstant, updated: UtcInstant);
}

/// A table: plain data, nothing above it is generic.
///
/// Every table also has `scope`, `id`, `version`, `created`, `updated`, `body` and `hidden`; a
/// unique index on `(scope, id)` serves pages.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Name in the database, singular.
    pub name: &'static str,
    /// The index columns.
    pub columns: &'static [ColumnDefinition],
    /// The composite indexes, one for each shape of search.
    pub lookups: &'static [Lookup],
    /// Computes identifier and index columns from a stored document and what stands beside it.
    pub reindex: Reindex,
}

impl Table {
    /// The first column of a lookup, where documents may have no value for it.
    pub(crate) fn sparse(&self, lookup: &Lookup) -> Option<&'static str> {
        let first = match lookup {
            Lookup::Columns(columns) => columns.first().copied(),
            Lookup::Interval { by, start, .. } => by.first().copied().or(Some(*start)),
        };
        let is_first = |column: &&ColumnDefinition| Some(column.name) == first;
        self.columns.iter().find(is_first).filter(|it| it.is_optional).map(|it| it.name)
    }
}

/// Computes from the texts of a stored row what stands beside them.
pub type Reindex = fn(body: &str, hidden: &str) -> Result<Computed, serde_json::Error>;

/// What a document says of its own row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Computed {
    /// Its identifier.
    pub id: Uuid,
    /// The values of the index columns, in the order of their declaration.
    pub index: Vec<Value>,
}

/// The [`Reindex`] of an entity. Used by `entity!`.
///
/// # Errors
/// Says what in the texts is not the entity's document.
pub fn reindex<E: Entity>(body: &str, hidden: &str) -> Result<Computed, serde_json::Error> {
    let document = serde_json::from_str(body)?;
    let index = E::index(&document, &serde_json::from_str(hidden)?);
    Ok(Computed { id: E::id(&document), index })
}

/// An index column.
#[derive(Debug, Clone, Copy)]
pub struct ColumnDefinition {
    /// Name in the database.
    pub name: &'static str,
    /// Type in the database.
    pub of: ColumnType,
    /// Whether a document may have no value for it.
    pub is_optional: bool,
}

/// One composite index. Its key begins with `scope` and ends with `id`. It leaves out documents that
/// have no value for its first column: whoever searches for those is served by another one.
#[derive(Debug, Clone, Copy)]
pub enum Lookup {
    /// Equality on all columns, a range on the last one at most. `created` and `updated` may be
    /// named like a column.
    Columns(&'static [&'static str]),
    /// Half-open intervals `[start, end)` in seconds, found by what they overlap. The interval's
    /// length class is stored with them, so that a search reads nothing but what it finds.
    Interval {
        /// The columns that the index has before the interval, compared by equality.
        by: &'static [&'static str],
        /// The column of the start.
        start: &'static str,
        /// The column of the end.
        end: &'static str,
        /// Columns that searches by this interval often ask for, too: they stand in the index, so
        /// that no row is read for them in vain.
        beside: &'static [&'static str],
    },
}

/// A typed handle of an index column: comparing an identifier with a state does not compile.
pub struct Column<E: ?Sized, T> {
    name: &'static str,
    of: PhantomData<fn(T) -> Box<E>>,
}

impl<E: ?Sized, T> Clone for Column<E, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: ?Sized, T> Copy for Column<E, T> {}

impl<E: Entity, T: IntoValue> Column<E, T> {
    /// The handle of the column with this name. Used by `entity!`.
    #[must_use]
    pub const fn named(name: &'static str) -> Self {
        Self { name, of: PhantomData }
    }

    /// The name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// Equal to `value`.
    pub fn is(self, value: T) -> Condition<E> {
        Condition::new(self.name, Operator::In(vec![value.into_value()]))
    }

    /// Equal to one of `values`; to none where there are none.
    pub fn one_of(self, values: impl IntoIterator<Item = T>) -> Condition<E> {
        let values = values.into_iter().map(T::into_value).collect();
        Condition::new(self.name, Operator::In(values))
    }

    /// `value` or above.
    pub fn at_least(self, value: T) -> Condition<E> {
        Condition::new(self.name, Operator::AtLeast(value.into_value()))
    }

    /// Below `value`.
    pub fn below(self, value: T) -> Condition<E> {
        Condition::new(self.name, Operator::Below(value.into_value()))
    }

    /// Without a value.
    pub fn is_null(self) -> Condition<E> {
        Condition::new(self.name, Operator::IsNull)
    }
}

/// A document as it stands in the store, with what the wire does not show.
#[derive(Debug)]
pub struct Stored<E: Entity> {
    /// Whose it is: an enterprise, a chain, or the world.
    pub scope: Uuid,
    /// How often it was written, from 1.
    pub version: i64,
    /// When it was first written.
    pub created: UtcInstant,
    /// When it was last written.
    pub updated: UtcInstant,
    /// The document as it is served.
    pub document: E::Document,
    /// What the wire does not show.
    pub hidden: E::Hidden,
}

impl<E: Entity> Deref for Stored<E> {
    type Target = E::Document;

    fn deref(&self) -> &E::Document {
        &self.document
    }
}

impl<E: Entity> DerefMut for Stored<E> {
    fn deref_mut(&mut self) -> &mut E::Document {
        &mut self.document
    }
}

/// Declares an entity: its table, its index columns, its lookups.
///
/// ```ignore
/// entity! {
///     /// The reservations of all bookable services.
///     Reservations of Reservation with ReservationHidden in "reservation";
///     stamp(document, created, updated) { document.created_utc = created; document.updated_utc = updated; }
///     index SERVICE "service": Id<Service> = |document, hidden| document.service_id;
///     index START "start": UtcInstant = |document, hidden| document.scheduled_start_utc;
///     index END "end_": UtcInstant = |document, hidden| document.scheduled_end_utc;
///     lookup Columns(&["service", "updated"]);
///     lookup Interval { by: &[], start: "start", end: "end_", beside: &[] };
/// }
/// ```
#[macro_export]
macro_rules! entity {
    (
        $(#[$doc:meta])*
        $entity:ident of $document:ty, with $hidden:ty, in $table:literal;
        stamp($stamped:ident, $created:ident, $updated:ident) $stamp:block
        $(index $column:ident $name:literal: $type:ty = |$it:ident, $its_hidden:ident| $value:expr;)*
        $(lookup $lookup:ident $arguments:tt;)*
    ) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $entity;

        #[allow(dead_code, unused_variables, reason = "a declaration may not use all that it is offered")]
        impl $entity {
            $(
                #[doc = concat!("The index column `", $name, "`.")]
                pub const $column: $crate::Column<Self, $type> = $crate::Column::named($name);
            )*
            /// When the document was first written.
            pub const CREATED: $crate::Column<Self, ::ostler_contract::primitives::UtcInstant> =
                $crate::Column::named("created");
            /// When the document was last written.
            pub const UPDATED: $crate::Column<Self, ::ostler_contract::primitives::UtcInstant> =
                $crate::Column::named("updated");
        }

        #[allow(unused_variables, reason = "a declaration may not use all that it is offered")]
        impl $crate::Entity for $entity {
            type Document = $document;
            type Hidden = $hidden;

            const TABLE: $crate::Table = $crate::Table {
                name: $table,
                columns: &[$($crate::ColumnDefinition {
                    name: $name,
                    of: <$type as $crate::IntoValue>::TYPE,
                    is_optional: <$type as $crate::IntoValue>::OPTIONAL,
                },)*],
                lookups: &[$($crate::Lookup::$lookup $arguments,)*],
                reindex: $crate::reindex::<$entity>,
            };

            fn id(document: &$document) -> ::uuid::Uuid {
                ::uuid::Uuid::from(document.id)
            }

            fn index(document: &$document, hidden: &$hidden) -> Vec<$crate::Value> {
                vec![$({
                    let ($it, $its_hidden) = (document, hidden);
                    let value: $type = $value;
                    $crate::IntoValue::into_value(value)
                },)*]
            }

            fn stamp(
                $stamped: &mut $document,
                $created: ::ostler_contract::primitives::UtcInstant,
                $updated: ::ostler_contract::primitives::UtcInstant,
            ) $stamp
        }
    };
}

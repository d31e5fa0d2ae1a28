//! Documents with typed index columns in serialisable transactions.
//!
//! A row is a document exactly as it is served, with index columns computed from it. Reading a page
//! is a key-range scan and a copy of bytes. Nothing above this crate knows the database behind it.

mod checksum;
mod copying;
mod declarations;
mod entity;
mod find;
mod health;
mod held;
mod identifiers;
mod link;
mod opening;
mod overload;
mod pages;
mod paging;
mod pieces;
mod plans;
mod postgres;
mod queue;
mod rows;
mod search;
mod segments;
mod sqlite;
mod store;
#[cfg(test)]
mod tests;
mod transaction;
mod transfer;
mod value;
mod verification;
mod verifier;
mod workers;

pub use copying::{copy, replace};
pub use declarations::{Declared, digest};
pub use entity::{
    Column, ColumnDefinition, Computed, Entity, Lookup, Reindex, Stored, Table, reindex,
};
pub use find::{Condition, Find, Operator};
pub use pages::KeptPage;
pub use pieces::Pieces;
pub use postgres::target::Database;
pub use segments::CacheUsage;
pub use sqlite::log::check_log;
pub use sqlite::opening::rename;
pub use store::{
    Absent, Call, Commit, DOCUMENTS_BYTES_MAX, OpenError, Options, Place, QueueState, Queues, Store,
};
pub use transaction::{Page, PageEnd, Snapshot, Tx};
pub use transfer::{Transfer, Transferred, has_remains, has_world, transfer};
pub use value::{ColumnType, IntoValue, Value};
pub use verification::{Problem, Progress, Verification, verify, verify_in};

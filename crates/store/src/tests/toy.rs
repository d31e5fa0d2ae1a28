//! The toy entity and what every test begins with.

#![expect(unreachable_pub, reason = "`entity!` declares public types")]
#![expect(clippy::allow_attributes, reason = "`entity!` cannot know what is used")]

use std::time::Instant;

use ostler_contract::error::{Code, Error};
use ostler_contract::primitives::{Id, UtcInstant};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::postgres::opening::PassingSchema;
use crate::{Call, Database, Options, Place, Store, Stored, Table, entity};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Stay {
    pub id: Id<Stay>,
    pub service: Uuid,
    pub state: String,
    pub start: UtcInstant,
    pub end: UtcInstant,
    pub note: Option<String>,
    pub created_utc: Option<UtcInstant>,
    pub updated_utc: Option<UtcInstant>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StayHidden {
    pub secret: i64,
}

crate::entity! {
    /// Stays, searched in every way.
    Stays of Stay, with StayHidden, in "stay";
    stamp(document, created, updated) {
        document.created_utc = Some(created);
        document.updated_utc = Some(updated);
    }
    index SERVICE "service": Uuid = |document, hidden| document.service;
    index STATE "state": String = |document, hidden| document.state.clone();
    index START "start": UtcInstant = |document, hidden| document.start;
    index END "end": UtcInstant = |document, hidden| document.end;
    index NOTE "note": Option<String> = |document, hidden| document.note.clone();
    index SECRET "secret": i64 = |document, hidden| hidden.secret;
    lookup Columns(&["state"]);
    lookup Columns(&["service", "updated"]);
    lookup Columns(&["service", "state"]);
    lookup Columns(&["note"]);
    lookup Interval { by: &[], start: "start", end: "end", beside: &[] };
    lookup Interval { by: &["service"], start: "start", end: "end", beside: &[] };
}

pub(crate) const TABLES: &[Table] = &[<Stays as entity::Entity>::TABLE];
pub(crate) const SCOPE: Uuid = Uuid::from_u128(0xa);
pub(crate) const OTHER: Uuid = Uuid::from_u128(0xb);
pub(crate) const SERVICE: Uuid = Uuid::from_u128(0x5e);
pub(crate) const REQUEST: Uuid = Uuid::from_u128(0x4e);

/// The address of the server that the tests run on, if they do.
#[expect(clippy::disallowed_methods, reason = "the one switch of the tests")]
fn address() -> Option<String> {
    std::env::var("OSTLER_TEST_POSTGRES").ok()
}

/// A new schema for several stores, where the tests run on a server. It goes with what stands
/// beside it.
pub(crate) fn database() -> Option<(Database, PassingSchema)> {
    let database = Database::new(&address()?, "passing").unwrap().apart();
    Some((database.clone(), PassingSchema::new(database)))
}

/// Options for a store on the engine that the tests run on.
pub(crate) fn options() -> Options {
    let place = Place::passing(address().as_deref()).unwrap();
    Options { place, ..Options::new(TABLES) }
}

pub(crate) fn store() -> Store {
    Store::open(&options()).unwrap()
}

pub(crate) fn at(seconds: i64) -> UtcInstant {
    UtcInstant::from_seconds(seconds).unwrap()
}

pub(crate) fn call(now: i64) -> Call {
    Call { request: REQUEST, ..Call::at(at(now)) }
}

/// A call whose deadline has passed already.
pub(crate) fn late() -> Call {
    Call { deadline: Some(Instant::now()), ..call(0) }
}

pub(crate) fn stay(id: Id<Stay>) -> Stay {
    Stay {
        id,
        service: SERVICE,
        state: "Confirmed".to_owned(),
        start: at(0),
        end: at(86_400),
        note: None,
        created_utc: None,
        updated_utc: None,
    }
}

/// Writes a stay that `change` made special.
pub(crate) fn add(
    store: &Store,
    scope: Uuid,
    now: i64,
    change: impl Fn(&mut Stay) + Send + 'static,
) -> Stored<Stays> {
    store
        .write_now(call(now), move |tx| {
            let mut document = stay(tx.new_id());
            change(&mut document);
            tx.insert::<Stays>(scope, document, StayHidden { secret: 7 })
        })
        .unwrap()
}

pub(crate) fn code<T>(outcome: Result<T, Error>) -> Code {
    outcome.err().map(|error| error.code()).unwrap()
}

//! The toy entity and what every test begins with.

#![expect(unreachable_pub, reason = "`entity!` declares public types")]
#![expect(clippy::allow_attributes, reason = "`entity!` cannot know what is used")]

use std::time::Instant;

use ostler_contract::error::{Code, Error};
use ostler_contract::primitives::{Id, UtcInstant};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Call, Options, Place, Store, Stored, Table, entity};

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

pub(super) const TABLES: &[Table] = &[<Stays as entity::Entity>::TABLE];
pub(super) const SCOPE: Uuid = Uuid::from_u128(0xa);
pub(super) const OTHER: Uuid = Uuid::from_u128(0xb);
pub(super) const SERVICE: Uuid = Uuid::from_u128(0x5e);
pub(super) const REQUEST: Uuid = Uuid::from_u128(0x4e);

/// Options for a store on the engine that the tests run on.
#[expect(clippy::disallowed_methods, reason = "the one switch of the tests")]
pub(super) fn options() -> Options {
    let address = std::env::var("OSTLER_TEST_POSTGRES").ok();
    let place = Place::passing(address.as_deref()).unwrap();
    Options { place, ..Options::new(TABLES) }
}

pub(super) fn store() -> Store {
    Store::open(&options()).unwrap()
}

pub(super) fn at(seconds: i64) -> UtcInstant {
    UtcInstant::from_seconds(seconds).unwrap()
}

pub(super) fn call(now: i64) -> Call {
    Call { request: REQUEST, ..Call::at(at(now)) }
}

/// A call whose deadline has passed already.
pub(super) fn late() -> Call {
    Call { deadline: Some(Instant::now()), ..call(0) }
}

pub(super) fn stay(id: Id<Stay>) -> Stay {
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
pub(super) fn add(
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

pub(super) fn code<T>(outcome: Result<T, Error>) -> Code {
    outcome.err().map(|error| error.code()).unwrap()
}

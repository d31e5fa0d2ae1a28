//! Two versions of the program on one schema of a server.

use ostler_contract::error::Code;

use super::opening::{EARLIER, earlier};
use super::toy::{SCOPE, SERVICE, Stay, StayHidden, Stays, TABLES, add, call, code, options, stay};
use crate::{Absent, Database, Entity, Find, Options, Place, Snapshot, Store, Table};

/// The same documents as a version declared them to which columns were only added since.
mod fewer {
    #![expect(unreachable_pub, reason = "`entity!` declares public types")]
    #![expect(clippy::allow_attributes, reason = "`entity!` cannot know what is used")]

    use uuid::Uuid;

    use super::{Stay, StayHidden};

    crate::entity! {
        /// Stays with one column.
        Stays of Stay, with StayHidden, in "stay";
        stamp(document, created, updated) {}
        index SERVICE "service": Uuid = |document, hidden| document.service;
    }
}

const FEWER: &[Table] = &[<fewer::Stays as Entity>::TABLE];

/// A store with earlier declarations and its database, where the tests run on a server.
fn older(tables: &'static [Table]) -> Option<(Store, Database)> {
    let older = Options { tables, generation: 1, ..options() };
    let store = Store::open(&older).unwrap();
    let database = store.passing_database()?;
    Some((store, database))
}

fn on(database: &Database, (tables, generation): (&'static [Table], i64)) -> Options {
    let place = Place::Database(database.clone());
    Options { place, generation, absent: Absent::Refuse, ..Options::new(tables) }
}

const NEW: (&[Table], i64) = (TABLES, 2);
const OLD: (&[Table], i64) = (EARLIER, 1);

fn add_earlier(store: &Store) -> Result<(), ostler_contract::error::Error> {
    store.write_now(call(0), |tx| {
        let document = Stay { service: SERVICE, ..stay(tx.new_id()) };
        tx.insert::<earlier::Stays>(SCOPE, document, StayHidden::default()).map(drop)
    })
}

#[test]
fn an_older_program_is_refused_and_changes_nothing() {
    let Some((store, database)) = older(EARLIER) else { return };
    let newer = Store::open(&on(&database, NEW)).unwrap();
    let refused = Store::open(&on(&database, OLD)).err().unwrap().to_string();
    assert!(refused.contains("has the tables of a newer Ostler (declarations 2"), "{refused}");
    assert!(refused.contains("Start that version instead"), "{refused}");
    let id = add(&newer, SCOPE, 1, |stay| stay.note = Some("kept".to_owned())).id;
    let again = Store::open(&on(&database, NEW)).unwrap();
    let found = again.read_now(call(0), |snapshot| {
        let noted = Stays::NOTE.is(Some("kept".to_owned()));
        snapshot.find(&Find::<Stays>::within(&[SCOPE]).and(noted))
    });
    assert_eq!(found.unwrap().iter().map(|it| it.id).collect::<Vec<_>>(), [id]);
    drop(store);
}

#[test]
fn a_running_server_takes_no_requests_once_a_newer_one_has_changed_the_tables() {
    let Some((store, database)) = older(EARLIER) else { return };
    add_earlier(&store).unwrap();
    store.epoch_now().unwrap();
    let newer = Store::open(&on(&database, NEW)).unwrap();
    assert_eq!(code(store.epoch_now()), Code::Overloaded);
    assert_eq!(code(add_earlier(&store)), Code::Overloaded);
    let count = |snapshot: &Snapshot<'_>| snapshot.count(&Find::<earlier::Stays>::within(&[SCOPE]));
    assert_eq!(code(store.read_now(call(0), count)), Code::Overloaded);
    let states = newer.read_now(call(0), |snapshot| {
        let confirmed = Stays::STATE.is("Confirmed".to_owned());
        snapshot.count(&Find::<Stays>::within(&[SCOPE]).and(confirmed))
    });
    assert_eq!(states.unwrap(), 1);
}

#[test]
fn what_was_under_way_when_the_tables_changed_writes_nothing_and_is_no_damage() {
    for reads_first in [false, true] {
        let Some((store, database)) = older(EARLIER) else { return };
        add_earlier(&store).unwrap();
        let newer = Store::open(&on(&database, NEW)).unwrap();
        add(&newer, SCOPE, 1, |_| ());
        // These have asked for the epoch before.
        let read = || {
            store.read_now(call(0), |snapshot| {
                snapshot.find(&Find::<earlier::Stays>::within(&[SCOPE]))
            })
        };
        if reads_first {
            assert_eq!(code(read()), Code::Overloaded);
        }
        assert_eq!(code(add_earlier(&store)), Code::Overloaded);
        assert_eq!(code(read()), Code::Overloaded);
        assert_eq!(code(store.epoch_now()), Code::Overloaded);
        let all = |snapshot: &Snapshot<'_>| snapshot.find(&Find::<Stays>::within(&[SCOPE]));
        assert_eq!(newer.read_now(call(0), all).unwrap().len(), 2);
        newer.epoch_now().unwrap();
    }
}

#[test]
fn a_row_of_a_newer_program_is_no_damage_to_an_older_one() {
    let Some((store, database)) = older(FEWER) else { return };
    let newer = Store::open(&on(&database, NEW)).unwrap();
    add(&newer, SCOPE, 1, |_| ());
    let read = |snapshot: &Snapshot<'_>| snapshot.find(&Find::<fewer::Stays>::within(&[SCOPE]));
    assert_eq!(code(store.read_now(call(0), read)), Code::Overloaded);
    assert_eq!(code(store.epoch_now()), Code::Overloaded);
}

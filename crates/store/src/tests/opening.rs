//! Opening: what is kept, what is added, what is refused.

use std::path::Path;

use rusqlite::Connection;
use tempfile::TempDir;
use uuid::Uuid;

use super::toy::{SCOPE, SERVICE, Stay, StayHidden, Stays, TABLES, add, call};
use crate::{Entity, Find, Lookup, Options, Place, Store, Table};

/// The same documents as an earlier version declared them.
pub(super) mod earlier {
    #![expect(unreachable_pub, reason = "`entity!` declares public types")]
    #![expect(clippy::allow_attributes, reason = "`entity!` cannot know what is used")]

    use super::{Stay, StayHidden, Uuid};

    crate::entity! {
        /// Stays with fewer columns.
        Stays of Stay, with StayHidden, in "stay";
        stamp(document, created, updated) {}
        index SERVICE "service": Uuid = |document, hidden| document.service;
        index STATE "state": i64 = |document, hidden| 1;
        index OLD "old": i64 = |document, hidden| 1;
        lookup Columns(&["service", "old"]);
        lookup Columns(&["service", "state"]);
    }
}

pub(super) const EARLIER: &[Table] = &[<earlier::Stays as Entity>::TABLE];

fn open(file: &Path, tables: &'static [Table]) -> Store {
    Store::open(&Options { place: Place::File(file.to_owned()), ..Options::new(tables) }).unwrap()
}

fn refused(file: &Path) -> String {
    let options = Options { place: Place::File(file.to_owned()), ..Options::new(TABLES) };
    Store::open(&options).err().unwrap().to_string()
}

#[test]
fn a_file_keeps_documents_identifiers_and_seed() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("world.db");
    let options = Options { place: Place::File(file), seed: 5, ..Options::new(TABLES) };
    let first = add(&Store::open(&options).unwrap(), SCOPE, 100, |_| ()).id;
    let store = Store::open(&Options { seed: 6, ..options }).unwrap();
    // The clock of the second start is behind.
    let second = add(&store, SCOPE, 50, |_| ()).id;
    assert!(second > first);
    let straight = Store::open(&Options { seed: 5, ..Options::new(TABLES) }).unwrap();
    assert_eq!([100, 50].map(|now| add(&straight, SCOPE, now, |_| ()).id), [first, second]);
    let count = store.read_now(call(0), |it| it.count(&Find::<Stays>::within(&[SCOPE])));
    assert_eq!(count.unwrap(), 2);
    drop(store);
    let names = std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name());
    assert_eq!(names.collect::<Vec<_>>(), ["world.db"]);
}

#[test]
fn columns_and_lookups_follow_the_declarations() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("world.db");
    let store = open(&file, EARLIER);
    let written = store.write_now(call(0), |tx| {
        for number in 0..1500 {
            let document = Stay {
                note: (number % 2 == 0).then(|| number.to_string()),
                ..super::toy::stay(tx.new_id())
            };
            tx.insert::<earlier::Stays>(SCOPE, document, StayHidden { secret: number })?;
        }
        Ok(())
    });
    written.unwrap();
    drop(store);
    for _ in 0..2 {
        let store = open(&file, TABLES);
        let found = store.read_now(call(0), |snapshot| {
            let all = || Find::<Stays>::within(&[SCOPE]).and(Stays::SERVICE.is(SERVICE));
            Ok([
                snapshot.count(&all().and(Stays::NOTE.is_null()))?,
                snapshot.count(&all().and(Stays::NOTE.is(Some("44".to_owned()))))?,
                snapshot.count(&all().and(Stays::SECRET.at_least(1400)))?,
                snapshot.count(&all().and(Stays::STATE.is("Confirmed".to_owned())))?,
                snapshot.count(&all().overlapping(
                    Stays::START,
                    Stays::END,
                    Some(ostler_contract::primitives::TimeInterval {
                        start_utc: super::toy::at(0),
                        end_utc: super::toy::at(1),
                    }),
                ))?,
            ])
        });
        assert_eq!(found.unwrap(), [750, 1, 100, 1500, 1500]);
        drop(store);
        // What is no longer declared goes, and is computed anew when it returns.
        let store = open(&file, EARLIER);
        let found = store.read_now(call(0), |snapshot| {
            snapshot.count(&Find::within(&[SCOPE]).and(earlier::Stays::OLD.is(1)))
        });
        assert_eq!(found.unwrap(), 1500);
        drop(store);
        let names: Vec<String> = Connection::open(&file)
            .unwrap()
            .prepare("SELECT name FROM sqlite_master WHERE tbl_name = 'stay' ORDER BY name")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert_eq!(names, ["stay", "stay/id", "stay/service/old", "stay/service/state"]);
    }
}

#[test]
fn two_processes_may_write_to_one_file() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("world.db");
    let (server, admin) = (open(&file, TABLES), open(&file, TABLES));
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(add(&server, SCOPE, 9, |_| ()).id);
        ids.push(add(&admin, SCOPE, 9, |_| ()).id);
        let before = server.epoch_now().unwrap();
        admin.write_now(call(0), |tx| tx.bump_epoch()).unwrap();
        assert_eq!(server.epoch_now().unwrap(), before + 1);
    }
    assert!(ids.is_sorted_by(|a, b| a < b));
}

#[test]
fn a_newer_layout_is_refused() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("world.db");
    drop(open(&file, TABLES));
    Connection::open(&file).unwrap().pragma_update(None, "user_version", 999).unwrap();
    let text = refused(&file);
    assert!(text.contains("newer Ostler") && text.contains("world.db"), "{text}");
    Connection::open(&file).unwrap().pragma_update(None, "user_version", 1).unwrap();
    let text = refused(&file);
    assert!(text.contains("before the first release") && text.contains("world.db"), "{text}");
}

#[test]
fn foreign_files_are_refused_and_left_alone() {
    let folder = TempDir::new().unwrap();
    let database = folder.path().join("other.db");
    Connection::open(&database).unwrap().execute_batch("CREATE TABLE meta (key)").unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "not a database at all, but long enough to look at ".repeat(100))
        .unwrap();
    for file in [&database, &text] {
        let before = std::fs::read(file).unwrap();
        let answer = refused(file);
        assert!(answer.contains("Ostler") && answer.contains(file.to_str().unwrap()), "{answer}");
        assert_eq!(std::fs::read(file).unwrap(), before);
    }
    assert!(refused(&folder.path().join("missing/world.db")).contains("missing/world.db"));
}

#[test]
fn faulty_declarations_are_refused() {
    const FAULTY: &[Table] =
        &[Table { lookups: &[Lookup::Columns(&["colour"])], ..<Stays as Entity>::TABLE }];
    let error = Store::open(&Options::new(FAULTY)).err().unwrap();
    assert!(error.to_string().contains("colour"), "{error}");
}

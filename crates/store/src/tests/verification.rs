//! Verification: what is sound is called so, what was tampered with is found and named.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tempfile::TempDir;
use uuid::Uuid;

use super::toy::{OTHER, SCOPE, Stays, TABLES, add, call};
use crate::checksum::{Sum, joined, of_document};
use crate::link::{Link, Row};
use crate::rows::{CHANGE, stored_columns};
use crate::sqlite::Sqlite;
use crate::{Entity, Options, Place, Store, Value, Verification, verify};

/// A world of four stays: one untouched, one changed twice, one removed, one elsewhere.
fn world() -> (TempDir, PathBuf, [Uuid; 4]) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("world.db");
    let options = Options { place: Place::File(file.clone()), seed: 5, ..Options::new(TABLES) };
    let store = Store::open(&options).unwrap();
    let ids = [SCOPE, SCOPE, SCOPE, OTHER].map(|scope| add(&store, scope, 9, |_| ()).id.uuid());
    let [_, changed, removed, _] = ids;
    let written = store.write_now(call(10), move |tx| {
        for number in 0..2 {
            let mut stay = tx.get::<Stays>(SCOPE, changed)?.unwrap();
            stay.note = Some(number.to_string());
            tx.update(&mut stay)?;
        }
        let stay = tx.get::<Stays>(SCOPE, removed)?.unwrap();
        tx.delete(stay)
    });
    written.unwrap();
    drop(store);
    (folder, file, ids)
}

/// Gives everything the checksums that a faulty program would have given it.
fn seal(file: &Path) {
    let link = Sqlite::open(file).unwrap();
    let rows = |sql: &str, visit: &mut dyn FnMut(&dyn Row)| {
        let mut each = |row: &dyn Row| {
            visit(row);
            Ok(())
        };
        link.rows(sql, &[], &mut each).unwrap();
    };
    let table = &Stays::TABLE;
    let columns = stored_columns(table).join("\", \"");
    let mut sums = Vec::new();
    rows(&format!("SELECT \"{columns}\", row FROM stay"), &mut |row| {
        let mut rest = Sum::new();
        let count = stored_columns(table).len();
        [0, 1, 2, 3, 5].into_iter().chain(8..count).for_each(|it| row.sum(it, &mut rest).unwrap());
        let document = of_document(row.id(6).unwrap(), row.text(4).unwrap());
        sums.push(("stay", "row", row.integer(count).unwrap(), joined(document, rest.finish())));
    });
    rows(&format!("SELECT {CHANGE}, sequence FROM change"), &mut |row| {
        let mut sum = Sum::new();
        (0..8).for_each(|it| row.sum(it, &mut sum).unwrap());
        sums.push(("change", "sequence", row.integer(8).unwrap(), sum.finish().into()));
    });
    for (table, key, number, sum) in sums {
        let sql = format!("UPDATE \"{table}\" SET \"check\" = $1 WHERE \"{key}\" = $2");
        link.execute(&sql, &[Value::Integer(sum), Value::Integer(number)]).unwrap();
    }
    link.execute("UPDATE meta SET \"check\" = ~value", &[]).unwrap();
}

fn verified(file: &Path) -> Verification {
    verify(file, TABLES, &mut |_| ()).unwrap()
}

/// What is found after these statements, which nobody should run.
fn found(sql: &str) -> String {
    let (_folder, file, ids) = world();
    let [untouched, changed, removed, _] = ids.map(|id| id.simple().to_string());
    let sql = sql.replace("UNTOUCHED", &format!("x'{untouched}'"));
    let sql = sql.replace("CHANGED", &format!("x'{changed}'"));
    let sql = sql.replace("REMOVED", &format!("x'{removed}'"));
    Connection::open(&file).unwrap().execute_batch(&sql).unwrap();
    seal(&file);
    let verification = verified(&file);
    let [problem] = verification.problems.as_slice() else { panic!("{verification:?}") };
    let text = problem.to_string();
    let names = ["UNTOUCHED", "CHANGED", "REMOVED", "ELSEWHERE"];
    ids.iter().zip(names).fold(text, |text, (id, name)| text.replace(&id.to_string(), name))
}

#[test]
fn a_sound_world_is_called_so_beside_its_server() {
    let (_folder, file, _) = world();
    let before = std::fs::read(&file).unwrap();
    let mut parts = Vec::new();
    let verification = verify(&file, TABLES, &mut |progress| parts.push(progress.part.to_owned()));
    let wanted = Verification { documents: 3, changes: 7, ..Verification::default() };
    assert_eq!(verification.unwrap(), wanted);
    assert_eq!(parts, ["pages and indexes", "checksums", "change log", "stay"]);
    assert_eq!(std::fs::read(&file).unwrap(), before);
    assert_eq!(std::fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);

    let options = Options { place: Place::File(file.clone()), ..Options::new(TABLES) };
    let store = Store::open(&options).unwrap();
    add(&store, SCOPE, 11, |_| ());
    let wanted = Verification { documents: 4, changes: 8, ..Verification::default() };
    assert_eq!(verified(&file), wanted, "what stands in the log of the engine counts");
    add(&store, SCOPE, 12, |_| ());
    assert_eq!(verified(&file).documents, 5);
}

#[test]
fn tampering_is_found_and_named() {
    let cases = [
        (
            "UPDATE stay SET state = 'Canceled' WHERE id = UNTOUCHED",
            "stay UNTOUCHED: the document and its columns disagree: state",
        ),
        (
            "UPDATE change SET body = replace(body, '1', '2') WHERE id = CHANGED AND version = 3",
            "stay CHANGED: the row and the last entry of the change log disagree",
        ),
        (
            "UPDATE stay SET version = 2 WHERE id = CHANGED",
            "stay CHANGED: the row has version 2, the change log 3",
        ),
        (
            "UPDATE change SET version = 4 WHERE id = CHANGED AND version = 2",
            "stay CHANGED: the change log lacks versions before 4",
        ),
        (
            "DELETE FROM stay WHERE id = UNTOUCHED",
            "stay UNTOUCHED: the change log has its version 1, no row has it",
        ),
        (
            "UPDATE change SET entity = 'gone' WHERE id = UNTOUCHED",
            "stay UNTOUCHED: the change log does not know it",
        ),
        (
            "UPDATE meta SET value = value - 1 WHERE key = 'identifier'",
            "stay ELSEWHERE: its identifier was never given out",
        ),
        (
            "UPDATE change SET sequence = 8 WHERE sequence = 7",
            "change: 7 entries are numbered from 1 to 8",
        ),
        ("DROP INDEX 'stay/note/sparse'", "database: the table stay lacks a column or an index"),
    ];
    for (sql, wanted) in cases {
        assert_eq!(found(sql), wanted, "{sql}");
    }
}

#[test]
fn what_another_version_left_is_not_judged() {
    let (_folder, file, _) = world();
    let connection = Connection::open(&file).unwrap();
    connection.execute("UPDATE meta SET value = 1 WHERE key = 'declarations'", []).unwrap();
    seal(&file);
    let refusal = verify(&file, TABLES, &mut |_| ()).unwrap_err().to_string();
    assert!(refusal.contains("left by another version of Ostler"), "{refusal}");
    let missing = verify(&file.with_extension("none"), TABLES, &mut |_| ()).unwrap_err();
    assert!(missing.to_string().contains("cannot be verified"), "{missing}");
}

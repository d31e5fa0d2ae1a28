//! What is held, without a database.

use ostler_contract::error::Code;
use uuid::Uuid;

use super::{Batch, Held, HeldRow, Known, Sight};
use crate::entity::Table;
use crate::find::Operator;
use crate::identifiers::Identifiers;
use crate::rows::{Action, index_values};
use crate::search::{Search, Wanted};
use crate::tests::toy::{OTHER, SCOPE, SERVICE, TABLES, call};
use crate::value::Value;

const TABLE: &Table = &TABLES[0];

fn held() -> Held {
    let held = Held::default();
    held.begin(Identifiers { seed: 1, last: 100, limit: 164 });
    held
}

/// An identifier of the transaction's own.
fn new(number: u64) -> Uuid {
    let mut identifiers = Identifiers { seed: 1, last: 100 + number, limit: 164 };
    identifiers.next(call(0).now).unwrap()
}

/// A stay of the service, whose state and note are given.
fn row(id: Uuid, version: i64, state: &str) -> HeldRow {
    let text = |it: &str| Value::Text(it.to_owned());
    let (start, end) = (Value::Integer(0), Value::Integer(86_400));
    let values = vec![Value::Id(SERVICE), text(state), start, end, Value::Null, Value::Integer(7)];
    HeldRow {
        scope: SCOPE,
        id,
        version,
        created: 0,
        updated: version,
        check: 0,
        index: index_values(TABLE, values),
        body: state.to_owned(),
        hidden: String::new(),
    }
}

fn write(held: &Held, action: Action, id: Uuid, version: i64) -> Result<(), Code> {
    let written = (action != Action::Delete).then(|| row(id, version, "Started"));
    let outcome = held.put((TABLE, action), (SCOPE, id, version), written, call(0));
    outcome.map_err(|error| error.code())
}

/// Versions of what is inserted, and of what is updated and deleted with those that they had.
type Sent = (Vec<i64>, Vec<(i64, i64)>, Vec<i64>);

fn sent(batch: &Batch) -> Sent {
    let mut sent = Sent::default();
    for table in &batch.tables {
        sent.0.extend(table.inserts.iter().map(|row| row.version));
        sent.1.extend(table.updates.iter().map(|(row, from)| (row.version, *from)));
        sent.2.extend(table.deletes.iter().map(|(_, _, from)| *from));
    }
    sent
}

fn lines(batch: &Batch) -> Vec<i64> {
    batch.changes.iter().map(|line| line.version).collect()
}

#[test]
fn writes_of_one_row_are_sent_as_one() {
    use Action::{Delete, Insert, Update};
    let id = Uuid::from_u128(1);
    let cases: [(&[(Action, i64)], Sent); 7] = [
        (&[(Insert, 1), (Update, 2)], (vec![2], vec![], vec![])),
        (&[(Update, 5), (Update, 6)], (vec![], vec![(6, 4)], vec![])),
        (&[(Update, 5), (Delete, 6)], (vec![], vec![], vec![4])),
        (&[(Insert, 1), (Delete, 2)], (vec![], vec![], vec![])),
        (&[(Delete, 5), (Insert, 1)], (vec![], vec![(1, 4)], vec![])),
        (&[(Delete, 5), (Insert, 1), (Delete, 2)], (vec![], vec![], vec![4])),
        (&[(Insert, 1), (Delete, 2), (Insert, 1)], (vec![1], vec![], vec![])),
    ];
    for (writes, expected) in cases {
        let versions: Vec<i64> = writes.iter().map(|(_, version)| *version).collect();
        // By one job, and by one job each.
        for apart in [false, true] {
            let held = held();
            for (action, version) in writes {
                write(&held, *action, id, *version).unwrap();
                if apart {
                    held.keep();
                }
            }
            held.keep();
            let batch = held.take_kept();
            assert_eq!((sent(&batch), lines(&batch)), (expected.clone(), versions.clone()));
            assert!(held.take_kept().is_empty());
        }
    }
}

#[test]
fn a_job_is_undone_alone() {
    let held = held();
    let [kept, own] = [1, 2].map(Uuid::from_u128);
    write(&held, Action::Update, kept, 2).unwrap();
    held.keep();
    write(&held, Action::Update, kept, 3).unwrap();
    write(&held, Action::Insert, own, 1).unwrap();
    held.undo();
    write(&held, Action::Update, kept, 3).unwrap();
    held.keep();
    let batch = held.take_kept();
    assert_eq!((sent(&batch), lines(&batch)), ((vec![], vec![(3, 1)], vec![]), vec![2, 3]));
    assert!(matches!(held.get(TABLE, (SCOPE, own)), Known::Unknown));
}

#[test]
fn what_is_sent_within_a_job_follows_what_was_sent_before_it() {
    let held = held();
    let id = Uuid::from_u128(1);
    write(&held, Action::Update, id, 2).unwrap();
    held.keep();
    write(&held, Action::Update, id, 3).unwrap();
    assert_eq!(sent(&held.take_kept()).1, [(2, 1)]);
    assert_eq!(sent(&held.take_own()).1, [(3, 2)]);
    write(&held, Action::Update, id, 4).unwrap();
    held.keep();
    assert_eq!(sent(&held.take_kept()).1, [(4, 3)]);
}

#[test]
fn stale_and_taken_rows_are_found_out_at_once() {
    let held = held();
    let id = Uuid::from_u128(1);
    held.remember(TABLE, (SCOPE, id), Some(row(id, 4, "Started")));
    assert_eq!(write(&held, Action::Insert, id, 1), Err(Code::Internal));
    assert_eq!(write(&held, Action::Update, id, 4), Err(Code::DataChanged));
    assert_eq!(write(&held, Action::Delete, id, 7), Err(Code::DataChanged));
    write(&held, Action::Delete, id, 5).unwrap();
    assert_eq!(write(&held, Action::Update, id, 6), Err(Code::DataChanged));
    held.keep();
    assert_eq!(sent(&held.take_kept()), (vec![], vec![], vec![4]));
}

/// How many rows are found here, or in which other way a search is answered.
fn sight(held: &Held, column: &'static str, values: Vec<Value>) -> Result<usize, &'static str> {
    let conditions = [(column, Operator::In(values))];
    let search = Search { table: TABLE, scopes: &[SCOPE], conditions: &conditions, ids: None };
    match held.sight(&search, Wanted::All { columns: &["id"], after: None }) {
        Sight::Beside => Err("beside"),
        Sight::Behind => Err("behind"),
        Sight::Here(rows) => Ok(rows.len()),
    }
}

#[test]
fn a_search_waits_only_for_what_it_could_find() {
    let held = held();
    let state = |state: &str| vec![Value::Text(state.to_owned())];
    assert_eq!(sight(&held, "state", state("Started")), Err("beside"));
    write(&held, Action::Insert, new(0), 1).unwrap();
    assert_eq!(sight(&held, "state", state("Started")), Err("behind"));
    assert_eq!(sight(&held, "state", state("Canceled")), Err("beside"));
    held.keep();
    assert_eq!(sight(&held, "state", state("Started")), Err("behind"));
    held.take_kept();
    assert_eq!(sight(&held, "state", state("Started")), Err("beside"), "it is sent");
}

#[test]
fn a_search_waits_for_what_it_could_have_found_before_a_change() {
    let held = held();
    let state = |state: &str| vec![Value::Text(state.to_owned())];
    let id = Uuid::from_u128(1);
    held.remember(TABLE, (SCOPE, id), Some(row(id, 1, "Confirmed")));
    let ways = |held: &Held| {
        ["Confirmed", "Started", "Canceled"].map(|it| sight(held, "state", state(it)).unwrap_err())
    };
    assert_eq!(ways(&held), ["beside"; 3], "nothing is written");
    write(&held, Action::Update, id, 2).unwrap();
    assert_eq!(ways(&held), ["behind", "behind", "beside"]);
    held.keep();
    write(&held, Action::Delete, id, 3).unwrap();
    assert_eq!(ways(&held), ["behind", "beside", "beside"]);
    held.keep();
    held.take_kept();
    assert_eq!(ways(&held), ["beside"; 3]);
    // Of this one it is not known.
    write(&held, Action::Update, Uuid::from_u128(2), 2).unwrap();
    assert_eq!(ways(&held), ["behind"; 3]);
}

#[test]
fn what_names_a_new_identifier_is_all_here() {
    let held = held();
    let service = |id: Uuid| vec![Value::Id(id)];
    assert_eq!(sight(&held, "service", service(new(1))), Ok(0));
    assert_eq!(sight(&held, "service", service(OTHER)), Err("beside"));
    assert!(matches!(held.get(TABLE, (SCOPE, new(1))), Known::Absent));
    assert!(matches!(held.get(TABLE, (SCOPE, OTHER)), Known::Unknown));
    let beyond = Identifiers { seed: 1, last: 164, limit: u64::MAX }.next(call(0).now).unwrap();
    assert_eq!(sight(&held, "service", service(beyond)), Err("beside"), "another server's");
    let mut of_new = row(new(0), 1, "Started");
    of_new.index[0] = Value::Id(new(1));
    held.put((TABLE, Action::Insert), (SCOPE, new(0), 1), Some(of_new), call(0)).unwrap();
    assert_eq!(sight(&held, "service", service(new(1))), Ok(1));
    held.keep();
    held.take_kept();
    assert_eq!(sight(&held, "service", service(new(1))), Ok(1), "the database knows it, too");
    held.forget_sent();
    assert_eq!(sight(&held, "service", service(new(1))), Err("beside"), "it alone knows it");
    assert!(matches!(held.get(TABLE, (SCOPE, new(1))), Known::Unknown));
}

#[test]
fn nothing_outlives_its_transaction() {
    let held = held();
    let id = Uuid::from_u128(1);
    held.remember(TABLE, (SCOPE, id), None);
    assert!(matches!(held.get(TABLE, (SCOPE, id)), Known::Absent));
    write(&held, Action::Insert, id, 1).unwrap();
    held.end();
    assert!(matches!(held.get(TABLE, (SCOPE, id)), Known::Unknown));
    assert!(held.take_own().is_empty() && held.take_kept().is_empty());
}

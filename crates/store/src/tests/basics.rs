//! Documents, versions, the change log, pages, identifiers.

use ostler_contract::error::Code;
use uuid::Uuid;

use super::toy::{
    OTHER, REQUEST, SCOPE, Stay, StayHidden, Stays, add, at, call, code, stay, store,
};
use crate::value::Value;
use crate::{Find, Options, Store};

#[test]
fn documents_come_back_as_they_were_written() {
    let store = store();
    let written = add(&store, SCOPE, 100, |stay| stay.note = Some("quiet room".to_owned()));
    let id = written.document.id;
    let read = store.read_now(call(100), move |snapshot| snapshot.get::<Stays>(SCOPE, id));
    let read = read.unwrap().unwrap();
    assert_eq!(read.document, written.document);
    assert_eq!(read.hidden, StayHidden { secret: 7 });
    assert_eq!((read.version, read.created, read.updated), (1, at(100), at(100)));
    assert_eq!(read.document.created_utc, Some(at(100)));
    let foreign = store.read_now(call(100), move |snapshot| snapshot.get::<Stays>(OTHER, id));
    assert!(foreign.unwrap().is_none());
}

#[test]
fn updates_raise_the_version_and_lose_against_newer_ones() {
    let store = store();
    let id = add(&store, SCOPE, 100, |_| ()).document.id;
    store
        .write_now(call(200), move |tx| {
            let mut stored = tx.get::<Stays>(SCOPE, id)?.unwrap();
            stored.state = "Started".to_owned();
            tx.update(&mut stored)?;
            assert_eq!((stored.version, stored.created, stored.updated), (2, at(100), at(200)));
            assert_eq!(tx.get::<Stays>(SCOPE, id)?.unwrap().state, "Started");
            tx.update(&mut stored)
        })
        .unwrap();
    let read = move |tx: &crate::Tx<'_>| {
        let mut stale = tx.get::<Stays>(SCOPE, id)?.unwrap();
        stale.version = 1;
        Ok::<_, ostler_contract::error::Error>(stale)
    };
    // An engine may put a write off to the end of its job.
    let updated = store.write_now(call(300), move |tx| tx.update(&mut read(tx)?));
    assert_eq!(code(updated), Code::DataChanged);
    let deleted = store.write_now(call(300), move |tx| tx.delete(read(tx)?));
    assert_eq!(code(deleted), Code::DataChanged);
    let find = move |snapshot: &crate::Snapshot<'_>| snapshot.get::<Stays>(SCOPE, id);
    assert_eq!(store.read_now(call(0), find).unwrap().unwrap().version, 3);
    store
        .write_now(call(300), move |tx| {
            let stored = tx.get::<Stays>(SCOPE, id)?.unwrap();
            tx.delete(stored)
        })
        .unwrap();
    assert!(store.read_now(call(0), find).unwrap().is_none());
}

#[test]
fn every_write_is_in_the_change_log() {
    let store = store();
    let written = add(&store, SCOPE, 100, |_| ());
    let id = written.document.id;
    store
        .write_now(call(200), move |tx| {
            let mut stored = tx.get::<Stays>(SCOPE, id)?.unwrap();
            tx.update(&mut stored)?;
            tx.delete(stored)
        })
        .unwrap();
    let log = store.read_now(call(0), |snapshot| {
        let mut log = Vec::new();
        let sql = "SELECT sequence, entity, scope, id, version, request, time, body, hidden \
             FROM change ORDER BY sequence";
        snapshot.link.rows(sql, &[], &mut |row| {
            log.push((0..9).map(|column| row.value(column)).collect::<Result<Vec<_>, _>>()?);
            Ok(())
        })?;
        Ok(log)
    });
    let text = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        other => panic!("{other:?}"),
    };
    let log = log.unwrap();
    assert_eq!(log.len(), 3);
    for (line, (version, time)) in log.iter().zip([(1, 100), (2, 200), (3, 200)]) {
        assert_eq!(line[0], Value::Integer(version));
        assert_eq!(line[1], Value::Text("stay".to_owned()));
        assert_eq!((&line[2], &line[3]), (&Value::Id(SCOPE), &Value::Id(id.uuid())));
        assert_eq!(line[4..7], [Value::Integer(version), Value::Id(REQUEST), Value::Integer(time)]);
    }
    assert_eq!(serde_json::from_str::<Stay>(&text(&log[0][7])).unwrap(), written.document);
    assert_eq!(text(&log[1][8]), r#"{"secret":7}"#);
    assert_eq!(log[2][7..], [Value::Null, Value::Null]);
}

#[test]
fn taken_identifiers_are_a_fault() {
    let store = store();
    let document = add(&store, SCOPE, 0, |_| ()).document;
    let again = store.write_now(call(0), move |tx| {
        tx.insert::<Stays>(SCOPE, document.clone(), StayHidden::default()).map(drop)
    });
    assert_eq!(code(again), Code::Internal);
}

#[test]
fn a_walk_over_pages_gives_each_document_once_while_others_are_written() {
    let store = store();
    let mut ids: Vec<Uuid> =
        (0..25).map(|now| add(&store, SCOPE, now, |_| ()).document.id.uuid()).collect();
    ids.reverse();
    add(&store, OTHER, 5, |_| ());
    let (mut walked, mut after) = (Vec::new(), None);
    loop {
        let page = store
            .read_now(call(0), move |snapshot| {
                let find = Find::<Stays>::within(&[SCOPE]);
                snapshot.page(&find, after, 10)
            })
            .unwrap();
        let text = format!("[{}]", String::from_utf8(page.documents.joined()).unwrap());
        let documents: Vec<Stay> = serde_json::from_str(&text).unwrap();
        assert_eq!(documents.len(), page.count);
        assert_eq!(documents.last().map(|stay| stay.id.uuid()), page.cursor);
        walked.extend(documents.iter().map(|stay| stay.id.uuid()));
        add(&store, SCOPE, 100, |_| ());
        match page.cursor {
            Some(cursor) => after = Some(cursor),
            None => break,
        }
    }
    assert_eq!(walked, ids);
}

#[test]
fn pages_are_the_stored_bytes() {
    let store = store();
    let first = add(&store, SCOPE, 1, |stay| stay.note = Some("ž \u{1f3e8}".to_owned()));
    let second = add(&store, SCOPE, 2, |_| ());
    let page = store
        .read_now(call(0), |snapshot| snapshot.page(&Find::<Stays>::within(&[SCOPE]), None, 1000));
    let expected = [second, first].map(|it| serde_json::to_string(&it.document).unwrap()).join(",");
    assert_eq!(String::from_utf8(page.unwrap().documents.joined()).unwrap(), expected);
}

#[test]
fn identifiers_rise_and_depend_on_seed_and_clock_alone() {
    let ids = |seed: u64| -> Vec<Uuid> {
        let store = Store::open(&Options { seed, ..super::toy::options() }).unwrap();
        let times = [1_700_000_000, 1_700_000_000, 1_600_000_000, 1_700_000_001, -5];
        let made = |now| {
            store
                .write_now(call(now), |tx| Ok([tx.new_id::<()>().uuid(), tx.new_id::<()>().uuid()]))
        };
        times.into_iter().flat_map(|now| made(now).unwrap()).collect()
    };
    let made = ids(1);
    assert!(made.is_sorted_by(|a, b| a < b));
    assert!(made.iter().all(|id| id.get_version_num() == 7));
    assert!(made.iter().all(|id| id.get_variant() == uuid::Variant::RFC4122));
    assert_eq!(made, ids(1));
    assert_ne!(made, ids(2));
}

#[test]
fn failed_commands_give_their_identifiers_back() {
    let store = store();
    let failed = store.write_now(call(10), |tx| {
        let document = stay(tx.new_id());
        tx.insert::<Stays>(SCOPE, document.clone(), StayHidden::default())?;
        Err::<(), _>(ostler_contract::error::Error::rule("no").with("id", document.id))
    });
    let id = add(&store, SCOPE, 10, |_| ()).document.id;
    match failed.unwrap_err().caller_message() {
        ostler_contract::error::Message::Localized(message) => {
            assert_eq!(message.arguments, [("id", id.to_string())]);
        }
        other => panic!("{other:?}"),
    }
    let count = store.read_now(call(0), |it| it.count(&Find::<Stays>::within(&[SCOPE])));
    assert_eq!(count.unwrap(), 1);
}

#[test]
fn the_epoch_rises_with_the_commit() {
    let store = store();
    let before = store.epoch_now().unwrap();
    let failed = store.write_now(call(0), |tx| {
        tx.bump_epoch()?;
        Err::<(), _>(ostler_contract::error::Error::rule("no"))
    });
    assert_eq!(code(failed), Code::Rule);
    assert_eq!(store.epoch_now().unwrap(), before);
    store.write_now(call(0), |tx| tx.bump_epoch()).unwrap();
    assert_eq!(store.epoch_now().unwrap(), before + 1);
}

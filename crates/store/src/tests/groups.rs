//! What the jobs of one group see of each other, and leave.

use crossbeam_channel::bounded;
use ostler_contract::error::{Code, Error};
use ostler_contract::primitives::Id;
use uuid::Uuid;

use super::toy::{
    OTHER, SCOPE, Stay, StayHidden, Stays, TABLES, add, at, call, code, database, options, stay,
    store,
};
use super::workers::{count, hold_writer, insert, put, soon};
use crate::value::Value;
use crate::{Call, Find, Options, Place, Snapshot, Store, Tx};

/// What a job sees of the stays of the scope: by identifier, by search, by number.
fn seen(tx: &Snapshot<'_>, id: Id<Stay>) -> Result<(Option<String>, Vec<String>, u64), Error> {
    let all = Find::<Stays>::within(&[SCOPE]);
    let by_id = tx.get::<Stays>(SCOPE, id)?.map(|it| it.document.state);
    let found = tx.find(&all)?.into_iter().map(|it| it.document.state).collect();
    let states = ["Confirmed", "Started"].map(str::to_owned);
    let counted = tx.count(&all.and(Stays::STATE.one_of(states)))?;
    Ok((by_id, found, counted))
}

fn with_state(tx: &mut Tx<'_>, state: &str) -> Result<Id<Stay>, Error> {
    let document = Stay { state: state.to_owned(), ..stay(tx.new_id()) };
    Ok(tx.insert::<Stays>(SCOPE, document, StayHidden::default())?.id)
}

fn change(tx: &mut Tx<'_>, id: Id<Stay>, state: &str) -> Result<(), Error> {
    let mut stored = tx.get::<Stays>(SCOPE, id)?.unwrap();
    stored.state = state.to_owned();
    tx.update(&mut stored)
}

#[test]
fn jobs_of_a_group_see_what_those_before_them_wrote() {
    let store = store();
    let before = add(&store, SCOPE, 0, |_| ()).id;
    let release = hold_writer(&store);
    let first = put(&store, call(1), |tx| with_state(tx, "Started"));
    let second = put(&store, call(1), move |tx| {
        let all = Find::<Stays>::within(&[SCOPE]);
        let newest = tx.first(&all)?.unwrap();
        let outcome = seen(tx, newest.id)?;
        tx.delete(newest)?;
        change(tx, before, "Processed")?;
        Ok(outcome)
    });
    let third = put(&store, call(1), move |tx| seen(tx, before));
    drop(release);
    let new = first.recv().unwrap().unwrap();
    let (by_id, found, counted) = second.recv().unwrap().unwrap();
    assert_eq!(by_id.as_deref(), Some("Started"));
    assert_eq!((found, counted), (["Started", "Confirmed"].map(str::to_owned).to_vec(), 2));
    let (by_id, found, counted) = third.recv().unwrap().unwrap();
    assert_eq!(by_id.as_deref(), Some("Processed"));
    assert_eq!((found, counted), (vec!["Processed".to_owned()], 0));
    let read = store.read_now(call(2), move |it| Ok((seen(it, new)?, seen(it, before)?)));
    let (new, before) = read.unwrap();
    assert_eq!(new.0, None);
    assert_eq!(before, (Some("Processed".to_owned()), vec!["Processed".to_owned()], 0));
}

#[test]
fn one_document_may_be_written_many_times_in_a_group() {
    let store = store();
    let id = add(&store, SCOPE, 0, |_| ()).id;
    let release = hold_writer(&store);
    let states = ["Started", "Processed", "Canceled"];
    let changed: Vec<_> =
        states.map(|state| put(&store, call(1), move |tx| change(tx, id, state))).into();
    let replaced = put(&store, call(2), move |tx| {
        let stored = tx.get::<Stays>(SCOPE, id)?.unwrap();
        let document = Stay { state: "New".to_owned(), ..stored.document.clone() };
        tx.delete(stored)?;
        assert!(tx.get::<Stays>(SCOPE, id)?.is_none());
        tx.insert::<Stays>(SCOPE, document, StayHidden::default()).map(drop)
    });
    let passing = put(&store, call(3), |tx| {
        let new = with_state(tx, "Passing")?;
        change(tx, new, "Gone")?;
        let stored = tx.get::<Stays>(SCOPE, new)?.unwrap();
        tx.delete(stored)
    });
    drop(release);
    changed.iter().chain([&replaced, &passing]).for_each(|it| it.recv().unwrap().unwrap());
    let read = store.read_now(call(0), move |it| it.get::<Stays>(SCOPE, id)).unwrap().unwrap();
    assert_eq!((read.state.as_str(), read.version, read.created), ("New", 1, at(2)));
    let log = store.read_now(call(0), |snapshot| {
        let mut log = Vec::new();
        let sql = "SELECT version, time, id FROM change ORDER BY sequence";
        snapshot.link.rows(sql, &[], &mut |row| {
            log.push((row.integer(0)?, row.integer(1)?));
            Ok(())
        })?;
        Ok(log)
    });
    let expected = [(1, 0), (2, 1), (3, 1), (4, 1), (5, 2), (1, 2), (1, 3), (2, 3), (3, 3)];
    assert_eq!(log.unwrap(), expected, "every write, in its order");
    assert_eq!(count(&store), 1);
}

#[test]
fn a_job_goes_on_writing_after_a_search() {
    let store = store();
    let id = add(&store, SCOPE, 0, |_| ()).id;
    let release = hold_writer(&store);
    let first = put(&store, call(1), move |tx| change(tx, id, "Started"));
    let second = put(&store, call(1), move |tx| {
        change(tx, id, "Processed")?;
        let before = seen(tx, id)?;
        change(tx, id, "Canceled")?;
        change(tx, id, "Started")?;
        let after = seen(tx, id)?;
        change(tx, id, "Confirmed")?;
        Ok([before, after])
    });
    drop(release);
    first.recv().unwrap().unwrap();
    let states = second.recv().unwrap().unwrap().map(|(by_id, found, _)| (by_id.unwrap(), found));
    let expected = ["Processed", "Started"].map(|it| (it.to_owned(), vec![it.to_owned()]));
    assert_eq!(states, expected);
    let read = store.read_now(call(0), move |it| it.get::<Stays>(SCOPE, id)).unwrap().unwrap();
    assert_eq!((read.state.as_str(), read.version), ("Confirmed", 6));
}

#[test]
fn a_question_is_answered_anew_once_something_changed() {
    let store = store();
    let id = add(&store, SCOPE, 0, |_| ()).id;
    let release = hold_writer(&store);
    let states = |tx: &Tx<'_>| {
        let all = Find::<Stays>::within(&[SCOPE]);
        Ok::<_, Error>([
            tx.count(&all)?,
            tx.count(&all.and(Stays::STATE.is("Started".to_owned())))?,
        ])
    };
    let asked = put(&store, call(1), move |tx| Ok([states(tx)?, states(tx)?]));
    let failing = put(&store, call(1), move |tx| {
        change(tx, id, "Started")?;
        with_state(tx, "Started")?;
        assert_eq!([states(tx)?, states(tx)?], [[2, 2]; 2]);
        Err::<(), _>(Error::rule("no"))
    });
    let changing = put(&store, call(1), move |tx| {
        let before = states(tx)?;
        with_state(tx, "Started")?;
        Ok([before, states(tx)?])
    });
    let apart = put(&store, call(1), move |tx| {
        let before = states(tx)?;
        tx.link.execute("DELETE FROM stay", &[])?;
        assert_eq!(states(tx)?, [0, 0]);
        assert!(tx.get::<Stays>(SCOPE, id)?.is_none());
        Err::<(), _>(Error::rule("no").with("before", before[0].to_string()))
    });
    let last =
        put(&store, call(1), move |tx| Ok((states(tx)?, tx.get::<Stays>(SCOPE, id)?.is_some())));
    drop(release);
    assert_eq!(asked.recv().unwrap().unwrap(), [[1, 0]; 2]);
    assert_eq!(code(failing.recv().unwrap()), Code::Rule);
    assert_eq!(changing.recv().unwrap().unwrap(), [[1, 0], [2, 1]]);
    assert_eq!(code(apart.recv().unwrap()), Code::Rule);
    assert_eq!(last.recv().unwrap().unwrap(), ([2, 1], true));
}

#[test]
fn a_failing_job_leaves_nothing_to_the_jobs_after_it() {
    let store = store();
    let id = add(&store, SCOPE, 0, |_| ()).id;
    let release = hold_writer(&store);
    let first = put(&store, call(1), move |tx| change(tx, id, "Started"));
    // The search has the database know of the changes before the job fails.
    let failing: Vec<_> = [true, false]
        .map(|searches| {
            put(&store, call(1), move |tx| {
                change(tx, id, "Canceled")?;
                let new = with_state(tx, "Canceled")?;
                if searches {
                    assert_eq!(seen(tx, new)?.1, ["Canceled", "Canceled"]);
                }
                Err::<(), _>(Error::rule("no"))
            })
        })
        .into();
    let last = put(&store, call(1), move |tx| {
        let seen = seen(tx, id)?;
        change(tx, id, "Processed")?;
        Ok((seen, tx.new_id::<()>().uuid()))
    });
    drop(release);
    first.recv().unwrap().unwrap();
    failing.iter().for_each(|it| assert_eq!(code(it.recv().unwrap()), Code::Rule));
    let (seen, new) = last.recv().unwrap().unwrap();
    assert_eq!(seen, (Some("Started".to_owned()), vec!["Started".to_owned()], 1));
    assert_eq!(new.as_u128() >> 64 & 0xfff, 0, "the first of its second, not used by a failure");
    let read = store.read_now(call(0), move |it| it.get::<Stays>(SCOPE, id)).unwrap().unwrap();
    assert_eq!((read.state.as_str(), read.version), ("Processed", 3));
}

#[test]
fn what_the_database_refuses_in_the_end_is_the_fault_of_one_job() {
    let store = store();
    let taken = add(&store, SCOPE, 0, |_| ()).document;
    let changed = add(&store, SCOPE, 0, |_| ()).document.id;
    let read = move |snapshot: &Snapshot<'_>| snapshot.get::<Stays>(SCOPE, changed);
    let mut stale = store.read_now(call(0), read).unwrap().unwrap();
    store.write_now(call(1), move |tx| change(tx, changed, "Started")).unwrap();
    let release = hold_writer(&store);
    let before = put(&store, call(2), insert);
    let again = put(&store, call(2), move |tx| {
        tx.insert::<Stays>(SCOPE, taken.clone(), StayHidden::default()).map(drop)
    });
    let late = put(&store, call(2), move |tx| {
        // A job may run more than once.
        stale.version = 1;
        tx.update(&mut stale)
    });
    let after = put(&store, call(2), insert);
    drop(release);
    assert_eq!(code(again.recv().unwrap()), Code::Internal);
    assert_eq!(code(late.recv().unwrap()), Code::DataChanged);
    let ids = [before, after].map(|it| it.recv().unwrap().unwrap());
    assert!(ids[0] < ids[1]);
    assert_eq!(count(&store), 4);
}

#[test]
fn more_writes_than_are_held_are_written_too() {
    let store = store();
    let outcome = store.write_now(call(0), |tx| {
        let ids = (0..2500).map(|_| with_state(tx, "Started")).collect::<Result<Vec<_>, _>>()?;
        let all = Find::<Stays>::within(&[SCOPE]);
        assert_eq!(tx.count(&all)?, 2500);
        assert_eq!(tx.count(&all.ids(&ids))?, 2500);
        assert_eq!(tx.find(&Find::<Stays>::within(&[SCOPE]).ids(&ids[..3]))?.len(), 3);
        assert!(tx.get::<Stays>(SCOPE, ids[0])?.is_some());
        Ok(ids)
    });
    outcome.unwrap();
    assert_eq!(count(&store), 2500);
    let failed = store.write_now(call(0), |tx| {
        (0..2500).try_for_each(|_| with_state(tx, "Started").map(drop))?;
        Err::<(), _>(Error::rule("no"))
    });
    assert_eq!(code(failed), Code::Rule);
    assert_eq!(count(&store), 2500);
}

/// A call whose writes the writer of this lane does, where there are several.
fn in_lane(number: u128) -> Call {
    Call { scope: Some(Uuid::from_u128(number)), ..call(1) }
}

#[test]
fn a_write_that_waits_for_another_ends_at_its_deadline() {
    if !matches!(options().place, Place::Passing(_)) {
        return;
    }
    let store = store();
    let id = add(&store, SCOPE, 0, |_| ()).id;
    let (started, starts) = bounded(0);
    let (release, released) = bounded::<()>(0);
    let first = put(&store, in_lane(1), move |tx| {
        change(tx, id, "Started")?;
        // Has the database know of the change, which is locked from now on.
        let seen = seen(tx, id)?;
        started.send(()).unwrap();
        released.recv().unwrap_err();
        Ok(seen)
    });
    starts.recv().unwrap();
    let late = Call { scope: in_lane(2).scope, ..soon() };
    let waiting = put(&store, late, move |tx| {
        insert(tx)?;
        change(tx, id, "Canceled")
    });
    assert_eq!(code(waiting.recv().unwrap()), Code::DeadlinePassed);
    drop(release);
    first.recv().unwrap().unwrap();
    let read = store.read_now(call(0), move |it| seen(it, id)).unwrap();
    assert_eq!(read, (Some("Started".to_owned()), vec!["Started".to_owned()], 1));
}

/// The number of the last identifier, as the database has it.
fn last_number(store: &Store) -> i64 {
    let read = |snapshot: &Snapshot<'_>| {
        let mut last = 0;
        let sql = "SELECT value FROM meta WHERE key = $1";
        let key = [Value::Text("identifier".to_owned())];
        snapshot.link.rows(sql, &key, &mut |row| {
            last = row.integer(0)?;
            Ok(())
        })?;
        Ok(last)
    };
    store.read_now(call(0), read).unwrap()
}

#[test]
fn a_server_gives_back_no_identifiers_of_another() {
    let Some((database, _schema)) = database() else { return };
    let open = || {
        let place = Place::Database(database.clone());
        Store::open(&Options { place, ..Options::new(TABLES) }).unwrap()
    };
    let (one, other) = (open(), open());
    let (started, starts) = bounded(0);
    let (release, released) = bounded::<()>(0);
    let failing = put(&one, in_lane(1), move |tx| {
        tx.new_id::<()>();
        started.send(()).unwrap();
        released.recv().unwrap_err();
        // More than were reserved for the group, so that the rest comes after the other server's.
        assert!((0..200).map(|_| tx.new_id::<()>()).is_sorted());
        Err::<(), _>(Error::rule("no"))
    });
    starts.recv().unwrap();
    let new = |store: &Store, lane: u128| {
        store
            .write_now(in_lane(lane), |tx| {
                let document = stay(tx.new_id());
                Ok(tx.insert::<Stays>(OTHER, document, StayHidden::default())?.id)
            })
            .unwrap()
    };
    let mut ids = vec![new(&other, 2)];
    drop(release);
    assert_eq!(code(failing.recv().unwrap()), Code::Rule);
    let number = |id: Id<Stay>| i64::try_from(id.uuid().as_u128() >> 64 & 0xfff).unwrap();
    assert!(last_number(&one) & 0xfff >= number(ids[0]), "what the other gave out stays given out");
    ids.extend([new(&one, 1), new(&other, 2), new(&one, 1)]);
    assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
}

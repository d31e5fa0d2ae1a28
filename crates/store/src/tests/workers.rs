//! Groups, panics, full queues, deadlines.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use ostler_contract::error::{Code, Error};
use uuid::Uuid;

use super::toy::{
    SCOPE, Stay, StayHidden, Stays, TABLES, add, call, code, late, options, stay, store,
};
use crate::{Call, Find, Options, Place, Snapshot, Store, Tx};

/// Long enough for a job to start, short enough to wait for.
const SOON: Duration = Duration::from_millis(100);

pub(super) fn soon() -> Call {
    Call { deadline: Some(Instant::now() + SOON), ..call(0) }
}

pub(super) fn count(store: &Store) -> u64 {
    let find = || Find::<Stays>::within(&[SCOPE]);
    store.read_now(call(0), move |snapshot| snapshot.count(&find())).unwrap()
}

pub(super) fn insert(tx: &mut Tx<'_>) -> Result<Uuid, Error> {
    let document = stay(tx.new_id());
    Ok(tx.insert::<Stays>(SCOPE, document, StayHidden::default())?.id.uuid())
}

fn wait_until(deadline: Option<Instant>) {
    while deadline.is_some_and(|deadline| Instant::now() < deadline) {
        std::hint::spin_loop();
    }
}

/// Keeps the writer busy until the sender is dropped.
pub(super) fn hold_writer(store: &Store) -> Sender<()> {
    let (release, released) = bounded::<()>(0);
    let (started, starts) = bounded(1);
    let job = move |_: &mut Tx<'_>| {
        started.send(()).unwrap();
        released.recv().unwrap_err();
        Ok(())
    };
    store.write(call(0), job, |outcome| outcome.unwrap());
    starts.recv().unwrap();
    release
}

/// Keeps the only reader busy until the sender is dropped.
fn hold_reader(store: &Store) -> Sender<()> {
    let (release, released) = bounded::<()>(0);
    let (started, starts) = bounded(1);
    let job = move |_: &Snapshot<'_>| {
        started.send(()).unwrap();
        released.recv().unwrap_err();
        Ok(())
    };
    store.read(call(0), job, |outcome| outcome.unwrap());
    starts.recv().unwrap();
    release
}

/// Puts a write in the queue; its outcome comes by the channel.
pub(super) fn put<T: Send + 'static>(
    store: &Store,
    call: Call,
    job: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
) -> Receiver<Result<T, Error>> {
    let (sender, receiver) = unbounded();
    store.write(call, job, move |outcome| drop(sender.send(outcome)));
    receiver
}

#[test]
fn a_failing_job_leaves_its_group_alone() {
    let store = store();
    let release = hold_writer(&store);
    // No more than may always wait.
    let before: Vec<_> = (0..3).map(|_| put(&store, call(0), insert)).collect();
    let fails = put(&store, call(0), |tx| {
        insert(tx)?;
        Err::<(), _>(Error::rule("no"))
    });
    let panics = put(&store, call(0), |tx| {
        insert(tx)?;
        panic!("on purpose {}", 1);
        #[expect(unreachable_code, reason = "the panic is the point")]
        Ok(())
    });
    let after: Vec<_> = (0..3).map(|_| put(&store, call(0), insert)).collect();
    drop(release);
    let ids: Vec<Uuid> =
        before.iter().chain(&after).map(|it| it.recv().unwrap().unwrap()).collect();
    assert_eq!(code(fails.recv().unwrap()), Code::Rule);
    let error = panics.recv().unwrap().unwrap_err();
    assert_eq!(error.code(), Code::Internal);
    assert_eq!(error.cause().map(ToString::to_string).as_deref(), Some("panicked: on purpose 1"));
    assert_eq!(count(&store), 6);
    // Neither failure used up an identifier.
    let counters: Vec<u128> = ids.iter().map(|id| id.as_u128() >> 64 & 0xfff).collect();
    assert_eq!(counters, (1..=6).collect::<Vec<_>>());
}

#[test]
fn concurrent_writers_are_told_after_the_commit() {
    let store = store();
    let durable = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..25 {
                    let (reading, (sender, receiver)) = (store.clone(), bounded(1));
                    store.write(call(0), insert, move |outcome| {
                        let id = outcome.unwrap();
                        let found = reading.read_now(call(0), move |it| it.get::<Stays>(SCOPE, id));
                        sender.send(found.unwrap().is_some()).unwrap();
                    });
                    durable.fetch_add(u32::from(receiver.recv().unwrap()), Ordering::SeqCst);
                }
            });
        }
    });
    assert_eq!(durable.into_inner(), 200);
}

#[test]
fn a_panic_in_a_read_is_a_fault_and_the_reader_lives() {
    let store = Store::open(&Options { readers: 1, ..options() }).unwrap();
    let panics = store.read_now(call(0), |_| -> Result<(), Error> { panic!("on purpose") });
    assert_eq!(code(panics), Code::Internal);
    add(&store, SCOPE, 0, |_| ());
    let panics = store.read_now(call(0), |snapshot| {
        let find = Find::<Stays>::within(&[SCOPE]);
        snapshot.scan(&find, &["id"], &mut |_| panic!("on purpose, in a row"))
    });
    assert_eq!(code(panics), Code::Internal);
    assert_eq!(count(&store), 1);
}

#[test]
fn a_panic_when_told_does_not_end_the_worker() {
    let store = store();
    store.write(call(0), insert, |_| panic!("on purpose"));
    add(&store, SCOPE, 0, |_| ());
    assert_eq!(count(&store), 2);
}

#[test]
fn a_full_queue_refuses_at_once() {
    let options = Options { readers: 1, queue: 1, ..options() };
    let store = Store::open(&options).unwrap();
    let release = (hold_writer(&store), hold_reader(&store));
    let waits = put(&store, call(0), insert);
    assert_eq!(code(put(&store, call(0), insert).recv().unwrap()), Code::Overloaded);
    let (sender, receiver) = unbounded();
    let told = sender.clone();
    store.read(call(0), |_| Ok(1), move |outcome| drop(told.send(outcome)));
    store.read(call(0), |_| Ok(2), move |outcome| drop(sender.send(outcome)));
    assert_eq!(code(receiver.recv().unwrap()), Code::Overloaded);
    drop(release);
    assert_eq!(receiver.recv().unwrap().unwrap(), 1);
    assert!(waits.recv().unwrap().is_ok());
}

#[test]
fn a_deadline_ends_a_job_that_waits() {
    let options = Options { readers: 1, ..options() };
    let store = Store::open(&options).unwrap();
    let release = (hold_writer(&store), hold_reader(&store));
    let started = Arc::new(AtomicBool::new(false));
    let start = Arc::clone(&started);
    let written = put(&store, soon(), move |_| {
        start.store(true, Ordering::SeqCst);
        Ok(())
    });
    let (start, (sender, read)) = (Arc::clone(&started), unbounded());
    let job = move |_: &Snapshot<'_>| {
        start.store(true, Ordering::SeqCst);
        Ok(())
    };
    store.read(soon(), job, move |outcome| drop(sender.send(outcome)));
    // Both are told while the workers are still held.
    assert_eq!(code(written.recv().unwrap()), Code::DeadlinePassed);
    assert_eq!(code(read.recv().unwrap()), Code::DeadlinePassed);
    drop(release);
    add(&store, SCOPE, 0, |_| ());
    assert_eq!(count(&store), 1);
    assert!(!started.load(Ordering::SeqCst));
}

#[test]
fn a_job_without_time_is_not_started() {
    let store = store();
    let write = store.write_now(late(), |_| -> Result<(), Error> { panic!("started") });
    assert_eq!(code(write), Code::DeadlinePassed);
    let read = store.read_now(late(), |_| -> Result<(), Error> { panic!("started") });
    assert_eq!(code(read), Code::DeadlinePassed);
}

#[test]
fn a_deadline_ends_a_job_between_two_statements() {
    let store = store();
    let call = soon();
    let outcome = store.write_now(call, move |tx| {
        insert(tx)?;
        wait_until(call.deadline);
        insert(tx)
    });
    assert_eq!(code(outcome), Code::DeadlinePassed);
    assert_eq!(count(&store), 0);
}

#[test]
fn a_deadline_ends_a_statement() {
    let store = store();
    store.write_now(call(0), |tx| (0..2000).try_for_each(|_| insert(tx).map(drop))).unwrap();
    let call = soon();
    let visited = Arc::new(AtomicU32::new(0));
    let visits = Arc::clone(&visited);
    let outcome = store.read_now(call, move |snapshot| {
        let find = Find::<Stays>::within(&[SCOPE]);
        snapshot.scan(&find, &["id", "state", "secret"], &mut |_| {
            wait_until(call.deadline);
            visits.fetch_add(1, Ordering::SeqCst);
            Ok(())
        })
    });
    assert_eq!(code(outcome), Code::DeadlinePassed);
    assert!(visited.load(Ordering::SeqCst) < 2000);
    assert_eq!(count(&store), 2000);
}

#[test]
fn an_interrupted_write_that_ends_the_transaction_does_not_harm_its_group() {
    let store = store();
    add(&store, SCOPE, 0, |_| ());
    let release = hold_writer(&store);
    let runs = Arc::new(AtomicU32::new(0));
    let ran = Arc::clone(&runs);
    let before = put(&store, call(0), move |tx| {
        ran.fetch_add(1, Ordering::SeqCst);
        insert(tx)
    });
    let started = Arc::new(AtomicBool::new(false));
    let start = Arc::clone(&started);
    let endless = put(&store, soon(), move |tx| {
        start.store(true, Ordering::SeqCst);
        insert(tx)?;
        let sql = "UPDATE stay SET secret = (WITH RECURSIVE n(n) AS \
             (SELECT 1 UNION ALL SELECT n + 1 FROM n) SELECT count(*) FROM n)";
        tx.link.execute(sql, &[])
    });
    let after = put(&store, call(0), insert);
    drop(release);
    assert_eq!(code(endless.recv().unwrap()), Code::DeadlinePassed);
    let ids = [before, after].map(|it| it.recv().unwrap().unwrap());
    assert!(ids[0] < ids[1]);
    assert_eq!(count(&store), 3);
    // A server rolls back to the savepoint; a file's engine ends the whole transaction.
    let is_file = matches!(options().place, Place::Memory);
    if started.load(Ordering::SeqCst) {
        assert_eq!(runs.load(Ordering::SeqCst), if is_file { 2 } else { 1 });
    }
}

#[test]
fn readers_see_one_snapshot_while_others_write() {
    let store = store();
    add(&store, SCOPE, 0, |_| ());
    let writing = store.clone();
    let counts = store.read_now(call(0), move |snapshot| {
        let find = Find::<Stays>::within(&[SCOPE]);
        let before = snapshot.count(&find)?;
        add(&writing, SCOPE, 0, |_| ());
        Ok((before, snapshot.count(&find)?))
    });
    assert_eq!(counts.unwrap(), (1, 1));
    assert_eq!(count(&store), 2);
}

#[test]
fn the_last_clone_may_end_inside_a_job() {
    let store = store();
    let (sender, receiver) = bounded(1);
    let last = store.clone();
    let release = hold_writer(&store);
    store.write(call(0), insert, move |outcome| {
        drop(last);
        sender.send(outcome.is_ok()).unwrap();
    });
    drop(store);
    drop(release);
    assert!(receiver.recv().unwrap());
}

#[test]
fn a_full_database_fails_the_whole_group_and_recovers() {
    let store = Store::open(&Options::new(TABLES)).unwrap();
    add(&store, SCOPE, 1, |_| ());
    // The engine's own bound stands for the disk's: it is met in the middle of a transaction.
    let pages = |store: &Store, sql: &'static str| {
        let set = store.write_now(call(0), move |tx| {
            tx.snapshot.link.rows(sql, &[], &mut |_| Ok(()))?;
            Ok(())
        });
        set.unwrap();
    };
    pages(&store, "PRAGMA max_page_count = 1");
    let large = |tx: &mut Tx<'_>| {
        let note = Some("x".repeat(20_000));
        let stay = Stay { note, ..stay(tx.new_id()) };
        tx.insert::<Stays>(SCOPE, stay, StayHidden::default()).map(drop)
    };
    let outcomes = std::thread::scope(|scope| {
        let writing: Vec<_> =
            (0..8).map(|_| scope.spawn(|| store.write_now(call(2), large))).collect();
        writing.into_iter().map(|it| code(it.join().unwrap())).collect::<Vec<Code>>()
    });
    assert_eq!(outcomes, [Code::Internal; 8]);
    assert_eq!(count(&store), 1, "reads go on, and nothing is half done");
    pages(&store, "PRAGMA max_page_count = 1000000");
    add(&store, SCOPE, 3, |_| ());
    assert_eq!(count(&store), 2);
}

//! Pages that are asked for again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::toy::{SCOPE, SERVICE, Stays, TABLES, add, call, options, store};
use crate::{Absent, Call, Find, Options, Place, Snapshot, Store};

/// The longest that a test waits until a page is kept. Other tests write to other databases of the
/// same server, which is a reason to read a page anew.
const PATIENCE: Duration = Duration::from_secs(60);

/// Everything, by a search that would have to be run again; a page of a whole scope is never kept.
fn all() -> Find<Stays> {
    Find::within(&[SCOPE]).and(Stays::SERVICE.is(SERVICE))
}

/// How many documents the first page has, and how many pages were made for that.
fn page(store: &Store) -> (usize, u32) {
    // As a request does: it comes, then asks who may do what, then reads.
    let since = Some(Instant::now());
    store.epoch_now().unwrap();
    let made = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&made);
    let find = all();
    let read = move |snapshot: &Snapshot<'_>| {
        snapshot.kept_page("Stays", &find, (None, 1000), || {
            counted.fetch_add(1, Ordering::Relaxed);
            let page = snapshot.page(&find, None, 1000)?;
            Ok((page.documents, page.count))
        })
    };
    let count = store.read_now(Call { since, ..call(0) }, read).unwrap().count;
    (count, made.load(Ordering::Relaxed))
}

/// Asks for the page until it is kept.
fn until_kept(store: &Store, count: usize) {
    let begun = Instant::now();
    while page(store) != (count, 0) {
        assert!(begun.elapsed() < PATIENCE, "it is never kept");
    }
}

#[test]
fn a_page_is_kept_until_something_is_written() {
    let store = Store::open(&Options::new(TABLES)).unwrap();
    assert_eq!([page(&store), page(&store), page(&store)], [(0, 1), (0, 1), (0, 0)]);
    add(&store, SCOPE, 1, |_| {});
    assert_eq!([page(&store), page(&store), page(&store)], [(1, 1), (1, 1), (1, 0)]);
}

#[test]
fn a_page_is_kept_on_every_engine() {
    let store = store();
    until_kept(&store, 0);
    add(&store, SCOPE, 1, |_| {});
    assert_eq!(page(&store), (1, 1));
    until_kept(&store, 1);
}

#[test]
fn what_another_server_acknowledged_is_on_every_page() {
    let one = store();
    let Some(database) = one.passing_database() else { return };
    let place = Place::Database(database);
    let other = Options { place, absent: Absent::Refuse, ..options() };
    let other = Store::open(&other).unwrap();
    for round in 0..40 {
        let (writer, reader) = if round % 2 == 0 { (&one, &other) } else { (&other, &one) };
        // Asked for twice, it would be kept.
        assert_eq!([page(reader).0, page(reader).0], [round, round]);
        add(writer, SCOPE, 1, |_| {});
        assert_eq!([page(reader).0, page(writer).0], [round + 1, round + 1]);
    }
}

#[test]
fn without_a_question_no_page_is_given_that_may_be_old() {
    let store = store();
    until_kept(&store, 0);
    add(&store, SCOPE, 1, |_| {});
    for since in [None, Some(Instant::now())] {
        let find = all();
        let read = move |snapshot: &Snapshot<'_>| {
            snapshot.kept_page("Stays", &find, (None, 1000), || {
                let page = snapshot.page(&find, None, 1000)?;
                Ok((page.documents, page.count))
            })
        };
        assert_eq!(store.read_now(Call { since, ..call(0) }, read).unwrap().count, 1);
    }
}

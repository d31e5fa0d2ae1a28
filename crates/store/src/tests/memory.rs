//! Documents in memory: whatever is written by whomever, a page is what the database has.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use ostler_contract::error::Error;
use uuid::Uuid;

use super::toy::{OTHER, SCOPE, Stays, add, call, options, store};
use crate::segments::{Cover, Position, Stamp};
use crate::{Absent, Call, Find, Options, Pieces, Place, Snapshot, Store};

/// The documents of both scopes as they are to be served, by identifier.
type Model = BTreeMap<(Uuid, Uuid), String>;

/// Two stores on one database, as two processes have it, and what holds the database.
fn two(folder: &tempfile::TempDir) -> (Store, Store) {
    let place = match options().place {
        Place::Memory => Place::File(folder.path().join("memory.sqlite")),
        place => place,
    };
    let one = Store::open(&Options { place: place.clone(), ..options() }).unwrap();
    let place = one.passing_database().map_or(place, Place::Database);
    let other = Store::open(&Options { place, absent: Absent::Refuse, ..options() }).unwrap();
    (one, other)
}

/// Writes, changes or removes a stay, by chance.
fn write(store: &Store, model: &mut Model, chance: &mut fastrand::Rng, now: i64) {
    let scope = if chance.u8(..4) == 0 { OTHER } else { SCOPE };
    let known: Vec<Uuid> =
        model.range((scope, Uuid::nil())..=(scope, Uuid::max())).map(|((_, id), _)| *id).collect();
    let kind = chance.u8(..8);
    if known.len() < 20 || kind < 3 {
        let note = "n".repeat(chance.usize(..3000));
        let stored = add(store, scope, now, move |stay| stay.note = Some(note.clone()));
        let text = serde_json::to_string(&stored.document).unwrap();
        model.insert((scope, stored.document.id.uuid()), text);
        return;
    }
    // Mostly one of the newest.
    let back = chance.usize(..known.len()).min(chance.usize(..known.len()));
    let id = known[known.len() - 1 - back];
    let removes = kind == 7;
    let text = store.write_now(call(now), move |tx| {
        let mut stay = tx.get::<Stays>(scope, id)?.unwrap();
        if removes {
            tx.delete(stay)?;
            return Ok(None);
        }
        stay.document.state.push('x');
        tx.update(&mut stay)?;
        Ok(Some(serde_json::to_string(&stay.document).map_err(Error::internal)?))
    });
    match text.unwrap() {
        Some(text) => model.insert((scope, id), text),
        None => model.remove(&(scope, id)),
    };
}

/// Reads as a request does: it comes, then asks who may do what, then reads.
fn read<T: Send + 'static>(
    store: &Store,
    job: impl FnMut(&Snapshot<'_>) -> Result<T, Error> + Send + 'static,
) -> T {
    let since = Some(Instant::now());
    store.epoch_now().unwrap();
    store.read_now(Call { since, ..call(0) }, job).unwrap()
}

/// Asks for a page of some size after some position, and holds it against the model.
fn compare(store: &Store, model: &Model, chance: &mut fastrand::Rng) {
    let scope = if chance.u8(..4) == 0 { OTHER } else { SCOPE };
    let known: Vec<(Uuid, &String)> = model
        .range((scope, Uuid::nil())..=(scope, Uuid::max()))
        .map(|((_, id), text)| (*id, text))
        .collect();
    let after = match chance.u8(..3) {
        0 => None,
        _ => known.get(chance.usize(..=known.len())).map(|(id, _)| *id),
    };
    let count = [1, 3, 10, 100][chance.usize(..4)];
    let is_filtered = chance.u8(..4) == 0;
    let wanted: Vec<&str> = known
        .iter()
        .rev()
        .filter(|(id, _)| after.is_none_or(|after| *id < after))
        .filter(|(_, text)| !is_filtered || text.contains("\"State\":\"Confirmed\""))
        .take(count)
        .map(|(_, text)| text.as_str())
        .collect();
    let wanted = wanted.join(",");
    let find = Find::<Stays>::within(&[scope])
        .and_maybe(is_filtered.then(|| Stays::STATE.one_of(["Confirmed".to_owned()])));
    let count = u32::try_from(count).unwrap();
    let is_alone = chance.bool();
    let documents = read(store, move |snapshot| {
        let mut pieces = Pieces::new();
        if is_alone {
            snapshot.page_into(&find, (after, count), &mut pieces)?;
        } else {
            pieces = snapshot.page(&find, after, count)?.documents;
        }
        Ok(pieces.joined())
    });
    assert_eq!(String::from_utf8(documents).unwrap(), wanted);
}

/// What is in memory of the first documents; none where nobody knows whether that is all.
fn cover(store: &Store, count: usize) -> Option<Cover> {
    let segments = store.segments()?;
    let stamp = [None, Some(SCOPE)]
        .into_iter()
        .find_map(|scope| segments.change(scope).map(|change| Stamp { scope, change }))?;
    let position = Position::of((None, count))?;
    segments.cover(stamp, ("stay", SCOPE), position).filter(|cover| cover.gap.is_none())
}

#[test]
fn pages_are_what_the_database_has_whoever_wrote_it() {
    for seed in 0..6 {
        let mut chance = fastrand::Rng::with_seed(seed);
        let folder = tempfile::tempdir().unwrap();
        let stores = two(&folder);
        let mut model = Model::new();
        for now in 0..150 {
            let writer = if chance.bool() { &stores.0 } else { &stores.1 };
            (0..chance.u8(..3)).for_each(|_| write(writer, &mut model, &mut chance, now));
            for store in [&stores.0, &stores.1] {
                (0..chance.u8(..4)).for_each(|_| compare(store, &model, &mut chance));
            }
        }
        // Read as a whole, all of it is in memory.
        let find = Find::<Stays>::within(&[SCOPE]);
        let count = read(&stores.0, move |snapshot| snapshot.page(&find, None, 1000)).count;
        let cover = cover(&stores.0, 1000).unwrap();
        assert_eq!(cover.end.count, count);
        let pieces = cover.slices.len();
        assert!(pieces <= count.div_ceil(8) + 8, "{pieces} pieces of {count}");
    }
}

#[test]
fn a_change_leaves_all_other_documents_in_memory() {
    let store = store();
    let stays: Vec<_> = (0..600)
        .map(|_| add(&store, SCOPE, 1, |stay| stay.note = Some("n".repeat(1000))))
        .collect();
    let page = |store: &Store| {
        let find = Find::<Stays>::within(&[SCOPE]);
        read(store, move |snapshot| snapshot.page(&find, None, 1000))
    };
    let whole = |count| cover(&store, count).is_some();
    assert_eq!(page(&store).count, 600);
    assert!(whole(1000));
    let oldest = stays[0].document.id;
    let change = store.write_now(call(2), move |tx| {
        let mut oldest = tx.get::<Stays>(SCOPE, oldest)?.unwrap();
        tx.update(&mut oldest)
    });
    change.unwrap();
    // Whoever asks takes in what changed.
    let find = Find::<Stays>::within(&[SCOPE]);
    read(&store, move |snapshot| snapshot.page(&find, None, 1));
    assert!(whole(500) && !whole(600), "the oldest changed");
    assert_eq!(page(&store).count, 600);
    assert!(whole(1000));
    store.rest();
    store.rest();
    assert!(!whole(1));
}

#[test]
fn without_room_nothing_is_kept() {
    let store = Store::open(&Options { documents_bytes_max: 0, ..options() }).unwrap();
    add(&store, SCOPE, 1, |_| {});
    let find = Find::<Stays>::within(&[SCOPE]);
    assert_eq!(read(&store, move |snapshot| snapshot.page(&find, None, 10)).count, 1);
    assert!(store.segments().is_none());
    // Nor are whole pages.
    for _ in 0..3 {
        let made = Arc::new(AtomicBool::new(false));
        let (noted, find) = (Arc::clone(&made), Find::<Stays>::within(&[SCOPE]));
        let page = read(&store, move |snapshot| {
            snapshot.kept_page("Stays", &find, (None, 10), || {
                noted.store(true, Ordering::Relaxed);
                let page = snapshot.page(&find, None, 10)?;
                Ok((page.documents, page.count))
            })
        });
        assert_eq!((page.count, made.load(Ordering::Relaxed)), (1, true));
    }
}

/// The identifiers on a page, newest first.
fn ids(store: &Store, after: Option<Uuid>, count: u32) -> Vec<Uuid> {
    let find = Find::<Stays>::within(&[SCOPE]);
    let page = read(store, move |snapshot| snapshot.page(&find, after, count));
    let text = format!("[{}]", String::from_utf8(page.documents.joined()).unwrap());
    let stays: Vec<super::toy::Stay> = serde_json::from_str(&text).unwrap();
    assert_eq!(page.cursor, stays.last().map(|it| it.id.uuid()));
    stays.into_iter().map(|it| it.id.uuid()).collect()
}

#[test]
fn what_was_acknowledged_is_on_the_next_page_while_others_write_and_read() {
    const WRITES: usize = 60;
    let folder = tempfile::tempdir().unwrap();
    let stores = two(&folder);
    let acknowledged = std::sync::Mutex::new(Vec::new());
    let desks = [&stores.0, &stores.1, &stores.0, &stores.1];
    std::thread::scope(|scope| {
        for (number, store) in desks.into_iter().enumerate() {
            let acknowledged = &acknowledged;
            scope.spawn(move || {
                for round in 0..WRITES {
                    let note = "n".repeat(number * 300);
                    let stored = add(store, SCOPE, 1, move |stay| stay.note = Some(note.clone()));
                    let id = stored.document.id.uuid();
                    acknowledged.lock().unwrap().push(id);
                    assert!(ids(store, None, 1000).contains(&id), "{number} {round}");
                    if round % 10 == number {
                        // Whoever walks all pages meets all that there was before.
                        let before = acknowledged.lock().unwrap().clone();
                        let (mut met, mut after) = (Vec::new(), None);
                        loop {
                            let page = ids(store, after, 7);
                            let Some(last) = page.last() else { break };
                            after = Some(*last);
                            met.extend(page);
                        }
                        assert!(
                            met.is_sorted_by(|one, next| one > next),
                            "newest first, each once"
                        );
                        assert!(before.iter().all(|it| met.contains(it)));
                    }
                }
            });
        }
    });
    assert_eq!(ids(&stores.0, None, 1000).len(), 4 * WRITES);
}

//! Damaged files: whatever is answered is what was answered before, or nothing.

use std::fs;
use std::path::{Path, PathBuf};

use ostler_contract::error::{Code, Error};
use rusqlite::Connection;
use tempfile::TempDir;
use uuid::Uuid;

use super::toy::{OTHER, SCOPE, SERVICE, Stays, TABLES, at, call, code};
use crate::{Find, Options, Place, Snapshot, Store, check_log};

/// Numbers that are the same in every run (splitmix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let number = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((number ^ (number >> 31)) % u64::try_from(end).unwrap()).unwrap()
    }
}

fn open(file: &Path) -> Result<Store, crate::OpenError> {
    Store::open(&Options { place: Place::File(file.to_owned()), seed: 5, ..Options::new(TABLES) })
}

/// A closed file with some pages of stays, some of which were changed or removed.
fn world() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("world.db");
    let store = open(&file).unwrap();
    let written = store.write_now(call(9), |tx| {
        for number in 0..80_i64 {
            let mut document = super::toy::stay(tx.new_id());
            document.note = (number % 3 > 0).then(|| format!("marked{number}").repeat(20));
            document.start = at(number * 50_000);
            document.end = at(number * 90_000);
            let scope = if number % 4 == 0 { OTHER } else { SCOPE };
            let hidden = super::toy::StayHidden { secret: number };
            let mut stay = tx.insert::<Stays>(scope, document, hidden)?;
            if number % 5 == 0 {
                stay.state = "Canceled".to_owned();
                tx.update(&mut stay)?;
            }
            if number % 7 == 0 {
                tx.delete(stay)?;
            }
        }
        Ok(())
    });
    written.unwrap();
    drop(store);
    (folder, file)
}

/// Everything that can be asked, as one text for each question.
fn answers(store: &Store) -> Vec<Result<String, Code>> {
    let all = || Find::<Stays>::within(&[SCOPE, OTHER]);
    let ask = |question: &'static (dyn Fn(&Snapshot<'_>) -> Result<String, Error> + Sync)| {
        store.read_now(call(0), question).map_err(|error| error.code())
    };
    let mut answers = vec![
        ask(&|it| Ok(format!("{:?}", it.page(&Find::<Stays>::within(&[SCOPE]), None, 1000)?))),
        ask(&|it| {
            let find = Find::<Stays>::within(&[SCOPE, OTHER]);
            Ok(format!("{:?}", it.page(&find, None, 1000)?))
        }),
        ask(&|it| {
            let find = Find::<Stays>::within(&[SCOPE]).and(Stays::STATE.is("Canceled".to_owned()));
            Ok(format!("{:?}", it.find(&find)?))
        }),
        ask(&|it| {
            let find = Find::<Stays>::within(&[SCOPE]).and(Stays::SERVICE.is(SERVICE));
            Ok(it.count(&find)?.to_string())
        }),
        ask(&|it| {
            let find = Find::<Stays>::within(&[SCOPE]).and(Stays::NOTE.is_null());
            Ok(it.count(&find)?.to_string())
        }),
    ];
    let ids = store.read_now(call(0), move |it| {
        let found = it.find(&all())?;
        Ok(found.iter().map(|stay| (stay.scope, stay.id.uuid())).collect::<Vec<(Uuid, Uuid)>>())
    });
    answers.push(ids.as_ref().map(|ids| format!("{ids:?}")).map_err(Error::code));
    for key in ids.unwrap_or_default() {
        let stay = store.read_now(call(0), move |it| it.get::<Stays>(key.0, key.1));
        answers.push(stay.map(|stay| format!("{stay:?}")).map_err(|error| error.code()));
    }
    answers.push(store.epoch_now().map(|epoch| epoch.to_string()).map_err(|error| error.code()));
    let made = store.write_now(call(0), |tx| Ok(tx.new_id::<()>().uuid().to_string()));
    answers.push(made.map_err(|error| error.code()));
    answers
}

/// Holds what a changed file answers against what it answered before. Tells whether it refused.
fn hold(file: &Path, before: &[Result<String, Code>], what: &str) -> bool {
    match open(file) {
        Err(refusal) => {
            assert!(refusal.to_string().contains("world.db"), "{what}: {refusal}");
            true
        }
        Ok(store) => {
            let after = answers(&store);
            for (before, after) in before.iter().zip(&after) {
                assert!(after == before || *after == Err(Code::Internal), "{what}: {after:?}");
            }
            after.iter().any(Result::is_err)
        }
    }
}

#[test]
fn flipped_bytes_are_never_served() {
    let (_folder, file) = world();
    let whole = fs::read(&file).unwrap();
    let before = answers(&open(&file).unwrap());
    assert!(before.iter().all(Result::is_ok), "{before:?}");
    let mut chance = Chance(1);
    let anywhere: Vec<usize> = (0..200).map(|_| chance.below(whole.len())).collect();
    // The head of the file and the schema are small and matter most.
    let mut refused = 0;
    for place in (0..100).chain((100..4096).step_by(40)).chain(anywhere) {
        let mut bytes = whole.clone();
        bytes[place] ^= u8::try_from(chance.below(255) + 1).unwrap();
        fs::write(&file, &bytes).unwrap();
        refused += u32::from(hold(&file, &before, &format!("byte {place}")));
    }
    assert!(refused > 150, "{refused}");
}

#[test]
fn files_cut_short_are_refused() {
    let (_folder, file) = world();
    let whole = fs::read(&file).unwrap();
    let before = answers(&open(&file).unwrap());
    let mut chance = Chance(2);
    let lengths = [0, 1, 50, 99, 100, 512, 4095, 4096, 4097, 8192, whole.len() - 4096];
    let anywhere: Vec<usize> = (0..60).map(|_| chance.below(whole.len())).collect();
    for length in lengths.into_iter().chain(anywhere).chain([whole.len() - 1]) {
        fs::write(&file, &whole[..length]).unwrap();
        assert!(hold(&file, &before, &format!("length {length}")), "length {length}");
    }
}

/// What one statement of another program does to a served file.
fn after(sql: &str) -> (TempDir, Store) {
    let (folder, file) = world();
    let store = open(&file).unwrap();
    Connection::open(&file).unwrap().execute_batch(sql).unwrap();
    (folder, store)
}

#[test]
fn damage_met_on_a_read_ends_the_service() {
    let page = |store: &Store| {
        store.read_now(call(0), |it| it.page(&Find::<Stays>::within(&[SCOPE]), None, 1000))
    };
    let decoded =
        |store: &Store| store.read_now(call(0), |it| it.find(&Find::<Stays>::within(&[SCOPE])));
    let (_folder, store) = after("UPDATE stay SET body = replace(body, 'marked', 'masked')");
    assert_eq!(code(page(&store)), Code::Internal);
    for sql in [
        "UPDATE stay SET hidden = '{\"secret\":0}'",
        "UPDATE stay SET version = 9",
        "UPDATE stay SET note = 'x'",
        "UPDATE stay SET scope = (SELECT scope FROM stay LIMIT 1)",
    ] {
        let (_folder, store) = after(sql);
        assert_eq!(code(decoded(&store)), Code::Internal, "{sql}");
        // From then on nothing is trusted, and nothing is written.
        assert_eq!(code(page(&store)), Code::Internal);
        assert_eq!(code(store.epoch_now()), Code::Internal);
        assert_eq!(code(store.write_now(call(0), |tx| tx.bump_epoch())), Code::Internal);
        assert!(open(&_folder.path().join("world.db")).is_err(), "{sql}");
    }
}

#[test]
fn a_change_that_cannot_be_read_is_not_passed_over() {
    let page = |store: &Store| {
        store.read_now(call(0), |it| it.page(&Find::<Stays>::within(&[SCOPE]), None, 1000))
    };
    for sql in [
        "UPDATE change SET entity = 'stray' WHERE sequence = (SELECT max(sequence) FROM change)",
        "UPDATE change SET body = '{}' WHERE sequence = (SELECT max(sequence) FROM change)",
        "DELETE FROM change WHERE sequence = (SELECT max(sequence) - 1 FROM change)",
    ] {
        let (_folder, file) = world();
        let store = open(&file).unwrap();
        // The documents of the page are in memory from here on.
        assert!(page(&store).is_ok());
        (1..3).for_each(|now| drop(super::toy::add(&store, SCOPE, now, |_| {})));
        Connection::open(&file).unwrap().execute_batch(sql).unwrap();
        assert_eq!(code(page(&store)), Code::Internal, "{sql}");
    }
}

#[test]
fn a_rule_cannot_go_on_without_what_is_damaged() {
    let (_folder, store) = after("UPDATE stay SET version = 9");
    let swallowed = store.write_now(call(0), |tx| {
        drop(tx.find(&Find::<Stays>::within(&[SCOPE])));
        tx.bump_epoch()
    });
    assert_eq!(code(swallowed), Code::Internal);
}

#[test]
fn a_large_file_is_checked_while_it_is_served() {
    let (_folder, file) = world();
    let large = Options {
        place: Place::File(file.clone()),
        checked_at_start_bytes_max: 0,
        ..Options::new(TABLES)
    };
    let before = answers(&Store::open(&large).unwrap());
    assert!(before.iter().all(Result::is_ok), "{before:?}");
    let sql = "UPDATE change SET body = 'x' WHERE sequence = 3";
    Connection::open(&file).unwrap().execute_batch(sql).unwrap();
    // No request ever reads the log; the check does.
    let store = Store::open(&large).unwrap();
    while store.epoch_now().is_ok() {
        std::thread::yield_now();
    }
    assert!(answers(&store).iter().all(|answer| *answer == Err(Code::Internal)));
    let refusal = open(&file).err().unwrap().to_string();
    assert!(refusal.contains("change 3: the entry does not fit its checksum"), "{refusal}");
}

/// A file with its log as a crash leaves them behind `commits` commits, each of which adds one stay.
fn crashed(folder: &Path, commits: i64) -> (PathBuf, Vec<u8>) {
    let (served, file) = (folder.join("served.db"), folder.join("world.db"));
    let store = open(&served).unwrap();
    for number in 0..commits {
        super::toy::add(&store, SCOPE, number, |_| ());
    }
    fs::copy(&served, &file).unwrap();
    let log = fs::read(folder.join("served.db-wal")).unwrap();
    (file, log)
}

#[test]
fn a_log_may_lack_its_last_commit_and_no_other() {
    const COMMITS: i64 = 12;
    let folder = TempDir::new().unwrap();
    let (file, log) = crashed(folder.path(), COMMITS);
    let (beside, shared) = (folder.path().join("world.db-wal"), folder.path().join("world.db-shm"));
    let whole = fs::read(&file).unwrap();
    // How many commits a start finds, none where it refuses.
    let found = |log: &[u8]| {
        fs::write(&file, &whole).unwrap();
        fs::write(&beside, log).unwrap();
        drop(fs::remove_file(&shared));
        check_log(&file).ok()?;
        let store = open(&file).ok()?;
        let count = store.read_now(call(0), |it| it.count(&Find::<Stays>::within(&[SCOPE])));
        i64::try_from(count.unwrap()).ok()
    };
    assert_eq!(found(&log), Some(COMMITS));
    // Cut off where the crash came: all that is there counts.
    assert_eq!(found(&log[..log.len() - 1]), Some(COMMITS - 1));
    assert_eq!(found(&[]), Some(0));
    let mut chance = Chance(3);
    let mut refused = 0;
    let anywhere: Vec<usize> = (0..150).map(|_| chance.below(log.len())).collect();
    for place in (0..32).chain(anywhere) {
        let mut log = log.clone();
        log[place] ^= u8::try_from(chance.below(255) + 1).unwrap();
        let found = found(&log);
        assert!(found.is_none_or(|found| found >= COMMITS - 1), "byte {place}: {found:?}");
        refused += u32::from(found.is_none());
    }
    assert!(refused > 120, "{refused}");
}

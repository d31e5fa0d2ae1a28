//! The program killed under load, again and again.

use std::path::Path;
use std::time::Duration;

use ostler_crash::{End, Place, Plan, Report, first_start};

use crate::support::furnished;

/// Ends the program so often on a folder with the demo hotels.
fn run(seed: u64, ends: u32, end: End) -> Report {
    let folder = furnished();
    let place = Place::Folder(folder.path().join("ostler-data"));
    let program = Path::new(env!("CARGO_BIN_EXE_ostler")).to_owned();
    // Reading a whole folder takes a debug build longer than all else; the chore does it each time.
    let plan = Plan { program, place, ends, end, verified_every: Some(10), seed };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let report = runtime.block_on(ostler_crash::run(&plan, &mut |_| {})).unwrap();
    for operation in ["customers/add", "reservations/add", "reservations/start", "bills/close"] {
        assert!(report.acknowledged.contains_key(operation), "{report}");
    }
    report
}

// Four times fifty, so that they run beside each other.

#[test]
fn nothing_acknowledged_is_lost_by_kills_1_to_50() {
    assert_eq!(run(1, 50, End::Kill).ends, 50);
}

#[test]
fn nothing_acknowledged_is_lost_by_kills_51_to_100() {
    assert_eq!(run(2, 50, End::Kill).ends, 50);
}

#[test]
fn nothing_acknowledged_is_lost_by_kills_101_to_150() {
    assert_eq!(run(3, 50, End::Kill).ends, 50);
}

#[test]
fn nothing_acknowledged_is_lost_by_kills_151_to_200() {
    assert_eq!(run(4, 50, End::Kill).ends, 50);
}

#[test]
fn a_shutdown_under_load_loses_nothing() {
    assert_eq!(run(5, 10, End::Terminate).ends, 10);
}

#[test]
fn a_first_start_that_was_killed_does_not_hinder_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::Folder(folder.path().join("ostler-data"));
    let program = Path::new(env!("CARGO_BIN_EXE_ostler")).to_owned();
    let plan = Plan { program, place, ends: 10, end: End::Kill, verified_every: None, seed: 6 };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(first_start(&plan, Duration::from_millis(500))).unwrap();
}

//! `ostler verify`

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use ostler_store::{Progress, Verification};
use ostler_worlds::world::{self, World};

use super::{Failure, say};
use crate::config::Place;

/// The time between two lines about the progress.
const REPORT_EVERY: Duration = Duration::from_secs(2);

pub(super) fn run(place: &Place) -> Result<(), Failure> {
    let file = place.file().map_err(Failure::usage)?;
    let mut report = Report::new();
    let verification = match place.world(&file).map_err(Failure::usage)? {
        world::Place::Database(database) => {
            let found = World::verify_in(&database, &mut |progress| report.tell(progress))?;
            sound(&found, &database)?;
            found
        }
        _ => {
            let folder = place.folder(&file);
            let found = World::verify(&folder, &mut |progress| report.tell(progress))?;
            sound(&found, &folder.join(World::DATABASE).display())?;
            found
        }
    };
    let Verification { documents, changes, .. } = verification;
    say(&format!("{documents} documents agree with their columns and with {changes} changes."))
}

/// Fails where the verification of this place found anything.
pub(super) fn sound(verification: &Verification, place: &dyn fmt::Display) -> Result<(), Failure> {
    if verification.is_sound() {
        return Ok(());
    }
    let mut text = format!("{place} is damaged.");
    for problem in &verification.problems {
        text.push_str(&format!("\n  {problem}"));
    }
    if verification.problems_left_out > 0 {
        text.push_str(&format!("\n  and {} more", verification.problems_left_out));
    }
    Err(Failure::fault(text))
}

/// Tells on standard error how far something is, once it takes time.
pub(super) struct Report {
    last: Instant,
}

impl Report {
    pub(super) fn new() -> Self {
        Self { last: Instant::now() }
    }

    pub(super) fn tell(&mut self, progress: Progress<'_>) {
        if self.last.elapsed() < REPORT_EVERY {
            return;
        }
        self.last = Instant::now();
        let Progress { part, done, total } = progress;
        let end = if io::stderr().is_terminal() { "\u{1b}[K\r" } else { "\n" };
        // Whoever closed standard error wants to know nothing.
        drop(write!(io::stderr(), "{done} of {total}: {part}{end}"));
    }
}

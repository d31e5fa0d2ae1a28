//! When a queue refuses: a burst is served, a queue that stands is kept short.
//!
//! The idea is that of controlled delay (RFC 8289): what tells overload from a burst is not how long
//! a queue is, but that for a while nothing got through it quickly. Jobs are refused before they
//! wait, never afterwards: what was accepted is run.

use std::time::{Duration, Instant};

/// The longest that a job should wait where jobs come faster than they are done.
pub(crate) const TARGET: Duration = Duration::from_millis(20);
/// The longest that a job should wait at any time: the burst that is served.
pub(crate) const BURST: Duration = Duration::from_millis(250);
/// A queue in which nothing waited less than [`TARGET`] for so long is overloaded. It is again what
/// it was once it refused nothing for so long.
pub(crate) const INTERVAL: Duration = Duration::from_millis(100);
/// So many may always wait, whatever they cost: a few slow requests are no overload.
pub(crate) const ALWAYS_WAITING: usize = 8;
/// The share of a new time in the average of times, as a divisor: some groups of writes.
const SMOOTHING: u32 = 32;

/// What a queue knows of its recent past. Time is what callers say it is.
#[derive(Debug, Default)]
pub(crate) struct Overload {
    /// Average time from one job taken to the next that was waiting then; none before the first.
    per_job: Option<Duration>,
    /// When the last job was taken.
    taken: Option<Instant>,
    /// When a job was taken last, or put into the empty queue.
    moved: Option<Instant>,
    /// Since when no job was taken that waited for [`TARGET`] at most.
    standing: Option<Instant>,
    /// When a job was refused last.
    refused: Option<Instant>,
}

impl Overload {
    /// Whether one more job may wait behind `waiting` others.
    pub(crate) fn admits(&mut self, now: Instant, waiting: usize) -> bool {
        if waiting == 0 {
            self.standing = None;
            self.moved = Some(now);
        }
        if waiting < ALWAYS_WAITING {
            return true;
        }
        let longest = if self.is_overloaded(now) { TARGET } else { BURST };
        let fits = self.expected_wait(now, waiting) <= longest;
        if !fits {
            self.refused(now);
        }
        fits
    }

    /// Says that a job was refused.
    pub(crate) fn refused(&mut self, now: Instant) {
        self.refused = Some(now);
    }

    /// Says that a job was taken that was put at this time, and how many wait behind it.
    pub(crate) fn taken(&mut self, now: Instant, put: Instant, waiting: usize) {
        // A job that came later found the worker idle, or came in the middle of another.
        if let Some(taken) = self.taken.filter(|taken| put <= *taken) {
            let time = now.saturating_duration_since(taken);
            let average = self.per_job.unwrap_or(time);
            self.per_job = Some(average * (SMOOTHING - 1) / SMOOTHING + time / SMOOTHING);
        }
        self.taken = Some(now);
        self.moved = Some(now);
        if waiting == 0 || now.saturating_duration_since(put) <= TARGET {
            self.standing = None;
        } else {
            self.standing.get_or_insert(now);
        }
    }

    /// Whether jobs come faster than they are done.
    pub(crate) fn is_overloaded(&self, now: Instant) -> bool {
        let since = |time: Option<Instant>| time.map(|time| now.saturating_duration_since(time));
        since(self.standing).is_some_and(|time| time >= INTERVAL)
            || since(self.refused).is_some_and(|time| time < INTERVAL)
    }

    /// How long a job would wait behind `waiting` others. What is being done is expected to take as
    /// long again as it has taken.
    fn expected_wait(&self, now: Instant, waiting: usize) -> Duration {
        let stalled = self.moved.map_or(Duration::ZERO, |it| now.saturating_duration_since(it));
        let per_job = self.per_job.unwrap_or_default();
        per_job.saturating_mul(u32::try_from(waiting).unwrap_or(u32::MAX)) + stalled
    }
}

#[cfg(test)]
mod tests;

//! When a queue refuses: a burst is served, as many clients as are usual are never refused, a queue
//! that stands is kept short.
//!
//! The idea is that of controlled delay (RFC 8289): what tells overload from a burst is not how long
//! a queue is, but that for a while nothing got through it quickly. Jobs are refused before they
//! wait, never afterwards: what was accepted is run.
//!
//! Clients that wait for their answers never have more jobs in the queue than they are. So
//! [`CLIENTS`] jobs are no sign of overload, and a queue that is shorter refuses nothing until a
//! longer one has stood for a while. From then on a job may wait about as long as one takes that does
//! not wait: a read, or the commit of a group of writes. That time must not depend on how many wait,
//! or the two would drive each other up. Refused clients that come back at once look like an overload
//! although they may be few; so every now and then the usual number is tried again, and ever less
//! often as long as that fails: those who are let in then wait longer than others.

use std::time::{Duration, Instant};

/// So many jobs may wait without being an overload: clients that each wait for their answer.
pub(crate) const CLIENTS: usize = 64;
/// The longest that a job should wait where nothing is overloaded: the burst that is served.
pub(crate) const BURST: Duration = Duration::from_millis(100);
/// A queue that was longer than [`CLIENTS`] for so long is overloaded.
pub(crate) const INTERVAL: Duration = Duration::from_millis(50);
/// It is again what it was once it refused nothing for so long: longer than the refused take to come
/// back.
pub(crate) const CALM_AFTER: Duration = Duration::from_millis(500);
/// An overloaded queue waits so long before it tries whether the overload is over; twice as long after
/// each time that it is not.
pub(crate) const TRIAL_AFTER: Duration = Duration::from_secs(4);
/// But never longer than this many times.
pub(crate) const TRIALS_APART_MAX: u32 = 4;
/// A trial in which nothing was refused for so long has shown that it is.
pub(crate) const TRIAL: Duration = Duration::from_secs(1);
/// So many may always wait, whatever they cost: a few slow requests are no overload.
pub(crate) const ALWAYS_WAITING: usize = 4;
/// The bounds of what a job may wait in an overload. The first is what the system's scheduler may
/// take away, the second what clients can be asked to wait.
const WAIT: (Duration, Duration) = (Duration::from_micros(1500), Duration::from_millis(50));
/// The share of a new time in the average of times, as a divisor.
const SMOOTHING: u32 = 32;

/// What a queue knows of its recent past. Time is what callers say it is.
#[derive(Debug, Default)]
pub(crate) struct Overload {
    state: State,
    /// Average time from one job taken to the next that was waiting then; none before the first.
    per_job: Option<Duration>,
    /// Average time of a job that did not wait; none before the first.
    unloaded: Option<Duration>,
    /// When the last job was taken.
    taken: Option<Instant>,
    /// When a job was taken last, or put into the empty queue.
    moved: Option<Instant>,
    /// Since when more than [`CLIENTS`] have been waiting.
    standing: Option<Instant>,
    /// When a job was refused last.
    refused: Option<Instant>,
    /// How many times the usual time the next trial is away.
    trials_apart: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    /// Jobs are done as fast as they come, or a burst is being served.
    #[default]
    Calm,
    /// Jobs have come faster than they are done, since then.
    Overloaded(Instant),
    /// Whether they still do is being tried, since then.
    Trial(Instant),
}

impl Overload {
    /// Whether one more job may wait behind `waiting` others.
    pub(crate) fn admits(&mut self, now: Instant, waiting: usize) -> bool {
        if waiting == 0 {
            self.moved = Some(now);
        }
        self.looked_at(now, waiting);
        let fits = match self.state {
            State::Calm => waiting < CLIENTS || self.expected_wait(now, waiting) <= BURST,
            State::Trial(_) => waiting < CLIENTS,
            State::Overloaded(_) => {
                waiting < ALWAYS_WAITING || self.expected_wait(now, waiting) <= self.longest()
            }
        };
        if !fits {
            self.refused(now);
        }
        fits
    }

    /// Says that a job was refused.
    pub(crate) fn refused(&mut self, now: Instant) {
        self.refused = Some(now);
        self.trials_apart = match self.state {
            State::Calm => 1,
            State::Overloaded(_) => return,
            State::Trial(_) => (self.trials_apart * 2).min(TRIALS_APART_MAX),
        };
        self.state = State::Overloaded(now);
    }

    /// Says that a job was taken that was put at this time, and how many wait behind it.
    pub(crate) fn taken(&mut self, now: Instant, put: Instant, waiting: usize) {
        // A job that came later found the worker idle, or came in the middle of another.
        if let Some(taken) = self.taken.filter(|taken| put <= *taken) {
            average(&mut self.per_job, now.saturating_duration_since(taken));
        }
        self.taken = Some(now);
        self.moved = Some(now);
        self.looked_at(now, waiting);
    }

    /// Says that a job took so long that did not wait for others, or would have.
    pub(crate) fn unloaded(&mut self, time: Duration) {
        average(&mut self.unloaded, time);
    }

    /// Whether jobs come faster than they are done.
    pub(crate) fn is_overloaded(&self, now: Instant) -> bool {
        match self.state {
            State::Calm => false,
            State::Overloaded(since) | State::Trial(since) => {
                now.saturating_duration_since(self.refused.unwrap_or(since)) < CALM_AFTER
            }
        }
    }

    /// Goes on to the state that follows from the time and the length of the queue.
    fn looked_at(&mut self, now: Instant, waiting: usize) {
        if waiting < CLIENTS {
            self.standing = None;
        } else {
            self.standing.get_or_insert(now);
        }
        let since = |time: Option<Instant>| time.map(|time| now.saturating_duration_since(time));
        let is_unrefused = since(self.refused).is_none_or(|time| time >= CALM_AFTER);
        self.state = match self.state {
            State::Calm if since(self.standing).is_some_and(|time| time >= INTERVAL) => {
                self.trials_apart = 1;
                State::Overloaded(now)
            }
            State::Overloaded(at) if since(Some(at)).is_some_and(|time| time >= CALM_AFTER) => {
                if is_unrefused && waiting < CLIENTS {
                    State::Calm
                } else if since(Some(at))
                    .is_some_and(|time| time >= TRIAL_AFTER * self.trials_apart)
                {
                    State::Trial(now)
                } else {
                    State::Overloaded(at)
                }
            }
            State::Trial(at) if since(Some(at)).is_some_and(|time| time >= TRIAL) => State::Calm,
            state => state,
        };
    }

    /// How long a job may wait in an overload.
    fn longest(&self) -> Duration {
        self.unloaded.unwrap_or_default().clamp(WAIT.0, WAIT.1)
    }

    /// How long a job would wait behind `waiting` others. What is being done is expected to take as
    /// long again as it has taken.
    fn expected_wait(&self, now: Instant, waiting: usize) -> Duration {
        let stalled = self.moved.map_or(Duration::ZERO, |it| now.saturating_duration_since(it));
        let per_job = self.per_job.unwrap_or_default();
        per_job.saturating_mul(u32::try_from(waiting).unwrap_or(u32::MAX)) + stalled
    }
}

fn average(of: &mut Option<Duration>, time: Duration) {
    let average = of.unwrap_or(time);
    *of = Some(average * (SMOOTHING - 1) / SMOOTHING + time / SMOOTHING);
}

#[cfg(test)]
mod tests;

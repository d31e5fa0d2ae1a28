//! Refusals of an overloaded server. One that comes alone is answered at once. In a flood of them,
//! whoever is refused and comes back at once would take the processor from those who are served; so
//! a refusal waits a little there, which costs nothing.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The time between two refusals from which on they are no flood: some percent of a processor.
const APART: Duration = Duration::from_micros(500);
/// The longest that a refusal waits.
const DELAY_MAX: Duration = Duration::from_millis(50);

/// When refusals are answered.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    /// When the next one may be answered; none before the first.
    next: Mutex<Option<Instant>>,
}

impl Refusals {
    /// How long the refusal of a request waits that is refused now.
    pub(crate) fn delay(&self, now: Instant) -> Duration {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let at = next.unwrap_or(now).clamp(now, now + DELAY_MAX);
        *next = Some(at + APART);
        at - now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_that_come_apart_are_answered_at_once() {
        let (refusals, begin) = (Refusals::default(), Instant::now());
        for number in 0..1000 {
            assert_eq!(refusals.delay(begin + APART * number), Duration::ZERO);
        }
    }

    #[test]
    fn a_flood_waits_a_little_and_never_longer() {
        let (refusals, begin) = (Refusals::default(), Instant::now());
        let delays: Vec<Duration> = (0..1000).map(|_| refusals.delay(begin)).collect();
        assert!(delays.is_sorted());
        assert_eq!((delays[0], delays[10], delays[999]), (Duration::ZERO, APART * 10, DELAY_MAX));
        // What waits is forgotten with the flood.
        assert_eq!(refusals.delay(begin + 2 * DELAY_MAX), Duration::ZERO);
    }
}

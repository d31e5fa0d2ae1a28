//! Which causes were told when, so that each is told once in an interval.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use ostler_contract::error::Origin;

/// What makes two faults the same one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Cause {
    /// The address of the operation; none outside of requests.
    pub(crate) operation: Option<&'static str>,
    /// Where in the program it comes from.
    pub(crate) origin: Origin,
}

/// The most causes that are told apart; beyond them the one told longest ago is forgotten.
const CAUSES_MAX: usize = 256;

/// The causes of the last intervals.
#[derive(Debug)]
pub(crate) struct Ledger {
    interval: Duration,
    causes: HashMap<Cause, Entry>,
}

#[derive(Debug)]
struct Entry {
    told: Instant,
    /// Equal faults since then.
    repeats: u64,
}

impl Ledger {
    pub(crate) fn new(interval: Duration) -> Self {
        Self { interval, causes: HashMap::new() }
    }

    /// The number of equal faults that were not told, where this one is to be told now.
    pub(crate) fn enter(&mut self, cause: &Cause, now: Instant) -> Option<u64> {
        if let Some(entry) = self.causes.get_mut(cause) {
            if now.saturating_duration_since(entry.told) < self.interval {
                entry.repeats = entry.repeats.saturating_add(1);
                return None;
            }
            entry.told = now;
            return Some(std::mem::take(&mut entry.repeats));
        }
        if self.causes.len() >= CAUSES_MAX {
            self.forget_one();
        }
        self.causes.insert(cause.clone(), Entry { told: now, repeats: 0 });
        Some(0)
    }

    /// Takes back what was to be told and reached nobody: it counts as repeats again.
    pub(crate) fn put_back(&mut self, cause: &Cause, repeats: u64) {
        if let Some(entry) = self.causes.get_mut(cause) {
            entry.repeats = entry.repeats.saturating_add(repeats).saturating_add(1);
        }
    }

    fn forget_one(&mut self) {
        let oldest = self.causes.iter().min_by_key(|(_, entry)| entry.told);
        let oldest = oldest.map(|(cause, _)| cause.clone());
        if let Some(cause) = oldest {
            self.causes.remove(&cause);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Duration = Duration::from_secs(300);

    fn cause(kind: &'static str) -> Cause {
        let origin = Origin { kind: kind.into(), place: None };
        Cause { operation: Some("reservations/add"), origin }
    }

    #[test]
    fn a_cause_is_told_once_in_an_interval_with_its_repeats() {
        let (mut ledger, start) = (Ledger::new(INTERVAL), Instant::now());
        assert_eq!(ledger.enter(&cause("a"), start), Some(0));
        assert_eq!(ledger.enter(&cause("b"), start), Some(0), "another cause");
        assert_eq!(ledger.enter(&cause("a"), start + INTERVAL / 2), None);
        assert_eq!(ledger.enter(&cause("a"), start + INTERVAL / 2), None);
        assert_eq!(ledger.enter(&cause("a"), start + INTERVAL), Some(2));
        assert_eq!(ledger.enter(&cause("a"), start + INTERVAL * 2), Some(0));
    }

    #[test]
    fn what_reached_nobody_counts_as_repeats() {
        let (mut ledger, start) = (Ledger::new(INTERVAL), Instant::now());
        ledger.enter(&cause("a"), start);
        ledger.enter(&cause("a"), start);
        let repeats = ledger.enter(&cause("a"), start + INTERVAL).unwrap();
        ledger.put_back(&cause("a"), repeats);
        assert_eq!(ledger.enter(&cause("a"), start + INTERVAL * 2), Some(2));
    }

    #[test]
    fn causes_take_bounded_memory() {
        let (mut ledger, start) = (Ledger::new(INTERVAL), Instant::now());
        for number in 0..1000_u64 {
            let origin = Origin { kind: number.to_string().into(), place: None };
            let cause = Cause { operation: None, origin };
            assert_eq!(ledger.enter(&cause, start + Duration::from_millis(number)), Some(0));
        }
        assert_eq!(ledger.causes.len(), CAUSES_MAX);
    }
}

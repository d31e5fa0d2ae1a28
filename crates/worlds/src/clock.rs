//! The clock of a world.

use jiff::{SignedDuration, Timestamp};
use ostler_contract::primitives::UtcInstant;

/// What time it is in a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The time of the system.
    Real,
    /// The time of the system, so much later, or earlier where it is negative.
    Shifted(SignedDuration),
    /// Always the same instant.
    Frozen(UtcInstant),
}

impl Clock {
    /// The current instant of the world. Nothing else in Ostler asks the system for the time.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is where time enters")]
    pub fn now(self) -> UtcInstant {
        match self {
            Self::Real => UtcInstant::from_timestamp(Timestamp::now()),
            Self::Shifted(by) => {
                let now = Timestamp::now();
                // A shift beyond the years that can be told stops at their end.
                UtcInstant::from_timestamp(now.saturating_add(by).unwrap_or(now))
            }
            Self::Frozen(instant) => instant,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_stands_still() {
        let instant = UtcInstant::from_seconds(1_700_000_000).unwrap();
        assert_eq!(Clock::Frozen(instant).now(), instant);
    }

    #[test]
    fn a_shifted_clock_runs_ahead() {
        let shifted = Clock::Shifted(SignedDuration::from_hours(24)).now().seconds();
        let ahead = shifted - Clock::Real.now().seconds();
        assert!((86_399..=86_400).contains(&ahead), "{ahead}");
        assert!(Clock::Shifted(SignedDuration::MAX).now() > Clock::Real.now());
    }
}

//! When a call is tried again, and after how long.

use std::time::Duration;

use crate::error::Error;

/// How often and how long a call is tried.
///
/// A call is tried again only where that is safe: queries after 408, 429, 5xx and missing answers,
/// commands only where they certainly were not done: after 429, after a 503 that says that a queue
/// is full, and where no connection was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    /// How often a call is sent at the most, the first time included.
    pub attempts_max: u32,
    /// How long after its beginning a call may still be sent again.
    pub total_max: Duration,
    /// The pause after the first attempt; each further one is twice as long. Half of a pause is
    /// chance, so that clients which failed together do not come back together.
    pub pause_first: Duration,
    /// How long one pause can be, unless `Retry-After` asks for more.
    pub pause_max: Duration,
}

impl Retries {
    /// A call is sent once.
    pub const NONE: Self = Self {
        attempts_max: 1,
        total_max: Duration::ZERO,
        pause_first: Duration::ZERO,
        pause_max: Duration::ZERO,
    };

    /// How long to wait after this attempt, counted from one; none where the error stays.
    pub(crate) fn pause(&self, attempt: &Attempt, error: &Error) -> Option<Duration> {
        if attempt.number >= self.attempts_max || !is_safe(error, attempt.effect) {
            return None;
        }
        let doubled = 2_u32.saturating_pow(attempt.number - 1);
        let longest = self.pause_first.saturating_mul(doubled).min(self.pause_max);
        let pause = match error.refusal().and_then(|refusal| refusal.retry_after) {
            // Never less than asked for.
            Some(asked) => asked + share(self.pause_first, attempt.chance),
            None => longest / 2 + share(longest / 2, attempt.chance),
        };
        (attempt.elapsed + pause <= self.total_max).then_some(pause)
    }
}

impl Default for Retries {
    /// Five times within a minute, first after 0.1 s to 0.2 s.
    fn default() -> Self {
        Self {
            attempts_max: 5,
            total_max: Duration::from_secs(60),
            pause_first: Duration::from_millis(200),
            pause_max: Duration::from_secs(10),
        }
    }
}

/// An attempt that failed.
pub(crate) struct Attempt {
    /// The first one is one.
    pub(crate) number: u32,
    /// Since the call began.
    pub(crate) elapsed: Duration,
    pub(crate) effect: Effect,
    /// Any byte, anew for each attempt.
    pub(crate) chance: u8,
}

/// What sending twice would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// The same as sending once.
    Reads,
    /// Something a second time.
    Writes,
}

fn is_safe(error: &Error, effect: Effect) -> bool {
    match error {
        Error::RateLimited(_) | Error::Overloaded(_) => true,
        Error::Unanswered(unanswered) => !unanswered.was_sent || effect == Effect::Reads,
        Error::DeadlinePassed(_) | Error::Server(_) => effect == Effect::Reads,
        _ => false,
    }
}

/// None to all of a duration, by chance.
fn share(whole: Duration, chance: u8) -> Duration {
    whole * u32::from(chance) / u32::from(u8::MAX)
}

//! So many requests per key in a sliding window.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::error::Error;

/// So many requests in a window of time; written `200/30s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// The most requests in any window.
    pub requests: u32,
    /// The length of the window.
    pub window: Duration,
}

impl RateLimit {
    /// What the reference states. Source: `guidelines/environments`.
    pub const REFERENCE: Self = Self { requests: 200, window: Duration::from_secs(30) };
    /// The most requests that a limit can allow, which bounds the log of each key.
    pub const REQUESTS_MAX: u32 = 100_000;
}

impl FromStr for RateLimit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text.split_once('/').and_then(|(requests, window)| {
            let requests = requests.trim().parse().ok().filter(|it| *it <= Self::REQUESTS_MAX)?;
            let seconds: u32 = window.trim().strip_suffix('s')?.trim().parse().ok()?;
            let window = Duration::from_secs(u64::from(seconds));
            (requests > 0 && seconds > 0).then_some(Self { requests, window })
        });
        parsed.ok_or_else(|| format!("{text:?} is no rate limit such as 200/30s"))
    }
}

/// Counts the accepted requests of each key. Refused ones do not count.
#[derive(Debug)]
pub struct RateLimiter<K> {
    limit: RateLimit,
    logs: Mutex<Logs<K>>,
}

#[derive(Debug)]
struct Logs<K> {
    accepted: HashMap<K, VecDeque<Instant>>,
    swept: Option<Instant>,
}

impl<K: Eq + Hash> RateLimiter<K> {
    /// A limiter that has seen nothing yet.
    #[must_use]
    pub fn new(limit: RateLimit) -> Self {
        Self { limit, logs: Mutex::new(Logs { accepted: HashMap::new(), swept: None }) }
    }

    /// Accepts one request of `key`, or refuses it. Only keys that are known to be valid should
    /// come here: each key that was used within the window takes memory.
    ///
    /// # Errors
    /// 429 with the whole seconds, rounded up, after which a request succeeds.
    pub fn accept(&self, key: K, now: Instant) -> Result<(), Error> {
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        logs.sweep(now, self.limit.window);
        let log = logs.accepted.entry(key).or_default();
        forget(log, now, self.limit.window);
        match log.front() {
            Some(oldest) if log.len() >= self.limit.requests as usize => {
                let free = *oldest + self.limit.window;
                Err(Error::rate_limited(whole_seconds(free.saturating_duration_since(now))))
            }
            _ => {
                log.push_back(now);
                Ok(())
            }
        }
    }

    /// How many keys take memory.
    #[must_use]
    pub fn keys(&self) -> usize {
        self.logs.lock().unwrap_or_else(PoisonError::into_inner).accepted.len()
    }
}

impl<K: Eq + Hash> Logs<K> {
    /// Once per window, forgets the keys that were idle for a whole window.
    fn sweep(&mut self, now: Instant, window: Duration) {
        let swept = *self.swept.get_or_insert(now);
        if now.saturating_duration_since(swept) < window {
            return;
        }
        self.swept = Some(now);
        self.accepted.retain(|_, log| {
            forget(log, now, window);
            !log.is_empty()
        });
    }
}

/// Drops the instants that have left the window.
pub(super) fn forget(log: &mut VecDeque<Instant>, now: Instant, window: Duration) {
    while log.front().is_some_and(|oldest| now.saturating_duration_since(*oldest) >= window) {
        log.pop_front();
    }
}

/// Whole seconds, rounded up, one at least: what `Retry-After` says of a time to wait.
#[must_use]
pub fn whole_seconds(duration: Duration) -> Duration {
    let up = u64::from(duration.subsec_nanos() > 0);
    Duration::from_secs((duration.as_secs() + up).max(1))
}

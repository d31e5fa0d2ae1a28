//! Failed authentications per address: guessing tokens becomes slow, successful callers do not.

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::rate_limiter::{forget, whole_seconds};

/// Counts failures per address. Only answers that report a failure are ever slowed.
#[derive(Debug, Default, Clone)]
pub struct FailedAuthentications {
    addresses: Arc<Mutex<HashMap<IpAddr, Failures>>>,
}

#[derive(Debug, Default)]
struct Failures {
    log: VecDeque<Instant>,
    delayed: usize,
}

/// How the answer to a failure is to be treated.
#[derive(Debug)]
pub enum Treatment {
    /// Answer at once.
    Answer,
    /// Answer after [`FailedAuthentications::DELAY`], holding the value meanwhile.
    Delay(Delay),
    /// Answer with 429 instead.
    Refuse {
        /// Whole seconds after which a failure is answered again.
        retry_after: Duration,
    },
}

/// An answer that is being delayed; dropping it ends the delay.
#[derive(Debug)]
pub struct Delay {
    all: FailedAuthentications,
    address: IpAddr,
}

impl FailedAuthentications {
    /// Failures in the window that are answered at once.
    pub const FAILURES_MAX: usize = 200;
    /// The length of the window.
    pub const WINDOW: Duration = Duration::from_secs(30);
    /// How long further failures wait for their answer.
    pub const DELAY: Duration = Duration::from_millis(250);
    /// The most answers delayed at once for one address.
    pub const DELAYED_MAX: usize = 64;
    /// The most addresses remembered one by one; further ones share their count.
    pub const ADDRESSES_MAX: usize = 4096;

    /// Counts one failure from `address`.
    #[must_use]
    pub fn failed(&self, address: IpAddr, now: Instant) -> Treatment {
        let mut addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        let address = remembered(&mut addresses, network(address), now);
        let failures = addresses.entry(address).or_default();
        forget(&mut failures.log, now, Self::WINDOW);
        if failures.log.len() < Self::FAILURES_MAX {
            failures.log.push_back(now);
            return Treatment::Answer;
        }
        if failures.delayed < Self::DELAYED_MAX {
            failures.delayed += 1;
            return Treatment::Delay(Delay { all: self.clone(), address });
        }
        let free = failures.log.front().map_or(now, |oldest| *oldest + Self::WINDOW);
        Treatment::Refuse { retry_after: whole_seconds(free.saturating_duration_since(now)) }
    }

    /// How many addresses take memory.
    #[must_use]
    pub fn addresses(&self) -> usize {
        self.addresses.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Drop for Delay {
    fn drop(&mut self) {
        let mut addresses = self.all.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(failures) = addresses.get_mut(&self.address) {
            failures.delayed = failures.delayed.saturating_sub(1);
        }
    }
}

/// The address under which failures are counted: the shared one when there is no room for another.
fn remembered(addresses: &mut HashMap<IpAddr, Failures>, address: IpAddr, now: Instant) -> IpAddr {
    const SHARED: IpAddr = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
    if addresses.contains_key(&address) || addresses.len() < FailedAuthentications::ADDRESSES_MAX {
        return address;
    }
    addresses.retain(|_, failures| {
        forget(&mut failures.log, now, FailedAuthentications::WINDOW);
        failures.delayed > 0 || !failures.log.is_empty()
    });
    if addresses.len() < FailedAuthentications::ADDRESSES_MAX { address } else { SHARED }
}

/// An IPv6 caller owns a whole /64, so that is what counts; IPv4 stays as it is.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let prefix = u128::from(address) & (u128::MAX << 64);
            IpAddr::V6(Ipv6Addr::from(prefix))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

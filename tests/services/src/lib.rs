//! Throw-away PostgreSQL and Redis for tests: started from the system's packages, on loopback, and
//! ended with whoever started them.
//!
//! `cargo xtask test` starts one of each for a whole run and names them by the variables below. A
//! test that has to stop a service starts one of its own, as does a test that is run without those
//! variables.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub mod packages;
pub mod postgres;
pub mod redis;
mod supervisor;

/// The variable with the address of a PostgreSQL cluster: where it is set, tests run on it.
pub const POSTGRES: &str = "OSTLER_TEST_POSTGRES";
/// The variable with the folder of PostgreSQL's programs.
pub const POSTGRES_BIN: &str = "OSTLER_TEST_POSTGRES_BIN";
/// The variable with the address of a Redis.
pub const REDIS: &str = "OSTLER_TEST_REDIS";

/// How long a service may take until it answers.
const START_TIME: Duration = Duration::from_secs(60);
/// How often a service is started on another port, where somebody else took the first.
const ATTEMPTS_MAX: usize = 3;
/// Ports are taken from here: below those that the system gives to outgoing connections, so that a
/// service finds its port free again when it is restarted.
const PORT_MIN: u16 = 12_000;
/// The number of ports from [`PORT_MIN`] on.
const PORTS: u16 = 20_000;

/// How a service ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// As its operators end it: connections are closed, data is written.
    Orderly,
    /// At once, as after a loss of power.
    Crash,
}

/// What a variable says; none where it is not set, or empty.
#[must_use]
pub fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "tests learn of services by the environment")]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A port of the loopback address that nobody listens on at the moment.
fn free_port() -> u16 {
    let is_free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    std::iter::repeat_with(|| {
        let offset = random() % u64::from(PORTS);
        PORT_MIN + u16::try_from(offset).unwrap_or_default()
    })
    .find(is_free)
    .unwrap_or(PORT_MIN)
}

/// A number that differs between the processes which ask for one.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// The folder below `target` where services have their data.
fn below_target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/services")
}

/// A new folder in another.
fn new_folder(parent: &Path, name: &str) -> Result<PathBuf, String> {
    let shown = |error| format!("a folder in {} cannot be made: {error}", parent.display());
    std::fs::create_dir_all(parent).map_err(shown)?;
    let parent = parent.canonicalize().map_err(shown)?;
    let folder = parent.join(format!("ostler-{name}-{:016x}", random()));
    std::fs::create_dir(&folder).map_err(shown)?;
    Ok(folder)
}

#[cfg(test)]
mod tests;

//! Where the services' programs are, and how Debian's packages with them are installed.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{POSTGRES_BIN, variable};

/// What to do where programs are missing.
pub const INSTALL: &str = "run `apt-get install -y postgresql redis-server` on Debian, or put the \
                           programs of PostgreSQL and Redis into PATH";
/// The programs of PostgreSQL that are used; a folder has all of them or does not count.
const POSTGRES_PROGRAMS: [&str; 5] = ["initdb", "postgres", "pg_ctl", "psql", "pgbench"];
/// Where Debian has a folder for each version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The folder of PostgreSQL's programs: the one that is named by the environment, or that PATH
/// leads to, or the newest of Debian's.
///
/// # Errors
/// Says what to install.
pub fn postgres_bin() -> Result<PathBuf, String> {
    if let Some(folder) = variable(POSTGRES_BIN).map(PathBuf::from) {
        let missing = POSTGRES_PROGRAMS.iter().find(|name| !folder.join(name).is_file());
        return match missing {
            None => Ok(folder),
            Some(name) => {
                Err(format!("{POSTGRES_BIN}: there is no {name} in {}", folder.display()))
            }
        };
    }
    // What is in PATH may be links to single programs.
    let in_path = in_path("initdb").and_then(|path| path.canonicalize().ok());
    let in_path = in_path.as_deref().and_then(Path::parent).map(Path::to_owned);
    let is_whole =
        |folder: &PathBuf| POSTGRES_PROGRAMS.iter().all(|name| folder.join(name).is_file());
    in_path
        .into_iter()
        .chain(newest_first(Path::new(DEBIAN)))
        .find(is_whole)
        .ok_or_else(|| format!("PostgreSQL is not installed: {INSTALL}"))
}

/// The program of Redis.
///
/// # Errors
/// Says what to install.
pub fn redis_server() -> Result<PathBuf, String> {
    in_path("redis-server").ok_or_else(|| format!("Redis is not installed: {INSTALL}"))
}

/// Installs what is missing, where this program may: as root on Debian. Changes nothing where
/// nothing is missing.
///
/// # Errors
/// Says what is missing and what to do.
pub fn install_missing() -> Result<(), String> {
    let missing = missing();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    if !is_root() || in_path("apt-get").is_none() {
        let needed = format!("The tests need packages that are not installed: {names}.");
        let by_hand = format!("As root: apt-get install -y {names}");
        return Err(format!("{needed}\n{by_hand}"));
    }
    apt_get(&["update"])?;
    apt_get(&[["install", "-y"].as_slice(), &missing].concat())?;
    postgres_bin().and(redis_server()).map(drop)
}

/// Debian's packages whose programs are not there.
fn missing() -> Vec<&'static str> {
    let needed = [("postgresql", postgres_bin()), ("redis-server", redis_server())];
    needed.into_iter().filter(|(_, found)| found.is_err()).map(|(name, _)| name).collect()
}

fn apt_get(arguments: &[&str]) -> Result<(), String> {
    let mut command = Command::new("apt-get");
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    let shown = format!("apt-get {}", arguments.join(" "));
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{shown}` failed: {status}")),
        Err(error) => Err(format!("`{shown}` failed: {error}")),
    }
}

/// Whether this program runs as root.
pub(crate) fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// The program that a shell would run.
fn in_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// The folders of the versions that Debian has, the newest first.
fn newest_first(parent: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(parent) else { return Vec::new() };
    let version = |path: &PathBuf| path.file_name()?.to_str()?.parse::<f32>().ok();
    let mut found: Vec<(f32, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| Some((version(&entry.path())?, entry.path().join("bin"))))
        .collect();
    found.sort_by(|(left, _), (right, _)| right.total_cmp(left));
    found.into_iter().map(|(_, path)| path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_goes_first() {
        let parent = crate::new_folder(&crate::below_target(), "versions").unwrap();
        for version in ["9.6", "15", "16", "100", "common"] {
            std::fs::create_dir(parent.join(version)).unwrap();
        }
        let found = newest_first(&parent);
        let expected = ["100", "16", "15", "9.6"].map(|it| parent.join(it).join("bin"));
        std::fs::remove_dir_all(&parent).unwrap();
        assert_eq!(found, expected);
    }
}

//! The program as a process.

use std::borrow::Cow;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use ostler_client::{Client, Credentials, Retries};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::{Place, Problem};

/// How long the program may take to start or to end, far beyond what it does.
const PATIENCE: Duration = Duration::from_secs(120);

/// A process that may not serve yet.
pub(crate) struct Starting {
    process: Child,
    log: PathBuf,
}

impl Starting {
    pub(crate) fn start(program: &Path, place: &Place) -> Result<Self, Problem> {
        let log = place.log().into_owned();
        let errors = OpenOptions::new().create(true).append(true).open(&log)?;
        let mut command = command(program, place);
        command.args(["serve", "--listen", "127.0.0.1:0", "--rate-limit", "off", "--log", "warn"]);
        let process = command.stdout(Stdio::piped()).stderr(errors).kill_on_drop(true).spawn()?;
        Ok(Self { process, log })
    }

    pub(crate) async fn kill(&mut self) -> Result<(), Problem> {
        Ok(timeout(PATIENCE, self.process.kill()).await??)
    }

    /// Where it serves.
    async fn address(&mut self) -> Result<String, Problem> {
        let output = self.process.stdout.take().ok_or("the output was read before")?;
        let mut lines = BufReader::new(output).lines();
        while let Some(line) = timeout(PATIENCE, lines.next_line()).await?? {
            if let Some(address) = line.strip_prefix("Address: ") {
                return Ok(address.to_owned());
            }
        }
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        Err(format!("the program does not start:\n{log}").into())
    }
}

/// A process that serves.
pub(crate) struct Server {
    starting: Starting,
    address: String,
}

impl Server {
    /// Starts the program on a world and waits until it serves.
    ///
    /// # Errors
    /// Where it does not serve; with its log.
    pub(crate) async fn start(program: &Path, place: &Place) -> Result<Self, Problem> {
        let mut starting = Starting::start(program, place)?;
        let address = starting.address().await?;
        Ok(Self { starting, address })
    }

    /// A client of the demo hotel in London, which sends everything once.
    pub(crate) fn client(&self) -> Result<Client, Problem> {
        // The public demo tokens of the reference.
        let credentials = Credentials::new(
            "E0D439EE522F44368DC78E1BFB03710C-D24FB11DBE31D4621C4817E028D9E1D",
            "C66EF7B239D24632943D115EDE9CB810-EA00F8FD8294692C940F6B5A8F9453D",
            "Ostler crash 1.0.0",
        );
        Ok(Client::new(&self.address, credentials)?.with_retries(Retries::NONE))
    }

    pub(crate) async fn kill(mut self) -> Result<(), Problem> {
        self.starting.kill().await
    }

    /// Asks it to end, which it has to do well.
    pub(crate) async fn terminate(mut self) -> Result<(), Problem> {
        let process = &mut self.starting.process;
        let id = process.id().ok_or("the process ended by itself")?.to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status().await?;
        let ended = timeout(PATIENCE, process.wait()).await??;
        if asked.success() && ended.success() {
            return Ok(());
        }
        Err(format!("asked to end, the process ended with {ended}").into())
    }
}

/// Holds a folder against itself, as `ostler verify` does.
pub(crate) async fn verify(program: &Path, place: &Place) -> Result<(), Problem> {
    if matches!(place, Place::Database { .. }) {
        return Ok(());
    }
    let output = timeout(PATIENCE, command(program, place).arg("verify").output()).await??;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("ostler verify: {}", String::from_utf8_lossy(&output.stderr)).into())
}

impl Place {
    /// Where the program's log goes: beside the folder, not into it.
    fn log(&self) -> Cow<'_, Path> {
        match self {
            Self::Folder(folder) => folder.with_extension("log").into(),
            Self::Database { log, .. } => log.into(),
        }
    }
}

fn command(program: &Path, place: &Place) -> Command {
    let mut command = Command::new(program);
    command.env_remove("OSTLER_DATA").env_remove("OSTLER_STORE");
    match place {
        Place::Folder(folder) => command.arg("--data").arg(folder),
        Place::Database { url, .. } => command.args(["--store", url]),
    };
    command
}

//! Server processes: started, ready, ended.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Failure;
use crate::machine::{self, CpuTime};

/// Whether a server keeps documents in memory that it has read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Memory {
    /// As many as it does by itself.
    Usual,
    /// None: every page is read from the database.
    Off,
}

impl Memory {
    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Usual => &[],
            Self::Off => &["--document-cache", "off"],
        }
    }
}

/// A running server; ended when it is dropped.
pub(crate) struct Server {
    process: Child,
    /// Open as long as the server runs, so that it can go on writing.
    _output: BufReader<ChildStdout>,
    pub(crate) address: SocketAddr,
    /// From the start of the process until it said its address.
    pub(crate) ready: Duration,
}

impl Server {
    /// Ostler on a data folder, with the limit of requests off.
    pub(crate) fn ostler(binary: &Path, folder: &Path) -> Result<Self, Failure> {
        Self::on_folder(binary, folder, &[])
    }

    fn on_folder(binary: &Path, folder: &Path, arguments: &[&str]) -> Result<Self, Failure> {
        let mut command = Command::new(binary);
        command.args(["serve", "--listen", "127.0.0.1:0", "--rate-limit", "off", "--data"]);
        command.arg(folder).args(arguments).env("OSTLER_LOG", "warn");
        Self::start(command)
    }

    /// Ostler on a PostgreSQL database, with the limit of requests off.
    pub(crate) fn on_postgres(binary: &Path, store: &str, memory: Memory) -> Result<Self, Failure> {
        let mut command = Command::new(binary);
        command.args(["serve", "--listen", "127.0.0.1:0", "--rate-limit", "off", "--store", store]);
        command.args(memory.arguments()).env("OSTLER_LOG", "warn");
        Self::start(command)
    }

    /// The one on a folder, once it has nothing left to do by itself: it checks a large file after its start.
    pub(crate) fn settled(binary: &Path, folder: &Path, memory: Memory) -> Result<Self, Failure> {
        let server = Self::on_folder(binary, folder, memory.arguments())?;
        let process = server.id().to_string();
        loop {
            let before = CpuTime::of(&process)?;
            machine::pause(Duration::from_millis(300));
            if CpuTime::of(&process)?.since(before).is_zero() {
                return Ok(server);
            }
        }
    }

    /// The same HTTP stack with fixed bytes.
    pub(crate) fn fixed(bytes: usize) -> Result<Self, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["fixed", "--bytes", &bytes.to_string()]);
        Self::start(command)
    }

    fn start(mut command: Command) -> Result<Self, Failure> {
        let began = Instant::now();
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let output = process.stdout.take().ok_or("a server without standard output")?;
        let (mut output, mut line) = (BufReader::new(output), String::new());
        while output.read_line(&mut line)? > 0 {
            if let Some(address) = line.strip_prefix("Address: http://") {
                let (address, ready) = (address.trim().parse()?, began.elapsed());
                return Ok(Self { process, _output: output, address, ready });
            }
            line.clear();
        }
        Err(format!("the server did not start: {}", process.wait()?).into())
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGTERM lets it close its database; `Child` itself can only kill.
        let asked = Command::new("kill").arg(self.process.id().to_string()).status();
        if !asked.is_ok_and(|status| status.success()) && self.process.kill().is_err() {
            eprintln!("server {} may still be running", self.process.id());
        }
        if let Err(error) = self.process.wait() {
            eprintln!("server {}: {error}", self.process.id());
        }
    }
}

//! A throw-away PostgreSQL cluster.

use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::supervisor::Supervisor;
use crate::{ATTEMPTS_MAX, Ending, below_target, free_port, new_folder, packages};

/// The superuser of a cluster.
pub const USER: &str = "ostler";
/// Whom Debian's package makes to run clusters, because they refuse to run as root.
const ACCOUNT: &str = "postgres";
/// Only loopback.
const REACH: [(&str, &str); 2] =
    [("listen_addresses", "127.0.0.1"), ("unix_socket_directories", "")];
/// Speed before durability: the data is thrown away.
const SPEED: [(&str, &str); 6] = [
    ("fsync", "off"),
    ("synchronous_commit", "off"),
    ("full_page_writes", "off"),
    ("shared_buffers", "128MB"),
    ("wal_level", "minimal"),
    ("max_wal_senders", "0"),
];
/// Connections that a cluster takes, and for each core further ones: as many tests run at once.
const CONNECTIONS: usize = 150;
/// Connections for each core.
const CONNECTIONS_PER_CORE: usize = 25;

/// A cluster of one's own: over loopback, everybody is believed to be who they say. It ends when
/// this is dropped.
#[derive(Debug)]
pub struct Postgres {
    supervisor: Supervisor,
    data: PathBuf,
    bin: PathBuf,
    port: u16,
}

impl Postgres {
    /// Makes and starts a cluster. `settings` are further ones, as in `postgresql.conf`; they go
    /// before those for speed.
    ///
    /// # Errors
    /// Says what is missing, or shows the log of the cluster that did not start.
    pub fn start(settings: &[(&str, &str)]) -> Result<Self, String> {
        Self::make(&[&SPEED, settings].concat())
    }

    /// The same without the settings for speed: what it acknowledges is on the disk, as by the
    /// defaults of PostgreSQL. For benchmarks.
    ///
    /// # Errors
    /// Says what is missing, or shows the log of the cluster that did not start.
    pub fn durable(settings: &[(&str, &str)]) -> Result<Self, String> {
        Self::make(settings)
    }

    fn make(settings: &[(&str, &str)]) -> Result<Self, String> {
        let bin = packages::postgres_bin()?;
        let account = Account::able()?;
        let folder = account.folder()?;
        let data = folder.join("data");
        let mut service = account.run(&bin.join("postgres"));
        service.arg("-D").arg(&data);
        // From here on the folder is removed in the end, whatever happens.
        let supervisor = Supervisor::new(&folder, "QUIT", &service)?;
        account.initialise(&bin, &data)?;
        let connections = connections().to_string();
        let usual = REACH.into_iter().chain([("max_connections", connections.as_str())]);
        let all: Vec<(&str, &str)> = usual.chain(settings.iter().copied()).collect();
        let mut cluster = Self { supervisor, data, bin, port: 0 };
        cluster.set(&all)?;
        let mut problem = String::new();
        for _ in 0..ATTEMPTS_MAX {
            cluster.port = free_port();
            cluster.set(&[("port", &cluster.port.to_string())])?;
            match cluster.start_again() {
                Ok(()) => return Ok(cluster),
                Err(log) => problem = log,
            }
        }
        Err(format!("PostgreSQL does not start:\n{problem}"))
    }

    /// The address of a database in it.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/{database}", self.port)
    }

    /// The port that it listens on.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The folder of its data.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The folder of its programs: `psql`, `pgbench` and so on.
    #[must_use]
    pub fn bin(&self) -> &Path {
        &self.bin
    }

    /// Writes settings to `postgresql.conf`; they hold from the next start on.
    ///
    /// # Errors
    /// Says that the file cannot be written.
    pub fn set(&self, settings: &[(&str, &str)]) -> Result<(), String> {
        let path = self.data.join("postgresql.conf");
        let mut text = String::new();
        for (name, value) in settings {
            writeln!(text, "{name} = '{value}'").map_err(|error| error.to_string())?;
        }
        append(&path, &text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Ends it; the data stays.
    ///
    /// # Errors
    /// Says that its supervisor is gone.
    pub fn end(&mut self, ending: Ending) -> Result<(), String> {
        self.supervisor.end(match ending {
            Ending::Orderly => "INT",
            Ending::Crash => "QUIT",
        })
    }

    /// Starts it again, on the same port and data.
    ///
    /// # Errors
    /// Shows the end of its log.
    pub fn start_again(&mut self) -> Result<(), String> {
        let data = &self.data;
        self.supervisor.start(|id| is_ready(data, id))
    }
}

/// Who runs a cluster: whoever runs this program, or the account of Debian's package in place of
/// root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Account {
    Ours,
    Package,
}

impl Account {
    /// The account that can run a cluster.
    fn able() -> Result<Self, String> {
        if !packages::is_root() {
            return Ok(Self::Ours);
        }
        let exists = Command::new("id").args(["-u", ACCOUNT]).output();
        if exists.is_ok_and(|output| output.status.success()) {
            return Ok(Self::Package);
        }
        Err(format!(
            "PostgreSQL does not run as root, and there is no user {ACCOUNT}: {}",
            packages::INSTALL
        ))
    }

    /// A command that runs a program under this account.
    fn run(self, program: &Path) -> Command {
        if self == Self::Ours {
            return Command::new(program);
        }
        let mut command = Command::new("setpriv");
        command.args(["--reuid", ACCOUNT, "--regid", ACCOUNT, "--clear-groups"]).arg(program);
        command
    }

    /// A new folder that this account owns and can reach: below `target`, or among the system's
    /// temporary files.
    fn folder(self) -> Result<PathBuf, String> {
        let folder = new_folder(&below_target(), "postgres")?;
        if self == Self::Ours || self.is_given(&folder)? {
            return Ok(folder);
        }
        std::fs::remove_dir(&folder).map_err(|error| error.to_string())?;
        let folder = new_folder(&std::env::temp_dir(), "postgres")?;
        if self.is_given(&folder)? {
            return Ok(folder);
        }
        Err(format!("the user {ACCOUNT} cannot reach {}", folder.display()))
    }

    /// Makes the folder this account's own; whether it can reach it.
    fn is_given(self, folder: &Path) -> Result<bool, String> {
        succeeds(Command::new("chown").arg(ACCOUNT).arg(folder))?;
        let mut test = self.run(Path::new("test"));
        let status = test.arg("-w").arg(folder).stderr(Stdio::null()).status();
        status.map(|status| status.success()).map_err(|error| format!("setpriv: {error}"))
    }

    /// Makes the files of a cluster.
    fn initialise(self, bin: &Path, data: &Path) -> Result<(), String> {
        let mut initdb = self.run(&bin.join("initdb"));
        initdb.args(["--username", USER, "--auth", "trust", "--no-sync", "--no-instructions"]);
        initdb.args(["--encoding", "UTF8", "--locale", "C.UTF-8", "--pgdata"]).arg(data);
        let folder = data.parent().unwrap_or(data);
        succeeds(initdb.current_dir(folder))
    }
}

/// Runs a command that has to succeed.
fn succeeds(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().display().to_string();
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

fn append(path: &Path, text: &str) -> io::Result<()> {
    let mut file = std::fs::OpenOptions::new().append(true).open(path)?;
    io::Write::write_all(&mut file, text.as_bytes())
}

fn connections() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    CONNECTIONS + CONNECTIONS_PER_CORE * cores
}

/// Whether the process is the cluster that takes connections, by the file that `pg_ctl` reads too.
fn is_ready(data: &Path, id: u32) -> bool {
    let Ok(text) = std::fs::read_to_string(data.join("postmaster.pid")) else { return false };
    let mut lines = text.lines();
    let is_ours = lines.next().is_some_and(|line| line.trim() == id.to_string());
    is_ours && lines.nth(6).is_some_and(|line| line.trim() == "ready")
}

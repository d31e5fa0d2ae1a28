//! A throw-away Redis.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::Command;
use std::time::Duration;

use crate::supervisor::Supervisor;
use crate::{ATTEMPTS_MAX, Ending, REDIS, below_target, free_port, new_folder, packages, variable};

/// A Redis of one's own, without a file and without a password; it ends when this is dropped.
#[derive(Debug)]
pub struct Redis {
    supervisor: Supervisor,
    port: u16,
}

/// A Redis that others may use at the same time.
#[derive(Debug)]
pub struct Common {
    url: String,
    /// Where nobody named one.
    _own: Option<Redis>,
}

impl Common {
    /// The Redis that the environment names, or else one of one's own.
    ///
    /// # Errors
    /// As of [`Redis::start`].
    pub fn find() -> Result<Self, String> {
        if let Some(url) = variable(REDIS) {
            return Ok(Self { url, _own: None });
        }
        let own = Redis::start()?;
        Ok(Self { url: own.url(), _own: Some(own) })
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Redis {
    /// Starts a Redis.
    ///
    /// # Errors
    /// Says what is missing, or shows the log of the Redis that did not start.
    pub fn start() -> Result<Self, String> {
        let program = packages::redis_server()?;
        let mut problem = String::new();
        for _ in 0..ATTEMPTS_MAX {
            let folder = new_folder(&below_target(), "redis")?;
            let port = free_port();
            let mut command = Command::new(&program);
            command.args(["--bind", "127.0.0.1", "--port", &port.to_string()]);
            command.args(["--save", "", "--appendonly", "no", "--daemonize", "no"]);
            let supervisor = Supervisor::new(&folder, "KILL", &command)?;
            let mut redis = Self { supervisor, port };
            match redis.start_again() {
                Ok(()) => return Ok(redis),
                Err(log) => problem = log,
            }
        }
        Err(format!("redis-server does not start:\n{problem}"))
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Ends it. It knows nothing any more when it is started again.
    ///
    /// # Errors
    /// Says that its supervisor is gone.
    pub fn end(&mut self, ending: Ending) -> Result<(), String> {
        self.supervisor.end(match ending {
            Ending::Orderly => "TERM",
            Ending::Crash => "KILL",
        })
    }

    /// Lets it answer nobody any more, although its connections stand.
    ///
    /// # Errors
    /// Says that its supervisor is gone.
    pub fn freeze(&mut self) -> Result<(), String> {
        self.supervisor.freeze()
    }

    /// Lets a frozen one go on.
    ///
    /// # Errors
    /// Says that its supervisor is gone.
    pub fn thaw(&mut self) -> Result<(), String> {
        self.supervisor.thaw()
    }

    /// Starts it again, on the same port.
    ///
    /// # Errors
    /// Shows the end of its log.
    pub fn start_again(&mut self) -> Result<(), String> {
        let port = self.port;
        self.supervisor.start(|id| answers(port, id))
    }
}

/// Whether the process is the Redis that answers on the port.
fn answers(port: u16, id: u32) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let asked = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(b"INFO server\r\nQUIT\r\n")?;
        let expected = format!("process_id:{id}");
        Ok(BufReader::new(stream).lines().map_while(Result::ok).any(|line| line == expected))
    };
    asked().unwrap_or(false)
}

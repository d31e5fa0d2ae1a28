//! A throw-away Redis.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::Command;
use std::time::Duration;

use crate::supervisor::Supervisor;
use crate::{ATTEMPTS_MAX, Ending, below_target, free_port, new_folder, packages};

/// A Redis of one's own, without a file and without a password; it ends when this is dropped.
#[derive(Debug)]
pub struct Redis {
    supervisor: Supervisor,
    port: u16,
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

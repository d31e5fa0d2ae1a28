//! A relay between a server and its database that cuts a connection at a chosen moment.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// When a connection is cut that carried certain words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// In place of the words themselves.
    Work,
    /// In place of the COMMIT behind them.
    Commit,
    /// In place of the answer to that COMMIT.
    Answer,
    /// Not cut: nothing goes through any more from these words on, and nobody is told.
    Silence,
}

/// Relays connections to a database until the test ends.
pub(crate) struct Relay {
    address: String,
    order: Arc<Mutex<Option<(Cut, String)>>>,
}

impl Relay {
    pub(crate) fn to(port: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let order = Arc::<Mutex<Option<(Cut, String)>>>::default();
        let of_relay = Self { address, order: Arc::clone(&order) };
        thread::spawn(move || {
            for server in listener.incoming() {
                let Ok(server) = server else { return };
                // Without a database, the server sees its connection end.
                let Ok(database) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else {
                    continue;
                };
                let connection = Connection {
                    server,
                    database,
                    order: Arc::clone(&order),
                    is_muted: AtomicBool::default(),
                };
                let connection = Arc::new(connection);
                let back = Arc::clone(&connection);
                thread::spawn(move || drop(connection.forth()));
                thread::spawn(move || drop(back.back()));
            }
        });
        of_relay
    }

    /// The address of a database behind the relay.
    pub(crate) fn url(&self, direct: &str) -> String {
        let (before, after) = direct.split_once('@').unwrap();
        let (_, database) = after.split_once('/').unwrap();
        format!("{before}@{}/{database}", self.address)
    }

    /// Cuts the connection that carries these words next, once.
    pub(crate) fn cut(&self, cut: Cut, words: &str) {
        *self.order.lock().unwrap() = Some((cut, words.to_owned()));
    }

    /// Whether it has cut what it was to cut.
    pub(crate) fn is_done(&self) -> bool {
        self.order.lock().unwrap().is_none()
    }
}

struct Connection {
    server: TcpStream,
    database: TcpStream,
    order: Arc<Mutex<Option<(Cut, String)>>>,
    /// Whether the server is told nothing any more, and is cut off at the answer to the commit.
    is_muted: AtomicBool,
}

impl Connection {
    /// What the server says. Its words may come in several pieces, so what came since the last
    /// commit is looked at as a whole.
    fn forth(&self) -> io::Result<()> {
        let (mut piece, mut said) = (vec![0; 1 << 16], Vec::new());
        loop {
            let length = (&self.server).read(&mut piece)?;
            if length == 0 {
                return self.end();
            }
            said.extend_from_slice(&piece[..length]);
            match self.cut(&said) {
                Some(Cut::Work | Cut::Commit) => return self.end(),
                Some(Cut::Answer) => self.is_muted.store(true, Ordering::SeqCst),
                // The server ends this by itself; the database hears of nothing.
                Some(Cut::Silence) => {
                    return io::copy(&mut &self.server, &mut io::sink()).map(drop);
                }
                None => {}
            }
            if contains(&said, b"COMMIT\0") {
                said.clear();
            }
            (&self.database).write_all(&piece[..length])?;
        }
    }

    /// What is to be done because of what the server said, once.
    fn cut(&self, said: &[u8]) -> Option<Cut> {
        let mut order = self.order.lock().unwrap();
        let (cut, words) = order.as_ref()?;
        let is_meant = contains(said, words.as_bytes())
            && (matches!(cut, Cut::Work | Cut::Silence) || contains(said, b"COMMIT\0"));
        if is_meant { order.take().map(|(cut, _)| cut) } else { None }
    }

    /// What the database says.
    fn back(&self) -> io::Result<()> {
        let (mut piece, mut unsaid) = (vec![0; 1 << 16], Vec::new());
        loop {
            let length = (&self.database).read(&mut piece)?;
            if length == 0 {
                return self.end();
            }
            if self.is_muted.load(Ordering::SeqCst) {
                unsaid.extend_from_slice(&piece[..length]);
                if contains(&unsaid, b"COMMIT\0") {
                    return self.end();
                }
            } else {
                (&self.server).write_all(&piece[..length])?;
            }
        }
    }

    fn end(&self) -> io::Result<()> {
        self.database.shutdown(Shutdown::Both)?;
        self.server.shutdown(Shutdown::Both)
    }
}

fn contains(text: &[u8], words: &[u8]) -> bool {
    text.windows(words.len()).any(|it| it == words)
}

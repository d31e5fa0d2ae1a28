//! Clients that add guests under whatever happens, and a book of what they were told.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};

use super::support::{found, guest, pause, try_post, until};
use crate::support::Server;

/// Clients of each server.
const CLIENTS: usize = 4;
/// Names that are looked up at once.
const NAMES_MAX: usize = 500;

/// Makes names of guests that nobody else has.
static GUESTS: AtomicUsize = AtomicUsize::new(0);

/// What is known of a guest who was to be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Acknowledged.
    Done,
    /// Refused, or never sent.
    Undone,
    /// Without an answer, or with one that says that nobody knows.
    Unknown,
}

/// Clients at work, some for each server.
pub(crate) struct Load {
    is_over: Arc<AtomicBool>,
    /// For each server, how many guests it acknowledged.
    acknowledged: Vec<Arc<AtomicUsize>>,
    clients: Vec<JoinHandle<Vec<(String, Fate, u16)>>>,
}

impl Load {
    pub(crate) fn start(servers: &[&Server]) -> Self {
        let is_over = Arc::<AtomicBool>::default();
        let acknowledged: Vec<Arc<AtomicUsize>> = servers.iter().map(|_| Arc::default()).collect();
        let mut clients = Vec::new();
        for (server, acknowledged) in servers.iter().zip(&acknowledged) {
            for _ in 0..CLIENTS {
                let (address, is_over) = (server.address.clone(), Arc::clone(&is_over));
                let acknowledged = Arc::clone(acknowledged);
                clients.push(thread::spawn(move || work(&address, &is_over, &acknowledged)));
            }
        }
        Self { is_over, acknowledged, clients }
    }

    /// Waits until a server has acknowledged so many more.
    #[track_caller]
    pub(crate) fn goes_on(&self, server: usize, count: usize) {
        let acknowledged = || self.acknowledged[server].load(Ordering::Relaxed);
        let enough = acknowledged() + count;
        until("a server acknowledges", || acknowledged() >= enough);
    }

    /// Ends it.
    pub(crate) fn finish(self) -> Ledger {
        self.is_over.store(true, Ordering::Relaxed);
        Ledger(self.clients.into_iter().flat_map(|it| it.join().unwrap()).collect())
    }
}

/// Adds guests until it is told to stop, or the server is gone.
fn work(
    address: &str,
    is_over: &AtomicBool,
    acknowledged: &AtomicUsize,
) -> Vec<(String, Fate, u16)> {
    let mut guests = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        let name = format!("Guest-{}", GUESTS.fetch_add(1, Ordering::Relaxed));
        let (fate, status) = match try_post(address, "customers/add", &guest(&name)) {
            Ok((200, _)) => (Fate::Done, 200),
            Ok((status @ (408 | 409 | 503), _)) => (Fate::Undone, status),
            Ok((500, _)) => (Fate::Unknown, 500),
            Ok((status, answer)) => panic!("{status}: {answer}"),
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => return guests,
            Err(_) => (Fate::Unknown, 0),
        };
        guests.push((name, fate, status));
        if fate == Fate::Done {
            acknowledged.fetch_add(1, Ordering::Relaxed);
        } else {
            pause();
        }
    }
    guests
}

/// What clients were told: of each guest the name, and with which status.
pub(crate) struct Ledger(Vec<(String, Fate, u16)>);

impl Ledger {
    /// Who was acknowledged is there once; who was refused is not; the others are so once at most.
    #[track_caller]
    pub(crate) fn check(&self, server: &Server) {
        for part in self.0.chunks(NAMES_MAX) {
            let names: Vec<&str> = part.iter().map(|(name, ..)| name.as_str()).collect();
            let there = found(server, &names);
            for (name, fate, status) in part {
                let count = there.iter().filter(|it| *it == name).count();
                let is_right = match fate {
                    Fate::Done => count == 1,
                    Fate::Undone => count == 0,
                    Fate::Unknown => count <= 1,
                };
                assert!(is_right, "{name}, answered with {status}, is there {count} times");
            }
        }
    }

    /// How many were answered with this status.
    pub(crate) fn count(&self, status: u16) -> usize {
        self.0.iter().filter(|it| it.2 == status).count()
    }
}

//! A server of others on a loopback port, which keeps what it gets.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver as Channel, Sender};
use std::thread;

/// What others sent.
pub(crate) struct Request {
    /// The request line and the headers, in lower case.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// Answers every request with 200, once it is told to.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    got: Channel<Request>,
    gate: Sender<()>,
}

/// Whether a receiver answers by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    Prompt,
    /// Each answer waits for [`Receiver::let_answer`].
    Reluctant,
}

impl Receiver {
    pub(crate) fn new(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (keep, got) = mpsc::channel();
        let (gate, opened) = mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                while let Some(request) = read(&mut stream) {
                    // The test is over where nobody takes it.
                    if keep.send(request).is_err()
                        || (manner == Manner::Reluctant && opened.recv().is_err())
                    {
                        return;
                    }
                    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
                    if stream.write_all(answer).is_err() {
                        break;
                    }
                }
            }
        });
        Self { address, got, gate }
    }

    /// The next request, waiting for it.
    pub(crate) fn next(&self) -> Request {
        self.got.recv().unwrap()
    }

    /// What came and was not looked at.
    pub(crate) fn rest(&self) -> Vec<Request> {
        self.got.try_iter().collect()
    }

    /// Answers one request.
    pub(crate) fn let_answer(&self) {
        self.gate.send(()).unwrap();
    }
}

fn read(stream: &mut TcpStream) -> Option<Request> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |it| it.parse().unwrap())];
    stream.read_exact(&mut body).ok()?;
    Some(Request { head, body })
}

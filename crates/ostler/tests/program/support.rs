//! Starting the program and talking to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use ostler_worlds::demo;
use ostler_worlds::world::{Place, World, WorldOptions};
use serde_json::Value;
use tempfile::TempDir;

/// A running server.
pub(crate) struct Server {
    pub(crate) process: Child,
    pub(crate) address: String,
    /// What it printed before it served.
    pub(crate) greeting: String,
}

pub(crate) fn ostler(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ostler"));
    command.current_dir(folder).env_remove("OSTLER_DATA").args(arguments);
    command
}

pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Output {
    ostler(folder, arguments).output().unwrap()
}

/// What a command printed that has to succeed.
#[track_caller]
pub(crate) fn printed(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What a command complained that has to fail with this code.
#[track_caller]
pub(crate) fn refused(folder: &Path, arguments: &[&str], code: i32) -> String {
    let output = run(folder, arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// A folder whose `ostler-data` has the demo hotels, without guests: those take a while to play.
pub(crate) fn furnished() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::Folder(folder.path().join("ostler-data"));
    let world = World::open(&WorldOptions { place, ..WorldOptions::default() }).unwrap();
    demo::furnish(&world, 1).unwrap();
    folder
}

pub(crate) fn serve(folder: &Path, arguments: &[&str]) -> Server {
    let mut all = vec!["serve", "--listen", "127.0.0.1:0"];
    all.extend(arguments);
    started(ostler(folder, &all), arguments)
}

/// The program under a shell that changes its circumstances first.
pub(crate) fn under(folder: &Path, circumstances: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new("sh");
    let script = format!("{circumstances}; exec \"$0\" \"$@\"");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_ostler")]).args(arguments);
    command.current_dir(folder).env_remove("OSTLER_DATA");
    command
}

/// The server of a command, once it serves; `arguments` are those beyond the address.
pub(crate) fn started(mut command: Command, arguments: &[&str]) -> Server {
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut greeting = String::new();
    let mut lines = BufReader::new(process.stdout.take().unwrap());
    while !greeting.contains("\nData:") && lines.read_line(&mut greeting).unwrap() > 0 {}
    if arguments.is_empty() {
        while !greeting.contains("\ncurl ") && lines.read_line(&mut greeting).unwrap() > 0 {}
    }
    let address = greeting.split("http://").nth(1).unwrap().lines().next().unwrap().to_owned();
    Server { process, address, greeting }
}

impl Server {
    pub(crate) fn post(&self, address: &str, body: &str) -> (u16, Value) {
        self.post_on(TcpStream::connect(&self.address).unwrap(), address, body)
    }

    /// The same on a connection that is open already.
    pub(crate) fn post_on(&self, stream: TcpStream, address: &str, body: &str) -> (u16, Value) {
        let mut stream = stream;
        let length = body.len();
        write!(
            stream,
            "POST /api/connector/v1/{address} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}",
            self.address
        )
        .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap())
    }

    /// The body of the request that the first screen shows.
    pub(crate) fn shown(&self) -> String {
        let body = self.greeting.split("-d '").nth(1).unwrap();
        body.split('\'').next().unwrap().to_owned()
    }

    /// Limits a resource of the running process, such as `--nofile=20:`.
    pub(crate) fn limit(&self, limit: &str) {
        let id = self.process.id().to_string();
        let limited = Command::new("prlimit").args(["--pid", &id, limit]).status().unwrap();
        assert!(limited.success(), "{limit}");
    }

    /// How many files the process has open.
    pub(crate) fn open_files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.process.id())).unwrap().count()
    }

    pub(crate) fn terminate(mut self) -> Option<i32> {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.process.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already where the test came to its end.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// The value behind a label in what a command printed.
pub(crate) fn value<'t>(text: &'t str, label: &str) -> &'t str {
    text.lines().find_map(|line| line.strip_prefix(label)?.strip_prefix(": ")).unwrap()
}

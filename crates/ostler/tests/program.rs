//! The program as whoever starts it sees it.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use ostler_worlds::demo;
use ostler_worlds::world::{World, WorldOptions};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A running server.
struct Server {
    process: Child,
    address: String,
    /// What it printed before it served.
    greeting: String,
}

fn ostler(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ostler"));
    command.current_dir(folder).env_remove("OSTLER_DATA").args(arguments);
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    ostler(folder, arguments).output().unwrap()
}

/// What a command printed that has to succeed.
#[track_caller]
fn printed(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What a command complained that has to fail with this code.
#[track_caller]
fn refused(folder: &Path, arguments: &[&str], code: i32) -> String {
    let output = run(folder, arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// A folder whose `ostler-data` has the demo hotels, without guests: those take a while to play.
fn furnished() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let data = Some(folder.path().join("ostler-data"));
    let world = World::open(&WorldOptions { folder: data, ..WorldOptions::default() }).unwrap();
    demo::furnish(&world, 1).unwrap();
    folder
}

fn serve(folder: &Path, arguments: &[&str]) -> Server {
    let mut all = vec!["serve", "--listen", "127.0.0.1:0"];
    all.extend(arguments);
    let mut process =
        ostler(folder, &all).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
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
    fn post(&self, address: &str, body: &str) -> (u16, Value) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        write!(
            stream,
            "POST /api/connector/v1/{address} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap())
    }

    /// The body of the request that the first screen shows.
    fn shown(&self) -> String {
        let body = self.greeting.split("-d '").nth(1).unwrap();
        body.split('\'').next().unwrap().to_owned()
    }

    fn terminate(mut self) -> Option<i32> {
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
fn value<'t>(text: &'t str, label: &str) -> &'t str {
    text.lines().find_map(|line| line.strip_prefix(label)?.strip_prefix(": ")).unwrap()
}

#[test]
fn the_first_screen_shows_a_request_that_works() {
    let folder = furnished();
    let server = serve(folder.path(), &[]);
    assert!(server.greeting.contains("Independent of Mews Systems"), "{}", server.greeting);
    let (status, body) = server.post("services/getAll", &server.shown());
    assert_eq!(status, 200, "{body}");
    assert!(folder.path().join("ostler-data/world.sqlite").exists());

    let second = refused(folder.path(), &["serve", "--listen", "127.0.0.1:0"], 1);
    assert!(second.contains("Another server is running on the data folder"), "{second}");
    let shown = server.shown();
    assert_eq!(server.terminate(), Some(0));

    let again = serve(folder.path(), &[]);
    assert_eq!(again.post("services/getAll", &shown).0, 200, "the world is kept");
    assert_eq!(again.terminate(), Some(0));
}

#[test]
fn access_is_administered_beside_the_server() {
    let folder = furnished();
    let server = serve(folder.path(), &[]);
    let folder = folder.path();
    let listed = printed(folder, &["enterprises", "list"]);
    let enterprise = listed.split('\t').next().unwrap().to_owned();
    assert_eq!(server.post("services/getAll", &server.shown()).0, 200);
    printed(folder, &["enterprises", "disable", &enterprise]);
    let (status, body) = server.post("services/getAll", &server.shown());
    assert_eq!((status, &body["Message"]), (401, &json!("The enterprise is disabled.")));
    printed(folder, &["enterprises", "enable", &enterprise]);

    let client = printed(folder, &["clients", "create", "Tester"]);
    let new = printed(
        folder,
        &["integrations", "create", "--client", "Tester", "--enterprise", &enterprise],
    );
    let call = |access: &str| {
        let body = json!({
            "ClientToken": value(&client, "ClientToken"),
            "AccessToken": access,
            "Client": "Tests",
            "Limitation": { "Count": 1 },
        });
        server.post("services/getAll", &body.to_string()).0
    };
    let access = value(&new, "AccessToken");
    assert_eq!(call(access), 200);
    printed(folder, &["clients", "revoke", "Tester", "services/getAll"]);
    assert_eq!(call(access), 401);
    assert!(!printed(folder, &["clients", "grants", "Tester"]).contains("services/getAll\n"));
    printed(folder, &["clients", "grant", "Tester", "services/getAll"]);
    assert_eq!(call(access), 200);
    printed(folder, &["clients", "disable", value(&client, "Id")]);
    assert_eq!(call(access), 401);
    printed(folder, &["clients", "enable", "Tester"]);
    let rotated = printed(folder, &["integrations", "rotate", value(&new, "Id")]);
    assert_eq!(call(access), 401);
    let access = value(&rotated, "AccessToken");
    assert_eq!(call(access), 200);
    printed(folder, &["integrations", "expire", "Tester", "--at", "2099-01-01T00:00:00Z"]);
    assert_eq!(call(access), 200);
    printed(folder, &["integrations", "expire", "Tester"]);
    assert_eq!(call(access), 401);
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn what_does_not_exist_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert!(refused(folder, &["clients", "list"], 1).contains("There is no world in"));
    assert!(!folder.join("ostler-data").exists());
    let folder = furnished();
    let folder = folder.path();
    let told = [
        (&["enterprises", "disable", "x"][..], "There is no enterprise \"x\"."),
        (&["clients", "grants", "x"], "There is no client \"x\"."),
        (&["integrations", "rotate", "x"], "There is no integration \"x\"."),
        (&["clients", "grant", "Connector API Test Client 2", "a/b"], "no operation \"a/b\""),
        (&["integrations", "disable", "Connector API Test Client 2"], "use the identifier"),
        (&["integrations", "expire", "x", "--at", "tomorrow"], "tomorrow"),
        (&["serve", "--rate-limit", "x"], "is no rate limit such as 200/30s, or off"),
        (&["serve", "--deadline", "x"], "is no time such as 30s"),
        (&["serve", "--log", "[x"], "log = \"[x\""),
    ];
    for (arguments, message) in told {
        let complaint = refused(folder, arguments, 2);
        assert!(complaint.contains(message), "{complaint}");
    }
}

#[test]
fn the_printed_configuration_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let template = printed(folder, &["config"]);
    assert!(template.contains("# rate-limit = \"200/30s\""), "{template}");
    let settings = "\ndata = \"elsewhere\"\nno-demo = true\n";
    std::fs::write(folder.join("good.toml"), template + settings).unwrap();
    let server = serve(folder, &["--config", "good.toml"]);
    assert_eq!(server.terminate(), Some(0));
    assert!(folder.join("elsewhere/world.sqlite").exists());
    std::fs::write(folder.join("bad.toml"), "listn = 1\n").unwrap();
    let complaint = refused(folder, &["serve", "--config", "bad.toml"], 2);
    assert!(complaint.contains("bad.toml") && complaint.contains("listn"), "{complaint}");
}

#[test]
fn production_makes_nothing_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(folder.path(), &["--environment", "production"]);
    assert_eq!(printed(folder.path(), &["enterprises", "list"]), "");
    assert_eq!(printed(folder.path(), &["clients", "list"]), "");
    let (status, body) = server.post("services/getAll", "{}");
    assert_eq!((status, &body["Details"]), (401, &Value::Null));

    let folder = folder.path();
    let mut arguments =
        "enterprises create Hotel --time-zone Europe/London --currency GBP --pricing gross \
         --tax-environment UK --country GB --language en-GB"
            .split(' ')
            .collect::<Vec<_>>();
    printed(folder, &arguments);
    let client = printed(folder, &["clients", "create", "Client"]);
    let new = ["integrations", "create", "--client", "Client", "--enterprise", "Hotel"];
    let integration = printed(folder, &new);
    let body = json!({
        "ClientToken": value(&client, "ClientToken"),
        "AccessToken": value(&integration, "AccessToken"),
        "Client": "Tests",
    });
    let (status, body) = server.post("configuration/get", &body.to_string());
    assert_eq!((status, &body["Enterprise"]["Name"]), (200, &json!("Hotel")), "{body}");
    arguments[4] = "Europe/Nowhere";
    assert!(refused(folder, &arguments, 2).contains("no time zone \"Europe/Nowhere\""));
    assert_eq!(server.terminate(), Some(0));
}

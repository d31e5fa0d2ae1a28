//! A cluster with a world in it, and what tests ask of both.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use ostler_services::postgres::Postgres;
use ostler_store::Database;
use ostler_worlds::demo;
use ostler_worlds::world::{Place, World, WorldOptions};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Server, printed, serve};

/// The longest that a test waits for something, far beyond what it takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A cluster, and a folder to start servers in.
pub(crate) struct Cluster {
    pub(crate) postgres: Postgres,
    pub(crate) folder: TempDir,
}

impl Cluster {
    /// A cluster without a world.
    pub(crate) fn new() -> Self {
        let postgres = Postgres::start(&[]).unwrap_or_else(|problem| panic!("{problem}"));
        Self { postgres, folder: tempfile::tempdir().unwrap() }
    }

    /// A cluster with the demo hotels, without guests.
    pub(crate) fn furnished() -> Self {
        let cluster = Self::new();
        cluster.furnish(&cluster.url());
        cluster
    }

    /// Puts the demo hotels into a database.
    pub(crate) fn furnish(&self, url: &str) {
        let place = Place::Database(Database::new(url, "ostler").unwrap());
        let world = World::open(&WorldOptions { place, ..WorldOptions::default() }).unwrap();
        demo::furnish(&world, 1).unwrap();
    }

    /// The database in which the world is.
    pub(crate) fn url(&self) -> String {
        self.postgres.url("postgres")
    }

    /// A server on the world.
    pub(crate) fn serve(&self) -> Server {
        self.serve_on(&self.url(), &[])
    }

    /// A server on any database, without a limit of requests.
    pub(crate) fn serve_on(&self, url: &str, arguments: &[&str]) -> Server {
        let mut all = vec!["--store", url, "--rate-limit", "off"];
        all.extend(arguments);
        serve(self.folder.path(), &all)
    }

    /// What an administrator's command prints that has to succeed.
    #[track_caller]
    pub(crate) fn printed(&self, arguments: &[&str]) -> String {
        let url = self.url();
        let mut all = arguments.to_vec();
        all.extend(["--store", &url]);
        printed(self.folder.path(), &all)
    }

    /// What a query prints that has to succeed, in the world's schema.
    #[track_caller]
    pub(crate) fn sql(&self, query: &str) -> String {
        self.sql_in("postgres", query)
    }

    /// The same in any database.
    #[track_caller]
    pub(crate) fn sql_in(&self, database: &str, query: &str) -> String {
        let output = self.psql(database).args(["-c", query]).output().unwrap();
        assert!(output.status.success(), "{query}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn psql(&self, database: &str) -> Command {
        let mut psql = Command::new(self.postgres.bin().join("psql"));
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]);
        psql.env("PGOPTIONS", "-c search_path=ostler").arg(self.postgres.url(database));
        psql
    }

    /// A connection that stays.
    pub(crate) fn session(&self) -> Session {
        let mut psql = self.psql("postgres");
        let mut psql = psql.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let input = psql.stdin.take();
        let output = BufReader::new(psql.stdout.take().unwrap());
        Session { psql, input, output }
    }
}

/// A connection of `psql`, in the middle of whatever it was told last.
pub(crate) struct Session {
    psql: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Session {
    /// Runs statements and waits for their end.
    #[track_caller]
    pub(crate) fn run(&mut self, sql: &str) {
        writeln!(self.input.as_mut().unwrap(), "{sql};\n\\echo so far").unwrap();
        let mut line = String::new();
        while line.trim() != "so far" {
            line.clear();
            assert!(self.output.read_line(&mut line).unwrap() > 0, "{sql}");
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        drop(self.input.take());
        drop(self.psql.wait());
    }
}

/// Waits until something is so.
#[track_caller]
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "it never was so: {what}");
        pause();
    }
}

/// Waits a moment before something is looked at or tried again.
#[expect(clippy::disallowed_methods, reason = "others work meanwhile")]
pub(crate) fn pause() {
    std::thread::sleep(Duration::from_millis(10));
}

/// The tokens of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tokens<'t> {
    pub(crate) client: &'t str,
    pub(crate) access: &'t str,
}

/// The demo hotel in the United Kingdom.
pub(crate) const GROSS: Tokens<'static> =
    Tokens { client: demo::CLIENTS[0].client_token, access: demo::CLIENTS[0].gross };
/// The demo hotel in Washington DC.
pub(crate) const NET: Tokens<'static> =
    Tokens { client: demo::CLIENTS[0].client_token, access: demo::CLIENTS[0].net };

/// Sends a request of the hotel in the United Kingdom.
pub(crate) fn try_post(
    address: &str,
    operation: &str,
    parameters: &Value,
) -> io::Result<(u16, Value)> {
    try_post_as(GROSS, address, operation, parameters)
}

/// Sends a request. Fails where no whole answer came.
pub(crate) fn try_post_as(
    tokens: Tokens<'_>,
    address: &str,
    operation: &str,
    parameters: &Value,
) -> io::Result<(u16, Value)> {
    let mut body = json!({
        "ClientToken": tokens.client, "AccessToken": tokens.access, "Client": "Tests 1.0.0",
    });
    let parameters = parameters.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(parameters);
    let body = body.to_string();
    let length = body.len();
    let request = format!(
        "POST /api/connector/v1/{operation} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    answered(address, &request)
}

fn answered(address: &str, request: &str) -> io::Result<(u16, Value)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(request.as_bytes())?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let whole = || {
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some((status, serde_json::from_str(body).ok()?))
    };
    whole().ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

impl Server {
    /// The answer to a request of the hotel in the United Kingdom that has to succeed.
    #[track_caller]
    pub(crate) fn ok(&self, operation: &str, parameters: &Value) -> Value {
        let (status, answer) = try_post(&self.address, operation, parameters).unwrap();
        assert_eq!(status, 200, "{operation}: {answer}");
        answer
    }

    /// The status of a request of that hotel.
    #[track_caller]
    pub(crate) fn status(&self, operation: &str, parameters: &Value) -> u16 {
        try_post(&self.address, operation, parameters).unwrap().0
    }

    /// The status of its health.
    #[track_caller]
    pub(crate) fn health(&self) -> u16 {
        let request =
            "GET /_ostler/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        answered(&self.address, request).unwrap().0
    }
}

/// The parameters that add a guest.
pub(crate) fn guest(name: &str) -> Value {
    json!({ "LastName": name, "OverwriteExisting": false })
}

/// The parameters that look for guests.
pub(crate) fn named(names: &[&str]) -> Value {
    json!({
        "LastNames": names, "Extent": { "Customers": true }, "Limitation": { "Count": 1000 },
    })
}

/// The names of the guests that a server finds by them.
#[track_caller]
pub(crate) fn found(server: &Server, names: &[&str]) -> Vec<String> {
    let answer = server.ok("customers/getAll", &named(names));
    let found = answer["Customers"].as_array().unwrap().iter();
    found.map(|it| it["LastName"].as_str().unwrap().to_owned()).collect()
}

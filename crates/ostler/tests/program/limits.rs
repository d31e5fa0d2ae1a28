//! The shared limit of requests, as whoever operates servers sees it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use ostler_services::Ending;
use ostler_services::redis::Redis;

use super::support::{Server, ostler, started, under};

/// The longest that a test waits for something.
const PATIENCE: Duration = Duration::from_secs(20);

fn await_health(server: &Server, expected: &str) {
    let begun = Instant::now();
    let mut answer = String::new();
    while !answer.ends_with(expected) {
        assert!(begun.elapsed() < PATIENCE, "{answer}");
        let mut stream = TcpStream::connect(&server.address).unwrap();
        let head = "GET /_ostler/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        answer.clear();
        stream.read_to_string(&mut answer).unwrap();
    }
}

#[test]
fn the_log_says_once_that_redis_is_away_and_once_that_it_is_back() {
    let mut redis = Redis::start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--no-demo", "--limits", &redis.url()];
    let command = under(folder.path(), "exec 2>log", &arguments);
    let server = started(command, &["--no-demo"]);
    await_health(&server, r#"{"Status":"Ready","Limits":"Shared"}"#);
    redis.end(Ending::Crash).unwrap();
    await_health(&server, r#"{"Status":"Ready","Limits":"Local"}"#);
    redis.start_again().unwrap();
    await_health(&server, r#"{"Status":"Ready","Limits":"Shared"}"#);
    assert_eq!(server.terminate(), Some(0));
    let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
    let said: Vec<&str> = log.lines().filter(|line| line.contains("Redis")).collect();
    let [answers, away, back] = said[..] else { panic!("{log}") };
    assert!(answers.contains("Redis answers"), "{answers}");
    assert!(away.contains("Redis is away") && away.contains("reason="), "{away}");
    assert!(back.contains("Redis answers"), "{back}");
}

#[test]
fn an_address_that_leads_to_no_redis_is_refused_and_no_password_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = ostler(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
    let output = command.env("OSTLER_LIMITS", "http://:quimby@localhost/").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(complaint.contains("limits is no address such as redis://"), "{complaint}");
    assert!(!complaint.contains("quimby"), "{complaint}");

    let mut help = ostler(folder.path(), &["serve", "--help"]);
    let help = help.env("OSTLER_LIMITS", "redis://:quimby@localhost/").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(help.contains("OSTLER_LIMITS") && !help.contains("quimby"), "{help}");

    // This Redis wants no password; it says so, and what it got is not shown.
    let redis = Redis::start().unwrap();
    let mut command = under(
        folder.path(),
        "exec 2>log",
        &["serve", "--listen", "127.0.0.1:0", "--no-demo", "--log", "trace"],
    );
    command.env("OSTLER_LIMITS", redis.url().replace("redis://", "redis://:quimby@"));
    let server = started(command, &["--no-demo"]);
    await_health(&server, r#"{"Status":"Ready","Limits":"Local"}"#);
    assert_eq!(server.terminate(), Some(0));
    let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
    assert!(log.contains("Redis is away"), "{log}");
    assert!(!log.contains("quimby"), "{log}");
}

//! What shows only on a real connection.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use ostler::app::Settings;
use ostler_contract::http::Connections;
use ostler_worlds::world::WorldOptions;
use serde_json::json;

use crate::faults::{self, NOTHING};
use crate::support::{GROSS, Server, with_tokens};

/// The longest that any of these tests waits for bytes.
const PATIENCE: Duration = Duration::from_secs(20);

fn faulty(settings: Settings) -> Server {
    let settings = Settings { rate_limit: None, ..settings };
    Server::bare(WorldOptions::default(), settings, &faults::OPERATIONS)
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

fn head(address: &str, headers: &str) -> String {
    format!(
        "POST /api/connector/v1/{address} HTTP/1.1\r\nHost: localhost\r\n\
         Content-Type: application/json\r\n{headers}\r\n"
    )
}

fn request(address: &str, parameters: serde_json::Value) -> String {
    let body = with_tokens(GROSS, parameters).to_string();
    head(address, &format!("Content-Length: {}\r\n", body.len())) + &body
}

/// One answer: its head and its body.
fn answer(stream: &mut TcpStream) -> (String, String) {
    let (mut read, mut byte) = (Vec::new(), [0]);
    while !read.ends_with(b"\r\n\r\n") {
        assert_eq!(stream.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&read));
        read.push(byte[0]);
    }
    let head = String::from_utf8(read).unwrap().to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |it| it.parse().unwrap())];
    stream.read_exact(&mut body).unwrap();
    (head, String::from_utf8(body).unwrap())
}

#[track_caller]
fn expect(stream: &mut TcpStream, status: u16) -> (String, String) {
    let (head, body) = answer(stream);
    assert!(head.starts_with(&format!("http/1.1 {status} ")), "{head}{body}");
    assert!(head.contains("\r\nrequest-id: "), "{head}");
    (head, body)
}

/// Reads until the server closes.
fn expect_close(stream: &mut TcpStream) {
    assert_eq!(stream.read(&mut [0; 16]).unwrap(), 0);
}

#[test]
fn a_connection_serves_many_requests() {
    let server = faulty(Settings::default());
    let listening = server.listen();
    let mut stream = connect(listening.address);
    for _ in 0..3 {
        stream.write_all(request(NOTHING, json!({})).as_bytes()).unwrap();
        assert_eq!(expect(&mut stream, 200).1, "{}");
    }
    // Also after a failure, an unknown address with a body, and several at once.
    stream.write_all(request(NOTHING, json!({ "Client": 1 })).as_bytes()).unwrap();
    expect(&mut stream, 400);
    stream.write_all(request("nothing/here", json!({})).as_bytes()).unwrap();
    expect(&mut stream, 404);
    let both = request(NOTHING, json!({})).repeat(2);
    stream.write_all(both.as_bytes()).unwrap();
    expect(&mut stream, 200);
    expect(&mut stream, 200);
    listening.stop()();
}

#[test]
fn an_announced_length_that_is_too_large_is_refused_unread() {
    let server = faulty(Settings { body_bytes_max: 1000, ..Settings::default() });
    let listening = server.listen();
    let mut stream = connect(listening.address);
    stream.write_all(head(NOTHING, "Content-Length: 1001\r\n").as_bytes()).unwrap();
    let (head_of_answer, body) = expect(&mut stream, 413);
    assert!(head_of_answer.contains("connection: close"), "{head_of_answer}");
    assert!(body.contains("too large"), "{body}");
    expect_close(&mut stream);

    // A client that sends everything before it reads still sees the answer.
    let mut stream = connect(listening.address);
    let length = 8 << 20;
    stream.write_all(head(NOTHING, &format!("Content-Length: {length}\r\n")).as_bytes()).unwrap();
    stream.write_all(&vec![b' '; length]).unwrap();
    expect(&mut stream, 413);
    expect_close(&mut stream);

    let mut stream = connect(listening.address);
    stream
        .write_all(head(NOTHING, "Expect: 100-continue\r\nContent-Length: 1001\r\n").as_bytes())
        .unwrap();
    expect(&mut stream, 413);
}

#[test]
fn a_chunked_body_is_refused_once_it_is_too_large() {
    let server = faulty(Settings { body_bytes_max: 1 << 20, ..Settings::default() });
    let listening = server.listen();
    let mut stream = connect(listening.address);
    stream.write_all(head(NOTHING, "Transfer-Encoding: chunked\r\n").as_bytes()).unwrap();
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    for _ in 0..64 {
        stream.write_all(chunk.as_bytes()).unwrap();
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    expect(&mut stream, 413);
    expect_close(&mut stream);

    let mut stream = connect(listening.address);
    let body = with_tokens(GROSS, json!({})).to_string();
    let chunked = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let head = head(NOTHING, "Transfer-Encoding: chunked\r\n");
    stream.write_all((head + &chunked).as_bytes()).unwrap();
    expect(&mut stream, 200);
}

#[test]
fn a_body_that_trickles_is_408() {
    let deadline = Duration::from_millis(300);
    let server = faulty(Settings { deadline, ..Settings::default() });
    let listening = server.listen();
    let mut stream = connect(listening.address);
    stream.write_all(head(NOTHING, "Content-Length: 100\r\n").as_bytes()).unwrap();
    stream.write_all(b"{").unwrap();
    let started = Instant::now();
    expect(&mut stream, 408);
    assert!(started.elapsed() < Duration::from_secs(5));
    expect_close(&mut stream);
}

#[test]
fn slow_and_half_open_connections_keep_nobody_from_being_served() {
    let server = faulty(Settings::default());
    let listening = server.listen();
    let slow: Vec<TcpStream> = (0..300)
        .map(|number| {
            let mut stream = connect(listening.address);
            match number % 3 {
                0 => {}
                1 => stream.write_all(b"POST /api/connector/v1/fau").unwrap(),
                _ => {
                    let head = head(NOTHING, "Content-Length: 1000\r\n");
                    stream.write_all(head.as_bytes()).unwrap();
                    stream.write_all(b"{\"Clie").unwrap();
                }
            }
            stream
        })
        .collect();
    let started = Instant::now();
    for _ in 0..20 {
        let mut stream = connect(listening.address);
        stream.write_all(request(NOTHING, json!({})).as_bytes()).unwrap();
        expect(&mut stream, 200);
    }
    assert!(started.elapsed() < Duration::from_secs(5));
    drop(slow);
}

#[test]
fn a_client_may_close_its_side_after_the_request() {
    let server = faulty(Settings::default());
    let listening = server.listen();
    let mut stream = connect(listening.address);
    stream.write_all(request(NOTHING, json!({})).as_bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    expect(&mut stream, 200);
    expect_close(&mut stream);
}

#[test]
fn a_shutdown_lets_running_requests_finish() {
    let server = faulty(Settings::default());
    let listening = server.listen();
    let (mut running, mut idle) = (connect(listening.address), connect(listening.address));
    idle.write_all(request(NOTHING, json!({})).as_bytes()).unwrap();
    expect(&mut idle, 200);
    running.write_all(request("faults/wait", json!({ "Gate": "shutdown" })).as_bytes()).unwrap();
    faults::await_waiting("shutdown");
    let address = listening.address;
    let stopped = listening.stop();
    expect_close(&mut idle);
    let refused = || TcpStream::connect(address).is_err();
    let started = Instant::now();
    while !refused() && started.elapsed() < PATIENCE {
        std::thread::yield_now();
    }
    faults::open("shutdown");
    expect(&mut running, 200);
    expect_close(&mut running);
    stopped();
}

/// What a client sends that is no request, and the status that it gets.
fn unreadable() -> Vec<(String, u16)> {
    let long = "a".repeat(100_000);
    vec![
        ("\u{16}\u{3}\u{1} a TLS greeting\r\n\r\n".to_owned(), 400),
        ("POST /api HTTP/9.9\r\n\r\n".to_owned(), 400),
        (head(NOTHING, "No colon here\r\n"), 400),
        (head(NOTHING, "Content-Length: many\r\n"), 400),
        (head(NOTHING, "Content-Length: 1\r\nContent-Length: 2\r\n"), 400),
        (format!("GET /{long} HTTP/1.1\r\nHost: localhost\r\n\r\n"), 404),
        (head(NOTHING, &"A-Header: 1\r\n".repeat(1000)), 413),
        (head(NOTHING, &format!("Long: {}\r\n", long.repeat(10))), 413),
    ]
}

#[test]
fn what_is_no_request_gets_the_envelope_too() {
    let server = faulty(Settings::default());
    let listening = server.listen();
    for (message, status) in unreadable() {
        let mut stream = connect(listening.address);
        // Also right behind a request: its own answer comes first.
        stream.write_all((request(NOTHING, json!({})) + &message).as_bytes()).unwrap();
        assert_eq!(expect(&mut stream, 200).1, "{}");
        let (head, body) = expect(&mut stream, status);
        assert!(head.contains("\r\nconnection: close\r\n"), "{head}");
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        let request_id = body["RequestId"].as_str().unwrap();
        assert!(head.contains(&format!("\r\nrequest-id: {request_id}\r\n")), "{head}{body}");
        expect_close(&mut stream);
    }
}

#[test]
fn an_idle_connection_outlasts_the_time_of_a_head() {
    let bounds = Connections { head_time: Duration::from_millis(200), ..Connections::default() };
    let server = faulty(Settings { connections: bounds, ..Settings::default() });
    let listening = server.listen();
    let (mut idle, mut slow) = (connect(listening.address), connect(listening.address));
    idle.write_all(request(NOTHING, json!({})).as_bytes()).unwrap();
    expect(&mut idle, 200);
    slow.write_all(b"POST /api/connector/v1/fau").unwrap();
    expect_close(&mut slow);
    idle.write_all(request(NOTHING, json!({})).as_bytes()).unwrap();
    expect(&mut idle, 200);
}

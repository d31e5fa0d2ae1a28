//! Who is told of faults, and what.

use std::net::TcpListener;
use std::time::Duration;

use http::Method;
use ostler::alerts::{Alerts, Settings};
use ostler::app::{METRICS_PATH, Observers};
use serde_json::{Value, json};

use crate::faults::{self, NOTHING};
use crate::receiver::{Manner, Receiver};
use crate::support::{CLIENT, GROSS, Server};

const SECRET: &str = "a key that only we know";

fn webhook(address: impl std::fmt::Display) -> Settings {
    Settings {
        webhook: Some(format!("http://{address}/alerts").parse().unwrap()),
        webhook_secret: Some(SECRET.to_owned()),
        sentry: None,
        interval: Duration::from_secs(3600),
        environment: "development",
    }
}

fn server(settings: &Settings) -> Server {
    Server::observed(&faults::OPERATIONS, |runtime| {
        let (alerts, courier) = Alerts::new(settings).unwrap();
        runtime.spawn(courier.unwrap().run());
        Observers { alerts, ..Observers::default() }
    })
}

/// A request with something personal in it.
fn personal() -> Value {
    json!({ "LastName": "Quimby" })
}

/// Asserts that nothing of the caller left the house.
#[track_caller]
fn assert_discreet(text: &str) {
    for secret in [GROSS.client, GROSS.access, CLIENT, "Quimby", "the rule is wrong", SECRET] {
        assert!(!text.contains(secret), "{text}");
    }
}

/// How many alerts had this end.
fn count(server: &Server, end: &str) -> u64 {
    let text = server.request(Method::GET, METRICS_PATH).text;
    let series = format!("ostler_alerts_{end}_total ");
    text.lines().find_map(|line| line.strip_prefix(&series)).unwrap().parse().unwrap()
}

#[test]
fn equal_faults_are_told_once() {
    let receiver = Receiver::new(Manner::Prompt);
    let server = server(&webhook(receiver.address));
    let first = server.post("faults/panicInQuery", personal());
    assert_eq!(first.refused(500), "Something went wrong. The development team has been notified.");
    assert_eq!(server.post("faults/panicInQuery", personal()).status, 500);
    assert_eq!(server.post("faults/panicInCommand", personal()).status, 500);
    assert_eq!(server.post("faults/panicInDecoding", personal()).status, 500);
    assert_eq!(server.post(NOTHING, json!({ "Client": "" })).status, 400);
    server.finish_telling();
    let requests = receiver.rest();
    let bodies: Vec<Value> =
        requests.iter().map(|it| serde_json::from_slice(&it.body).unwrap()).collect();
    let operations: Vec<&str> = bodies.iter().map(|it| it["Operation"].as_str().unwrap()).collect();
    let expected = ["faults/panicInQuery", "faults/panicInCommand", "faults/panicInDecoding"];
    assert_eq!(operations, expected);
    let (request, body) = (&requests[0], &bodies[0]);
    assert!(request.head.starts_with("post /alerts http/1.1"), "{}", request.head);
    assert!(request.head.contains("\r\ncontent-type: application/json\r\n"), "{}", request.head);
    assert!(request.head.contains("\r\nostler-signature: sha256="), "{}", request.head);
    assert_eq!(body["RequestId"], first.header("request-id"));
    assert_eq!((&body["Alert"], &body["Kind"]), (&json!("Fault"), &json!("panic")));
    let place = body["Place"].as_str().unwrap();
    assert!(place.contains("it/faults.rs:"), "{place}");
    assert_eq!((&body["Repeats"], &body["Environment"]), (&json!(0), &json!("development")));
    assert_eq!(body["Version"], env!("CARGO_PKG_VERSION"));
    assert!(body["TimeUtc"].as_str().unwrap().ends_with('Z'));
    for request in &requests {
        assert_discreet(&request.head);
        assert_discreet(std::str::from_utf8(&request.body).unwrap());
    }
    assert_eq!((count(&server, "sent"), count(&server, "suppressed")), (3, 1));
}

#[test]
fn a_receiver_that_hangs_delays_nobody() {
    let receiver = Receiver::new(Manner::Reluctant);
    let server = server(&webhook(receiver.address));
    assert_eq!(server.post("faults/panicInQuery", json!({})).status, 500);
    receiver.next();
    assert_eq!(server.post("faults/panicInCommand", json!({})).status, 500);
    assert_eq!(server.post(NOTHING, json!({})).status, 200);
    let ended = count(&server, "sent") + count(&server, "failed");
    assert_eq!(ended, 0, "everybody was answered while the first alert was on its way");
    receiver.let_answer();
    receiver.next();
    receiver.let_answer();
    server.finish_telling();
    assert_eq!(count(&server, "sent"), 2);
}

#[test]
fn a_receiver_that_is_gone_costs_nothing() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = server(&webhook(nobody));
    assert_eq!(server.post("faults/panicInQuery", json!({})).status, 500);
    server.finish_telling();
    assert_eq!((count(&server, "sent"), count(&server, "failed")), (0, 1));
    assert_eq!(server.post(NOTHING, json!({})).status, 200);
}

#[test]
fn sentry_gets_an_envelope() {
    let receiver = Receiver::new(Manner::Prompt);
    let dsn = format!("http://ostlerkey@{}/42", receiver.address);
    let settings =
        Settings { webhook: None, sentry: Some(dsn.parse().unwrap()), ..webhook("localhost") };
    let server = server(&settings);
    let response = server.post("faults/panicInQuery", personal());
    server.finish_telling();
    let request = receiver.next();
    assert!(request.head.starts_with("post /api/42/envelope/ http/1.1"), "{}", request.head);
    assert!(request.head.contains("sentry_key=ostlerkey"), "{}", request.head);
    let text = String::from_utf8(request.body).unwrap();
    assert_discreet(&text);
    let event: Value = serde_json::from_str(text.lines().nth(2).unwrap()).unwrap();
    assert_eq!(event["transaction"], "faults/panicInQuery");
    assert_eq!(event["tags"]["request_id"], response.header("request-id"));
    assert_eq!(event["release"], format!("ostler@{}", env!("CARGO_PKG_VERSION")));
    assert_eq!(event["environment"], "development");
    assert!(event["message"].as_str().unwrap().starts_with("panic "), "{event}");
    assert!(event.get("user").is_none() && event.get("server_name").is_none(), "{event}");
    assert!(receiver.rest().is_empty());
}

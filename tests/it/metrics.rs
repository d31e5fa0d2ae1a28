//! What the server counts, as Prometheus reads it.

use std::time::Duration;

use http::Method;
use ostler::app::{METRICS_PATH, Settings};
use ostler_contract::http::RateLimit;
use ostler_worlds::demo;
use ostler_worlds::world::WorldOptions;
use serde_json::json;

use crate::booking::House;
use crate::faults::{self, NOTHING};
use crate::support::{GROSS, Server, with_tokens};

const READ: &str = "ostler_documents_total{from=\"database\"}";
const GIVEN: &str = "ostler_documents_total{from=\"memory\"}";

fn faulty(settings: Settings) -> Server {
    Server::bare(WorldOptions::default(), settings, &faults::OPERATIONS)
}

/// The values of the server's series, by name with labels.
struct Scrape(String);

impl Scrape {
    fn of(server: &Server) -> Self {
        let response = server.request(Method::GET, METRICS_PATH);
        assert_eq!(response.status, 200);
        let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        assert_eq!(response.header("content-type"), kind);
        assert_eq!(response.header("request-id").len(), 36);
        assert!(response.text.ends_with("# EOF\n"));
        Self(response.text)
    }

    #[track_caller]
    fn value(&self, series: &str) -> f64 {
        let line = self.0.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("{series} is not in\n{}", self.0)).parse().unwrap()
    }

    #[expect(clippy::float_arithmetic, reason = "Prometheus has no other numbers")]
    fn assert(&self, series: &str, value: f64) {
        assert!((self.value(series) - value).abs() < 1e-9, "{series} in\n{}", self.0);
    }
}

#[test]
fn requests_are_counted_by_operation_and_status() {
    let server = faulty(Settings { rate_limit: None, ..Settings::default() });
    for _ in 0..3 {
        server.post(NOTHING, json!({}));
    }
    server.post(NOTHING, json!({ "Client": "" }));
    server.post("faults/panicInQuery", json!({}));
    server.post("faults/unheardOf", json!({}));
    server.request(Method::GET, "/any/thing");
    let scrape = Scrape::of(&server);
    let requests = |operation: &str, status: u16| {
        format!("ostler_requests_total{{operation=\"{operation}\",status=\"{status}\"}}")
    };
    scrape.assert(&requests(NOTHING, 200), 3.0);
    scrape.assert(&requests(NOTHING, 400), 1.0);
    scrape.assert(&requests("faults/panicInQuery", 500), 1.0);
    scrape.assert(&requests("unknown", 404), 2.0);
    assert!(!scrape.0.contains("unheardOf"), "an address that anyone can make up is no label");
    let durations = format!("ostler_request_duration_seconds_count{{operation=\"{NOTHING}\"}}");
    scrape.assert(&durations, 4.0);
    // The scrape itself is being answered.
    scrape.assert("ostler_requests_in_flight", 1.0);
    scrape.assert("ostler_queue_length{queue=\"reads\"}", 0.0);
    scrape.assert("ostler_queue_length{queue=\"writes\"}", 0.0);
    scrape.assert("ostler_queue_overloaded{queue=\"writes\"}", 0.0);
    let version = env!("CARGO_PKG_VERSION");
    scrape.assert(&format!("ostler_build_info{{version=\"{version}\"}}"), 1.0);
    assert!(scrape.value("process_start_time_seconds") > 1.7e9);
    assert_eq!(server.request(Method::POST, METRICS_PATH).status, 404);
}

#[test]
fn commits_are_counted_with_the_size_of_their_groups() {
    let server = faulty(Settings { rate_limit: None, ..Settings::default() });
    let before = Scrape::of(&server);
    for _ in 0..4 {
        server.post(NOTHING, json!({}));
    }
    let after = Scrape::of(&server);
    for (series, more) in [
        ("ostler_commit_group_size_count", 4.0),
        ("ostler_commit_group_size_sum", 4.0),
        ("ostler_commit_group_size_bucket{le=\"1.0\"}", 4.0),
        ("ostler_commit_duration_seconds_count", 4.0),
    ] {
        after.assert(series, before.value(series) + more);
    }
}

#[test]
fn documents_are_counted_by_where_they_came_from() {
    let house = House::new();
    (2..5).for_each(|day| drop(house.book(house.stay(day, day + 1))));
    let ask = || {
        let all = json!({ "Limitation": { "Count": 10 } });
        house.server.post("reservations/getAll/2023-06-06", all).ok()
    };
    let before = Scrape::of(&house.server);
    assert_eq!(ask()["Reservations"].as_array().unwrap().len(), 3);
    let first = Scrape::of(&house.server);
    first.assert(READ, before.value(READ) + 3.0);
    first.assert(GIVEN, before.value(GIVEN));
    assert!(first.value("ostler_document_cache_bytes") > 3000.0);
    ask();
    let second = Scrape::of(&house.server);
    second.assert(READ, first.value(READ));
    second.assert(GIVEN, first.value(GIVEN) + 3.0);
}

#[test]
fn limits_are_counted_by_their_kind() {
    let rate_limit = Some(RateLimit { requests: 1, window: Duration::from_secs(3600) });
    let server = faulty(Settings { rate_limit, body_bytes_max: 1000, ..Settings::default() });
    assert_eq!(server.post(NOTHING, json!({})).status, 200);
    assert_eq!(server.post(NOTHING, json!({})).status, 429);
    assert_eq!(server.send(NOTHING, vec![b' '; 1001], &[]).status, 413);
    let scrape = Scrape::of(&server);
    scrape.assert("ostler_limits_total{limit=\"rate\"}", 1.0);
    scrape.assert("ostler_limits_total{limit=\"size\"}", 1.0);
    let late =
        Settings { rate_limit: None, deadline: Duration::from_millis(20), ..Settings::default() };
    let server = faulty(late);
    let body = with_tokens(GROSS, json!({})).to_string();
    assert_eq!(server.send("faults/writeForEver", body.into_bytes(), &[]).status, 408);
    Scrape::of(&server).assert("ostler_limits_total{limit=\"deadline\"}", 1.0);
}

#[test]
fn what_would_wait_too_long_is_refused_at_once_and_the_rest_is_done() {
    let server = faulty(Settings { rate_limit: None, ..Settings::default() });
    let queue = || server.world.store.queues().writes;
    std::thread::scope(|scope| {
        let held = scope.spawn(|| server.post("faults/waitInCommand", json!({ "Gate": "writer" })));
        faults::await_waiting("writer");
        // So many may always wait.
        let waiting: Vec<_> =
            (0..64).map(|_| scope.spawn(|| server.post(NOTHING, json!({})))).collect();
        while queue().length < 64 {
            std::thread::yield_now();
        }
        // The writer does not return; sooner or later that is too long for one more.
        while server.world.store.admits_write(Some(demo::GROSS)).is_ok() {
            std::thread::yield_now();
        }
        for _ in 0..20 {
            let refused = server.post(NOTHING, json!({}));
            assert_eq!(refused.refused(503), "The server is busy. Please try again later.");
            assert!(!refused.headers.contains_key("retry-after"), "the reference has it for 429");
        }
        // Reads have a queue of their own.
        assert_eq!(server.post("faults/single", json!({})).status, 200);
        let scrape = Scrape::of(&server);
        scrape.assert("ostler_queue_length{queue=\"writes\"}", 64.0);
        scrape.assert("ostler_queue_overloaded{queue=\"writes\"}", 1.0);
        scrape.assert("ostler_queue_overloaded{queue=\"reads\"}", 0.0);
        scrape.assert("ostler_limits_total{limit=\"queue\"}", 20.0);
        faults::open("writer");
        assert_eq!(held.join().unwrap().status, 200);
        for accepted in waiting {
            assert_eq!(accepted.join().unwrap().status, 200);
        }
    });
    assert_eq!(queue().length, 0);
    assert_eq!(server.post(NOTHING, json!({})).status, 200);
}

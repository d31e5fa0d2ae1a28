//! The limit of requests that servers share through Redis.

use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use http::Method;
use ostler::app::{HEALTH_PATH, METRICS_PATH};
use ostler_contract::http::RateLimit;
use ostler_services::Ending;
use ostler_services::redis::{Common, Redis};
use serde_json::{Value, json};

use crate::faults::NOTHING;
use crate::support::{GROSS, NET, Response, Server, Tokens};

/// The longest that any of these tests waits for something.
const PATIENCE: Duration = Duration::from_secs(20);
/// A window that no test outlasts.
const HOUR: Duration = Duration::from_secs(3600);

fn limit(requests: u32, window: Duration) -> RateLimit {
    RateLimit { requests, window }
}

/// A world of this test alone, whoever else uses the Redis.
fn world() -> String {
    static WORLDS: AtomicUsize = AtomicUsize::new(0);
    let number = WORLDS.fetch_add(1, Ordering::Relaxed);
    let started = std::process::id();
    format!("tests-{started}-{number}-{:?}", Instant::now())
}

fn call(server: &Server, tokens: Tokens) -> Response {
    server.post_as(tokens, NOTHING, json!({}))
}

/// How the server limits, by its health and by its metrics.
#[track_caller]
fn assert_limits(server: &Server, expected: &str) {
    let started = Instant::now();
    loop {
        let health = server.request(Method::GET, HEALTH_PATH).ok();
        assert_eq!(health["Status"], "Ready");
        if health["Limits"] == expected {
            break;
        }
        assert!(started.elapsed() < PATIENCE, "{health}");
        std::thread::yield_now();
    }
    let metrics = server.request(Method::GET, METRICS_PATH).text;
    let line = format!("\nostler_limits_shared {}\n", u8::from(expected == "Shared"));
    assert!(metrics.contains(&line), "{metrics}");
}

fn seconds(response: &Response) -> u64 {
    response.header("retry-after").parse().unwrap()
}

#[test]
fn two_servers_share_one_limit() {
    let redis = Common::find().unwrap();
    let (shared, two) = (world(), limit(2, HOUR));
    let one = Server::sharing(two, redis.url(), &shared);
    let other = Server::sharing(two, redis.url(), &shared);
    assert_limits(&one, "Shared");
    call(&one, GROSS).ok();
    call(&other, GROSS).ok();
    for server in [&one, &other] {
        let refused = call(server, GROSS);
        assert_eq!(refused.refused(429), "Too many requests.");
        assert!((3590..=3600).contains(&seconds(&refused)), "{}", seconds(&refused));
        // Each token has a limit of its own.
        call(server, NET).ok();
    }
    assert_eq!(call(&one, NET).status, 429);
    // So does each world.
    call(&Server::sharing(two, redis.url(), &world()), GROSS).ok();
}

#[test]
fn whoever_waits_as_long_as_told_succeeds() {
    let redis = Common::find().unwrap();
    let (world, one_per_second) = (world(), limit(1, Duration::from_secs(1)));
    let one = Server::sharing(one_per_second, redis.url(), &world);
    let other = Server::sharing(one_per_second, redis.url(), &world);
    call(&one, GROSS).ok();
    for server in [&other, &one, &other] {
        // Refused ones do not count, however many.
        let refused = loop {
            let response = call(server, GROSS);
            if response.status == 429 {
                break response;
            }
        };
        let told = Duration::from_secs(seconds(&refused));
        let asked = Instant::now();
        while asked.elapsed() < told {
            std::thread::yield_now();
        }
        call(server, GROSS).ok();
    }
}

#[test]
fn no_window_has_more_requests_than_the_limit() {
    const REQUESTS: usize = 5;
    let redis = Common::find().unwrap();
    let (world, window) = (world(), Duration::from_millis(1000));
    let five = limit(u32::try_from(REQUESTS).unwrap(), window);
    let servers = [0, 1].map(|_| Server::sharing(five, redis.url(), &world));
    let started = Instant::now();
    let accepted = |server: &Server| {
        let mut accepted = Vec::new();
        while started.elapsed() < 3 * window {
            let begun = Instant::now();
            if call(server, GROSS).status == 200 {
                accepted.push((begun, Instant::now()));
            }
        }
        accepted
    };
    let all = std::thread::scope(|scope| {
        let running = servers.each_ref().map(|server| scope.spawn(|| accepted(server)));
        running.map(|it| it.join().unwrap()).concat()
    });
    let (mut begun, mut ended): (Vec<Instant>, Vec<Instant>) = all.into_iter().unzip();
    begun.sort_unstable();
    ended.sort_unstable();
    assert!(ended.len() > REQUESTS, "the window frees what it took");
    for (later, earlier) in ended.iter().skip(REQUESTS).zip(&begun) {
        // Two clocks measure this.
        assert!(*later - *earlier > window - Duration::from_millis(5));
    }
}

#[test]
fn without_redis_each_server_limits_by_itself() {
    let mut redis = Redis::start().unwrap();
    let (world, two) = (world(), limit(2, HOUR));
    let one = Server::sharing(two, &redis.url(), &world);
    let other = Server::sharing(two, &redis.url(), &world);
    call(&one, GROSS).ok();
    redis.end(Ending::Crash).unwrap();
    for server in [&one, &other] {
        call(server, GROSS).ok();
        assert_limits(server, "Local");
        call(server, GROSS).ok();
        assert_eq!(call(server, GROSS).refused(429), "Too many requests.");
    }
    redis.start_again().unwrap();
    for server in [&one, &other] {
        assert_limits(server, "Shared");
    }
    // The new Redis has counted nothing yet.
    call(&one, GROSS).ok();
    call(&other, GROSS).ok();
    assert_eq!(call(&one, GROSS).status, 429);
    assert_eq!(call(&other, GROSS).status, 429);
}

#[test]
fn a_redis_that_hangs_delays_nobody_for_long() {
    const REQUESTS: u32 = 100;
    let mut redis = Redis::start().unwrap();
    let server = Server::sharing(limit(1000, HOUR), &redis.url(), &world());
    call(&server, GROSS).ok();
    redis.freeze().unwrap();
    let started = Instant::now();
    for _ in 0..REQUESTS {
        call(&server, GROSS).ok();
    }
    // Were each to wait for Redis, it would take twice as long.
    assert!(started.elapsed() < ostler::limits::ANSWER_TIME * REQUESTS / 2);
    assert_limits(&server, "Local");
    redis.thaw().unwrap();
    assert_limits(&server, "Shared");
}

#[test]
fn a_listener_that_is_no_redis_is_never_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}", listener.local_addr().unwrap());
    let server = Server::sharing(limit(2, HOUR), &url, &world());
    assert_limits(&server, "Local");
    call(&server, GROSS).ok();
    call(&server, GROSS).ok();
    assert_eq!(call(&server, GROSS).status, 429);
}

#[test]
fn health_says_nothing_of_limits_that_are_not_shared() {
    let server = Server::new();
    let health = server.request(Method::GET, HEALTH_PATH).ok();
    assert_eq!(health, json!({ "Status": "Ready" }));
    assert_eq!(health["Limits"], Value::Null);
    assert!(!server.request(Method::GET, METRICS_PATH).text.contains("ostler_limits_shared"));
}

use std::convert::Infallible;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue};
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Body, Frame, SizeHint};
use uuid::Uuid;

use super::*;
use crate::error::{Code, Error};
use crate::texts::Catalog;

const SECOND: Duration = Duration::from_secs(1);

fn prefers_minimal(values: &[&str]) -> bool {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append("prefer", HeaderValue::from_str(value).unwrap());
    }
    Preferences::read(&headers).minimal
}

#[test]
fn reads_preferences_in_every_form() {
    for values in [
        &["return=minimal"][..],
        &["RETURN=Minimal"],
        &["return = minimal"],
        &["return=\"minimal\""],
        &["return=\"min\\imal\""],
        &["respond-async, wait=10, return=minimal"],
        &["return=minimal; foo=\"some, thing\""],
        &["foo=\"a, return=representation\", return=minimal"],
        &["respond-async", "return=minimal"],
        &["return=minimal", "return=representation"],
        &["foo; return=representation, return=minimal"],
        &[",,return=minimal,"],
    ] {
        assert!(prefers_minimal(values), "{values:?}");
    }
}

#[test]
fn ignores_preferences_that_are_not_minimal() {
    for values in [
        &[][..],
        &[""],
        &["return"],
        &["return="],
        &["return=representation"],
        &["return=representation, return=minimal"],
        &["foo; return=minimal"],
        &["foo=\"return=minimal\""],
        &["foo=\", return=minimal\""],
        &["minimal"],
        &["x-return=minimal"],
        &["return=\"minimal"],
    ] {
        assert!(!prefers_minimal(values), "{values:?}");
    }
}

#[test]
fn reads_rate_limits() {
    assert_eq!("200/30s".parse(), Ok(RateLimit::REFERENCE));
    for text in ["", "200", "0/30s", "200/0s", "-1/30s", "200/30", "9999999/30s", "a/bs"] {
        assert!(text.parse::<RateLimit>().is_err(), "{text}");
    }
}

#[test]
fn accepts_so_many_requests_in_any_window() {
    let limiter = RateLimiter::new(RateLimit { requests: 3, window: 30 * SECOND });
    let start = Instant::now();
    for second in [0, 10, 20] {
        assert!(limiter.accept("a", start + second * SECOND).is_ok());
    }
    let refused = limiter.accept("a", start + Duration::from_millis(20_500)).unwrap_err();
    assert_eq!(refused.code(), Code::RateLimited);
    assert_eq!(refused.retry_after(), Some(10 * SECOND), "9.5 s, rounded up");
    assert!(limiter.accept("b", start + 20 * SECOND).is_ok(), "keys are counted apart");
    assert!(limiter.accept("a", start + Duration::from_millis(29_999)).is_err());
    assert!(
        limiter.accept("a", start + Duration::from_millis(30_500)).is_ok(),
        "after Retry-After"
    );
    assert!(limiter.accept("a", start + 39 * SECOND).is_err(), "the window slides");
    assert!(limiter.accept("a", start + 40 * SECOND).is_ok());
}

#[test]
fn refused_requests_do_not_count() {
    let limiter = RateLimiter::new(RateLimit { requests: 1, window: 30 * SECOND });
    let start = Instant::now();
    assert!(limiter.accept("a", start).is_ok());
    for second in 1..30 {
        assert!(limiter.accept("a", start + second * SECOND).is_err());
    }
    assert!(limiter.accept("a", start + 30 * SECOND).is_ok());
}

#[test]
fn the_limiter_forgets_idle_keys() {
    let limiter = RateLimiter::new(RateLimit::REFERENCE);
    let start = Instant::now();
    for key in 0..1000 {
        assert!(limiter.accept(key, start).is_ok());
    }
    assert_eq!(limiter.keys(), 1000);
    assert!(limiter.accept(0, start + 30 * SECOND).is_ok());
    assert_eq!(limiter.keys(), 1);
}

fn fail(failures: &FailedAuthentications, address: &str, now: Instant) -> Treatment {
    failures.failed(address.parse::<IpAddr>().unwrap(), now)
}

#[test]
fn many_failures_are_delayed_then_refused() {
    let failures = FailedAuthentications::default();
    let start = Instant::now();
    for _ in 0..FailedAuthentications::FAILURES_MAX {
        assert!(matches!(fail(&failures, "192.0.2.1", start), Treatment::Answer));
    }
    let delayed: Vec<Treatment> = (0..FailedAuthentications::DELAYED_MAX)
        .map(|_| fail(&failures, "192.0.2.1", start + SECOND))
        .collect();
    assert!(delayed.iter().all(|it| matches!(it, Treatment::Delay(_))));
    let refused = fail(&failures, "::ffff:192.0.2.1", start + SECOND);
    assert!(matches!(refused, Treatment::Refuse { retry_after } if retry_after == 29 * SECOND));
    assert!(matches!(fail(&failures, "192.0.2.2", start + SECOND), Treatment::Answer));
    drop(delayed);
    assert!(matches!(fail(&failures, "192.0.2.1", start + SECOND), Treatment::Delay(_)));
    assert!(matches!(fail(&failures, "192.0.2.1", start + 30 * SECOND), Treatment::Answer));
}

#[test]
fn a_network_of_version_6_counts_as_one_caller() {
    let failures = FailedAuthentications::default();
    let start = Instant::now();
    for host in 0..FailedAuthentications::FAILURES_MAX {
        let address = format!("2001:db8::{host:x}");
        assert!(matches!(fail(&failures, &address, start), Treatment::Answer));
    }
    assert!(matches!(fail(&failures, "2001:db8::ffff", start), Treatment::Delay(_)));
    assert!(matches!(fail(&failures, "2001:db8:0:1::1", start), Treatment::Answer));
}

#[test]
fn addresses_with_failures_are_bounded() {
    let failures = FailedAuthentications::default();
    let start = Instant::now();
    for network in 0..FailedAuthentications::ADDRESSES_MAX + 500 {
        let address = format!("2001:db8:{network:x}::1");
        assert!(matches!(
            fail(&failures, &address, start),
            Treatment::Answer | Treatment::Delay(_) | Treatment::Refuse { .. }
        ));
    }
    assert!(failures.addresses() <= FailedAuthentications::ADDRESSES_MAX + 1);
    assert!(matches!(fail(&failures, "192.0.2.9", start + 60 * SECOND), Treatment::Answer));
    assert_eq!(failures.addresses(), 1, "idle ones are forgotten");
}

fn in_seconds(seconds: u32) -> Instant {
    tokio::time::Instant::now().into_std() + seconds * SECOND
}

/// Frames without an announced length, as in a chunked transfer.
fn chunked(frames: Vec<&'static [u8]>) -> impl Body<Data = Bytes, Error = Infallible> + Unpin {
    let frames = frames.into_iter().map(|it| Ok(Frame::data(Bytes::from_static(it))));
    StreamBody::new(futures_util::stream::iter(frames))
}

/// A body whose length is announced, and which must not be read.
struct Announced(u64);

impl Body for Announced {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        panic!("the body was read");
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0)
    }
}

#[tokio::test]
async fn bodies_are_read_up_to_the_bound() {
    let reader = BodyReader::new(6);
    let body = reader.read(chunked(vec![b"abc", b"def"]), in_seconds(1)).await.unwrap();
    assert_eq!(body.bytes, "abcdef");
    let body = reader.read(Full::new(Bytes::from("abcdef")), in_seconds(1)).await.unwrap();
    assert_eq!(body.bytes, "abcdef");
    let error = reader.read(chunked(vec![b"abc", b"def", b"g"]), in_seconds(1)).await.unwrap_err();
    assert_eq!(error.code(), Code::TooLarge);
}

#[tokio::test]
async fn too_large_an_announced_length_is_refused_unread() {
    let error = BodyReader::new(6).read(Announced(7), in_seconds(1)).await.unwrap_err();
    assert_eq!(error.code(), Code::TooLarge);
}

#[tokio::test(start_paused = true)]
async fn a_body_must_come_before_the_deadline() {
    let never =
        StreamBody::new(futures_util::stream::pending::<Result<Frame<Bytes>, Infallible>>());
    let error = BodyReader::new(6).read(never, in_seconds(3)).await.unwrap_err();
    assert_eq!(error.code(), Code::DeadlinePassed);
}

#[tokio::test(start_paused = true)]
async fn few_large_bodies_are_in_memory_at_once() {
    static LARGE: [u8; BodyReader::LARGE_BYTES + 1] = [b' '; BodyReader::LARGE_BYTES + 1];
    let reader = BodyReader::new(20 << 20);
    let mut held = Vec::new();
    for _ in 0..BodyReader::LARGE_MAX {
        held.push(reader.read(chunked(vec![&LARGE]), in_seconds(30)).await.unwrap());
    }
    let error = reader.read(chunked(vec![&LARGE]), in_seconds(30)).await.unwrap_err();
    assert_eq!(error.code(), Code::Overloaded);
    assert!(reader.read(chunked(vec![b"{}"]), in_seconds(30)).await.is_ok());
    held.pop();
    assert!(reader.read(chunked(vec![&LARGE]), in_seconds(30)).await.is_ok());
}

#[tokio::test]
async fn small_unwanted_bodies_are_read() {
    assert!(discard(chunked(vec![b"abc"])).await);
    assert!(discard(Full::new(Bytes::new())).await);
    assert!(!discard(Announced(1 << 20)).await);
    static PART: [u8; 40_000] = [b' '; 40_000];
    assert!(!discard(chunked(vec![&PART, &PART])).await);
}

#[test]
fn a_body_must_call_itself_json() {
    let check = |values: &[&'static str]| {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(CONTENT_TYPE, HeaderValue::from_static(value));
        }
        require_json(&headers)
    };
    for value in [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json ;x=y",
    ] {
        assert!(check(&[value]).is_ok(), "{value}");
    }
    for values in [
        &[][..],
        &[""],
        &["text/json"],
        &["text/plain"],
        &["application/json2"],
        &["application/x-www-form-urlencoded"],
        &["application/json", "application/json"],
    ] {
        let error = check(values).unwrap_err();
        assert_eq!(error.code().status(), 400, "{values:?}");
        assert!(error.to_string().starts_with("Invalid Content-Type"));
    }
}

fn catalog() -> Catalog {
    Catalog::new(&[
        ("en", "sold-out = No { $what } left."),
        ("de", "sold-out = Kein { $what } frei."),
    ])
    .unwrap()
}

async fn text(reply: Reply) -> String {
    let bytes = reply.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn failures_have_the_envelope() {
    let (catalog, request_id) = (catalog(), RequestId::from(Uuid::from_u128(7)));
    let envelope = Envelope { request_id, disclosure: Disclosure::Details, catalog: &catalog };
    let reply = envelope.failure(&Error::invalid("BillId").expected("an open bill"), &[]);
    assert_eq!(reply.status(), 400);
    assert_eq!(reply.headers()["request-id"], "00000000-0000-0000-0000-000000000007");
    assert_eq!(reply.headers()["content-type"], "application/json");
    insta::assert_snapshot!(text(reply).await, @r#"{"Message":"Invalid BillId","RequestId":"00000000-0000-0000-0000-000000000007","Details":"At /BillId: expected an open bill."}"#);

    let reply = envelope.failure(&Error::rule("sold-out").at("/EndUtc"), &[]);
    assert!(text(reply).await.ends_with(r#""Details":"At /EndUtc."}"#));

    let envelope = Envelope { disclosure: Disclosure::Nothing, ..envelope };
    let reply = envelope.failure(&Error::rule("sold-out").with("what", "Zimmer"), &["de-AT"]);
    assert_eq!(reply.status(), 403);
    insta::assert_snapshot!(text(reply).await, @r#"{"Message":"Kein Zimmer frei.","RequestId":"00000000-0000-0000-0000-000000000007","Details":null}"#);

    let reply = envelope.failure(&Error::rate_limited(12 * SECOND), &[]);
    assert_eq!(
        (reply.status().as_u16(), &reply.headers()[RETRY_AFTER]),
        (429, &HeaderValue::from(12))
    );
}

#[tokio::test]
async fn a_fault_keeps_its_cause_to_the_log() {
    let (catalog, request_id) = (catalog(), RequestId::random());
    let envelope = Envelope { request_id, disclosure: Disclosure::Details, catalog: &catalog };
    let reply = envelope.failure(&Error::internal("the secret cause"), &[]);
    assert_eq!(reply.status(), 500);
    let body = text(reply).await;
    assert!(!body.contains("secret") && body.ends_with(r#""Details":null}"#), "{body}");
}

#[tokio::test]
async fn successes_have_a_body_or_nothing_at_all() {
    let (catalog, request_id) = (catalog(), RequestId::random());
    let envelope = Envelope { request_id, disclosure: Disclosure::Details, catalog: &catalog };
    let reply = envelope.success("{}");
    assert_eq!(
        (reply.status().as_u16(), &reply.headers()[CONTENT_TYPE]),
        (200, &HeaderValue::from_static("application/json"))
    );
    assert_eq!(text(reply).await, "{}");
    let reply = envelope.minimal();
    assert_eq!(reply.status(), 204);
    assert!(reply.headers().get(CONTENT_TYPE).is_none());
    assert_eq!(reply.headers()["request-id"], request_id.to_string());
    assert_eq!(text(reply).await, "");
}

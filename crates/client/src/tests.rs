use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt;
use ostler_api::reservations::stay::StartReservation;
use ostler_api::services::GetServices;
use ostler_contract::primitives::Limitation;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::error::Head;
use crate::transport::{Exchange, Incoming, Outgoing, Transport};
use crate::{Client, Credentials, Error, Retries, Unanswered};

/// Answers as it is told, and keeps when it was asked what.
#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<Answer>>,
    asked: Mutex<Vec<(Instant, Value)>>,
}

impl std::fmt::Debug for Script {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Script")
    }
}

#[derive(Debug, Clone)]
enum Answer {
    Status(u16, &'static str, Option<u64>),
    Lost,
    Refused,
}

use Answer::{Lost, Refused, Status};

const PAGE: Answer = Status(200, r#"{"Services":[],"Cursor":null}"#, None);
const DONE: Answer = Status(200, "{}", None);
const FULL: Answer =
    Status(503, r#"{"Message":"The server is busy. Please try again later."}"#, None);

impl Transport for Script {
    fn exchange<'a>(&'a self, outgoing: &'a Outgoing) -> Exchange<'a> {
        let body = serde_json::from_slice(&outgoing.body).unwrap();
        self.asked.lock().unwrap().push((Instant::now(), body));
        let answer = self.answers.lock().unwrap().pop_front().expect("an answer is left");
        let unanswered = |was_sent| {
            Err(Error::Unanswered(Unanswered { was_sent, cause: "the wire is cut".into() }))
        };
        Box::pin(async move {
            match answer {
                Status(status, body, retry_after) => Ok(Incoming {
                    head: Head {
                        status,
                        request_id: Some("some-request".to_owned()),
                        retry_after: retry_after.map(Duration::from_secs),
                    },
                    body: Bytes::from_static(body.as_bytes()),
                }),
                Lost => unanswered(true),
                Refused => unanswered(false),
            }
        })
    }
}

fn client(answers: &[Answer]) -> (Client, Arc<Script>) {
    let script = Arc::new(Script::default());
    script.answers.lock().unwrap().extend(answers.iter().cloned());
    let credentials = Credentials::new("secret-1", "secret-2", "Tests \"1.0.0\"");
    (Client::over(Arc::clone(&script) as Arc<dyn Transport>, credentials), script)
}

impl Script {
    /// How many seconds passed before each attempt but the first.
    fn pauses(&self) -> Vec<f64> {
        let asked = self.asked.lock().unwrap();
        asked.windows(2).map(|it| (it[1].0 - it[0].0).as_secs_f64()).collect()
    }
}

fn check_in() -> StartReservation {
    StartReservation {
        enterprise_id: None,
        reservation_id: "a0000000-0000-4000-8000-000000000001".parse().unwrap(),
    }
}

/// What becomes of a query and of a command, and how often each was sent.
async fn tried(answers: &[Answer]) -> [(Option<u16>, usize); 2] {
    let (reader, reads) = client(&[answers, &[PAGE; 5]].concat());
    let read = reader.call(&GetServices::default()).await.err().map(|it| it.status().unwrap_or(0));
    let (writer, writes) = client(&[answers, &[DONE; 5]].concat());
    let written = writer.call(&check_in()).await.err().map(|it| it.status().unwrap_or(0));
    let count = |script: &Script| script.asked.lock().unwrap().len();
    [(read, count(&reads)), (written, count(&writes))]
}

#[tokio::test(start_paused = true)]
async fn only_what_is_safe_is_sent_again() {
    let failed = Status(500, "", None);
    let late = Status(408, "{}", None);
    let busy = Status(503, r#"{"Message":"Down for maintenance"}"#, None);
    let limited = Status(429, "{}", Some(1));
    // Certainly undone: also commands.
    for answer in [Refused, FULL, limited] {
        assert_eq!(
            tried(std::slice::from_ref(&answer)).await,
            [(None, 2), (None, 2)],
            "{answer:?}"
        );
    }
    assert_eq!(tried(&[Lost]).await, [(None, 2), (Some(0), 1)]);
    assert_eq!(tried(&[failed]).await, [(None, 2), (Some(500), 1)]);
    assert_eq!(tried(&[late]).await, [(None, 2), (Some(408), 1)]);
    assert_eq!(tried(&[busy]).await, [(None, 2), (Some(503), 1)]);
    for status in [400, 401, 403, 404, 409, 413, 302] {
        let stays = (Some(status), 1);
        assert_eq!(tried(&[Status(status, "{}", None)]).await, [stays, stays]);
    }
    let five = [const { Status(500, "", None) }; 6];
    assert_eq!(tried(&five).await[0], (Some(500), 5));
}

#[tokio::test(start_paused = true)]
async fn pauses_double_and_half_of_each_is_chance() {
    let mut all = Vec::new();
    for _ in 0..20 {
        let (client, script) = client(&[Refused, FULL, Refused, FULL, PAGE]);
        client.call(&GetServices::default()).await.unwrap();
        let pauses = script.pauses();
        for (pause, longest) in pauses.iter().zip([0.2, 0.4, 0.8, 1.6]) {
            let range = longest / 2.0 - 0.002..=longest + 0.002;
            assert!(range.contains(pause), "{pause} is not in {range:?}");
        }
        all.push(pauses);
    }
    all.dedup();
    assert!(all.len() > 1, "every client pauses alike: {all:?}");
}

#[tokio::test(start_paused = true)]
async fn a_pause_is_as_long_as_the_server_asks() {
    let (client, script) = client(&[Status(429, "{}", Some(17)), DONE]);
    client.call(&check_in()).await.unwrap();
    let pause = script.pauses()[0];
    assert!((17.0..17.3).contains(&pause), "{pause}");
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_longer_than_allowed() {
    let limited = || [Status(429, "{}", Some(17)), PAGE];
    let (patient, script) = client(&limited());
    let short = Retries { total_max: Duration::from_secs(16), ..Retries::default() };
    let error = patient.with_retries(short).call(&GetServices::default()).await.unwrap_err();
    assert!(matches!(error, Error::RateLimited(_)));
    assert_eq!(error.refusal().unwrap().retry_after, Some(Duration::from_secs(17)));
    assert!(script.pauses().is_empty());
    let (once, script) = client(&limited());
    once.with_retries(Retries::NONE).call(&GetServices::default()).await.unwrap_err();
    assert!(script.pauses().is_empty());
}

#[tokio::test]
async fn credentials_stand_in_the_body_and_nowhere_else() {
    let (client, script) = client(&[PAGE, Status(401, r#"{"Message":"No."}"#, None), Lost]);
    let client = client.with_language("de-DE").with_retries(Retries::NONE);
    let request = GetServices { limitation: Limitation::first(7), ..GetServices::default() };
    client.call(&request).await.unwrap();
    let body = script.asked.lock().unwrap()[0].1.clone();
    assert_eq!(body["ClientToken"], "secret-1");
    assert_eq!(body["AccessToken"], "secret-2");
    assert_eq!(body["Client"], "Tests \"1.0.0\"");
    assert_eq!(body["LanguageCode"], "de-DE");
    assert_eq!(body["Limitation"], json!({ "Count": 7, "Cursor": null }));
    let mut shown = format!("{client:?}{:?}", client.minimal());
    for _ in 0..2 {
        let error = client.call(&GetServices::default()).await.unwrap_err();
        shown += &format!("{error:?}{error}");
    }
    assert!(shown.contains("Tests") && shown.contains("No."), "{shown}");
    assert!(!shown.contains("secret"), "{shown}");
}

#[tokio::test]
async fn an_answer_of_another_shape_is_an_error_with_its_name() {
    let (client, _) = client(&[Status(200, r#"{"Services":7}"#, None)]);
    let error = client.call(&GetServices::default()).await.unwrap_err();
    assert_eq!(error.request_id(), Some("some-request"));
    assert!(error.to_string().contains("(Request-Id some-request)"), "{error}");
    assert!(!error.is_certainly_undone());
}

#[tokio::test]
async fn a_list_that_turns_in_circles_ends_in_an_error() {
    const SAME: &str = r#"{"Services":[],"Cursor":"a0000000-0000-4000-8000-000000000001"}"#;
    let (client, script) = client(&[Status(200, SAME, None), Status(200, SAME, None)]);
    let pages = client.pages(GetServices::default());
    let error = pages.try_collect::<Vec<_>>().await.unwrap_err();
    assert!(error.to_string().contains("cursor"), "{error}");
    assert_eq!(script.asked.lock().unwrap().len(), 2);
}

#[test]
fn what_is_no_address_is_refused() {
    let credentials = || Credentials::new("a", "b", "c");
    for address in ["", "127.0.0.1:7070", "ftp://example.org", "http://"] {
        let error = Client::new(address, credentials()).unwrap_err();
        assert!(matches!(error, Error::Configuration(_)), "{address}: {error}");
    }
    let client = Client::new("http://me:hidden@example.org/api/", credentials()).unwrap();
    assert!(!format!("{client:?}").contains("hidden"));
}

//! The response contract, row by row, in process.

use std::collections::HashSet;
use std::time::Duration;

use http::Method;
use ostler::app::Settings;
use ostler_contract::http::{Disclosure, RateLimit};
use ostler_contract::primitives::UtcInstant;
use ostler_worlds::access::{self, AccessClients, AccessIntegrations, Status, all};
use ostler_worlds::demo;
use ostler_worlds::token::TokenHash;
use ostler_worlds::world::WorldOptions;
use serde_json::{Value, json};

use crate::faults::{self, NOTHING};
use crate::support::{GROSS, NET, NOW, Server, Tokens, with_tokens};

fn faulty(settings: Settings) -> Server {
    let settings = Settings { rate_limit: None, ..settings };
    Server::bare(WorldOptions::default(), settings, &faults::OPERATIONS)
}

fn nothing(parameters: Value) -> Vec<u8> {
    with_tokens(GROSS, parameters).to_string().into_bytes()
}

#[test]
fn a_success_is_200_with_json() {
    let server = faulty(Settings::default());
    let response = server.post(NOTHING, json!({}));
    assert_eq!((response.status, response.text.as_str()), (200, "{}"));
    assert_eq!(response.header("content-type"), "application/json");
    let empty = Server::new().post("services/getAll", json!({ "Limitation": { "Count": 1 } }));
    assert!(empty.ok()["Services"].is_array());
}

#[test]
fn a_minimal_success_is_204_where_it_is_preferred() {
    let server = faulty(Settings::default());
    let prefer = |value: &str| server.send(NOTHING, nothing(json!({})), &[("prefer", value)]);
    for value in ["return=minimal", "Return=\"Minimal\"; x=y", "wait=5, return=minimal"] {
        let response = prefer(value);
        assert_eq!((response.status, response.text.as_str()), (204, ""), "{value}");
        assert_eq!(response.header("content-type"), "");
        assert_eq!(response.header("preference-applied"), "return=minimal");
    }
    assert_eq!(prefer("return=representation").status, 200);
    let refused =
        server.send(NOTHING, nothing(json!({ "Client": "" })), &[("prefer", "return=minimal")]);
    assert_eq!(refused.refused(400), "Invalid Client");
}

#[test]
fn every_answer_names_its_request() {
    let server = faulty(Settings { body_bytes_max: 1000, ..Settings::default() });
    let large = vec![b' '; 1001];
    let answers = [
        server.post(NOTHING, json!({})),
        server.send(NOTHING, nothing(json!({})), &[("prefer", "return=minimal")]),
        server.send(NOTHING, b"{".to_vec(), &[]),
        server.post("faults/panicInQuery", json!({})),
        server.send(NOTHING, large, &[]),
        server.post("nothing/like/it", json!({})),
        server.request(Method::GET, "/"),
        server.request(Method::GET, "/_ostler/health"),
        server.request(Method::GET, "/_ostler/openapi.json"),
    ];
    let statuses: Vec<u16> = answers.iter().map(|it| it.status).collect();
    assert_eq!(statuses, [200, 204, 400, 500, 413, 404, 404, 200, 200]);
    let names: HashSet<&str> = answers.iter().map(|it| it.header("request-id")).collect();
    assert_eq!(names.len(), answers.len());
    assert!(names.iter().all(|it| it.len() == 36));
}

#[test]
fn a_body_that_is_not_strict_json_is_400() {
    let server = faulty(Settings::default());
    let valid = String::from_utf8(nothing(json!({}))).unwrap();
    let inner = valid.strip_suffix('}').unwrap();
    let bodies = [
        String::new(),
        " ".to_owned(),
        "{".to_owned(),
        "null".to_owned(),
        "[]".to_owned(),
        "\"text\"".to_owned(),
        "1".to_owned(),
        format!("{inner},}}"),
        format!("{inner},\"A\":[1,]}}"),
        format!("{inner},\"A\":01}}"),
        format!("{inner},\"A\":+1}}"),
        format!("{inner},\"A\":.5}}"),
        format!("{inner},\"A\":NaN}}"),
        format!("{inner},\"A\":'a'}}"),
        format!("{inner},A:1}}"),
        format!("{inner},\"A\":\"\t\"}}"),
        format!("{inner},\"A\":\"\\ud800\"}}"),
        format!("{inner} // comment\n}}"),
        format!("{valid}{valid}"),
        format!("\u{feff}{valid}"),
        "{\"A\":".repeat(10_000),
    ];
    for body in bodies {
        let response = server.send(NOTHING, body.clone().into_bytes(), &[]);
        assert_eq!(response.refused(400), "Invalid JSON", "{body}");
    }
    let invalid_text = server.send(NOTHING, b"{\"A\":\"\xff\"}".to_vec(), &[]);
    assert_eq!(invalid_text.refused(400), "Invalid JSON");
    assert_eq!(server.send(NOTHING, format!(" \r\n\t{valid}\n").into_bytes(), &[]).status, 200);
}

#[test]
fn a_body_must_call_itself_json() {
    let server = faulty(Settings::default());
    let send = |kind: &str| server.send(NOTHING, nothing(json!({})), &[("content-type", kind)]);
    assert_eq!(send("application/json; charset=utf-8").status, 200);
    assert_eq!(send("APPLICATION/JSON").status, 200);
    assert_eq!(send("text/plain").refused(400), "Invalid Content-Type");
    assert_eq!(send("").refused(400), "Invalid Content-Type");
}

#[test]
fn common_parameters_are_checked() {
    let server = faulty(Settings::default());
    for client in [json!(null), json!(""), json!("  "), json!(1), json!(["a"])] {
        let response = server.post(NOTHING, json!({ "Client": client }));
        assert_eq!(response.refused(400), "Invalid Client");
    }
    let mut without = with_tokens(GROSS, json!({}));
    without.as_object_mut().unwrap().remove("Client");
    let response = server.send(NOTHING, without.to_string().into_bytes(), &[]);
    assert_eq!(response.refused(400), "Invalid Client");
    for parameter in ["LanguageCode", "CultureCode"] {
        let response = server.post(NOTHING, json!({ parameter: 1 }));
        assert_eq!(response.refused(400), format!("Invalid {parameter}"));
        assert_eq!(server.post(NOTHING, json!({ parameter: "en-US" })).status, 200);
        assert_eq!(server.post(NOTHING, json!({ parameter: null })).status, 200);
    }
}

#[test]
fn unknown_properties_are_ignored() {
    let server = faulty(Settings::default());
    assert_eq!(server.post(NOTHING, json!({ "Unknown": { "a": [1, null] } })).status, 200);
}

const INVALID_TOKENS: &str = "Invalid ClientToken or AccessToken.";

#[test]
fn unknown_and_mismatched_tokens_are_401() {
    let server = faulty(Settings::default());
    let [first, second, ..] = demo::CLIENTS;
    let lower: &'static str = Box::leak(GROSS.access.to_lowercase().into_boxed_str());
    for tokens in [
        Tokens { client: "", access: "" },
        Tokens { client: first.client_token, access: "unknown" },
        Tokens { client: "unknown", access: first.gross },
        Tokens { client: first.gross, access: first.client_token },
        Tokens { client: second.client_token, access: first.gross },
        Tokens { client: first.client_token, access: lower },
    ] {
        assert_eq!(server.post_as(tokens, NOTHING, json!({})).refused(401), INVALID_TOKENS);
    }
    for token in ["ClientToken", "AccessToken"] {
        for value in [json!(null), json!(1), json!([GROSS.client])] {
            let response = server.post(NOTHING, json!({ token: value }));
            assert_eq!(response.refused(401), INVALID_TOKENS);
        }
        let mut without = with_tokens(GROSS, json!({}));
        without.as_object_mut().unwrap().remove(token);
        let response = server.send(NOTHING, without.to_string().into_bytes(), &[]);
        assert_eq!(response.refused(401), INVALID_TOKENS);
    }
    assert_eq!(server.send(NOTHING, b"{}".to_vec(), &[]).refused(401), INVALID_TOKENS);
    assert_eq!(server.post_as(NET, NOTHING, json!({})).status, 200);
}

#[test]
fn what_is_disabled_is_401_with_the_next_request() {
    let server = faulty(Settings::default());
    let enterprise =
        |status| server.change(move |tx| access::set_enterprise(tx, demo::GROSS, status)).unwrap();
    let refused = || server.post(NOTHING, json!({})).refused(401).to_owned();
    assert_eq!(server.post(NOTHING, json!({})).status, 200);
    enterprise(Status::Disabled);
    assert_eq!(refused(), "The enterprise is disabled.");
    assert_eq!(server.post_as(NET, NOTHING, json!({})).status, 200);
    enterprise(Status::Enabled);
    assert_eq!(server.post(NOTHING, json!({})).status, 200);

    let integration = the_integration(&server, GROSS);
    let enable = move |is_enabled| {
        move |tx: &mut ostler_store::Tx<'_>| {
            access::change_integration(tx, integration, |it| it.is_enabled = is_enabled)
        }
    };
    server.change(enable(false));
    assert_eq!(refused(), "The integration is disabled.");
    assert_eq!(server.post_as(NET, NOTHING, json!({})).status, 200, "disabled here only");
    server.change(enable(true));

    let client = the_client(&server, GROSS);
    server.change(move |tx| access::change_client(tx, client, |it| it.is_enabled = false));
    assert_eq!(refused(), "The integration is disabled.");
    let elsewhere = server.post_as(NET, NOTHING, json!({}));
    assert_eq!(elsewhere.refused(401), "The integration is disabled.", "disabled everywhere");
}

#[test]
fn expired_and_rotated_tokens_are_401() {
    let server = faulty(Settings::default());
    let integration = the_integration(&server, GROSS);
    let now = NOW.parse::<UtcInstant>().unwrap();
    server.change(move |tx| {
        access::change_integration(tx, integration, |it| it.expires_utc = Some(now))
    });
    assert_eq!(server.post(NOTHING, json!({})).refused(401), INVALID_TOKENS);
    server.change(move |tx| {
        access::change_integration(tx, integration, |it| {
            it.expires_utc = None;
            it.token = TokenHash::of("ROTATED");
        })
    });
    assert_eq!(server.post(NOTHING, json!({})).refused(401), INVALID_TOKENS);
    let rotated = Tokens { access: "ROTATED", ..GROSS };
    assert_eq!(server.post_as(rotated, NOTHING, json!({})).status, 200);
}

fn the_client(server: &Server, tokens: Tokens) -> uuid::Uuid {
    let wanted = TokenHash::of(tokens.client);
    let clients = server.world.store.read_now(server.world.call(), all::<AccessClients>).unwrap();
    clients.into_iter().find(|it| it.token == wanted).unwrap().id
}

pub(crate) fn the_integration(server: &Server, tokens: Tokens) -> uuid::Uuid {
    let wanted = TokenHash::of(tokens.access);
    let call = server.world.call();
    let integrations = server.world.store.read_now(call, all::<AccessIntegrations>).unwrap();
    integrations.into_iter().find(|it| it.token == wanted).unwrap().id
}

const NO_PERMISSION: &str = "No permission to use this operation.";

#[test]
fn the_permission_stands_before_the_parameters() {
    let server = faulty(Settings::default());
    let restricted = "faults/restricted";
    assert_eq!(server.post(restricted, json!({})).refused(401), NO_PERMISSION);
    let body = json!({ "Client": "" });
    assert_eq!(server.post(restricted, body).refused(401), NO_PERMISSION);
    let client = the_client(&server, GROSS);
    server.change(move |tx| {
        access::change_client(tx, client, |it| it.grants.grant("faults/restricted"))
    });
    assert_eq!(server.post(restricted, json!({})).refused(400), "Invalid Needed");
    assert_eq!(server.post(restricted, json!({ "Needed": "" })).status, 200);
    server.change(move |tx| access::change_client(tx, client, |it| it.grants.revoke(NOTHING)));
    assert_eq!(server.post(NOTHING, json!({})).refused(401), NO_PERMISSION);
}

#[test]
fn portfolio_tokens_call_only_what_supports_them() {
    let server = faulty(Settings::default());
    assert_eq!(server.post("faults/single", json!({})).status, 200);
    let integration = the_integration(&server, GROSS);
    server.change(move |tx| {
        access::change_integration(tx, integration, |it| {
            it.enterprise_ids = vec![demo::GROSS, demo::NET];
            it.portfolio_id = Some(demo::CHAIN);
        })
    });
    assert_eq!(server.post(NOTHING, json!({})).status, 200);
    let message = "This operation does not support portfolio access tokens.";
    assert_eq!(server.post("faults/single", json!({})).refused(401), message);
}

#[test]
fn whatever_is_not_exactly_an_address_is_404() {
    let server = faulty(Settings::default());
    let message = "Requested resource does not exist.";
    for address in [
        "",
        "faults",
        "faults/Nothing",
        "Faults/nothing",
        "faults/nothing/",
        "/faults/nothing",
        "faults/nothing/2026-01-31",
        "faults/nothing?",
        "faults/nothing?a=b",
        "faults/%6eothing",
        "faults/../faults/nothing",
    ] {
        assert_eq!(server.post(address, json!({})).refused(404), message, "{address}");
    }
    let path = "/api/connector/v1/faults/nothing";
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
        assert_eq!(server.request(method, path).refused(404), message);
    }
    for path in ["/", "/api/connector/v1", "/api/connector/v2/faults/nothing", "/faults/nothing"] {
        assert_eq!(server.request(Method::POST, path).refused(404), message, "{path}");
    }
    assert_eq!(server.request(Method::POST, "/_ostler/health").refused(404), message);
}

#[test]
fn a_body_that_is_too_large_is_413() {
    let server = faulty(Settings { body_bytes_max: 400, ..Settings::default() });
    let mut body = nothing(json!({}));
    body.resize(400, b' ');
    assert_eq!(server.send(NOTHING, body.clone(), &[]).status, 200);
    body.push(b' ');
    let message = "The request body is too large.";
    assert_eq!(server.send(NOTHING, body, &[]).refused(413), message);
}

#[test]
fn a_request_that_takes_too_long_is_408() {
    let deadline = Duration::from_millis(100);
    let server = faulty(Settings { deadline, ..Settings::default() });
    let message = "The transaction timed out.";
    let response = server.post("faults/wait", json!({ "Gate": "too late" }));
    assert_eq!(response.refused(408), message);
    faults::open("too late");
    assert_eq!(server.post("faults/writeForEver", json!({})).refused(408), message);
    let call = server.world.call();
    let written = server.world.store.read_now(call, faults::count_written).unwrap();
    assert_eq!(written, 0, "nothing half done");
    assert_eq!(server.post(NOTHING, json!({})).status, 200);
}

#[test]
fn too_many_requests_are_429() {
    let rate_limit = RateLimit { requests: 3, window: Duration::from_secs(30) };
    let settings = Settings { rate_limit: Some(rate_limit), ..Settings::default() };
    let server = Server::bare(WorldOptions::default(), settings, &faults::OPERATIONS);
    let denied = Tokens { access: "unknown", ..GROSS };
    assert_eq!(server.post_as(denied, NOTHING, json!({})).status, 401, "does not count");
    assert_eq!(server.post("faults/restricted", json!({})).status, 401, "does not count");
    assert_eq!(server.post(NOTHING, json!({})).status, 200);
    assert_eq!(server.post(NOTHING, json!({ "Client": "" })).status, 400, "counts");
    assert_eq!(server.post(NOTHING, json!({})).status, 200);
    let refused = server.post(NOTHING, json!({ "Client": "" }));
    assert_eq!(refused.refused(429), "Too many requests.", "before the parameters");
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=30).contains(&wait), "{wait}");
    assert_eq!(server.post_as(NET, NOTHING, json!({})).status, 200, "each token by itself");
}

#[test]
fn a_panic_is_500_and_leaves_nothing_behind() {
    let server = faulty(Settings::default());
    let message = "Something went wrong. The development team has been notified.";
    for address in ["faults/panicInQuery", "faults/panicInCommand", "faults/panicInDecoding"] {
        let response = server.post(address, json!({}));
        assert_eq!(response.refused(500), message, "{address}");
        assert_eq!(response.body["Details"], Value::Null, "the cause is for the log");
    }
    let call = server.world.call();
    let written = server.world.store.read_now(call, faults::count_written).unwrap();
    assert_eq!(written, 0);
    assert_eq!(server.post(NOTHING, json!({})).status, 200);
}

#[test]
fn a_full_queue_is_503() {
    let options = WorldOptions { readers: 1, queue: 1, ..WorldOptions::default() };
    let settings = Settings { rate_limit: None, ..Settings::default() };
    let server = Server::bare(options, settings, &faults::OPERATIONS);
    assert_eq!(server.post(NOTHING, json!({})).status, 200);
    std::thread::scope(|scope| {
        let wait = || server.post("faults/wait", json!({ "Gate": "queue" })).status;
        let running = scope.spawn(wait);
        faults::await_waiting("queue");
        // One runs and one may wait; of two more, one finds no place.
        let others = [scope.spawn(wait), scope.spawn(wait)];
        while !others.iter().any(std::thread::ScopedJoinHandle::is_finished) {
            std::thread::yield_now();
        }
        let overloaded = server.post("faults/wait", json!({ "Gate": "queue" }));
        assert_eq!(overloaded.refused(503), "The server is busy. Please try again later.");
        faults::open("queue");
        assert_eq!(running.join().unwrap(), 200);
        let mut statuses = others.map(|it| it.join().unwrap());
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 503]);
    });
    assert_eq!(server.post(NOTHING, json!({})).status, 200);
}

#[test]
fn details_are_for_development() {
    let tell = |disclosure| {
        let server = faulty(Settings { disclosure, ..Settings::default() });
        server.post(NOTHING, json!({ "Refusal": 1 })).body["Details"].clone()
    };
    let details = tell(Disclosure::Details);
    assert!(details.as_str().unwrap().starts_with("At /Refusal: expected"), "{details}");
    assert_eq!(tell(Disclosure::Nothing), Value::Null);
}

#[test]
fn a_refusal_by_a_rule_is_403() {
    let server = faulty(Settings::default());
    let response = server.post(NOTHING, json!({ "Refusal": "" }));
    assert_eq!(response.refused(403), "no-such-sentence");
}

#[test]
fn guessing_tokens_becomes_slow_for_nobody_else() {
    let server = faulty(Settings::default());
    let guess = || server.post_as(Tokens { access: "guess", ..GROSS }, NOTHING, json!({}));
    for _ in 0..200 {
        assert_eq!(guess().status, 401);
    }
    let started = std::time::Instant::now();
    assert_eq!(guess().status, 401);
    assert!(started.elapsed() >= Duration::from_millis(250));
    assert_eq!(server.post(NOTHING, json!({})).status, 200);
}

#[test]
fn the_server_tells_that_it_is_ready() {
    let server = Server::new();
    let health = server.request(Method::GET, "/_ostler/health");
    assert_eq!(health.ok(), json!({ "Status": "Ready" }));
    let document = server.request(Method::GET, "/_ostler/openapi.json");
    assert_eq!(&document.ok(), server.document());
}

//! Traces, as a collector of OpenTelemetry gets them.

use std::net::TcpListener;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use ostler::app::Observers;
use ostler::traces::Traces;
use prost::Message;
use serde_json::{Value, json};

use crate::faults::{self, NOTHING};
use crate::receiver::{Manner, Receiver};
use crate::support::{CLIENT, GROSS, Server, with_tokens};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

fn server(collector: std::net::SocketAddr) -> Server {
    Server::observed(&faults::OPERATIONS, |runtime| {
        let endpoint = format!("http://{collector}").parse().unwrap();
        let traces = Traces::to(&endpoint, "development", runtime.handle().clone()).unwrap();
        Observers { traces, ..Observers::default() }
    })
}

/// Every span that the collector got.
fn spans(collector: &Receiver) -> Vec<Span> {
    let requests = collector.rest();
    let mut spans = Vec::new();
    for request in requests {
        assert!(request.head.starts_with("post /v1/traces http/1.1"), "{}", request.head);
        for secret in [GROSS.client, GROSS.access, CLIENT, "the rule is wrong"] {
            assert!(!request.body.windows(secret.len()).any(|it| it == secret.as_bytes()));
        }
        let batch = ExportTraceServiceRequest::decode(request.body.as_slice()).unwrap();
        let scopes = batch.resource_spans.into_iter().flat_map(|it| it.scope_spans);
        spans.extend(scopes.flat_map(|it| it.spans));
    }
    spans
}

fn named<'s>(spans: &'s [Span], name: &str) -> &'s Span {
    spans.iter().find(|span| span.name == name).unwrap()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn traced(server: &Server, address: &str, parent: &str) -> crate::support::Response {
    let body = with_tokens(GROSS, json!({})).to_string().into_bytes();
    server.send(address, body, &[("traceparent", parent)])
}

#[test]
fn a_request_is_a_span_with_its_stages_under_the_callers() {
    let collector = Receiver::new(Manner::Prompt);
    let server = server(collector.address);
    let response = traced(&server, NOTHING, &format!("00-{TRACE}-{CALLER}-01"));
    assert_eq!(response.status, 200);
    server.finish_telling();
    let spans = spans(&collector);
    let whole = named(&spans, &format!("POST /api/connector/v1/{NOTHING}"));
    assert_eq!(hexadecimal(&whole.trace_id), TRACE);
    assert_eq!(hexadecimal(&whole.parent_span_id), CALLER);
    let text = format!("{:?}", whole.attributes);
    assert!(text.contains(response.header("request-id")), "{text}");
    let stages = ["receive", "parse", "authenticate", "validate", "queue", "rule", "commit"];
    let mut began = whole.start_time_unix_nano;
    for stage in stages {
        let stage = named(&spans, stage);
        assert_eq!((&stage.trace_id, &stage.parent_span_id), (&whole.trace_id, &whole.span_id));
        assert_eq!(stage.start_time_unix_nano, began, "{}", stage.name);
        began = stage.end_time_unix_nano;
    }
    assert!(began <= whole.end_time_unix_nano);
    assert_eq!(spans.len(), stages.len() + 1);
}

#[test]
fn a_fault_is_a_span_with_an_error() {
    let collector = Receiver::new(Manner::Prompt);
    let server = server(collector.address);
    assert_eq!(server.post("faults/panicInQuery", Value::Object(Default::default())).status, 500);
    server.finish_telling();
    let spans = spans(&collector);
    let whole = named(&spans, "POST /api/connector/v1/faults/panicInQuery");
    assert!(whole.parent_span_id.is_empty(), "nobody called");
    assert_eq!(whole.status.as_ref().unwrap().message, "Internal");
}

#[test]
fn what_a_caller_does_not_sample_is_not_sent() {
    let collector = Receiver::new(Manner::Prompt);
    let server = server(collector.address);
    assert_eq!(traced(&server, NOTHING, &format!("00-{TRACE}-{CALLER}-00")).status, 200);
    server.finish_telling();
    assert!(collector.rest().is_empty());
}

#[test]
fn a_collector_that_is_gone_costs_nothing() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = server(nobody);
    assert_eq!(server.post(NOTHING, json!({})).status, 200);
    server.finish_telling();
    assert_eq!(server.post(NOTHING, json!({})).status, 200);
}

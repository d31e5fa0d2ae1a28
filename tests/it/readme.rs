//! The tour of the README: each request that it shows, sent as it stands.

use std::collections::HashMap;

use serde_json::Value;

use crate::support::Server;

/// One line of the tour: what the answer's value is kept as, where the request goes, its body, and
/// where the value stands in the answer.
struct Step {
    name: Option<String>,
    address: String,
    body: String,
    path: String,
}

/// Reads `NAME=$(call ADDRESS 'BODY' | jq -r 'PATH')` or `call ADDRESS 'BODY' | jq …`.
fn step(line: &str) -> Option<Step> {
    let (name, call) = match line.split_once("=$(call ") {
        Some((name, call)) => (Some(name.to_owned()), call),
        None => (None, line.strip_prefix("call ")?),
    };
    let (address, rest) = call.split_once(" '")?;
    let (body, filter) = rest.rsplit_once("' | jq ")?;
    let path = filter.trim_start_matches("-r ").trim_end_matches(')').trim_matches('\'');
    Some(Step { name, address: address.to_owned(), body: body.to_owned(), path: path.to_owned() })
}

/// The value at a path such as `.Bills[0].Id`.
fn at(answer: &Value, path: &str) -> String {
    let pointer = path.replace(['.', '['], "/").replace(']', "");
    let value = answer.pointer(&pointer).unwrap_or_else(|| panic!("{path} of {answer}"));
    value.as_str().unwrap_or_else(|| panic!("{path} of {answer}")).to_owned()
}

#[test]
fn every_request_of_the_tour_works() {
    let server = Server::new();
    let readme = include_str!("../../README.md");
    let mut values: HashMap<String, String> = HashMap::new();
    let today = server.post("configuration/get", serde_json::json!({})).ok();
    let today: jiff::Timestamp = today["NowUtc"].as_str().unwrap().parse().unwrap();
    let date = |hours: i64| {
        let day = today + jiff::SignedDuration::from_hours(hours);
        day.strftime("%Y-%m-%d").to_string()
    };
    values.insert("TODAY".to_owned(), date(0));
    values.insert("LATER".to_owned(), date(48));
    let (mut requests, mut refusals) = (0, Vec::new());
    for step in readme.lines().filter_map(step) {
        let mut body = step.body;
        for (name, value) in &values {
            body = body.replace(&format!("'${name}'"), value);
        }
        let parameters =
            serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"));
        let response = server.post(&step.address, parameters);
        requests += 1;
        if step.path == ".Message" {
            refusals.push(response.status);
            continue;
        }
        assert_eq!(response.status, 200, "{}: {}", step.address, response.text);
        if let Some(name) = step.name {
            values.insert(name, at(&response.body, &step.path));
        }
    }
    assert_eq!(requests, 19);
    assert_eq!(refusals, [403, 403]);
    assert!(values["NUMBER"].starts_with('B'), "{}", values["NUMBER"]);
}

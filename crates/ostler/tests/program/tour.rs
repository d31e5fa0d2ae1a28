//! The tour of the README: its requests, sent as they stand, with the little of a shell that it
//! needs, so that neither `curl` nor `jq` has to be there.

use std::collections::HashMap;

use jiff::ToSpan;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::support::Server;

#[derive(Default)]
pub(crate) struct Tour {
    /// What `call` adds to each body.
    common: Option<Value>,
    values: HashMap<String, String>,
    refusals: Vec<u16>,
    requests: usize,
}

impl Tour {
    /// Takes the definition of `call`, which sends a body with tokens to an operation.
    pub(crate) fn define(&mut self, head: &str, body: &str) {
        assert_eq!(head, "call() {");
        assert!(body.contains("/api/connector/v1/$1\""), "{body}");
        let common = body.split("-d '").nth(1).unwrap().split(",'").next().unwrap();
        self.common = Some(serde_json::from_str(&format!("{common}}}")).unwrap());
    }

    /// Does what one line says: `NAME=$(date …)`, `call ADDRESS 'BODY' | jq PATH`, or
    /// `NAME=$(call ADDRESS 'BODY' | jq -r 'PATH')`. False for anything else.
    pub(crate) fn step(&mut self, line: &str, server: Option<&Server>) -> bool {
        let (name, command) = match line.split_once("=$(") {
            Some((name, command)) => (Some(name), command.strip_suffix(')').unwrap()),
            None => (None, line),
        };
        if let (Some(name), Some(arguments)) = (name, command.strip_prefix("date -u ")) {
            self.values.insert(name.to_owned(), date(arguments));
            return true;
        }
        let Some(call) = command.strip_prefix("call ") else { return false };
        let (address, rest) = call.split_once(" '").unwrap();
        let (body, filter) = rest.rsplit_once("' | jq ").unwrap();
        let path = filter.trim_start_matches("-r ").trim_matches('\'');
        let (status, answer) = server.unwrap().post(address, &self.body(body));
        self.requests += 1;
        if path == ".Message" {
            self.refusals.push(status);
            return true;
        }
        assert_eq!(status, 200, "{line}: {answer}");
        if let Some(name) = name {
            let pointer = path.replace(['.', '['], "/").replace(']', "");
            let value = answer.pointer(&pointer).and_then(Value::as_str);
            let value = value.unwrap_or_else(|| panic!("{path} of {answer}"));
            self.values.insert(name.to_owned(), value.to_owned());
        }
        true
    }

    /// The body with its variables, the tokens before it.
    fn body(&self, shown: &str) -> String {
        let mut body = shown.to_owned();
        for (name, value) in &self.values {
            body = body.replace(&format!("'${name}'"), value);
        }
        let own: Value =
            serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"));
        let mut all = self.common.clone().expect("call is defined before it is used");
        all.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        all.to_string()
    }

    /// Holds the tour, where the document has one, against what it tells of itself.
    pub(crate) fn end(self) {
        if self.common.is_none() {
            return;
        }
        assert_eq!(self.requests, 19);
        assert_eq!(self.refusals, [403, 403]);
        assert!(self.values["NUMBER"].starts_with('B'), "{}", self.values["NUMBER"]);
    }
}

/// What `date -u` prints with these arguments.
fn date(arguments: &str) -> String {
    let days = match arguments {
        "+%F" => 0,
        other => {
            let days = other.strip_prefix("-d '+").and_then(|it| it.strip_suffix(" days' +%F"));
            days.unwrap_or_else(|| panic!("date {other}")).parse().unwrap()
        }
    };
    // The server has this clock, too.
    let now = ostler_worlds::clock::Clock::Real.now().timestamp();
    let today = now.to_zoned(TimeZone::UTC).date();
    today.checked_add(days.days()).unwrap().to_string()
}

use serde::Deserialize;
use serde_json::json;

use super::*;
use crate::primitives::{Bounded, UpdateValue, UtcInstant};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(dead_code, reason = "only decoding is looked at")]
struct Request {
    names: Bounded<String, 1, 2>,
    start_utc: Option<UtcInstant>,
    #[serde(default)]
    end_utc: UpdateValue<UtcInstant>,
}

#[track_caller]
fn refused(body: Value, message: &str, pointer: &str) {
    let error = decode::<Request>(body).unwrap_err();
    assert!(error.to_string().starts_with(message), "{error}");
    assert_eq!(error.details().unwrap().pointer, pointer);
}

#[test]
fn names_the_offending_parameter() {
    refused(json!({}), "Invalid Names", "/Names");
    refused(json!({ "Names": [] }), "Invalid Names", "/Names");
    refused(json!({ "Names": ["a", "b", "c"] }), "Invalid Names", "/Names");
    refused(json!({ "Names": ["a", 1] }), "Invalid Names", "/Names/1");
    refused(json!({ "Names": ["a"], "StartUtc": "today" }), "Invalid StartUtc", "/StartUtc");
    let wrong_update = json!({ "Names": ["a"], "EndUtc": { "Value": 1 } });
    refused(wrong_update, "Invalid EndUtc", "/EndUtc/Value");
}

#[test]
fn refuses_what_is_not_strict_json() {
    let deep = "[".repeat(100_000);
    for body in [
        "",
        " ",
        "{",
        "{}x",
        "{\"a\":1,}",
        "[1,]",
        "// c\n{}",
        "NaN",
        "{\"a\":NaN}",
        "{'a':1}",
        "\u{feff}{}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":01}",
        "{\"a\":.5}",
        "{\"a\":+1}",
        "{\"a\":\"\t\"}",
        deep.as_str(),
    ] {
        assert!(parse(body.as_bytes()).is_err(), "{body:.40}");
    }
    assert!(parse(b"{\"a\":\"\xff\"}").is_err());
    assert!(parse(b"{\"a\":1e400, \"b\":12345678901234567890123}").is_ok());
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Counted {
    #[expect(dead_code, reason = "only its decoding matters")]
    count: u32,
    #[expect(dead_code, reason = "only its decoding matters")]
    note: UpdateValue<String>,
}

#[test]
fn details_speak_of_json_rather_than_of_this_program() {
    let told = |body: &str| {
        let error = decode::<Counted>(parse(body.as_bytes()).unwrap()).unwrap_err();
        error.details().unwrap().to_string()
    };
    for number in ["-1", "1.5", "1e30"] {
        let body = format!(r#"{{"Count":{number}}}"#);
        assert_eq!(told(&body), "At /Count: expected a whole number in range.");
    }
    assert_eq!(
        told(r#"{"Count":1,"Note":"x"}"#),
        r#"At /Note: expected an object with a Value, got invalid type: string "x"."#
    );
}

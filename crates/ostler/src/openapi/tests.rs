use std::collections::BTreeMap;

use ostler_hotel::registry::OPERATIONS;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::*;

#[derive(Serialize, Deserialize, JsonSchema)]
struct Shared {
    #[serde(default)]
    optional: Option<String>,
    inner: Box<Option<Inner>>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Inner {
    #[serde(default)]
    flags: Vec<bool>,
    outer: Option<Box<Shared>>,
}

/// Has the name that the other one would get.
#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its schema is looked at")]
struct InnerParameters {
    number: u8,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Same {
    map: BTreeMap<String, String>,
}

/// Does something.
///
/// And says more about it.
#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its schema is looked at")]
struct DoSomething {
    shared: Shared,
    same: Same,
    taken: Option<InnerParameters>,
    #[serde(rename = "LanguageCode")]
    language_code: String,
}

#[derive(Serialize, JsonSchema)]
struct Something {
    shared: Option<Shared>,
    same: Same,
}

const DO_SOMETHING: Operation = Operation {
    address: "some-things/do/2026-01-31",
    portfolio: true,
    restricted: true,
    writes: true,
    prepare: |_| unreachable!("it is never called"),
    request: |generator| generator.subschema_for::<DoSomething>(),
    response: |generator| generator.subschema_for::<Something>(),
};

/// Follows every reference of the document.
fn check_references(document: &Value, part: &Value) {
    if let Some(reference) = part.get("$ref").and_then(Value::as_str) {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} refers to nothing");
    }
    match part {
        Value::Object(parts) => parts.values().for_each(|it| check_references(document, it)),
        Value::Array(parts) => parts.iter().for_each(|it| check_references(document, it)),
        _ => {}
    }
}

#[test]
fn every_operation_is_described() {
    let document = document(OPERATIONS);
    check_references(&document, &document);
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(paths.len(), OPERATIONS.len());
    for (path, described) in paths {
        let described = &described["post"];
        assert!(!described["summary"].as_str().unwrap().is_empty(), "{path} has no summary");
        assert!(described["responses"]["200"]["content"].is_object(), "{path}");
        for status in statuses() {
            assert!(described["responses"][status.to_string()].is_object(), "{path} {status}");
        }
    }
    let names = document["components"]["schemas"].as_object().unwrap();
    for name in names.keys() {
        let valid = |it: char| it.is_ascii_alphanumeric() || "._-".contains(it);
        assert!(name.chars().all(valid), "{name} cannot name a component");
    }
}

#[test]
fn what_requests_may_leave_out_responses_always_have() {
    let document = document(&[DO_SOMETHING]);
    check_references(&document, &document);
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["Shared"]["required"], json!(["optional", "inner"]));
    assert_eq!(schemas["SharedParameters"].get("required"), None);
    assert_eq!(schemas["Inner"]["required"], json!(["flags", "outer"]));
    assert_eq!(schemas["InnerParametersInput"].get("required"), None);
    assert_eq!(schemas["InnerParameters"]["required"], json!(["number"]));
    assert!(schemas.get("SameParameters").is_none(), "one schema where both agree");
    let reference = "#/components/schemas/SharedParameters";
    assert_eq!(schemas["DoSomething"]["properties"]["shared"]["$ref"], reference);
}

#[test]
fn requests_have_the_common_parameters() {
    let document = document(&[DO_SOMETHING]);
    let described = &document["paths"]["/api/connector/v1/some-things/do/2026-01-31"]["post"];
    assert_eq!(described["summary"], "Does something");
    assert_eq!(described["description"], "And says more about it.");
    assert_eq!(described["x-restricted"], true);
    assert!(described["responses"].get("204").is_none(), "it always has something to say");
    let request = &document["components"]["schemas"]["DoSomething"];
    let names: Vec<&String> = request["properties"].as_object().unwrap().keys().collect();
    assert_eq!(names[..5], ["ClientToken", "AccessToken", "Client", "LanguageCode", "CultureCode"]);
    assert_eq!(names[5..], ["shared", "same", "taken"]);
    assert_eq!(request["properties"]["LanguageCode"]["type"], "string", "its own goes before");
    let required = ["ClientToken", "AccessToken", "Client", "shared", "same", "LanguageCode"];
    assert_eq!(request["required"], json!(required));
}

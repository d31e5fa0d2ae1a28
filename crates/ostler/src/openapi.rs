//! The OpenAPI document, derived from the registry's rows and the table of errors.

use ostler_contract::error::Code;
use ostler_hotel::operation::Operation;
use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::app::OPERATIONS_PATH;

mod components;

use components::Components;

/// Where schemas stand in the document.
const SCHEMAS_PATH: &str = "/components/schemas";

/// The OpenAPI 3.1 document of these operations.
#[must_use]
pub fn document(operations: &[Operation]) -> Value {
    let settings = || {
        SchemaSettings::draft2020_12().with(|settings| {
            settings.definitions_path = SCHEMAS_PATH.into();
            settings.meta_schema = None;
        })
    };
    let mut requests = settings().for_deserialize().into_generator();
    let mut responses = settings().for_serialize().into_generator();
    let rows: Vec<(&Operation, Value, Value)> = operations
        .iter()
        .map(|operation| {
            let request = schema(operation.request, &mut requests);
            (operation, request, schema(operation.response, &mut responses))
        })
        .collect();
    let mut components =
        Components::new(requests.take_definitions(true), responses.take_definitions(true));
    let paths: Map<String, Value> = rows
        .into_iter()
        .map(|(operation, request, response)| {
            let path = format!("{OPERATIONS_PATH}{}", operation.address);
            let request = components.request(request);
            (path, json!({ "post": describe(operation, &request, &response, &mut components) }))
        })
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Ostler",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "A hotel server that answers as the public Mews Connector API does. Independent of Mews Systems.",
            "license": { "name": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [],
        "paths": paths,
        "components": {
            "schemas": components.into_schemas(error_schema()),
            "responses": error_responses(),
            "headers": headers(),
        },
    })
}

fn schema(of: fn(&mut SchemaGenerator) -> Schema, generator: &mut SchemaGenerator) -> Value {
    of(generator).to_value()
}

/// The description of one operation.
fn describe(
    operation: &Operation,
    request: &Value,
    response: &Value,
    components: &mut Components,
) -> Value {
    let text = components.with_common_parameters(request);
    let (summary, description) =
        text.description.split_once("\n\n").unwrap_or((&text.description, ""));
    let tag = operation.address.split('/').next().unwrap_or_default();
    let mut described = json!({
        "operationId": operation.address.replace(['/', '-'], "_"),
        "tags": [tag],
        "summary": summary.trim().trim_end_matches('.').replace('\n', " "),
        "description": if description.is_empty() { summary } else { description }.trim(),
        "requestBody": {
            "required": true,
            "content": { "application/json": { "schema": request } },
        },
        "responses": responses(response, components),
        "x-portfolio": operation.portfolio,
        "x-restricted": operation.restricted,
    });
    if text.is_deprecated
        && let Some(described) = described.as_object_mut()
    {
        described.insert("deprecated".to_owned(), Value::Bool(true));
    }
    described
}

/// Every answer of one operation: its success, and each status of the table of errors.
fn responses(response: &Value, components: &Components) -> Value {
    let mut all = Map::new();
    let request_id = json!({ "Request-Id": { "$ref": "#/components/headers/RequestId" } });
    all.insert(
        "200".to_owned(),
        json!({
            "description": "Success.",
            "headers": request_id,
            "content": { "application/json": { "schema": response } },
        }),
    );
    if components.can_be_minimal(response) {
        let description = "Success with nothing to say; only with `Prefer: return=minimal`.";
        let headers = request_id;
        all.insert("204".to_owned(), json!({ "description": description, "headers": headers }));
    }
    for status in statuses() {
        let reference = format!("#/components/responses/{}", response_name(status));
        all.insert(status.to_string(), json!({ "$ref": reference }));
    }
    Value::Object(all)
}

/// Every status of the table of errors, once.
fn statuses() -> Vec<u16> {
    let mut statuses: Vec<u16> = Code::ALL.iter().map(|code| code.status()).collect();
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}

fn response_name(status: u16) -> String {
    format!("Error{status}")
}

fn error_responses() -> Value {
    let all = statuses().into_iter().map(|status| {
        let codes = || Code::ALL.iter().filter(|code| code.status() == status);
        let meanings: Vec<&str> = codes().map(|code| code.meaning()).collect();
        let examples: Map<String, Value> = codes()
            .map(|code| {
                let value = json!({
                    "Message": code.message(),
                    "RequestId": "9f6e3c1a-7c54-4b9e-8a51-2f0d6c1b7e42",
                    "Details": null,
                });
                (code.name().to_owned(), json!({ "summary": code.meaning(), "value": value }))
            })
            .collect();
        let mut headers = json!({ "Request-Id": { "$ref": "#/components/headers/RequestId" } });
        if status == Code::RateLimited.status()
            && let Some(headers) = headers.as_object_mut()
        {
            let reference = json!({ "$ref": "#/components/headers/RetryAfter" });
            headers.insert("Retry-After".to_owned(), reference);
        }
        let response = json!({
            "description": meanings.join(" "),
            "headers": headers,
            "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/Error" },
                "examples": examples,
            } },
        });
        (response_name(status), response)
    });
    Value::Object(all.collect())
}

fn error_schema() -> Value {
    json!({
        "type": "object",
        "description": "Why a request was not fulfilled.",
        "properties": {
            "Message": {
                "type": "string",
                "description": "What went wrong; with status 403 a sentence for the end user.",
            },
            "RequestId": {
                "type": "string",
                "format": "uuid",
                "description": "The value of the header Request-Id.",
            },
            "Details": {
                "type": ["string", "null"],
                "description": "Where the request went wrong; only in the development environment.",
            },
        },
        "required": ["Message", "RequestId", "Details"],
    })
}

fn headers() -> Value {
    json!({
        "RequestId": {
            "description": "Names the request; on every answer.",
            "required": true,
            "schema": { "type": "string", "format": "uuid" },
        },
        "RetryAfter": {
            "description": "Whole seconds after which a request succeeds.",
            "schema": { "type": "integer", "minimum": 1 },
        },
    })
}

#[cfg(test)]
mod tests;

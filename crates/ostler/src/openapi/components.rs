//! The schemas of the document: those of requests and responses under one roof.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::SCHEMAS_PATH;

/// What a request's schema says of its operation.
pub(super) struct Text {
    pub(super) description: String,
    pub(super) is_deprecated: bool,
}

/// All schemas that have a name.
///
/// A type that requests and responses share can look different in the two: a request may leave out
/// what a response always has. Then the request's has a name of its own.
pub(super) struct Components {
    schemas: Map<String, Value>,
    /// Names of types whose schema differs between requests and responses, with the names that
    /// they have in requests.
    split: BTreeMap<String, String>,
}

impl Components {
    pub(super) fn new(requests: Map<String, Value>, responses: Map<String, Value>) -> Self {
        let mut split: BTreeSet<String> = requests
            .iter()
            .filter(|(name, schema)| responses.get(*name).is_some_and(|it| it != *schema))
            .map(|(name, _)| name.clone())
            .collect();
        // A type that contains one that differs differs too.
        loop {
            let further: Vec<String> = requests
                .iter()
                .filter(|(name, _)| responses.contains_key(*name) && !split.contains(*name))
                .filter(|(_, schema)| refers_to(schema, &split))
                .map(|(name, _)| name.clone())
                .collect();
            if further.is_empty() {
                break;
            }
            split.extend(further);
        }
        let is_taken = |name: &String| requests.contains_key(name) || responses.contains_key(name);
        let split = split
            .into_iter()
            .map(|name| {
                let mut renamed = format!("{name}Parameters");
                while is_taken(&renamed) {
                    renamed.push_str("Input");
                }
                (name, renamed)
            })
            .collect();
        let mut components = Self { schemas: responses, split };
        for (name, schema) in requests {
            let schema = components.request(schema);
            let name = components.request_name(&name);
            components.schemas.insert(name, schema);
        }
        components
    }

    /// A schema of a request with the names that requests have.
    pub(super) fn request(&self, mut schema: Value) -> Value {
        self.rename(&mut schema);
        schema
    }

    /// Adds the properties that every request has to the named schema of a request.
    pub(super) fn with_common_parameters(&mut self, request: &Value) -> Text {
        let named = name_of(request).and_then(|name| self.schemas.get_mut(name));
        let Some(Value::Object(schema)) = named else {
            return Text { description: String::new(), is_deprecated: false };
        };
        let own = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        let mut properties = common_properties();
        properties.extend(own);
        let mut required = vec![json!("ClientToken"), json!("AccessToken"), json!("Client")];
        if let Some(Value::Array(own)) = schema.get("required") {
            required.extend(own.iter().filter(|it| !it.as_str().is_some_and(is_common)).cloned());
        }
        schema.entry("type").or_insert_with(|| json!("object"));
        schema.insert("properties".to_owned(), Value::Object(properties));
        schema.insert("required".to_owned(), Value::Array(required));
        Text {
            description: schema
                .get("description")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            is_deprecated: schema.get("deprecated") == Some(&Value::Bool(true)),
        }
    }

    /// Whether a success with this response can have nothing to say: `{}` or an empty page.
    pub(super) fn can_be_minimal(&self, response: &Value) -> bool {
        let schema = name_of(response).and_then(|name| self.schemas.get(name)).unwrap_or(response);
        match schema.get("properties").and_then(Value::as_object) {
            Some(properties) => properties.is_empty() || properties.contains_key("Cursor"),
            None => schema.get("type") == Some(&json!("object")),
        }
    }

    pub(super) fn into_schemas(mut self, error: Value) -> Map<String, Value> {
        self.schemas.insert("Error".to_owned(), error);
        self.schemas.sort_keys();
        self.schemas
    }

    fn request_name(&self, name: &str) -> String {
        self.split.get(name).map_or(name, String::as_str).to_owned()
    }

    fn rename(&self, schema: &mut Value) {
        if let Some(name) = name_of(schema).map(str::to_owned) {
            let renamed = format!("#{SCHEMAS_PATH}/{}", self.request_name(&name));
            if let Some(schema) = schema.as_object_mut() {
                schema.insert("$ref".to_owned(), Value::String(renamed));
            }
        }
        match schema {
            Value::Object(parts) => parts.values_mut().for_each(|part| self.rename(part)),
            Value::Array(parts) => parts.iter_mut().for_each(|part| self.rename(part)),
            _ => {}
        }
    }
}

/// The name that a reference refers to.
pub(super) fn name_of(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix('#')?.strip_prefix(SCHEMAS_PATH)?.strip_prefix('/')
}

fn refers_to(schema: &Value, names: &BTreeSet<String>) -> bool {
    if name_of(schema).is_some_and(|name| names.contains(name)) {
        return true;
    }
    match schema {
        Value::Object(parts) => parts.values().any(|part| refers_to(part, names)),
        Value::Array(parts) => parts.iter().any(|part| refers_to(part, names)),
        _ => false,
    }
}

/// The properties that every request has. Source: `guidelines/requests`.
fn common_properties() -> Map<String, Value> {
    let described = [
        ("ClientToken", json!("string"), "Token of the client application."),
        ("AccessToken", json!("string"), "Token of the client's integration with an enterprise."),
        ("Client", json!("string"), "Name and version of the client application."),
        (
            "LanguageCode",
            json!(["string", "null"]),
            "Language of descriptions and messages; only together with `CultureCode`.",
        ),
        (
            "CultureCode",
            json!(["string", "null"]),
            "Culture of formats within messages; only together with `LanguageCode`.",
        ),
    ];
    let property = |kind: Value, text: &str| json!({ "type": kind, "description": text });
    described
        .into_iter()
        .map(|(name, kind, text)| (name.to_owned(), property(kind, text)))
        .collect()
}

fn is_common(name: &str) -> bool {
    matches!(name, "ClientToken" | "AccessToken" | "Client")
}

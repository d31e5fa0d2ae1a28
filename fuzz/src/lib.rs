//! Requests made of chance, after the served document.

use std::collections::HashMap;

use arbitrary::{Result, Unstructured};
use serde_json::{Map, Value, json};

/// How deep a value may be; deeper ones are null.
const DEPTH_MAX: usize = 12;
/// Items of an array at the most.
const ITEMS_MAX: usize = 3;

/// Makes values after JSON schemas, with identifiers that exist.
pub struct Maker {
    document: Value,
    /// Identifiers by the name of the property that refers to them.
    identifiers: HashMap<String, Vec<String>>,
}

impl Maker {
    /// One that makes requests of this OpenAPI document.
    #[must_use]
    pub fn new(document: Value) -> Self {
        Self { document, identifiers: HashMap::new() }
    }

    /// Remembers the identifiers of a response, by what refers to them.
    pub fn learn(&mut self, response: &Value) {
        let Value::Object(response) = response else { return };
        for (name, items) in response {
            let single = name.strip_suffix("ies").map(|it| format!("{it}y"));
            let single = single.or_else(|| name.strip_suffix('s').map(str::to_owned));
            for item in items.as_array().into_iter().flatten() {
                if let (Some(single), Some(id)) = (&single, item["Id"].as_str()) {
                    self.keep(format!("{single}Id"), id);
                }
                self.learn_references(item);
            }
        }
    }

    fn learn_references(&mut self, item: &Value) {
        for (name, value) in item.as_object().into_iter().flatten() {
            if name.ends_with("Id")
                && name != "Id"
                && let Some(id) = value.as_str()
            {
                self.keep(name.clone(), id);
            } else if value.is_object() {
                self.learn_references(value);
            }
        }
    }

    fn keep(&mut self, name: String, id: &str) {
        let known = self.identifiers.entry(name).or_default();
        if !known.iter().any(|it| it == id) {
            known.push(id.to_owned());
        }
    }

    /// A body for the operation at this path.
    ///
    /// # Errors
    /// Where the chance is used up.
    pub fn request(&self, path: &str, chance: &mut Unstructured<'_>) -> Result<Value> {
        let schema = &self.document["paths"][path]["post"]["requestBody"]["content"]["application/json"]
            ["schema"];
        self.value(schema, "", 0, chance)
    }

    fn value(
        &self,
        schema: &Value,
        name: &str,
        depth: usize,
        chance: &mut Unstructured<'_>,
    ) -> Result<Value> {
        if depth > DEPTH_MAX {
            return Ok(Value::Null);
        }
        if let Some(reference) = schema["$ref"].as_str() {
            let pointer = reference.trim_start_matches('#');
            let target = self.document.pointer(pointer).unwrap_or(&Value::Null);
            return self.value(target, name, depth + 1, chance);
        }
        for union in ["anyOf", "oneOf"] {
            if let Some(choices) = schema[union].as_array() {
                let choice = chance.choose(choices)?;
                return self.value(choice, name, depth + 1, chance);
            }
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let mut whole = Map::new();
            for part in parts.iter().chain([&json!({ "properties": schema["properties"] })]) {
                if let Value::Object(part) = self.value(part, name, depth + 1, chance)? {
                    whole.extend(part);
                }
            }
            return Ok(Value::Object(whole));
        }
        if let Some(choices) = schema["enum"].as_array() {
            return Ok(chance.choose(choices)?.clone());
        }
        if !schema["const"].is_null() {
            return Ok(schema["const"].clone());
        }
        self.plain(schema, name, depth, chance)
    }

    fn plain(
        &self,
        schema: &Value,
        name: &str,
        depth: usize,
        chance: &mut Unstructured<'_>,
    ) -> Result<Value> {
        let kind = match &schema["type"] {
            Value::Array(kinds) => chance.choose(kinds)?.as_str(),
            kind => kind.as_str(),
        };
        match kind {
            Some("array") => {
                let single = name.strip_suffix('s').unwrap_or(name);
                let count = chance.int_in_range(0..=ITEMS_MAX)?;
                let items =
                    (0..count).map(|_| self.value(&schema["items"], single, depth + 1, chance));
                items.collect::<Result<Vec<_>>>().map(Value::Array)
            }
            Some("string") => self.text(schema, name, chance).map(Value::String),
            Some("integer") => Ok(json!(chance.int_in_range(-1_i64..=12)?)),
            Some("number") => Ok(json!(chance.int_in_range(-5_i64..=300)?)),
            Some("boolean") => Ok(json!(chance.arbitrary::<bool>()?)),
            Some("null") => Ok(Value::Null),
            _ => self.object(schema, depth, chance),
        }
    }

    fn object(&self, schema: &Value, depth: usize, chance: &mut Unstructured<'_>) -> Result<Value> {
        let required = schema["required"].as_array();
        let mut object = Map::new();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let is_required = required.is_some_and(|all| all.iter().any(|it| it == name.as_str()));
            if is_required || chance.ratio(1_u8, 3)? {
                object.insert(name.clone(), self.value(property, name, depth + 1, chance)?);
            }
        }
        Ok(Value::Object(object))
    }

    fn text(&self, schema: &Value, name: &str, chance: &mut Unstructured<'_>) -> Result<String> {
        match schema["format"].as_str() {
            Some("uuid") => match self.identifiers.get(name) {
                Some(known) if chance.ratio(9_u8, 10)? => chance.choose(known).cloned(),
                _ => Ok("018b0000-0000-7000-8000-000000000099".to_owned()),
            },
            Some("date-time") => {
                let (day, hour) = (chance.int_in_range(1..=28)?, chance.choose(&[0, 10, 15, 23])?);
                Ok(format!("2026-03-{day:02}T{hour:02}:00:00Z"))
            }
            Some("duration") => Ok((*chance.choose(&["P0M1DT0H0M0S", "P1M", "PT0S"])?).to_owned()),
            _ => {
                let texts = ["GBP", "EUR", "USD", "en-GB", "GB", "UK-2022-20%", "x", "", "a@b.cz"];
                Ok((*chance.choose(&texts)?).to_owned())
            }
        }
    }
}

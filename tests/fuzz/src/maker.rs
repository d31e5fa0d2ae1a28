//! Requests made of chance, after the served document.

use std::collections::HashMap;
use std::sync::Arc;

use arbitrary::{Result, Unstructured};
use serde_json::{Map, Value, json};

/// How deep a value may be; deeper ones are null.
const DEPTH_MAX: usize = 12;
/// Items of an array at the most.
const ITEMS_MAX: usize = 3;

/// Makes values after JSON schemas, with identifiers that exist.
#[derive(Clone)]
pub(crate) struct Maker {
    document: Arc<Value>,
    /// Identifiers by the kind of document that they are of.
    identifiers: HashMap<String, Vec<String>>,
}

impl Maker {
    /// One that makes requests of this OpenAPI document.
    #[must_use]
    pub(crate) fn new(document: Value) -> Self {
        Self { document: Arc::new(document), identifiers: HashMap::new() }
    }

    /// Remembers the identifiers of a response, by what refers to them.
    pub(crate) fn learn(&mut self, response: &Value) {
        for (name, value) in response.as_object().into_iter().flatten() {
            match value {
                Value::String(id) if name.ends_with("Id") && name != "Id" => self.keep(name, id),
                Value::Array(items) => {
                    for item in items {
                        self.learn_named(single(name), item);
                    }
                }
                Value::Object(_) => self.learn_named(name, value),
                _ => {}
            }
        }
    }

    /// Remembers a document of this name and what it refers to.
    fn learn_named(&mut self, name: &str, document: &Value) {
        if let Some(id) = document["Id"].as_str() {
            self.keep(&format!("{name}Id"), id);
        }
        self.learn(document);
    }

    /// Remembers an identifier by the name of a property that refers to it.
    pub(crate) fn keep(&mut self, name: &str, id: &str) {
        for kind in kinds(name) {
            let known = self.identifiers.entry((*kind).to_owned()).or_default();
            if !known.iter().any(|it| it == id) {
                known.push(id.to_owned());
            }
        }
    }

    /// A known identifier that a property of this name may refer to.
    ///
    /// # Errors
    /// Where none is known.
    pub(crate) fn known(&self, name: &str, chance: &mut Unstructured<'_>) -> Result<String> {
        let kinds = kinds(name);
        let kind = chance.choose(&kinds)?;
        let known = self.identifiers.get(*kind).map(Vec::as_slice).unwrap_or_default();
        chance.choose(known).cloned()
    }

    /// A body for the operation at this path.
    ///
    /// # Errors
    /// Where the chance is used up.
    pub(crate) fn request(&self, path: &str, chance: &mut Unstructured<'_>) -> Result<Value> {
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
                let single = single(name);
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
            Some("uuid") => match self.known(name, chance) {
                Ok(known) if chance.ratio(9_u8, 10)? => Ok(known),
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

/// The name of one of several.
fn single(name: &str) -> &str {
    name.strip_suffix('s').unwrap_or(name)
}

/// The kinds of documents that a property of this name refers to.
fn kinds(name: &str) -> Vec<&str> {
    match name {
        "AccountId" | "AssociatedAccountId" => vec!["CustomerId", "CompanyId"],
        "BookerId" | "OwnerId" => vec!["CustomerId"],
        "TravelAgencyId" | "PartnerCompanyId" => vec!["CompanyId"],
        "CategoryId"
        | "RequestedCategoryId"
        | "RequestedResourceCategoryId"
        | "ResourceCategorieId" => vec!["ResourceCategoryId"],
        "AccountingCategorieId" => vec!["AccountingCategoryId"],
        "AgeCategorieId" => vec!["AgeCategoryId"],
        "ProductCategorieId" => vec!["ProductCategoryId"],
        "CompanieId" => vec!["CompanyId"],
        "AssignedResourceId" => vec!["ResourceId"],
        "LinkedReservationId" => vec!["ReservationId"],
        "BillCounterId" => vec!["CounterId"],
        "ServiceOrderId" => vec!["ReservationId", "OrderId"],
        "ItemId" => vec!["OrderItemId"],
        "ExternalPaymentId" | "PaymentItemId" => vec!["PaymentId"],
        "BusinessSegmentId" => vec!["BusinessSegmentId"],
        "ReservationGroupId" => vec!["GroupId"],
        _ => vec![name],
    }
}

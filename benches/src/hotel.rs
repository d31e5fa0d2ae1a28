//! The demo hotel in London as a client sees it: identifiers and requests.

use serde_json::{Value, json};

use crate::Failure;
use crate::load::Client;

/// What the requests name.
pub(crate) struct Hotel {
    pub(crate) service: Value,
    pub(crate) outlet: Value,
    /// The categories of rooms, with the rooms of each.
    pub(crate) categories: Vec<(Value, Vec<Value>)>,
    pub(crate) rate: Value,
    pub(crate) adult: Value,
}

/// Adds the demo tokens of the London hotel to the parameters of a request.
pub(crate) fn with_tokens(mut parameters: Value) -> Value {
    let [demo, ..] = ostler_worlds::demo::CLIENTS;
    if let Some(object) = parameters.as_object_mut() {
        object.insert("ClientToken".to_owned(), demo.client_token.into());
        object.insert("AccessToken".to_owned(), demo.gross.into());
        object.insert("Client".to_owned(), "Benchmark 1.0.0".into());
    }
    parameters
}

impl Hotel {
    pub(crate) fn load(client: &mut Client) -> Result<Self, Failure> {
        let mut list = |operation: &str, name: &str, filter: Value| {
            let mut body = with_tokens(filter);
            if let Some(object) = body.as_object_mut() {
                object.insert("Limitation".to_owned(), json!({ "Count": 1000 }));
            }
            let mut answer = client.call(operation, &body)?;
            match answer.get_mut(name).map(Value::take) {
                Some(Value::Array(items)) => Ok::<_, Failure>(items),
                _ => Err(format!("{operation} has no {name}").into()),
            }
        };
        let service =
            id(&list("services/getAll", "Services", json!({ "ServiceType": "Bookable" }))?)?;
        let outlet =
            id(&list("services/getAll", "Services", json!({ "ServiceType": "Additional" }))?)?;
        let of = json!({ "ServiceIds": [service] });
        let flexible = json!({ "ServiceIds": [service], "ExternalIdentifiers": ["FLEX"] });
        let rate = id(&list("rates/getAll", "Rates", flexible)?)?;
        let mut ages = list("ageCategories/getAll", "AgeCategories", of.clone())?;
        ages.retain(|it| it["Classification"] == "Adult");
        let mut categories = Vec::new();
        for category in list("resourceCategories/getAll", "ResourceCategories", of)? {
            let of = json!({ "ResourceCategoryIds": [category["Id"]] });
            let name = "ResourceCategoryAssignments";
            let rooms = list("resourceCategoryAssignments/getAll", name, of)?;
            let rooms = rooms.iter().map(|it| it["ResourceId"].clone()).collect();
            if category["Type"] == "Room" || category["Type"] == "Suite" {
                categories.push((category["Id"].clone(), rooms));
            }
        }
        Ok(Self { service, outlet, categories, rate, adult: id(&ages)? })
    }

    /// The parameters of one reservation for two adults.
    pub(crate) fn stay(&self, category: &Value, start: &str, end: &str) -> Value {
        json!({
            "StartUtc": start,
            "EndUtc": end,
            "PersonCounts": [{ "AgeCategoryId": self.adult, "Count": 2 }],
            "RequestedCategoryId": category,
            "RateId": self.rate,
        })
    }

    /// The parameters of an order of so many massages.
    pub(crate) fn order(&self, guest: &Value, items: usize) -> Value {
        let item = json!({
            "Name": "Massage",
            "UnitCount": 1,
            "UnitAmount": { "Currency": "GBP", "GrossValue": 75, "TaxCodes": ["UK-2022-20%"] },
        });
        json!({ "ServiceId": self.outlet, "AccountId": guest, "Items": vec![item; items] })
    }
}

fn id(items: &[Value]) -> Result<Value, Failure> {
    items.first().map(|it| it["Id"].clone()).ok_or_else(|| "an empty list".into())
}

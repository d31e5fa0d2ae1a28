use serde_json::{Value, json};
use uuid::Uuid;

use super::ProductCategories;
use crate::testing::Hotel;

const LIST: &str = "productCategories/getAll";

fn add(hotel: &Hotel, service: u128, parent: &Value) -> Uuid {
    hotel.add::<ProductCategories>(json!({
        "ServiceId": Uuid::from_u128(service),
        "Names": { "en-US": "Drinks" },
        "ShortNames": {},
        "Descriptions": {},
        "ParentProductCategory": parent,
        "Ordering": 0,
    }))
}

#[test]
fn they_are_listed_by_service_with_their_parent() {
    let hotel = Hotel::new();
    let parent = add(&hotel, 1, &json!(null));
    let inline = json!({ "Id": parent, "Names": { "en-US": "Drinks" } });
    let child = add(&hotel, 1, &inline);
    add(&hotel, 2, &json!(null));
    let body = json!({ "ServiceIds": [Uuid::from_u128(1)], "Limitation": { "Count": 10 } });
    let answer = hotel.call(LIST, body).unwrap();
    assert_eq!(crate::testing::ids(&answer, "ProductCategories"), [child, parent]);
    assert_eq!(answer["ProductCategories"][0]["ParentProductCategory"], inline);
    let body = json!({ "Limitation": { "Count": 10 } });
    assert!(hotel.refusal(LIST, body).starts_with("Invalid ServiceIds"));
}

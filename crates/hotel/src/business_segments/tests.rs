use ostler_api::objects::ActivityState::{self, Active, Deleted};
use serde_json::{Value, json};
use uuid::Uuid;

use super::BusinessSegments;
use crate::testing::Hotel;

const LIST: &str = "businessSegments/getAll";

fn add(hotel: &Hotel, service: u128, state: ActivityState) -> Uuid {
    hotel.add::<BusinessSegments>(json!({
        "ServiceId": Uuid::from_u128(service), "IsActive": state == Active, "Name": "Leisure",
    }))
}

#[test]
fn they_are_listed_by_service_state_and_identifier() {
    let hotel = Hotel::new();
    let first = add(&hotel, 1, Active);
    let second = add(&hotel, 2, Active);
    let deleted = add(&hotel, 1, Deleted);
    let list = |body: Value| hotel.list(LIST, "BusinessSegments", body);
    assert_eq!(list(json!({})), [second, first]);
    assert_eq!(list(json!({ "ServiceIds": [Uuid::from_u128(1)] })), [first]);
    assert_eq!(list(json!({ "ActivityStates": ["Deleted"] })), [deleted]);
    let both = json!({ "ActivityStates": ["Active", "Deleted"], "ServiceIds": [] });
    assert_eq!(list(both), [deleted, second, first]);
    assert_eq!(list(json!({ "Ids": [second, deleted] })), [second]);
}

use ostler_api::objects::ActivityState::{self, Active, Deleted};
use serde_json::{Value, json};
use uuid::Uuid;

use super::AccountingCategories;
use crate::testing::Hotel;

const LIST: &str = "accountingCategories/getAll";

fn add(hotel: &Hotel, state: ActivityState) -> Uuid {
    hotel.add::<AccountingCategories>(json!({
        "IsActive": state == Active, "Name": "Food", "Classification": "FoodAndBeverage",
    }))
}

#[test]
fn they_are_listed_by_state_identifier_and_change() {
    let mut hotel = Hotel::new();
    let first = add(&hotel, Active);
    let deleted = add(&hotel, Deleted);
    hotel.wait(60);
    let second = add(&hotel, Active);
    let list = |body: Value| hotel.list(LIST, "AccountingCategories", body);
    assert_eq!(list(json!({})), [second, first]);
    assert_eq!(list(json!({ "ActivityStates": ["Deleted"] })), [deleted]);
    assert_eq!(list(json!({ "AccountingCategoryIds": [first, deleted] })), [first]);
    let early = json!({ "UpdatedUtc": {
        "StartUtc": "2026-01-01T00:00:00Z", "EndUtc": "2026-01-01T00:01:00Z",
    } });
    assert_eq!(list(early), [first]);
}

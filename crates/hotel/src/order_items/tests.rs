use std::slice;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::testing::desk::Desk;

const LIST: &str = "orderItems/getAll";

fn found(desk: &Desk, filter: &Value) -> Vec<Value> {
    desk.list(LIST, "OrderItems", filter.clone())
}

#[test]
fn items_are_found_by_every_filter() {
    let mut desk = Desk::new();
    desk.charge(desk.regular, "1");
    desk.hotel.wait(60);
    let order = desk.charge(desk.guest, "2");
    let item = desk.items(order)[0].clone();
    let minute = json!({ "StartUtc": "2026-01-01T00:01:00Z", "EndUtc": "2026-01-01T00:02:00Z" });
    for filter in [
        json!({ "OrderItemIds": [item["Id"]] }),
        json!({ "AccountIds": [desk.guest] }),
        json!({ "ServiceOrderIds": [order] }),
        json!({ "BillIds": [item["BillId"]] }),
        json!({ "CreatedUtc": minute }),
        json!({ "UpdatedUtc": minute }),
        json!({ "ConsumedUtc": minute }),
        json!({ "AccountIds": [desk.guest], "AccountingStates": ["Open"], "Types": ["CustomItem"] }),
    ] {
        assert_eq!(found(&desk, &filter), slice::from_ref(&item), "{filter}");
    }
    assert_eq!(found(&desk, &json!({ "ServiceIds": [desk.bar] })).len(), 2);
    for filter in [
        json!({ "CanceledUtc": minute }),
        json!({ "ClosedUtc": minute }),
        json!({ "AccountIds": [desk.guest], "AccountingStates": ["Closed", "Canceled"] }),
        json!({ "AccountIds": [desk.guest], "Types": ["SpaceOrder"] }),
        json!({ "ServiceOrderIds": [Uuid::nil()] }),
    ] {
        assert_eq!(found(&desk, &filter), Vec::<Value>::new(), "{filter}");
    }
}

#[test]
fn at_least_one_filter_is_needed() {
    let desk = Desk::new();
    let body = json!({ "AccountIds": [], "Types": ["CityTax"], "Limitation": { "Count": 1 } });
    let message = desk.hotel.refusal(LIST, body);
    assert!(message.starts_with("At least one of the following filters"), "{message}");
}

#[test]
fn amounts_are_converted_to_a_currency_with_a_rate() {
    let desk = Desk::new();
    let order = desk.charge(desk.guest, "1");
    let in_euros = found(&desk, &json!({ "ServiceOrderIds": [order], "Currency": "EUR" }));
    assert_eq!(in_euros[0]["Amount"]["GrossValue"].to_string(), "1.25");
    assert_eq!(in_euros[0]["UnitAmount"]["Currency"], "EUR");
    assert_eq!(in_euros[0]["OriginalAmount"]["Currency"], "GBP");
    for (currency, expected) in [("CZK", "Invalid Currency"), ("USD", "exchange-rate-missing")] {
        let body = json!({
            "ServiceOrderIds": [Uuid::nil()], "Currency": currency, "Limitation": { "Count": 1 },
        });
        assert!(desk.hotel.refusal(LIST, body).starts_with(expected), "{currency}");
    }
}

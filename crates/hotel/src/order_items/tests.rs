use std::slice;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::context::Member;
use crate::enterprises::Enterprises;
use crate::order_items::OrderItems;
use crate::testing::ENTERPRISE;
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

/// Of two enterprises in reach, one has a rate for the euro.
#[test]
fn an_enterprise_without_a_rate_refuses_only_pages_that_show_something_of_it() {
    let mut desk = Desk::new();
    let order = desk.charge(desk.guest, "1");
    let other = Uuid::from_u128(0xf);
    let item = desk.items(order)[0]["Id"].as_str().unwrap().parse::<Uuid>().unwrap();
    let foreign = desk.hotel.write(move |tx| {
        let mut enterprise = tx.get::<Enterprises>(ENTERPRISE, ENTERPRISE)?.unwrap();
        enterprise.document.id = ostler_contract::primitives::Id::new(other);
        enterprise.hidden.exchange_rates.clear();
        tx.insert::<Enterprises>(other, enterprise.document, enterprise.hidden)?;
        let mut item = tx.get::<OrderItems>(ENTERPRISE, item)?.unwrap();
        item.document.id = tx.new_id();
        let id = item.document.id.uuid();
        tx.insert::<OrderItems>(other, item.document, item.hidden)?;
        Ok(id)
    });
    let chain = desk.hotel.context.caller.enterprises[0].chain;
    desk.hotel.context.caller.enterprises.push(Member { enterprise: other, chain });
    let own = found(&desk, &json!({ "OrderItemIds": [item], "Currency": "EUR" }));
    assert_eq!(own[0]["Amount"]["GrossValue"].to_string(), "1.25");
    let both = json!({
        "OrderItemIds": [item, foreign], "Currency": "EUR", "Limitation": { "Count": 2 },
    });
    assert!(desk.hotel.refusal(LIST, both).starts_with("exchange-rate-missing"));
    let none = json!({
        "OrderItemIds": [item], "Currency": "USD", "Limitation": { "Count": 2 },
    });
    assert!(desk.hotel.refusal(LIST, none).starts_with("exchange-rate-missing"));
}

use serde_json::{Value, json};
use uuid::Uuid;

use crate::testing::desk::{Desk, amount, item, uuid};

const ADD: &str = "orders/add";

fn order(desk: &Desk, change: &Value) -> Value {
    let mut body = json!({
        "ServiceId": desk.bar,
        "AccountId": desk.guest,
        "Items": [item("Towel", 1, &amount("12", "GBP", &json!(["UK-2022-20%"])))],
    });
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn refusal(desk: &Desk, change: &Value) -> String {
    desk.hotel.refusal(ADD, order(desk, change))
}

fn place(desk: &Desk, change: &Value) -> Vec<Value> {
    let answer = desk.call(ADD, order(desk, change));
    let mut items = desk.items(uuid(&answer["OrderId"]));
    items.reverse();
    items
}

#[test]
fn an_item_reads_as_the_wire_has_it() {
    let desk = Desk::new();
    let items = place(&desk, &json!({ "Notes": "Room 1" }));
    let body = json!({ "OrderItemIds": [items[0]["Id"]], "Limitation": { "Count": 1 } });
    let mut text = desk.hotel.text("orderItems/getAll", body).unwrap();
    for (id, name) in [
        (&items[0]["Id"], "ITEM"),
        (&items[0]["ServiceOrderId"], "ORDER"),
        (&items[0]["BillId"], "BILL"),
        (&json!(desk.guest), "GUEST"),
        (&json!(desk.bar), "BAR"),
    ] {
        text = text.replace(id.as_str().unwrap(), name);
    }
    insta::assert_snapshot!(text.replace(",\"", ",\n\""), @r#"
    {"OrderItems":[{"Id":"ITEM",
    "EnterpriseId":"00000000-0000-0000-0000-00000000000e",
    "AccountId":"GUEST",
    "AccountType":"Customer",
    "ServiceId":"BAR",
    "ServiceOrderId":"ORDER",
    "Notes":"Room 1",
    "BillId":"BILL",
    "AccountingCategoryId":null,
    "BillingName":"Towel",
    "ExternalIdentifier":null,
    "UnitCount":1,
    "UnitAmount":{"Currency":"GBP",
    "NetValue":10.0,
    "GrossValue":12.0,
    "TaxValues":[{"Code":"UK-2022-20%",
    "Value":2.0}],
    "Breakdown":{"Items":[{"TaxRateCode":"UK-2022-20%",
    "NetValue":10.0,
    "TaxValue":2.0}]}},
    "Amount":{"Currency":"GBP",
    "NetValue":10.0,
    "GrossValue":12.0,
    "TaxValues":[{"Code":"UK-2022-20%",
    "Value":2.0}],
    "Breakdown":{"Items":[{"TaxRateCode":"UK-2022-20%",
    "NetValue":10.0,
    "TaxValue":2.0}]}},
    "OriginalAmount":{"Currency":"GBP",
    "NetValue":10.0,
    "GrossValue":12.0,
    "TaxValues":[{"Code":"UK-2022-20%",
    "Value":2.0}],
    "Breakdown":{"Items":[{"TaxRateCode":"UK-2022-20%",
    "NetValue":10.0,
    "TaxValue":2.0}]}},
    "RevenueType":"Additional",
    "CreatorProfileId":"00000000-0000-0000-0000-000000000001",
    "UpdaterProfileId":"00000000-0000-0000-0000-000000000001",
    "CreatedUtc":"2026-01-01T00:00:00Z",
    "UpdatedUtc":"2026-01-01T00:00:00Z",
    "ConsumedUtc":"2026-01-01T00:00:00Z",
    "CanceledUtc":null,
    "ClosedUtc":null,
    "StartUtc":null,
    "ClaimedUtc":null,
    "AccountingState":"Open",
    "Type":"CustomItem",
    "Options":{"CanceledWithReservation":false},
    "Data":null,
    "TaxExemptionReason":null,
    "TaxExemptionLegalReference":null}],
    "Cursor":"ITEM"}
    "#);
}

#[test]
fn equal_items_become_one_unless_that_is_refused() {
    let desk = Desk::new();
    let towel = item("Towel", 2, &amount("5.01", "GBP", &json!(["UK-2022-20%"])));
    let soap = item("Soap", 1, &amount("5.01", "GBP", &json!(["UK-2022-20%"])));
    let items = json!([towel, soap, towel]);
    let counts = |items: &[Value]| -> Vec<(String, i64)> {
        let of = |it: &Value| {
            (it["BillingName"].as_str().unwrap().to_owned(), it["UnitCount"].as_i64().unwrap())
        };
        items.iter().map(of).collect()
    };
    let grouped = place(&desk, &json!({ "Items": items }));
    assert_eq!(counts(&grouped), [("Towel".to_owned(), 4), ("Soap".to_owned(), 1)]);
    assert_eq!(grouped[0]["Amount"]["GrossValue"].to_string(), "20.04");
    let apart =
        place(&desk, &json!({ "Items": items, "Options": { "DisableItemGrouping": true } }));
    assert_eq!(apart.iter().map(|it| it["UnitCount"].as_i64().unwrap()).sum::<i64>(), 5);
    assert_eq!(apart.len(), 3);
}

#[test]
fn products_have_their_price_and_kind() {
    let desk = Desk::new();
    let (beer, tax) = (desk.product("Food"), desk.product("CityTax"));
    let items = place(
        &desk,
        &json!({
            "Items": null,
            "ProductOrders": [
                { "ProductId": beer, "Count": 2 },
                { "ProductId": beer, "UnitAmount": amount("3", "GBP", &json!([])) },
                { "ProductId": tax },
            ],
        }),
    );
    let of = |it: &Value| {
        let text = |name: &str| it[name].as_str().unwrap().to_owned();
        (text("Type"), text("RevenueType"), it["Amount"]["GrossValue"].to_string())
    };
    let expected = [
        ("ProductOrder", "Product", "24.0"),
        ("ProductOrder", "Product", "3.0"),
        ("CityTax", "Additional", "12.0"),
    ];
    let expected = expected
        .map(|(kind, revenue, gross)| (kind.to_owned(), revenue.to_owned(), gross.to_owned()));
    assert_eq!(items.iter().map(of).collect::<Vec<_>>(), expected);
    assert_eq!(items[0]["Data"]["Product"]["ProductId"], json!(beer));
    assert_eq!(items[0]["BillingName"], "Beer");
}

#[test]
fn a_foreign_currency_is_converted_and_kept_as_the_original() {
    let desk = Desk::new();
    let euros = item("Towel", 3, &amount("9.99", "EUR", &json!(["UK-2022-20%"])));
    let items = place(&desk, &json!({ "Items": [euros] }));
    let gross = |name: &str| items[0][name]["GrossValue"].to_string();
    assert_eq!(items[0]["Amount"]["Currency"], "GBP");
    assert_eq!(items[0]["OriginalAmount"]["Currency"], "EUR");
    // 29.97 at 0.8 is 23.976; one unit, 7.992, is rounded by itself.
    assert_eq!((gross("OriginalAmount"), gross("Amount")), ("29.97".into(), "23.98".into()));
    assert_eq!(gross("UnitAmount"), "7.99");
}

#[test]
fn an_order_is_refused() {
    let desk = Desk::new();
    let towel = |amount: &Value| json!({ "Items": [item("Towel", 1, amount)] });
    let dollars = amount("1", "USD", &json!(null));
    let none = amount("1", "CZK", &json!(null));
    let net = json!({ "NetValue": 1, "Currency": "GBP", "TaxCodes": [] });
    let foreign = amount("1", "GBP", &json!(["HU-27%"]));
    let other = desk.charge(desk.regular, "1");
    let other = desk.items(other)[0]["BillId"].clone();
    for (change, expected) in [
        (json!({ "ServiceId": desk.stay }), "Invalid ServiceId"),
        (json!({ "AccountId": Uuid::nil() }), "Invalid AccountId"),
        (json!({ "AccountId": null }), "Invalid AccountId"),
        (json!({ "AccountId": null, "CustomerId": Uuid::nil() }), "Invalid CustomerId"),
        (json!({ "AccountId": desk.company }), "company-billing-disabled"),
        (json!({ "Items": [] }), "Invalid Items"),
        (json!({ "BillId": other }), "Invalid BillId"),
        (json!({ "LinkedReservationId": Uuid::nil() }), "Invalid LinkedReservationId"),
        (json!({ "BusinessSegmentId": Uuid::nil() }), "Invalid BusinessSegmentId"),
        (json!({ "ConsumptionUtc": "2025-12-24T00:00:00Z" }), "accounting-history-closed"),
        (json!({ "ProductOrders": [{ "ProductId": Uuid::nil() }] }), "Invalid ProductId"),
        (
            json!({ "ProductOrders": [{ "ProductId": desk.product("Food"), "Count": 0 }] }),
            "Invalid Count",
        ),
        (json!({ "Items": [item("Towel", 0, &dollars)] }), "Invalid UnitCount"),
        (towel(&dollars), "exchange-rate-missing"),
        (towel(&none), "Invalid Currency"),
        (towel(&net), "Invalid GrossValue"),
        (towel(&foreign), "Invalid TaxCodes"),
    ] {
        let message = refusal(&desk, &change);
        assert!(message.starts_with(expected), "{change}: {message}");
    }
    assert_eq!(
        desk.list("orderItems/getAll", "OrderItems", json!({ "AccountIds": [desk.guest] })),
        Vec::<Value>::new()
    );
}

#[test]
fn companies_and_rebates_need_the_property_to_accept_them() {
    let desk = Desk::new();
    desk.set(|it| it.accepts_company_billing = true);
    assert_eq!(place(&desk, &json!({ "AccountId": desk.company }))[0]["AccountType"], "Company");
    let rebate = json!({ "Items": [item("Towel", 1, &amount("-12", "GBP", &json!([])))] });
    assert_eq!(place(&desk, &rebate)[0]["Amount"]["GrossValue"].to_string(), "-12.0");
    desk.set(|it| it.accepts_rebates = false);
    assert!(refusal(&desk, &rebate).starts_with("rebates-disabled"));
}

#[test]
fn items_of_no_value_are_inactive() {
    let desk = Desk::new();
    let free = json!({ "Items": [item("Towel", 1, &amount("0", "GBP", &json!([])))] });
    assert_eq!(place(&desk, &free)[0]["AccountingState"], "Inactive");
}

#[test]
fn a_category_is_demanded_where_the_property_demands_one() {
    let desk = Desk::new();
    desk.set(|it| {
        let options = &mut it.accounting.as_mut().unwrap().options;
        options.push(
            ostler_api::enterprises::AccountingConfigurationOption::RequireAccountingCategorySetup,
        );
    });
    assert!(refusal(&desk, &json!({})).starts_with("accounting-category-required"));
    let mut towel = item("Towel", 1, &amount("1", "GBP", &json!([])));
    towel["AccountingCategoryId"] = json!(Uuid::nil());
    let message = refusal(&desk, &json!({ "Items": [towel] }));
    assert!(message.starts_with("Invalid AccountingCategoryId"), "{message}");
}

#[test]
fn the_only_stay_of_the_account_is_linked() {
    let desk = Desk::new();
    let linked = |desk: &Desk| {
        let order = desk.charge(desk.guest, "1");
        desk.hotel.write(move |tx| {
            let scope = crate::testing::ENTERPRISE;
            let stored = tx.get::<super::ProductServiceOrders>(scope, order)?.unwrap();
            assert!(stored.number.parse::<i64>().is_ok());
            Ok(stored.linked_reservation_id.map(|it| it.uuid()))
        })
    };
    desk.reservation(desk.guest, "Confirmed");
    assert_eq!(linked(&desk), None);
    let stay = desk.reservation(desk.guest, "Started");
    assert_eq!(linked(&desk), Some(stay));
    desk.reservation(desk.guest, "Started");
    assert_eq!(linked(&desk), None);
}

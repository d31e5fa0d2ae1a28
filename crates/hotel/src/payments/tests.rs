use std::slice;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::testing::desk::{Desk, amount, uuid};

const ADD: &str = "payments/addExternal";

fn body(desk: &Desk, change: &Value) -> Value {
    let amount = amount("100", "GBP", &json!(null));
    let mut body = json!({ "AccountId": desk.guest, "Amount": amount, "Type": "Cash" });
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn pay(desk: &Desk, change: &Value) -> Value {
    let id = desk.call(ADD, body(desk, change))["ExternalPaymentId"].clone();
    let found = desk.list("payments/getAll", "Payments", json!({ "PaymentIds": [id] }));
    found[0].clone()
}

fn refusal(desk: &Desk, change: &Value) -> String {
    desk.hotel.refusal(ADD, body(desk, change))
}

#[test]
fn a_payment_reads_as_the_wire_has_it() {
    let desk = Desk::new();
    let payment = pay(&desk, &json!({ "ExternalIdentifier": "X1", "Notes": "Tip" }));
    let body = json!({ "PaymentIds": [payment["Id"]], "Limitation": { "Count": 1 } });
    let mut text = desk.hotel.text("payments/getAll", body).unwrap();
    for (id, name) in
        [(&payment["Id"], "PAYMENT"), (&payment["BillId"], "BILL"), (&json!(desk.guest), "GUEST")]
    {
        text = text.replace(id.as_str().unwrap(), name);
    }
    insta::assert_snapshot!(text.replace(",\"", ",\n\""), @r#"
    {"Payments":[{"Id":"PAYMENT",
    "EnterpriseId":"00000000-0000-0000-0000-00000000000e",
    "AccountId":"GUEST",
    "AccountType":"Customer",
    "PaymentRequestId":null,
    "BillId":"BILL",
    "ReservationId":null,
    "AccountingCategoryId":null,
    "Amount":{"Currency":"GBP",
    "NetValue":-100.0,
    "GrossValue":-100.0,
    "TaxValues":[],
    "Breakdown":{"Items":[{"TaxRateCode":null,
    "NetValue":-100.0,
    "TaxValue":0.0}]}},
    "OriginalAmount":{"Currency":"GBP",
    "NetValue":-100.0,
    "GrossValue":-100.0,
    "TaxValues":[],
    "Breakdown":{"Items":[{"TaxRateCode":null,
    "NetValue":-100.0,
    "TaxValue":0.0}]}},
    "Notes":"Tip",
    "SettlementId":null,
    "ConsumedUtc":"2026-01-01T00:00:00Z",
    "ClosedUtc":null,
    "ChargedUtc":"2026-01-01T00:00:00Z",
    "CreatedUtc":"2026-01-01T00:00:00Z",
    "UpdatedUtc":"2026-01-01T00:00:00Z",
    "SettlementUtc":null,
    "AccountingState":"Open",
    "State":"Charged",
    "Identifier":null,
    "Type":"ExternalPayment",
    "Kind":null,
    "Data":{"Discriminator":"External",
    "CreditCard":null,
    "Invoice":null,
    "External":{"Type":"Cash",
    "ExternalIdentifier":"X1"},
    "Ghost":null,
    "Alternative":null},
    "PaymentOrigin":"Api"}],
    "Cursor":"PAYMENT"}
    "#);
}

#[test]
fn a_refund_is_a_negative_payment_that_reads_back_positive() {
    let desk = Desk::new();
    let refund = pay(&desk, &json!({ "Amount": amount("-30", "GBP", &json!(null)) }));
    assert_eq!(refund["Amount"]["GrossValue"].to_string(), "30.0");
}

#[test]
fn a_payment_in_another_currency_is_converted() {
    let desk = Desk::new();
    let payment = pay(&desk, &json!({ "Amount": amount("1234", "JPY", &json!(null)) }));
    assert_eq!(payment["Amount"]["GrossValue"].to_string(), "-6.17");
    assert_eq!(payment["OriginalAmount"]["GrossValue"].to_string(), "-1234.0");
    let find = json!({ "PaymentIds": [payment["Id"]], "Currency": "EUR" });
    let converted = desk.list("payments/getAll", "Payments", find);
    // 6.17 pounds at 0.8 pounds for a euro.
    assert_eq!(converted[0]["Amount"]["GrossValue"].to_string(), "-7.71");
    assert_eq!(converted[0]["Amount"]["Currency"], "EUR");
    assert_eq!(converted[0]["OriginalAmount"]["Currency"], "JPY");
}

#[test]
fn a_payment_is_refused() {
    let desk = Desk::new();
    let other = desk.charge(desk.regular, "1");
    let other = desk.items(other)[0]["BillId"].clone();
    for (change, expected) in [
        (json!({ "AccountId": null }), "Invalid AccountId"),
        (json!({ "AccountId": Uuid::nil() }), "Invalid AccountId"),
        (json!({ "AccountId": null, "CustomerId": Uuid::nil() }), "Invalid CustomerId"),
        (json!({ "BillId": other }), "Invalid BillId"),
        (json!({ "BillId": Uuid::nil() }), "Invalid BillId"),
        (json!({ "ReservationId": Uuid::nil() }), "Invalid ReservationId"),
        (json!({ "AccountingCategoryId": Uuid::nil() }), "Invalid AccountingCategoryId"),
        (json!({ "Type": "Cheque" }), "payment-type-disabled type=Cheque"),
        (json!({ "Type": "Visa" }), "payment-type-disabled type=Visa"),
        (json!({ "Amount": amount("1", "CZK", &json!(null)) }), "Invalid Currency"),
        (json!({ "Amount": amount("1", "USD", &json!(null)) }), "exchange-rate-missing"),
    ] {
        let message = refusal(&desk, &change);
        assert!(message.starts_with(expected), "{change}: {message}");
    }
}

#[test]
fn the_type_is_optional_except_in_france() {
    let desk = Desk::new();
    let payment = pay(&desk, &json!({ "Type": null }));
    assert_eq!(payment["Data"]["External"]["Type"], "Unspecified");
    desk.set_property(|it| it.legal_environment_code = "FR".to_owned());
    assert!(refusal(&desk, &json!({ "Type": null })).starts_with("Invalid Type"));
    let unspecified = refusal(&desk, &json!({ "Type": "Unspecified" }));
    assert!(unspecified.starts_with("payment-type-unspecified"));
    pay(&desk, &json!({ "Type": "Cash" }));
}

#[test]
fn payments_are_found_by_every_filter() {
    let mut desk = Desk::new();
    desk.pay(desk.regular, "1");
    desk.hotel.wait(60);
    let stay = desk.reservation(desk.guest, "Started");
    let payment = pay(&desk, &json!({ "ReservationId": stay }));
    let minute = json!({ "StartUtc": "2026-01-01T00:01:00Z", "EndUtc": "2026-01-01T00:02:00Z" });
    for filter in [
        json!({ "PaymentIds": [payment["Id"]] }),
        json!({ "AccountIds": [desk.guest] }),
        json!({ "BillIds": [payment["BillId"]] }),
        json!({ "ReservationIds": [stay] }),
        json!({ "CreatedUtc": minute }),
        json!({ "UpdatedUtc": minute }),
        json!({ "ChargedUtc": minute }),
        json!({
            "AccountIds": [desk.guest], "States": ["Charged"], "AccountingStates": ["Open"],
            "Type": "ExternalPayment",
        }),
    ] {
        let found = desk.list("payments/getAll", "Payments", filter.clone());
        assert_eq!(found, slice::from_ref(&payment), "{filter}");
    }
    for filter in [
        json!({ "ClosedUtc": minute }),
        json!({ "SettlementUtc": minute }),
        json!({ "AccountIds": [desk.guest], "States": ["Failed"] }),
        json!({ "AccountIds": [desk.guest], "Type": "CashPayment" }),
    ] {
        assert!(desk.list("payments/getAll", "Payments", filter.clone()).is_empty(), "{filter}");
    }
    let any = json!({ "AccountIds": [desk.guest, desk.regular], "Type": "Payment" });
    assert_eq!(desk.list("payments/getAll", "Payments", any).len(), 2);
    let nothing = json!({ "States": ["Charged"], "Limitation": { "Count": 1 } });
    let message = desk.hotel.refusal("payments/getAll", nothing);
    assert!(message.starts_with("At least one of the following filters"), "{message}");
    assert_eq!(uuid(&payment["AccountId"]), desk.guest);
}

use serde_json::{Value, json};
use uuid::Uuid;

use super::Companies;
use crate::testing::{Hotel, ids};

const ADD: &str = "companies/add";
const LIST: &str = "companies/getAll";

fn add(hotel: &Hotel, body: Value) -> Uuid {
    ids(&hotel.call(ADD, body).unwrap(), "Companies")[0]
}

#[test]
fn a_new_company_is_returned_in_a_list() {
    let hotel = Hotel::new();
    let answer = hotel
        .call(
            ADD,
            json!({
                "Name": "Acme", "Options": { "Invoiceable": true }, "TaxIdentifier": "T1",
                "CreditRating": { "Basic": "CreditOk" }, "InvoiceDueInterval": "P14D",
                "InvoicingEmail": "bills@acme.example", "Department": " ",
                "Address": { "City": "Brno", "CountryCode": "CZ" },
            }),
        )
        .unwrap();
    let acme = &answer["Companies"][0];
    assert_eq!(acme["Number"], 1);
    assert_eq!(acme["Options"]["Invoiceable"], true);
    assert_eq!(acme["Options"]["AddFeesToInvoices"], false);
    assert_eq!(acme["CreditRating"], json!({ "Basic": "CreditOk" }));
    assert_eq!(acme["TaxIdentifier"], "T1");
    assert_eq!(acme["TaxIdentificationNumber"], "T1");
    assert_eq!(acme["Department"], Value::Null);
    assert_eq!(acme["Address"]["City"], "Brno");
    assert_eq!(acme["Address"]["Id"], acme["AddressId"]);
    assert_eq!(answer["Cursor"], acme["Id"]);
    let body = json!({ "Limitation": { "Count": 1 } });
    assert_eq!(hotel.call(LIST, body).unwrap()["Companies"][0], *acme);
}

#[test]
fn what_cannot_be_true_is_refused_by_name() {
    let hotel = Hotel::new();
    for (parameter, body) in [
        ("Name", json!({ "Name": " ", "Options": {} })),
        ("Options", json!({ "Name": "Acme" })),
        ("MotherCompanyId", json!({ "Name": "A", "Options": {}, "MotherCompanyId": Uuid::nil() })),
        ("InvoicingEmail", json!({ "Name": "A", "Options": {}, "InvoicingEmail": "a" })),
    ] {
        let refusal = hotel.refusal(ADD, body);
        assert!(refusal.starts_with(&format!("Invalid {parameter}")), "{parameter}: {refusal}");
    }
}

#[test]
fn companies_are_found_by_every_filter_in_both_states() {
    let mut hotel = Hotel::new();
    let mother = add(&hotel, json!({ "Name": "Mother", "Options": {}, "ExternalIdentifier": "m" }));
    hotel.wait(3600);
    let child = add(&hotel, json!({ "Name": "Child", "Options": {}, "MotherCompanyId": mother }));
    hotel.wait(3600);
    let chain = hotel.context.caller.enterprises[0].chain;
    hotel.write(move |tx| {
        let mut stored = tx.get::<Companies>(chain, mother)?.unwrap();
        stored.is_active = false;
        tx.update(&mut stored)
    });
    let (start, end) = ("2026-01-01T00:30:00Z", "2026-01-02T00:00:00Z");
    let first = json!({ "StartUtc": "2026-01-01T00:00:00Z", "EndUtc": start });
    for (filter, expected) in [
        (json!({}), vec![child, mother]),
        (json!({ "ActivityStates": ["Active"] }), vec![child]),
        (json!({ "ActivityStates": ["Deleted"] }), vec![mother]),
        (json!({ "Ids": [mother] }), vec![mother]),
        (json!({ "Names": ["Child"] }), vec![child]),
        (json!({ "Names": ["child"] }), vec![]),
        (json!({ "ExternalIdentifiers": ["m"] }), vec![mother]),
        (json!({ "MotherCompanyIds": [mother] }), vec![child]),
        (json!({ "CreatedUtc": first }), vec![mother]),
        (json!({ "UpdatedUtc": first }), vec![]),
        (json!({ "StartUtc": start, "EndUtc": end }), vec![child]),
        (json!({ "StartUtc": start, "EndUtc": end, "TimeFilter": "Updated" }), vec![child, mother]),
        (json!({ "StartUtc": start, "EndUtc": end, "CreatedUtc": first }), vec![mother]),
    ] {
        assert_eq!(hotel.list(LIST, "Companies", filter.clone()), expected, "{filter}");
    }
    let half = json!({ "StartUtc": start, "Limitation": { "Count": 1 } });
    assert!(hotel.refusal(LIST, half).starts_with("Invalid EndUtc"));
}

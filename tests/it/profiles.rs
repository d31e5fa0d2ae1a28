//! Customers, companies and who stays together, as a client meets them.

use ostler_contract::primitives::Id;
use ostler_hotel::companionships::Companionships;
use ostler_worlds::demo;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{GROSS, NET, Server};

fn customer() -> Value {
    json!({
        "LastName": "Lovelace", "FirstName": "Ada", "Email": "ada.l@example.com",
        "NationalityCode": "GB", "OverwriteExisting": false,
        "Address": { "Line1": "12 Square", "CountryCode": "GB" },
        "Passport": { "Number": "P1", "Expiration": "2030-01-01", "IssuingCountryCode": "GB" },
        "Classifications": ["PaymasterAccount", "Blocklist"],
    })
}

#[test]
fn hotels_of_a_chain_share_a_customer() {
    let server = Server::new();
    let ada = server.post_as(GROSS, "customers/add", customer()).ok();
    let filter = json!({
        "Emails": ["ADA.L@EXAMPLE.COM"],
        "Extent": { "Customers": true, "Addresses": true, "Documents": true },
        "Limitation": { "Count": 10 },
    });
    let page = server.post_as(NET, "customers/getAll", filter.clone()).ok();
    assert_eq!(page["Customers"], json!([ada]));
    assert_eq!(page["Documents"], json!([ada["Passport"]]));

    let change = json!({ "CustomerId": ada["Id"], "Notes": "Tea", "FirstName": "" });
    let changed = server.post_as(NET, "customers/update", change).ok();
    assert_eq!((&changed["Notes"], &changed["FirstName"]), (&json!("Tea"), &json!("Ada")));
    assert_eq!(server.post_as(GROSS, "customers/getAll", filter).ok()["Customers"][0], changed);
}

#[test]
fn sections_that_nobody_asked_for_are_null_and_the_cursor_is_not() {
    let server = Server::new();
    let ada = server.post("customers/add", customer()).ok();
    let get = |extent: Value| {
        let body = json!({
            "CustomerIds": [ada["Id"]], "Extent": extent, "Limitation": { "Count": 10 },
        });
        server.post("customers/getAll", body).ok()
    };
    let nothing = json!({ "Customers": null, "Cursor": ada["Id"], "Documents": null });
    assert_eq!(get(json!({})), nothing);
    assert_eq!(get(json!({ "Customers": true }))["Customers"][0]["Address"], Value::Null);
}

#[test]
fn an_email_address_that_is_taken_is_refused() {
    let server = Server::new();
    server.post("customers/add", customer()).ok();
    let again = server.post("customers/add", customer());
    assert_eq!(again.refused(400), "A customer with this e-mail already exists.");
    let bob = json!({ "LastName": "Bob", "OverwriteExisting": false });
    let bob = server.post("customers/add", bob).ok();
    let taken = json!({ "CustomerId": bob["Id"], "Email": "ada.l@example.com" });
    let refused = server.post("customers/update", taken);
    assert!(refused.refused(403).contains("ada.l@example.com"), "{}", refused.text);
}

#[test]
fn paymasters_are_found_without_a_stay() {
    let server = Server::new();
    let ada = server.post("customers/add", customer()).ok();
    let found = server.post("customers/search", json!({ "Name": "ada love" })).ok();
    let found = found["Customers"].as_array().unwrap();
    let own: Vec<_> = found.iter().filter(|it| it["Customer"]["Id"] == ada["Id"]).collect();
    assert_eq!(own.len(), 1);
    assert_eq!(own[0]["Reservation"], Value::Null);
}

#[test]
fn companies_are_added_and_listed() {
    let server = Server::new();
    let mother = json!({ "Name": "Analytical Engines", "Options": { "Invoiceable": true } });
    let mother = server.post("companies/add", mother).ok();
    let mother = &mother["Companies"][0];
    let child = json!({ "Name": "Mill", "Options": {}, "MotherCompanyId": mother["Id"] });
    let child = server.post("companies/add", child).ok();
    let filter = json!({ "MotherCompanyIds": [mother["Id"]], "Limitation": { "Count": 10 } });
    let listed = server.post("companies/getAll", filter).ok();
    assert_eq!(listed["Companies"], child["Companies"]);
    assert_eq!(listed["Cursor"], child["Companies"][0]["Id"]);
}

#[test]
fn companionships_bring_their_customers() {
    let server = Server::new();
    let ada = server.post("customers/add", customer()).ok();
    let id = ada["Id"].clone();
    let companionship: Uuid = server.change(move |tx| {
        let new: Id<()> = tx.new_id();
        let document = json!({
            "Id": new, "CustomerId": id, "ReservationGroupId": Uuid::from_u128(0x60),
            "ReservationId": null,
        });
        let document = serde_json::from_value(document).unwrap();
        tx.insert::<Companionships>(demo::GROSS, document, ())?;
        Ok(new.uuid())
    });
    let body = json!({
        "CustomerIds": [ada["Id"]], "Limitation": { "Count": 10 },
        "Extent": { "Customers": true, "Reservations": true },
    });
    let page = server.post("companionships/getAll", body.clone()).ok();
    assert_eq!(page["Cursor"], json!(companionship));
    assert_eq!(page["Companionships"][0]["ReservationId"], Value::Null);
    assert_eq!(page["Customers"][0]["Id"], ada["Id"]);
    assert_eq!(page["Reservations"], json!([]));
    assert_eq!(page["ReservationGroups"], Value::Null);
    // The other hotel shares the customer, not the stay.
    assert_eq!(
        server.post_as(NET, "companionships/getAll", body).ok()["Companionships"],
        json!([])
    );
}

#[test]
fn a_document_has_an_expiration_date_unless_its_country_issues_it_without() {
    let server = Server::new();
    let add = |kind: &str, mut document: Value| {
        document["Number"] = json!("N1");
        let body = json!({ "LastName": "Lovelace", "OverwriteExisting": false, kind: document });
        server.post("customers/add", body)
    };
    for kind in ["Passport", "Visa", "IdentityCard", "DriversLicense"] {
        let response = add(kind, json!({ "IssuingCountryCode": "GB" }));
        let message = response.refused(403);
        assert!(message.contains("expiration date"), "{kind}: {message}");
        add(kind, json!({ "IssuingCountryCode": "GB", "Expiration": "2030-01-01" })).ok();
    }
    add("IdentityCard", json!({ "IssuingCountryCode": "ES" })).ok();
    add("DriversLicense", json!({ "IssuingCountryCode": "DE" })).ok();
    add("Passport", json!({ "IssuingCountryCode": "ES" })).refused(403);
    add("IdentityCard", json!({})).refused(403);
}

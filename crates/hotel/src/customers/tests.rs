use serde_json::{Value, json};
use uuid::Uuid;

use super::Customers;
use crate::companies::Companies;
use crate::enterprises::Enterprises;
use crate::testing::{ENTERPRISE, Hotel};

const ADD: &str = "customers/add";
const UPDATE: &str = "customers/update";
const LIST: &str = "customers/getAll";

/// `base` with the properties of `changes`.
fn with(mut base: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        base[name] = value.clone();
    }
    base
}

fn add(hotel: &Hotel, last_name: &str, more: &Value) -> Value {
    let body = json!({ "LastName": last_name, "OverwriteExisting": false });
    hotel.call(ADD, with(body, more)).unwrap()
}

fn update(hotel: &Hotel, customer: &Value, changes: &Value) -> Value {
    hotel.call(UPDATE, with(json!({ "CustomerId": customer["Id"] }), changes)).unwrap()
}

fn list(hotel: &Hotel, filter: &Value) -> Vec<Uuid> {
    hotel.list(LIST, "Customers", with(json!({ "Extent": { "Customers": true } }), filter))
}

fn id(customer: &Value) -> Uuid {
    customer["Id"].as_str().unwrap().parse().unwrap()
}

#[test]
fn a_new_customer_is_returned_at_the_root_with_all_that_follows() {
    let hotel = Hotel::new();
    let company = hotel.call("companies/add", json!({ "Name": "Acme", "Options": {} })).unwrap();
    let company = &company["Companies"][0];
    let ada = add(
        &hotel,
        "Lovelace",
        &json!({
            "FirstName": "Ada",
            "Email": " Ada@guest.booking.com ",
            "NationalityCode": "GB",
            "BirthDate": "1990-12-10",
            "CompanyId": company["Id"],
            "Classifications": ["Student", "Blocklist", "Student"],
            "Options": ["Invoiceable"],
            "Address": { "Line1": "St James's Square", "CountryCode": "GB" },
            "Passport": { "Number": "P1", "Expiration": "2030-01-01", "IssuingCountryCode": "GB" },
            "Phone": "  ",
        }),
    );
    assert_eq!(ada["LastName"], "Lovelace");
    assert_eq!(ada["Email"], "Ada@guest.booking.com");
    assert_eq!(ada["HasOtaEmail"], true);
    assert_eq!(ada["LanguageCode"], "en-GB");
    assert_eq!(ada["PreferredLanguageCode"], Value::Null);
    assert_eq!(ada["Phone"], Value::Null);
    assert_eq!(ada["Classifications"], json!(["Blacklist", "Student", "Blocklist"]));
    assert_eq!(ada["Options"], json!(["Invoiceable"]));
    assert_eq!(ada["CompanyId"], company["Id"]);
    assert_eq!(ada["Address"]["Id"], ada["AddressId"]);
    assert_eq!(ada["Address"]["Line1"], "St James's Square");
    assert_eq!(ada["Passport"]["Number"], "P1");
    assert_eq!(ada["Passport"]["CustomerId"], ada["Id"]);
    assert_eq!(ada["Visa"], Value::Null);
    assert_eq!(ada["ActivityState"], "Active");
    // Companies and customers draw from one sequence of the chain.
    assert_eq!(company["Number"], 1);
    assert_eq!(ada["Number"], "2");
}

#[test]
fn an_email_address_belongs_to_one_customer() {
    let hotel = Hotel::new();
    let more = json!({ "Email": "ada@example.com", "Classifications": ["Media"], "Notes": "Tea" });
    let ada = add(&hotel, "Byron", &more);
    let again = json!({
        "LastName": "Lovelace", "Email": "ADA@example.com ", "Classifications": ["Staff"],
        "Options": ["Invoiceable"], "OverwriteExisting": false,
    });
    assert!(hotel.refusal(ADD, again.clone()).contains("already exists"));

    let overwritten = hotel.call(ADD, with(again, &json!({ "OverwriteExisting": true }))).unwrap();
    assert_eq!(overwritten["Id"], ada["Id"]);
    assert_eq!(overwritten["Number"], ada["Number"]);
    assert_eq!(overwritten["LastName"], "Lovelace");
    assert_eq!(overwritten["Notes"], "Tea");
    assert_eq!(overwritten["Classifications"], json!(["Media"]));
    assert_eq!(overwritten["Options"], json!([]));

    let bob = add(&hotel, "Bob", &json!({}));
    let body = json!({ "CustomerId": bob["Id"], "Email": "Ada@Example.com" });
    let error = hotel.call(UPDATE, body).unwrap_err();
    assert_eq!(error.code().status(), 403);
    assert!(error.to_string().starts_with("customer-email-taken"));
    // Without an e-mail address nobody is a duplicate; the own one is no conflict.
    assert_ne!(add(&hotel, "Bob", &json!({}))["Id"], bob["Id"]);
    assert_eq!(update(&hotel, &ada, &json!({ "Email": "ADA@example.com" }))["Id"], ada["Id"]);
}

#[test]
fn an_update_keeps_what_is_absent_or_blank_and_replaces_sets() {
    let hotel = Hotel::new();
    let ada = add(
        &hotel,
        "Lovelace",
        &json!({
            "FirstName": "Ada", "Notes": "Tea", "Classifications": ["PaymasterAccount", "Media"],
            "ItalianFiscalCode": "F", "ItalianLotteryCode": "L",
            "Address": { "City": "New York", "CountryCode": "US", "CountrySubdivisionCode": "US-NY" },
        }),
    );
    let changed = update(
        &hotel,
        &ada,
        &json!({
            "FirstName": "", "Notes": "Coffee", "Classifications": [],
            "ItalianFiscalCode": {}, "ItalianLotteryCode": { "Value": "M" },
            "Address": { "CountryCode": "CA", "City": " " },
        }),
    );
    assert_eq!(changed["FirstName"], "Ada");
    assert_eq!(changed["LastName"], "Lovelace");
    assert_eq!(changed["Notes"], "Coffee");
    assert_eq!(changed["Classifications"], json!([]));
    assert_eq!(changed["ItalianFiscalCode"], Value::Null);
    assert_eq!(changed["ItalianLotteryCode"], "M");
    assert_eq!(changed["AddressId"], ada["AddressId"]);
    assert_eq!(changed["Address"]["City"], "New York");
    assert_eq!(changed["Address"]["CountryCode"], "CA");
    assert_eq!(changed["Address"]["CountrySubdivisionCode"], Value::Null);
}

#[test]
fn an_update_changes_the_newest_document_of_the_kind() {
    let hotel = Hotel::new();
    let ada =
        add(&hotel, "Lovelace", &json!({ "Visa": { "Number": "V1", "Expiration": "2027-01-01" } }));
    let changed = update(
        &hotel,
        &ada,
        &json!({ "Visa": { "Expiration": "2031-01-01" }, "IdentityCard": { "Number": "C1", "IssuingCountryCode": "ES" } }),
    );
    assert_eq!(changed["Visa"]["Id"], ada["Visa"]["Id"]);
    assert_eq!(changed["Visa"]["Number"], "V1");
    assert_eq!(changed["Visa"]["Expiration"], "2031-01-01");
    assert_eq!(changed["IdentityCard"]["Number"], "C1");
}

#[test]
fn what_cannot_be_true_is_refused_by_name() {
    let hotel = Hotel::new();
    let nobody = Uuid::from_u128(0x99);
    for (parameter, wrong) in [
        ("LastName", json!({ "LastName": " " })),
        ("Email", json!({ "Email": "ada" })),
        ("NationalityCode", json!({ "NationalityCode": "ZZ" })),
        (
            "BirthCountrySubdivisionCode",
            json!({ "BirthCountryCode": "CA", "BirthCountrySubdivisionCode": "US-NY" }),
        ),
        ("PreferredLanguageCode", json!({ "PreferredLanguageCode": "xx" })),
        ("BirthDate", json!({ "BirthDate": "2026-02-01" })),
        ("CompanyId", json!({ "CompanyId": nobody })),
        ("CountryCode", json!({ "Address": { "CountryCode": "ZZ" } })),
        ("IssuingCountryCode", json!({ "Visa": { "IssuingCountryCode": "ZZ" } })),
        ("Options", json!({ "Options": ["None"] })),
    ] {
        let body = with(json!({ "LastName": "Lovelace", "OverwriteExisting": false }), &wrong);
        let refusal = hotel.refusal(ADD, body);
        assert!(refusal.starts_with(&format!("Invalid {parameter}")), "{parameter}: {refusal}");
    }
    assert!(
        hotel.refusal(ADD, json!({ "LastName": "A" })).starts_with("Invalid OverwriteExisting")
    );
    assert!(
        hotel.refusal(UPDATE, json!({ "CustomerId": nobody })).starts_with("Invalid CustomerId")
    );
    // A refused request leaves nothing behind, not even a number.
    assert_eq!(add(&hotel, "Lovelace", &json!({}))["Number"], "1");
}

#[test]
fn customers_are_found_by_every_filter() {
    let mut hotel = Hotel::new();
    let company = hotel.call("companies/add", json!({ "Name": "Acme", "Options": {} })).unwrap();
    let company = &company["Companies"][0]["Id"];
    let more =
        json!({ "FirstName": "Zo\u{eb}", "Email": "zoe@example.com", "LoyaltyCode": "Gold1" });
    let zoe = id(&add(&hotel, "M\u{fc}ller", &more));
    hotel.wait(3600);
    let bob = id(&add(&hotel, "Smith", &json!({ "FirstName": "Bob", "CompanyId": company })));
    let later = json!({ "StartUtc": "2026-01-01T00:30:00Z", "EndUtc": "2026-01-02T00:00:00Z" });
    for (filter, expected) in [
        (json!({ "CustomerIds": [bob, zoe, Uuid::nil()] }), vec![bob, zoe]),
        (json!({ "Emails": ["ZOE@example.com"] }), vec![zoe]),
        (json!({ "FirstNames": ["zoe"] }), vec![zoe]),
        (json!({ "LastNames": ["MULLER", "nobody"] }), vec![zoe]),
        (json!({ "LoyaltyCodes": ["gold1"] }), vec![zoe]),
        (json!({ "CompanyIds": [company] }), vec![bob]),
        (json!({ "CreatedUtc": later }), vec![bob]),
        (json!({ "UpdatedUtc": later, "LastNames": ["Muller"] }), vec![]),
    ] {
        assert_eq!(list(&hotel, &filter), expected, "{filter}");
    }
    let body = json!({ "Extent": {}, "Limitation": { "Count": 1 } });
    assert!(hotel.refusal(LIST, body.clone()).contains("At least one"));
    let both = json!({ "CompanyIds": [company, zoe] });
    assert!(hotel.refusal(LIST, with(body, &both)).starts_with("Invalid CompanyIds"));
}

#[test]
fn deleted_customers_are_listed_only_on_request() {
    let hotel = Hotel::new();
    let gone = id(&add(&hotel, "Lovelace", &json!({})));
    let chain = hotel.context.caller.enterprises[0].chain;
    hotel.write(move |tx| {
        let mut stored = tx.get::<Customers>(chain, gone)?.unwrap();
        stored.is_active = false;
        stored.hidden.deleted = Some(tx.now());
        tx.update(&mut stored)
    });
    let day = json!({ "StartUtc": "2026-01-01T00:00:00Z", "EndUtc": "2026-01-02T00:00:00Z" });
    assert!(list(&hotel, &json!({ "CustomerIds": [gone] })).is_empty());
    let deleted = json!({ "DeletedUtc": day, "ActivityStates": ["Deleted"] });
    assert_eq!(list(&hotel, &deleted), [gone]);
    let body = json!({ "DeletedUtc": day, "Extent": {}, "Limitation": { "Count": 1 } });
    assert!(hotel.refusal(LIST, body).starts_with("Invalid DeletedUtc"));
    assert!(hotel.refusal(UPDATE, json!({ "CustomerId": gone })).starts_with("Invalid CustomerId"));
}

#[test]
fn extents_leave_sections_out_but_not_the_cursor() {
    let hotel = Hotel::new();
    let ada = add(
        &hotel,
        "Lovelace",
        &json!({
            "Address": { "City": "London" },
            "Passport": { "Number": "P1", "Expiration": "2030-01-01" },
        }),
    );
    let get = |extent: Value| {
        let body = json!({
            "CustomerIds": [ada["Id"]], "Extent": extent, "Limitation": { "Count": 10 },
        });
        hotel.call(LIST, body).unwrap()
    };
    let none = get(json!({}));
    assert_eq!(none, json!({ "Customers": null, "Cursor": ada["Id"], "Documents": null }));

    let alone = get(json!({ "Customers": true }));
    assert_eq!(alone["Customers"][0]["Address"], Value::Null);
    assert_eq!(alone["Customers"][0]["AddressId"], ada["AddressId"]);
    assert_eq!(alone["Customers"][0]["Passport"], Value::Null);

    let addressed = get(json!({ "Customers": true, "Addresses": true }));
    assert_eq!(addressed["Customers"][0]["Address"], ada["Address"]);

    let all = get(json!({ "Customers": true, "Addresses": true, "Documents": true }));
    assert_eq!(all["Customers"][0], ada);
    assert_eq!(all["Documents"], json!([ada["Passport"]]));
    let documents = get(json!({ "Documents": true }));
    assert_eq!(documents["Customers"], Value::Null);
    assert_eq!(documents["Documents"], json!([ada["Passport"]]));
}

#[test]
fn an_account_is_a_customer_or_a_company_of_the_chain() {
    let hotel = Hotel::new();
    let more = json!({ "FirstName": "Ada", "Options": ["Invoiceable"] });
    let ada = id(&add(&hotel, "Lovelace", &more));
    let company = hotel.call("companies/add", json!({ "Name": "Acme", "Options": {} })).unwrap();
    let acme = id(&company["Companies"][0]);
    let chain = hotel.context.caller.enterprises[0].chain;
    let find = |id: Uuid, chain: Uuid| {
        use ostler_contract::primitives::Id;
        hotel.try_write(move |tx| {
            let found = crate::accounts::find(tx, chain, Id::new(id), "AccountId")?;
            Ok((found.name, found.invoiceable, found.customer.is_some(), found.company.is_some()))
        })
    };
    assert_eq!(find(ada, chain).unwrap(), ("Ada Lovelace".to_owned(), true, true, false));
    assert_eq!(find(acme, chain).unwrap(), ("Acme".to_owned(), false, false, true));
    let foreign = find(ada, Uuid::from_u128(0xff)).unwrap_err();
    assert!(foreign.to_string().starts_with("Invalid AccountId"));
    hotel.write(move |tx| {
        let mut stored = tx.get::<Companies>(chain, acme)?.unwrap();
        stored.is_active = false;
        tx.update(&mut stored)
    });
    assert!(find(acme, chain).unwrap_err().to_string().starts_with("Invalid AccountId"));
}

#[test]
fn a_property_may_require_numbers_of_documents() {
    let hotel = Hotel::new();
    let visa = json!({ "Visa": { "IssuingCity": "Brno", "Expiration": "2030-01-01" } });
    assert_eq!(add(&hotel, "Lovelace", &visa)["Visa"]["Number"], "");
    hotel.write(|tx| {
        let mut stored = tx.get::<Enterprises>(ENTERPRISE, ENTERPRISE)?.unwrap();
        stored.hidden.is_identity_document_number_required = true;
        tx.update(&mut stored)
    });
    let body = json!({ "LastName": "Byron", "OverwriteExisting": false });
    let error = hotel.call(ADD, with(body, &visa)).unwrap_err();
    assert_eq!(error.code().status(), 403);
    assert!(list(&hotel, &json!({ "LastNames": ["Byron"] })).is_empty());
}

#[test]
fn a_portfolio_names_the_chain_that_it_writes_to() {
    let mut hotel = Hotel::new();
    hotel.context.caller.portfolio = Some(Uuid::from_u128(0xf));
    let chain = hotel.context.caller.enterprises[0].chain;
    let body = json!({ "LastName": "Lovelace", "OverwriteExisting": false });
    assert!(hotel.refusal(ADD, body.clone()).starts_with("Invalid ChainId"));
    let ada = hotel.call(ADD, with(body, &json!({ "ChainId": chain }))).unwrap();
    assert_eq!(ada["ChainId"], json!(chain));
    assert_eq!(list(&hotel, &json!({ "LastNames": ["Lovelace"] })), [id(&ada)]);
    let foreign = json!({ "ChainIds": [Uuid::nil()], "Extent": {}, "Limitation": { "Count": 1 } });
    assert!(hotel.refusal(LIST, foreign).starts_with("Invalid ChainIds"));
}

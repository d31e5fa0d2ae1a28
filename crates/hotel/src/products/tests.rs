use crate::context::Languages;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Products;
use crate::services::Services;
use crate::testing::{Hotel, ids};

const LIST: &str = "products/getAll";

fn promotions(moment: Option<&str>) -> Value {
    let mut promotions = json!({
        "BeforeCheckIn": false,
        "AfterCheckIn": false,
        "DuringStay": false,
        "BeforeCheckOut": false,
        "AfterCheckOut": false,
        "DuringCheckOut": false,
    });
    if let Some(moment) = moment {
        promotions[moment] = json!(true);
    }
    promotions
}

fn service(hotel: &Hotel, moment: Option<&str>) -> Uuid {
    hotel.add::<Services>(json!({
        "IsActive": true,
        "Name": "Bar",
        "Names": {},
        "Options": { "BillAsPackage": false },
        "Ordering": 0,
        "Data": { "Discriminator": "Additional", "Value": { "Promotions": promotions(moment) } },
    }))
}

fn product(hotel: &Hotel, service: Uuid, change: &Value) -> Uuid {
    let price = json!({
        "Currency": "EUR",
        "NetValue": 9.09,
        "GrossValue": 10,
        "TaxValues": [{ "Code": "HU-27", "Value": 0.91 }],
        "Breakdown": {
            "Items": [{ "TaxRateCode": "HU-27", "NetValue": 9.09, "TaxValue": 0.91 }],
        },
    });
    let mut product = json!({
        "ServiceId": service,
        "IsActive": true,
        "Names": { "en-GB": "Breakfast", "de-DE": "Frühstück" },
        "ExternalNames": {},
        "ShortNames": { "en-GB": "B" },
        "ChargingMode": "PerPersonPerTimeUnit",
        "PostingMode": "PerTimeUnit",
        "Options": { "BillAsPackage": false, "ExcludePriceFromOffer": false },
        "Promotions": promotions(None),
        "Classifications": {
            "Food": true, "Beverage": false, "Wellness": false, "CityTax": false, "Fee": false,
        },
        "Price": price,
        "Ordering": 0,
        "TaxExemptionReason": "FR_262_00_BIS",
        "ConsumptionMoment": "NextTimeUnit",
        "IsDefault": false,
        "Name": "Breakfast",
        "ShortName": "B",
        "Charging": "PerPersonPerTimeUnit",
        "Posting": "Daily",
        "Pricing": { "Discriminator": "Absolute", "Value": price },
    });
    for (name, value) in change.as_object().unwrap() {
        product[name] = value.clone();
    }
    hotel.add::<Products>(product)
}

#[test]
fn a_product_reads_as_the_wire_has_it() {
    let hotel = Hotel::new();
    let service = service(&hotel, None);
    let id = product(&hotel, service, &json!({}));
    let body = json!({ "ServiceIds": [service], "Limitation": { "Count": 1 } });
    let text = hotel.text(LIST, body).unwrap();
    let text = text.replace(&id.to_string(), "ID").replace(&service.to_string(), "SERVICE");
    insta::assert_snapshot!(text.replace(",\"", ",\n\""), @r#"
    {"Products":[{"Id":"ID",
    "ServiceId":"SERVICE",
    "CategoryId":null,
    "AccountingCategoryId":null,
    "IsActive":true,
    "Names":{"de-DE":"Frühstück",
    "en-GB":"Breakfast"},
    "ExternalNames":{},
    "ShortNames":{"en-GB":"B"},
    "Descriptions":null,
    "ChargingMode":"PerPersonPerTimeUnit",
    "PostingMode":"PerTimeUnit",
    "Options":{"BillAsPackage":false,
    "ExcludePriceFromOffer":false},
    "Promotions":{"BeforeCheckIn":false,
    "AfterCheckIn":false,
    "DuringStay":false,
    "BeforeCheckOut":false,
    "AfterCheckOut":false,
    "DuringCheckOut":false},
    "Classifications":{"Food":true,
    "Beverage":false,
    "Wellness":false,
    "CityTax":false,
    "Fee":false},
    "Price":{"Currency":"EUR",
    "NetValue":9.09,
    "GrossValue":10.0,
    "TaxValues":[{"Code":"HU-27",
    "Value":0.91}],
    "Breakdown":{"Items":[{"TaxRateCode":"HU-27",
    "NetValue":9.09,
    "TaxValue":0.91}]}},
    "ImageIds":null,
    "Ordering":0,
    "ExternalIdentifier":null,
    "TaxExemptionReason":"FR_262_00_BIS",
    "TaxExemptionLegalReference":null,
    "CreatedUtc":"2026-01-01T00:00:00Z",
    "UpdatedUtc":"2026-01-01T00:00:00Z",
    "ConsumptionMoment":"NextTimeUnit",
    "IsDefault":false,
    "Name":"Breakfast",
    "ExternalName":null,
    "ShortName":"B",
    "Description":null,
    "Charging":"PerPersonPerTimeUnit",
    "Posting":"Daily",
    "Pricing":{"Discriminator":"Absolute",
    "Value":{"Currency":"EUR",
    "NetValue":9.09,
    "GrossValue":10.0,
    "TaxValues":[{"Code":"HU-27",
    "Value":0.91}],
    "Breakdown":{"Items":[{"TaxRateCode":"HU-27",
    "NetValue":9.09,
    "TaxValue":0.91}]}}}}],
    "CustomerProducts":[],
    "Cursor":"ID"}
    "#);
}

#[test]
fn default_products_need_to_be_asked_for_or_named() {
    let hotel = Hotel::new();
    let service = service(&hotel, None);
    let night = product(&hotel, service, &json!({ "IsDefault": true }));
    let usual = product(&hotel, service, &json!({}));
    let list = |body| hotel.list(LIST, "Products", body);
    assert_eq!(list(json!({ "ServiceIds": [service] })), [usual]);
    assert_eq!(list(json!({ "ServiceIds": [service], "ProductIds": [] })), [usual]);
    let all = json!({ "ServiceIds": [service], "IncludeDefault": true });
    assert_eq!(list(all), [usual, night]);
    let named = json!({ "ServiceIds": [service], "ProductIds": [night] });
    assert_eq!(list(named), [night]);
    let neither =
        json!({ "ServiceIds": [service], "ProductIds": [night], "IncludeDefault": false });
    assert!(list(neither).is_empty());
}

#[test]
fn inactive_products_are_found_by_identifier_only() {
    let hotel = Hotel::new();
    let service = service(&hotel, None);
    let gone = product(&hotel, service, &json!({ "IsActive": false }));
    let list = |body| hotel.list(LIST, "Products", body);
    assert!(list(json!({ "ServiceIds": [service] })).is_empty());
    assert_eq!(list(json!({ "ServiceIds": [service], "ProductIds": [gone] })), [gone]);
}

#[test]
fn customers_are_offered_what_is_promoted_itself_or_with_its_service() {
    let hotel = Hotel::new();
    let (quiet, loud) = (service(&hotel, None), service(&hotel, Some("AfterCheckOut")));
    let hidden = product(&hotel, quiet, &json!({}));
    let promoted = product(&hotel, quiet, &json!({ "Promotions": promotions(Some("DuringStay")) }));
    let with_service = product(&hotel, loud, &json!({}));
    let body = json!({ "ServiceIds": [quiet, loud], "Limitation": { "Count": 10 } });
    let answer = hotel.call(LIST, body).unwrap();
    assert_eq!(ids(&answer, "Products"), [with_service, promoted, hidden]);
    assert_eq!(ids(&answer, "CustomerProducts"), [with_service, promoted]);
    assert_eq!(answer["Cursor"], json!(hidden));
}

#[test]
fn texts_come_in_the_language_that_was_asked_for() {
    let mut hotel = Hotel::new();
    let service = service(&hotel, None);
    product(&hotel, service, &json!({ "Promotions": promotions(Some("DuringStay")) }));
    hotel.context.languages = Languages::new(Some("de-AT"), None);
    let body = json!({ "ServiceIds": [service], "Limitation": { "Count": 1 } });
    let answer = hotel.call(LIST, body).unwrap();
    for list in ["Products", "CustomerProducts"] {
        assert_eq!(answer[list][0]["Name"], "Frühstück");
        assert_eq!(answer[list][0]["ShortName"], "B");
        assert_eq!(answer[list][0]["Description"], Value::Null);
    }
}

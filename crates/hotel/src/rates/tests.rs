use crate::context::Languages;
use serde_json::{Value, json};
use uuid::Uuid;

use super::testing::{group, rate, service};
use crate::testing::{Hotel, ids};

const RATES: &str = "rates/getAll";
const GROUPS: &str = "rateGroups/getAll";

fn list(hotel: &Hotel, body: Value) -> Vec<Uuid> {
    hotel.list(RATES, "Rates", body)
}

#[test]
fn rates_are_listed_by_service_state_identifier_and_change() {
    let mut hotel = Hotel::new();
    let (first_service, other_service) = (service(&hotel), service(&hotel));
    let of = |service| (service, group(&hotel, service));
    let (first, other) = (of(first_service), of(other_service));
    let external = rate(&hotel, first, &json!({ "ExternalIdentifier": "R1" }), json!({}));
    let deleted = rate(&hotel, first, &json!({ "IsActive": false }), json!({}));
    let foreign = rate(&hotel, other, &json!({}), json!({}));
    hotel.wait(60);
    let late = rate(&hotel, first, &json!({}), json!({}));

    let services = |body: Value| {
        let mut body = body;
        body["ServiceIds"] = json!([first_service]);
        list(&hotel, body)
    };
    assert_eq!(services(json!({})), [late, deleted, external]);
    assert_eq!(services(json!({ "ActivityStates": ["Active"] })), [late, external]);
    assert_eq!(services(json!({ "ExternalIdentifiers": ["R1", "R2"] })), [external]);
    assert_eq!(services(json!({ "RateIds": [deleted, foreign] })), [deleted]);
    let updated = json!({ "UpdatedUtc": {
        "StartUtc": "2026-01-01T00:01:00Z", "EndUtc": "2026-01-01T00:02:00Z",
    } });
    assert_eq!(services(updated), [late]);
    let refusal = hotel.refusal(RATES, json!({ "Limitation": { "Count": 1 } }));
    assert!(refusal.starts_with("Invalid ServiceIds"), "{refusal}");
}

#[test]
fn an_extent_chooses_between_rates_and_groups() {
    let mut hotel = Hotel::new();
    let service = service(&hotel);
    let flexible = group(&hotel, service);
    let best = rate(&hotel, (service, flexible), &json!({}), json!({}));
    let call = |extent: Value| {
        let body = json!({
            "ServiceIds": [service], "Extent": extent, "Limitation": { "Count": 10 },
        });
        let answer = hotel.call(RATES, body).unwrap();
        (ids(&answer, "Rates"), ids(&answer, "RateGroups"))
    };
    assert_eq!(call(json!(null)), (vec![best], vec![flexible]));
    assert_eq!(call(json!({ "Rates": true })), (vec![best], vec![]));
    assert_eq!(call(json!({ "RateGroups": true })), (vec![], vec![flexible]));

    let body = json!({ "ServiceIds": [service], "Limitation": { "Count": 10 } });
    let answer = hotel.text(RATES, body.clone()).unwrap();
    let expected = format!(
        r#"{{"Rates":[{{"Id":"{best}","GroupId":"{flexible}","ServiceId":"{service}","BaseRateId":null,"IsBaseRate":true,"BusinessSegmentId":null,"IsActive":true,"IsEnabled":true,"IsPublic":true,"IsDefault":false,"Type":"Public","Names":{{"de-DE":"Beste","en-GB":"Best"}},"ShortName":null,"UpdatedUtc":"2026-01-01T00:00:00Z","ExternalNames":null,"Description":null,"ExternalIdentifier":null,"TaxExemptionReason":null,"TaxExemptionLegalReference":null,"Name":"Best"}}],"Cursor":"{best}","RateGroups":[{{"Id":"{flexible}","ServiceId":"{service}","IsActive":true,"Name":"Flexible","ExternalIdentifier":null}}],"RateRestrictions":{{"DateRestrictions":[],"EarlinessRestrictions":[],"LengthRestrictions":[]}}}}"#
    );
    assert_eq!(answer, expected);
    hotel.context.languages = Languages::new(Some("de-AT"), None);
    assert_eq!(hotel.call(RATES, body).unwrap()["Rates"][0]["Name"], "Beste");
}

#[test]
fn rate_groups_are_found_by_service_or_identifier() {
    let hotel = Hotel::new();
    let (first_service, other_service) = (service(&hotel), service(&hotel));
    let (first, other) = (group(&hotel, first_service), group(&hotel, other_service));
    let list = |body| hotel.list(GROUPS, "RateGroups", body);
    assert_eq!(list(json!({ "ServiceIds": [first_service] })), [first]);
    assert_eq!(list(json!({ "RateGroupIds": [other, Uuid::nil()] })), [other]);
    let deleted = json!({ "ServiceIds": [first_service], "ActivityStates": ["Deleted"] });
    assert!(list(deleted).is_empty());
    let refusal = hotel.refusal(GROUPS, json!({ "Limitation": { "Count": 1 } }));
    assert!(refusal.contains("RateGroupIds, ServiceIds"), "{refusal}");
}

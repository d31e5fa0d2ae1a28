use ostler_api::objects::Amount;
use ostler_contract::primitives::{Id, UtcInstant};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Cancellation, CancellationPolicies, fee};
use crate::property::Property;
use crate::rates::testing::with;
use crate::testing::{ENTERPRISE, Hotel};

const GROUP: Uuid = Uuid::from_u128(0x6);

fn amount(gross: u32) -> Amount {
    let text = format!(
        r#"{{"Currency":"EUR","NetValue":{gross},"GrossValue":{gross},"TaxValues":[{{"Code":"UK-2022-20%","Value":0}}],"Breakdown":{{"Items":[]}}}}"#
    );
    serde_json::from_str(&text).unwrap()
}

fn policy(hotel: &Hotel, changes: &Value) {
    let policy = json!({
        "RateGroupId": GROUP, "Applicability": "Start", "FeeExtent": ["TimeUnits"],
        "ApplicabilityOffset": "PT48H", "FeeMaximumTimeUnits": 1, "IsActive": true,
        "AbsoluteFee": { "Currency": "EUR", "Value": 15 }, "RelativeFee": 1,
    });
    hotel.add::<CancellationPolicies>(with(policy, changes));
}

/// What cancelling three nights for 100 and breakfasts for 30 costs at this moment; the reservation
/// was made on 1 January and starts on 10 January at 14:00 UTC, 15:00 at the hotel.
fn cost(hotel: &mut Hotel, now: &str) -> Option<String> {
    hotel.context.now = now.parse().unwrap();
    let context = hotel.context.clone();
    hotel.write(move |tx| {
        let property = Property::load(tx, ENTERPRISE)?;
        let instant = |text: &str| text.parse::<UtcInstant>().unwrap();
        let cancellation = Cancellation {
            rate_group: Id::new(GROUP),
            created: instant("2026-01-01T00:00:00Z"),
            scheduled_start: instant("2026-01-10T14:00:00Z"),
            units: &[amount(100), amount(100), amount(100)],
            products: Some(&amount(30)),
        };
        let fee = fee(tx, &context, &property, &cancellation)?;
        Ok(fee.map(|fee| fee.gross_value.to_string()))
    })
}

#[test]
fn cancelling_costs_from_the_moment_that_the_policy_says() {
    let cases = [
        ("Start", "PT48H", "2026-01-08T13:59:59Z", "2026-01-08T14:00:00Z"),
        ("StartDate", "P1D", "2026-01-08T22:59:59Z", "2026-01-08T23:00:00Z"),
        ("Creation", "P2D", "2026-01-02T23:59:59Z", "2026-01-03T00:00:00Z"),
    ];
    for (applicability, offset, before, from) in cases {
        let mut hotel = Hotel::new();
        policy(&hotel, &json!({ "Applicability": applicability, "ApplicabilityOffset": offset }));
        assert_eq!(cost(&mut hotel, before), None, "{applicability}");
        assert_eq!(cost(&mut hotel, from).as_deref(), Some("115.0"), "{applicability}");
    }
}

#[test]
fn the_fee_is_a_share_of_what_it_extends_to() {
    let tried = |changes: Value| {
        let mut hotel = Hotel::new();
        policy(&hotel, &changes);
        cost(&mut hotel, "2026-01-10T00:00:00Z")
    };
    let free = json!({ "Currency": "EUR", "Value": 0 });
    let dear = json!({ "Currency": "EUR", "Value": 500 });
    let both = ["TimeUnits", "Products"];
    for (changes, expected) in [
        (json!({ "FeeMaximumTimeUnits": null }), Some("315.0")),
        (json!({ "FeeMaximumTimeUnits": 0 }), Some("15.0")),
        (json!({ "FeeMaximumTimeUnits": 2, "RelativeFee": 0.4 }), Some("95.0")),
        (json!({ "FeeExtent": ["Products"] }), Some("45.0")),
        (json!({ "FeeExtent": [] , "AbsoluteFee": free }), None),
        // Not more than everything, unless the fixed fee alone is.
        (json!({ "FeeExtent": both, "FeeMaximumTimeUnits": null }), Some("330.0")),
        (json!({ "AbsoluteFee": dear }), Some("500.0")),
        (json!({ "IsActive": false }), None),
        (json!({ "RateGroupId": Uuid::nil() }), None),
    ] {
        assert_eq!(tried(changes.clone()).as_deref(), expected, "{changes}");
    }
}

#[test]
fn the_highest_of_several_fees_is_due() {
    let mut hotel = Hotel::new();
    policy(&hotel, &json!({ "ApplicabilityOffset": "P7D", "RelativeFee": 0.5 }));
    policy(&hotel, &json!({ "ApplicabilityOffset": "P1D" }));
    assert_eq!(cost(&mut hotel, "2026-01-04T00:00:00Z").as_deref(), Some("65.0"));
    assert_eq!(cost(&mut hotel, "2026-01-10T00:00:00Z").as_deref(), Some("115.0"));
}

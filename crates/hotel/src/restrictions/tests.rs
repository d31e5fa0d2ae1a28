use ostler_api::objects::Amount;
use ostler_contract::primitives::{Id, UtcInstant};
use ostler_store::Stored;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Booking, Restrictions, check_applicability};
use crate::rates::Rates;
use crate::rates::testing::{category, group, rate, service, stored_service, with};
use crate::testing::{ENTERPRISE, Hotel};
use crate::vouchers::{OpenedRate, VoucherAssignments, VoucherCodes, Vouchers};

/// Midnight in Budapest of so many days after Saturday 2026-01-10.
fn day(days: i64) -> UtcInstant {
    let first: UtcInstant = "2026-01-09T23:00:00Z".parse().unwrap();
    UtcInstant::from_seconds(first.seconds() + days * 86_400).unwrap()
}

fn at(days: i64, hour: i64) -> UtcInstant {
    UtcInstant::from_seconds(day(days).seconds() + hour * 3600).unwrap()
}

struct House {
    hotel: Hotel,
    service: Uuid,
    category: Uuid,
    group: Uuid,
    rate: Uuid,
    dependent: Uuid,
}

fn house() -> House {
    let hotel = Hotel::new();
    let service = service(&hotel);
    let (category, group) = (category(&hotel, service, 0), group(&hotel, service));
    let best = rate(&hotel, (service, group), &json!({}), json!({}));
    let derived = json!({ "BaseRateId": best, "IsBaseRate": false });
    let dependent = rate(&hotel, (service, group), &derived, json!({}));
    House { hotel, service, category, group, rate: best, dependent }
}

/// How a stay is booked.
#[derive(Clone, Copy, Default)]
struct How {
    code: Option<&'static str>,
    company: Option<Uuid>,
    agency: Option<Uuid>,
    block: Option<Uuid>,
}

impl House {
    /// Restricts stays from one day to another, both included.
    fn restrict(&self, kind: &str, days: (i64, i64), conditions: &Value, exceptions: &Value) {
        let own = json!({ "Type": kind, "StartUtc": day(days.0), "EndUtc": day(days.1) });
        self.hotel.add::<Restrictions>(json!({
            "ServiceId": self.service, "Origin": "Integration",
            "Conditions": with(own, conditions), "Exceptions": exceptions,
        }));
    }

    fn close(&self, conditions: &Value) {
        self.restrict("Stay", (0, 30), conditions, &json!(null));
    }

    /// The key of the sentence that refuses a stay for 100 a night; empty where nothing does.
    fn book(&self, rate: Uuid, (from, to): (i64, i64), how: How) -> String {
        let (service, category) = (self.service, self.category);
        let context = self.hotel.context.clone();
        let outcome = self.hotel.try_write(move |tx| {
            let (property, service) = stored_service(tx, service)?;
            let rate: Stored<Rates> = tx.get(ENTERPRISE, rate)?.unwrap();
            let units: Vec<UtcInstant> = (from..to).map(day).collect();
            let price: Amount = serde_json::from_str(
                r#"{"Currency":"EUR","NetValue":100,"GrossValue":100,"TaxValues":[],"Breakdown":{"Items":[]}}"#,
            )
            .unwrap();
            let prices = vec![price; units.len()];
            let booking = Booking {
                service: &service,
                rate: &rate,
                category: Id::new(category),
                units: &units,
                start: at(from, 15),
                end: at(to, 12),
                prices: &prices,
                block: how.block.map(Id::new),
                voucher_code: how.code,
                company: how.company.map(Id::new),
                travel_agency: how.agency.map(Id::new),
            };
            check_applicability(tx, &context, &property, &booking)
        });
        outcome.map_or_else(|error| error.to_string(), |_| String::new())
    }

    fn stay(&self, from: i64, to: i64) -> String {
        self.book(self.rate, (from, to), How::default())
    }
}

#[test]
fn stays_arrivals_and_departures_are_closed_on_their_days() {
    let house = house();
    house.restrict("Stay", (10, 11), &json!({}), &json!(null));
    assert_eq!(house.stay(8, 10), "");
    assert_eq!(house.stay(8, 11), "restriction-closed");
    assert_eq!(house.stay(11, 14), "restriction-closed");
    assert_eq!(house.stay(12, 14), "");
    house.restrict("Start", (20, 20), &json!({}), &json!(null));
    assert_eq!(house.stay(20, 22), "restriction-closed-to-arrival");
    assert_eq!(house.stay(19, 22), "");
    house.restrict("End", (24, 24), &json!({}), &json!(null));
    assert_eq!(house.stay(23, 24), "restriction-closed-to-departure");
    assert_eq!(house.stay(23, 25), "");
    assert_eq!(house.stay(24, 25), "");
}

#[test]
fn restrictions_have_no_end_unless_they_say_so() {
    let house = house();
    house.restrict("Stay", (5, 0), &json!({ "EndUtc": null }), &json!(null));
    assert_eq!(house.stay(3, 5), "");
    assert_eq!(house.stay(600, 601), "restriction-closed");
    house.restrict("Start", (0, -5), &json!({ "StartUtc": null }), &json!(null));
    assert_eq!(house.stay(-9, -8), "restriction-closed-to-arrival");
}

#[test]
fn days_of_the_week_are_those_of_the_property() {
    let house = house();
    // Day 0 is a Saturday in Budapest, where its midnight is still Friday in UTC.
    house.close(&json!({ "Days": ["Saturday"] }));
    assert_eq!(house.stay(0, 1), "restriction-closed");
    assert_eq!(house.stay(1, 7), "");
    assert_eq!(house.stay(1, 8), "restriction-closed");
}

#[test]
fn rates_are_restricted_by_themselves_their_base_and_their_group() {
    let refused = |of: &dyn Fn(&House) -> Value| {
        let house = house();
        house.close(&of(&house));
        [house.rate, house.dependent].map(|it| !house.book(it, (0, 1), How::default()).is_empty())
    };
    assert_eq!(refused(&|house| json!({ "ExactRateId": house.rate })), [true, false]);
    assert_eq!(refused(&|house| json!({ "BaseRateId": house.rate })), [true, true]);
    assert_eq!(refused(&|house| json!({ "BaseRateId": house.dependent })), [false, true]);
    assert_eq!(refused(&|house| json!({ "RateGroupId": house.group })), [true, true]);
    assert_eq!(refused(&|_| json!({ "RateGroupId": Uuid::nil() })), [false, false]);
    assert_eq!(refused(&|house| json!({ "ResourceCategoryId": house.category })), [true, true]);
    assert_eq!(refused(&|_| json!({ "ResourceCategoryId": Uuid::nil() })), [false, false]);
    assert_eq!(refused(&|_| json!({ "ResourceCategoryType": "Room" })), [true, true]);
    assert_eq!(refused(&|_| json!({ "ResourceCategoryType": "Bed" })), [false, false]);
}

#[test]
fn exceptions_lift_a_restriction_where_all_are_met() {
    let tried = |exceptions: Value, days| {
        let house = house();
        house.restrict("Stay", (0, 30), &json!({}), &exceptions);
        house.book(house.rate, days, How::default())
    };
    let min_length = json!({ "MinLength": "P2D" });
    assert_eq!(tried(min_length.clone(), (0, 1)), "restriction-min-length");
    assert_eq!(tried(min_length, (0, 2)), "");
    assert_eq!(tried(json!({ "MaxLength": "P2D" }), (0, 3)), "restriction-max-length");
    assert_eq!(tried(json!({ "MaxLength": "P2D" }), (0, 2)), "");
    // It is nine days and some hours before day 0.
    assert_eq!(tried(json!({ "MinAdvance": "P10D" }), (0, 1)), "restriction-min-advance");
    assert_eq!(tried(json!({ "MinAdvance": "P9D" }), (0, 1)), "");
    assert_eq!(tried(json!({ "MaxAdvance": "P9D" }), (0, 1)), "restriction-max-advance");
    assert_eq!(tried(json!({ "MaxAdvance": "P10D" }), (0, 1)), "");
    let price = |name: &str, value: u32| json!({ name: { "Currency": "EUR", "Value": value } });
    assert_eq!(tried(price("MinPrice", 101), (0, 1)), "restriction-min-price");
    assert_eq!(tried(price("MinPrice", 100), (0, 1)), "");
    assert_eq!(tried(price("MaxPrice", 99), (0, 1)), "restriction-max-price");
    let both = json!({ "MinLength": "P2D", "MaxAdvance": "P1D" });
    assert_eq!(tried(both, (0, 2)), "restriction-max-advance");
}

#[test]
fn nights_are_counted_across_the_change_of_clocks() {
    let house = house();
    // 2026-03-28 to 2026-03-30: two nights of 47 hours together.
    house.restrict("Stay", (0, 200), &json!({}), &json!({ "MinLength": "P2D" }));
    let house_at = |text: &str| text.parse::<UtcInstant>().unwrap();
    let (service, category, rate) = (house.service, house.category, house.rate);
    let context = house.hotel.context.clone();
    let outcome = house.hotel.try_write(move |tx| {
        let (property, service) = stored_service(tx, service)?;
        let rate: Stored<Rates> = tx.get(ENTERPRISE, rate)?.unwrap();
        let units = ["2026-03-27T23:00:00Z", "2026-03-28T23:00:00Z"].map(house_at);
        let booking = Booking {
            service: &service,
            rate: &rate,
            category: Id::new(category),
            units: &units,
            start: house_at("2026-03-28T14:00:00Z"),
            end: house_at("2026-03-30T10:00:00Z"),
            prices: &[],
            block: None,
            voucher_code: None,
            company: None,
            travel_agency: None,
        };
        check_applicability(tx, &context, &property, &booking)
    });
    assert!(outcome.is_ok());
}

#[test]
fn a_private_rate_needs_a_voucher_that_opens_it() {
    let house = house();
    let private = json!({ "Type": "Private", "IsPublic": false });
    let secret = rate(&house.hotel, (house.service, house.group), &private, json!({}));
    let partner = Uuid::from_u128(0x77);
    let voucher = |changes: Value, code: &str, validity: Value| {
        let voucher = json!({
            "ServiceId": house.service, "Name": "V", "Type": "Public", "IsActive": true,
            "ActivityState": "Active",
        });
        let voucher = house.hotel.add::<Vouchers>(with(voucher, &changes));
        let code = json!({
            "VoucherId": voucher, "Value": code, "IsActive": true, "ActivityState": "Active",
        });
        house.hotel.add::<VoucherCodes>(with(code, &validity));
        voucher
    };
    let open = |voucher: Uuid| {
        house.hotel.write(move |tx| {
            let (id, voucher_id, rate_id) = (tx.new_id(), Id::new(voucher), Id::new(secret));
            let opened = OpenedRate { id, voucher_id, rate_id };
            tx.insert::<VoucherAssignments>(ENTERPRISE, opened, ()).map(drop)
        });
    };
    let book = |how| house.book(secret, (0, 2), how);
    let by = |code| How { code: Some(code), ..How::default() };
    assert_eq!(book(How::default()), "rate-private");
    assert_eq!(book(by("NONE")), "voucher-unknown");
    let public = voucher(json!({}), "OPEN", json!({}));
    assert_eq!(book(by("OPEN")), "voucher-not-for-rate");
    open(public);
    assert_eq!(book(by("OPEN")), "");
    open(voucher(json!({}), "OVER", json!({ "ValidityEndUtc": "2025-12-31T00:00:00Z" })));
    assert_eq!(book(by("OVER")), "voucher-not-valid-now");
    open(voucher(json!({ "OccupiableIntervalEndUtc": day(0) }), "SHORT", json!({})));
    assert_eq!(book(by("SHORT")), "voucher-not-for-dates");
    assert_eq!(house.book(secret, (0, 1), by("SHORT")), "");
    open(voucher(json!({ "Type": "PartnerCompany", "CompanyId": partner }), "PARTNER", json!({})));
    assert_eq!(book(by("PARTNER")), "voucher-not-for-company");
    assert_eq!(book(How { company: Some(partner), ..by("PARTNER") }), "");
    open(voucher(json!({ "Type": "TravelAgency", "TravelAgencyId": partner }), "AGENT", json!({})));
    assert_eq!(book(How { agency: Some(partner), ..by("AGENT") }), "");
    open(voucher(json!({ "IsActive": false }), "GONE", json!({})));
    assert_eq!(book(by("GONE")), "voucher-unknown");
}

#[test]
fn reservations_of_a_block_heed_what_names_their_rate_only() {
    let house = house();
    let own = json!({ "Type": "AvailabilityBlock", "IsPublic": false });
    let own = rate(&house.hotel, (house.service, house.group), &own, json!({}));
    let how = How { block: Some(Uuid::from_u128(0xb)), ..How::default() };
    house.close(&json!({}));
    assert_eq!(house.book(own, (0, 1), How::default()), "rate-private");
    assert_eq!(house.book(own, (0, 1), how), "");
    house.close(&json!({ "ExactRateId": own }));
    assert_eq!(house.book(own, (0, 1), how), "restriction-closed");
}

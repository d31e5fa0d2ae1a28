//! What holds whatever happened.

use std::collections::{BTreeMap, BTreeSet};

use ostler_hotel::accounting_categories::AccountingCategories;
use ostler_hotel::addresses::Addresses;
use ostler_hotel::age_categories::AgeCategories;
use ostler_hotel::bills::{self, Bills};
use ostler_hotel::business_segments::BusinessSegments;
use ostler_hotel::companies::Companies;
use ostler_hotel::companionships::Companionships;
use ostler_hotel::counters::Counters;
use ostler_hotel::customers::Customers;
use ostler_hotel::order_items::OrderItems;
use ostler_hotel::orders::ProductServiceOrders;
use ostler_hotel::payments::Payments;
use ostler_hotel::product_categories::ProductCategories;
use ostler_hotel::products::Products;
use ostler_hotel::property::Property;
use ostler_hotel::rate_groups::RateGroups;
use ostler_hotel::rates::Rates;
use ostler_hotel::reservation_groups::ReservationGroups;
use ostler_hotel::reservations::Reservations;
use ostler_hotel::resource_categories::ResourceCategories;
use ostler_hotel::resources::Resources;
use ostler_hotel::services::Services;
use ostler_hotel::vouchers::Vouchers;
use ostler_worlds::world::World;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::desk::Desk;

/// Days whose availability is counted, around the current one.
const DAYS: (i64, i64) = (-3, 25);
/// Seconds of a day without a change of the clocks.
const DAY: i64 = 86_400;
/// The demo's rooms are occupied from seven in the evening to eight in the morning.
const OCCUPIED: (i64, i64) = (19 * 3600, 8 * 3600);
/// Properties that name profiles of staff and integrations, which are no documents.
const PROFILES: [&str; 2] = ["CreatorProfileId", "UpdaterProfileId"];

/// Everything there is in the hotel.
struct Whole {
    reservations: Vec<Value>,
    items: Vec<Value>,
    payments: Vec<Value>,
    bills: Vec<Value>,
    rooms: Vec<Value>,
    companionships: Vec<Value>,
}

/// Holds the hotel against every law.
///
/// # Panics
/// Says which law is broken by what.
pub(crate) fn hold(desk: &mut Desk) {
    let whole = Whole {
        reservations: desk.all::<Reservations>(),
        items: desk.all::<OrderItems>(),
        payments: desk.all::<Payments>(),
        bills: desk.all::<Bills>(),
        rooms: desk.all::<Resources>(),
        companionships: desk.all::<Companionships>(),
    };
    rooms_are_held_once(&whole);
    stays_fit_their_state(&whole);
    items_fit_their_order(&whole);
    amounts_add_up(&whole);
    bills_are_the_sum_of_their_items(desk, &whole);
    closed_bills_stay(desk, &whole);
    references_lead_somewhere(desk, &whole);
    availability_is_stock_less_stays(desk, &whole);
    documents_agree(&desk.world);
}

/// Every document agrees with its index columns and with the log of changes.
fn documents_agree(world: &World) {
    let folder = tempfile::tempdir().expect("a folder");
    world.store.copy_to(&folder.path().join(World::DATABASE)).expect("a copy");
    let found = World::verify(folder.path(), &mut |_| {}).expect("a verification");
    assert!(found.problems.is_empty(), "{:?}", found.problems);
}

/// No two stays that are to come or under way have one room at the same time, nor one of them a
/// part of the other's. Guests who are in do not share one either, whenever they were to leave.
fn rooms_are_held_once(whole: &Whole) {
    let parents: BTreeMap<&str, &str> = whole
        .rooms
        .iter()
        .filter_map(|it| Some((it["Id"].as_str()?, it["ParentResourceId"].as_str()?)))
        .collect();
    let lineage = |room: &str| -> Vec<String> {
        let mut all = vec![room.to_owned()];
        let mut at = room;
        while let Some(parent) = parents.get(at) {
            assert!(!all.iter().any(|it| it == parent), "{room} is a part of itself");
            all.push((*parent).to_owned());
            at = parent;
        }
        all
    };
    let live: Vec<&Value> = whole
        .reservations
        .iter()
        .filter(|it| matches!(text(it, "State"), "Confirmed" | "Started" | "Optional"))
        .filter(|it| !it["AssignedResourceId"].is_null())
        .collect();
    for (index, one) in live.iter().enumerate() {
        for other in &live[index + 1..] {
            let (a, b) = (text(one, "AssignedResourceId"), text(other, "AssignedResourceId"));
            let related =
                lineage(a).iter().any(|it| it == b) || lineage(b).iter().any(|it| it == a);
            let meet = text(one, "ScheduledStartUtc") < text(other, "ScheduledEndUtc")
                && text(other, "ScheduledStartUtc") < text(one, "ScheduledEndUtc");
            let both_in = text(one, "State") == "Started" && text(other, "State") == "Started";
            assert!(!related || !meet, "two stays in one room: {one} {other}");
            assert!(!related || !both_in, "two parties in one room: {one} {other}");
        }
    }
}

/// Times and reasons are there where the state says so, and only there; numbers are unique.
fn stays_fit_their_state(whole: &Whole) {
    let mut numbers = BTreeSet::new();
    for it in &whole.reservations {
        assert!(numbers.insert(text(it, "Number")), "a number twice: {it}");
        let state = text(it, "State");
        let has = |name: &str| !it[name].is_null();
        assert_eq!(state == "Canceled", has("CancelledUtc"), "{it}");
        assert_eq!(state == "Canceled", has("CancellationReason"), "{it}");
        assert_eq!(matches!(state, "Started" | "Processed"), has("ActualStartUtc"), "{it}");
        assert_eq!(state == "Processed", has("ActualEndUtc"), "{it}");
        assert!(state != "Started" || has("AssignedResourceId"), "{it}");
        assert!(text(it, "ScheduledStartUtc") < text(it, "ScheduledEndUtc"), "{it}");
        let persons = it["PersonCounts"].as_array().expect("a list");
        let persons: u64 = persons.iter().filter_map(|it| it["Count"].as_u64()).sum();
        let guests: Vec<&str> = whole
            .companionships
            .iter()
            .filter(|guest| guest["ReservationId"] == it["Id"])
            .map(|guest| text(guest, "CustomerId"))
            .collect();
        let distinct: BTreeSet<&&str> = guests.iter().collect();
        assert_eq!(distinct.len(), guests.len(), "a guest twice: {it}");
        assert!(persons > 0, "nobody stays: {it}");
    }
}

/// Items of what is cancelled or not confirmed do not count; those of a stay are of its account's
/// enterprise and name what they belong to.
fn items_fit_their_order(whole: &Whole) {
    let stays: BTreeMap<&str, &Value> =
        whole.reservations.iter().map(|it| (text(it, "Id"), it)).collect();
    for item in &whole.items {
        let state = text(item, "AccountingState");
        assert_eq!(state == "Canceled", !item["CanceledUtc"].is_null(), "{item}");
        // What has no value is inactive on a closed bill, too.
        assert!(state != "Closed" || !item["ClosedUtc"].is_null(), "{item}");
        assert!(state != "Open" || item["ClosedUtc"].is_null(), "{item}");
        let gross = decimal(&item["Amount"]["GrossValue"]);
        assert!(state != "Open" || !gross.is_zero(), "an open item of no value: {item}");
        let Some(stay) = stays.get(text(item, "ServiceOrderId")) else { continue };
        if matches!(text(stay, "State"), "Optional" | "Inquired" | "Requested") {
            assert!(matches!(state, "Inactive" | "Canceled"), "not confirmed: {item} {stay}");
        }
        if text(stay, "State") == "Canceled" && text(item, "Type") == "SpaceOrder" {
            assert_ne!(state, "Open", "a night of a cancelled stay: {item}");
        }
    }
}

/// Gross is net with taxes, and the total is that of the units.
fn amounts_add_up(whole: &Whole) {
    for it in whole.items.iter().chain(&whole.payments) {
        for name in ["UnitAmount", "Amount", "OriginalAmount"] {
            let amount = &it[name];
            if amount.is_null() {
                continue;
            }
            let taxes = amount["TaxValues"].as_array().into_iter().flatten();
            let taxes: Decimal = taxes.map(|it| decimal(&it["Value"])).sum();
            let (net, gross) = (decimal(&amount["NetValue"]), decimal(&amount["GrossValue"]));
            assert_eq!(net + taxes, gross, "{name} of {it}");
        }
    }
}

/// What is to be paid on a bill is what is on it; every item that counts is on one bill.
fn bills_are_the_sum_of_their_items(desk: &Desk, whole: &Whole) {
    let mut seen = BTreeSet::new();
    let mut numbers = BTreeSet::new();
    for bill in &whole.bills {
        let contents = desk.whole_bill(bill);
        let is_closed = text(bill, "State") == "Closed";
        let mut sum = Decimal::ZERO;
        for item in list(&contents["Items"]).chain(list(&contents["Payments"])) {
            let state = text(item, "AccountingState");
            assert!(seen.insert(text(item, "Id").to_owned()), "on two bills: {item}");
            assert!(!is_closed || state != "Open", "open on a closed bill: {item} {bill}");
            assert!(is_closed || state != "Closed", "closed on an open bill: {item} {bill}");
            assert_eq!(item["AccountId"], bill["AccountId"], "on a bill of others: {item} {bill}");
            if matches!(state, "Open" | "Closed") {
                sum += decimal(&item["Amount"]["GrossValue"]);
            }
        }
        let id: Uuid = text(bill, "Id").parse().expect("an identifier");
        let enterprise = desk.house.enterprise;
        let balance = desk.look(move |snapshot| {
            let property = Property::load(snapshot, enterprise)?;
            bills::balance(snapshot, &property, ostler_contract::primitives::Id::new(id))
        });
        assert_eq!(balance.0, sum, "the balance of {bill} is not that of {contents}");
        assert!(!is_closed || sum.is_zero(), "closed and not paid: {bill} {contents}");
        assert_eq!(is_closed, !bill["Number"].is_null(), "{bill}");
        assert!(!is_closed || numbers.insert(text(bill, "Number")), "a number twice: {bill}");
    }
    for item in whole.items.iter().chain(&whole.payments) {
        let counts = matches!(text(item, "AccountingState"), "Open" | "Closed");
        assert!(!counts || seen.contains(text(item, "Id")), "on no bill: {item}");
    }
}

/// What is closed does not change any more.
fn closed_bills_stay(desk: &Desk, whole: &Whole) {
    let bills: BTreeMap<&str, &Value> = whole.bills.iter().map(|it| (text(it, "Id"), it)).collect();
    for (id, then) in &desk.closed {
        let bill = bills.get(id.as_str()).unwrap_or_else(|| panic!("gone: {then}"));
        assert_eq!(desk.whole_bill(bill), *then, "a closed bill has changed");
    }
    let closed = whole.bills.iter().filter(|it| text(it, "State") == "Closed");
    assert_eq!(closed.count(), desk.closed.len(), "a bill was closed by something else");
}

/// Every identifier in a document that refers to another one leads to it.
fn references_lead_somewhere(desk: &Desk, whole: &Whole) {
    let more = [
        desk.all::<AccountingCategories>(),
        desk.all::<Addresses>(),
        desk.all::<AgeCategories>(),
        desk.all::<BusinessSegments>(),
        desk.all::<Companies>(),
        desk.all::<Counters>(),
        desk.all::<Customers>(),
        desk.all::<ProductServiceOrders>(),
        desk.all::<ProductCategories>(),
        desk.all::<Products>(),
        desk.all::<RateGroups>(),
        desk.all::<Rates>(),
        desk.all::<ReservationGroups>(),
        desk.all::<ResourceCategories>(),
        desk.all::<Services>(),
        desk.all::<Vouchers>(),
    ];
    let own = [
        &whole.reservations,
        &whole.items,
        &whole.payments,
        &whole.bills,
        &whole.rooms,
        &whole.companionships,
    ];
    let documents: Vec<&Value> = own.into_iter().chain(&more).flatten().collect();
    let mut ids: BTreeSet<String> = documents.iter().map(|it| text(it, "Id").to_owned()).collect();
    ids.insert(desk.house.enterprise.to_string());
    ids.insert(ostler_worlds::demo::CHAIN.to_string());
    for document in documents {
        resolve(document, document, &ids);
    }
}

fn resolve(value: &Value, document: &Value, ids: &BTreeSet<String>) {
    match value {
        Value::Array(values) => values.iter().for_each(|it| resolve(it, document, ids)),
        Value::Object(properties) => {
            for (name, value) in properties {
                match value {
                    Value::String(id)
                        if name.ends_with("Id") && !PROFILES.contains(&name.as_str()) =>
                    {
                        let known = ids.contains(id) || id.parse::<Uuid>().is_err();
                        assert!(known, "{name} leads nowhere in {document}");
                    }
                    Value::String(_) => {}
                    value => resolve(value, document, ids),
                }
            }
        }
        _ => {}
    }
}

/// Both ways of asking for availability agree with the stays, and with what exists.
fn availability_is_stock_less_stays(desk: &mut Desk, whole: &Whole) {
    let today = desk.now().seconds();
    // Local midnights: the demo's zones are whole hours from UTC.
    let body = |from: i64, to: i64| {
        json!({
            "ServiceId": desk.house.stay,
            "StartUtc": instant(today + from * DAY), "EndUtc": instant(today + to * DAY),
        })
    };
    let body = body(DAYS.0, DAYS.1);
    let classic = desk.send("services/getAvailability", body);
    let units = classic["TimeUnitStartsUtc"].as_array().expect("units").clone();
    let (first, last) = (units.first().expect("a unit"), units.last().expect("a unit"));
    let metrics = [
        "ActiveResources",
        "OtherServiceReservationCount",
        "Occupied",
        "ConfirmedReservations",
        "OptionalReservations",
        "UsableResources",
        "PublicAvailabilityAdjustment",
    ];
    let body = json!({
        "ServiceId": desk.house.stay, "FirstTimeUnitStartUtc": first,
        "LastTimeUnitStartUtc": last, "Metrics": metrics,
    });
    let figures = desk.send("services/getAvailability/2024-01-22", body);
    let starts: Vec<i64> = units.iter().map(seconds).collect();
    for (category, all) in list(&classic["CategoryAvailabilities"])
        .zip(list(&figures["ResourceCategoryAvailabilities"]))
    {
        assert_eq!(category["CategoryId"], all["ResourceCategoryId"]);
        for (unit, start) in starts.iter().enumerate() {
            let of = |name: &str| all["Metrics"][name][unit].as_i64().expect("a figure");
            let left = category["Availabilities"][unit].as_i64().expect("a figure");
            let taken = of("OtherServiceReservationCount") + of("Occupied");
            let adjusted = of("ActiveResources") + of("PublicAvailabilityAdjustment");
            assert_eq!(left, adjusted - taken, "unit {unit} of {category} {all}");
            assert!(left <= of("ActiveResources"), "more than there is: {category}");
            assert!(of("UsableResources") <= of("ActiveResources"), "{all}");
            let stock = desk.house.categories.iter().find(|it| category["CategoryId"] == it.id);
            let stock = stock.map_or(0, |it| it.rooms.len());
            assert!(of("ActiveResources") <= i64::try_from(stock).expect("few"), "{all}");
            let next = starts.get(unit + 1).copied().unwrap_or(start + DAY);
            if next - start != DAY {
                continue;
            }
            let counted = stays_in(
                whole,
                text(category, "CategoryId"),
                (start + OCCUPIED.0, next + OCCUPIED.1),
            );
            let given = (of("ConfirmedReservations"), of("OptionalReservations"));
            assert_eq!(given, counted, "unit {unit} from {} of {category}", units[unit]);
        }
    }
}

/// How many stays of the category occupy a room in this time: confirmed ones, and optional ones.
fn stays_in(whole: &Whole, category: &str, (from, to): (i64, i64)) -> (i64, i64) {
    let (mut confirmed, mut optional) = (0, 0);
    for it in &whole.reservations {
        if text(it, "RequestedResourceCategoryId") != category {
            continue;
        }
        let (start, mut end) = (seconds(&it["ScheduledStartUtc"]), seconds(&it["ScheduledEndUtc"]));
        if text(it, "State") == "Processed" {
            end = end.min(seconds(&it["ActualEndUtc"]));
        }
        if start < to && end > from && start < end {
            match text(it, "State") {
                "Confirmed" | "Started" | "Processed" => confirmed += 1,
                "Optional" => optional += 1,
                _ => {}
            }
        }
    }
    (confirmed, optional)
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn decimal(value: &Value) -> Decimal {
    let text = value.to_string();
    text.parse().or_else(|_| Decimal::from_scientific(&text)).expect("a number")
}

fn seconds(value: &Value) -> i64 {
    let instant: Result<ostler_contract::primitives::UtcInstant, _> =
        value.as_str().unwrap_or_default().parse();
    instant.expect("an instant").seconds()
}

fn instant(seconds: i64) -> ostler_contract::primitives::UtcInstant {
    ostler_contract::primitives::UtcInstant::from_seconds(seconds).expect("an instant")
}

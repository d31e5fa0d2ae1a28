//! What guests and staff do, as chance says: deep into a stay, and next to it.

use arbitrary::{Result, Unstructured};
use ostler::app::OPERATIONS_PATH;
use ostler_contract::primitives::{Id, UtcInstant};
use ostler_hotel::bills::{self, Bills};
use ostler_hotel::property::Property;
use ostler_hotel::registry::OPERATIONS;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::desk::{Booked, Desk};

const HOUR: i64 = 3600;
/// The longest wait for an arrival or a departure, in hours; sequences stay within their season.
const WAIT_HOURS_MAX: i64 = 24 * 12;

/// Values of amounts, in the hotel's way of stating them.
const VALUES: [&str; 10] = ["100", "12.34", "0.01", "0", "-5", "33.33", "1", "99.995", "250", "7"];

/// Lets one thing happen.
///
/// # Errors
/// Where the chance is used up or nothing is known that it could happen to.
pub(crate) fn step(desk: &mut Desk, chance: &mut Unstructured<'_>) -> Result<()> {
    match chance.int_in_range(0..=39)? {
        0..=7 => anything(desk, chance),
        8..=12 => book(desk, chance),
        13..=16 => arrive(desk, chance),
        17..=19 => order(desk, chance),
        20..=21 => pay(desk, chance),
        22..=24 => depart(desk, chance),
        25..=26 => close(desk, chance),
        27 => add_customer(desk, chance).map(drop),
        28 => add_company(desk, chance).map(drop),
        29 => open_or_delete_bills(desk, chance),
        30..=32 => change(desk, chance),
        33 => move_interval(desk, chance),
        34 => cancel(desk, chance),
        35 => confirm(desk, chance),
        36 => companions(desk, chance),
        37 => add_product(desk, chance),
        _ => {
            let hours = *chance.choose(&[1, 6, 24, 30])?;
            let until = later(desk.now(), hours);
            desk.wait(until);
            Ok(())
        }
    }
}

/// Any operation, made after its schema.
fn anything(desk: &mut Desk, chance: &mut Unstructured<'_>) -> Result<()> {
    let operation = chance.choose(OPERATIONS)?;
    let path = format!("{OPERATIONS_PATH}{}", operation.address);
    let body = desk.maker.request(&path, chance)?;
    if body.is_object() {
        desk.send(operation.address, body);
    }
    Ok(())
}

fn add_customer(desk: &mut Desk, chance: &mut Unstructured<'_>) -> Result<String> {
    let nationality = chance.choose(&["GB", "DE", "US"])?;
    let options: &[&str] = if chance.arbitrary()? { &["Invoiceable"] } else { &[] };
    let body = json!({
        "FirstName": "Ada", "LastName": "Ember", "NationalityCode": nationality,
        "Options": options, "OverwriteExisting": false,
    });
    let said = desk.send("customers/add", body);
    let id = said["Id"].as_str().ok_or(arbitrary::Error::IncorrectFormat)?.to_owned();
    desk.maker.keep("CustomerId", &id);
    Ok(id)
}

fn add_company(desk: &mut Desk, chance: &mut Unstructured<'_>) -> Result<()> {
    let (invoiced, fees) = (chance.arbitrary::<bool>()?, chance.arbitrary::<bool>()?);
    let body = json!({
        "Name": "Ember Ltd", "Iata": null, "InvoiceDueInterval": "P0M14DT0H0M0S",
        "Options": {
            "Invoiceable": invoiced, "AddFeesToInvoices": fees,
            "AddTaxDeductedPaymentToInvoices": false,
        },
    });
    desk.send("companies/add", body);
    Ok(())
}

fn customer(desk: &mut Desk, chance: &mut Unstructured<'_>) -> Result<String> {
    match desk.maker.known("CustomerId", chance) {
        Ok(known) if chance.ratio(3_u8, 4)? => Ok(known),
        _ => add_customer(desk, chance),
    }
}

fn account(desk: &mut Desk, chance: &mut Unstructured<'_>) -> Result<String> {
    match desk.maker.known("AccountId", chance) {
        Ok(known) => Ok(known),
        Err(_) => add_customer(desk, chance),
    }
}

fn amount(desk: &Desk, chance: &mut Unstructured<'_>) -> Result<Value> {
    let value: Value = serde_json::from_str(chance.choose(&VALUES)?).expect("a number");
    let currency = if chance.ratio(1_u8, 6)? {
        *chance.choose(desk.house.currencies)?
    } else {
        desk.house.currencies[0]
    };
    let taxes = if chance.arbitrary()? { desk.house.taxes } else { &[] };
    Ok(json!({ "Currency": currency, desk.house.value: value, "TaxCodes": taxes }))
}

fn book(desk: &mut Desk, chance: &mut Unstructured<'_>) -> Result<()> {
    let mut stays = Vec::new();
    let mut asked = Vec::new();
    for _ in 0..chance.int_in_range(1..=2)? {
        let customer = customer(desk, chance)?;
        let category = chance.choose(&desk.house.categories)?.clone();
        let days = *chance.choose(&[0, 0, 1, 2, 5])?;
        let nights = chance.int_in_range(1..=4)?;
        let today = desk.now().seconds().div_euclid(24 * HOUR) * 24 * HOUR;
        let start = instant(today + days * 24 * HOUR + 16 * HOUR);
        let end = instant(today + (days + nights) * 24 * HOUR + 11 * HOUR);
        let state =
            *chance.choose(&["Confirmed", "Confirmed", "Confirmed", "Optional", "Enquired"])?;
        let persons = chance.int_in_range(1..=category.capacity)?;
        let room = if chance.arbitrary()? { Some(chance.choose(&category.rooms)?) } else { None };
        let price = if chance.ratio(1_u8, 4)? { Some(amount(desk, chance)?) } else { None };
        let extra = if chance.ratio(1_u8, 4)? {
            Some(json!([{ "ProductId": chance.choose(&desk.house.extras)? }]))
        } else {
            None
        };
        stays.push(json!({
            "StartUtc": start, "EndUtc": end, "State": state,
            "PersonCounts": [{ "AgeCategoryId": desk.house.ages[0], "Count": persons }],
            "CustomerId": customer, "RequestedCategoryId": category.id,
            "AssignedResourceId": room, "RateId": chance.choose(&desk.house.rates)?,
            "TimeUnitAmount": price, "ProductOrders": extra,
            "ReleasedUtc": (state == "Optional").then(|| later(start, -5)),
        }));
        asked.push(Booked { id: String::new(), category: category.id, customer, start, end });
    }
    let group =
        if chance.ratio(1_u8, 4)? { desk.maker.known("GroupId", chance).ok() } else { None };
    let body = json!({
        "ServiceId": desk.house.stay, "GroupId": group, "Reservations": stays,
        "CheckRateApplicability": chance.ratio(1_u8, 4)?, "CheckOverbooking": chance.ratio(3_u8, 4)?,
    });
    let said = desk.send("reservations/add", body);
    for (mut stay, said) in
        asked.into_iter().zip(said["Reservations"].as_array().into_iter().flatten())
    {
        if let Some(id) = said["Reservation"]["Id"].as_str() {
            id.clone_into(&mut stay.id);
            desk.booked.push(stay);
        }
    }
    Ok(())
}

fn stay(desk: &Desk, chance: &mut Unstructured<'_>) -> Result<Booked> {
    chance.choose(&desk.booked).cloned()
}

fn room(desk: &Desk, category: &str, chance: &mut Unstructured<'_>) -> Result<String> {
    let own = desk.house.categories.iter().find(|it| it.id == category);
    let own = own.filter(|_| chance.ratio(7_u8, 8).unwrap_or(true));
    let rooms = match own {
        Some(own) => &own.rooms,
        None => &chance.choose(&desk.house.categories)?.rooms,
    };
    chance.choose(rooms).cloned()
}

fn update(desk: &mut Desk, id: &str, mut change: Value, more: &Value) {
    change["ReservationId"] = json!(id);
    let mut body = json!({ "ReservationUpdates": [change] });
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    desk.send("reservations/update", body);
}

/// A guest gets a clean room at the time of arrival, mostly.
fn arrive(desk: &mut Desk, chance: &mut Unstructured<'_>) -> Result<()> {
    let stay = stay(desk, chance)?;
    let room = room(desk, &stay.category, chance)?;
    if chance.ratio(3_u8, 4)? {
        update(desk, &stay.id, json!({ "AssignedResourceId": { "Value": room } }), &Value::Null);
    }
    if chance.ratio(3_u8, 4)? {
        wait_for(desk, stay.start);
    }
    if chance.ratio(7_u8, 8)? {
        let state = json!({ "ResourceId": room, "State": { "Value": "Inspected" } });
        desk.send("resources/update", json!({ "ResourceUpdates": [state] }));
    }
    desk.send("reservations/start", json!({ "ReservationId": stay.id }));
    Ok(())
}

fn order(desk: &mut Desk, chance: &mut Unstructured<'_>) -> Result<()> {
    let account = account(desk, chance)?;
    let shop = chance.choose(&desk.house.shops)?.clone();
    let bill = if chance.ratio(1_u8, 4)? { desk.maker.known("BillId", chance).ok() } else { None };
    let stay =
        if chance.ratio(1_u8, 3)? { desk.maker.known("ReservationId", chance).ok() } else { None };
    let mut body = json!({
        "ServiceId": shop.id, "AccountId": account, "BillId": bill, "LinkedReservationId": stay,
    });
    if chance.arbitrary()? {
        let item = json!({
            "Name": "Item", "UnitCount": chance.int_in_range(0..=3)?,
            "UnitAmount": amount(desk, chance)?,
        });
        body["Items"] = if chance.arbitrary()? { json!([item, item]) } else { json!([item]) };
    }
    if chance.arbitrary()? {
        let price = if chance.ratio(1_u8, 4)? { Some(amount(desk, chance)?) } else { None };
        body["ProductOrders"] = json!([{
            "ProductId": chance.choose(&shop.products)?, "Count": chance.int_in_range(1..=2)?,
            "UnitAmount": price,
        }]);
    }
    desk.send("orders/add", body);
    Ok(())
}

/// What stands open on the bills of an account, with the bill; none where nothing does.
fn due(desk: &Desk, account: &str) -> Vec<(String, Value)> {
    let Ok(account) = account.parse::<Uuid>() else { return Vec::new() };
    let enterprise = desk.house.enterprise;
    desk.look(move |snapshot| {
        let property = Property::load(snapshot, enterprise)?;
        let mut due = Vec::new();
        for bill in bills::open_bills_of(snapshot, &property, Id::new(account))? {
            let balance = bills::balance(snapshot, &property, bill.id)?;
            if !balance.0.is_zero() {
                due.push((bill.id.to_string(), json!(balance)));
            }
        }
        Ok(due)
    })
}

fn pay(desk: &mut Desk, chance: &mut Unstructured<'_>) -> Result<()> {
    let account = account(desk, chance)?;
    if chance.ratio(3_u8, 4)? {
        settle(desk, &account);
        return Ok(());
    }
    let bill = if chance.arbitrary()? { desk.maker.known("BillId", chance).ok() } else { None };
    let amount = amount(desk, chance)?;
    let kind = chance.choose(&["Cash", "Prepayment", "Unspecified", "BadDebts"])?;
    let body = json!({ "AccountId": account, "BillId": bill, "Amount": amount, "Type": kind });
    desk.send("payments/addExternal", body);
    Ok(())
}

/// Pays exactly what stands open.
fn settle(desk: &mut Desk, account: &str) {
    for (bill, balance) in due(desk, account) {
        let amount = json!({ "Currency": desk.house.currencies[0], desk.house.value: balance, "TaxCodes": [] });
        let body =
            json!({ "AccountId": account, "BillId": bill, "Amount": amount, "Type": "Cash" });
        desk.send("payments/addExternal", body);
    }
}

/// A guest pays and leaves on the last day, mostly.
fn depart(desk: &mut Desk, chance: &mut Unstructured<'_>) -> Result<()> {
    let stay = stay(desk, chance)?;
    if chance.ratio(7_u8, 8)? {
        wait_for(desk, later(stay.end, -1));
    }
    if chance.ratio(3_u8, 4)? {
        settle(desk, &stay.customer);
    }
    let may_owe = chance.ratio(1_u8, 8)?;
    let body = json!({
        "ReservationId": stay.id, "CloseBills": chance.ratio(3_u8, 4)?,
        "AllowOpenBalance": may_owe, "Notes": may_owe.then_some("Pays later"),
    });
    desk.send("reservations/process", body);
    Ok(())
}

fn close(desk: &mut Desk, chance: &mut Unstructured<'_>) -> Result<()> {
    let open: Vec<String> =
        desk.all::<Bills>().iter().filter_map(|it| it["Id"].as_str().map(str::to_owned)).collect();
    let bill = chance.choose(&open)?.clone();
    let kind = *chance.choose(&["Receipt", "Invoice"])?;
    desk.send("bills/close", json!({ "BillId": bill, "Type": kind }));
    Ok(())
}

fn open_or_delete_bills(desk: &mut Desk, chance: &mut Unstructured<'_>) -> Result<()> {
    if chance.arbitrary()? {
        let bill = desk.maker.known("BillId", chance)?;
        desk.send("bills/delete", json!({ "BillIds": [bill] }));
        return Ok(());
    }
    let account = account(desk, chance)?;
    let other =
        if chance.ratio(1_u8, 4)? { desk.maker.known("CompanyId", chance).ok() } else { None };
    let bill = json!({ "AccountId": account, "AssociatedAccountId": other, "Name": "Second" });
    desk.send("bills/add", json!({ "Bills": [bill] }));
    Ok(())
}

/// Changes a stay.
fn change(desk: &mut Desk, chance: &mut Unstructured<'_>) -> Result<()> {
    let stay = stay(desk, chance)?;
    let days = chance.int_in_range(-2_i64..=2)?;
    let change = match chance.int_in_range(0..=6)? {
        0 => {
            let room = room(desk, &stay.category, chance)?;
            json!({ "AssignedResourceId": { "Value": room } })
        }
        1 => json!({ "AssignedResourceId": { "Value": null } }),
        2 => json!({ "EndUtc": { "Value": later(stay.end, days * 24) } }),
        3 => json!({ "StartUtc": { "Value": later(stay.start, days * 24) } }),
        4 => {
            json!({ "RequestedCategoryId": { "Value": chance.choose(&desk.house.categories)?.id } })
        }
        5 => json!({ "RateId": { "Value": chance.choose(&desk.house.rates)? } }),
        _ => json!({ "TimeUnitPrices": { "Value": [
            { "Index": chance.int_in_range(0..=3)?, "Amount": amount(desk, chance)? },
        ] } }),
    };
    let more = json!({ "Reason": "Asked for", "Reprice": chance.arbitrary::<bool>()? });
    update(desk, &stay.id, change, &more);
    Ok(())
}

fn move_interval(desk: &mut Desk, chance: &mut Unstructured<'_>) -> Result<()> {
    let stay = stay(desk, chance)?;
    let days = chance.int_in_range(-3_i64..=3)?;
    let mut body = json!({
        "ReservationId": stay.id, "ChargeCancellationFee": chance.arbitrary::<bool>()?,
    });
    if chance.arbitrary()? {
        body["EndUtc"] = json!(later(stay.end, days * 24));
    } else {
        body["StartUtc"] = json!(later(stay.start, days * 24));
    }
    desk.send("reservations/updateInterval", body);
    Ok(())
}

fn cancel(desk: &mut Desk, chance: &mut Unstructured<'_>) -> Result<()> {
    let stay = stay(desk, chance)?;
    let body = json!({
        "ReservationIds": [stay.id], "Notes": "Changed plans",
        "PostCancellationFee": chance.arbitrary::<bool>()?,
    });
    desk.send("reservations/cancel", body);
    Ok(())
}

fn confirm(desk: &mut Desk, chance: &mut Unstructured<'_>) -> Result<()> {
    let stay = stay(desk, chance)?;
    desk.send("reservations/confirm", json!({ "ReservationIds": [stay.id] }));
    Ok(())
}

fn companions(desk: &mut Desk, chance: &mut Unstructured<'_>) -> Result<()> {
    let (stay, customer) = (stay(desk, chance)?, customer(desk, chance)?);
    let verb = *chance.choose(&["addCompanion", "addCompanion", "deleteCompanion"])?;
    let body = json!({ "ReservationId": stay.id, "CustomerId": customer });
    desk.send(&format!("reservations/{verb}"), body);
    Ok(())
}

fn add_product(desk: &mut Desk, chance: &mut Unstructured<'_>) -> Result<()> {
    let stay = stay(desk, chance)?;
    let price = if chance.ratio(1_u8, 3)? { Some(amount(desk, chance)?) } else { None };
    let body = json!({
        "ReservationId": stay.id, "ProductId": chance.choose(&desk.house.extras)?,
        "Count": chance.int_in_range(0..=2)?, "UnitAmount": price,
    });
    desk.send("reservations/addProduct", body);
    Ok(())
}

/// Waits for an instant that is not too far away.
fn wait_for(desk: &mut Desk, until: UtcInstant) {
    if until <= later(desk.now(), WAIT_HOURS_MAX) {
        desk.wait(until);
    }
}

fn later(instant: UtcInstant, hours: i64) -> UtcInstant {
    UtcInstant::from_seconds(instant.seconds() + hours * HOUR).expect("an instant")
}

fn instant(seconds: i64) -> UtcInstant {
    UtcInstant::from_seconds(seconds).expect("an instant")
}

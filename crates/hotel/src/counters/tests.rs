use ostler_api::counters::CounterType;
use ostler_contract::error::{Code, Error};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Counters, issue, named, next};
use crate::property::Property;
use crate::testing::{ENTERPRISE, Hotel, ids};

const LIST: &str = "counters/getAll";

/// The default counter of a type.
fn counter(hotel: &Hotel, kind: &str, format: &str) -> Uuid {
    hotel.add::<Counters>(json!({
        "Name": kind, "IsDefault": true, "Value": 66, "Format": format, "Type": kind,
    }))
}

/// A counter of bills beside the default one.
fn special_counter(hotel: &Hotel, format: &str) -> Uuid {
    hotel.add::<Counters>(json!({
        "Name": "Special",
        "IsDefault": false,
        "Value": 66,
        "Format": format,
        "Type": "BillCounter",
    }))
}

fn value(hotel: &Hotel, id: Uuid) -> Value {
    let body = json!({ "CounterIds": [id], "Limitation": { "Count": 1 } });
    hotel.call(LIST, body).unwrap()["Counters"][0]["Value"].clone()
}

fn next_number(hotel: &Hotel, kind: CounterType) -> Result<(Uuid, String), Error> {
    hotel.try_write(move |tx| {
        let property = Property::load(tx, ENTERPRISE)?;
        next(tx, &property, kind).map(|(id, number)| (id.uuid(), number))
    })
}

#[test]
fn the_default_counter_gives_the_next_number() {
    let hotel = Hotel::new();
    let special = special_counter(&hotel, "SPECIAL{0}");
    let normal = counter(&hotel, "BillCounter", "NORMAL{0:0000}");
    counter(&hotel, "ProformaCounter", "");
    let number = |expected: &str| (normal, expected.to_owned());
    assert_eq!(next_number(&hotel, CounterType::BillCounter).unwrap(), number("NORMAL0067"));
    assert_eq!(next_number(&hotel, CounterType::BillCounter).unwrap(), number("NORMAL0068"));
    assert_eq!(value(&hotel, normal), json!(68));
    assert_eq!(value(&hotel, special), json!(66));
}

#[test]
fn a_number_is_not_used_up_where_the_transaction_fails() {
    let hotel = Hotel::new();
    let id = counter(&hotel, "BillCounter", "");
    let outcome: Result<(), Error> = hotel.try_write(|tx| {
        let property = Property::load(tx, ENTERPRISE)?;
        assert_eq!(next(tx, &property, CounterType::BillCounter)?.1, "67");
        Err(Error::invalid("BillId"))
    });
    assert!(outcome.is_err());
    assert_eq!(value(&hotel, id), json!(66));
}

#[test]
fn a_missing_default_counter_is_a_fault_with_a_cause() {
    let hotel = Hotel::new();
    let error = next_number(&hotel, CounterType::ServiceOrderCounter).unwrap_err();
    assert_eq!(error.code(), Code::Internal);
    let cause = error.cause().unwrap().to_string();
    assert!(cause.contains("no default counter of type ServiceOrderCounter"), "{cause}");
}

#[test]
fn an_unreadable_format_is_a_fault_with_a_cause() {
    let hotel = Hotel::new();
    let id = counter(&hotel, "BillCounter", "{0");
    let error = next_number(&hotel, CounterType::BillCounter).unwrap_err();
    assert!(error.cause().unwrap().to_string().contains(&id.to_string()));
    assert_eq!(value(&hotel, id), json!(66));
}

#[test]
fn a_named_counter_must_number_the_right_thing() {
    let hotel = Hotel::new();
    let id = special_counter(&hotel, "B{0}");
    let number = move |kind: CounterType| {
        hotel.try_write(move |tx| {
            let property = Property::load(tx, ENTERPRISE)?;
            let id = ostler_contract::primitives::Id::new(id);
            let mut counter = named(tx, &property, id, kind, "BillCounterId")?;
            issue(tx, &mut counter)
        })
    };
    assert_eq!(number(CounterType::BillCounter).unwrap(), "B67");
    let refusal = number(CounterType::FiscalCounter).unwrap_err().to_string();
    assert!(refusal.starts_with("Invalid BillCounterId"), "{refusal}");
}

#[test]
fn counters_are_listed_by_type_and_once_more_in_the_earlier_lists() {
    let hotel = Hotel::new();
    let bill = counter(&hotel, "BillCounter", "");
    let order = counter(&hotel, "ServiceOrderCounter", "");
    let block = counter(&hotel, "AvailabilityBlockCounter", "");
    let list = |body| hotel.list(LIST, "Counters", body);
    assert_eq!(list(json!({})), [block, order, bill]);
    assert_eq!(list(json!({ "Type": "Counter" })), [block, order, bill]);
    assert_eq!(list(json!({ "Type": "BillCounter" })), [bill]);
    let answer = hotel.call(LIST, json!({ "Limitation": { "Count": 10 } })).unwrap();
    assert_eq!(ids(&answer, "BillCounters"), [bill]);
    assert_eq!(ids(&answer, "ServiceOrderCounters"), [order]);
    for name in ["ProformaCounters", "BillPreviewCounters", "RegistrationCardCounters"] {
        assert_eq!(answer[name], json!([]), "{name}");
    }
    let page = hotel.call(LIST, json!({ "Limitation": { "Count": 1 } })).unwrap();
    assert_eq!(page["Cursor"], json!(block));
    assert_eq!(page["BillCounters"], json!([]));
}

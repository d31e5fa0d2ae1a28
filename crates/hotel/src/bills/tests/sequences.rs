//! Whatever happens in whatever order, the books add up.

use ostler_contract::primitives::Id;
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::bills::balance;
use crate::testing::desk::{Desk, amount, item, uuid};

#[derive(Debug, Clone, Copy)]
enum Who {
    Regular,
    Guest,
}

/// One thing that happens at the desk.
#[derive(Debug, Clone)]
enum Step {
    /// An order of so many for so many hundredths each.
    Order {
        who: Who,
        count: i32,
        cents: i64,
        currency: &'static str,
    },
    Pay {
        who: Who,
        cents: i64,
        currency: &'static str,
    },
    AddBill {
        who: Who,
    },
    Close {
        which: usize,
        invoice: bool,
    },
    Delete {
        which: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let currency = prop_oneof![Just("GBP"), Just("EUR"), Just("JPY")];
    let who = prop_oneof![Just(Who::Regular), Just(Who::Guest)];
    prop_oneof![
        4 => (who.clone(), 1..4_i32, -2_000..5_000_i64, currency.clone()).prop_map(
            |(who, count, cents, currency)| Step::Order { who, count, cents, currency }
        ),
        4 => (who.clone(), -2_000..5_000_i64, currency)
            .prop_map(|(who, cents, currency)| Step::Pay { who, cents, currency }),
        1 => who.prop_map(|who| Step::AddBill { who }),
        3 => (0..6_usize, any::<bool>()).prop_map(|(which, invoice)| Step::Close { which, invoice }),
        1 => (0..6_usize).prop_map(|which| Step::Delete { which }),
    ]
}

fn account(desk: &Desk, who: Who) -> Uuid {
    match who {
        Who::Regular => desk.regular,
        Who::Guest => desk.guest,
    }
}

fn stated(desk: &Desk, cents: i64, currency: &str) -> Value {
    // A yen has no hundredths.
    let scale = if currency == "JPY" { 0 } else { 2 };
    let value = Decimal::new(cents, scale).to_string();
    let mut amount = amount(&value, currency, &json!(["UK-2022-20%"]));
    if desk.property().pricing() == ostler_api::enterprises::Pricing::Net {
        amount["NetValue"] = amount["GrossValue"].take();
    }
    amount
}

/// Does the step if the rules allow it; whether they do is not the question here.
fn happen(desk: &Desk, step: &Step) {
    let bill = |which: &usize| {
        let bills = bills(desk);
        bills.get(*which).map_or(json!(Uuid::nil()), |bill| bill["Id"].clone())
    };
    let (address, body) = match step {
        Step::Order { who, count, cents, currency } => {
            let item = item("Item", *count, &stated(desk, *cents, currency));
            let body =
                json!({ "ServiceId": desk.bar, "AccountId": account(desk, *who), "Items": [item] });
            ("orders/add", body)
        }
        Step::Pay { who, cents, currency } => {
            let mut amount = stated(desk, *cents, currency);
            amount["TaxCodes"] = json!(null);
            let body =
                json!({ "AccountId": account(desk, *who), "Amount": amount, "Type": "Cash" });
            ("payments/addExternal", body)
        }
        Step::AddBill { who } => {
            ("bills/add", json!({ "Bills": [{ "AccountId": account(desk, *who) }] }))
        }
        Step::Close { which, invoice } => {
            let kind = if *invoice { "Invoice" } else { "Receipt" };
            ("bills/close", json!({ "BillId": bill(which), "Type": kind }))
        }
        Step::Delete { which } => ("bills/delete", json!({ "BillIds": [bill(which)] })),
    };
    if let Err(error) = desk.hotel.call(address, body) {
        assert!(matches!(error.code().status(), 400 | 403), "{step:?}: {error}");
    }
}

fn bills(desk: &Desk) -> Vec<Value> {
    desk.list("bills/getAll", "Bills", json!({ "CustomerIds": [desk.guest, desk.regular] }))
}

fn gross(item: &Value) -> Decimal {
    item["Amount"]["GrossValue"].to_string().parse().unwrap()
}

/// What a reader of the lists computes as the balance of a bill, and what the rules say.
fn balances(desk: &Desk, bill: &Value) -> (Decimal, Decimal) {
    let of = |address, name| {
        let counted = ["Open", "Closed"].map(Value::from);
        let items = desk.list(address, name, json!({ "BillIds": [bill["Id"]] }));
        let counted = items.iter().filter(|it| counted.contains(&it["AccountingState"]));
        counted.map(gross).sum::<Decimal>()
    };
    let listed = of("orderItems/getAll", "OrderItems") + of("payments/getAll", "Payments");
    let (property, id) = (desk.property(), uuid(&bill["Id"]));
    let ruled = desk.hotel.write(move |tx| balance(tx, &property, Id::new(id)));
    (listed, ruled.0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_books_add_up(net: bool, steps in prop::collection::vec(step(), 1..24)) {
        let desk = Desk::with(if net { "Net" } else { "Gross" });
        let mut closed: Vec<Value> = Vec::new();
        for step in &steps {
            happen(&desk, step);
        }
        for bill in bills(&desk) {
            let (listed, ruled) = balances(&desk, &bill);
            prop_assert_eq!(listed, ruled);
            if bill["State"] == "Closed" {
                prop_assert_eq!(ruled, Decimal::ZERO, "a closed bill sums to zero");
                closed.push(bill["Number"].clone());
            }
        }
        // Numbers without gaps, newest first or not.
        let mut numbers: Vec<String> =
            closed.iter().map(|it| it.as_str().unwrap().to_owned()).collect();
        numbers.sort();
        let expected: Vec<String> = (1..=numbers.len()).map(|it| format!("B{it:04}")).collect();
        prop_assert_eq!(numbers, expected);
        let items = desk.list(
            "orderItems/getAll",
            "OrderItems",
            json!({ "AccountIds": [desk.guest, desk.regular] }),
        );
        for item in items {
            let part = |name: &str| -> Decimal { item["Amount"][name].to_string().parse().unwrap() };
            let taxes = item["Amount"]["TaxValues"].as_array().unwrap();
            let taxes: Decimal =
                taxes.iter().map(|tax| tax["Value"].to_string().parse::<Decimal>().unwrap()).sum();
            prop_assert_eq!(part("NetValue") + taxes, part("GrossValue"), "{}", &item);
            prop_assert!(part("GrossValue").normalize().scale() <= 2, "{}", &item);
            prop_assert_eq!(&item["Amount"]["Currency"], "GBP");
        }
    }
}

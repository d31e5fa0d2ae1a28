use ostler_api::accounts::AccountType;
use ostler_api::bills::BillType;
use ostler_api::objects::Amount;
use ostler_api::order_items::{AccountingState, OrderItemType, RevenueType};
use ostler_contract::error::Error;
use ostler_contract::primitives::Id;
use ostler_store::{Stored, Tx};
use proptest::prelude::*;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::*;
use crate::arithmetic::tax::untaxed;
use crate::bills::closing::{CloseOptions, close};
use crate::bills::{balance, open_bills_of};
use crate::testing::desk::Desk;
use crate::testing::{ENTERPRISE, Hotel};

const ORDER: Uuid = Uuid::from_u128(0x0d);

fn pounds(value: i64) -> Amount {
    untaxed(Decimal::from(value), "GBP")
}

fn night(desk: &Desk, value: i64, posting: Posting) -> NewItem {
    NewItem {
        service: Id::new(desk.stay),
        order: ORDER,
        account: (Id::new(desk.regular), AccountType::Customer),
        kind: OrderItemType::SpaceOrder,
        revenue: RevenueType::Service,
        data: None,
        name: Some("Night".to_owned()),
        unit_count: 1,
        unit_amount: pounds(value),
        start: Some(desk.hotel.context.now),
        consumed: desk.hotel.context.now,
        accounting_category: None,
        bill: None,
        posting,
        external_identifier: None,
        notes: None,
        tax_exemption: (None, None),
    }
}

/// Runs a rule on the item that was posted.
fn with<T: Send + 'static>(
    desk: &Desk,
    item: NewItem,
    rule: impl Fn(&mut Tx<'_>, &Context, &Property, &mut Stored<OrderItems>) -> Result<T, Error>
    + Send
    + 'static,
) -> T {
    let context = desk.hotel.context.clone();
    desk.hotel.write(move |tx| {
        let property = Property::load(tx, ENTERPRISE)?;
        let mut posted = post(tx, &context, &property, item.clone())?;
        rule(tx, &context, &property, &mut posted)
    })
}

fn close_all(
    tx: &mut Tx<'_>,
    context: &Context,
    property: &Property,
    item: &mut Stored<OrderItems>,
) -> Result<(), Error> {
    let bill = open_bills_of(tx, property, item.account_id.unwrap())?.remove(0);
    close(tx, context, property, bill, &CloseOptions::of(BillType::Invoice))?;
    *item = tx.get(ENTERPRISE, item.id)?.unwrap();
    Ok(())
}

#[test]
fn a_night_is_collected_and_assigned_when_its_bill_closes() {
    let desk = Desk::new();
    let item = night(&desk, 80, Posting::Open);
    with(&desk, item, |tx, context, property, item| {
        assert_eq!((item.bill_id, item.accounting_state), (None, AccountingState::Open));
        let bill = open_bills_of(tx, property, item.account_id.unwrap())?.remove(0);
        assert_eq!(balance(tx, property, bill.id)?.0, Decimal::from(80));
        close_all(tx, context, property, item)?;
        assert_eq!((item.bill_id, item.accounting_state), (Some(bill.id), AccountingState::Closed));
        assert_eq!(balance(tx, property, bill.id)?.0, Decimal::ZERO);
        Ok(())
    });
}

#[test]
fn an_unconfirmed_night_counts_once_it_is_confirmed() {
    let desk = Desk::new();
    let item = night(&desk, 80, Posting::Inactive);
    with(&desk, item, |tx, context, property, item| {
        assert_eq!(item.accounting_state, AccountingState::Inactive);
        assert!(open_bills_of(tx, property, item.account_id.unwrap())?.is_empty());
        activate(tx, context, property, item)?;
        assert_eq!(item.accounting_state, AccountingState::Open);
        let bill = open_bills_of(tx, property, item.account_id.unwrap())?.remove(0);
        assert_eq!(balance(tx, property, bill.id)?.0, Decimal::from(80));
        Ok(())
    });
}

#[test]
fn a_canceled_night_counts_no_more() {
    let desk = Desk::new();
    let item = night(&desk, 80, Posting::Open);
    with(&desk, item, |tx, context, property, item| {
        cancel(tx, context, item, CanceledWith::Reservation)?;
        assert_eq!(item.accounting_state, AccountingState::Canceled);
        assert!(item.options.canceled_with_reservation);
        assert_eq!(item.canceled_utc, Some(tx.now()));
        let bill = open_bills_of(tx, property, item.account_id.unwrap())?.remove(0);
        assert_eq!(balance(tx, property, bill.id)?.0, Decimal::ZERO);
        let before = item.version;
        reprice(tx, context, property, item, &pounds(90))?;
        activate(tx, context, property, item)?;
        assert_eq!(item.version, before);
        Ok(())
    });
}

#[test]
fn an_open_night_changes_its_price() {
    let desk = Desk::new();
    let item = night(&desk, 80, Posting::Open);
    with(&desk, item, |tx, context, property, item| {
        for (price, state) in [(0, AccountingState::Inactive), (90, AccountingState::Open)] {
            reprice(tx, context, property, item, &pounds(price))?;
            assert_eq!((item.amount.clone(), item.accounting_state), (pounds(price), state));
        }
        assert_eq!(items_of(tx, property, ORDER)?.len(), 1);
        Ok(())
    });
}

#[test]
fn a_closed_night_is_canceled_no_more() {
    let desk = Desk::new();
    let item = night(&desk, 80, Posting::Open);
    with(&desk, item, |tx, context, property, item| {
        close_all(tx, context, property, item)?;
        cancel(tx, context, item, CanceledWith::Nothing)?;
        assert_eq!(item.accounting_state, AccountingState::Closed);
        Ok(())
    });
}

#[test]
fn a_cheaper_closed_night_gets_a_rebate_a_dearer_one_an_extra_night() {
    let desk = Desk::new();
    let item = night(&desk, 80, Posting::Open);
    with(&desk, item, |tx, context, property, item| {
        close_all(tx, context, property, item)?;
        let rebate = reprice(tx, context, property, item, &pounds(60))?.unwrap();
        assert_eq!(rebate.type_, OrderItemType::NightRebate);
        assert_eq!(rebate.amount, pounds(-20));
        let rebated = rebate.data.as_ref().unwrap().rebate.as_ref().unwrap();
        assert_eq!(rebated.rebated_item_id, item.id);
        // What was given back already is not given back again.
        assert!(reprice(tx, context, property, item, &pounds(60))?.is_none());
        let extra = reprice(tx, context, property, item, &pounds(100))?.unwrap();
        assert_eq!((extra.type_, extra.amount.clone()), (OrderItemType::SpaceOrder, pounds(40)));
        assert_eq!(item.amount, pounds(80));
        Ok(())
    });
}

#[test]
fn an_unconfirmed_item_stays_off_a_bill_that_closes() {
    let desk = Desk::new();
    let mut option = night(&desk, 50, Posting::Inactive);
    option.order = Uuid::from_u128(0xf);
    let item = night(&desk, 80, Posting::Open);
    with(&desk, item, move |tx, context, property, item| {
        let bill = open_bills_of(tx, property, item.account_id.unwrap())?.remove(0);
        let on_bill = NewItem { bill: Some(bill.id), ..option.clone() };
        let option = post(tx, context, property, on_bill)?;
        close_all(tx, context, property, item)?;
        let mut option = tx.get::<OrderItems>(ENTERPRISE, option.id)?.unwrap();
        assert_eq!((option.bill_id, option.accounting_state), (None, AccountingState::Inactive));
        activate(tx, context, property, &mut option)?;
        let next = open_bills_of(tx, property, item.account_id.unwrap())?.remove(0);
        assert_eq!(balance(tx, property, next.id)?.0, Decimal::from(50));
        Ok(())
    });
}

#[test]
fn an_amount_that_no_column_holds_is_refused() {
    let desk = Desk::new();
    let item = NewItem {
        unit_amount: untaxed(Decimal::from(10_i64.pow(14)), "GBP"),
        ..night(&desk, 1, Posting::Open)
    };
    let context = desk.hotel.context.clone();
    let hotel: &Hotel = &desk.hotel;
    let error = hotel
        .try_write(move |tx| {
            let property = Property::load(tx, ENTERPRISE)?;
            post(tx, &context, &property, item.clone()).map(drop)
        })
        .unwrap_err();
    assert_eq!(error.code().status(), 400);
}

proptest! {
    #[test]
    fn columns_hold_amounts_exactly(mantissa in any::<i32>(), scale in 0..=6_u32) {
        let value = Number(Decimal::new(i64::from(mantissa), scale));
        prop_assert_eq!(from_micros(checked_micros(value).unwrap()), value);
    }

    #[test]
    fn rates_there_and_back_lose_less_than_one_unit(cents in -1_000_000..1_000_000_i64) {
        // 0.8 pounds for a euro: half a penny is 0.625 cents, and the result is rounded once more.
        let desk = DESK.with(|desk| desk.property());
        let sent = untaxed(Decimal::new(cents, 2), "GBP");
        let euros = Conversion::to(&desk, "EUR").unwrap().of(&sent).unwrap();
        let taxes = desk.taxes().unwrap();
        let back = to_accounting(&desk, &taxes, &euros).unwrap();
        let difference = (back.gross_value.0 - sent.gross_value.0).abs();
        prop_assert!(difference <= Decimal::new(1, 2), "{} {}", sent.gross_value, back.gross_value);
        prop_assert!(euros.gross_value.0.scale() <= 2);
    }
}

thread_local! {
    static DESK: Desk = Desk::new();
}

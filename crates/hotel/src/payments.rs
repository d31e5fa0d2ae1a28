//! Payments.

use ostler_api::accounting_categories::AccountingCategory;
use ostler_api::accounts::{Account, AccountType};
use ostler_api::bills::Bill;
use ostler_api::objects::Amount;
use ostler_api::order_items::AccountingState;
use ostler_api::payments::{Payment, PaymentData, PaymentOrigin, PaymentState, PaymentType};
use ostler_api::reservations::entity::Reservation;
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, UtcInstant};
use ostler_store::{Stored, Tx, entity};

mod operations;

use crate::posting::{checked_micros, micros};
use crate::property::Property;

entity! {
    /// The payments of all properties.
    Payments of Payment, with (), in "payment";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index ACCOUNT "account": Id<Account> = |it, hidden| it.account_id;
    index BILL "bill": Option<Id<Bill>> = |it, hidden| it.bill_id;
    index RESERVATION "reservation": Option<Id<Reservation>> = |it, hidden| it.reservation_id;
    index STATE "state": &'static str = |it, hidden| it.state.name();
    index ACCOUNTING_STATE "accounting_state": &'static str = |it, hidden| it.accounting_state.name();
    index KIND "kind": &'static str = |it, hidden| it.type_.name();
    index CHARGED "charged": Option<UtcInstant> = |it, hidden| it.charged_utc;
    index CLOSED "closed": Option<UtcInstant> = |it, hidden| it.closed_utc;
    index SETTLED "settled": Option<UtcInstant> = |it, hidden| it.settlement_utc;
    index GROSS "gross": i64 = |it, hidden| micros(it.amount.gross_value);
    lookup Columns(&["account"]);
    lookup Columns(&["bill"]);
    lookup Columns(&["reservation"]);
    lookup Columns(&["charged"]);
    lookup Columns(&["closed"]);
    lookup Columns(&["settled"]);
    lookup Columns(&["created"]);
    lookup Columns(&["updated"]);
}

/// A payment that was made and is to be recorded.
#[derive(Debug, Clone)]
pub struct NewPayment {
    /// Account that paid.
    pub account: (Id<Account>, AccountType),
    /// Bill to assign it to.
    pub bill: Option<Id<Bill>>,
    /// Reservation that it is for.
    pub reservation: Option<Id<Reservation>>,
    /// Accounting category.
    pub accounting_category: Option<Id<AccountingCategory>>,
    /// Amount in the currency of the property's accounting; negative where the property received it.
    pub amount: Amount,
    /// Amount in the currency in which it was paid.
    pub original_amount: Amount,
    /// Type of the payment.
    pub kind: PaymentType,
    /// What depends on the type.
    pub data: Option<PaymentData>,
    /// Where it came from.
    pub origin: PaymentOrigin,
    /// Notes.
    pub notes: Option<String>,
    /// When its bill was closed, of what is recorded by closing one.
    pub closed: Option<UtcInstant>,
}

/// Records a payment that was made. One of no value does not count.
///
/// # Errors
/// 400 where the amount is too large; 500 where the store fails, 408 past the deadline.
pub fn record(
    tx: &mut Tx<'_>,
    property: &Property,
    payment: NewPayment,
) -> Result<Stored<Payments>, Error> {
    checked_micros(payment.amount.gross_value)?;
    let accounting_state = match payment.closed {
        Some(_) => AccountingState::Closed,
        None if payment.amount.gross_value.0.is_zero() => AccountingState::Inactive,
        None => AccountingState::Open,
    };
    let (id, now) = (tx.new_id(), tx.now());
    let document = Payment {
        id,
        enterprise_id: property.id(),
        account_id: payment.account.0,
        account_type: payment.account.1,
        payment_request_id: None,
        bill_id: payment.bill,
        reservation_id: payment.reservation,
        accounting_category_id: payment.accounting_category,
        amount: payment.amount,
        original_amount: payment.original_amount,
        notes: payment.notes,
        settlement_id: None,
        consumed_utc: Some(now),
        closed_utc: payment.closed,
        charged_utc: Some(now),
        created_utc: now,
        updated_utc: now,
        settlement_utc: None,
        accounting_state,
        state: PaymentState::Charged,
        identifier: None,
        type_: payment.kind,
        kind: None,
        data: payment.data,
        payment_origin: Some(payment.origin),
    };
    tx.insert(property.scope(), document, ())
}

#[cfg(test)]
mod tests;

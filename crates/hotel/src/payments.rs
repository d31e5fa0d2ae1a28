//! Payments.

use ostler_api::accounts::Account;
use ostler_api::bills::Bill;
use ostler_api::payments::Payment;
use ostler_api::reservations::entity::Reservation;
use ostler_contract::primitives::{Id, UtcInstant};
use ostler_store::entity;

use crate::posting::micros;

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

//! Order items: what was consumed and is to be paid.

use ostler_api::accounts::Account;
use ostler_api::bills::Bill;
use ostler_api::order_items::{AccountingState, OrderItem, ServiceOrder};
use ostler_api::services::Service;
use ostler_contract::primitives::{Id, UtcInstant};
use ostler_store::entity;
use serde::{Deserialize, Serialize};

use crate::posting::{Posting, micros};

/// What the wire does not show of an order item.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderItemHidden {
    /// Whether what was ordered is confirmed.
    pub posting: Posting,
    /// The bill that collects the item while it is assigned to none: the default open bill of its
    /// account. The item is assigned to it when it is closed.
    pub collected_by: Option<Id<Bill>>,
    /// The item on a closed bill whose changed price it makes up for.
    pub adjusts: Option<Id<OrderItem>>,
}

entity! {
    /// The order items of all properties.
    ///
    /// The column `bill` names the bill that the item is assigned to or, while it is assigned to
    /// none, the one that collects it: the contents of every bill are one range of one index.
    OrderItems of OrderItem, with OrderItemHidden, in "order_item";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index ACCOUNT "account": Option<Id<Account>> = |it, hidden| it.account_id;
    index SERVICE "service": Id<Service> = |it, hidden| it.service_id;
    index ORDER "order_": Id<ServiceOrder> = |it, hidden| it.service_order_id;
    index BILL "bill": Option<Id<Bill>> = |it, hidden| it.bill_id.or(hidden.collected_by);
    index STATE "state": &'static str = |it, hidden| it.accounting_state.name();
    index KIND "kind": &'static str = |it, hidden| it.type_.name();
    index CONSUMED "consumed": UtcInstant = |it, hidden| it.consumed_utc;
    index CANCELED "canceled": Option<UtcInstant> = |it, hidden| it.canceled_utc;
    index CLOSED "closed": Option<UtcInstant> = |it, hidden| it.closed_utc;
    index GROSS "gross": i64 = |it, hidden| micros(it.amount.gross_value);
    lookup Columns(&["account"]);
    lookup Columns(&["service"]);
    lookup Columns(&["order_"]);
    lookup Columns(&["bill"]);
    lookup Columns(&["consumed"]);
    lookup Columns(&["canceled"]);
    lookup Columns(&["closed"]);
    lookup Columns(&["created"]);
    lookup Columns(&["updated"]);
}

/// The states of items that count towards the balance of their bill.
pub(crate) const COUNTING: [&str; 2] =
    [AccountingState::Open.name(), AccountingState::Closed.name()];

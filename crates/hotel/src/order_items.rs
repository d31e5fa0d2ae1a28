//! Order items: what was consumed and is to be paid.

use ostler_api::accounts::Account;
use ostler_api::bills::Bill;
use ostler_api::order_items::{AccountingState, GetOrderItems, OrderItem, ServiceOrder};
use ostler_api::services::Service;
use ostler_api::{self as api};
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, UtcInstant};
use ostler_store::{Find, Snapshot, entity};
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::conversion::{Convert, page};
use crate::filters::{at_least_one, given, interval};
use crate::operation::Query;
use crate::posting::{Conversion, Posting, micros};
use crate::reply::Reply;

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

impl Query for GetOrderItems {
    fn run(
        &self,
        snapshot: &Snapshot<'_>,
        context: &Context,
    ) -> Result<Reply<api::order_items::OrderItems>, Error> {
        let scopes = context.enterprises(given(self.enterprise_ids.as_ref()))?;
        let ids = given(self.order_item_ids.as_ref());
        let accounts = given(self.account_ids.as_ref());
        let orders = given(self.service_order_ids.as_ref());
        let services = given(self.service_ids.as_ref());
        let bills = given(self.bill_ids.as_ref());
        let states = given(self.accounting_states.as_ref());
        let kinds = given(self.types.as_ref());
        at_least_one(
            &[
                ids.is_some(),
                accounts.is_some(),
                orders.is_some(),
                services.is_some(),
                bills.is_some(),
                self.created_utc.is_some(),
                self.updated_utc.is_some(),
                self.consumed_utc.is_some(),
                self.canceled_utc.is_some(),
                self.closed_utc.is_some(),
            ],
            &[
                "OrderItemIds",
                "AccountIds",
                "ServiceOrderIds",
                "ServiceIds",
                "BillIds",
                "CreatedUtc",
                "UpdatedUtc",
                "ConsumedUtc",
                "CanceledUtc",
                "ClosedUtc",
            ],
        )?;
        let find = Find::within(&scopes)
            .and_maybe(accounts.map(|it| OrderItems::ACCOUNT.one_of(it.iter().copied().map(Some))))
            .and_maybe(orders.map(|it| OrderItems::ORDER.one_of(it.iter().copied())))
            .and_maybe(services.map(|it| OrderItems::SERVICE.one_of(it.iter().copied())))
            .and_maybe(bills.map(|it| OrderItems::BILL.one_of(it.iter().copied().map(Some))))
            .and_maybe(states.map(|it| OrderItems::STATE.one_of(it.iter().map(|it| it.name()))))
            .and_maybe(kinds.map(|it| OrderItems::KIND.one_of(it.iter().map(|it| it.name()))))
            .during(OrderItems::CREATED, interval(self.created_utc, "CreatedUtc")?)
            .during(OrderItems::UPDATED, interval(self.updated_utc, "UpdatedUtc")?)
            .during(OrderItems::CONSUMED, interval(self.consumed_utc, "ConsumedUtc")?)
            .during_optional(OrderItems::CANCELED, interval(self.canceled_utc, "CanceledUtc")?)
            .during_optional(OrderItems::CLOSED, interval(self.closed_utc, "ClosedUtc")?)
            .ids_maybe(ids);
        let currency = self.currency.as_deref();
        page("OrderItems", snapshot, (&scopes, currency), &find, self.limitation)
    }
}

impl Convert for OrderItem {
    fn convert(&mut self, conversion: &Conversion) -> Result<(), Error> {
        self.unit_amount = conversion.of(&self.unit_amount)?;
        self.amount = conversion.of(&self.amount)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;

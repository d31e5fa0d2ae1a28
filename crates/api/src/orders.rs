//! Orders of products and ad hoc items. Source: `operations/orders`, `operations/productserviceorders`.

use ostler_contract::primitives::{Bounded, Id, Text, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Operation;
use crate::accounting_categories::AccountingCategory;
use crate::accounts::{Account, AccountType};
use crate::bills::Bill;
use crate::business_segments::BusinessSegment;
use crate::customers::Customer;
use crate::enterprises::Enterprise;
use crate::objects::{AmountParameters, Profile};
use crate::products::Product;
use crate::reservations::entity::{
    CommanderOrigin, Reservation, ReservationOptions, ReservationOrigin, ReservationState,
};
use crate::services::Service;
use crate::vouchers::Voucher;

/// Charges products of a service, or ad hoc items, to an account.
///
/// At least one product or item is needed. What is ordered cannot be taken back; an order of
/// negative amounts makes up for it where the property accepts such.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AddOrder {
    /// The enterprise, for portfolio tokens.
    pub enterprise_id: Option<Id<Enterprise>>,
    /// Service that is ordered from; not a bookable one.
    pub service_id: Id<Service>,
    /// Account that it is charged to: a customer, or a company where the property accepts that.
    pub account_id: Option<Id<Account>>,
    /// Options of the order.
    pub options: Option<OrderAdditionOptions>,
    /// Products of the service.
    pub product_orders: Option<Bounded<ProductOrderParameters, 0, 1000>>,
    /// Ad hoc items.
    pub items: Option<Bounded<ItemParameters, 0, 1000>>,
    /// When it is consumed; now without it.
    pub consumption_utc: Option<UtcInstant>,
    /// Notes.
    pub notes: Option<String>,
    /// Business segment.
    pub business_segment_id: Option<Id<BusinessSegment>>,
    /// Open bill of the account; its default open bill without it.
    pub bill_id: Option<Id<Bill>>,
    /// Reservation that it belongs to; without it the only one of the account that is checked in.
    pub linked_reservation_id: Option<Id<Reservation>>,
    /// Customer that it is charged to; read where `AccountId` is absent.
    #[schemars(extend("deprecated" = true))]
    pub customer_id: Option<Id<Customer>>,
}

impl AddOrder {
    /// The request with what it cannot do without; everything else is left out.
    #[must_use]
    pub fn new(service_id: Id<Service>) -> Self {
        Self {
            enterprise_id: None,
            service_id,
            account_id: None,
            options: None,
            product_orders: None,
            items: None,
            consumption_utc: None,
            notes: None,
            business_segment_id: None,
            bill_id: None,
            linked_reservation_id: None,
            customer_id: None,
        }
    }
}

impl Operation for AddOrder {
    const ADDRESS: &'static str = "orders/add";
    type Response = AddedOrder;
}

/// Options of an order.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct OrderAdditionOptions {
    /// Whether equal items stay apart; without it they become one.
    pub disable_item_grouping: Option<bool>,
}

/// A product to order.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ProductOrderParameters {
    /// The product.
    pub product_id: Id<Product>,
    /// How many; one without it.
    pub count: Option<i32>,
    /// Amount of one; the price of the product without it.
    pub unit_amount: Option<AmountParameters>,
    /// Not used for orders.
    pub start_utc: Option<UtcInstant>,
    /// Not used for orders.
    pub end_utc: Option<UtcInstant>,
    /// Identifier in an external system.
    pub external_identifier: Option<Text<255>>,
}

impl ProductOrderParameters {
    /// The parameters with what they cannot do without; everything else is left out.
    #[must_use]
    pub fn new(product_id: Id<Product>) -> Self {
        Self {
            product_id,
            count: None,
            unit_amount: None,
            start_utc: None,
            end_utc: None,
            external_identifier: None,
        }
    }
}

/// An ad hoc item to order.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ItemParameters {
    /// Name on the bill.
    pub name: String,
    /// How many; at least one.
    pub unit_count: i32,
    /// Amount of one.
    pub unit_amount: AmountParameters,
    /// Accounting category.
    pub accounting_category_id: Option<Id<AccountingCategory>>,
    /// Identifier in an external system.
    pub external_identifier: Option<Text<255>>,
}

impl ItemParameters {
    /// So many of this name at this amount each.
    #[must_use]
    pub fn new(name: impl Into<String>, unit_count: i32, unit_amount: AmountParameters) -> Self {
        let name = name.into();
        Self {
            name,
            unit_count,
            unit_amount,
            accounting_category_id: None,
            external_identifier: None,
        }
    }
}

/// The order that was added.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AddedOrder {
    /// Identifier of the order.
    pub order_id: Id<ProductServiceOrder>,
}

/// An order of products or ad hoc items.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ProductServiceOrder {
    /// Identifier of the order.
    pub id: Id<Self>,
    /// Service that was ordered from.
    pub service_id: Id<Service>,
    /// Account that it is charged to.
    pub account_id: Id<Account>,
    /// Whether the account is a customer or a company.
    pub account_type: AccountType,
    /// Profile that created it.
    pub creator_profile_id: Id<Profile>,
    /// Profile that last changed it.
    pub updater_profile_id: Id<Profile>,
    /// Customer on whose behalf it was ordered.
    pub booker_id: Option<Id<Customer>>,
    /// Number of the order.
    pub number: String,
    /// Where the order stands.
    pub state: ReservationState,
    /// How it came into the system.
    pub origin: ReservationOrigin,
    /// How the staff learnt of it.
    pub commander_origin: Option<CommanderOrigin>,
    /// More about where it came from.
    pub origin_details: Option<String>,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
    /// When it was cancelled.
    pub cancelled_utc: Option<UtcInstant>,
    /// Voucher that was used.
    pub voucher_id: Option<Id<Voucher>>,
    /// Business segment.
    pub business_segment_id: Option<Id<BusinessSegment>>,
    /// Reservation that it belongs to.
    pub linked_reservation_id: Option<Id<Reservation>>,
    /// Options of the order.
    pub options: ReservationOptions,
}

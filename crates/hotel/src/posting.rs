//! Posting: the one way by which items come onto accounts and change.

use std::iter;

use ostler_api::accounting_categories::AccountingCategory;
use ostler_api::accounts::{Account, AccountType};
use ostler_api::bills::Bill;
use ostler_api::objects::{Amount, TaxExemptionReason};
use ostler_api::order_items::{
    AccountingState, OrderItem, OrderItemData, OrderItemOptions, OrderItemType, RevenueType,
    ServiceOrder,
};
use ostler_api::services::Service;
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, Number, UtcInstant};
use ostler_store::{Find, Snapshot, Stored, Tx};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::arithmetic::money::{self, bounded};
use crate::arithmetic::tax::{self, Taxes};
use crate::bills::default_bill;
use crate::context::Context;
use crate::order_items::{OrderItemHidden, OrderItems};
use crate::property::Property;

/// Decimals of the columns that balances are summed from.
const MICROS: u32 = 6;

/// An item to post.
#[derive(Debug, Clone)]
pub struct NewItem {
    /// Service that it belongs to.
    pub service: Id<Service>,
    /// Reservation or product service order that it belongs to.
    pub order: Uuid,
    /// Account that it is charged to.
    pub account: (Id<Account>, AccountType),
    /// Its kind.
    pub kind: OrderItemType,
    /// Kind of revenue.
    pub revenue: RevenueType,
    /// What depends on its kind.
    pub data: Option<OrderItemData>,
    /// Name on the bill.
    pub name: Option<String>,
    /// How many units.
    pub unit_count: i32,
    /// Amount of one unit, in any currency that the property accepts.
    pub unit_amount: Amount,
    /// Start of the time unit that it is for.
    pub start: Option<UtcInstant>,
    /// When it is consumed.
    pub consumed: UtcInstant,
    /// Accounting category.
    pub accounting_category: Option<Id<AccountingCategory>>,
    /// Bill to assign it to; without it the default open bill of the account collects it.
    pub bill: Option<Id<Bill>>,
    /// Whether what was ordered is confirmed.
    pub posting: Posting,
    /// Identifier in an external system.
    pub external_identifier: Option<String>,
    /// Notes of whoever ordered it.
    pub notes: Option<String>,
    /// Why it is exempt from taxes, and the law that exempts it.
    pub tax_exemption: (Option<TaxExemptionReason>, Option<String>),
}

/// Whether what an item charges is confirmed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Posting {
    /// Confirmed: the item counts unless it is of no value.
    #[default]
    Open,
    /// Not yet, as of an optional reservation: the item does not count.
    Inactive,
}

/// Why an item is canceled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CanceledWith {
    /// Because its whole reservation is.
    Reservation,
    /// By itself.
    Nothing,
}

/// Posts an item: open where it is confirmed and of value, else inactive.
///
/// An amount in another currency than that of the property's accounting is converted.
///
/// # Errors
/// 403 where there is no exchange rate; 400 where the amount is too large; 500 where the store
/// fails, 408 past the deadline.
pub fn post(
    tx: &mut Tx<'_>,
    context: &Context,
    property: &Property,
    item: NewItem,
) -> Result<Stored<OrderItems>, Error> {
    insert(tx, context, property, item, None)
}

fn insert(
    tx: &mut Tx<'_>,
    context: &Context,
    property: &Property,
    item: NewItem,
    adjusts: Option<Id<OrderItem>>,
) -> Result<Stored<OrderItems>, Error> {
    let taxes = property.taxes()?;
    let original = taxes.multiply(&item.unit_amount, i64::from(item.unit_count))?;
    let unit_amount = to_accounting(property, &taxes, &item.unit_amount)?;
    let amount = to_accounting(property, &taxes, &original)?;
    checked_micros(amount.gross_value)?;
    let collected_by = match (item.bill, item.posting) {
        (None, Posting::Open) => Some(default_bill(tx, property, item.account)?.id),
        _ => None,
    };
    let (id, now) = (tx.new_id(), tx.now());
    let hidden = OrderItemHidden { posting: item.posting, collected_by, adjusts };
    let document = OrderItem {
        id,
        enterprise_id: property.id(),
        account_id: Some(item.account.0),
        account_type: Some(item.account.1),
        service_id: item.service,
        service_order_id: Id::<ServiceOrder>::new(item.order),
        notes: item.notes,
        bill_id: item.bill,
        accounting_category_id: item.accounting_category,
        billing_name: item.name,
        external_identifier: item.external_identifier,
        unit_count: item.unit_count,
        unit_amount,
        accounting_state: live_state(&amount, item.posting),
        amount,
        original_amount: original,
        revenue_type: item.revenue,
        creator_profile_id: context.profile(),
        updater_profile_id: context.profile(),
        created_utc: now,
        updated_utc: now,
        consumed_utc: item.consumed,
        canceled_utc: None,
        closed_utc: None,
        start_utc: item.start,
        claimed_utc: None,
        type_: item.kind,
        options: OrderItemOptions::default(),
        data: item.data,
        tax_exemption_reason: item.tax_exemption.0,
        tax_exemption_legal_reference: item.tax_exemption.1,
    };
    tx.insert(property.scope(), document, hidden)
}

/// All items of the reservation or product service order, newest first, canceled ones as well.
///
/// # Errors
/// 500 where the store fails, 408 past the deadline.
pub fn items_of(
    snapshot: &Snapshot<'_>,
    property: &Property,
    order: Uuid,
) -> Result<Vec<Stored<OrderItems>>, Error> {
    let find = Find::within(&[property.scope()]).and(OrderItems::ORDER.is(Id::new(order)));
    snapshot.find(&find)
}

/// Makes an item count because what it charges is confirmed. Nothing happens to one that is
/// confirmed or canceled.
///
/// # Errors
/// 500 where the store fails, 408 past the deadline.
pub fn activate(
    tx: &mut Tx<'_>,
    context: &Context,
    property: &Property,
    item: &mut Stored<OrderItems>,
) -> Result<(), Error> {
    if item.accounting_state != AccountingState::Inactive || item.hidden.posting == Posting::Open {
        return Ok(());
    }
    item.hidden.posting = Posting::Open;
    item.accounting_state = live_state(&item.amount, Posting::Open);
    if let (None, Some(account), Some(kind)) = (item.bill_id, item.account_id, item.account_type) {
        item.hidden.collected_by = Some(default_bill(tx, property, (account, kind))?.id);
    }
    item.updater_profile_id = context.profile();
    tx.update(item)
}

/// Cancels an item that is on no closed bill. Nothing happens to one that is canceled or closed.
///
/// # Errors
/// 500 where the store fails, 408 past the deadline.
pub fn cancel(
    tx: &mut Tx<'_>,
    context: &Context,
    item: &mut Stored<OrderItems>,
    with: CanceledWith,
) -> Result<(), Error> {
    match item.accounting_state {
        AccountingState::Closed | AccountingState::Canceled => return Ok(()),
        AccountingState::Open | AccountingState::Inactive => {}
    }
    if item.closed_utc.is_some() {
        return Ok(());
    }
    item.accounting_state = AccountingState::Canceled;
    item.canceled_utc = Some(tx.now());
    item.options.canceled_with_reservation = with == CanceledWith::Reservation;
    item.hidden.collected_by = None;
    item.updater_profile_id = context.profile();
    tx.update(item)
}

/// Gives an item another amount per unit.
///
/// An item on no closed bill changes. One on a closed bill stays as it is, and the difference is
/// posted beside it: as its rebate where it became cheaper, else as a further item of its kind; that
/// one is returned.
///
/// # Errors
/// Those of [`post`].
pub fn reprice(
    tx: &mut Tx<'_>,
    context: &Context,
    property: &Property,
    item: &mut Stored<OrderItems>,
    unit_amount: &Amount,
) -> Result<Option<Stored<OrderItems>>, Error> {
    if item.accounting_state == AccountingState::Canceled {
        return Ok(None);
    }
    let taxes = property.taxes()?;
    let original = taxes.multiply(unit_amount, i64::from(item.unit_count))?;
    let amount = to_accounting(property, &taxes, &original)?;
    checked_micros(amount.gross_value)?;
    if item.closed_utc.is_some() {
        return adjust(tx, context, property, item, &amount);
    }
    item.unit_amount = to_accounting(property, &taxes, unit_amount)?;
    item.accounting_state = live_state(&amount, item.hidden.posting);
    item.amount = amount;
    item.original_amount = original;
    item.updater_profile_id = context.profile();
    tx.update(item)?;
    Ok(None)
}

/// Posts what an item on a closed bill differs from what it should be, given what was posted for
/// that reason before.
fn adjust(
    tx: &mut Tx<'_>,
    context: &Context,
    property: &Property,
    item: &Stored<OrderItems>,
    wanted: &Amount,
) -> Result<Option<Stored<OrderItems>>, Error> {
    let mut charged = vec![item.amount.clone()];
    for other in items_of(tx, property, item.service_order_id.uuid())? {
        let adjusts = other.hidden.adjusts == Some(item.id);
        if adjusts && other.accounting_state != AccountingState::Canceled {
            charged.push(other.document.amount);
        }
    }
    let charged: Vec<Amount> = charged.iter().map(tax::negate).collect();
    let difference = tax::sum(property.currency(), iter::once(wanted).chain(&charged))?;
    let (Some(account), Some(account_type)) = (item.account_id, item.account_type) else {
        return Ok(None);
    };
    if difference.gross_value.0.is_zero() {
        return Ok(None);
    }
    let product = item.data.as_ref().and_then(OrderItemData::product_id);
    let rebate = Some(OrderItemData::rebate(item.id, product));
    let (kind, data) = match (difference.gross_value.0.is_sign_negative(), item.type_) {
        (false, kind) => (kind, item.data.clone()),
        (true, OrderItemType::SpaceOrder) => (OrderItemType::NightRebate, rebate),
        (true, OrderItemType::ProductOrder) => (OrderItemType::ProductOrderRebate, rebate),
        (true, _) => (OrderItemType::AdditionalExpenseRebate, rebate),
    };
    let new = NewItem {
        service: item.service_id,
        order: item.service_order_id.uuid(),
        account: (account, account_type),
        kind,
        revenue: item.revenue_type,
        data,
        name: item.billing_name.clone(),
        unit_count: 1,
        unit_amount: difference,
        start: item.start_utc,
        consumed: item.consumed_utc,
        accounting_category: item.accounting_category_id,
        bill: None,
        posting: Posting::Open,
        external_identifier: None,
        notes: None,
        tax_exemption: (item.tax_exemption_reason, item.tax_exemption_legal_reference.clone()),
    };
    insert(tx, context, property, new, Some(item.id)).map(Some)
}

/// The amount in the currency of the property's accounting.
///
/// # Errors
/// 400 `Invalid Currency` where the property does not accept its currency, 403 where it has no
/// exchange rate.
pub fn to_accounting(property: &Property, taxes: &Taxes, amount: &Amount) -> Result<Amount, Error> {
    if amount.currency == property.currency() {
        return Ok(amount.clone());
    }
    let rate = rate(property, &amount.currency)?;
    taxes.convert(amount, property.currency(), rate)
}

/// Converts amounts in the currency of the property's accounting into another one.
#[derive(Debug, Clone)]
pub struct Conversion {
    taxes: Taxes,
    currency: String,
    rate: Decimal,
}

impl Conversion {
    /// The conversion into the currency with this code.
    ///
    /// # Errors
    /// 400 `Invalid Currency` where the property does not accept it, 403 where it has no exchange
    /// rate.
    pub fn to(property: &Property, currency: &str) -> Result<Self, Error> {
        let rate = rate(property, currency)?;
        let inverse = bounded(Decimal::ONE.checked_div(rate))?;
        Ok(Self { taxes: property.taxes()?, currency: currency.to_owned(), rate: inverse })
    }

    /// The amount in the currency.
    ///
    /// # Errors
    /// 400 where it is too large.
    pub fn of(&self, amount: &Amount) -> Result<Amount, Error> {
        if amount.currency == self.currency {
            return Ok(amount.clone());
        }
        self.taxes.convert(amount, &self.currency, self.rate)
    }
}

/// What one unit of the currency is worth in that of the property's accounting.
fn rate(property: &Property, currency: &str) -> Result<Decimal, Error> {
    if property.accepted_currency(currency).is_none() {
        return Err(Error::invalid("Currency")
            .expected("a currency that the property accepts")
            .got(currency));
    }
    if currency == property.currency() {
        return Ok(Decimal::ONE);
    }
    let rate = property.enterprise.hidden.exchange_rates.get(currency).map(|rate| rate.0);
    rate.filter(|rate| rate.is_sign_positive() && !rate.is_zero())
        .ok_or_else(|| Error::rule("exchange-rate-missing").with("currency", currency))
}

/// The state of an item that is neither canceled nor on a closed bill.
fn live_state(amount: &Amount, posting: Posting) -> AccountingState {
    let is_worthless = amount.gross_value.0.is_zero() && amount.net_value.0.is_zero();
    match posting {
        Posting::Open if !is_worthless => AccountingState::Open,
        Posting::Open | Posting::Inactive => AccountingState::Inactive,
    }
}

/// The value in millionths, as columns hold it.
pub(crate) fn micros(value: Number) -> i64 {
    checked_micros(value).unwrap_or_default()
}

/// The value in millionths.
///
/// # Errors
/// 400 where a column cannot hold it.
pub(crate) fn checked_micros(value: Number) -> Result<i64, Error> {
    let scaled = value.0.checked_mul(Decimal::from(10_i64.pow(MICROS)));
    let scaled = scaled.map(|value| money::round(value, 0)).and_then(|value| value.to_i64());
    match scaled {
        Some(micros) => Ok(micros),
        None => bounded(None).map(|_| 0),
    }
}

/// The value of so many millionths.
pub(crate) fn from_micros(micros: i64) -> Number {
    Number(Decimal::new(micros, MICROS))
}

#[cfg(test)]
mod tests;

//! Bills: what an account is asked to pay.
//!
//! Every account has one default open bill as soon as it has something to pay. What a reservation
//! produces is assigned to no bill; the default bill collects it, and takes it when it is closed.

use ostler_api::accounts::{Account, AccountType};
use ostler_api::bills::{Bill, BillCorrectionState, BillState, BillType};
use ostler_api::payments::PaymentState;
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, Number, UtcInstant};
use ostler_store::{Find, Snapshot, Stored, Tx, Value, entity};
use serde::{Deserialize, Serialize};

pub mod closing;
mod operations;
mod parties;

use crate::filters::unknown;
use crate::order_items::{COUNTING, OrderItems};
use crate::payments::Payments;
use crate::posting::from_micros;
use crate::property::Property;

/// What the wire does not show of a bill.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BillHidden {
    /// Whether it takes what its account consumes and pays without naming a bill. Of the open bills
    /// of an account, one at most does.
    pub is_default: bool,
}

entity! {
    /// The bills of all properties.
    Bills of Bill, with BillHidden, in "bill";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index ACCOUNT "account": Id<Account> = |it, hidden| it.account_id;
    index STATE "state": &'static str = |it, hidden| it.state.name();
    index KIND "kind": &'static str = |it, hidden| it.type_.name();
    index CORRECTION "correction": &'static str = |it, hidden| it.correction_state.name();
    index DEFAULT "default_": bool = |it, hidden| hidden.is_default && it.state == BillState::Open;
    index ISSUED "issued": Option<UtcInstant> = |it, hidden| it.issued_utc;
    index PAID "paid": Option<UtcInstant> = |it, hidden| it.paid_utc;
    index DUE "due": Option<UtcInstant> = |it, hidden| it.due_utc;
    lookup Columns(&["account", "state"]);
    lookup Columns(&["account", "default_"]);
    lookup Columns(&["state", "correction"]);
    lookup Columns(&["kind", "correction"]);
    lookup Columns(&["correction"]);
    lookup Columns(&["issued"]);
    lookup Columns(&["paid"]);
    lookup Columns(&["due"]);
    lookup Columns(&["created"]);
    lookup Columns(&["updated"]);
}

/// An open bill without contents.
pub(crate) fn empty(
    id: Id<Bill>,
    property: &Property,
    account: (Id<Account>, AccountType),
    now: UtcInstant,
) -> Bill {
    let (account, kind) = account;
    Bill {
        id,
        name: None,
        enterprise_id: property.id(),
        account_id: account,
        account_type: kind,
        associated_account_ids: None,
        counter_id: None,
        state: BillState::Open,
        type_: BillType::Receipt,
        number: None,
        variable_symbol: None,
        created_utc: now,
        issued_utc: None,
        taxed_utc: None,
        paid_utc: None,
        due_utc: None,
        last_reminder_date_utc: None,
        updated_utc: now,
        purchase_order_number: None,
        notes: None,
        options: None,
        owner_data: None,
        associated_account_data: None,
        enterprise_data: None,
        correction_state: BillCorrectionState::Bill,
        correction_type: None,
        corrected_bill_id: None,
        customer_id: (kind == AccountType::Customer).then(|| account.cast()),
        company_id: (kind == AccountType::Company).then(|| account.cast()),
        revenue: None,
        payments: None,
        order_items: None,
        payment_items: None,
        assignee_data: None,
        company_details: None,
    }
}

/// The default open bill of the account, made where there is none.
///
/// # Errors
/// 500 where the store fails, 408 past the deadline.
pub fn default_bill(
    tx: &mut Tx<'_>,
    property: &Property,
    account: (Id<Account>, AccountType),
) -> Result<Stored<Bills>, Error> {
    let find = Find::within(&[property.scope()])
        .and(Bills::ACCOUNT.is(account.0))
        .and(Bills::DEFAULT.is(true));
    if let Some(bill) = tx.first(&find)? {
        return Ok(bill);
    }
    let (id, now) = (tx.new_id(), tx.now());
    let bill = empty(id, property, account, now);
    tx.insert(property.scope(), bill, BillHidden { is_default: true })
}

/// The open bill of the account with this identifier.
///
/// # Errors
/// 400 `Invalid BillId` where it does not exist, is closed, or is of another account.
pub fn open_bill(
    snapshot: &Snapshot<'_>,
    property: &Property,
    id: Id<Bill>,
    account: Id<Account>,
) -> Result<Stored<Bills>, Error> {
    let bill: Option<Stored<Bills>> = snapshot.get(property.scope(), id)?;
    bill.filter(|it| it.state == BillState::Open && it.account_id == account)
        .ok_or_else(|| unknown("BillId").expected("an open bill of the account"))
}

/// The open bills of the account, newest first.
///
/// # Errors
/// 500 where the store fails, 408 past the deadline.
pub fn open_bills_of(
    snapshot: &Snapshot<'_>,
    property: &Property,
    account: Id<Account>,
) -> Result<Vec<Stored<Bills>>, Error> {
    let find = Find::within(&[property.scope()])
        .and(Bills::ACCOUNT.is(account))
        .and(Bills::STATE.is(BillState::Open.name()));
    snapshot.find(&find)
}

/// What is still to be paid on the bill, in the currency of the property's accounting: the order
/// items that count and the payments that were made.
///
/// # Errors
/// 500 where the store fails, 408 past the deadline.
pub fn balance(
    snapshot: &Snapshot<'_>,
    property: &Property,
    bill: Id<Bill>,
) -> Result<Number, Error> {
    let mut sum: i64 = 0;
    let mut add = |row: &[Value]| {
        let Some(Value::Integer(gross)) = row.first() else {
            return Err(Error::internal("an item without a gross value"));
        };
        sum = sum.checked_add(*gross).ok_or_else(|| Error::internal("a balance beyond 64 bits"))?;
        Ok(())
    };
    let scopes = [property.scope()];
    let items = Find::within(&scopes)
        .and(OrderItems::BILL.is(Some(bill)))
        .and(OrderItems::STATE.one_of(COUNTING));
    snapshot.scan(&items, &[OrderItems::GROSS.name()], &mut add)?;
    let payments = Find::within(&scopes)
        .and(Payments::BILL.is(Some(bill)))
        .and(Payments::STATE.is(PaymentState::Charged.name()))
        .and(Payments::ACCOUNTING_STATE.one_of(COUNTING));
    snapshot.scan(&payments, &[Payments::GROSS.name()], &mut add)?;
    Ok(from_micros(sum))
}

#[cfg(test)]
mod tests;

//! Closing of bills: the one way by which a bill becomes a document.

use jiff::Zoned;
use jiff::civil::Date;
use ostler_api::accounts::{Account, AccountType};
use ostler_api::bills::{Bill, BillOptions, BillOwnerData, BillState, BillType};
use ostler_api::counters::{Counter, CounterType};
use ostler_api::enterprises::AccountingConfigurationOption;
use ostler_api::order_items::{AccountingState, OrderItemType, RevenueType};
use ostler_api::payments::{PaymentData, PaymentOrigin, PaymentState, PaymentType};
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, LocalDate, UpdateValue, UtcInstant};
use ostler_store::{Find, Stored, Tx};

use crate::accounts::{self, AccountProfile};
use crate::arithmetic::tax::untaxed;
use crate::bills::parties::{self, Shown};
use crate::bills::{Bills, balance};
use crate::context::Context;
use crate::counters;
use crate::filters::unknown;
use crate::order_items::OrderItems;
use crate::orders::{NewOrder, place};
use crate::payments::{NewPayment, Payments, record};
use crate::posting::{NewItem, Posting, post};
use crate::property::Property;

/// How a bill is closed.
#[derive(Debug, Clone)]
pub struct CloseOptions {
    /// As a receipt, or as an invoice.
    pub kind: BillType,
    /// Counter that gives the number; the default counter of bills without it.
    pub counter: Option<Id<Counter>>,
    /// Whether the bill shows the customer.
    pub display_customer: bool,
    /// Whether the bill shows taxes.
    pub display_taxation: bool,
    /// When the taxes are declared, of an invoice.
    pub taxed: UpdateValue<LocalDate>,
    /// When it is due, of an invoice.
    pub due: UpdateValue<LocalDate>,
    /// Reference for the payment, of an invoice.
    pub variable_symbol: UpdateValue<String>,
    /// Number of the order that it answers.
    pub purchase_order_number: UpdateValue<String>,
    /// Notes on the bill.
    pub notes: UpdateValue<String>,
    /// What it shows in place of its account's own data.
    pub owner: Shown,
    /// What it shows in place of a further account's own data; of any of them without an account.
    pub associated: Option<(Option<Id<Account>>, Shown)>,
}

impl CloseOptions {
    /// A closing with nothing special.
    #[must_use]
    pub fn of(kind: BillType) -> Self {
        Self {
            kind,
            counter: None,
            display_customer: true,
            display_taxation: true,
            taxed: UpdateValue::Keep,
            due: UpdateValue::Keep,
            variable_symbol: UpdateValue::Keep,
            purchase_order_number: UpdateValue::Keep,
            notes: UpdateValue::Keep,
            owner: Shown::default(),
            associated: None,
        }
    }
}

/// Closes an open bill: it gets its number, what is on it is closed with it, and the data of all
/// parties are kept as they are now.
///
/// # Errors
/// 400 `Invalid BillId` where it is closed; 400 naming what only invoices have, a counter or a
/// further account that does not fit. 403 where the bill is empty or has a payment under way, where
/// a receipt is not paid, where an invoice is for an account that takes none.
pub fn close(
    tx: &mut Tx<'_>,
    context: &Context,
    property: &Property,
    mut bill: Stored<Bills>,
    options: &CloseOptions,
) -> Result<Stored<Bills>, Error> {
    if bill.state == BillState::Closed {
        return Err(unknown("BillId").expected("an open bill"));
    }
    fits(options)?;
    let counter = match options.counter {
        None => None,
        Some(id) => {
            Some(counters::named(tx, property, id, CounterType::BillCounter, "BillCounterId")?)
        }
    };
    let account = accounts::find(tx, property.chain(), bill.account_id, "AccountId")?;
    // Before any rule: it also finds data for accounts that the bill does not have.
    describe(tx, property, &mut bill, &account, options)?;
    if options.kind == BillType::Invoice && !account.invoiceable {
        return Err(Error::rule("account-not-invoiceable").with("name", &account.name));
    }
    let contents = Contents::of(tx, property, bill.id)?;
    contents.ready()?;
    if options.kind == BillType::Invoice {
        charge_invoice(tx, context, property, &account, bill.id)?;
    }
    settle(tx, property, &bill, &account, options.kind)?;
    // The fee and what is receivable are contents by now.
    Contents::of(tx, property, bill.id)?.close(tx, context, bill.id)?;
    let (counter, number) = match counter {
        None => counters::next(tx, property, CounterType::BillCounter)?,
        Some(mut counter) => (counter.id, counters::issue(tx, &mut counter)?),
    };
    bill.counter_id = Some(counter);
    bill.number = Some(number);
    bill.state = BillState::Closed;
    tx.update(&mut bill)?;
    Ok(bill)
}

/// What only an invoice has, a receipt does not get.
fn fits(options: &CloseOptions) -> Result<(), Error> {
    if options.kind == BillType::Invoice {
        return Ok(());
    }
    let sent = [
        ("TaxedDate", options.taxed.set().is_some()),
        ("DueDate", options.due.set().is_some()),
        ("VariableSymbol", options.variable_symbol.set().is_some()),
    ];
    match sent.iter().find(|(_, is_sent)| *is_sent) {
        Some((name, _)) => Err(Error::invalid(name).expected("nothing, or an invoice")),
        None => Ok(()),
    }
}

/// What is on a bill.
struct Contents {
    items: Vec<Stored<OrderItems>>,
    payments: Vec<Stored<Payments>>,
}

impl Contents {
    fn of(tx: &Tx<'_>, property: &Property, bill: Id<Bill>) -> Result<Self, Error> {
        let scopes = [property.scope()];
        let items = Find::within(&scopes).and(OrderItems::BILL.is(Some(bill)));
        let payments = Find::within(&scopes).and(Payments::BILL.is(Some(bill)));
        Ok(Self { items: tx.find(&items)?, payments: tx.find(&payments)? })
    }

    /// 403 unless there is something to close and nothing under way.
    fn ready(&self) -> Result<(), Error> {
        let is_pending = |it: &Stored<Payments>| {
            matches!(it.state, PaymentState::Pending | PaymentState::Verifying)
        };
        if self.payments.iter().any(is_pending) {
            return Err(Error::rule("bill-payment-pending"));
        }
        let mut charged = self.payments.iter().filter(|it| it.state == PaymentState::Charged);
        if charged.next().is_none() && !self.items.iter().any(belongs) {
            return Err(Error::rule("bill-empty"));
        }
        Ok(())
    }

    fn close(self, tx: &mut Tx<'_>, context: &Context, bill: Id<Bill>) -> Result<(), Error> {
        let now = tx.now();
        for mut item in self.items {
            if item.accounting_state == AccountingState::Canceled {
                continue;
            }
            if belongs(&item) {
                item.bill_id = Some(bill);
                item.closed_utc = Some(now);
                if item.accounting_state == AccountingState::Open {
                    item.accounting_state = AccountingState::Closed;
                }
            } else {
                // Not confirmed yet: it goes onto another bill once it is.
                item.bill_id = None;
            }
            item.hidden.collected_by = None;
            item.updater_profile_id = context.profile();
            tx.update(&mut item)?;
        }
        for mut payment in self.payments {
            if payment.accounting_state == AccountingState::Open {
                payment.accounting_state = AccountingState::Closed;
                payment.closed_utc = Some(now);
                tx.update(&mut payment)?;
            }
        }
        Ok(())
    }
}

/// Whether an item is printed on the bill.
fn belongs(item: &Stored<OrderItems>) -> bool {
    item.accounting_state != AccountingState::Canceled && item.hidden.posting == Posting::Open
}

/// Posts the fee for the invoice where the company agreed to it and the property has one.
fn charge_invoice(
    tx: &mut Tx<'_>,
    context: &Context,
    property: &Property,
    account: &AccountProfile,
    bill: Id<Bill>,
) -> Result<(), Error> {
    let agreed = account.company.as_ref().is_some_and(|it| it.options.add_fees_to_invoices);
    let Some(fee) = property.enterprise.hidden.invoice_fee.as_ref().filter(|_| agreed) else {
        return Ok(());
    };
    let now = tx.now();
    let (payer, currency) = ((account.id, account.kind), property.currency());
    let unit_amount = property.taxes()?.of(fee.value.0, currency, &fee.tax_codes, now)?;
    let order = NewOrder {
        service: fee.service,
        account: payer,
        business_segment: None,
        linked_reservation: None,
    };
    let order = place(tx, context, property, &order)?;
    let item = NewItem {
        service: fee.service,
        order: order.id.uuid(),
        account: payer,
        kind: OrderItemType::InvoiceFee,
        revenue: RevenueType::Additional,
        data: None,
        name: Some(fee.name.clone()),
        unit_count: 1,
        unit_amount,
        start: None,
        consumed: now,
        accounting_category: fee.accounting_category,
        bill: Some(bill),
        posting: Posting::Open,
        external_identifier: None,
        notes: None,
        tax_exemption: (None, None),
    };
    post(tx, context, property, item).map(|_| ())
}

/// A receipt must be paid; what is left of an invoice becomes a receivable, so that every closed
/// bill sums to zero.
fn settle(
    tx: &mut Tx<'_>,
    property: &Property,
    bill: &Bill,
    account: &AccountProfile,
    kind: BillType,
) -> Result<(), Error> {
    let left = balance(tx, property, bill.id)?;
    match kind {
        _ if left.0.is_zero() => Ok(()),
        BillType::Receipt => Err(Error::rule("bill-not-balanced")
            .with("balance", left)
            .with("currency", property.currency())),
        BillType::Invoice => {
            let amount = untaxed(-left.0, property.currency());
            let receivable = NewPayment {
                account: (account.id, account.kind),
                bill: Some(bill.id),
                reservation: None,
                accounting_category: None,
                original_amount: amount.clone(),
                amount,
                kind: PaymentType::InvoicePayment,
                data: Some(PaymentData::invoice(bill.id)),
                origin: PaymentOrigin::System,
                notes: None,
                closed: Some(tx.now()),
            };
            record(tx, property, receivable).map(|_| ())
        }
    }
}

/// Writes what a closed bill says of itself and of all parties.
fn describe(
    tx: &Tx<'_>,
    property: &Property,
    bill: &mut Stored<Bills>,
    account: &AccountProfile,
    options: &CloseOptions,
) -> Result<(), Error> {
    let now = tx.now();
    let is_invoice = options.kind == BillType::Invoice;
    bill.type_ = options.kind;
    bill.issued_utc = Some(now);
    bill.taxed_utc = Some(match options.taxed.set() {
        Some(date) => midnight(property, *date)?,
        None => now,
    });
    bill.paid_utc = (!is_invoice).then_some(now);
    bill.due_utc = match (&options.due, is_invoice) {
        (UpdateValue::Set(date), _) => Some(midnight(property, *date)?),
        (UpdateValue::Keep, true) => agreed_due(property, account, now)?,
        (UpdateValue::Keep | UpdateValue::Clear, _) => None,
    };
    options.variable_symbol.apply(&mut bill.variable_symbol);
    options.purchase_order_number.apply(&mut bill.purchase_order_number);
    options.notes.apply(&mut bill.notes);
    let accounting = property.enterprise.hidden.accounting.as_ref();
    let tracked = AccountingConfigurationOption::ReceivableTrackingEnabled;
    bill.options = Some(BillOptions {
        display_customer: options.display_customer,
        display_taxation: options.display_taxation,
        track_receivable: is_invoice && accounting.is_some_and(|it| it.options.contains(&tracked)),
        display_cid: false,
        rebated: false,
    });
    bill.enterprise_data = Some(parties::enterprise(property));
    let owner = parties::account(tx, property, account, &options.owner)?;
    bill.owner_data = Some(owner.clone());
    bill.assignee_data = Some(owner);
    describe_associated(tx, property, bill, options)
}

fn describe_associated(
    tx: &Tx<'_>,
    property: &Property,
    bill: &mut Stored<Bills>,
    options: &CloseOptions,
) -> Result<(), Error> {
    let associated = bill.associated_account_ids.clone().unwrap_or_default();
    if let Some((Some(id), _)) = &options.associated
        && !associated.contains(id)
    {
        return Err(unknown("AssociatedAccountData").at("/AssociatedAccountData/0/Id"));
    }
    let mut data = Vec::with_capacity(associated.len());
    for id in associated {
        let shown = match &options.associated {
            Some((sent, shown)) if sent.is_none_or(|sent| sent == id) => shown.clone(),
            _ => Shown::default(),
        };
        let profile = accounts::find(tx, property.chain(), id, "AssociatedAccountId")?;
        let of = parties::account(tx, property, &profile, &shown)?;
        if let (AccountType::Customer, BillOwnerData::BillCompanyData(company)) =
            (bill.account_type, &of)
        {
            bill.company_details = Some(company.clone());
        }
        data.push(of.into());
    }
    bill.associated_account_data = Some(data);
    Ok(())
}

/// When an invoice is due by what was agreed with the account.
fn agreed_due(
    property: &Property,
    account: &AccountProfile,
    now: UtcInstant,
) -> Result<Option<UtcInstant>, Error> {
    let agreed = account.company.as_ref().and_then(|it| it.invoice_due_interval);
    let Some(interval) = agreed else { return Ok(None) };
    let today: Date = now.timestamp().to_zoned(property.zone.clone()).date();
    let due = today.checked_add(interval.span()).map_err(Error::internal)?;
    midnight(property, LocalDate(due)).map(Some)
}

/// The first moment of a date at the property.
fn midnight(property: &Property, date: LocalDate) -> Result<UtcInstant, Error> {
    let start: Zoned = date.0.to_zoned(property.zone.clone()).map_err(|error| {
        Error::invalid("DueDate").expected("a date within the calendar").got(error)
    })?;
    Ok(UtcInstant::from_timestamp(start.timestamp()))
}

//! Operations on bills.

use ostler_api::accounts::{Account, AccountType};
use ostler_api::bills::items::{
    BilledCreditCardData, BilledInvoiceData, BilledOrderItem, BilledOrderItemData, BilledPayment,
    BilledPaymentData, BilledProductData, BilledRebateData,
};
use ostler_api::bills::requests::{
    AddBills, BillParameters, ChangedBills, CloseBill, DeleteBills, GetBills,
};
use ostler_api::bills::{Bill, BillCorrectionState, BillState};
use ostler_api::order_items::{OrderItem, OrderItemType};
use ostler_api::payments::{ExternalPaymentType, Payment, PaymentType};
use ostler_api::{self as api, Empty};
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, UpdateValue, UtcInstant};
use ostler_store::{Find, Page, Snapshot, Stored, Tx};
use uuid::Uuid;

use crate::accounts;
use crate::bills::closing::{CloseOptions, close};
use crate::bills::parties::Shown;
use crate::bills::{BillHidden, Bills, empty};
use crate::context::Context;
use crate::filters::{at_least_one, given, interval, unknown};
use crate::listing;
use crate::operation::{Command, Query};
use crate::order_items::OrderItems;
use crate::payments::Payments;
use crate::property::Property;
use crate::reply::Reply;

impl Query for GetBills {
    fn run(
        &self,
        snapshot: &Snapshot<'_>,
        context: &Context,
    ) -> Result<Reply<api::bills::requests::Bills>, Error> {
        let scopes = context.enterprises(given(self.enterprise_ids.as_ref()))?;
        let (ids, customers) = (given(self.bill_ids.as_ref()), given(self.customer_ids.as_ref()));
        let corrections = given(self.correction_state.as_ref());
        let issued = self.issued_utc.or(self.closed_utc);
        let intervals = [issued, self.paid_utc, self.due_utc, self.created_utc, self.updated_utc];
        at_least_one(
            &[
                ids.is_some(),
                customers.is_some(),
                corrections.is_some(),
                self.state.is_some(),
                self.type_.is_some(),
                intervals.iter().any(Option::is_some),
            ],
            &[
                "BillIds",
                "CustomerIds",
                "State",
                "Type",
                "CorrectionState",
                "IssuedUtc",
                "PaidUtc",
                "DueUtc",
                "CreatedUtc",
                "UpdatedUtc",
            ],
        )?;
        let regular = [BillCorrectionState::Bill];
        let corrections = corrections.or(ids.is_none().then_some(&regular[..]));
        let find = Find::within(&scopes)
            .and_maybe(
                customers.map(|it| Bills::ACCOUNT.one_of(it.iter().map(|id| id.cast::<Account>()))),
            )
            .and_maybe(self.state.map(|it| Bills::STATE.is(it.name())))
            .and_maybe(self.type_.map(|it| Bills::KIND.is(it.name())))
            .and_maybe(
                corrections.map(|it| Bills::CORRECTION.one_of(it.iter().map(|it| it.name()))),
            )
            .during_optional(Bills::ISSUED, interval(issued, "IssuedUtc")?)
            .during_optional(Bills::PAID, interval(self.paid_utc, "PaidUtc")?)
            .during_optional(Bills::DUE, interval(self.due_utc, "DueUtc")?)
            .during(Bills::CREATED, interval(self.created_utc, "CreatedUtc")?)
            .during(Bills::UPDATED, interval(self.updated_utc, "UpdatedUtc")?)
            .ids_maybe(ids);
        if self.extent.as_ref().and_then(|it| it.items) != Some(true) {
            return listing::plain("Bills", snapshot, &find, self.limitation);
        }
        let (after, count) = (self.limitation.after(), self.limitation.count);
        let mut page = Page::default();
        for mut bill in snapshot.page_decoded(&find, after, count)? {
            fill(snapshot, &mut bill)?;
            page.push(bill.id.uuid(), &bill.document)?;
        }
        Reply::page("Bills", &page)
    }
}

/// Writes what is on the bill into its deprecated lists.
fn fill(snapshot: &Snapshot<'_>, bill: &mut Stored<Bills>) -> Result<(), Error> {
    let scopes = [bill.scope];
    let items = Find::within(&scopes).and(OrderItems::BILL.is(Some(bill.id)));
    let items = snapshot.find(&items)?.into_iter();
    bill.order_items = Some(items.map(|it| billed_item(it.document, bill.account_id)).collect());
    let payments = Find::within(&scopes).and(Payments::BILL.is(Some(bill.id)));
    let payments = snapshot.find(&payments)?.into_iter();
    bill.payment_items = Some(payments.map(|it| billed_payment(it.document)).collect());
    Ok(())
}

fn billed_item(it: OrderItem, account: Id<Account>) -> BilledOrderItem {
    let data = billed_item_data(&it);
    BilledOrderItem {
        id: it.id,
        account_id: it.account_id.unwrap_or(account),
        order_id: it.service_order_id,
        bill_id: it.bill_id,
        accounting_category_id: it.accounting_category_id,
        unit_count: it.unit_count,
        unit_amount: it.unit_amount,
        amount: it.amount,
        original_amount: it.original_amount,
        revenue_type: it.revenue_type,
        creator_profile_id: it.creator_profile_id,
        updater_profile_id: it.updater_profile_id,
        created_utc: it.created_utc,
        updated_utc: it.updated_utc,
        consumed_utc: Some(it.consumed_utc),
        canceled_utc: it.canceled_utc,
        closed_utc: it.closed_utc,
        start_utc: it.start_utc,
        accounting_state: it.accounting_state,
        data,
    }
}

fn billed_item_data(it: &OrderItem) -> BilledOrderItemData {
    let data = it.data.as_ref();
    if let Some(rebate) = data.and_then(|it| it.rebate.as_ref()) {
        return BilledOrderItemData::Rebate(BilledRebateData {
            rebated_item_id: rebate.rebated_item_id,
        });
    }
    if let Some(product) = data.and_then(|it| it.product.as_ref()) {
        return BilledOrderItemData::ProductOrder(BilledProductData {
            product_id: product.product_id,
            age_category_id: product.age_category_id,
        });
    }
    match it.type_ {
        OrderItemType::CancellationFee => BilledOrderItemData::CancellationFee(()),
        OrderItemType::Deposit => BilledOrderItemData::Deposit(()),
        OrderItemType::ExchangeRateDifference => BilledOrderItemData::ExchangeRateDifference(()),
        OrderItemType::CustomItem => BilledOrderItemData::CustomItem(()),
        OrderItemType::Surcharge => BilledOrderItemData::Surcharge(()),
        OrderItemType::SpaceOrder => BilledOrderItemData::SpaceOrder(()),
        OrderItemType::TaxCorrection => BilledOrderItemData::TaxCorrection(()),
        OrderItemType::ResourceUpgradeFee => BilledOrderItemData::ResourceUpgradeFee(()),
        OrderItemType::InvoiceFee => BilledOrderItemData::InvoiceFee(()),
        _ => BilledOrderItemData::Other(()),
    }
}

fn billed_payment(it: Payment) -> BilledPayment {
    let data = billed_payment_data(&it);
    BilledPayment {
        id: it.id,
        account_id: it.account_id,
        bill_id: it.bill_id,
        accounting_category_id: it.accounting_category_id,
        amount_default: Some(it.amount.clone()),
        amount: it.amount,
        original_amount: it.original_amount,
        notes: it.notes,
        settlement_id: it.settlement_id,
        consumed_utc: it.consumed_utc.unwrap_or(it.created_utc),
        closed_utc: it.closed_utc,
        accounting_state: it.accounting_state,
        state: it.state,
        identifier: it.identifier,
        data,
    }
}

fn billed_payment_data(it: &Payment) -> BilledPaymentData {
    let data = it.data.as_ref();
    match it.type_ {
        PaymentType::CreditCardPayment => {
            let card = data.and_then(|it| it.credit_card.as_ref());
            BilledPaymentData::CreditCard(BilledCreditCardData {
                payment_card_id: card.and_then(|it| it.credit_card_id),
            })
        }
        PaymentType::InvoicePayment => {
            let invoice = data.and_then(|it| it.invoice.as_ref());
            BilledPaymentData::Invoice(BilledInvoiceData {
                invoice_id: invoice.and_then(|it| it.invoice_id),
            })
        }
        PaymentType::CashPayment => BilledPaymentData::Cash(()),
        _ => billed_external(data.and_then(|it| it.external.as_ref()).map(|it| it.type_)),
    }
}

fn billed_external(kind: Option<ExternalPaymentType>) -> BilledPaymentData {
    match kind {
        Some(ExternalPaymentType::Cash) => BilledPaymentData::Cash(()),
        Some(ExternalPaymentType::Unspecified) => BilledPaymentData::Unspecified(()),
        Some(ExternalPaymentType::BadDebts) => BilledPaymentData::BadDebts(()),
        Some(ExternalPaymentType::WireTransfer) => BilledPaymentData::WireTransfer(()),
        Some(ExternalPaymentType::ExchangeRateDifference) => {
            BilledPaymentData::ExchangeRateDifference(())
        }
        Some(ExternalPaymentType::ExchangeRoundingDifference) => {
            BilledPaymentData::ExchangeRoundingDifference(())
        }
        Some(ExternalPaymentType::BankCharges) => BilledPaymentData::BankCharges(()),
        Some(ExternalPaymentType::Cheque) => BilledPaymentData::Cheque(()),
        _ => BilledPaymentData::Other(()),
    }
}

impl Command for AddBills {
    fn run(&self, tx: &mut Tx<'_>, context: &Context) -> Result<Reply<ChangedBills>, Error> {
        let enterprise = context.enterprise(self.enterprise_id)?.enterprise;
        let property = Property::load(tx, enterprise)?;
        let mut bills = Vec::with_capacity(self.bills.len());
        for (index, sent) in self.bills.iter().enumerate() {
            let at = |error: Error, name: &str| error.at(format!("/Bills/{index}/{name}"));
            let bill = add(tx, &property, sent, at)?;
            bills.push(bill);
        }
        Reply::of(&ChangedBills { bills })
    }
}

fn add(
    tx: &mut Tx<'_>,
    property: &Property,
    sent: &BillParameters,
    at: impl Fn(Error, &str) -> Error,
) -> Result<Bill, Error> {
    let chain = property.chain();
    let account = accounts::find(tx, chain, sent.account_id, "AccountId")
        .map_err(|error| at(error, "AccountId"))?;
    let (id, now): (Id<Bill>, UtcInstant) = (tx.new_id(), tx.now());
    let mut bill = empty(id, property, (account.id, account.kind), now);
    bill.name = sent.name.clone();
    if let Some(associated) = sent.associated_account_id {
        let name = "AssociatedAccountId";
        let associated =
            accounts::find(tx, chain, associated, name).map_err(|error| at(error, name))?;
        if associated.id == account.id {
            return Err(at(unknown(name).expected("another account than the bill's own"), name));
        }
        bill.associated_account_ids = Some(vec![associated.id]);
        if associated.kind == AccountType::Company && bill.company_id.is_none() {
            bill.company_id = Some(associated.id.cast());
        }
    }
    let stored: Stored<Bills> = tx.insert(property.scope(), bill, BillHidden::default())?;
    Ok(stored.document)
}

impl Command for CloseBill {
    fn run(&self, tx: &mut Tx<'_>, context: &Context) -> Result<Reply<ChangedBills>, Error> {
        let enterprise = context.enterprise(self.enterprise_id)?.enterprise;
        let property = Property::load(tx, enterprise)?;
        let bill: Option<Stored<Bills>> = tx.get(property.scope(), self.bill_id)?;
        let bill = bill.ok_or_else(|| unknown("BillId"))?;
        if self.fiscal_machine_id.is_some() {
            // No property has one yet.
            return Err(unknown("FiscalMachineId"));
        }
        let bill = close(tx, context, &property, bill, &options(self))?;
        Reply::of(&ChangedBills { bills: vec![bill.document] })
    }
}

fn options(sent: &CloseBill) -> CloseOptions {
    let shows = |flag: &UpdateValue<bool>| flag.set().copied().unwrap_or(true);
    let options = sent.options.as_ref();
    let owner = Shown {
        tax_identifier: or(&sent.account_tax_identifier, &sent.tax_identifier),
        address: sent.account_address.clone().or_else(|| sent.address.clone()),
    };
    let associated = sent.associated_account_data.as_ref().and_then(|list| list.first());
    let associated = match (associated, &sent.company_tax_identifier) {
        (Some(data), _) => {
            let (tax_identifier, address) = (data.tax_identifier.clone(), data.address.clone());
            Some((Some(data.id), Shown { tax_identifier, address }))
        }
        (None, UpdateValue::Keep) => None,
        (None, identifier) => {
            Some((None, Shown { tax_identifier: identifier.clone(), address: None }))
        }
    };
    CloseOptions {
        kind: sent.type_,
        counter: sent.bill_counter_id,
        display_customer: options.is_none_or(|it| shows(&it.display_customer)),
        display_taxation: options.is_none_or(|it| shows(&it.display_taxation)),
        taxed: sent.taxed_date.clone(),
        due: sent.due_date.clone(),
        variable_symbol: sent.variable_symbol.clone(),
        purchase_order_number: sent.purchase_order_number.clone(),
        notes: sent.notes.clone(),
        owner,
        associated,
    }
}

fn or(value: &UpdateValue<String>, deprecated: &UpdateValue<String>) -> UpdateValue<String> {
    if value.is_change() { value.clone() } else { deprecated.clone() }
}

impl Command for DeleteBills {
    fn run(&self, tx: &mut Tx<'_>, context: &Context) -> Result<Reply<Empty>, Error> {
        let enterprise = context.enterprise(self.enterprise_id)?.enterprise;
        let property = Property::load(tx, enterprise)?;
        let mut deleted: Vec<Uuid> = Vec::with_capacity(self.bill_ids.len());
        for (index, id) in self.bill_ids.iter().enumerate() {
            if deleted.contains(&id.uuid()) {
                continue;
            }
            let bill: Option<Stored<Bills>> = tx.get(property.scope(), *id)?;
            let bill = bill.ok_or_else(|| unknown("BillId").at(format!("/BillIds/{index}")))?;
            deletable(tx, &property, &bill)?;
            tx.delete(bill)?;
            deleted.push(id.uuid());
        }
        Reply::of(&Empty {})
    }
}

/// 403 unless the bill is open and nothing ever was on it.
fn deletable(tx: &Tx<'_>, property: &Property, bill: &Bill) -> Result<(), Error> {
    if bill.state == BillState::Closed {
        let number = bill.number.as_deref().unwrap_or_default();
        return Err(Error::rule("bill-closed").with("number", number));
    }
    let scopes = [property.scope()];
    let items = Find::within(&scopes).and(OrderItems::BILL.is(Some(bill.id)));
    let payments = Find::within(&scopes).and(Payments::BILL.is(Some(bill.id)));
    if tx.count(&items)? > 0 || tx.count(&payments)? > 0 {
        return Err(Error::rule("bill-not-empty"));
    }
    Ok(())
}

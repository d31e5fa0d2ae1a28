//! Operations on payments.

use ostler_api::enterprises::Enterprise;
use ostler_api::payments::{
    AddExternalPayment, AddedExternalPayment, ExternalPaymentType, GetPayments, PaymentData,
    PaymentOrigin, PaymentType,
};
use ostler_api::{self as api};
use ostler_contract::error::Error;
use ostler_store::{Find, Snapshot, Stored, Tx};

use crate::accounting_categories::AccountingCategories;
use crate::accounts::{self, AccountProfile};
use crate::arithmetic::tax::negate;
use crate::bills::{default_bill, open_bill};
use crate::context::Context;
use crate::conversion::{Convert, page};
use crate::filters::{at_least_one, given, interval, unknown};
use crate::operation::{Command, Query};
use crate::payments::{NewPayment, Payments, record};
use crate::posting::{Conversion, to_accounting};
use crate::property::Property;
use crate::reply::Reply;
use crate::reservations::Reservations;

impl Query for GetPayments {
    fn run(
        &self,
        snapshot: &Snapshot<'_>,
        context: &Context,
    ) -> Result<Reply<api::payments::Payments>, Error> {
        let scopes = context.enterprises(given(self.enterprise_ids.as_ref()))?;
        let ids = given(self.payment_ids.as_ref());
        let accounts = given(self.account_ids.as_ref());
        let bills = given(self.bill_ids.as_ref());
        let reservations = given(self.reservation_ids.as_ref());
        let accounting_states = given(self.accounting_states.as_ref());
        let states = given(self.states.as_ref());
        at_least_one(
            &[
                ids.is_some(),
                accounts.is_some(),
                bills.is_some(),
                reservations.is_some(),
                self.created_utc.is_some(),
                self.updated_utc.is_some(),
                self.charged_utc.is_some(),
                self.closed_utc.is_some(),
                self.settlement_utc.is_some(),
            ],
            &[
                "PaymentIds",
                "AccountIds",
                "BillIds",
                "ReservationIds",
                "CreatedUtc",
                "UpdatedUtc",
                "ChargedUtc",
                "ClosedUtc",
                "SettlementUtc",
            ],
        )?;
        let kind = self.type_.filter(|it| *it != PaymentType::Payment);
        let find = Find::within(&scopes)
            .and_maybe(accounts.map(|it| Payments::ACCOUNT.one_of(it.iter().copied())))
            .and_maybe(bills.map(|it| Payments::BILL.one_of(it.iter().copied().map(Some))))
            .and_maybe(
                reservations.map(|it| Payments::RESERVATION.one_of(it.iter().copied().map(Some))),
            )
            .and_maybe(
                accounting_states
                    .map(|it| Payments::ACCOUNTING_STATE.one_of(it.iter().map(|it| it.name()))),
            )
            .and_maybe(states.map(|it| Payments::STATE.one_of(it.iter().map(|it| it.name()))))
            .and_maybe(kind.map(|it| Payments::KIND.is(it.name())))
            .during(Payments::CREATED, interval(self.created_utc, "CreatedUtc")?)
            .during(Payments::UPDATED, interval(self.updated_utc, "UpdatedUtc")?)
            .during_optional(Payments::CHARGED, interval(self.charged_utc, "ChargedUtc")?)
            .during_optional(Payments::CLOSED, interval(self.closed_utc, "ClosedUtc")?)
            .during_optional(Payments::SETTLED, interval(self.settlement_utc, "SettlementUtc")?)
            .ids_maybe(ids);
        let currency = self.currency.as_deref();
        page("Payments", snapshot, (&scopes, currency), &find, self.limitation)
    }
}

impl Convert for api::payments::Payment {
    fn convert(&mut self, conversion: &Conversion) -> Result<(), Error> {
        self.amount = conversion.of(&self.amount)?;
        Ok(())
    }
}

impl Command for AddExternalPayment {
    fn run(
        &self,
        tx: &mut Tx<'_>,
        context: &Context,
    ) -> Result<Reply<AddedExternalPayment>, Error> {
        let enterprise = context.enterprise(self.enterprise_id)?.enterprise;
        let property = Property::load(tx, enterprise)?;
        let account = payer(self, tx, &property)?;
        let kind = kind(&property, self.type_)?;
        let taxes = property.taxes()?;
        let within = |error: Error| {
            let inner = error.details().map(|it| it.pointer.clone()).unwrap_or_default();
            error.at(format!("/Amount{inner}"))
        };
        let received = taxes.amount(&self.amount, context.now).map_err(within)?;
        let original_amount = negate(&received);
        let amount = to_accounting(&property, &taxes, &original_amount).map_err(within)?;
        if let Some(id) = self.reservation_id
            && tx.get::<Reservations>(property.scope(), id)?.is_none()
        {
            return Err(unknown("ReservationId"));
        }
        if let Some(id) = self.accounting_category_id {
            let found = tx.get::<AccountingCategories>(property.scope(), id)?;
            found.filter(|it| it.is_active).ok_or_else(|| unknown("AccountingCategoryId"))?;
        }
        let bill = match self.bill_id {
            Some(id) => open_bill(tx, &property, id, account.id)?.id,
            None => default_bill(tx, &property, (account.id, account.kind))?.id,
        };
        let payment = NewPayment {
            account: (account.id, account.kind),
            bill: Some(bill),
            reservation: self.reservation_id,
            accounting_category: self.accounting_category_id,
            amount,
            original_amount,
            kind: PaymentType::ExternalPayment,
            data: Some(PaymentData::external(
                kind,
                self.external_identifier.as_ref().map(|it| it.to_string()),
            )),
            origin: PaymentOrigin::Api,
            notes: self.notes.clone(),
            closed: None,
        };
        let payment: Stored<Payments> = record(tx, &property, payment)?;
        Reply::of(&AddedExternalPayment { external_payment_id: payment.id })
    }
}

fn payer(
    request: &AddExternalPayment,
    tx: &Tx<'_>,
    property: &Property,
) -> Result<AccountProfile, Error> {
    match (request.account_id, request.customer_id) {
        (Some(account), _) => accounts::find(tx, property.chain(), account, "AccountId"),
        (None, Some(customer)) => {
            accounts::find(tx, property.chain(), customer.cast(), "CustomerId")
        }
        (None, None) => Err(Error::invalid("AccountId").expected("a customer or a company")),
    }
}

/// How the payment was made, if the property takes such payments.
fn kind(
    property: &Property,
    sent: Option<ExternalPaymentType>,
) -> Result<ExternalPaymentType, Error> {
    let enterprise: &Enterprise = &property.enterprise;
    let is_french = enterprise.legal_environment_code.starts_with("FR");
    let kind = match sent {
        None if is_french => {
            return Err(Error::invalid("Type").expected("how the payment was made"));
        }
        None => ExternalPaymentType::Unspecified,
        Some(kind) => kind,
    };
    if is_french && kind == ExternalPaymentType::Unspecified {
        return Err(Error::rule("payment-type-unspecified"));
    }
    let accounting = property.enterprise.hidden.accounting.as_ref();
    let enabled = accounting.map(|it| it.enabled_external_payment_types.as_slice());
    if kind.is_for_existing_partners() || !enabled.unwrap_or_default().contains(&kind) {
        return Err(Error::rule("payment-type-disabled").with("type", format!("{kind:?}")));
    }
    Ok(kind)
}

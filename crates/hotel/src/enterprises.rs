//! Enterprises and their configuration.

use ostler_api::accounting_categories::AccountingCategory;
use ostler_api::enterprises::{
    AcceptedCurrency, AccountingConfiguration, Configuration, ConfiguredEnterprise, Enterprise,
    GetConfiguration, GetEnterprises, PaymentCardStorage,
};
use ostler_api::services::Service;
use ostler_api::{self as api};
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, Number, UtcInstant};
use ostler_store::{Find, Snapshot, Stored, entity};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

use crate::context::Context;
use crate::filters::{given, interval, unknown};
use crate::listing;
use crate::listing::Localize;
use crate::operation::Query;
use crate::reply::Reply;
use crate::services::Services;

/// Settings of a property that the list of enterprises does not show.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "independent settings of a property")]
pub struct EnterpriseHidden {
    /// The currencies; one is the default.
    pub currencies: Vec<AcceptedCurrency>,
    /// Accounting settings.
    pub accounting: Option<AccountingConfiguration>,
    /// Whether it only stands for a portfolio.
    pub is_portfolio: bool,
    /// Where payment cards are stored.
    pub payment_card_storage: Option<PaymentCardStorage>,
    /// Whether identity documents must have a number.
    pub is_identity_document_number_required: bool,
    /// Whether a room must be inspected before check-in; else clean is enough.
    pub is_inspection_required: bool,
    /// Whether a room turns dirty at check-in.
    pub is_dirty_at_check_in: bool,
    /// Whether a room turns dirty at check-out.
    pub is_dirty_at_check_out: bool,
    /// Whether integrations may post negative amounts.
    pub accepts_rebates: bool,
    /// Whether integrations may charge companies.
    pub accepts_company_billing: bool,
    /// Value of one unit of a currency, by its code, in the default currency.
    pub exchange_rates: BTreeMap<String, Number>,
    /// What invoices to companies cost that agreed to it.
    pub invoice_fee: Option<InvoiceFee>,
}

/// What an invoice costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceFee {
    /// Service under which it is posted; not a bookable one.
    pub service: Id<Service>,
    /// Name on the bill.
    pub name: String,
    /// Value on the property's side of the tax, in the currency of its accounting.
    pub value: Number,
    /// Codes of the tax rates that apply.
    pub tax_codes: Vec<String>,
    /// Accounting category.
    pub accounting_category: Option<Id<AccountingCategory>>,
}

entity! {
    /// The enterprises of the world; each is its own scope.
    Enterprises of Enterprise, with EnterpriseHidden, in "enterprise";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index EXTERNAL "external": Option<String> = |it, hidden| it.external_identifier.clone();
    index LINKED "linked": UtcInstant = |it, hidden| it.linked_utc;
}

impl Query for GetEnterprises {
    fn run(
        &self,
        snapshot: &Snapshot<'_>,
        context: &Context,
    ) -> Result<Reply<api::enterprises::Enterprises>, Error> {
        let scopes = context.enterprises(given(self.enterprise_ids.as_ref()))?;
        let external = given(self.external_identifiers.as_ref());
        let find = Find::within(&scopes)
            .and_maybe(
                external.map(|it| Enterprises::EXTERNAL.one_of(it.iter().cloned().map(Some))),
            )
            .during(Enterprises::LINKED, interval(self.linked_utc, "LinkedUtc")?)
            .during(Enterprises::UPDATED, interval(self.updated_utc, "UpdatedUtc")?);
        listing::plain("Enterprises", snapshot, &find, self.limitation)
    }
}

impl Query for GetConfiguration {
    fn run(
        &self,
        snapshot: &Snapshot<'_>,
        context: &Context,
    ) -> Result<Reply<Configuration>, Error> {
        let stored = match (context.caller.portfolio, self.enterprise_id) {
            (Some(portfolio), None) => placeholder(snapshot, context, portfolio)?,
            (_, sent) => enterprise(snapshot, context.enterprise(sent)?.enterprise)?,
        };
        let service = match context.caller.service {
            Some(service) => snapshot.get::<Services>(stored.scope, service)?,
            None => None,
        };
        let service = service.map(|mut service| {
            service.document.localize(&context.languages.wanted());
            service.document
        });
        Reply::of(&Configuration {
            now_utc: context.now,
            service,
            payment_card_storage: stored.hidden.payment_card_storage.clone(),
            is_identity_document_number_required: stored
                .hidden
                .is_identity_document_number_required,
            enterprise: configured(stored),
        })
    }
}

fn enterprise(snapshot: &Snapshot<'_>, id: Uuid) -> Result<Stored<Enterprises>, Error> {
    snapshot.get(id, id)?.ok_or_else(|| unknown("EnterpriseId"))
}

/// The enterprise that stands for a portfolio: its own document, or else the settings of the first
/// enterprise in reach under the portfolio's identifier.
fn placeholder(
    snapshot: &Snapshot<'_>,
    context: &Context,
    portfolio: Uuid,
) -> Result<Stored<Enterprises>, Error> {
    if let Some(own) = snapshot.get(portfolio, portfolio)? {
        return Ok(own);
    }
    let first = context.caller.enterprises.first().ok_or_else(|| unknown("EnterpriseId"))?;
    let mut stored = enterprise(snapshot, first.enterprise)?;
    stored.document.id = Id::new(portfolio);
    stored.document.name.clone_from(&stored.document.chain_name);
    stored.document.short_name = None;
    stored.document.external_identifier = None;
    stored.hidden.is_portfolio = true;
    Ok(stored)
}

fn configured(stored: Stored<Enterprises>) -> ConfiguredEnterprise {
    let (it, hidden) = (stored.document, stored.hidden);
    ConfiguredEnterprise {
        id: it.id,
        external_identifier: it.external_identifier,
        holding_key: it.holding_key,
        chain_id: it.chain_id,
        chain_name: it.chain_name,
        created_utc: it.created_utc,
        updated_utc: it.updated_utc,
        name: it.name,
        short_name: it.short_name,
        time_zone_identifier: it.time_zone_identifier,
        legal_environment_code: it.legal_environment_code,
        accommodation_environment_code: it.accommodation_environment_code,
        accounting_environment_code: it.accounting_environment_code,
        tax_environment_code: it.tax_environment_code,
        default_language_code: it.default_language_code,
        accounting_editable_history_interval: it.accounting_editable_history_interval,
        operational_editable_history_interval: it.operational_editable_history_interval,
        business_day_closing_offset: it.business_day_closing_offset,
        website_url: it.website_url,
        email: it.email,
        phone: it.phone,
        logo_image_id: it.logo_image_id,
        cover_image_id: it.cover_image_id,
        pricing: it.pricing,
        tax_precision: it.tax_precision,
        address_id: it.address_id,
        address: it.address,
        group_names: it.group_names,
        subscription: it.subscription,
        currencies: hidden.currencies,
        accounting_configuration: hidden.accounting,
        is_portfolio: hidden.is_portfolio,
        editable_history_interval: it.editable_history_interval,
    }
}

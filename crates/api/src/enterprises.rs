//! Enterprises and their configuration. Source: `operations/enterprises`, `operations/configuration`.

use std::collections::BTreeMap;

use ostler_contract::primitives::{
    Bounded, Id, IsoDuration, Limitation, Number, TimeInterval, UtcInstant,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::payments::ExternalPaymentType;
use crate::services::Service;
use crate::{Operation, paged};

/// What the identifier of a chain identifies.
#[derive(Debug)]
pub enum Chain {}

/// What the identifier of an image identifies.
#[derive(Debug)]
pub enum Image {}

/// Returns the enterprises that the access token reaches, newest first.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetEnterprises {
    /// Only these enterprises; all in reach without it.
    pub enterprise_ids: Option<Bounded<Id<Enterprise>, 0, 1000>>,
    /// Only enterprises with one of these identifiers of an external system.
    pub external_identifiers: Option<Bounded<String, 0, 1000>>,
    /// Only enterprises that joined the portfolio in this interval, at most 3 months long.
    pub linked_utc: Option<TimeInterval>,
    /// Only enterprises that changed in this interval, at most 3 months long.
    pub updated_utc: Option<TimeInterval>,
    /// Which page.
    pub limitation: Limitation,
}

impl Operation for GetEnterprises {
    const ADDRESS: &'static str = "enterprises/getAll";
    const READS_ONLY: bool = true;
    type Response = Enterprises;
}

paged!(GetEnterprises);

/// A page of enterprises.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Enterprises {
    /// The enterprises.
    pub enterprises: Vec<Enterprise>,
    /// Identifier of the last one; null on an empty page.
    pub cursor: Option<Id<Enterprise>>,
}

/// Returns the server's time and the enterprise of the access token.
///
/// With a portfolio token and without `EnterpriseId`, the placeholder enterprise that stands for
/// the portfolio.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetConfiguration {
    /// The enterprise, for portfolio tokens.
    pub enterprise_id: Option<Id<Enterprise>>,
}

impl Operation for GetConfiguration {
    const ADDRESS: &'static str = "configuration/get";
    const READS_ONLY: bool = true;
    type Response = Configuration;
}

/// The configuration of an enterprise.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Configuration {
    /// The server's time.
    pub now_utc: UtcInstant,
    /// The enterprise.
    pub enterprise: ConfiguredEnterprise,
    /// The bookable service that the integration is limited to; null where it is not.
    pub service: Option<Service>,
    /// Where payment cards are stored; null where they are not.
    pub payment_card_storage: Option<PaymentCardStorage>,
    /// Whether identity documents must have a number.
    pub is_identity_document_number_required: bool,
}

/// Storage of payment cards.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct PaymentCardStorage {
    /// Key that cards are tokenised with.
    pub public_key: String,
}

/// Whether prices of a property are stated with or without taxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Pricing {
    /// With taxes.
    Gross,
    /// Without taxes.
    Net,
}

/// An enterprise: one hotel or campus.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Enterprise {
    /// Identifier of the enterprise.
    pub id: Id<Self>,
    /// Identifier in an external system.
    pub external_identifier: Option<String>,
    /// Identifier in the system of a holding company.
    pub holding_key: Option<String>,
    /// Chain that the enterprise belongs to.
    pub chain_id: Id<Chain>,
    /// Name of the chain.
    pub chain_name: String,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
    /// Name of the enterprise.
    pub name: String,
    /// Short name, at most 11 characters.
    pub short_name: Option<String>,
    /// IANA identifier of its time zone.
    pub time_zone_identifier: String,
    /// Code of its legal environment.
    pub legal_environment_code: String,
    /// Code of its accommodation environment.
    pub accommodation_environment_code: String,
    /// Code of its accounting environment.
    pub accounting_environment_code: String,
    /// Code of its tax environment.
    pub tax_environment_code: String,
    /// Language that is used where no other is asked for.
    pub default_language_code: String,
    /// How far back accounting data may be edited.
    pub accounting_editable_history_interval: IsoDuration,
    /// How far back operational data may be edited.
    pub operational_editable_history_interval: IsoDuration,
    /// Shift of the end of the accounting day relative to midnight.
    pub business_day_closing_offset: Option<IsoDuration>,
    /// Address of its website.
    pub website_url: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// Image of its logo.
    pub logo_image_id: Option<Id<Image>>,
    /// Image of its cover.
    pub cover_image_id: Option<Id<Image>>,
    /// Whether prices are stated with or without taxes.
    pub pricing: Pricing,
    /// Decimal places of taxes; null for those of the currency.
    pub tax_precision: Option<u32>,
    /// Identifier of its address.
    pub address_id: Id<Address>,
    /// Its address.
    pub address: Address,
    /// Names of the groups that it belongs to.
    pub group_names: Vec<String>,
    /// Its subscription.
    pub subscription: EnterpriseSubscription,
    /// When it joined the portfolio; when it was created where it joined none.
    pub linked_utc: UtcInstant,
    /// The shorter one of both history intervals.
    #[schemars(extend("deprecated" = true))]
    pub editable_history_interval: IsoDuration,
}

/// An enterprise with what only its configuration shows.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ConfiguredEnterprise {
    /// Identifier of the enterprise.
    pub id: Id<Enterprise>,
    /// Identifier in an external system.
    pub external_identifier: Option<String>,
    /// Identifier in the system of a holding company.
    pub holding_key: Option<String>,
    /// Chain that the enterprise belongs to.
    pub chain_id: Id<Chain>,
    /// Name of the chain.
    pub chain_name: String,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
    /// Name of the enterprise.
    pub name: String,
    /// Short name, at most 11 characters.
    pub short_name: Option<String>,
    /// IANA identifier of its time zone.
    pub time_zone_identifier: String,
    /// Code of its legal environment.
    pub legal_environment_code: String,
    /// Code of its accommodation environment.
    pub accommodation_environment_code: String,
    /// Code of its accounting environment.
    pub accounting_environment_code: String,
    /// Code of its tax environment.
    pub tax_environment_code: String,
    /// Language that is used where no other is asked for.
    pub default_language_code: String,
    /// How far back accounting data may be edited.
    pub accounting_editable_history_interval: IsoDuration,
    /// How far back operational data may be edited.
    pub operational_editable_history_interval: IsoDuration,
    /// Shift of the end of the accounting day relative to midnight.
    pub business_day_closing_offset: Option<IsoDuration>,
    /// Address of its website.
    pub website_url: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// Image of its logo.
    pub logo_image_id: Option<Id<Image>>,
    /// Image of its cover.
    pub cover_image_id: Option<Id<Image>>,
    /// Whether prices are stated with or without taxes.
    pub pricing: Pricing,
    /// Decimal places of taxes; null for those of the currency.
    pub tax_precision: Option<u32>,
    /// Identifier of its address.
    pub address_id: Id<Address>,
    /// Its address.
    pub address: Address,
    /// Names of the groups that it belongs to.
    pub group_names: Vec<String>,
    /// Its subscription.
    pub subscription: EnterpriseSubscription,
    /// The currencies; one is the default.
    pub currencies: Vec<AcceptedCurrency>,
    /// Its accounting settings.
    pub accounting_configuration: Option<AccountingConfiguration>,
    /// Whether it only stands for a portfolio.
    pub is_portfolio: bool,
    /// The shorter one of both history intervals.
    #[schemars(extend("deprecated" = true))]
    pub editable_history_interval: IsoDuration,
}

/// A postal address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Address {
    /// Identifier of the address.
    pub id: Id<Self>,
    /// First line.
    pub line1: Option<String>,
    /// Second line.
    pub line2: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2 code of the country.
    pub country_code: Option<String>,
    /// ISO 3166-2 code of the subdivision.
    pub country_subdivision_code: Option<String>,
    /// Latitude in degrees.
    pub latitude: Option<Number>,
    /// Longitude in degrees.
    pub longitude: Option<Number>,
}

/// Subscription of an enterprise.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct EnterpriseSubscription {
    /// Tax identifier of the enterprise itself.
    pub tax_identifier: Option<String>,
}

/// A currency that an enterprise knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AcceptedCurrency {
    /// ISO 4217 code.
    pub currency: String,
    /// Whether it is the one of its accounting.
    pub is_default: bool,
    /// Whether it can be used.
    pub is_enabled: bool,
}

/// Accounting settings of an enterprise.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AccountingConfiguration {
    /// Additional tax identifier, at most 50 characters.
    pub additional_tax_identifier: Option<String>,
    /// Legal name, at most 100 characters.
    pub company_name: Option<String>,
    /// Bank account number, at most 50 characters.
    pub bank_account_number: Option<String>,
    /// Name of the bank, at most 100 characters.
    pub bank_name: Option<String>,
    /// IBAN, at most 40 characters.
    pub iban: Option<String>,
    /// BIC, at most 11 characters.
    pub bic: Option<String>,
    /// Fees for paying by card.
    pub surcharge_configuration: SurchargingFeesConfiguration,
    /// Types that payments recorded through the interface may have.
    pub enabled_external_payment_types: Vec<ExternalPaymentType>,
    /// Options that are switched on.
    pub options: Vec<AccountingConfigurationOption>,
}

/// Fees for paying by card.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct SurchargingFeesConfiguration {
    /// Fee by type of card, in percent: 3 is 3 %.
    pub surcharge_fees: BTreeMap<String, Number>,
    /// Service under which fees are posted.
    pub surcharge_service_id: Option<Id<Service>>,
    /// Code of the tax rate of the fees.
    pub surcharge_tax_code: Option<String>,
}

/// An accounting option. More may be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AccountingConfigurationOption {
    /// Details of card payments may be left out.
    OptionalCreditCardPaymentDetails,
    /// Receivables are tracked.
    ReceivableTrackingEnabled,
    /// Deposits stand apart on bills.
    SeparateDepositsOnBill,
    /// Closed bills may be modified by staff.
    AllowModifyingClosedBills,
    /// Every item must have an accounting category.
    RequireAccountingCategorySetup,
    /// Taxes are grouped on bills.
    GroupTaxesOnBill,
    /// Bills show the name of the employee.
    DisplayEmployeeNameOnBill,
    /// Deposits are declared for tax.
    TaxDeclarationOnDeposit,
    /// Taxes are split by classification on bills.
    SplitVatByClassificationOnBill,
    /// Closed bills are sent by e-mail after check-out.
    EmailClosedBillsAfterCheckout,
}

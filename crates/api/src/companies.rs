//! Companies that a chain deals with. Source: `operations/companies`.

use ostler_contract::primitives::{
    Bounded, Id, IsoDuration, Limitation, Text, TimeInterval, UtcInstant,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::accounts::Account;
use crate::addresses::{AccountAddress, AddressParameters};
use crate::enterprises::{Address, Chain};
use crate::objects::ActivityState;
use crate::{Operation, paged};

/// Returns companies, newest first.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetCompanies {
    /// Only companies of these chains; of all in reach without it.
    pub chain_ids: Option<Bounded<Id<Chain>, 0, 1000>>,
    /// Only companies that belong to one of these.
    pub mother_company_ids: Option<Bounded<Id<Company>, 0, 1000>>,
    /// Only companies that were created in this interval, at most 3 months long.
    pub created_utc: Option<TimeInterval>,
    /// Only companies that changed in this interval, at most 3 months long.
    pub updated_utc: Option<TimeInterval>,
    /// Only these companies.
    pub ids: Option<Bounded<Id<Company>, 0, 1000>>,
    /// Only companies with one of these identifiers of an external system.
    pub external_identifiers: Option<Bounded<String, 0, 1000>>,
    /// Only companies with exactly one of these names.
    pub names: Option<Bounded<String, 0, 1000>>,
    /// Only companies in one of these states; in both without it.
    pub activity_states: Option<Bounded<ActivityState, 0, 1000>>,
    /// Which page.
    pub limitation: Limitation,
    /// What the interval from `StartUtc` to `EndUtc` restricts; the creation without it.
    #[schemars(extend("deprecated" = true))]
    pub time_filter: Option<CompanyTimeFilter>,
    /// Start of an interval of at most 3 months, included. Ignored beside `CreatedUtc` and
    /// `UpdatedUtc`.
    #[schemars(extend("deprecated" = true))]
    pub start_utc: Option<UtcInstant>,
    /// End of the interval, excluded.
    #[schemars(extend("deprecated" = true))]
    pub end_utc: Option<UtcInstant>,
}

impl Operation for GetCompanies {
    const ADDRESS: &'static str = "companies/getAll";
    const READS_ONLY: bool = true;
    type Response = Companies;
}

paged!(GetCompanies);

/// What an interval restricts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CompanyTimeFilter {
    /// The creation.
    Created,
    /// The last change.
    Updated,
}

/// A page of companies.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Companies {
    /// The companies.
    pub companies: Vec<Company>,
    /// Identifier of the last one; null on an empty page.
    pub cursor: Option<Id<Company>>,
}

/// Adds a company to the chain.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AddCompany {
    /// Chain of the company, for portfolio tokens.
    pub chain_id: Option<Id<Chain>>,
    /// Name of the company.
    pub name: String,
    /// The company that it belongs to.
    pub mother_company_id: Option<Id<Company>>,
    /// E-mail address for invoices.
    pub invoicing_email: Option<String>,
    /// Address of its website.
    pub website_url: Option<String>,
    /// From the issue of an invoice to the day on which it is due.
    pub invoice_due_interval: Option<IsoDuration>,
    /// How it is billed.
    pub options: CompanyOptionsParameters,
    /// How far it is trusted.
    pub credit_rating: Option<CreditRating>,
    /// Department that is dealt with.
    pub department: Option<String>,
    /// Number in the Dun and Bradstreet register.
    pub duns_number: Option<String>,
    /// Identifier in a register of the hotel.
    pub reference_identifier: Option<String>,
    /// Code in the accounting system.
    pub accounting_code: Option<String>,
    /// Additional tax identifier.
    pub additional_tax_identifier: Option<String>,
    /// Code in the billing system.
    pub billing_code: Option<String>,
    /// How to reach it.
    pub contact: Option<String>,
    /// Whom to reach.
    pub contact_person: Option<String>,
    /// Identifier of the company, such as its number in a trade register.
    pub identifier: Option<String>,
    /// IATA number, of a travel agency.
    pub iata: Option<String>,
    /// Notes about the company.
    pub notes: Option<String>,
    /// Tax identifier.
    pub tax_identifier: Option<String>,
    /// Phone number.
    pub telephone: Option<String>,
    /// The default address.
    pub address: Option<AddressParameters>,
    /// Identifier in an external system.
    pub external_identifier: Option<Text<255>>,
}

impl Operation for AddCompany {
    const ADDRESS: &'static str = "companies/add";
    type Response = Companies;
}

/// How a new company is billed; what is absent is false.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct CompanyOptionsParameters {
    /// Whether it can be billed by invoice.
    #[serde(default)]
    pub invoiceable: bool,
    /// Whether fees are added to its invoices.
    #[serde(default)]
    pub add_fees_to_invoices: bool,
    /// Whether a payment that compensates deducted tax is added to its invoices.
    #[serde(default)]
    pub add_tax_deducted_payment_to_invoices: bool,
}

/// A company: an employer, a travel agency, or whoever else is billed. All hotels of a chain share it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Company {
    /// Identifier of the company.
    pub id: Id<Self>,
    /// Chain whose hotels know the company.
    pub chain_id: Id<Chain>,
    /// Name of the company.
    pub name: String,
    /// The company that it belongs to.
    pub mother_company_id: Option<Id<Self>>,
    /// E-mail address for invoices.
    pub invoicing_email: Option<String>,
    /// Address of its website.
    pub website_url: Option<String>,
    /// From the issue of an invoice to the day on which it is due.
    pub invoice_due_interval: Option<IsoDuration>,
    /// How it is billed.
    pub options: CompanyOptions,
    /// How far it is trusted.
    pub credit_rating: CreditRating,
    /// Department that is dealt with.
    pub department: Option<String>,
    /// Number in the Dun and Bradstreet register.
    pub duns_number: Option<String>,
    /// Identifier in a register of the hotel.
    pub reference_identifier: Option<String>,
    /// Code in the accounting system.
    pub accounting_code: Option<String>,
    /// Additional tax identifier.
    pub additional_tax_identifier: Option<String>,
    /// Code in the billing system.
    pub billing_code: Option<String>,
    /// How to reach it.
    pub contact: Option<String>,
    /// Whom to reach.
    pub contact_person: Option<String>,
    /// Identifier of the company, such as its number in a trade register.
    pub identifier: Option<String>,
    /// IATA number, of a travel agency.
    pub iata: Option<String>,
    /// Whether the company is in use.
    pub is_active: bool,
    /// Notes about the company.
    pub notes: Option<String>,
    /// Number of the company, unique in the chain.
    pub number: i64,
    /// Tax identifier.
    pub tax_identifier: Option<String>,
    /// Phone number.
    pub telephone: Option<String>,
    /// When it was created.
    pub created_utc: Option<UtcInstant>,
    /// When it was last changed.
    pub updated_utc: Option<UtcInstant>,
    /// The default address.
    pub address_id: Option<Id<AccountAddress>>,
    /// Account that the company was merged into.
    pub merge_target_id: Option<Id<Account>>,
    /// Identifier in an external system, at most 255 characters.
    pub external_identifier: Option<String>,
    /// Identifier for electronic invoices.
    #[schemars(extend("deprecated" = true))]
    pub electronic_invoice_identifier: Option<String>,
    /// The default address.
    #[schemars(extend("deprecated" = true))]
    pub address: Option<Address>,
    /// Tax identifier.
    #[schemars(extend("deprecated" = true))]
    pub tax_identification_number: Option<String>,
}

/// How a company is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct CompanyOptions {
    /// Whether it can be billed by invoice.
    pub invoiceable: bool,
    /// Whether fees are added to its invoices.
    pub add_fees_to_invoices: bool,
    /// Whether a payment that compensates deducted tax is added to its invoices.
    pub add_tax_deducted_payment_to_invoices: bool,
}

/// How far a company is trusted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct CreditRating {
    /// The rating; null where there is none.
    pub basic: Option<CreditRatingBasic>,
}

/// A credit rating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CreditRatingBasic {
    /// May pay later.
    CreditOk,
    /// Must pay before.
    PaymentRequiredUpfront,
    /// Each hotel decides.
    LocalDecisionRequired,
}

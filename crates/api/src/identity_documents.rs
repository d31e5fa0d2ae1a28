//! Identity documents of customers. Source: `operations/identitydocuments`, `operations/customers`.

use ostler_contract::primitives::{Id, LocalDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::customers::Customer;

/// The kind of an identity document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum DocumentType {
    /// An identity card.
    IdentityCard,
    /// A passport.
    Passport,
    /// A visa.
    Visa,
    /// A driving licence.
    DriversLicense,
}

/// An identity document of a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct IdentityDocument {
    /// Identifier of the document.
    pub id: Id<Self>,
    /// The customer whom it identifies.
    pub customer_id: Id<Customer>,
    /// Its kind.
    #[serde(rename = "Type")]
    pub type_: DocumentType,
    /// Its number; empty where the property need not record it.
    pub number: String,
    /// The last day on which it is valid.
    pub expiration_date: Option<LocalDate>,
    /// The day on which it was issued.
    pub issuance_date: Option<LocalDate>,
    /// ISO 3166-1 alpha-2 code of the country that issued it.
    pub issuing_country_code: Option<String>,
    /// ISO 3166-2 code of the subdivision that issued it.
    pub issuing_country_subdivision_code: Option<String>,
    /// City that issued it.
    pub issuing_city: Option<String>,
    /// Second number that some cards carry, such as Spanish ones.
    pub identity_document_support_number: Option<String>,
    /// Whether someone held it against its bearer.
    pub is_verified: bool,
}

/// An identity document as customers showed it before it became a resource of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct CustomerDocument {
    /// Identifier of the document.
    pub id: Id<IdentityDocument>,
    /// The customer whom it identifies.
    pub customer_id: Id<Customer>,
    /// Its kind.
    #[serde(rename = "Type")]
    pub type_: DocumentType,
    /// Its number.
    pub number: Option<String>,
    /// The last day on which it is valid.
    pub expiration: Option<LocalDate>,
    /// The day on which it was issued.
    pub issuance: Option<LocalDate>,
    /// ISO 3166-1 alpha-2 code of the country that issued it.
    pub issuing_country_code: Option<String>,
    /// ISO 3166-2 code of the subdivision that issued it.
    pub issuing_country_subdivision_code: Option<String>,
    /// City that issued it.
    pub issuing_city: Option<String>,
    /// Second number that some cards carry, such as Spanish ones.
    pub identity_document_support_number: Option<String>,
}

/// An identity document as a request about a customer states it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct CustomerDocumentParameters {
    /// Its number.
    pub number: Option<String>,
    /// The last day on which it is valid.
    pub expiration: Option<LocalDate>,
    /// The day on which it was issued.
    pub issuance: Option<LocalDate>,
    /// ISO 3166-1 alpha-2 code of the country that issued it.
    pub issuing_country_code: Option<String>,
    /// ISO 3166-2 code of the subdivision that issued it.
    pub issuing_country_subdivision_code: Option<String>,
    /// City that issued it.
    pub issuing_city: Option<String>,
}

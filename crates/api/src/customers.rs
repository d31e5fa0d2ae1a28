//! Customers: the guests of a chain. Source: `operations/customers`.

use ostler_contract::primitives::{
    Bounded, Id, Limitation, LocalDate, Text, TimeInterval, UpdateValue, UtcInstant,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::accounts::Account;
use crate::addresses::{AccountAddress, AddressParameters};
use crate::companies::Company;
use crate::enterprises::{Address, Chain};
use crate::identity_documents::{CustomerDocument, CustomerDocumentParameters};
use crate::objects::{ActivityState, Profile};
use crate::reservations::entity::ReservationVer2017;
use crate::resource_features::ResourceFeatureClassification;
use crate::resources::Resource;
use crate::{Operation, paged};

/// Returns customers, newest first.
///
/// At least one filter other than the chain and the activity state must be given.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetCustomers {
    /// Only customers of these chains; of all in reach without it.
    pub chain_ids: Option<Bounded<Id<Chain>, 0, 1000>>,
    /// Only customers who were created in this interval, at most 3 months long.
    pub created_utc: Option<TimeInterval>,
    /// Only customers who changed in this interval, at most 3 months long.
    pub updated_utc: Option<TimeInterval>,
    /// What the response contains.
    pub extent: CustomerExtent,
    /// Only customers who were deleted in this interval, at most 3 months long; `ActivityStates`
    /// must then contain `Deleted`.
    pub deleted_utc: Option<TimeInterval>,
    /// Only customers in one of these states; active ones without it.
    pub activity_states: Option<Bounded<ActivityState, 0, 1000>>,
    /// Only these customers.
    pub customer_ids: Option<Bounded<Id<Customer>, 0, 1000>>,
    /// Only customers of this company; at most one.
    pub company_ids: Option<Bounded<Id<Company>, 0, 1>>,
    /// Only customers with one of these e-mail addresses, in any case of letters.
    pub emails: Option<Bounded<String, 0, 1000>>,
    /// Only customers with one of these first names, whatever their case and accents.
    pub first_names: Option<Bounded<String, 0, 1000>>,
    /// Only customers with one of these last names, whatever their case and accents.
    pub last_names: Option<Bounded<String, 0, 1000>>,
    /// Only customers with one of these loyalty codes, in any case of letters.
    pub loyalty_codes: Option<Bounded<String, 0, 1000>>,
    /// Which page.
    pub limitation: Limitation,
}

impl Operation for GetCustomers {
    const ADDRESS: &'static str = "customers/getAll";
    const READS_ONLY: bool = true;
    type Response = Customers;
}

paged!(GetCustomers);

/// What a response about customers contains.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct CustomerExtent {
    /// Whether it contains the customers.
    pub customers: Option<bool>,
    /// Whether the customers show their default address.
    pub addresses: Option<bool>,
    /// Whether it contains the identity documents, in a list and at the customers.
    #[schemars(extend("deprecated" = true))]
    pub documents: Option<bool>,
}

/// A page of customers.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Customers {
    /// The customers; null unless the extent asks for them.
    pub customers: Option<Vec<Customer>>,
    /// Identifier of the last one, also where the extent leaves the customers out; null on an empty
    /// page.
    pub cursor: Option<Id<Customer>>,
    /// The identity documents of the page's customers; null unless the extent asks for them.
    #[schemars(extend("deprecated" = true))]
    pub documents: Option<Vec<CustomerDocument>>,
}

/// Finds customers who are active in the property now: guests of started stays and paymasters.
///
/// Returns at most 100, newest first.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct SearchCustomers {
    /// Only customers whose first, last or full name contains this, whatever its case and accents.
    pub name: Option<String>,
    /// Only guests of the stay in this resource.
    pub resource_id: Option<Id<Resource>>,
    /// What the response contains; the customers alone without it.
    pub extent: Option<CustomerExtent>,
}

impl Operation for SearchCustomers {
    const ADDRESS: &'static str = "customers/search";
    const READS_ONLY: bool = true;
    const PORTFOLIO: bool = false;
    type Response = FoundCustomers;
}

/// Customers who were found.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct FoundCustomers {
    /// The customers with their stays; null where the extent leaves them out.
    pub customers: Option<Vec<CustomerSearchResult>>,
    /// The identity documents of the customers; null unless the extent asks for them.
    #[schemars(extend("deprecated" = true))]
    pub documents: Option<Vec<CustomerDocument>>,
}

/// A customer who was found.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct CustomerSearchResult {
    /// The customer.
    pub customer: Customer,
    /// The started stay; null of a paymaster who does not stay.
    pub reservation: Option<ReservationVer2017>,
}

/// Adds a customer to the chain.
///
/// Another customer of the chain with the same e-mail address is either overwritten or refuses the
/// request. Overwriting replaces the personal data that the request states; classifications and
/// options of the existing customer stay.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AddCustomer {
    /// Form of address.
    pub title: Option<Title>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: String,
    /// Second last name.
    pub second_last_name: Option<String>,
    /// ISO 3166-1 alpha-2 code of the nationality.
    pub nationality_code: Option<String>,
    /// Language that the customer asks for.
    pub preferred_language_code: Option<String>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Date of birth, not in the future.
    pub birth_date: Option<LocalDate>,
    /// ISO 3166-1 alpha-2 code of the country of birth.
    pub birth_country_code: Option<String>,
    /// ISO 3166-2 code of the subdivision of birth.
    pub birth_country_subdivision_code: Option<String>,
    /// Place of birth.
    pub birth_place: Option<String>,
    /// Occupation.
    pub occupation: Option<String>,
    /// E-mail address; two customers of a chain cannot have the same one.
    pub email: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// Loyalty code, as free text.
    pub loyalty_code: Option<String>,
    /// Notes about the customer.
    pub notes: Option<String>,
    /// Registration number of the car.
    pub car_registration_number: Option<Text<255>>,
    /// What the customer does not eat.
    pub dietary_requirements: Option<Text<255>>,
    /// Tax identification number.
    pub tax_identification_number: Option<String>,
    /// Company that the customer belongs to.
    pub company_id: Option<Id<Company>>,
    /// The default address.
    pub address: Option<AddressParameters>,
    /// Labels of the customer.
    pub classifications: Option<Vec<CustomerClassification>>,
    /// What the customer agrees to, and how the customer is billed.
    pub options: Option<Vec<CustomerOptionParameter>>,
    /// Chain of the customer, for portfolio tokens.
    pub chain_id: Option<Id<Chain>>,
    /// Whether a customer with the same e-mail address is overwritten; otherwise it is an error.
    pub overwrite_existing: bool,
    /// Destination code of Italian electronic invoices.
    pub italian_destination_code: Option<String>,
    /// Italian fiscal code.
    pub italian_fiscal_code: Option<String>,
    /// Code for the Italian lottery of receipts.
    pub italian_lottery_code: Option<Text<15>>,
    /// Identity card.
    #[schemars(extend("deprecated" = true))]
    pub identity_card: Option<CustomerDocumentParameters>,
    /// Passport.
    #[schemars(extend("deprecated" = true))]
    pub passport: Option<CustomerDocumentParameters>,
    /// Visa.
    #[schemars(extend("deprecated" = true))]
    pub visa: Option<CustomerDocumentParameters>,
    /// Driving licence.
    #[schemars(extend("deprecated" = true))]
    pub drivers_license: Option<CustomerDocumentParameters>,
}

impl Operation for AddCustomer {
    const ADDRESS: &'static str = "customers/add";
    type Response = Customer;
}

/// Changes a customer.
///
/// What is absent or blank stays as it is, so nothing can be cleared; the Italian codes alone are
/// update values. `Classifications` and `Options` replace the whole set.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateCustomer {
    /// Chain of the customer, for portfolio tokens.
    pub chain_id: Option<Id<Chain>>,
    /// The customer.
    pub customer_id: Id<Customer>,
    /// Form of address.
    pub title: Option<Title>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Second last name.
    pub second_last_name: Option<String>,
    /// ISO 3166-1 alpha-2 code of the nationality.
    pub nationality_code: Option<String>,
    /// Language that the customer asks for.
    pub preferred_language_code: Option<String>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Date of birth, not in the future.
    pub birth_date: Option<LocalDate>,
    /// ISO 3166-1 alpha-2 code of the country of birth.
    pub birth_country_code: Option<String>,
    /// ISO 3166-2 code of the subdivision of birth.
    pub birth_country_subdivision_code: Option<String>,
    /// Place of birth.
    pub birth_place: Option<String>,
    /// Occupation.
    pub occupation: Option<String>,
    /// E-mail address; two customers of a chain cannot have the same one.
    pub email: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// Loyalty code, as free text.
    pub loyalty_code: Option<String>,
    /// Notes about the customer.
    pub notes: Option<String>,
    /// Registration number of the car.
    pub car_registration_number: Option<Text<255>>,
    /// What the customer does not eat.
    pub dietary_requirements: Option<Text<255>>,
    /// Tax identification number.
    pub tax_identification_number: Option<String>,
    /// Company that the customer belongs to.
    pub company_id: Option<Id<Company>>,
    /// The default address.
    pub address: Option<AddressParameters>,
    /// Labels of the customer.
    pub classifications: Option<Vec<CustomerClassification>>,
    /// What the customer agrees to, and how the customer is billed.
    pub options: Option<Vec<CustomerOptionParameter>>,
    /// Destination code of Italian electronic invoices.
    #[serde(default)]
    pub italian_destination_code: UpdateValue<String>,
    /// Italian fiscal code.
    #[serde(default)]
    pub italian_fiscal_code: UpdateValue<String>,
    /// Code for the Italian lottery of receipts.
    #[serde(default)]
    pub italian_lottery_code: UpdateValue<Text<15>>,
    /// Identity card.
    #[schemars(extend("deprecated" = true))]
    pub identity_card: Option<CustomerDocumentParameters>,
    /// Passport.
    #[schemars(extend("deprecated" = true))]
    pub passport: Option<CustomerDocumentParameters>,
    /// Visa.
    #[schemars(extend("deprecated" = true))]
    pub visa: Option<CustomerDocumentParameters>,
    /// Driving licence.
    #[schemars(extend("deprecated" = true))]
    pub drivers_license: Option<CustomerDocumentParameters>,
}

impl UpdateCustomer {
    /// The request with what it cannot do without; everything else is left out.
    #[must_use]
    pub fn new(customer_id: Id<Customer>) -> Self {
        Self {
            chain_id: None,
            customer_id,
            title: None,
            first_name: None,
            last_name: None,
            second_last_name: None,
            nationality_code: None,
            preferred_language_code: None,
            sex: None,
            birth_date: None,
            birth_country_code: None,
            birth_country_subdivision_code: None,
            birth_place: None,
            occupation: None,
            email: None,
            phone: None,
            loyalty_code: None,
            notes: None,
            car_registration_number: None,
            dietary_requirements: None,
            tax_identification_number: None,
            company_id: None,
            address: None,
            classifications: None,
            options: None,
            italian_destination_code: UpdateValue::Keep,
            italian_fiscal_code: UpdateValue::Keep,
            italian_lottery_code: UpdateValue::Keep,
            identity_card: None,
            passport: None,
            visa: None,
            drivers_license: None,
        }
    }
}

impl Operation for UpdateCustomer {
    const ADDRESS: &'static str = "customers/update";
    type Response = Customer;
}

/// A customer: a guest, a contact or an account without a stay. All hotels of a chain share it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Customer {
    /// Identifier of the customer.
    pub id: Id<Self>,
    /// Chain whose hotels know the customer.
    pub chain_id: Id<Chain>,
    /// Number of the customer, unique in the chain.
    pub number: String,
    /// Form of address.
    pub title: Option<Title>,
    /// Sex.
    pub sex: Option<Sex>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: String,
    /// Second last name.
    pub second_last_name: Option<String>,
    /// ISO 3166-1 alpha-2 code of the nationality.
    pub nationality_code: Option<String>,
    /// Language that the customer asked for.
    pub preferred_language_code: Option<String>,
    /// Language to address the customer in: the preferred one, else that of the nationality.
    pub language_code: Option<String>,
    /// Date of birth.
    pub birth_date: Option<LocalDate>,
    /// ISO 3166-1 alpha-2 code of the country of birth.
    pub birth_country_code: Option<String>,
    /// ISO 3166-2 code of the subdivision of birth.
    pub birth_country_subdivision_code: Option<String>,
    /// Place of birth.
    pub birth_place: Option<String>,
    /// Occupation.
    pub occupation: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Whether the e-mail address is one that a travel agency relays.
    pub has_ota_email: bool,
    /// Phone number.
    pub phone: Option<String>,
    /// Tax identification number.
    pub tax_identification_number: Option<String>,
    /// Loyalty code, as free text.
    pub loyalty_code: Option<String>,
    /// Code in the accounting system.
    pub accounting_code: Option<String>,
    /// Code in the billing system.
    pub billing_code: Option<String>,
    /// Notes about the customer.
    pub notes: Option<String>,
    /// Registration number of the car, at most 255 characters.
    pub car_registration_number: Option<String>,
    /// What the customer does not eat, at most 255 characters.
    pub dietary_requirements: Option<String>,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
    /// The default address.
    pub address_id: Option<Id<AccountAddress>>,
    /// Labels of the customer.
    pub classifications: Vec<CustomerClassification>,
    /// What the customer agreed to, and how the customer is billed.
    pub options: Vec<CustomerOption>,
    /// Destination code of Italian electronic invoices.
    pub italian_destination_code: Option<String>,
    /// Italian fiscal code.
    pub italian_fiscal_code: Option<String>,
    /// Code for the Italian lottery of receipts.
    pub italian_lottery_code: Option<String>,
    /// Company that the customer belongs to.
    pub company_id: Option<Id<Company>>,
    /// Account that the customer was merged into.
    pub merge_target_id: Option<Id<Account>>,
    /// Whether the profile is in use.
    pub is_active: bool,
    /// Features of a room that the customer likes.
    pub preferred_space_features: Vec<ResourceFeatureClassification>,
    /// The profile that created the customer.
    pub creator_profile_id: Id<Profile>,
    /// The profile that last changed the customer.
    pub updater_profile_id: Id<Profile>,
    /// The newest passport.
    #[schemars(extend("deprecated" = true))]
    pub passport: Option<CustomerDocument>,
    /// The newest identity card.
    #[schemars(extend("deprecated" = true))]
    pub identity_card: Option<CustomerDocument>,
    /// The newest visa.
    #[schemars(extend("deprecated" = true))]
    pub visa: Option<CustomerDocument>,
    /// The newest driving licence.
    #[schemars(extend("deprecated" = true))]
    pub drivers_license: Option<CustomerDocument>,
    /// The default address.
    #[schemars(extend("deprecated" = true))]
    pub address: Option<Address>,
    /// `Active` or `Deleted`.
    #[schemars(extend("deprecated" = true))]
    pub activity_state: Option<String>,
}

impl Customer {
    /// First name and last name.
    #[must_use]
    pub fn full_name(&self) -> String {
        match &self.first_name {
            Some(first) => format!("{first} {}", self.last_name),
            None => self.last_name.clone(),
        }
    }

    /// Whether the customer can be charged without a stay.
    #[must_use]
    pub fn is_paymaster(&self) -> bool {
        self.classifications.contains(&CustomerClassification::PaymasterAccount)
    }

    /// Whether the customer can be billed by invoice.
    #[must_use]
    pub fn is_invoiceable(&self) -> bool {
        self.options.contains(&CustomerOption::Invoiceable)
    }
}

/// Form of address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Title {
    /// A man.
    Mister,
    /// An unmarried woman.
    Miss,
    /// A woman.
    Misses,
}

/// Sex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Sex {
    /// Male.
    Male,
    /// Female.
    Female,
}

/// A label of a customer.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum CustomerClassification {
    /// Can be charged without a stay.
    PaymasterAccount,
    /// Not welcome; the earlier name of `Blocklist`, always set together with it.
    #[schemars(extend("deprecated" = true))]
    Blacklist,
    /// Works for the media.
    Media,
    /// Takes part in a loyalty programme.
    LoyaltyProgram,
    /// Complained about an earlier stay.
    PreviousComplaint,
    /// Stayed before.
    Returning,
    /// Works for the hotel.
    Staff,
    /// A friend or a relative of the staff.
    FriendOrFamily,
    /// Manages a large organisation.
    TopManagement,
    /// Important.
    Important,
    /// Very important.
    VeryImportant,
    /// Causes problems.
    Problematic,
    /// Pays at once; nothing is to be charged to the room.
    Cashlist,
    /// Has a disability.
    DisabledPerson,
    /// Serves in the military.
    Military,
    /// Works for an airline.
    Airline,
    /// Fulfils the health rules.
    HealthCompliant,
    /// Is in the room.
    InRoom,
    /// Waits for the room.
    WaitingForRoom,
    /// Studies.
    Student,
    /// Not welcome.
    Blocklist,
}

/// What a customer agreed to, or how the customer is billed.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum CustomerOption {
    /// Nothing.
    None,
    /// Receives marketing e-mails.
    SendMarketingEmails,
    /// Can be billed by invoice.
    Invoiceable,
    /// Does not want the address on bills.
    BillAddressObjection,
    /// Receives marketing by post.
    SendMarketingPostalMail,
    /// Receives marketing e-mails of partners.
    SendPartnerMarketingEmails,
    /// Receives marketing of partners by post.
    SendPartnerMarketingPostalMail,
    /// Withdrew the consent to keep payment cards.
    WithdrawCardConsent,
    /// Agreed to being photographed.
    GuestPhotoConsent,
    /// Agreed to photographs of identity documents.
    IdPhotosConsent,
}

/// What a customer can agree to, or how the customer can be billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CustomerOptionParameter {
    /// Receives marketing e-mails.
    SendMarketingEmails,
    /// Can be billed by invoice.
    Invoiceable,
    /// Does not want the address on bills.
    BillAddressObjection,
    /// Receives marketing by post.
    SendMarketingPostalMail,
    /// Receives marketing e-mails of partners.
    SendPartnerMarketingEmails,
    /// Receives marketing of partners by post.
    SendPartnerMarketingPostalMail,
    /// Withdraws the consent to keep payment cards.
    WithdrawCardConsent,
    /// Agrees to being photographed.
    GuestPhotoConsent,
    /// Agrees to photographs of identity documents.
    IdPhotosConsent,
}

impl From<CustomerOptionParameter> for CustomerOption {
    fn from(option: CustomerOptionParameter) -> Self {
        match option {
            CustomerOptionParameter::SendMarketingEmails => Self::SendMarketingEmails,
            CustomerOptionParameter::Invoiceable => Self::Invoiceable,
            CustomerOptionParameter::BillAddressObjection => Self::BillAddressObjection,
            CustomerOptionParameter::SendMarketingPostalMail => Self::SendMarketingPostalMail,
            CustomerOptionParameter::SendPartnerMarketingEmails => Self::SendPartnerMarketingEmails,
            CustomerOptionParameter::SendPartnerMarketingPostalMail => {
                Self::SendPartnerMarketingPostalMail
            }
            CustomerOptionParameter::WithdrawCardConsent => Self::WithdrawCardConsent,
            CustomerOptionParameter::GuestPhotoConsent => Self::GuestPhotoConsent,
            CustomerOptionParameter::IdPhotosConsent => Self::IdPhotosConsent,
        }
    }
}

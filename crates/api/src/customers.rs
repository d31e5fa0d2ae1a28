//! Customers: the guests of a chain. Source: `operations/customers`.

use ostler_contract::primitives::{Id, LocalDate, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::accounts::Account;
use crate::addresses::AccountAddress;
use crate::companies::Company;
use crate::enterprises::{Address, Chain};
use crate::identity_documents::CustomerDocument;

/// What the identifier of a profile identifies: an integration or a member of staff.
#[derive(Debug)]
pub enum Profile {}

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
    pub preferred_space_features: Vec<String>,
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

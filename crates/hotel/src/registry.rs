//! The registry: every operation that is served, one line each, and every table.
//!
//! Whatever is not named here does not exist: the router, the OpenAPI document, the permissions and
//! the coverage tests read this one table.
//!
//! Both tables are statics: a constant would be compiled again, with every operation behind it, in
//! each crate that names it.

use ostler_api as api;
use ostler_store::{Entity, Table};

use crate::operation::{Operation, command, query};

/// Every operation that is served.
pub static OPERATIONS: &[Operation] = &[
    // Reference data.
    query::<api::countries::GetCountries>(),
    query::<api::currencies::GetCurrencies>(),
    query::<api::languages::GetLanguages>(),
    query::<api::tax_environments::GetTaxEnvironments>(),
    query::<api::taxations::GetTaxations>(),
    // Property.
    query::<api::enterprises::GetConfiguration>(),
    query::<api::enterprises::GetEnterprises>(),
    query::<api::services::GetServices>(),
    query::<api::resources::GetResources>(),
    command::<api::resources::UpdateResources>(),
    query::<api::resource_categories::GetResourceCategories>(),
    query::<api::resource_categories::GetResourceCategoryAssignments>(),
    query::<api::age_categories::GetAgeCategories>(),
    query::<api::products::GetProducts>(),
    query::<api::product_categories::GetProductCategories>(),
    query::<api::accounting_categories::GetAccountingCategories>(),
    query::<api::business_segments::GetBusinessSegments>(),
    query::<api::sources::GetSources>(),
    query::<api::counters::GetCounters>(),
    query::<api::cashiers::GetCashiers>(),
    // Rates and availability.
    query::<api::availability::GetAvailability>(),
    query::<api::availability::GetAvailabilityMetrics>(),
    query::<api::rate_groups::GetRateGroups>(),
    query::<api::rates::GetPricing>(),
    query::<api::rates::GetRates>(),
    // Profiles.
    command::<api::companies::AddCompany>(),
    query::<api::companies::GetCompanies>(),
    query::<api::companionships::GetCompanionships>(),
    command::<api::customers::AddCustomer>(),
    query::<api::customers::GetCustomers>(),
    query::<api::customers::SearchCustomers>(),
    command::<api::customers::UpdateCustomer>(),
    // Reservations: booking.
    query::<api::reservation_groups::GetReservationGroups>(),
    command::<api::reservations::add::AddReservations>(),
    query::<api::reservations::get_all::GetReservations>(),
    query::<api::reservations::price::PriceReservations>(),
    // Reservations: the stay.
    command::<api::reservations::stay::AddCompanion>(),
    command::<api::reservations::stay::AddReservationProduct>(),
    command::<api::reservations::stay::CancelReservations>(),
    command::<api::reservations::stay::ConfirmReservations>(),
    command::<api::reservations::stay::DeleteCompanion>(),
    command::<api::reservations::stay::ProcessReservation>(),
    command::<api::reservations::stay::StartReservation>(),
    command::<api::reservations::stay::UpdateReservationInterval>(),
    command::<api::reservations::update::UpdateReservations>(),
    // Finance: orders and items.
    command::<api::orders::AddOrder>(),
    query::<api::order_items::GetOrderItems>(),
    // Finance: bills and payments.
    command::<api::bills::requests::AddBills>(),
    command::<api::bills::requests::CloseBill>(),
    command::<api::bills::requests::DeleteBills>(),
    query::<api::bills::requests::GetBills>(),
    command::<api::payments::AddExternalPayment>(),
    query::<api::payments::GetPayments>(),
];

/// Every table of a world.
pub static TABLES: &[Table] = &[
    // Property.
    crate::enterprises::Enterprises::TABLE,
    crate::outlets::Outlets::TABLE,
    crate::services::Services::TABLE,
    crate::resources::Resources::TABLE,
    crate::resource_categories::ResourceCategories::TABLE,
    crate::resource_categories::ResourceCategoryAssignments::TABLE,
    crate::resource_categories::ResourceCategoryImageAssignments::TABLE,
    crate::resource_features::ResourceFeatures::TABLE,
    crate::resource_features::ResourceFeatureAssignments::TABLE,
    crate::resource_blocks::ResourceBlocks::TABLE,
    crate::age_categories::AgeCategories::TABLE,
    crate::products::Products::TABLE,
    crate::product_categories::ProductCategories::TABLE,
    crate::accounting_categories::AccountingCategories::TABLE,
    crate::business_segments::BusinessSegments::TABLE,
    crate::sources::Sources::TABLE,
    crate::counters::Counters::TABLE,
    crate::cashiers::Cashiers::TABLE,
    // Rates and availability.
    crate::availability::AvailabilityAdjustments::TABLE,
    crate::availability::ServiceOverbookingLimits::TABLE,
    crate::availability_blocks::AvailabilityBlocks::TABLE,
    crate::cancellation_policies::CancellationPolicies::TABLE,
    crate::rate_groups::RateGroups::TABLE,
    crate::rates::Rates::TABLE,
    crate::rates::prices::RatePrices::TABLE,
    crate::restrictions::Restrictions::TABLE,
    crate::vouchers::VoucherAssignments::TABLE,
    crate::vouchers::VoucherCodes::TABLE,
    crate::vouchers::Vouchers::TABLE,
    // Profiles.
    crate::upkeep::Upkeeps::TABLE,
    crate::accounts::AccountNumbers::TABLE,
    crate::addresses::Addresses::TABLE,
    crate::companies::Companies::TABLE,
    crate::companionships::Companionships::TABLE,
    crate::customers::Customers::TABLE,
    crate::identity_documents::IdentityDocuments::TABLE,
    // Reservations.
    crate::reservation_groups::ReservationGroups::TABLE,
    crate::reservations::Reservations::TABLE,
    crate::service_order_notes::ServiceOrderNotes::TABLE,
    // Finance.
    crate::bills::Bills::TABLE,
    crate::order_items::OrderItems::TABLE,
    crate::orders::ProductServiceOrders::TABLE,
    crate::payments::Payments::TABLE,
];

/// The operation with exactly this address.
#[must_use]
pub fn operation(address: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.address == address)
}

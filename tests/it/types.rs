//! The types of the interface as a client uses them: what the suite sends and gets survives them.

use std::collections::HashMap;
use std::sync::LazyLock;

use ostler_api as api;
use ostler_hotel::registry::OPERATIONS;
use serde_json::Value;

/// What a client makes of a request and of its answer.
struct Types {
    address: &'static str,
    /// Reads the parameters, as the server does, and writes them, as the client does.
    request: fn(&Value) -> serde_json::Result<Value>,
    /// Reads the answer, as the client does, and writes it.
    response: fn(&str) -> serde_json::Result<Value>,
}

const fn of<R: api::Operation>() -> Types {
    Types {
        address: R::ADDRESS,
        request: |body| serde_json::to_value(<R as serde::Deserialize>::deserialize(body)?),
        response: |text| serde_json::to_value(serde_json::from_str::<R::Response>(text)?),
    }
}

static TYPES: &[Types] = &[
    of::<api::countries::GetCountries>(),
    of::<api::currencies::GetCurrencies>(),
    of::<api::languages::GetLanguages>(),
    of::<api::tax_environments::GetTaxEnvironments>(),
    of::<api::taxations::GetTaxations>(),
    of::<api::enterprises::GetConfiguration>(),
    of::<api::enterprises::GetEnterprises>(),
    of::<api::services::GetServices>(),
    of::<api::resources::GetResources>(),
    of::<api::resources::UpdateResources>(),
    of::<api::resource_categories::GetResourceCategories>(),
    of::<api::resource_categories::GetResourceCategoryAssignments>(),
    of::<api::age_categories::GetAgeCategories>(),
    of::<api::products::GetProducts>(),
    of::<api::product_categories::GetProductCategories>(),
    of::<api::accounting_categories::GetAccountingCategories>(),
    of::<api::business_segments::GetBusinessSegments>(),
    of::<api::sources::GetSources>(),
    of::<api::counters::GetCounters>(),
    of::<api::cashiers::GetCashiers>(),
    of::<api::availability::GetAvailability>(),
    of::<api::availability::GetAvailabilityMetrics>(),
    of::<api::rate_groups::GetRateGroups>(),
    of::<api::rates::GetPricing>(),
    of::<api::rates::GetRates>(),
    of::<api::companies::AddCompany>(),
    of::<api::companies::GetCompanies>(),
    of::<api::companionships::GetCompanionships>(),
    of::<api::customers::AddCustomer>(),
    of::<api::customers::GetCustomers>(),
    of::<api::customers::SearchCustomers>(),
    of::<api::customers::UpdateCustomer>(),
    of::<api::reservation_groups::GetReservationGroups>(),
    of::<api::reservations::add::AddReservations>(),
    of::<api::reservations::get_all::GetReservations>(),
    of::<api::reservations::price::PriceReservations>(),
    of::<api::reservations::stay::AddCompanion>(),
    of::<api::reservations::stay::AddReservationProduct>(),
    of::<api::reservations::stay::CancelReservations>(),
    of::<api::reservations::stay::ConfirmReservations>(),
    of::<api::reservations::stay::DeleteCompanion>(),
    of::<api::reservations::stay::ProcessReservation>(),
    of::<api::reservations::stay::StartReservation>(),
    of::<api::reservations::stay::UpdateReservationInterval>(),
    of::<api::reservations::update::UpdateReservations>(),
    of::<api::orders::AddOrder>(),
    of::<api::order_items::GetOrderItems>(),
    of::<api::bills::requests::AddBills>(),
    of::<api::bills::requests::CloseBill>(),
    of::<api::bills::requests::DeleteBills>(),
    of::<api::bills::requests::GetBills>(),
    of::<api::payments::AddExternalPayment>(),
    of::<api::payments::GetPayments>(),
];

static BY_ADDRESS: LazyLock<HashMap<&str, &Types>> =
    LazyLock::new(|| TYPES.iter().map(|types| (types.address, types)).collect());

/// Whether a client can say the same request and understands the whole answer.
pub(crate) fn check(address: &str, parameters: &Value, answer: &str) -> Result<(), String> {
    let Some(types) = BY_ADDRESS.get(address) else { return Ok(()) };
    let told = |what: &'static str| move |error: serde_json::Error| format!("{what}: {error}");
    let once = (types.request)(parameters).map_err(told("the request"))?;
    let twice = (types.request)(&once).map_err(told("the client's request"))?;
    if once != twice {
        return Err(format!("the client says\n{once}\nand the server reads\n{twice}"));
    }
    let read = (types.response)(answer).map_err(told("the answer"))?;
    if serde_json::from_str::<Value>(answer).map_err(told("the answer"))? != read {
        return Err(format!("the server says\n{answer}\nand the client reads\n{read}"));
    }
    Ok(())
}

#[test]
fn every_operation_has_its_types() {
    for operation in OPERATIONS {
        assert!(BY_ADDRESS.contains_key(operation.address), "{}", operation.address);
    }
    assert_eq!(OPERATIONS.len(), TYPES.len());
}

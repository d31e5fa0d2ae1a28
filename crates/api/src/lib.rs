//! The interface: one file per resource with its entities, requests and responses.
//!
//! No logic, no database, no HTTP. Field docs are the API reference: the served OpenAPI document
//! is derived from these types. Names, limits and defaults are those of the public reference.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

pub mod accounting_categories;
pub mod accounts;
pub mod addresses;
pub mod age_categories;
pub mod availability;
pub mod availability_blocks;
pub mod bills;
pub mod business_segments;
pub mod cancellation_policies;
pub mod cashiers;
pub mod companies;
pub mod companionships;
pub mod counters;
pub mod countries;
pub mod currencies;
pub mod customers;
pub mod enterprises;
pub mod identity_documents;
pub mod languages;
pub mod objects;
pub mod order_items;
pub mod orders;
pub mod outlets;
pub mod payments;
pub mod product_categories;
pub mod products;
pub mod rate_groups;
pub mod rates;
pub mod reservation_groups;
pub mod reservations;
pub mod resource_blocks;
pub mod resource_categories;
pub mod resource_features;
pub mod resources;
pub mod restrictions;
pub mod service_order_notes;
pub mod services;
pub mod sources;
pub mod tax_environments;
pub mod taxations;
pub mod vouchers;

/// A request type that is an operation of the interface.
///
/// The type says what the operation is: its address, its parameters with their limits, its
/// response. Its documentation is the operation's documentation.
pub trait Operation: DeserializeOwned + JsonSchema + Send + 'static {
    /// The address below `/api/connector/v1/`, such as `reservations/cancel`.
    const ADDRESS: &'static str;

    /// Whether a portfolio token may call it. Source: the operation's page, "portfolio".
    const PORTFOLIO: bool = true;

    /// Whether the reference marks it as restricted; such an operation must be granted by name.
    const RESTRICTED: bool = false;

    /// The body of a success.
    type Response: JsonSchema;
}

/// A success without content, `{}`; with `Prefer: return=minimal` it is 204.
#[derive(Debug, serde::Serialize, JsonSchema)]
pub struct Empty {}

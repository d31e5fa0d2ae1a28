//! The interface: one file per resource with its entities, requests and responses.
//!
//! No logic, no database, no HTTP. Field docs are the API reference: the served OpenAPI document
//! is derived from these types. Names, limits and defaults are those of the public reference.

use ostler_contract::primitives::{Cursor, Id, Limitation};
use schemars::JsonSchema;
use serde::Serialize;
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
/// response. Its documentation is the operation's documentation. Requests and responses can be
/// written and read, because servers and clients share them.
pub trait Operation: Serialize + DeserializeOwned + JsonSchema + Send + 'static {
    /// The address below `/api/connector/v1/`, such as `reservations/cancel`.
    const ADDRESS: &'static str;

    /// Whether it changes nothing, so that whoever got no answer may ask again.
    const READS_ONLY: bool = false;

    /// Whether a portfolio token may call it. Source: the operation's page, "portfolio".
    const PORTFOLIO: bool = true;

    /// Whether the reference marks it as restricted; such an operation must be granted by name.
    const RESTRICTED: bool = false;

    /// The body of a success.
    type Response: Serialize + DeserializeOwned + JsonSchema + Send;
}

/// An operation that answers page by page. Source: `guidelines/pagination`.
pub trait Paged: Operation {
    /// Which page is wanted.
    fn limitation_mut(&mut self) -> &mut Limitation;

    /// The position after which the next page begins; none after the last one.
    fn cursor(page: &Self::Response) -> Option<Id<Cursor>>;
}

/// The request has a `limitation`, its response a `cursor`, as every paged operation.
macro_rules! paged {
    ($request:ident) => {
        impl crate::Paged for $request {
            fn limitation_mut(&mut self) -> &mut crate::Limitation {
                &mut self.limitation
            }

            fn cursor(page: &Self::Response) -> Option<crate::Id<crate::Cursor>> {
                page.cursor.map(crate::Id::cast)
            }
        }
    };
}
pub(crate) use paged;

/// A success without content, `{}`; with `Prefer: return=minimal` it is 204.
#[derive(Debug, serde::Serialize, serde::Deserialize, JsonSchema)]
pub struct Empty {}

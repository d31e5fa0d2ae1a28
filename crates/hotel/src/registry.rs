//! The registry: every operation that is served, one line each, and every table.
//!
//! Whatever is not named here does not exist: the router, the OpenAPI document, the permissions and
//! the coverage tests read this one table.

use ostler_store::Table;

use crate::operation::Operation;

/// Every operation that is served.
pub const OPERATIONS: &[Operation] = &[];

/// Every table of a world.
pub const TABLES: &[Table] = &[];

/// The operation with exactly this address.
#[must_use]
pub fn operation(address: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.address == address)
}

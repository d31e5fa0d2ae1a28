//! The access registry: which tokens are known, what they reach, and what they may call.
//!
//! It is stored as documents in the world's store, so that the command line can change it beside a
//! running server; the server decodes it again whenever the store's epoch has risen.

mod changes;
mod documents;
mod registry;

pub use changes::{
    NewClient, NewEnterprise, NewIntegration, Status, add_client, add_enterprise, add_integration,
    all, change_client, change_integration, set_enterprise,
};
pub use documents::{
    AccessClients, AccessEnterprises, AccessIntegrations, Client, Enterprise, Grants, Integration,
};
pub use registry::{Access, Authenticated, Registry};

use ostler_store::{Entity, Table};
use uuid::Uuid;

/// The scope of the access documents: the world itself.
pub const WORLD: Uuid = Uuid::nil();

/// The tables of the access registry.
pub const TABLES: [Table; 3] =
    [AccessClients::TABLE, AccessIntegrations::TABLE, AccessEnterprises::TABLE];

#[cfg(test)]
mod tests;

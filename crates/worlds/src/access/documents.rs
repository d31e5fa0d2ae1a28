//! What is stored of clients, integrations and enterprises.

use std::collections::BTreeSet;

use ostler_contract::primitives::UtcInstant;
use ostler_hotel::operation::Operation;
use ostler_store::entity;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::token::TokenHash;

/// A client application.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Client {
    /// Identifier of the client.
    pub id: Uuid,
    /// Name of the application.
    pub name: String,
    /// Hash of the client token.
    pub token: TokenHash,
    /// Whether it may call anything at all.
    pub is_enabled: bool,
    /// What it may call.
    pub grants: Grants,
}

/// The operations that a client may call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grants {
    /// Whether every unrestricted operation is granted, future ones included.
    pub all_unrestricted: bool,
    /// Operations granted by name; the only way to grant a restricted one.
    pub granted: BTreeSet<String>,
    /// Operations taken away again from those that are granted all together.
    pub revoked: BTreeSet<String>,
}

impl Grants {
    /// Every operation that is not restricted.
    #[must_use]
    pub fn all_unrestricted() -> Self {
        Self { all_unrestricted: true, ..Self::default() }
    }

    /// Only these operations.
    pub fn only(addresses: impl IntoIterator<Item = String>) -> Self {
        Self { granted: addresses.into_iter().collect(), ..Self::default() }
    }

    /// Whether the operation may be called.
    #[must_use]
    pub fn permits(&self, operation: &Operation) -> bool {
        let address = operation.address;
        let together = self.all_unrestricted && !operation.restricted;
        self.granted.contains(address) || (together && !self.revoked.contains(address))
    }

    /// Grants one operation by name.
    pub fn grant(&mut self, address: &str) {
        self.revoked.remove(address);
        self.granted.insert(address.to_owned());
    }

    /// Takes one operation away.
    pub fn revoke(&mut self, address: &str) {
        self.granted.remove(address);
        if self.all_unrestricted {
            self.revoked.insert(address.to_owned());
        }
    }
}

/// An integration: a client in one enterprise, or in those of a portfolio.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Integration {
    /// Identifier of the integration; the profile that creates and updates what it writes.
    pub id: Uuid,
    /// Name of the integration.
    pub name: String,
    /// Its client.
    pub client_id: Uuid,
    /// Hash of the access token.
    pub token: TokenHash,
    /// The enterprises that it reaches.
    pub enterprise_ids: Vec<Uuid>,
    /// The placeholder enterprise of a portfolio token; none for a token of one enterprise.
    pub portfolio_id: Option<Uuid>,
    /// The bookable service that it is limited to, if it is.
    pub service_id: Option<Uuid>,
    /// Whether it may be used.
    pub is_enabled: bool,
    /// When the access token stops working, if ever.
    pub expires_utc: Option<UtcInstant>,
}

/// An enterprise as far as access is concerned.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Enterprise {
    /// Identifier of the enterprise.
    pub id: Uuid,
    /// Name of the enterprise.
    pub name: String,
    /// Identifier of its chain.
    pub chain_id: Uuid,
    /// Its own language, in which it is answered unless the caller wants another one.
    pub language: Option<String>,
    /// Whether it may be reached.
    pub is_enabled: bool,
}

entity! {
    /// The clients of the world.
    AccessClients of Client, with (), in "access_client";
    stamp(document, created, updated) {}
}

entity! {
    /// The integrations of the world.
    AccessIntegrations of Integration, with (), in "access_integration";
    stamp(document, created, updated) {}
}

entity! {
    /// The enterprises of the world that can be reached.
    AccessEnterprises of Enterprise, with (), in "access_enterprise";
    stamp(document, created, updated) {}
}

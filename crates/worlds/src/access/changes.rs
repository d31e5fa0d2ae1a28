//! Changes of the access registry. Each one is seen by the next request.

use std::fmt;

use ostler_contract::error::Error;
use ostler_contract::primitives::UtcInstant;
use ostler_store::{Entity, Find, Snapshot, Stored, Tx};
use uuid::Uuid;

use super::WORLD;
use super::documents::{
    AccessClients, AccessEnterprises, AccessIntegrations, Client, Enterprise, Grants, Integration,
};
use crate::token::TokenHash;

/// Whether something may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It may.
    Enabled,
    /// It may not.
    Disabled,
}

impl Status {
    /// The status that a stored flag means.
    #[must_use]
    #[expect(clippy::fn_params_excessive_bools, reason = "this is where the flag gets its name")]
    pub const fn of(is_enabled: bool) -> Self {
        if is_enabled { Self::Enabled } else { Self::Disabled }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
        })
    }
}

/// An enterprise to be reached.
#[derive(Debug, Clone)]
pub struct NewEnterprise {
    /// Identifier of the enterprise.
    pub id: Uuid,
    /// Identifier of its chain.
    pub chain: Uuid,
    /// Name of the enterprise.
    pub name: String,
    /// Its own language.
    pub language: Option<String>,
}

/// A client application to be known.
#[derive(Debug, Clone)]
pub struct NewClient {
    /// Name of the application.
    pub name: String,
    /// Hash of its token.
    pub token: TokenHash,
    /// What it may call.
    pub grants: Grants,
}

/// An integration to be known.
#[derive(Debug, Clone)]
pub struct NewIntegration {
    /// Name of the integration.
    pub name: String,
    /// Its client.
    pub client: Uuid,
    /// Hash of its access token.
    pub token: TokenHash,
    /// The enterprises that it reaches.
    pub enterprises: Vec<Uuid>,
    /// The placeholder enterprise, for a portfolio token.
    pub portfolio: Option<Uuid>,
    /// The bookable service that it is limited to, if it is.
    pub service: Option<Uuid>,
    /// When the access token stops working, if ever.
    pub expires: Option<UtcInstant>,
}

/// Makes an enterprise reachable.
///
/// # Errors
/// 500 where the database fails.
pub fn add_enterprise(tx: &mut Tx<'_>, new: NewEnterprise) -> Result<(), Error> {
    let NewEnterprise { id, chain, name, language } = new;
    let document = Enterprise { id, name, chain_id: chain, language, is_enabled: true };
    tx.insert::<AccessEnterprises>(WORLD, document, ())?;
    tx.bump_epoch()
}

/// Makes a client known; answers with its identifier.
///
/// # Errors
/// 500 where the database fails.
pub fn add_client(tx: &mut Tx<'_>, new: NewClient) -> Result<Uuid, Error> {
    let id = tx.new_id::<Client>().uuid();
    let NewClient { name, token, grants } = new;
    let document = Client { id, name, token, is_enabled: true, grants };
    tx.insert::<AccessClients>(WORLD, document, ())?;
    tx.bump_epoch()?;
    Ok(id)
}

/// Makes an integration known; answers with its identifier.
///
/// # Errors
/// 500 where the database fails.
pub fn add_integration(tx: &mut Tx<'_>, new: NewIntegration) -> Result<Uuid, Error> {
    let id = tx.new_id::<Integration>().uuid();
    let document = Integration {
        id,
        name: new.name,
        client_id: new.client,
        token: new.token,
        enterprise_ids: new.enterprises,
        portfolio_id: new.portfolio,
        service_id: new.service,
        is_enabled: true,
        expires_utc: new.expires,
    };
    tx.insert::<AccessIntegrations>(WORLD, document, ())?;
    tx.bump_epoch()?;
    Ok(id)
}

/// Enables or disables an enterprise; none where it is unknown.
///
/// # Errors
/// 500 where the database fails.
pub fn set_enterprise(
    tx: &mut Tx<'_>,
    id: Uuid,
    status: Status,
) -> Result<Option<Enterprise>, Error> {
    change::<AccessEnterprises>(tx, id, |it| it.is_enabled = status == Status::Enabled)
}

/// Changes a client; none where it is unknown.
///
/// # Errors
/// 500 where the database fails.
pub fn change_client(
    tx: &mut Tx<'_>,
    id: Uuid,
    change_it: impl FnOnce(&mut Client),
) -> Result<Option<Client>, Error> {
    change::<AccessClients>(tx, id, change_it)
}

/// Changes an integration; none where it is unknown.
///
/// # Errors
/// 500 where the database fails.
pub fn change_integration(
    tx: &mut Tx<'_>,
    id: Uuid,
    change_it: impl FnOnce(&mut Integration),
) -> Result<Option<Integration>, Error> {
    change::<AccessIntegrations>(tx, id, change_it)
}

/// Every document of one kind, oldest first.
///
/// # Errors
/// 500 where the database fails.
pub fn all<E: Entity>(snapshot: &Snapshot<'_>) -> Result<Vec<E::Document>, Error> {
    let mut found = snapshot.find(&Find::<E>::within(&[WORLD]))?;
    found.reverse();
    Ok(found.into_iter().map(|it| it.document).collect())
}

fn change<E: Entity>(
    tx: &mut Tx<'_>,
    id: Uuid,
    change_it: impl FnOnce(&mut E::Document),
) -> Result<Option<E::Document>, Error> {
    let found: Option<Stored<E>> = tx.get(WORLD, id)?;
    let Some(mut stored) = found else { return Ok(None) };
    change_it(&mut stored.document);
    tx.update(&mut stored)?;
    tx.bump_epoch()?;
    Ok(Some(stored.document))
}

//! The access registry as the command line sees it, beside a running server or without one.

use std::fmt;

use ostler_contract::error::Error;
use ostler_store::Tx;
use ostler_worlds::access::{
    AccessClients, AccessEnterprises, AccessIntegrations, Client, Enterprise, Integration, all,
};
use ostler_worlds::world::{Role, World, WorldOptions};
use uuid::Uuid;

use super::Failure;
use crate::config::Place;

/// The opened access registry.
pub(super) struct Directory {
    pub(super) world: World,
    pub(super) clients: Vec<Client>,
    pub(super) integrations: Vec<Integration>,
    pub(super) enterprises: Vec<Enterprise>,
}

/// Something that has an identifier and a name.
pub(super) trait Named {
    /// What it is called, in the singular.
    const KIND: &'static str;
    fn id(&self) -> Uuid;
    fn name(&self) -> &str;
}

impl Directory {
    /// Opens the world of the data folder, which must exist.
    pub(super) fn open(place: &Place) -> Result<Self, Failure> {
        let file = place.file().map_err(Failure::usage)?;
        let world = World::open(&WorldOptions {
            place: place.world(&file).map_err(Failure::usage)?,
            role: Role::Administrator,
            readers: 1,
            ..WorldOptions::default()
        })?;
        let (clients, integrations, enterprises) =
            world.store.read_now(world.call(), |snapshot| {
                Ok((
                    all::<AccessClients>(snapshot)?,
                    all::<AccessIntegrations>(snapshot)?,
                    all::<AccessEnterprises>(snapshot)?,
                ))
            })?;
        Ok(Self { world, clients, integrations, enterprises })
    }

    /// Changes the registry; a running server sees it with its next request.
    pub(super) fn change<T: Send + 'static>(
        &self,
        job: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Failure> {
        Ok(self.world.store.write_now(self.world.call(), job)?)
    }
}

/// The one with this identifier or exactly this name.
pub(super) fn pick<'d, N: Named>(all: &'d [N], wanted: &str) -> Result<&'d N, Failure> {
    if let Ok(id) = wanted.parse::<Uuid>()
        && let Some(found) = all.iter().find(|it| it.id() == id)
    {
        return Ok(found);
    }
    let mut named = all.iter().filter(|it| it.name() == wanted);
    match (named.next(), named.next()) {
        (Some(found), None) => Ok(found),
        (Some(_), Some(_)) => Err(Failure::usage(format!(
            "Several {}s are named {wanted:?}; use the identifier.",
            N::KIND
        ))),
        (None, _) => Err(Failure::usage(format!("There is no {} {wanted:?}.", N::KIND))),
    }
}

impl Named for Client {
    const KIND: &'static str = "client";

    fn id(&self) -> Uuid {
        self.id
    }

    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for Integration {
    const KIND: &'static str = "integration";

    fn id(&self) -> Uuid {
        self.id
    }

    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for Enterprise {
    const KIND: &'static str = "enterprise";

    fn id(&self) -> Uuid {
        self.id
    }

    fn name(&self) -> &str {
        &self.name
    }
}

/// The message of a change of something that is gone meanwhile.
pub(super) fn gone<N: Named>(id: impl fmt::Display) -> Failure {
    Failure::usage(format!("There is no {} {id} any more.", N::KIND))
}

//! The decoded registry, which every request is held against.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use ostler_contract::error::{Code, Error};
use ostler_contract::primitives::UtcInstant;
use ostler_hotel::context::{Caller, Member};
use ostler_hotel::operation::Operation;
use ostler_store::{Call, Find, Snapshot, Store};
use uuid::Uuid;

use super::WORLD;
use super::documents::{
    AccessClients, AccessEnterprises, AccessIntegrations, Client, Enterprise, Integration,
};
use crate::token::TokenHash;

/// Every client, integration and enterprise, found by what a request shows.
#[derive(Debug, Default)]
pub struct Registry {
    epoch: i64,
    clients: HashMap<TokenHash, Arc<Client>>,
    integrations: HashMap<TokenHash, Arc<Integration>>,
    enterprises: HashMap<Uuid, Enterprise>,
}

/// Who calls, and what the caller may call.
#[derive(Debug, Clone)]
pub struct Authenticated {
    /// Hash of the access token, by which requests are counted.
    pub token: TokenHash,
    client: Arc<Client>,
    integration: Arc<Integration>,
    enterprises: Vec<Member>,
    language: Option<String>,
}

impl Registry {
    /// Decodes the registry of a snapshot that is at least as new as `epoch`.
    ///
    /// # Errors
    /// 500 where the database fails.
    pub fn load(snapshot: &Snapshot<'_>, epoch: i64) -> Result<Self, Error> {
        let clients = snapshot.find(&Find::<AccessClients>::within(&[WORLD]))?;
        let integrations = snapshot.find(&Find::<AccessIntegrations>::within(&[WORLD]))?;
        let enterprises = snapshot.find(&Find::<AccessEnterprises>::within(&[WORLD]))?;
        Ok(Self::new(
            epoch,
            clients.into_iter().map(|it| it.document),
            integrations.into_iter().map(|it| it.document),
            enterprises.into_iter().map(|it| it.document),
        ))
    }

    /// A registry of these documents.
    pub(super) fn new(
        epoch: i64,
        clients: impl IntoIterator<Item = Client>,
        integrations: impl IntoIterator<Item = Integration>,
        enterprises: impl IntoIterator<Item = Enterprise>,
    ) -> Self {
        Self {
            epoch,
            clients: clients.into_iter().map(|it| (it.token, Arc::new(it))).collect(),
            integrations: integrations.into_iter().map(|it| (it.token, Arc::new(it))).collect(),
            enterprises: enterprises.into_iter().map(|it| (it.id, it)).collect(),
        }
    }

    /// Whether the world has no enterprise yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.enterprises.is_empty()
    }

    /// Who has these two tokens.
    ///
    /// # Errors
    /// 401, told apart: tokens unknown, expired or not belonging together; integration disabled
    /// here or everywhere; enterprise disabled.
    pub fn authenticate(
        &self,
        client_token: &str,
        access_token: &str,
        now: UtcInstant,
    ) -> Result<Authenticated, Error> {
        let token = TokenHash::of(access_token);
        let client = self.clients.get(&TokenHash::of(client_token));
        let integration = self.integrations.get(&token);
        let (Some(client), Some(integration)) = (client, integration) else {
            return Err(Error::new(Code::InvalidTokens));
        };
        let is_expired = integration.expires_utc.is_some_and(|expires| expires <= now);
        if integration.client_id != client.id || is_expired {
            return Err(Error::new(Code::InvalidTokens));
        }
        if !client.is_enabled || !integration.is_enabled {
            return Err(Error::new(Code::IntegrationDisabled));
        }
        let reached: Vec<&Enterprise> = integration
            .enterprise_ids
            .iter()
            .filter_map(|id| self.enterprises.get(id))
            .filter(|enterprise| enterprise.is_enabled)
            .collect();
        let Some(first) = reached.first() else {
            return Err(Error::new(Code::EnterpriseDisabled));
        };
        Ok(Authenticated {
            token,
            client: Arc::clone(client),
            integration: Arc::clone(integration),
            language: first.language.clone(),
            enterprises: reached
                .iter()
                .map(|it| Member { enterprise: it.id, chain: it.chain_id })
                .collect(),
        })
    }
}

impl Authenticated {
    /// Whether the caller may call the operation.
    ///
    /// # Errors
    /// 401 where it is not granted to the client, or does not work with portfolio tokens.
    pub fn permits(&self, operation: &Operation) -> Result<(), Error> {
        if !self.client.grants.permits(operation) {
            return Err(Error::new(Code::NoPermission));
        }
        if self.integration.portfolio_id.is_some() && !operation.portfolio {
            return Err(Error::new(Code::NoPermission)
                .message("This operation does not support portfolio access tokens."));
        }
        Ok(())
    }

    /// Name of the client application.
    #[must_use]
    pub fn client_name(&self) -> &str {
        &self.client.name
    }

    /// The own language of the enterprise, where it is known.
    #[must_use]
    pub fn language(&self) -> Option<&str> {
        self.language.as_deref()
    }

    /// The caller as rules see it.
    #[must_use]
    pub fn into_caller(self) -> Caller {
        Caller {
            integration: self.integration.id,
            client: self.client.name.clone(),
            enterprises: self.enterprises,
            portfolio: self.integration.portfolio_id,
            service: self.integration.service_id,
        }
    }
}

/// Keeps the decoded registry as fresh as the store.
#[derive(Debug, Clone, Default)]
pub struct Access {
    current: Arc<RwLock<Option<Arc<Registry>>>>,
}

impl Access {
    /// The registry, if it is known at once that the one which is held is still the store's.
    ///
    /// # Errors
    /// 500 where the database fails.
    pub fn held(&self, store: &Store) -> Result<Option<Arc<Registry>>, Error> {
        Ok(store.epoch_at_once()?.and_then(|epoch| self.of(epoch)))
    }

    /// The registry that is held, where it is of this epoch.
    fn of(&self, epoch: i64) -> Option<Arc<Registry>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().filter(|it| it.epoch == epoch).map(Arc::clone)
    }

    /// Hands the registry as it stands in the store to `done`, on another thread; decodes it again
    /// where it has changed.
    pub fn fetch(
        &self,
        store: &Store,
        call: Call,
        done: impl FnOnce(Result<Arc<Registry>, Error>) + Send + 'static,
    ) {
        let (access, of_store) = (self.clone(), store.clone());
        // The epoch is read before the snapshot is taken: a change between the two is seen again.
        store.epoch(move |epoch| match epoch {
            Err(error) => done(Err(error)),
            Ok(epoch) => match access.of(epoch) {
                Some(held) => done(Ok(held)),
                None => access.reload(&of_store, call, epoch, done),
            },
        });
    }

    /// Decodes the registry again and hands it to `done`, on a worker thread.
    fn reload(
        &self,
        store: &Store,
        call: Call,
        epoch: i64,
        done: impl FnOnce(Result<Arc<Registry>, Error>) + Send + 'static,
    ) {
        let held = Arc::clone(&self.current);
        store.read(
            call,
            move |snapshot| Registry::load(snapshot, epoch),
            move |loaded| {
                done(loaded.map(|registry| {
                    let registry = Arc::new(registry);
                    let mut current = held.write().unwrap_or_else(PoisonError::into_inner);
                    *current = Some(Arc::clone(&registry));
                    registry
                }));
            },
        );
    }
}

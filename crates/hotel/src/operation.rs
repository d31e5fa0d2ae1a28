//! Queries and commands, and the table row that both become.

use ostler_api as api;
use ostler_contract::decode::decode;
use ostler_contract::error::Error;
use ostler_store::{Snapshot, Tx};
use schemars::{Schema, SchemaGenerator};
use serde_json::Value;

use crate::context::Context;
use crate::reply::{Answer, Reply};

/// An operation that only reads. It gets a snapshot, which cannot write.
pub trait Query: api::Operation {
    /// Answers the request.
    ///
    /// # Errors
    /// Those that the operation's documentation names.
    fn run(
        &self,
        snapshot: &Snapshot<'_>,
        context: &Context,
    ) -> Result<Reply<Self::Response>, Error>;
}

/// An operation that writes. It may be run again after a conflict, so it has no side effect outside
/// its transaction.
pub trait Command: api::Operation {
    /// Does what the request asks, wholly or not at all.
    ///
    /// # Errors
    /// Those that the operation's documentation names.
    fn run(&self, tx: &mut Tx<'_>, context: &Context) -> Result<Reply<Self::Response>, Error>;
}

/// One row of the registry: plain data, nothing above it is generic.
pub struct Operation {
    /// The address below `/api/connector/v1/`.
    pub address: &'static str,
    /// Whether a portfolio token may call it.
    pub portfolio: bool,
    /// Whether it must be granted by name.
    pub restricted: bool,
    /// Whether it writes.
    pub writes: bool,
    /// Turns the parsed body into something to run: 400 where a parameter is wrong.
    pub prepare: fn(Value) -> Result<Prepared, Error>,
    /// The schema of the request's own parameters.
    pub request: fn(&mut SchemaGenerator) -> Schema,
    /// The schema of the response.
    pub response: fn(&mut SchemaGenerator) -> Schema,
}

/// A decoded request, ready to run.
pub enum Prepared {
    /// Runs on a snapshot.
    Query(Box<dyn PreparedQuery>),
    /// Runs in a transaction.
    Command(Box<dyn PreparedCommand>),
}

/// A decoded query whose type is forgotten.
pub trait PreparedQuery: Send {
    /// Answers the request.
    ///
    /// # Errors
    /// Those of the operation.
    fn answer(&self, snapshot: &Snapshot<'_>, context: &Context) -> Result<Answer, Error>;
}

/// A decoded command whose type is forgotten.
pub trait PreparedCommand: Send {
    /// Does what the request asks.
    ///
    /// # Errors
    /// Those of the operation.
    fn answer(&self, tx: &mut Tx<'_>, context: &Context) -> Result<Answer, Error>;
}

impl<Q: Query> PreparedQuery for Q {
    fn answer(&self, snapshot: &Snapshot<'_>, context: &Context) -> Result<Answer, Error> {
        self.run(snapshot, context).map(Reply::into_answer)
    }
}

impl<C: Command> PreparedCommand for C {
    fn answer(&self, tx: &mut Tx<'_>, context: &Context) -> Result<Answer, Error> {
        self.run(tx, context).map(Reply::into_answer)
    }
}

/// The registry's row for a query.
#[must_use]
pub const fn query<Q: Query>() -> Operation {
    const { assert!(Q::READS_ONLY, "the interface says that a query writes") };
    Operation {
        address: Q::ADDRESS,
        portfolio: Q::PORTFOLIO,
        restricted: Q::RESTRICTED,
        writes: false,
        prepare: |body| Ok(Prepared::Query(Box::new(decode::<Q>(body)?))),
        request: |generator| generator.subschema_for::<Q>(),
        response: |generator| generator.subschema_for::<Q::Response>(),
    }
}

/// The registry's row for a command.
#[must_use]
pub const fn command<C: Command>() -> Operation {
    const { assert!(!C::READS_ONLY, "the interface says that a command only reads") };
    Operation {
        address: C::ADDRESS,
        portfolio: C::PORTFOLIO,
        restricted: C::RESTRICTED,
        writes: true,
        prepare: |body| Ok(Prepared::Command(Box::new(decode::<C>(body)?))),
        request: |generator| generator.subschema_for::<C>(),
        response: |generator| generator.subschema_for::<C::Response>(),
    }
}

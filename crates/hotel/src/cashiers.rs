//! Cashiers: who holds cash.

use ostler_api as api;
use ostler_api::cashiers::{Cashier, GetCashiers};
use ostler_api::objects::ActivityState;
use ostler_contract::error::Error;
use ostler_store::{Find, Snapshot, entity};

use crate::context::Context;
use crate::filters::{given, interval};
use crate::listing;
use crate::operation::Query;
use crate::reply::Reply;

entity! {
    /// The cashiers of all properties.
    Cashiers of Cashier, with (), in "cashier";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    lookup Columns(&["updated"]);
}

impl Query for GetCashiers {
    fn run(
        &self,
        snapshot: &Snapshot<'_>,
        context: &Context,
    ) -> Result<Reply<api::cashiers::Cashiers>, Error> {
        let scopes = context.enterprises(given(self.enterprise_ids.as_ref()))?;
        let active =
            ActivityState::flags(self.activity_states.as_deref(), &[ActivityState::Active]);
        let find = Find::within(&scopes)
            .and(Cashiers::ACTIVE.one_of(active))
            .during(Cashiers::UPDATED, interval(self.updated_utc, "UpdatedUtc")?)
            .ids_maybe(given(self.ids.as_ref()));
        listing::plain("Cashiers", snapshot, &find, self.limitation)
    }
}

#[cfg(test)]
mod tests;

//! Sources: where reservations come from.

use ostler_api as api;
use ostler_api::enterprises::Enterprise;
use ostler_api::sources::{GetSources, Source};
use ostler_contract::error::Error;
use ostler_store::{Find, Snapshot, entity};

use crate::context::Context;
use crate::filters::{given, interval};
use crate::listing;
use crate::operation::Query;
use crate::reply::Reply;

entity! {
    /// The sources of reservations of all properties.
    Sources of Source, with (), in "source";
    stamp(document, created, updated) {
        document.updated_utc = updated;
    }
    lookup Columns(&["updated"]);
}

impl Query for GetSources {
    fn run(
        &self,
        snapshot: &Snapshot<'_>,
        context: &Context,
    ) -> Result<Reply<api::sources::Sources>, Error> {
        let scopes = context.enterprises::<Enterprise>(None)?;
        let find = Find::within(&scopes)
            .during(Sources::UPDATED, interval(self.updated_utc, "UpdatedUtc")?)
            .ids_maybe(given(self.source_ids.as_ref()));
        listing::plain("Sources", snapshot, &find, self.limitation)
    }
}

#[cfg(test)]
mod tests;

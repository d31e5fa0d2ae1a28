//! Rate groups.

use ostler_api as api;
use ostler_api::objects::ActivityState;
use ostler_api::rate_groups::{GetRateGroups, RateGroup};
use ostler_api::services::Service;
use ostler_contract::error::Error;
use ostler_contract::primitives::Id;
use ostler_store::{Find, Snapshot, entity};

use crate::context::Context;
use crate::filters::{at_least_one, given, interval};
use crate::listing;
use crate::operation::Query;
use crate::reply::Reply;

entity! {
    /// The rate groups of all bookable services.
    RateGroups of RateGroup, with (), in "rate_group";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index SERVICE "service": Id<Service> = |it, hidden| it.service_id;
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    index EXTERNAL "external": Option<String> = |it, hidden| it.external_identifier.clone();
    lookup Columns(&["service"]);
    lookup Columns(&["updated"]);
}

/// Active and deleted ones are listed unless a filter says otherwise.
pub(crate) const EVERY_STATE: &[ActivityState] = &[ActivityState::Active, ActivityState::Deleted];

impl Query for GetRateGroups {
    fn run(
        &self,
        snapshot: &Snapshot<'_>,
        context: &Context,
    ) -> Result<Reply<api::rate_groups::RateGroups>, Error> {
        let scopes = context.enterprises(given(self.enterprise_ids.as_ref()))?;
        let (ids, services) =
            (given(self.rate_group_ids.as_ref()), given(self.service_ids.as_ref()));
        at_least_one(&[ids.is_some(), services.is_some()], &["RateGroupIds", "ServiceIds"])?;
        let external = given(self.external_identifiers.as_ref());
        let active = ActivityState::flags(self.activity_states.as_deref(), EVERY_STATE);
        let find = Find::within(&scopes)
            .and_maybe(services.map(|it| RateGroups::SERVICE.one_of(it.iter().copied())))
            .and(RateGroups::ACTIVE.one_of(active))
            .and_maybe(external.map(|it| RateGroups::EXTERNAL.one_of(it.iter().cloned().map(Some))))
            .during(RateGroups::UPDATED, interval(self.updated_utc, "UpdatedUtc")?)
            .ids_maybe(ids);
        listing::plain("RateGroups", snapshot, &find, self.limitation)
    }
}

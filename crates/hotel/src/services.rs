//! Services of a property.

use ostler_api as api;
use ostler_api::objects::ActivityState;
use ostler_api::services::{GetServices, Service, ServiceType};
use ostler_contract::error::Error;
use ostler_store::{Find, Snapshot, entity};

use crate::context::Context;
use crate::filters::{given, interval};
use crate::listing::{self, Localize, text_in};
use crate::operation::Query;
use crate::reply::Reply;

entity! {
    /// The services of all properties.
    Services of Service, with (), in "service";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index KIND "kind": &'static str = |it, hidden| kind_name(it.data.kind());
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    lookup Columns(&["updated"]);
}

const fn kind_name(kind: ServiceType) -> &'static str {
    match kind {
        ServiceType::Bookable => "Bookable",
        ServiceType::Additional => "Additional",
    }
}

impl Localize for Service {
    fn localize(&mut self, languages: &[&str]) {
        if let Some(name) = text_in(&self.names, languages) {
            self.name.clone_from(name);
        }
    }
}

impl Query for GetServices {
    fn run(
        &self,
        snapshot: &Snapshot<'_>,
        context: &Context,
    ) -> Result<Reply<api::services::Services>, Error> {
        let scopes = context.enterprises(given(self.enterprise_ids.as_ref()))?;
        let active =
            ActivityState::flags(self.activity_states.as_deref(), &[ActivityState::Active]);
        let find = Find::within(&scopes)
            .and(Services::ACTIVE.one_of(active))
            .and_maybe(self.service_type.map(|kind| Services::KIND.is(kind_name(kind))))
            .during(Services::UPDATED, interval(self.updated_utc, "UpdatedUtc")?)
            .ids_maybe(given(self.service_ids.as_ref()));
        listing::localized("Services", snapshot, context, &find, self.limitation)
    }
}

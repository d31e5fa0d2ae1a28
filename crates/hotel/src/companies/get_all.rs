//! `companies/getAll`.

use ostler_api::companies::{Companies as Response, CompanyTimeFilter, GetCompanies};
use ostler_api::objects::ActivityState;
use ostler_contract::error::Error;
use ostler_contract::primitives::TimeInterval;
use ostler_store::{Find, Snapshot};

use super::Companies;
use crate::context::Context;
use crate::filters::{given, interval};
use crate::listing;
use crate::operation::Query;
use crate::reply::Reply;

const BOTH: &[ActivityState] = &[ActivityState::Active, ActivityState::Deleted];

impl Query for GetCompanies {
    fn run(&self, snapshot: &Snapshot<'_>, context: &Context) -> Result<Reply<Response>, Error> {
        let chains = context.chains(given(self.chain_ids.as_ref()))?;
        let active = ActivityState::flags(self.activity_states.as_deref(), BOTH);
        let names = given(self.names.as_ref());
        let external = given(self.external_identifiers.as_ref());
        let mothers = given(self.mother_company_ids.as_ref());
        let times = times(self)?;
        let mut find = Find::within(&chains)
            .and_maybe(names.map(|it| Companies::NAME.one_of(it.iter().cloned())))
            .and_maybe(external.map(|it| Companies::EXTERNAL.one_of(it.iter().cloned().map(Some))))
            .and_maybe(mothers.map(|it| Companies::MOTHER.one_of(it.iter().copied().map(Some))))
            .during(Companies::CREATED, times.created)
            .during(Companies::UPDATED, times.updated);
        if active.len() == 1 {
            find = find.and(Companies::ACTIVE.one_of(active));
        }
        find = find.ids_maybe(given(self.ids.as_ref()));
        listing::plain("Companies", snapshot, &find, self.limitation)
    }
}

struct Times {
    created: Option<TimeInterval>,
    updated: Option<TimeInterval>,
}

/// The intervals, by their names of today or else by their earlier ones.
fn times(of: &GetCompanies) -> Result<Times, Error> {
    let created = interval(of.created_utc, "CreatedUtc")?;
    let updated = interval(of.updated_utc, "UpdatedUtc")?;
    if created.is_some() || updated.is_some() {
        return Ok(Times { created, updated });
    }
    let earlier = match (of.start_utc, of.end_utc) {
        (None, None) => None,
        (Some(start_utc), Some(end_utc)) => Some(TimeInterval { start_utc, end_utc }),
        (Some(_), None) => return Err(Error::invalid("EndUtc").expected("both bounds")),
        (None, Some(_)) => return Err(Error::invalid("StartUtc").expected("both bounds")),
    };
    let earlier = interval(earlier, "EndUtc")?;
    Ok(match of.time_filter {
        None | Some(CompanyTimeFilter::Created) => Times { created: earlier, updated: None },
        Some(CompanyTimeFilter::Updated) => Times { created: None, updated: earlier },
    })
}

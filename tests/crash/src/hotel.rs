//! The demo hotel in London, as its lists show it before anybody writes.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use ostler_client::api::age_categories::{
    AgeCategory, AgeCategoryClassification, GetAgeCategories,
};
use ostler_client::api::availability::GetAvailability;
use ostler_client::api::enterprises::GetConfiguration;
use ostler_client::api::rates::{GetRates, Rate};
use ostler_client::api::resource_categories::{
    GetResourceCategories, GetResourceCategoryAssignments, ResourceCategory,
};
use ostler_client::api::resources::Resource;
use ostler_client::api::services::{GetServices, Service, ServiceType};
use ostler_client::primitives::{Id, UtcInstant};
use ostler_client::{Client, Error};

use crate::Problem;

/// How many nights, from tomorrow on, are booked.
pub(crate) const NIGHTS: i32 = 300;

/// How many rooms are left: by category, one number a night.
pub(crate) type Availability = HashMap<Id<ResourceCategory>, Vec<i64>>;

pub(crate) struct Hotel {
    pub(crate) service: Id<Service>,
    pub(crate) spa: Id<Service>,
    pub(crate) rate: Id<Rate>,
    pub(crate) adult: Id<AgeCategory>,
    pub(crate) categories: Vec<Id<ResourceCategory>>,
    /// Rooms with their category.
    pub(crate) rooms: Vec<(Id<Resource>, Id<ResourceCategory>)>,
    /// The first day that is booked.
    pub(crate) first: Date,
    /// What was left before anybody wrote.
    pub(crate) before: Availability,
}

impl Hotel {
    pub(crate) async fn look_up(client: &Client) -> Result<Self, Problem> {
        let now = client.call(&GetConfiguration::default()).await?.now_utc.timestamp();
        let first = now.to_zoned(jiff::tz::TimeZone::UTC).date().checked_add(1.day())?;
        let service = offered(client, ServiceType::Bookable).await?;
        let spa = offered(client, ServiceType::Additional).await?;
        let rates = client.call(&GetRates::new([service])).await?.rates;
        let rate = rates.iter().find(|it| it.is_public).ok_or("no public rate")?.id;
        let of = GetAgeCategories { service_ids: Some([service].into()), ..Default::default() };
        let ages = client.call(&of).await?.age_categories;
        let is_adult = |it: &&AgeCategory| it.classification == AgeCategoryClassification::Adult;
        let adult = ages.iter().find(is_adult).ok_or("no adults")?.id;
        let found = client.call(&GetResourceCategories::new([service])).await?.resource_categories;
        let categories: Vec<_> = found.iter().map(|it| it.id).collect();
        let of = GetResourceCategoryAssignments::new(ostler_client::primitives::Bounded::try_from(
            categories.clone(),
        )?);
        let found = client.call(&of).await?.resource_category_assignments;
        let rooms = found.iter().map(|it| (it.resource_id, it.category_id)).collect();
        let before = availability(client, service, first).await?;
        Ok(Self { service, spa, rate, adult, categories, rooms, first, before })
    }

    /// The night so many days after the first.
    pub(crate) fn day(&self, number: i32) -> Result<Date, Problem> {
        Ok(self.first.checked_add(number.days())?)
    }
}

async fn offered(client: &Client, kind: ServiceType) -> Result<Id<Service>, Problem> {
    let of = GetServices { service_type: Some(kind), ..GetServices::default() };
    let services = client.call(&of).await?.services;
    Ok(services.first().ok_or("the hotel offers nothing")?.id)
}

/// An instant of a day.
pub(crate) fn at(day: Date, hour: i8) -> Result<UtcInstant, Problem> {
    let instant: Timestamp = day.at(hour, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC)?.timestamp();
    Ok(UtcInstant::from_timestamp(instant))
}

pub(crate) async fn availability(
    client: &Client,
    service: Id<Service>,
    first: Date,
) -> Result<Availability, Problem> {
    let zone = jiff::tz::TimeZone::get("Europe/London")?;
    let midnight = |day: Date| -> Result<UtcInstant, Problem> {
        Ok(UtcInstant::from_timestamp(day.to_zoned(zone.clone())?.timestamp()))
    };
    let request = GetAvailability {
        first_time_unit_start_utc: Some(midnight(first)?),
        last_time_unit_start_utc: Some(midnight(first.checked_add(NIGHTS.days())?)?),
        ..GetAvailability::new(service)
    };
    let found: Result<_, Error> = client.call(&request).await;
    let left = found?.category_availabilities.into_iter();
    Ok(left.map(|it| (it.category_id, it.availabilities)).collect())
}

//! Reservations as they are asked for, with all that they name.

use ostler_api::age_categories::{AgeCategory, AgeCategoryClassification};
use ostler_api::availability_blocks::{AvailabilityBlock, AvailabilityBlockState};
use ostler_api::rates::Rate;
use ostler_api::reservations::add::ReservationParameters;
use ostler_api::reservations::entity::AgeCategoryParameters;
use ostler_api::resource_categories::ResourceCategory;
use ostler_api::services::{Service, ServiceType};
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, UtcInstant};
use ostler_store::{Find, Snapshot, Stored};

use crate::age_categories::AgeCategories;
use crate::arithmetic::time_units::TimeUnits;
use crate::availability;
use crate::availability_blocks::AvailabilityBlocks;
use crate::filters::unknown;
use crate::property::Property;
use crate::rates::Rates;
use crate::reservations::blocks;
use crate::reservations::quote::{self, ProductPrice, Stated, Stay, UnitPrice};
use crate::resource_categories::ResourceCategories;
use crate::services::Services;

/// Where reservations of one service are taken.
pub struct Desk {
    /// The property.
    pub property: Property,
    /// The bookable service.
    pub service: Stored<Services>,
    /// Its time units.
    pub time_units: TimeUnits,
    /// Its age categories, the oldest one first.
    pub ages: Vec<Stored<AgeCategories>>,
}

/// A reservation as it is asked for.
pub struct Draft<'a> {
    /// What was sent.
    pub request: &'a ReservationParameters,
    /// Where it stands in the request.
    pub pointer: String,
    /// The starts of the time units of the stay.
    pub units: Vec<UtcInstant>,
    /// The category that is asked for.
    pub category: Stored<ResourceCategories>,
    /// The rate.
    pub rate: Stored<Rates>,
    /// The block that it is picked up from.
    pub block: Option<Stored<AvailabilityBlocks>>,
    /// Who stays.
    pub persons: Vec<AgeCategoryParameters>,
    /// The prices of the time units.
    pub unit_prices: Vec<UnitPrice>,
    /// The charges of the products.
    pub products: Vec<ProductPrice>,
}

impl Desk {
    /// The desk of the property's service.
    ///
    /// # Errors
    /// 400 `Invalid ServiceId` unless it is an active bookable service of the property.
    pub fn open(
        snapshot: &Snapshot<'_>,
        property: Property,
        service: Id<Service>,
    ) -> Result<Self, Error> {
        let service = property.service(snapshot, service, ServiceType::Bookable)?;
        let time_units = availability::time_units(&property, &service)?;
        let find = Find::within(&[property.scope()]).and(AgeCategories::SERVICE.is(service.id));
        let mut ages = snapshot.find(&find)?;
        ages.reverse();
        Ok(Self { property, service, time_units, ages })
    }

    /// The age categories that do not count as adults.
    #[must_use]
    pub fn children(&self) -> Vec<Id<AgeCategory>> {
        let children =
            self.ages.iter().filter(|it| it.classification == AgeCategoryClassification::Child);
        children.map(|it| it.id).collect()
    }

    /// What the prices of a stay at this desk depend on.
    #[must_use]
    pub fn stay<'a>(
        &'a self,
        units: &'a [UtcInstant],
        scheduled: (UtcInstant, UtcInstant),
        persons: &'a [AgeCategoryParameters],
    ) -> Stay<'a> {
        Stay {
            property: &self.property,
            service: &self.service,
            time_units: &self.time_units,
            units,
            scheduled,
            persons,
        }
    }

    /// The reservation that stands at `index` in a request, its references found and its price
    /// computed. Neither who books nor whether it can be had is looked at.
    ///
    /// # Errors
    /// 400 for whatever does not exist or does not fit, with a pointer; 500 where the store fails,
    /// 408 past the deadline.
    pub fn draft<'a>(
        &self,
        snapshot: &Snapshot<'_>,
        index: usize,
        request: &'a ReservationParameters,
    ) -> Result<Draft<'a>, Error> {
        let pointer = format!("/Reservations/{index}");
        let at = |error: Error| quote::under(error, &pointer);
        let category = self.category(snapshot, request.requested_category_id).map_err(at)?;
        let rate = self.rate(snapshot, request.rate_id).map_err(at)?;
        let block = request.availability_block_id.map(|id| self.block(snapshot, id));
        let block = block.transpose().map_err(at)?;
        let persons = self.persons(request).map_err(at)?;
        let units = self.time_units.of_stay(request.start_utc, request.end_utc).map_err(at)?;
        let stay = self.stay(&units, (request.start_utc, request.end_utc), &persons);
        let stated = Stated {
            every: request.time_unit_amount.as_ref(),
            single: request.time_unit_prices.as_deref().unwrap_or_default(),
            pointer: &pointer,
        };
        let unit_prices = quote::units(snapshot, &stay, (&rate, category.id), stated)?;
        let orders = request.product_orders.as_deref().unwrap_or_default();
        let products = quote::products(snapshot, &stay, orders, &pointer)?;
        Ok(Draft { request, pointer, units, category, rate, block, persons, unit_prices, products })
    }

    /// The active category of the service.
    ///
    /// # Errors
    /// 400 `Invalid RequestedCategoryId` where there is none.
    pub fn category(
        &self,
        snapshot: &Snapshot<'_>,
        id: Id<ResourceCategory>,
    ) -> Result<Stored<ResourceCategories>, Error> {
        let found: Option<Stored<ResourceCategories>> = snapshot.get(self.property.scope(), id)?;
        let found = found.filter(|it| it.is_active && it.service_id == self.service.id);
        found.ok_or_else(|| unknown("RequestedCategoryId"))
    }

    /// The rate of the service that can be booked.
    ///
    /// # Errors
    /// 400 `Invalid RateId` where there is none.
    pub fn rate(&self, snapshot: &Snapshot<'_>, id: Id<Rate>) -> Result<Stored<Rates>, Error> {
        let found: Option<Stored<Rates>> = snapshot.get(self.property.scope(), id)?;
        let fits =
            |it: &Stored<Rates>| it.is_active && it.is_enabled && it.service_id == self.service.id;
        found.filter(fits).ok_or_else(|| unknown("RateId"))
    }

    /// The block of the service.
    ///
    /// # Errors
    /// 400 `Invalid AvailabilityBlockId` where there is none.
    pub fn block(
        &self,
        snapshot: &Snapshot<'_>,
        id: Id<AvailabilityBlock>,
    ) -> Result<Stored<AvailabilityBlocks>, Error> {
        let found: Option<Stored<AvailabilityBlocks>> = snapshot.get(self.property.scope(), id)?;
        let found = found.filter(|it| it.is_active && it.service_id == self.service.id);
        found.ok_or_else(|| unknown("AvailabilityBlockId"))
    }

    /// Who stays; the two older counts where no age categories are given.
    fn persons(
        &self,
        request: &ReservationParameters,
    ) -> Result<Vec<AgeCategoryParameters>, Error> {
        if let Some(counts) = &request.person_counts {
            self.check_persons(counts)?;
            return Ok(counts.to_vec());
        }
        let missing = || Error::invalid("PersonCounts").expected("at least one person");
        let of = |classification, count| {
            let mut ages = self.ages.iter().filter(|it| it.is_active);
            let age = ages.find(|it| it.classification == classification).ok_or_else(missing)?;
            Ok(AgeCategoryParameters { age_category_id: age.id, count })
        };
        let mut persons = Vec::new();
        for (classification, count) in [
            (AgeCategoryClassification::Adult, request.adult_count),
            (AgeCategoryClassification::Child, request.child_count),
        ] {
            if let Some(count) = count.filter(|it| *it > 0) {
                persons.push(of(classification, count)?);
            }
        }
        self.check_persons(&persons)?;
        Ok(persons)
    }

    /// 400 unless there is somebody, each age category belongs to the service and stands once.
    ///
    /// # Errors
    /// As said, with a pointer below the reservation.
    pub fn check_persons(&self, counts: &[AgeCategoryParameters]) -> Result<(), Error> {
        if counts.is_empty() {
            return Err(Error::invalid("PersonCounts").expected("at least one person"));
        }
        for (index, count) in counts.iter().enumerate() {
            let pointer = format!("/PersonCounts/{index}");
            let known = self.ages.iter().any(|it| it.is_active && it.id == count.age_category_id);
            let mut before = counts.iter().take(index);
            if !known || before.any(|it| it.age_category_id == count.age_category_id) {
                return Err(Error::invalid("AgeCategoryId")
                    .at(format!("{pointer}/AgeCategoryId"))
                    .expected("an age category of the service, each once"));
            }
            // Far more than any category holds, and few enough to be added up.
            if count.count == 0 || count.count > PERSONS_MAX {
                return Err(Error::invalid("Count")
                    .at(format!("{pointer}/Count"))
                    .expected(format!("a number from 1 to {PERSONS_MAX}"))
                    .got(count.count));
            }
        }
        Ok(())
    }
}

/// The most persons of one age category in one reservation.
const PERSONS_MAX: u32 = 100_000;

/// 403 for a block that cannot take a reservation with this rate.
///
/// # Errors
/// As said, with a pointer below the reservation.
pub fn check_pickup(block: &Stored<AvailabilityBlocks>, rate: Id<Rate>) -> Result<(), Error> {
    let refused =
        |key, pointer: &str| Err(Error::rule(key).with("block", blocks::name(block)).at(pointer));
    if block.state != AvailabilityBlockState::Confirmed {
        return refused("block-not-confirmed", "/AvailabilityBlockId");
    }
    if block.rate_id != rate {
        return refused("block-of-another-rate", "/RateId");
    }
    Ok(())
}

//! Restrictions, and whether a stay may be booked with a rate.

use jiff::Timestamp;
use ostler_api::availability_blocks::AvailabilityBlock;
use ostler_api::companies::Company;
use ostler_api::objects::Amount;
use ostler_api::rate_groups::RateGroup;
use ostler_api::rates::{Rate, RateType};
use ostler_api::resource_categories::ResourceCategory;
use ostler_api::restrictions::Restriction;
use ostler_api::services::Service;
use ostler_api::vouchers::{Voucher, VoucherCode};
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, UtcInstant};
use ostler_store::{Snapshot, Stored, entity};

use crate::availability::range_end;
use crate::context::Context;
use crate::property::Property;
use crate::rates::Rates;
use crate::services::Services;

mod stay;
mod voucher;

entity! {
    /// The restrictions of all bookable services.
    Restrictions of Restriction, with (), in "restriction";
    stamp(document, created, updated) {}
    index SERVICE "service": Id<Service> = |it, hidden| it.service_id;
    index EXACT "exact": Option<Id<Rate>> = |it, hidden| it.conditions.exact_rate_id;
    index BASE "base": Option<Id<Rate>> = |it, hidden| it.conditions.base_rate_id;
    index GROUP "group_": Option<Id<RateGroup>> = |it, hidden| it.conditions.rate_group_id;
    index CATEGORY "category": Option<Id<ResourceCategory>> =
        |it, hidden| it.conditions.resource_category_id;
    index START "start": UtcInstant = |it, hidden| {
        it.conditions.start_utc.unwrap_or_else(|| UtcInstant::from_timestamp(Timestamp::MIN))
    };
    index END "end_": UtcInstant = |it, hidden| {
        it.conditions.end_utc.map_or_else(|| UtcInstant::from_timestamp(Timestamp::MAX), range_end)
    };
    lookup Columns(&["service"]);
    lookup Columns(&["created"]);
    lookup Columns(&["updated"]);
    lookup Interval { by: &["service"], start: "start", end: "end_", beside: &[] };
}

/// A stay that is to be booked.
#[derive(Debug, Clone, Copy)]
pub struct Booking<'a> {
    /// Its service.
    pub service: &'a Stored<Services>,
    /// Its rate.
    pub rate: &'a Stored<Rates>,
    /// The category that is booked.
    pub category: Id<ResourceCategory>,
    /// Starts of its time units.
    pub units: &'a [UtcInstant],
    /// When it is scheduled to start.
    pub start: UtcInstant,
    /// When it is scheduled to end.
    pub end: UtcInstant,
    /// Prices of its time units.
    pub prices: &'a [Amount],
    /// The availability block that it is made in.
    pub block: Option<Id<AvailabilityBlock>>,
    /// The voucher code that the booker has.
    pub voucher_code: Option<&'a str>,
    /// The company that it is made for.
    pub company: Option<Id<Company>>,
    /// The travel agency that mediates it.
    pub travel_agency: Option<Id<Company>>,
}

/// The voucher that a booking used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsedVoucher {
    /// The voucher.
    pub voucher: Id<Voucher>,
    /// The code.
    pub code: Id<VoucherCode>,
}

/// Whether the stay may be booked with its rate: a private rate needs a voucher that opens it, and
/// no restriction may stand against the stay. Gives the voucher that opened the rate.
///
/// # Errors
/// 403 naming what stands against it; 500 where the store fails, 408 past the deadline.
pub fn check_applicability(
    snapshot: &Snapshot<'_>,
    context: &Context,
    property: &Property,
    booking: &Booking<'_>,
) -> Result<Option<UsedVoucher>, Error> {
    let used = match booking.voucher_code {
        Some(code) => Some(voucher::open(snapshot, context, property, (booking, code))?),
        None => None,
    };
    let is_open = match booking.rate.type_ {
        RateType::Public => true,
        RateType::Private => used.is_some() || booking.block.is_some(),
        RateType::AvailabilityBlock => booking.block.is_some(),
    };
    if !is_open {
        return Err(Error::rule("rate-private"));
    }
    stay::check(snapshot, context, property, booking)?;
    Ok(used)
}

#[cfg(test)]
mod tests;

//! Reservations of bookable services.

pub mod add;
pub mod blocks;
pub mod cancel;
pub mod charges;
pub mod companions;
pub mod confirm;
pub mod draft;
pub mod fees;
pub mod get_all;
pub mod interval;
pub mod parties;
pub mod price;
pub mod process;
pub mod products;
pub mod quote;
pub mod reorder;
pub mod repricing;
pub mod start;
pub mod stay;
pub mod update;

use ostler_api::accounts::Account;
use ostler_api::age_categories::AgeCategory;
use ostler_api::availability_blocks::AvailabilityBlock;
use ostler_api::companies::Company;
use ostler_api::customers::Customer;
use ostler_api::order_items::OrderItem;
use ostler_api::products::Product;
use ostler_api::reservation_groups::ReservationGroup;
use ostler_api::reservations::entity::{
    AgeCategoryParameters, Reservation, ReservationOptionsVer2017, ReservationOriginVer2017,
    ReservationState, ReservationVer2017,
};
use ostler_api::resource_categories::ResourceCategory;
use ostler_api::resources::Resource;
use ostler_api::services::Service;
use ostler_api::vouchers::VoucherCode;
use ostler_contract::primitives::{Id, UtcInstant};
use ostler_store::{Stored, entity};
use serde::{Deserialize, Serialize};

/// What the wire does not show of a reservation.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReservationHidden {
    /// Its time units in their order, each with the item that charges it.
    pub units: Vec<ReservedUnit>,
    /// Its product orders.
    pub products: Vec<ProductOrder>,
    /// The code of the voucher that opened its rate.
    pub voucher_code_id: Option<Id<VoucherCode>>,
    /// What the channel manager knows of it.
    pub channel_manager: Option<ChannelManagerData>,
    /// What was noted at its cancellation.
    pub cancellation_notes: Option<String>,
    /// What was noted at its check-out.
    pub processing_notes: Option<String>,
    /// Why its price was last changed.
    pub price_change_reason: Option<String>,
    /// The guests who are checked in.
    pub checked_in: Vec<Id<Customer>>,
    /// The number of the order that the company or the block's client placed.
    pub purchase_order_number: Option<String>,
}

/// A time unit of a reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReservedUnit {
    /// Start of the time unit.
    pub start: UtcInstant,
    /// End of the time unit.
    pub end: UtcInstant,
    /// The item that charges it.
    pub item: Id<OrderItem>,
    /// Whether its price was stated rather than computed from the rate.
    pub is_price_stated: bool,
}

/// A product that is ordered with a reservation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductOrder {
    /// The product.
    pub product: Id<Product>,
    /// How many per charging period.
    pub count: u32,
    /// Start of the time in which it is charged; that of the stay without it.
    pub start: Option<UtcInstant>,
    /// End of the time in which it is charged; that of the stay without it.
    pub end: Option<UtcInstant>,
    /// The items that charge it.
    pub items: Vec<Id<OrderItem>>,
    /// Whether its price was stated rather than computed from the product.
    pub is_price_stated: bool,
}

/// What a channel manager knows of a reservation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChannelManagerData {
    /// Name of the channel manager.
    pub name: Option<String>,
    /// Number of the group in its system.
    pub group_number: Option<String>,
    /// Number of the reservation in its system.
    pub reservation_number: Option<String>,
}

/// The states in which a reservation takes availability.
pub const DEDUCTING: [ReservationState; 4] = [
    ReservationState::Optional,
    ReservationState::Confirmed,
    ReservationState::Started,
    ReservationState::Processed,
];

entity! {
    /// The reservations of all bookable services.
    Reservations of Reservation, with ReservationHidden, in "reservation";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index SERVICE "service": Id<Service> = |it, hidden| it.service_id;
    index CATEGORY "category": Id<ResourceCategory> = |it, hidden| it.requested_resource_category_id;
    index RESOURCE "resource": Option<Id<Resource>> = |it, hidden| it.assigned_resource_id;
    index STATE "state": &'static str = |it, hidden| it.state.name();
    index START "start": UtcInstant = |it, hidden| it.scheduled_start_utc;
    index END "end_": UtcInstant = |it, hidden| it.scheduled_end_utc;
    index ACTUAL_START "actual_start": Option<UtcInstant> = |it, hidden| it.actual_start_utc;
    index ACTUAL_END "actual_end": Option<UtcInstant> = |it, hidden| it.actual_end_utc;
    index CANCELLED "cancelled": Option<UtcInstant> = |it, hidden| it.cancelled_utc;
    index HELD_UNTIL "held_until": Option<UtcInstant> = |it, hidden| held_until(it);
    index BLOCK "block": Option<Id<AvailabilityBlock>> = |it, hidden| it.availability_block_id;
    index GROUP "group_": Id<ReservationGroup> = |it, hidden| it.group_id;
    index ACCOUNT "account": Id<Account> = |it, hidden| it.account_id;
    index COMPANY "company": Option<Id<Company>> = |it, hidden| it.partner_company_id;
    index AGENCY "agency": Option<Id<Company>> = |it, hidden| it.travel_agency_id;
    index NUMBER "number": String = |it, hidden| it.number.clone();
    index CHANNEL_NUMBER "channel_number": Option<String> = |it, hidden| it.channel_number.clone();
    lookup Columns(&["updated"]);
    lookup Columns(&["created"]);
    lookup Columns(&["service"]);
    lookup Columns(&["state", "start"]);
    lookup Columns(&["start"]);
    lookup Columns(&["end_"]);
    lookup Columns(&["actual_start"]);
    lookup Columns(&["actual_end"]);
    lookup Columns(&["cancelled"]);
    lookup Columns(&["held_until"]);
    lookup Columns(&["resource"]);
    lookup Columns(&["resource", "state"]);
    lookup Columns(&["block"]);
    lookup Columns(&["group_"]);
    lookup Columns(&["account"]);
    lookup Columns(&["company"]);
    lookup Columns(&["agency"]);
    lookup Columns(&["number"]);
    lookup Columns(&["channel_number"]);
    lookup Interval {
        by: &[], start: "start", end: "end_",
        // All that availability asks for.
        beside: &["state", "service", "category", "actual_end", "resource", "block"]
    };
    lookup Interval { by: &["service"], start: "start", end: "end_", beside: &["state"] };
    lookup Interval { by: &["resource"], start: "start", end: "end_", beside: &[] };
}

/// When an optional reservation is cancelled unless it is confirmed before; none for all others.
fn held_until(it: &Reservation) -> Option<UtcInstant> {
    if it.state == ReservationState::Optional { it.released_utc } else { None }
}

/// The reservation in the shape of 2017, with its guests, `children` being the age categories that
/// do not count as adults.
#[must_use]
pub fn ver_2017(
    stored: &Stored<Reservations>,
    companions: &[Id<Customer>],
    children: &[Id<AgeCategory>],
) -> ReservationVer2017 {
    let (it, channel) = (&stored.document, stored.hidden.channel_manager.as_ref());
    let adults = |counts: &AgeCategoryParameters| !children.contains(&counts.age_category_id);
    let all: u32 = it.person_counts.iter().map(|it| it.count).sum();
    let adult_count: u32 = it.person_counts.iter().filter(|it| adults(it)).map(|it| it.count).sum();
    ReservationVer2017 {
        id: it.id,
        service_id: it.service_id,
        group_id: it.group_id,
        number: it.number.clone(),
        channel_number: it.channel_number.clone(),
        channel_manager_number: it.channel_manager_number.clone(),
        channel_manager_group_number: channel.and_then(|it| it.group_number.clone()),
        channel_manager: channel.and_then(|it| it.name.clone()),
        state: it.state.into(),
        origin: ReservationOriginVer2017::of(it.origin, it.commander_origin),
        origin_details: it.origin_details.clone(),
        purpose: it.purpose,
        created_utc: it.created_utc,
        updated_utc: it.updated_utc,
        cancelled_utc: it.cancelled_utc,
        start_utc: it.start_utc,
        end_utc: it.actual_end_utc.unwrap_or(it.scheduled_end_utc),
        released_utc: it.released_utc,
        requested_category_id: it.requested_resource_category_id,
        assigned_resource_id: it.assigned_resource_id,
        assigned_resource_locked: it.assigned_resource_locked,
        business_segment_id: it.business_segment_id,
        company_id: it.partner_company_id,
        travel_agency_id: it.travel_agency_id,
        availability_block_id: it.availability_block_id,
        rate_id: it.rate_id,
        voucher_id: it.voucher_id,
        credit_card_id: it.credit_card_id,
        cancellation_reason: it.cancellation_reason,
        person_counts: it.person_counts.clone(),
        owner_id: it.account_id,
        booker_id: it.booker_id,
        options: ReservationOptionsVer2017 {
            owner_checked_in: it.options.owner_checked_in,
            all_companions_checked_in: it.options.all_companions_checked_in,
            any_companion_checked_in: it.options.any_companion_checked_in,
        },
        assigned_space_id: it.assigned_resource_id,
        assigned_space_locked: it.assigned_resource_locked,
        adult_count,
        child_count: all - adult_count,
        customer_id: it.account_id,
        companion_ids: companions.to_vec(),
        channel_manager_id: channel.and_then(|it| it.reservation_number.clone()),
    }
}

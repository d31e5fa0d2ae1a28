//! Adding reservations. Source: `operations/reservations`, add reservations.

use ostler_contract::primitives::{Bounded, Id, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Operation;
use crate::availability_blocks::AvailabilityBlock;
use crate::business_segments::BusinessSegment;
use crate::companies::Company;
use crate::customers::Customer;
use crate::enterprises::Enterprise;
use crate::objects::AmountParameters;
use crate::payments::CreditCard;
use crate::products::Product;
use crate::rates::Rate;
use crate::reservation_groups::ReservationGroup;
use crate::reservations::entity::{
    AgeCategoryParameters, ReservationStateVer2017, ReservationVer2017,
};
use crate::resource_categories::ResourceCategory;
use crate::resources::Resource;
use crate::services::Service;

/// Adds reservations of a bookable service, all in one group; either all of them or none.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AddReservations {
    /// Enterprise of the service, for portfolio tokens.
    pub enterprise_id: Option<Id<Enterprise>>,
    /// Bookable service that is reserved.
    pub service_id: Id<Service>,
    /// Existing group that the reservations join; a new one without it.
    pub group_id: Option<Id<ReservationGroup>>,
    /// Name of the new group; made from the first reservation without it.
    pub group_name: Option<String>,
    /// The reservations.
    pub reservations: Bounded<ReservationParameters, 1, 1000>,
    /// Whether a rate that is private or restricted for the stay refuses it; true without it.
    pub check_rate_applicability: Option<bool>,
    /// Whether a lack of resources refuses a reservation; true without it.
    pub check_overbooking: Option<bool>,
    /// Whether the guests are sent a confirmation; true without it.
    pub send_confirmation_email: Option<bool>,
}

impl AddReservations {
    /// The request with what it cannot do without; everything else is left out.
    #[must_use]
    pub fn new(
        service_id: Id<Service>,
        reservations: impl Into<Bounded<ReservationParameters, 1, 1000>>,
    ) -> Self {
        Self {
            enterprise_id: None,
            service_id,
            group_id: None,
            group_name: None,
            reservations: reservations.into(),
            check_rate_applicability: None,
            check_overbooking: None,
            send_confirmation_email: None,
        }
    }
}

impl Operation for AddReservations {
    const ADDRESS: &'static str = "reservations/add";
    type Response = AddedReservations;
}

/// One reservation as it is asked for.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ReservationParameters {
    /// Any text of the caller's that tells the reservations of one request apart.
    pub identifier: Option<String>,
    /// Number in the system of the sales channel.
    pub channel_number: Option<String>,
    /// State of the new reservation: `Confirmed` (also without it), `Optional` or `Enquired`.
    pub state: Option<ReservationStateVer2017>,
    /// When the guests are expected.
    pub start_utc: UtcInstant,
    /// When the guests are expected to leave.
    pub end_utc: UtcInstant,
    /// Until when an optional reservation is held.
    pub released_utc: Option<UtcInstant>,
    /// How many persons of each age category stay.
    pub person_counts: Option<Bounded<AgeCategoryParameters, 1, 1000>>,
    /// The main guest; not needed for a price.
    pub customer_id: Option<Id<Customer>>,
    /// Customer who books on behalf of somebody else.
    pub booker_id: Option<Id<Customer>>,
    /// Category of resources that is asked for.
    pub requested_category_id: Id<ResourceCategory>,
    /// Resource to set aside; none without it.
    pub assigned_resource_id: Option<Id<Resource>>,
    /// Whether the resource must not be exchanged; false without it.
    pub assigned_resource_locked: Option<bool>,
    /// Rate that prices the stay.
    pub rate_id: Id<Rate>,
    /// Code of a voucher that opens a private rate.
    pub voucher_code: Option<String>,
    /// Payment card of the guest or of the booker that guarantees the reservation.
    pub credit_card_id: Option<Id<CreditCard>>,
    /// Travel agency that mediates the reservation.
    pub travel_agency_id: Option<Id<Company>>,
    /// Company on whose behalf the guest travels.
    pub company_id: Option<Id<Company>>,
    /// Business segment of the service; that of the rate without it.
    pub business_segment_id: Option<Id<BusinessSegment>>,
    /// Text that becomes a note on the reservation.
    pub notes: Option<String>,
    /// Price of every time unit, instead of the rate's.
    pub time_unit_amount: Option<AmountParameters>,
    /// Prices of single time units, which go before all others.
    pub time_unit_prices: Option<Vec<TimeUnitAmountParameters>>,
    /// Products ordered with the stay.
    pub product_orders: Option<Vec<StayProductParameters>>,
    /// Block that the reservation is picked up from.
    pub availability_block_id: Option<Id<AvailabilityBlock>>,
    /// How many adults stay; used where `PersonCounts` is absent.
    #[schemars(extend("deprecated" = true))]
    pub adult_count: Option<u32>,
    /// How many children stay; used where `PersonCounts` is absent.
    #[schemars(extend("deprecated" = true))]
    pub child_count: Option<u32>,
}

impl ReservationParameters {
    /// The parameters with what they cannot do without; everything else is left out.
    #[must_use]
    pub fn new(
        start_utc: UtcInstant,
        end_utc: UtcInstant,
        requested_category_id: Id<ResourceCategory>,
        rate_id: Id<Rate>,
    ) -> Self {
        Self {
            identifier: None,
            channel_number: None,
            state: None,
            start_utc,
            end_utc,
            released_utc: None,
            person_counts: None,
            customer_id: None,
            booker_id: None,
            requested_category_id,
            assigned_resource_id: None,
            assigned_resource_locked: None,
            rate_id,
            voucher_code: None,
            credit_card_id: None,
            travel_agency_id: None,
            company_id: None,
            business_segment_id: None,
            notes: None,
            time_unit_amount: None,
            time_unit_prices: None,
            product_orders: None,
            availability_block_id: None,
            adult_count: None,
            child_count: None,
        }
    }
}

/// The price of one time unit of a stay.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct TimeUnitAmountParameters {
    /// Position of the time unit within the stay, from zero.
    pub index: u32,
    /// The price; without it, the unit's price is not stated.
    pub amount: Option<AmountParameters>,
}

/// A product ordered with a stay.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct StayProductParameters {
    /// The product, one of the reserved service.
    pub product_id: Id<Product>,
    /// How many per charging period; one without it.
    pub count: Option<i32>,
    /// Price of one, instead of the configured one.
    pub unit_amount: Option<AmountParameters>,
    /// Start of the time in which it is charged; that of the stay without it.
    pub start_utc: Option<UtcInstant>,
    /// End of the time in which it is charged; that of the stay without it.
    pub end_utc: Option<UtcInstant>,
    /// Identifier in an external system.
    pub external_identifier: Option<String>,
}

impl StayProductParameters {
    /// The parameters with what they cannot do without; everything else is left out.
    #[must_use]
    pub fn new(product_id: Id<Product>) -> Self {
        Self {
            product_id,
            count: None,
            unit_amount: None,
            start_utc: None,
            end_utc: None,
            external_identifier: None,
        }
    }
}

/// The reservations that were added.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AddedReservations {
    /// The reservations, in the order of the request.
    pub reservations: Vec<AddedReservation>,
}

/// A reservation that was added.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AddedReservation {
    /// The text that the request told it apart by.
    pub identifier: Option<String>,
    /// The reservation.
    pub reservation: ReservationVer2017,
}

//! Updating reservations. Source: `operations/reservations`, update reservations.

use ostler_contract::primitives::{Bounded, Id, UpdateValue, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Operation;
use crate::availability_blocks::AvailabilityBlock;
use crate::business_segments::BusinessSegment;
use crate::companies::Company;
use crate::customers::Customer;
use crate::enterprises::Enterprise;
use crate::payments::CreditCard;
use crate::rates::Rate;
use crate::reservations::add::TimeUnitAmountParameters;
use crate::reservations::entity::{AgeCategoryParameters, Reservation, ReservationPurpose};
use crate::reservations::ver_2017::ReservationsVer2017;
use crate::resource_categories::ResourceCategory;
use crate::resources::Resource;

macro_rules! updates {
    (
        $(#[$outer:meta])*
        pub struct $name:ident { $($own:tt)* }
    ) => {
        $(#[$outer])*
        #[serde(rename_all = "PascalCase")]
        pub struct $name {
            /// Number in the system of the sales channel.
            #[serde(default)]
            pub channel_number: UpdateValue<String>,
            /// When the guests are expected.
            #[serde(default)]
            pub start_utc: UpdateValue<UtcInstant>,
            /// When the guests are expected to leave.
            #[serde(default)]
            pub end_utc: UpdateValue<UtcInstant>,
            /// Until when an optional reservation is held.
            #[serde(default)]
            pub released_utc: UpdateValue<UtcInstant>,
            /// How many persons of each age category stay; replaces all counts.
            #[serde(default)]
            pub person_counts: UpdateValue<Bounded<AgeCategoryParameters, 1, 1000>>,
            /// Resource that is set aside. A locked one must be unlocked before or with it.
            #[serde(default)]
            pub assigned_resource_id: UpdateValue<Id<Resource>>,
            /// Category that is asked for and paid.
            #[serde(default)]
            pub requested_category_id: UpdateValue<Id<ResourceCategory>>,
            /// Travel agency that mediated the reservation.
            #[serde(default)]
            pub travel_agency_id: UpdateValue<Id<Company>>,
            /// Company on whose behalf the guest travels.
            #[serde(default)]
            pub company_id: UpdateValue<Id<Company>>,
            /// Business segment of the service.
            #[serde(default)]
            pub business_segment_id: UpdateValue<Id<BusinessSegment>>,
            /// Why the guests travel.
            #[serde(default)]
            pub purpose: UpdateValue<ReservationPurpose>,
            /// Rate that prices the time units.
            #[serde(default)]
            pub rate_id: UpdateValue<Id<Rate>>,
            /// Payment card of the guest that guarantees the reservation.
            #[serde(default)]
            pub credit_card_id: UpdateValue<Id<CreditCard>>,
            /// Prices of single time units, which go before those of the rate.
            #[serde(default)]
            pub time_unit_prices: UpdateValue<Vec<TimeUnitAmountParameters>>,
            /// Customer who booked on behalf of somebody else.
            #[serde(default)]
            pub booker_id: UpdateValue<Id<Customer>>,
            /// Whether the assigned resource must not be exchanged.
            #[serde(default)]
            pub assigned_resource_locked: UpdateValue<bool>,
            /// Block that the reservation belongs to.
            #[serde(default)]
            pub availability_block_id: UpdateValue<Id<AvailabilityBlock>>,
            /// Who is checked in.
            pub options: Option<ReservationOptionsUpdate>,
            $($own)*
        }
    };
}

updates! {
    /// Changes reservations, all of them or none, and their prices with them.
    ///
    /// Neither overbooking nor restrictions of the rate are checked; a resource is never given to
    /// two reservations at one time.
    #[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
    pub struct UpdateReservations {
        /// Enterprise of the reservations, for portfolio tokens.
        pub enterprise_id: Option<Id<Enterprise>>,
        /// The one reservation that the properties beside this one change; used where
        /// `ReservationUpdates` is absent.
        pub reservation_id: Option<Id<Reservation>>,
        /// The changes.
        pub reservation_updates: Option<Bounded<ReservationUpdate, 0, 1000>>,
        /// Whether changes of time, persons, category or rate compute all prices anew; true
        /// without it. Otherwise only new time units are priced.
        pub reprice: Option<bool>,
        /// Whether the fee of the cancellation policies is charged for dropped time units; true
        /// without it.
        pub apply_cancellation_fee: Option<bool>,
        /// Why prices change; required where they are stated.
        pub reason: Option<String>,
    }
}

impl Operation for UpdateReservations {
    const ADDRESS: &'static str = "reservations/update";
    type Response = ReservationsVer2017;
}

updates! {
    /// Changes of one reservation. What is not named stays as it is.
    #[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
    pub struct ReservationUpdate {
        /// The reservation.
        pub reservation_id: Id<Reservation>,
        /// Read where the request itself names none.
        pub enterprise_id: Option<Id<Enterprise>>,
        /// Ignored: the token of the request counts.
        pub client_token: Option<String>,
        /// Ignored: the token of the request counts.
        pub access_token: Option<String>,
        /// Ignored: the name in the request counts.
        pub client: Option<String>,
    }
}

impl ReservationUpdate {
    /// The update of this reservation that changes nothing yet.
    #[must_use]
    pub fn new(reservation_id: Id<Reservation>) -> Self {
        Self {
            channel_number: UpdateValue::Keep,
            start_utc: UpdateValue::Keep,
            end_utc: UpdateValue::Keep,
            released_utc: UpdateValue::Keep,
            person_counts: UpdateValue::Keep,
            assigned_resource_id: UpdateValue::Keep,
            requested_category_id: UpdateValue::Keep,
            travel_agency_id: UpdateValue::Keep,
            company_id: UpdateValue::Keep,
            business_segment_id: UpdateValue::Keep,
            purpose: UpdateValue::Keep,
            rate_id: UpdateValue::Keep,
            credit_card_id: UpdateValue::Keep,
            time_unit_prices: UpdateValue::Keep,
            booker_id: UpdateValue::Keep,
            assigned_resource_locked: UpdateValue::Keep,
            availability_block_id: UpdateValue::Keep,
            options: None,
            reservation_id,
            enterprise_id: None,
            client_token: None,
            access_token: None,
            client: None,
        }
    }
}

/// Changes of who is checked in.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ReservationOptionsUpdate {
    /// Whether the main guest is checked in.
    #[serde(default)]
    pub owner_checked_in: UpdateValue<bool>,
}

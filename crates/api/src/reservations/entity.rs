//! A reservation in its current shape and in that of 2017.

use ostler_contract::primitives::{Id, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::accounts::{Account, AccountType};
use crate::age_categories::AgeCategory;
use crate::availability_blocks::AvailabilityBlock;
use crate::business_segments::BusinessSegment;
use crate::companies::Company;
use crate::customers::Customer;
use crate::objects::Profile;
use crate::payments::CreditCard;
use crate::rates::Rate;
use crate::reservation_groups::ReservationGroup;
use crate::resource_categories::ResourceCategory;
use crate::resources::Resource;
use crate::services::Service;
use crate::vouchers::Voucher;

/// A reservation: persons, a category of resources and an interval of time.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Reservation {
    /// Identifier of the reservation.
    pub id: Id<Self>,
    /// Bookable service that is reserved.
    pub service_id: Id<Service>,
    /// Account of the main guest or of the company that the reservation is for.
    pub account_id: Id<Account>,
    /// Kind of that account.
    pub account_type: AccountType,
    /// Profile that created the reservation.
    pub creator_profile_id: Id<Profile>,
    /// Profile that changed it last.
    pub updater_profile_id: Id<Profile>,
    /// Customer who booked on behalf of somebody else; null where the guest did.
    pub booker_id: Option<Id<Customer>>,
    /// Confirmation number, unique within the property.
    pub number: String,
    /// Where the reservation stands.
    pub state: ReservationState,
    /// How it came into the system.
    pub origin: ReservationOrigin,
    /// How the staff learnt of it, where the origin is `Commander`.
    pub commander_origin: Option<CommanderOrigin>,
    /// Further words on the origin.
    pub origin_details: Option<String>,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
    /// When it was cancelled; null while it is not.
    pub cancelled_utc: Option<UtcInstant>,
    /// Voucher that opened its rate.
    pub voucher_id: Option<Id<Voucher>>,
    /// Business segment.
    pub business_segment_id: Option<Id<BusinessSegment>>,
    /// Who is checked in.
    pub options: ReservationOptions,
    /// Rate that prices its time units.
    pub rate_id: Id<Rate>,
    /// Payment card that guarantees it.
    pub credit_card_id: Option<Id<CreditCard>>,
    /// Group of reservations that it belongs to.
    pub group_id: Id<ReservationGroup>,
    /// Category that was asked for and is paid.
    pub requested_resource_category_id: Id<ResourceCategory>,
    /// Resource that is set aside for it.
    pub assigned_resource_id: Option<Id<Resource>>,
    /// Block that it was picked up from.
    pub availability_block_id: Option<Id<AvailabilityBlock>>,
    /// Company on whose behalf the guest travels.
    pub partner_company_id: Option<Id<Company>>,
    /// Travel agency that mediated it.
    pub travel_agency_id: Option<Id<Company>>,
    /// Whether the assigned resource must not be exchanged.
    pub assigned_resource_locked: bool,
    /// Number in the system of the sales channel.
    pub channel_number: Option<String>,
    /// Number within the group in the system of the channel manager.
    pub channel_manager_number: Option<String>,
    /// Why it was cancelled; null while it is not.
    pub cancellation_reason: Option<CancellationReason>,
    /// Until when an unconfirmed reservation is held.
    pub released_utc: Option<UtcInstant>,
    /// When the guests are expected.
    pub scheduled_start_utc: UtcInstant,
    /// When the guests checked in; null before.
    pub actual_start_utc: Option<UtcInstant>,
    /// When the guests are expected to leave.
    pub scheduled_end_utc: UtcInstant,
    /// When the guests checked out; null before.
    pub actual_end_utc: Option<UtcInstant>,
    /// Why the guests travel.
    pub purpose: Option<ReservationPurpose>,
    /// JSON text with the identifiers of reservation, group and customer, for a QR code.
    pub qr_code_data: Option<String>,
    /// How many persons of each age category stay.
    pub person_counts: Vec<AgeCategoryParameters>,
    /// When the guests are expected, or came where that was earlier.
    #[schemars(extend("deprecated" = true))]
    pub start_utc: UtcInstant,
    /// When the guests are expected to leave.
    #[schemars(extend("deprecated" = true))]
    pub end_utc: UtcInstant,
}

/// Where a reservation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum ReservationState {
    /// Neither the guest nor the property has confirmed.
    Inquired,
    /// Confirmed by both, before check-in.
    Confirmed,
    /// Checked in.
    Started,
    /// Checked out.
    Processed,
    /// Cancelled.
    Canceled,
    /// Held by the property, not yet confirmed by the guest.
    Optional,
    /// Confirmed by the guest, not by the property.
    Requested,
}

impl ReservationState {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inquired => "Inquired",
            Self::Confirmed => "Confirmed",
            Self::Started => "Started",
            Self::Processed => "Processed",
            Self::Canceled => "Canceled",
            Self::Optional => "Optional",
            Self::Requested => "Requested",
        }
    }
}

/// Where a reservation stands, in the words of 2017.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum ReservationStateVer2017 {
    /// Neither the guest nor the property has confirmed.
    Enquired,
    /// Confirmed by both, before check-in.
    Confirmed,
    /// Checked in.
    Started,
    /// Checked out.
    Processed,
    /// Cancelled.
    Canceled,
    /// Held by the property, not yet confirmed by the guest.
    Optional,
    /// Confirmed by the guest, not by the property.
    Requested,
}

impl From<ReservationState> for ReservationStateVer2017 {
    fn from(state: ReservationState) -> Self {
        match state {
            ReservationState::Inquired => Self::Enquired,
            ReservationState::Confirmed => Self::Confirmed,
            ReservationState::Started => Self::Started,
            ReservationState::Processed => Self::Processed,
            ReservationState::Canceled => Self::Canceled,
            ReservationState::Optional => Self::Optional,
            ReservationState::Requested => Self::Requested,
        }
    }
}

impl From<ReservationStateVer2017> for ReservationState {
    fn from(state: ReservationStateVer2017) -> Self {
        match state {
            ReservationStateVer2017::Enquired => Self::Inquired,
            ReservationStateVer2017::Confirmed => Self::Confirmed,
            ReservationStateVer2017::Started => Self::Started,
            ReservationStateVer2017::Processed => Self::Processed,
            ReservationStateVer2017::Canceled => Self::Canceled,
            ReservationStateVer2017::Optional => Self::Optional,
            ReservationStateVer2017::Requested => Self::Requested,
        }
    }
}

/// How a reservation came into the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ReservationOrigin {
    /// The property's booking engine.
    Distributor,
    /// A channel manager.
    ChannelManager,
    /// The property's staff.
    Commander,
    /// An import.
    Import,
    /// An integration.
    Connector,
    /// The guest portal.
    Navigator,
}

/// How the staff learnt of a reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CommanderOrigin {
    /// The guest came by.
    InPerson,
    /// A sales channel.
    Channel,
    /// A call.
    Phone,
    /// An e-mail.
    Email,
    /// The website.
    Website,
    /// A message.
    Message,
    /// A call centre.
    CallCenter,
    /// A list of guests.
    RoomingList,
}

/// How a reservation came into the system, in the words of 2017.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ReservationOriginVer2017 {
    /// The property's booking engine.
    Distributor,
    /// A channel manager.
    ChannelManager,
    /// An import.
    Import,
    /// An integration.
    Connector,
    /// The guest portal.
    Navigator,
    /// The staff; the guest came by.
    CommanderInPerson,
    /// The staff; a sales channel.
    CommanderChannel,
    /// The staff; a call.
    CommanderPhone,
    /// The staff; an e-mail.
    CommanderEmail,
    /// The staff; the website.
    CommanderWebsite,
    /// The staff; a message.
    CommanderMessage,
    /// The staff; a call centre.
    CommanderCallCenter,
    /// The staff; a list of guests.
    CommanderRoomingList,
}

impl ReservationOriginVer2017 {
    /// The one word of 2017 for both words of today.
    #[must_use]
    pub const fn of(origin: ReservationOrigin, commander: Option<CommanderOrigin>) -> Self {
        match origin {
            ReservationOrigin::Distributor => Self::Distributor,
            ReservationOrigin::ChannelManager => Self::ChannelManager,
            ReservationOrigin::Import => Self::Import,
            ReservationOrigin::Connector => Self::Connector,
            ReservationOrigin::Navigator => Self::Navigator,
            ReservationOrigin::Commander => match commander {
                Some(CommanderOrigin::InPerson) | None => Self::CommanderInPerson,
                Some(CommanderOrigin::Channel) => Self::CommanderChannel,
                Some(CommanderOrigin::Phone) => Self::CommanderPhone,
                Some(CommanderOrigin::Email) => Self::CommanderEmail,
                Some(CommanderOrigin::Website) => Self::CommanderWebsite,
                Some(CommanderOrigin::Message) => Self::CommanderMessage,
                Some(CommanderOrigin::CallCenter) => Self::CommanderCallCenter,
                Some(CommanderOrigin::RoomingList) => Self::CommanderRoomingList,
            },
        }
    }
}

/// Who of a reservation is checked in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_excessive_bools, reason = "the wire has four flags")]
pub struct ReservationOptions {
    /// Whether the main guest is checked in.
    pub owner_checked_in: bool,
    /// Whether all guests are checked in.
    pub all_companions_checked_in: bool,
    /// Whether at least one guest is checked in.
    pub any_companion_checked_in: bool,
    /// Whether the check-in came from an integration.
    pub connector_check_in: bool,
}

/// Who of a reservation is checked in, in the shape of 2017.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ReservationOptionsVer2017 {
    /// Whether the main guest is checked in.
    pub owner_checked_in: bool,
    /// Whether all guests are checked in.
    pub all_companions_checked_in: bool,
    /// Whether at least one guest is checked in.
    pub any_companion_checked_in: bool,
}

/// Why guests travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ReservationPurpose {
    /// For leisure.
    Leisure,
    /// On business.
    Business,
    /// To study.
    Student,
}

/// Why a reservation was cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CancellationReason {
    /// Anything else.
    Other,
    /// It was not confirmed in time.
    ConfirmationMissed,
    /// The guest booked elsewhere.
    BookedElsewhere,
    /// Force majeure.
    ForceMajeure,
    /// The guest complained.
    GuestComplaint,
    /// The guest did not come.
    NoShow,
    /// The price was too high.
    PriceTooHigh,
    /// The service was not available.
    ServiceNotAvailable,
    /// It was entered by mistake.
    InputError,
    /// The payment failed.
    InvalidPayment,
    /// The travel agency asked for it.
    TravelAgency,
    /// The guest asked for it.
    RequestedByGuest,
    /// It was replaced by a changed one.
    Update,
    /// The booking was not finished.
    BookingAbandoned,
    /// The booker asked for it.
    RequestedByBooker,
}

/// So many persons of one age category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AgeCategoryParameters {
    /// The age category.
    pub age_category_id: Id<AgeCategory>,
    /// How many persons, at least one.
    #[schemars(range(min = 1))]
    pub count: u32,
}

/// A reservation in the shape of 2017.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ReservationVer2017 {
    /// Identifier of the reservation.
    pub id: Id<Reservation>,
    /// Bookable service that is reserved.
    pub service_id: Id<Service>,
    /// Group of reservations that it belongs to.
    pub group_id: Id<ReservationGroup>,
    /// Confirmation number, unique within the property.
    pub number: String,
    /// Number in the system of the sales channel.
    pub channel_number: Option<String>,
    /// Number within the group in the system of the channel manager.
    pub channel_manager_number: Option<String>,
    /// Number of the group in the system of the channel manager.
    pub channel_manager_group_number: Option<String>,
    /// Name of the channel manager.
    pub channel_manager: Option<String>,
    /// Where the reservation stands.
    pub state: ReservationStateVer2017,
    /// How it came into the system.
    pub origin: ReservationOriginVer2017,
    /// Further words on the origin.
    pub origin_details: Option<String>,
    /// Why the guests travel.
    pub purpose: Option<ReservationPurpose>,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
    /// When it was cancelled; null while it is not.
    pub cancelled_utc: Option<UtcInstant>,
    /// When the guests are expected, or came where that was earlier.
    pub start_utc: UtcInstant,
    /// When the guests are expected to leave, or left.
    pub end_utc: UtcInstant,
    /// Until when an unconfirmed reservation is held.
    pub released_utc: Option<UtcInstant>,
    /// Category that was asked for and is paid.
    pub requested_category_id: Id<ResourceCategory>,
    /// Resource that is set aside for it.
    pub assigned_resource_id: Option<Id<Resource>>,
    /// Whether the assigned resource must not be exchanged.
    pub assigned_resource_locked: bool,
    /// Business segment.
    pub business_segment_id: Option<Id<BusinessSegment>>,
    /// Company on whose behalf the guest travels.
    pub company_id: Option<Id<Company>>,
    /// Travel agency that mediated it.
    pub travel_agency_id: Option<Id<Company>>,
    /// Block that it was picked up from.
    pub availability_block_id: Option<Id<AvailabilityBlock>>,
    /// Rate that prices its time units.
    pub rate_id: Id<Rate>,
    /// Voucher that opened its rate.
    pub voucher_id: Option<Id<Voucher>>,
    /// Payment card that guarantees it.
    pub credit_card_id: Option<Id<CreditCard>>,
    /// Why it was cancelled; null while it is not.
    pub cancellation_reason: Option<CancellationReason>,
    /// How many persons of each age category stay.
    pub person_counts: Vec<AgeCategoryParameters>,
    /// Account of the main guest or of the company that the reservation is for.
    pub owner_id: Id<Account>,
    /// Customer who booked on behalf of somebody else; null where the guest did.
    pub booker_id: Option<Id<Customer>>,
    /// Who is checked in.
    pub options: ReservationOptionsVer2017,
    /// Resource that is set aside for it.
    #[schemars(extend("deprecated" = true))]
    pub assigned_space_id: Option<Id<Resource>>,
    /// Whether the assigned resource must not be exchanged.
    #[schemars(extend("deprecated" = true))]
    pub assigned_space_locked: bool,
    /// How many adults stay.
    #[schemars(extend("deprecated" = true))]
    pub adult_count: u32,
    /// How many children stay.
    #[schemars(extend("deprecated" = true))]
    pub child_count: u32,
    /// Account of the main guest.
    #[schemars(extend("deprecated" = true))]
    pub customer_id: Id<Account>,
    /// The guests.
    #[schemars(extend("deprecated" = true))]
    pub companion_ids: Vec<Id<Customer>>,
    /// Number in the system of the channel manager.
    #[schemars(extend("deprecated" = true))]
    pub channel_manager_id: Option<String>,
}

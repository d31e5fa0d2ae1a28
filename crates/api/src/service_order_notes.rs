//! Notes on reservations and product orders. Source: `operations/serviceordernotes`.

use ostler_contract::primitives::{Id, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::order_items::ServiceOrder;

/// A note on a reservation or on a product order.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ServiceOrderNote {
    /// Identifier of the note.
    pub id: Id<Self>,
    /// Reservation or product order that the note is on.
    pub order_id: Id<ServiceOrder>,
    /// What the note says.
    pub text: Option<String>,
    /// Where the note came from.
    #[serde(rename = "Type")]
    pub type_: ServiceOrderNoteType,
    /// When it was created.
    pub created_utc: Option<UtcInstant>,
    /// When it was last changed.
    pub updated_utc: Option<UtcInstant>,
}

/// Where a note came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ServiceOrderNoteType {
    /// The staff or an integration.
    General,
    /// The channel manager.
    ChannelManager,
    /// The guest, as a wish.
    SpecialRequest,
}

impl ServiceOrderNoteType {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::General => "General",
            Self::ChannelManager => "ChannelManager",
            Self::SpecialRequest => "SpecialRequest",
        }
    }
}

//! Counters: where numbers of documents come from. Source: `operations/counters`.

use ostler_contract::primitives::{Bounded, Id, Limitation, TimeInterval, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::enterprises::Enterprise;
use crate::{Operation, paged};

/// Returns counters, newest first.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetCounters {
    /// Only counters of these enterprises; of all in reach without it.
    pub enterprise_ids: Option<Bounded<Id<Enterprise>, 0, 1000>>,
    /// Only these counters.
    pub counter_ids: Option<Bounded<Id<Counter>, 0, 1000>>,
    /// Only counters of this type; of any type without it and with `Counter`.
    #[serde(rename = "Type")]
    pub kind: Option<CounterType>,
    /// Only counters that changed in this interval, at most 3 months long.
    pub updated_utc: Option<TimeInterval>,
    /// Which page.
    pub limitation: Limitation,
}

impl Operation for GetCounters {
    const ADDRESS: &'static str = "counters/getAll";
    const READS_ONLY: bool = true;
    type Response = Counters;
}

paged!(GetCounters);

/// A page of counters.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Counters {
    /// The counters.
    pub counters: Vec<Counter>,
    /// Identifier of the last one; null on an empty page.
    pub cursor: Option<Id<Counter>>,
    /// Those of the page that number bills.
    #[schemars(extend("deprecated" = true))]
    pub bill_counters: Vec<Counter>,
    /// Those of the page that number proformas.
    #[schemars(extend("deprecated" = true))]
    pub proforma_counters: Vec<Counter>,
    /// Those of the page that number previews of bills.
    #[schemars(extend("deprecated" = true))]
    pub bill_preview_counters: Vec<Counter>,
    /// Those of the page that number reservations and orders.
    #[schemars(extend("deprecated" = true))]
    pub service_order_counters: Vec<Counter>,
    /// Those of the page that number registration cards.
    #[schemars(extend("deprecated" = true))]
    pub registration_card_counters: Vec<Counter>,
}

/// A counter: numbers without gaps.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Counter {
    /// Identifier of the counter.
    pub id: Id<Self>,
    /// Enterprise that it belongs to.
    pub enterprise_id: Id<Enterprise>,
    /// Name of the counter.
    pub name: String,
    /// Whether it is the one of its type that is used where none is named.
    pub is_default: bool,
    /// The number that was given out last.
    pub value: i64,
    /// Pattern around the number: `NORMAL{0:0000}` makes `NORMAL0067` of 67. Empty for the number
    /// alone.
    pub format: String,
    /// What it numbers.
    #[serde(rename = "Type")]
    pub kind: CounterType,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
}

/// What a counter numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CounterType {
    /// Anything; as a filter, every type.
    Counter,
    /// Accounting entries.
    AccountingCounter,
    /// Availability blocks.
    AvailabilityBlockCounter,
    /// Closed bills.
    BillCounter,
    /// Previews of bills.
    BillPreviewCounter,
    /// Fiscal documents.
    FiscalCounter,
    /// Proformas.
    ProformaCounter,
    /// Registration cards.
    RegistrationCardCounter,
    /// Reservations and orders.
    ServiceOrderCounter,
    /// Bills that correct others.
    CorrectionBillCounter,
    /// Confirmations of payments.
    PaymentConfirmationBillCounter,
    /// Credit notes.
    CreditNoteBillCounter,
    /// Bills of split payments.
    PaymentSplitBillCounter,
}

impl CounterType {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Counter => "Counter",
            Self::AccountingCounter => "AccountingCounter",
            Self::AvailabilityBlockCounter => "AvailabilityBlockCounter",
            Self::BillCounter => "BillCounter",
            Self::BillPreviewCounter => "BillPreviewCounter",
            Self::FiscalCounter => "FiscalCounter",
            Self::ProformaCounter => "ProformaCounter",
            Self::RegistrationCardCounter => "RegistrationCardCounter",
            Self::ServiceOrderCounter => "ServiceOrderCounter",
            Self::CorrectionBillCounter => "CorrectionBillCounter",
            Self::PaymentConfirmationBillCounter => "PaymentConfirmationBillCounter",
            Self::CreditNoteBillCounter => "CreditNoteBillCounter",
            Self::PaymentSplitBillCounter => "PaymentSplitBillCounter",
        }
    }
}

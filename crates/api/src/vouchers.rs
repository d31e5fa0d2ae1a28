//! Vouchers and their codes: access to private rates. Source: `operations/vouchers`,
//! `operations/vouchercodes`.

use ostler_contract::primitives::{Id, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::companies::Company;
use crate::enterprises::Enterprise;
use crate::objects::ActivityState;
use crate::rates::Rate;
use crate::services::Service;

/// A voucher: whoever has one of its codes can book the rates that are assigned to it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Voucher {
    /// Identifier of the voucher.
    pub id: Id<Self>,
    /// Service that it is for.
    pub service_id: Id<Service>,
    /// Enterprise that issued it.
    pub enterprise_id: Id<Enterprise>,
    /// Name, at most 128 characters.
    pub name: String,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
    /// Who can use it.
    #[serde(rename = "Type")]
    pub type_: VoucherType,
    /// Company that can use it, of the type `PartnerCompany`.
    pub company_id: Option<Id<Company>>,
    /// Travel agency that can use it, of the type `TravelAgency`.
    pub travel_agency_id: Option<Id<Company>>,
    /// Start of the first time unit that can be stayed.
    pub occupiable_interval_start_utc: Option<UtcInstant>,
    /// Start of the last time unit that can be stayed.
    pub occupiable_interval_end_utc: Option<UtcInstant>,
    /// Identifier in an external system, at most 255 characters.
    pub external_identifier: Option<String>,
    /// Whether it can be used.
    pub is_active: bool,
    /// Whether it can be used.
    #[schemars(extend("deprecated" = true))]
    pub activity_state: ActivityState,
}

/// Who can use a voucher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum VoucherType {
    /// Everyone.
    Public,
    /// Reservations of one company.
    PartnerCompany,
    /// Reservations through one travel agency.
    TravelAgency,
}

/// A rate that a voucher opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct VoucherAssignment {
    /// The voucher.
    pub voucher_id: Id<Voucher>,
    /// The rate.
    pub rate_id: Id<Rate>,
}

/// A code of a voucher.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct VoucherCode {
    /// Identifier of the code.
    pub id: Id<Self>,
    /// Its voucher.
    pub voucher_id: Id<Voucher>,
    /// The code itself, at most 128 characters.
    pub value: Option<String>,
    /// From when bookings can use it.
    pub validity_start_utc: Option<UtcInstant>,
    /// Until when bookings can use it.
    pub validity_end_utc: Option<UtcInstant>,
    /// When it was created.
    pub created_utc: Option<UtcInstant>,
    /// When it was last changed.
    pub updated_utc: Option<UtcInstant>,
    /// Whether it can be used.
    pub is_active: bool,
    /// Whether it can be used.
    #[schemars(extend("deprecated" = true))]
    pub activity_state: ActivityState,
}

//! Vouchers, their codes and the rates that they open.

use ostler_api::rates::Rate;
use ostler_api::services::Service;
use ostler_api::vouchers::{Voucher, VoucherCode};
use ostler_contract::primitives::Id;
use ostler_store::entity;
use serde::{Deserialize, Serialize};

entity! {
    /// The vouchers of all bookable services.
    Vouchers of Voucher, with (), in "voucher";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index SERVICE "service": Id<Service> = |it, hidden| it.service_id;
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    index EXTERNAL "external": Option<String> = |it, hidden| it.external_identifier.clone();
    lookup Columns(&["service"]);
    lookup Columns(&["updated"]);
}

entity! {
    /// The codes of all vouchers.
    VoucherCodes of VoucherCode, with (), in "voucher_code";
    stamp(document, created, updated) {
        document.created_utc = Some(created);
        document.updated_utc = Some(updated);
    }
    index VOUCHER "voucher": Id<Voucher> = |it, hidden| it.voucher_id;
    index VALUE "value": Option<String> = |it, hidden| it.value.clone();
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    lookup Columns(&["voucher"]);
    lookup Columns(&["value"]);
    lookup Columns(&["updated"]);
}

/// A rate that a voucher opens, with an identifier that the wire does not show.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct OpenedRate {
    /// Identifier of the assignment.
    pub id: Id<Self>,
    /// The voucher.
    pub voucher_id: Id<Voucher>,
    /// The rate.
    pub rate_id: Id<Rate>,
}

entity! {
    /// Which rates vouchers open.
    VoucherAssignments of OpenedRate, with (), in "voucher_assignment";
    stamp(document, created, updated) {}
    index VOUCHER "voucher": Id<Voucher> = |it, hidden| it.voucher_id;
    index RATE "rate": Id<Rate> = |it, hidden| it.rate_id;
    lookup Columns(&["voucher"]);
    lookup Columns(&["rate"]);
}

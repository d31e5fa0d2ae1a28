//! Whether a voucher code opens a rate.

use ostler_api::vouchers::{Voucher, VoucherCode, VoucherType};
use ostler_contract::error::Error;
use ostler_contract::primitives::UtcInstant;
use ostler_store::{Find, Snapshot, Stored};

use super::{Booking, UsedVoucher};
use crate::context::Context;
use crate::property::Property;
use crate::vouchers::{VoucherAssignments, VoucherCodes, Vouchers};

/// The voucher behind the code, if the booking can use it for its rate.
///
/// # Errors
/// 403 where it cannot; 500 where the store fails, 408 past the deadline.
pub(super) fn open(
    snapshot: &Snapshot<'_>,
    context: &Context,
    property: &Property,
    (booking, code): (&Booking<'_>, &str),
) -> Result<UsedVoucher, Error> {
    let scope = &[property.scope()];
    let find = Find::within(scope)
        .and(VoucherCodes::VALUE.is(Some(code.to_owned())))
        .and(VoucherCodes::ACTIVE.is(true));
    let mut refusal = Error::rule("voucher-unknown");
    for code in snapshot.find(&find)? {
        let voucher: Option<Stored<Vouchers>> = snapshot.get(property.scope(), code.voucher_id)?;
        let Some(voucher) = voucher.filter(|it| is_of(it, booking)) else { continue };
        if !is_valid(&code, context.now) {
            refusal = Error::rule("voucher-not-valid-now");
            continue;
        }
        if !covers(&voucher, booking.units) {
            refusal = Error::rule("voucher-not-for-dates");
            continue;
        }
        let assigned = Find::<VoucherAssignments>::within(scope)
            .and(VoucherAssignments::VOUCHER.is(voucher.id))
            .and(VoucherAssignments::RATE.is(booking.rate.id));
        if snapshot.count(&assigned)? == 0 {
            refusal = Error::rule("voucher-not-for-rate");
            continue;
        }
        if !admits(&voucher, booking) {
            refusal = Error::rule("voucher-not-for-company");
            continue;
        }
        return Ok(UsedVoucher { voucher: voucher.id, code: code.id });
    }
    Err(refusal)
}

fn is_of(voucher: &Voucher, booking: &Booking<'_>) -> bool {
    voucher.is_active && voucher.service_id == booking.service.id
}

fn is_valid(code: &VoucherCode, now: UtcInstant) -> bool {
    code.validity_start_utc.is_none_or(|start| start <= now)
        && code.validity_end_utc.is_none_or(|end| now <= end)
}

fn covers(voucher: &Voucher, units: &[UtcInstant]) -> bool {
    let (start, end) = (voucher.occupiable_interval_start_utc, voucher.occupiable_interval_end_utc);
    units
        .iter()
        .all(|unit| start.is_none_or(|start| start <= *unit) && end.is_none_or(|end| *unit <= end))
}

fn admits(voucher: &Voucher, booking: &Booking<'_>) -> bool {
    match voucher.type_ {
        VoucherType::Public => true,
        VoucherType::PartnerCompany => {
            voucher.company_id.is_some() && voucher.company_id == booking.company
        }
        VoucherType::TravelAgency => {
            voucher.travel_agency_id.is_some() && voucher.travel_agency_id == booking.travel_agency
        }
    }
}

//! Rates of a demo hotel, with their conditions.

use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, Number, TimeInterval, UtcInstant};
use ostler_hotel::cancellation_policies::CancellationPolicies;
use ostler_hotel::property::Property;
use ostler_hotel::rate_groups::RateGroups;
use ostler_hotel::rates::prices::{self, Priced};
use ostler_hotel::rates::{RateHidden, Rates};
use ostler_hotel::restrictions::Restrictions;
use ostler_hotel::vouchers::{VoucherAssignments, VoucherCodes, Vouchers};
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use super::house::{Builder, House};
use super::plans::{BASE_PRICE, RATE_GROUPS, RATES, RatePlan};

/// How much a night from Friday to Sunday costs more, in the base category.
const WEEKEND_SURCHARGE: i64 = 30;

/// How many weeks have weekend prices.
const WEEKEND_WEEKS: i32 = 34;

/// The code that opens the corporate rate.
const VOUCHER_CODE: &str = "OSTLER-CORP";

/// Writes the rate groups, rates, prices, restrictions, vouchers and cancellation policies.
pub(crate) fn build(
    builder: &mut Builder<'_, '_>,
    house: &mut House,
    accounting: Uuid,
) -> Result<(), Error> {
    let mut groups = Vec::new();
    for (ordering, (english, german)) in (1..).zip(RATE_GROUPS) {
        let document = json!({
            "ServiceId": house.stay, "Ordering": ordering, "Names": builder.names(english, german),
            "ShortNames": {}, "Descriptions": {},
        });
        groups.push(builder.put::<RateGroups>(document, ())?);
    }
    for rate in RATES {
        let id = put_rate(builder, house, (&groups, accounting), rate)?;
        house.rates.push(id);
    }
    weekends(builder, house)?;
    conditions(builder, house)?;
    policies(builder, &groups)
}

fn put_rate(
    builder: &mut Builder<'_, '_>,
    house: &House,
    (groups, accounting): (&[Uuid], Uuid),
    rate: &RatePlan,
) -> Result<Uuid, Error> {
    let base = rate.base.and_then(|base| house.rates.get(base));
    let document = json!({
        "GroupId": groups.get(rate.group), "ServiceId": house.stay, "BaseRateId": base,
        "IsBaseRate": base.is_none(), "IsEnabled": true, "IsPublic": !rate.is_private,
        "IsDefault": house.rates.is_empty(),
        "Type": if rate.is_private { "Private" } else { "Public" },
        "Names": builder.names(rate.name, rate.german), "ShortName": rate.short,
        "ExternalNames": {}, "Description": {}, "ExternalIdentifier": rate.short,
        "Name": rate.name,
    });
    let number = |value: i64| Number(Decimal::from(value));
    let adjustments = house.categories.iter().zip(builder.plan.categories).map(|(own, plan)| {
        json!({
            "CategoryId": own.0, "ParentCategoryId": null,
            "AbsoluteValue": number(plan.price_difference), "RelativeValue": number(0),
        })
    });
    let root = base.is_none();
    let adjustments = if root { adjustments.collect() } else { Vec::new() };
    let hidden = RateHidden {
        amount: number(if root { BASE_PRICE + rate.absolute } else { 0 }),
        tax_codes: vec![builder.plan.code(builder.plan.night_taxes, builder.tx.now())?.to_owned()],
        category_adjustments: serde_json::from_value(json!(adjustments))
            .map_err(Error::internal)?,
        empty_unit_adjustment: number(if root { -15 } else { 0 }),
        extra_unit_adjustment: number(if root { 30 } else { 0 }),
        relative_adjustment: Number(Decimal::new(rate.relative_percent, 2)),
        absolute_adjustment: number(if root { 0 } else { rate.absolute }),
        accounting_category_id: Some(Id::new(accounting)),
        ..RateHidden::default()
    };
    builder.put::<Rates>(document, hidden)
}

/// Nights from Friday to Sunday cost more.
fn weekends(builder: &mut Builder<'_, '_>, house: &House) -> Result<(), Error> {
    let Some(rate) = house.rates.first() else { return Ok(()) };
    let property = Property::load(builder.tx, builder.plan.enterprise)?;
    let first = builder.tx.now().timestamp().to_zoned(property.zone.clone()).date();
    let friday = first.nth_weekday(1, jiff::civil::Weekday::Friday).map_err(Error::internal)?;
    let midnight = |date: jiff::civil::Date| {
        let local = date.to_zoned(property.zone.clone()).map_err(Error::internal)?;
        Ok::<_, Error>(UtcInstant::from_timestamp(local.timestamp()))
    };
    for week in 0..WEEKEND_WEEKS {
        let start = friday.checked_add(jiff::Span::new().weeks(week)).map_err(Error::internal)?;
        let end = start.checked_add(jiff::Span::new().days(2)).map_err(Error::internal)?;
        let range = TimeInterval { start_utc: midnight(start)?, end_utc: midnight(end)? };
        let value = Some(Number(Decimal::from(BASE_PRICE + WEEKEND_SURCHARGE)));
        let of = (Id::new(*rate), Priced::default());
        prices::set(builder.tx, builder.plan.enterprise, of, range, value)?;
    }
    Ok(())
}

/// Advance purchase and long stays have their conditions; the corporate rate has its voucher.
fn conditions(builder: &mut Builder<'_, '_>, house: &House) -> Result<(), Error> {
    let rate = |short: &str| {
        let found = RATES.iter().position(|rate| rate.short == short);
        found.and_then(|index| house.rates.get(index)).copied()
    };
    for (short, exceptions) in [
        ("ADV", json!({ "MinAdvance": "P0M14DT0H0M0S" })),
        ("LONG", json!({ "MinLength": "P0M7DT0H0M0S" })),
    ] {
        let document = json!({
            "ServiceId": house.stay, "Origin": "User",
            "Conditions": {
                "Type": if short == "ADV" { "Start" } else { "Stay" }, "ExactRateId": rate(short),
            },
            "Exceptions": exceptions,
        });
        builder.put::<Restrictions>(document, Default::default())?;
    }
    let voucher = builder.put::<Vouchers>(
        json!({
            "ServiceId": house.stay, "Name": "Corporate guests", "Type": "Public",
            "ActivityState": "Active",
        }),
        (),
    )?;
    let code = json!({ "VoucherId": voucher, "Value": VOUCHER_CODE });
    builder.put::<VoucherCodes>(code, Default::default())?;
    let id = builder.tx.new_id::<()>();
    let opened = json!({ "id": id, "voucher_id": voucher, "rate_id": rate("CORP") });
    builder.put::<VoucherAssignments>(opened, ()).map(drop)
}

/// A late cancellation of a flexible rate costs the first night, of a non-refundable one all.
fn policies(builder: &mut Builder<'_, '_>, groups: &[Uuid]) -> Result<(), Error> {
    for (group, applicability, offset, nights) in [
        (0, "Start", "P0M0DT24H0M0S", Some(1)),
        (1, "Creation", "P0M0DT0H0M0S", None),
        (2, "Start", "P0M0DT24H0M0S", Some(1)),
    ] {
        let document = json!({
            "RateGroupId": groups.get(group), "Applicability": applicability,
            "FeeExtent": ["TimeUnits"], "ApplicabilityOffset": offset,
            "FeeMaximumTimeUnits": nights,
            "AbsoluteFee": { "Currency": builder.plan.currency, "Value": Number(Decimal::ZERO) },
            "RelativeFee": Number(Decimal::ONE),
        });
        builder.put::<CancellationPolicies>(document, Default::default())?;
    }
    Ok(())
}

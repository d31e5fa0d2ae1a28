//! The table of tax rates, country by country. Dates are local; a rate applies from the first date
//! until the day before the second. A rate that was only reassigned to other goods or services has
//! no dates; which rate a service takes is for the property to know.

use std::borrow::Cow;

use jiff::civil::{Date, date};
use ostler_api::taxations::Taxation;
use rust_decimal::{Decimal, dec};

use super::Strategy::{self, Dependent, Flat, Relative};

/// From a date, included, until a date, excluded; none is open.
pub(super) type Dates = (Option<Date>, Option<Date>);

/// The taxes of one country or of a part of it.
pub(super) struct Country {
    /// ISO 3166-1 alpha-3 code.
    pub(super) code: &'static str,
    /// Whose midnight it is at which laws change.
    pub(super) zone: &'static str,
    pub(super) environments: &'static [EnvironmentRow],
    pub(super) taxations: &'static [Taxation],
    pub(super) rates: &'static [RateRow],
}

/// One environment.
pub(super) struct EnvironmentRow {
    pub(super) code: &'static str,
    pub(super) validity: Dates,
    pub(super) taxations: &'static [&'static str],
}

/// One rate.
pub(super) struct RateRow {
    pub(super) code: &'static str,
    pub(super) taxation: &'static str,
    pub(super) strategy: Strategy,
    /// Empty for always.
    pub(super) validity: &'static [Dates],
}

const ALWAYS: Dates = (None, None);

const fn from(year: i16, month: i8, day: i8) -> Dates {
    (Some(date(year, month, day)), None)
}

const fn until(year: i16, month: i8, day: i8) -> Dates {
    (None, Some(date(year, month, day)))
}

const fn between(start: Dates, end: Dates) -> Dates {
    (start.0, end.1)
}

const fn environment(
    code: &'static str,
    taxations: &'static [&'static str],
    validity: Dates,
) -> EnvironmentRow {
    EnvironmentRow { code, validity, taxations }
}

const fn taxation(code: &'static str, name: &'static str, local_name: &'static str) -> Taxation {
    Taxation {
        code: Cow::Borrowed(code),
        name: Cow::Borrowed(name),
        local_name: Cow::Borrowed(local_name),
    }
}

const fn relative(
    code: &'static str,
    taxation: &'static str,
    percent: Decimal,
    validity: &'static [Dates],
) -> RateRow {
    rate(code, taxation, Relative(hundredth(percent)), validity)
}

const fn rate(
    code: &'static str,
    taxation: &'static str,
    strategy: Strategy,
    validity: &'static [Dates],
) -> RateRow {
    RateRow { code, taxation, strategy, validity }
}

/// The percentage as a share.
const fn hundredth(percent: Decimal) -> Decimal {
    let parts = percent.unpack();
    Decimal::from_parts(parts.lo, parts.mid, parts.hi, parts.negative, parts.scale + 2)
}

/// A country with one environment of one value added tax: its rates are named by their percentage.
macro_rules! value_added_tax {
    (
        $country:literal, $zone:literal, $code:literal, $local_name:literal,
        $($percent:tt $(($($dates:expr),+))?),+ $(,)?
    ) => {
        Country {
            code: $country,
            zone: $zone,
            environments: &[environment($code, &[$code], ALWAYS)],
            taxations: &[taxation($code, "VAT", $local_name)],
            rates: &[$(
                relative(
                    concat!($code, "-", $percent, "%"),
                    $code,
                    dec!($percent),
                    &[$($($dates),+)?],
                )
            ),+],
        }
    };
}

pub(super) const COUNTRIES: &[Country] = &[
    // Hotels and restaurants took 5 % from 2020-07-15 and 12.5 % from 2021-10-01 until 2022-03-31.
    Country {
        code: "GBR",
        zone: "Europe/London",
        environments: &[
            environment("UK", &["UK"], until(2020, 7, 15)),
            environment("UK-2020", &["UK-2020"], between(from(2020, 7, 15), until(2021, 10, 1))),
            environment("UK-2021", &["UK-2021"], between(from(2021, 10, 1), until(2022, 4, 1))),
            environment("UK-2022", &["UK-2022"], from(2022, 4, 1)),
        ],
        taxations: &[
            taxation("UK", "VAT", "VAT"),
            taxation("UK-2020", "VAT", "VAT"),
            taxation("UK-2021", "VAT", "VAT"),
            taxation("UK-2022", "VAT", "VAT"),
        ],
        rates: &[
            relative("UK-S", "UK", dec!(20), &[from(2011, 1, 4)]),
            relative("UK-R", "UK", dec!(5), &[]),
            relative("UK-Z", "UK", dec!(0), &[]),
            relative("UK-2020-20%", "UK-2020", dec!(20), &[]),
            relative("UK-2020-5%", "UK-2020", dec!(5), &[]),
            relative("UK-2020-0%", "UK-2020", dec!(0), &[]),
            relative("UK-2021-20%", "UK-2021", dec!(20), &[]),
            relative(
                "UK-2021-12.5%",
                "UK-2021",
                dec!(12.5),
                &[between(from(2021, 10, 1), until(2022, 4, 1))],
            ),
            relative("UK-2021-5%", "UK-2021", dec!(5), &[]),
            relative("UK-2021-0%", "UK-2021", dec!(0), &[]),
            relative("UK-2022-20%", "UK-2022", dec!(20), &[]),
            relative("UK-2022-5%", "UK-2022", dec!(5), &[]),
            relative("UK-2022-0%", "UK-2022", dec!(0), &[]),
        ],
    },
    // The general rate is to rise to 7 % on 2026-10-01; until that is certain, 6 % stays open.
    // Rooms pay one point more from 2023-04-01 until 2027-09-30.
    Country {
        code: "USA",
        zone: "America/New_York",
        environments: &[environment("US-DC", &["US-DC-2023", "US-DC"], ALWAYS)],
        taxations: &[
            taxation("US-DC-2023", "Sales tax", "Sales tax"),
            taxation("US-DC", "Sales tax", "Sales tax"),
        ],
        rates: &[
            relative("US-DC-2023-6%", "US-DC-2023", dec!(6), &[from(2018, 10, 1)]),
            relative("US-DC-2023-7%", "US-DC-2023", dec!(7), &[from(2026, 10, 1)]),
            relative("US-DC-2023-10%", "US-DC-2023", dec!(10), &[]),
            relative(
                "US-DC-2023-15.95%",
                "US-DC-2023",
                dec!(15.95),
                &[between(from(2023, 4, 1), until(2027, 10, 1))],
            ),
            relative("US-DC-2023-14.95%", "US-DC-2023", dec!(14.95), &[from(2027, 10, 1)]),
            relative("US-DC-2023-18%", "US-DC-2023", dec!(18), &[]),
            relative(
                "US-DC-5.75%",
                "US-DC",
                dec!(5.75),
                &[between(from(2013, 10, 1), until(2018, 10, 1))],
            ),
            relative("US-DC-14.5%", "US-DC", dec!(14.5), &[until(2017, 10, 1)]),
            relative(
                "US-DC-14.8%",
                "US-DC",
                dec!(14.8),
                &[between(from(2017, 10, 1), until(2018, 10, 1))],
            ),
            relative(
                "US-DC-14.95%",
                "US-DC",
                dec!(14.95),
                &[between(from(2018, 10, 1), until(2023, 4, 1))],
            ),
        ],
    },
    // The taxes on goods and services rest on the price with the tax on lodging, which is a share
    // of the price, or flat where an intermediary sells the night.
    Country {
        code: "CAN",
        zone: "America/Toronto",
        environments: &[environment(
            "CA-QC-2023",
            &["CA-QC-GST", "CA-QC-2023", "CA-QC-LODGING-2023", "CA-QC-LO-FLAT"],
            ALWAYS,
        )],
        taxations: &[
            taxation("CA-QC-GST", "GST", "TPS/GST"),
            taxation("CA-QC-2023", "QST", "TVQ/QST"),
            taxation("CA-QC-LODGING-2023", "Lodging tax", "Taxe sur l'hébergement"),
            taxation("CA-QC-LO-FLAT", "Flat lodging tax", "Taxe sur l'hébergement fixe"),
        ],
        rates: &[
            rate(
                "CA-QC-GST-5%",
                "CA-QC-GST",
                Dependent(dec!(0.05), &["CA-QC-LODGING-2023", "CA-QC-LO-FLAT"]),
                &[],
            ),
            rate(
                "CA-QC-2023-9.975%",
                "CA-QC-2023",
                Dependent(dec!(0.09975), &["CA-QC-LODGING-2023", "CA-QC-LO-FLAT"]),
                &[from(2013, 1, 1)],
            ),
            relative("CA-QC-LODGING-2023-3.5%", "CA-QC-LODGING-2023", dec!(3.5), &[]),
            rate("CA-QC-LO-FLAT-3.5-CAD", "CA-QC-LO-FLAT", Flat(dec!(3.5), "CAD"), &[]),
        ],
    },
    // Everything was three and two points cheaper in the second half of 2020. Food in restaurants
    // takes 7 % again from 2026.
    Country {
        code: "DEU",
        zone: "Europe/Berlin",
        environments: &[
            environment("DE", &["DE"], until(2020, 7, 1)),
            environment("DE-2020-1", &["DE-2020-1"], from(2020, 7, 1)),
        ],
        taxations: &[taxation("DE", "VAT", "MwSt."), taxation("DE-2020-1", "VAT", "MwSt.")],
        rates: &[
            relative("DE-S", "DE", dec!(19), &[between(from(2007, 1, 1), until(2020, 7, 1))]),
            relative("DE-R", "DE", dec!(7), &[until(2020, 7, 1)]),
            relative("DE-Z", "DE", dec!(0), &[]),
            relative(
                "DE-2020-1-I",
                "DE-2020-1",
                dec!(19),
                &[between(from(2007, 1, 1), until(2020, 7, 1)), from(2021, 1, 1)],
            ),
            relative("DE-2020-1-L", "DE-2020-1", dec!(7), &[until(2020, 7, 1), from(2021, 1, 1)]),
            relative(
                "DE-2020-1-S",
                "DE-2020-1",
                dec!(16),
                &[between(from(2020, 7, 1), until(2021, 1, 1))],
            ),
            relative(
                "DE-2020-1-R",
                "DE-2020-1",
                dec!(5),
                &[between(from(2020, 7, 1), until(2021, 1, 1))],
            ),
            relative("DE-2020-1-Z", "DE-2020-1", dec!(0), &[]),
        ],
    },
    // Rooms took 10 % until 2016-04-30, 13 % until 2018-10-31, then 10 % again; 5 % in the pandemic.
    Country {
        code: "AUT",
        zone: "Europe/Vienna",
        environments: &[
            environment("AT-2020", &["AT-2020"], from(2020, 7, 1)),
            environment("AT-2016", &["AT-2016"], between(from(2016, 5, 1), until(2020, 7, 1))),
            environment("AT", &["AT"], until(2016, 5, 1)),
        ],
        taxations: &[
            taxation("AT-2020", "VAT", "USt."),
            taxation("AT-2016", "VAT", "USt."),
            taxation("AT", "VAT", "USt."),
        ],
        rates: &[
            relative("AT-2020-20%", "AT-2020", dec!(20), &[]),
            relative("AT-2020-13%", "AT-2020", dec!(13), &[from(2016, 1, 1)]),
            relative("AT-2020-10%", "AT-2020", dec!(10), &[]),
            relative(
                "AT-2020-5%",
                "AT-2020",
                dec!(5),
                &[between(from(2020, 7, 1), until(2022, 1, 1))],
            ),
            relative("AT-2020-0%", "AT-2020", dec!(0), &[]),
            relative("AT-2016-20%", "AT-2016", dec!(20), &[]),
            relative("AT-2016-13%", "AT-2016", dec!(13), &[from(2016, 1, 1)]),
            relative("AT-2016-10%", "AT-2016", dec!(10), &[]),
            relative("AT-2016-0%", "AT-2016", dec!(0), &[]),
            relative("AT-20%", "AT", dec!(20), &[]),
            relative("AT-12%", "AT", dec!(12), &[until(2016, 1, 1)]),
            relative("AT-10%", "AT", dec!(10), &[]),
            relative("AT-0%", "AT", dec!(0), &[]),
        ],
    },
    value_added_tax!("AUS", "Australia/Sydney", "AU", "GST", 10(from(2000, 7, 1)), 0,),
    // Rooms take 12 % instead of 6 % from 2026-03-01.
    value_added_tax!("BEL", "Europe/Brussels", "BE", "BTW/TVA", 21, 12, 6, 0,),
    value_added_tax!("BGR", "Europe/Sofia", "BG", "ДДС", 20, 9(from(2011, 4, 1)), 0,),
    value_added_tax!(
        "CHE",
        "Europe/Zurich",
        "CH",
        "MWST",
        8.1(from(2024, 1, 1)),
        7.7(between(from(2018, 1, 1), until(2024, 1, 1))),
        8(between(from(2011, 1, 1), until(2018, 1, 1))),
        3.8(between(from(2011, 1, 1), until(2018, 1, 1)), from(2024, 1, 1)),
        3.7(between(from(2018, 1, 1), until(2024, 1, 1))),
        2.6(from(2024, 1, 1)),
        2.5(between(from(2011, 1, 1), until(2024, 1, 1))),
        0,
    ),
    value_added_tax!(
        "CYP",
        "Asia/Nicosia",
        "CY",
        "ΦΠΑ",
        19(from(2014, 1, 13)),
        9(from(2014, 1, 13)),
        5,
        0,
    ),
    // Rooms took 15 %, from 2020-07-01 10 %, from 2024 12 %.
    value_added_tax!(
        "CZE",
        "Europe/Prague",
        "CZ",
        "DPH",
        21(from(2013, 1, 1)),
        20(between(from(2010, 1, 1), until(2013, 1, 1))),
        15(between(from(2013, 1, 1), until(2024, 1, 1))),
        14(between(from(2012, 1, 1), until(2013, 1, 1))),
        12(from(2024, 1, 1)),
        10(between(from(2015, 1, 1), until(2024, 1, 1))),
        0,
    ),
    value_added_tax!("DNK", "Europe/Copenhagen", "DK", "Moms", 25, 0,),
    value_added_tax!(
        "EST",
        "Europe/Tallinn",
        "EE",
        "Käibemaks",
        24(from(2025, 7, 1)),
        22(between(from(2024, 1, 1), until(2025, 7, 1))),
        20(between(from(2009, 7, 1), until(2024, 1, 1))),
        13(from(2025, 1, 1)),
        9(from(2009, 1, 1)),
        5(from(2022, 8, 1)),
        0,
    ),
    value_added_tax!(
        "ESP",
        "Europe/Madrid",
        "ES",
        "IVA",
        21(from(2012, 9, 1)),
        18(between(from(2010, 7, 1), until(2012, 9, 1))),
        10(from(2012, 9, 1)),
        8(between(from(2010, 7, 1), until(2012, 9, 1))),
        4,
        0,
    ),
    // The Canary Islands have a tax of their own.
    value_added_tax!(
        "ESP",
        "Atlantic/Canary",
        "ES-CN",
        "IGIC",
        7(between(from(2012, 7, 1), until(2019, 1, 1)), from(2020, 1, 1)),
        6.5(between(from(2019, 1, 1), until(2020, 1, 1))),
        3(from(2012, 7, 1)),
        0,
    ),
    // Rooms take 14 % instead of 10 % in 2025, 13.5 % from 2026.
    value_added_tax!(
        "FIN",
        "Europe/Helsinki",
        "FI",
        "ALV",
        25.5(from(2024, 9, 1)),
        24(between(from(2013, 1, 1), until(2024, 9, 1))),
        14(between(from(2013, 1, 1), until(2026, 1, 1))),
        13.5(from(2026, 1, 1)),
        10(from(2013, 1, 1)),
        0,
    ),
    value_added_tax!(
        "FRA",
        "Europe/Paris",
        "FR",
        "TVA",
        20(from(2014, 1, 1)),
        19.6(between(from(2000, 4, 1), until(2014, 1, 1))),
        10(from(2014, 1, 1)),
        7(between(from(2012, 1, 1), until(2014, 1, 1))),
        5.5,
        2.1,
        0,
    ),
    value_added_tax!(
        "GRC",
        "Europe/Athens",
        "GR",
        "ΦΠΑ",
        24(from(2016, 6, 1)),
        23(between(from(2010, 7, 1), until(2016, 6, 1))),
        13(from(2011, 1, 1)),
        6.5(between(from(2011, 1, 1), until(2015, 7, 20))),
        6(from(2015, 7, 20)),
        0,
    ),
    value_added_tax!(
        "HRV",
        "Europe/Zagreb",
        "HR",
        "PDV",
        25(from(2012, 3, 1)),
        13(from(2014, 1, 1)),
        10(until(2014, 1, 1)),
        5,
        0,
    ),
    // Rooms take 5 % instead of 18 % from 2020.
    value_added_tax!(
        "HUN",
        "Europe/Budapest",
        "HU",
        "ÁFA",
        27(from(2012, 1, 1)),
        18(from(2009, 7, 1)),
        5,
        0,
    ),
    // Rooms took 9 % from 2020-11-01 until 2023-08-31; meals take it again from 2026-07-01.
    value_added_tax!(
        "IRL",
        "Europe/Dublin",
        "IE",
        "VAT",
        23(between(from(2012, 1, 1), until(2020, 9, 1)), from(2021, 3, 1)),
        21(until(2012, 1, 1), between(from(2020, 9, 1), until(2021, 3, 1))),
        13.5,
        9(from(2011, 7, 1)),
        4.8,
        0,
    ),
    value_added_tax!(
        "ISL",
        "Atlantic/Reykjavik",
        "IS",
        "VSK",
        24(from(2015, 1, 1)),
        25.5(between(from(2010, 1, 1), until(2015, 1, 1))),
        11(from(2015, 1, 1)),
        7(between(from(2007, 3, 1), until(2015, 1, 1))),
        0,
    ),
    value_added_tax!(
        "ITA",
        "Europe/Rome",
        "IT",
        "IVA",
        22(from(2013, 10, 1)),
        21(between(from(2011, 9, 17), until(2013, 10, 1))),
        20(until(2011, 9, 17)),
        10,
        5(from(2016, 1, 1)),
        4,
        0,
    ),
    // Rooms take 12 % instead of 9 % from 2026.
    value_added_tax!(
        "LTU",
        "Europe/Vilnius",
        "LT",
        "PVM",
        21(from(2009, 9, 1)),
        12(from(2026, 1, 1)),
        9(until(2026, 1, 1)),
        5,
        0,
    ),
    value_added_tax!(
        "LUX",
        "Europe/Luxembourg",
        "LU",
        "TVA",
        17(between(from(2015, 1, 1), until(2023, 1, 1)), from(2024, 1, 1)),
        16(between(from(2023, 1, 1), until(2024, 1, 1))),
        14(between(from(2015, 1, 1), until(2023, 1, 1)), from(2024, 1, 1)),
        13(between(from(2023, 1, 1), until(2024, 1, 1))),
        8(between(from(2015, 1, 1), until(2023, 1, 1)), from(2024, 1, 1)),
        7(between(from(2023, 1, 1), until(2024, 1, 1))),
        3,
        0,
    ),
    value_added_tax!(
        "LVA",
        "Europe/Riga",
        "LV",
        "PVN",
        21(from(2012, 7, 1)),
        12(from(2011, 1, 1)),
        5(from(2018, 1, 1)),
        0,
    ),
    value_added_tax!(
        "MLT",
        "Europe/Malta",
        "MT",
        "VAT",
        18,
        12(from(2024, 1, 1)),
        7(from(2011, 1, 1)),
        5,
        0,
    ),
    // Rooms take 21 % instead of 9 % from 2026.
    value_added_tax!(
        "NLD",
        "Europe/Amsterdam",
        "NL",
        "BTW",
        21(from(2012, 10, 1)),
        19(until(2012, 10, 1)),
        9(from(2019, 1, 1)),
        6(until(2019, 1, 1)),
        0,
    ),
    value_added_tax!(
        "NOR",
        "Europe/Oslo",
        "NO",
        "MVA",
        25,
        15(from(2012, 1, 1)),
        12(between(from(2018, 1, 1), until(2020, 4, 1)), from(2021, 10, 1)),
        10(between(from(2016, 1, 1), until(2018, 1, 1))),
        8(until(2016, 1, 1)),
        6(between(from(2020, 4, 1), until(2021, 10, 1))),
        0,
    ),
    value_added_tax!(
        "POL",
        "Europe/Warsaw",
        "PL",
        "VAT",
        23(from(2011, 1, 1)),
        8(from(2011, 1, 1)),
        5(from(2011, 1, 1)),
        0,
    ),
    value_added_tax!(
        "PRT",
        "Europe/Lisbon",
        "PT",
        "IVA",
        23(from(2011, 1, 1)),
        13(from(2010, 7, 1)),
        6(from(2010, 7, 1)),
        0,
    ),
    value_added_tax!(
        "ROU",
        "Europe/Bucharest",
        "RO",
        "TVA",
        21(from(2025, 8, 1)),
        19(between(from(2017, 1, 1), until(2025, 8, 1))),
        20(between(from(2016, 1, 1), until(2017, 1, 1))),
        24(between(from(2010, 7, 1), until(2016, 1, 1))),
        11(from(2025, 8, 1)),
        9(until(2025, 8, 1)),
        5(until(2025, 8, 1)),
        0,
    ),
    value_added_tax!("SWE", "Europe/Stockholm", "SE", "Moms", 25, 12, 6, 0,),
    value_added_tax!(
        "SVN",
        "Europe/Ljubljana",
        "SI",
        "DDV",
        22(from(2013, 7, 1)),
        20(until(2013, 7, 1)),
        9.5(from(2013, 7, 1)),
        8.5(until(2013, 7, 1)),
        5(from(2020, 1, 1)),
        0,
    ),
    value_added_tax!(
        "SVK",
        "Europe/Bratislava",
        "SK",
        "DPH",
        23(from(2025, 1, 1)),
        20(between(from(2011, 1, 1), until(2025, 1, 1))),
        19(from(2025, 1, 1)),
        10(until(2025, 1, 1)),
        5(from(2023, 1, 1)),
        0,
    ),
];

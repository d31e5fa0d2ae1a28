//! ISO 3166 countries and subdivisions, and groups of countries as of 2026.

use std::sync::LazyLock;

use ostler_api::countries::{
    Countries, Country, CountryGroup, CountryRules, CountrySubdivision, GetCountries,
};
use ostler_contract::error::Error;
use ostler_store::Snapshot;

use crate::context::Context;
use crate::operation::Query;
use crate::reference::written;
use crate::reply::Reply;

impl Query for GetCountries {
    fn run(&self, _: &Snapshot<'_>, _: &Context) -> Result<Reply<Countries>, Error> {
        static BODY: LazyLock<Vec<u8>> = LazyLock::new(|| {
            written(&Countries {
                countries: COUNTRIES.clone(),
                country_subdivisions: SUBDIVISIONS.clone(),
                country_rules: COUNTRIES.iter().map(rules).collect(),
                country_groups: GROUPS.to_vec(),
            })
        });
        Ok(Reply::written(&BODY))
    }
}

/// The country with this alpha-2 code.
#[must_use]
pub fn country(code: &str) -> Option<&'static Country> {
    let index = COUNTRIES.binary_search_by_key(&code, |country| country.code.as_ref()).ok()?;
    COUNTRIES.get(index)
}

/// The subdivision with this ISO 3166-2 code.
#[must_use]
pub fn subdivision(code: &str) -> Option<&'static CountrySubdivision> {
    let index = SUBDIVISIONS.binary_search_by_key(&code, |it| it.code.as_ref()).ok()?;
    SUBDIVISIONS.get(index)
}

/// The group with this code.
#[must_use]
pub fn group(code: &str) -> Option<&'static CountryGroup> {
    GROUPS.iter().find(|group| group.code == code)
}

/// By code.
static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    // Guests come from Kosovo, too, whose code is in use though ISO 3166-1 has none.
    let kosovo = row("XK", "XK", "Kosovo");
    let iso = rust_iso3166::ALL
        .iter()
        .map(|country| row(country.alpha2, sovereign(country.alpha2), country.name));
    let mut countries: Vec<Country> = iso.chain([kosovo]).collect();
    countries.sort_unstable_by(|one, other| one.code.cmp(&other.code));
    countries
});

/// By code.
static SUBDIVISIONS: LazyLock<Vec<CountrySubdivision>> = LazyLock::new(|| {
    let of_all = rust_iso3166::ALL.iter().filter_map(|country| country.subdivisions()).flatten();
    let mut subdivisions: Vec<CountrySubdivision> = of_all
        .map(|subdivision| CountrySubdivision {
            code: subdivision.code.into(),
            country_code: subdivision.country_code.into(),
            english_name: subdivision.name.into(),
        })
        .collect();
    subdivisions.sort_unstable_by(|one, other| one.code.cmp(&other.code));
    subdivisions
});

fn row(code: &'static str, sovereign: &'static str, english_name: &'static str) -> Country {
    Country {
        code: code.into(),
        sovereign_country_code: sovereign.into(),
        english_name: english_name.into(),
    }
}

fn sovereign(code: &'static str) -> &'static str {
    let row = TERRITORIES.iter().find(|(_, territories)| territories.contains(&code));
    row.map_or(code, |(sovereign, _)| sovereign)
}

/// Whether identity cards that the country issues may lack an expiration date.
#[must_use]
pub fn has_unlimited_identity_cards(code: &str) -> bool {
    UNLIMITED_IDENTITY_CARDS.contains(&code)
}

/// Whether driving licences that the country issues may lack an expiration date.
#[must_use]
pub fn has_unlimited_driver_licences(code: &str) -> bool {
    UNLIMITED_DRIVER_LICENCES.contains(&code)
}

fn rules(country: &Country) -> CountryRules {
    CountryRules {
        country_code: country.code.clone(),
        identity_card_expiration_date_not_required: has_unlimited_identity_cards(&country.code),
        driver_licence_expiration_date_not_required: has_unlimited_driver_licences(&country.code),
    }
}

/// Sovereign countries with the territories that have country codes of their own.
const TERRITORIES: &[(&str, &[&str])] = &[
    ("AU", &["CC", "CX", "HM", "NF"]),
    ("CN", &["HK", "MO"]),
    ("DK", &["FO", "GL"]),
    ("FI", &["AX"]),
    ("FR", &["BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT"]),
    (
        "GB",
        &["AI", "BM", "FK", "GG", "GI", "GS", "IM", "IO", "JE", "KY", "MS", "PN", "SH", "TC", "VG"],
    ),
    ("NL", &["AW", "BQ", "CW", "SX"]),
    ("NO", &["BV", "SJ"]),
    ("NZ", &["CK", "NU", "TK"]),
    ("US", &["AS", "GU", "MP", "PR", "UM", "VI"]),
];

/// Countries that issue or issued identity cards without an end, mostly to the elderly.
const UNLIMITED_IDENTITY_CARDS: &[&str] =
    &["BG", "BR", "ES", "GR", "HR", "HU", "LT", "PL", "RO", "SI", "SK"];

/// Countries whose older driving licences, without an end, are still good until 2033.
const UNLIMITED_DRIVER_LICENCES: &[&str] = &["AT", "BE", "DE", "FR", "LU", "PL"];

const EU: &[&str] = &[
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

const EEA: &[&str] = &[
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS",
    "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
];

const SCHENGEN: &[&str] = &[
    "AT", "BE", "BG", "CH", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IS", "IT",
    "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
];

static GROUPS: LazyLock<[CountryGroup; 3]> = LazyLock::new(|| {
    [
        group_of("EU", "European Union", EU),
        group_of("EEA", "European Economic Area", EEA),
        group_of("SCHENGEN", "Schengen Area", SCHENGEN),
    ]
});

fn group_of(
    code: &'static str,
    english_name: &'static str,
    country_codes: &[&'static str],
) -> CountryGroup {
    CountryGroup {
        code: code.into(),
        english_name: english_name.into(),
        country_codes: country_codes.iter().map(|&code| code.into()).collect(),
    }
}

use std::collections::HashSet;

use ostler_contract::primitives::UtcInstant;
use rust_decimal::{Decimal, dec};

use super::{Strategy, environment, environments, rates, taxations};
use crate::reference::{countries, currencies};

fn at(text: &str) -> UtcInstant {
    text.parse().unwrap()
}

fn valid(environment_code: &str, rate: &str, instant: &str) -> bool {
    environment(environment_code).unwrap().rate(rate).unwrap().is_valid(at(instant))
}

#[test]
fn codes_are_unique() {
    let mut seen = HashSet::new();
    assert!(environments().iter().all(|environment| seen.insert(environment.code)));
    seen.clear();
    assert!(taxations().all(|taxation| seen.insert(&*taxation.code)));
    seen.clear();
    assert!(rates().iter().all(|rate| seen.insert(rate.code)));
}

#[test]
fn every_environment_has_taxations_with_rates() {
    for environment in environments() {
        assert_eq!(environment.country.len(), 3);
        for code in environment.taxations {
            assert!(taxations().any(|taxation| taxation.code == *code), "{code}");
            assert!(environment.rates.iter().any(|rate| rate.taxation == *code), "{code}");
        }
    }
    let used = |code| environments().iter().any(|it| it.taxations.contains(&code));
    assert!(taxations().all(|taxation| used(&taxation.code)));
}

#[test]
fn every_rate_belongs_to_a_taxation() {
    for rate in rates() {
        assert!(taxations().any(|taxation| taxation.code == rate.taxation), "{}", rate.code);
        if let Strategy::Dependent(_, bases) = rate.strategy {
            let known = |base| taxations().any(|taxation| taxation.code == base);
            assert!(bases.iter().all(|base| known(*base)), "{}", rate.code);
            assert!(!bases.contains(&rate.taxation), "{}", rate.code);
        }
    }
}

#[test]
fn codes_say_what_the_rate_is() {
    for rate in rates() {
        let detail = rate.code.strip_prefix(rate.taxation).unwrap().strip_prefix('-').unwrap();
        match (detail.strip_suffix('%'), rate.strategy) {
            (Some(percent), Strategy::Relative(share) | Strategy::Dependent(share, _)) => {
                let percent: Decimal = percent.parse().unwrap();
                assert_eq!(share * dec!(100), percent, "{}", rate.code);
                assert!(Decimal::ZERO <= share && share < Decimal::ONE, "{}", rate.code);
            }
            (None, Strategy::Flat(value, currency)) => {
                assert_eq!(detail, format!("{value}-{currency}"));
                assert!(currencies::precision(currency).is_some());
            }
            _ => assert!(["S", "R", "I", "L", "Z"].contains(&detail), "{}", rate.code),
        }
    }
}

#[test]
fn intervals_are_ordered() {
    let environments = environments().iter().map(|it| (it.code, vec![it.validity]));
    let rates = rates().iter().map(|it| (it.code, it.validity.clone()));
    for (code, validity) in environments.chain(rates) {
        for interval in &validity {
            if let (Some(start), Some(end)) = (interval.start, interval.end) {
                assert!(start < end, "{code}");
            }
        }
        for pair in validity.windows(2) {
            assert!(pair[0].end.unwrap() < pair[1].start.unwrap(), "{code}");
        }
    }
}

#[test]
fn environments_are_in_countries() {
    for environment in environments() {
        let code = rust_iso3166::from_alpha3(environment.country).unwrap().alpha2;
        assert!(countries::country(code).is_some());
    }
    let members = &countries::group("EU").unwrap().country_codes;
    for member in members {
        let country = rust_iso3166::from_alpha2(member).unwrap().alpha3;
        assert!(environments().iter().any(|it| it.country == country), "{country}");
    }
}

#[test]
fn laws_change_at_local_midnight() {
    assert!(!valid("CZ", "CZ-12%", "2023-12-31T22:59:59Z"));
    assert!(valid("CZ", "CZ-12%", "2023-12-31T23:00:00Z"));
    assert!(valid("CZ", "CZ-15%", "2023-12-31T22:59:59Z"));
    assert!(!valid("CZ", "CZ-15%", "2023-12-31T23:00:00Z"));
    assert!(!valid("US-DC", "US-DC-2023-15.95%", "2023-04-01T03:59:59Z"));
    assert!(valid("US-DC", "US-DC-2023-15.95%", "2023-04-01T04:00:00Z"));
    let changed = environment("AT-2020").unwrap().validity.start.unwrap();
    assert_eq!(changed, at("2020-06-30T22:00:00Z"));
}

#[test]
fn the_rates_of_today() {
    let now = "2026-11-22T12:00:00Z";
    for (environment, rate) in [
        ("UK-2022", "UK-2022-20%"),
        ("US-DC", "US-DC-2023-6%"),
        ("US-DC", "US-DC-2023-15.95%"),
        ("DE-2020-1", "DE-2020-1-I"),
        ("DE-2020-1", "DE-2020-1-L"),
        ("CH", "CH-8.1%"),
        ("CH", "CH-3.8%"),
        ("NL", "NL-21%"),
        ("FI", "FI-13.5%"),
        ("FR", "FR-10%"),
        ("CA-QC-2023", "CA-QC-2023-9.975%"),
    ] {
        assert!(valid(environment, rate, now), "{rate}");
    }
    for (environment, rate) in
        [("DE-2020-1", "DE-2020-1-S"), ("CH", "CH-7.7%"), ("LT", "LT-9%"), ("FI", "FI-14%")]
    {
        assert!(!valid(environment, rate, now), "{rate}");
    }
}

//! Reference data: the same in every property.

use serde_json::{Value, json};

use crate::support::{GROSS, NET, Server};

/// The row whose `Code` is this one.
fn row<'a>(rows: &'a Value, code: &str) -> &'a Value {
    let all = rows.as_array().unwrap();
    all.iter().find(|row| row["Code"] == code).unwrap_or_else(|| panic!("{code} is missing"))
}

#[test]
fn currencies_have_their_precision() {
    let server = Server::new();
    let body = server.post("currencies/getAll", json!({})).ok();
    for (code, precision) in [("GBP", 2), ("JPY", 0), ("KWD", 3)] {
        assert_eq!(row(&body["Currencies"], code)["Precision"], precision, "{code}");
    }
}

#[test]
fn countries_have_subdivisions_and_groups() {
    let server = Server::new();
    let body = server.post("countries/getAll", json!({})).ok();
    assert_eq!(row(&body["Countries"], "CZ")["EnglishName"], "Czechia");
    assert_eq!(row(&body["CountrySubdivisions"], "US-DC")["CountryCode"], "US");
    let union = row(&body["CountryGroups"], "EU")["CountryCodes"].as_array().unwrap().clone();
    assert_eq!(union.len(), 27);
    assert!(union.contains(&json!("HR")) && !union.contains(&json!("GB")));
}

#[test]
fn languages_fall_back_to_languages() {
    let server = Server::new();
    let body = server.post("languages/getAll", json!({})).ok();
    let languages = &body["Languages"];
    assert_eq!(
        row(languages, "de-DE")["LocalName"].as_str().unwrap().split(' ').next(),
        Some("Deutsch")
    );
    for language in languages.as_array().unwrap() {
        if let Some(fallback) = language["FallbackLanguageCode"].as_str() {
            row(languages, fallback);
        }
    }
}

#[test]
fn the_tax_lookup_of_a_property_ends_at_the_rate_of_its_nights() {
    let server = Server::new();
    for (tokens, environment, code) in
        [(GROSS, "UK-2022", "UK-2022-20%"), (NET, "US-DC", "US-DC-2023-15.95%")]
    {
        let own = server.post_as(tokens, "configuration/get", json!({})).ok();
        assert_eq!(own["Enterprise"]["TaxEnvironmentCode"], environment);
        let environments = server.post_as(tokens, "taxEnvironments/getAll", json!({})).ok();
        let taxations = row(&environments["TaxEnvironments"], environment)["TaxationCodes"].clone();
        let taxes = server.post_as(tokens, "taxations/getAll", json!({})).ok();
        let rate = row(&taxes["TaxRates"], code);
        assert!(taxations.as_array().unwrap().contains(&rate["TaxationCode"]));
        row(&taxes["Taxations"], rate["TaxationCode"].as_str().unwrap());
        assert_eq!(rate["Strategy"]["Discriminator"], "Relative");
    }
}

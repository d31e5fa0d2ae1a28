use super::{environment, environments, rates, taxations};

#[test]
fn every_environment_has_taxations_and_rates() {
    for environment in environments() {
        assert!(!environment.rates.is_empty(), "{}", environment.code);
        for code in environment.taxations {
            assert!(taxations().any(|taxation| taxation.code == *code), "{code}");
        }
    }
    assert!(environment("UK-2022").is_some());
}

#[test]
fn every_rate_belongs_to_a_taxation() {
    for rate in rates() {
        assert!(taxations().any(|taxation| taxation.code == rate.taxation), "{}", rate.code);
    }
}

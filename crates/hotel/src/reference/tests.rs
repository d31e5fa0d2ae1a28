use super::countries::{country, group, subdivision};
use super::currencies::CURRENCIES;
use super::languages::LANGUAGES;
use super::{currency_precision, is_country, is_language, is_subdivision_of, language_fallbacks};

#[test]
fn currencies_are_found_by_code() {
    assert!(CURRENCIES.is_sorted_by(|a, b| a.0 < b.0));
    assert_eq!(currency_precision("GBP"), Some(2));
    assert_eq!(currency_precision("JPY"), Some(0));
    assert_eq!(currency_precision("TND"), Some(3));
    for withdrawn in ["BGN", "HRK", "ANG", "XAU", "CLF", "gbp", ""] {
        assert_eq!(currency_precision(withdrawn), None, "{withdrawn}");
    }
    for (code, precision) in CURRENCIES {
        assert!(code.len() == 3 && *precision <= 3, "{code}");
    }
}

#[test]
fn countries_are_found_by_code() {
    assert!(is_country("GB") && is_country("XK"));
    assert!(!is_country("UK") && !is_country("gb") && !is_country("GBR"));
    let puerto_rico = country("PR").unwrap();
    assert_eq!(puerto_rico.sovereign_country_code, "US");
    assert_eq!(country("US").unwrap().sovereign_country_code, "US");
    assert!(is_subdivision_of("AU-QLD", "AU"));
    assert!(!is_subdivision_of("AU-QLD", "AT"));
    assert!(!is_subdivision_of("AU", "AU"));
    assert_eq!(subdivision("US-DC").unwrap().english_name, "District of Columbia");
}

#[test]
fn groups_have_countries() {
    let count = |code| group(code).unwrap().country_codes.len();
    assert_eq!((count("EU"), count("EEA"), count("SCHENGEN")), (27, 30, 29));
    for code in ["EU", "EEA", "SCHENGEN"] {
        let codes = group(code).unwrap().country_codes;
        assert!(codes.is_sorted());
        assert!(codes.iter().all(|code| is_country(code)));
    }
}

#[test]
fn languages_fall_back_to_the_last_resort() {
    assert!(LANGUAGES.is_sorted_by(|a, b| a.code < b.code));
    assert!(is_language("en-us") && !is_language("en") && !is_language("tlh-QO"));
    assert_eq!(language_fallbacks("DE-at"), ["de-AT", "de-DE", "en-US"]);
    assert_eq!(language_fallbacks("en-US"), ["en-US"]);
    assert!(language_fallbacks("xx").is_empty());
    for language in LANGUAGES {
        let chain = language_fallbacks(language.code);
        assert_eq!(chain.last(), Some(&"en-US"), "{}", language.code);
        let (_, country) = language.code.split_once('-').unwrap();
        assert!(is_country(country), "{}", language.code);
    }
}

use super::countries::{country, group, subdivision};
use super::currencies::precision;
use super::languages::{CODES, fallbacks, language, languages, native_language};
use super::{is_country, is_subdivision_of};

#[test]
fn currencies_in_circulation_have_a_precision() {
    assert_eq!(precision("GBP"), Some(2));
    assert_eq!(precision("JPY"), Some(0));
    assert_eq!(precision("TND"), Some(3));
    assert_eq!(precision("VES"), Some(2));
    for withdrawn in ["BGN", "HRK", "ANG", "ZWL", "XAU", "CLF", "XXX", "gbp", ""] {
        assert_eq!(precision(withdrawn), None, "{withdrawn}");
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
        let codes = &group(code).unwrap().country_codes;
        assert!(codes.is_sorted());
        assert!(codes.iter().all(|code| is_country(code)));
    }
}

#[test]
fn languages_fall_back_to_the_last_resort() {
    assert!(CODES.is_sorted());
    assert_eq!(language("en-us"), Some("en-US"));
    assert_eq!((language("en"), language("tlh-QO")), (None, None));
    for language in languages() {
        let chain = fallbacks(&language.code);
        assert_eq!(chain.first().copied(), Some(&*language.code));
        assert_eq!(chain.get(1).copied(), language.fallback_language_code.as_deref());
        assert_eq!(chain.last(), Some(&"en-US"), "{}", language.code);
        let (_, country) = language.code.split_once('-').unwrap();
        assert!(is_country(country), "{}", language.code);
    }
}

#[test]
fn a_variant_falls_back_to_the_usual_one_in_its_script() {
    assert_eq!(fallbacks("DE-at"), ["de-AT", "de-DE", "en-US"]);
    assert_eq!(fallbacks("en-US"), ["en-US"]);
    assert_eq!(fallbacks("de"), ["de-DE", "en-US"]);
    assert_eq!(fallbacks("de-LI"), ["de-DE", "en-US"]);
    assert_eq!(fallbacks("zh-HK"), ["zh-HK", "zh-TW", "en-US"]);
    assert_eq!(fallbacks("ca-ES"), ["ca-ES", "es-ES", "en-US"]);
    assert_eq!(fallbacks("tlh"), [""; 0]);
    assert_eq!(fallbacks("no language"), [""; 0]);
}

#[test]
fn languages_of_several_countries_are_told_apart() {
    let languages = languages();
    let name = |code: &str| {
        let found = languages.iter().find(|language| language.code == code).unwrap();
        (found.english_name.as_str(), found.local_name.as_str())
    };
    assert_eq!(name("de-AT"), ("German (Austria)", "Deutsch (Österreich)"));
    assert_eq!(name("cs-CZ"), ("Czech", "čeština"));
    assert_eq!(name("fil-PH"), ("Filipino", "Filipino"));
    assert_eq!(name("zh-TW"), ("Chinese (Traditional)", "中文 (繁體)"));
    let mut names: Vec<String> = languages.iter().map(|it| it.local_name.clone()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), languages.len());
}

#[test]
fn guests_are_addressed_in_the_variant_of_their_country() {
    assert_eq!(native_language("AT"), Some("de-AT"));
    assert_eq!(native_language("LI"), Some("de-DE"));
    assert_eq!(native_language("GB"), Some("en-GB"));
    assert_eq!(native_language("NG"), Some("en-US"));
    assert_eq!(native_language("JO"), Some("ar-EG"));
    assert_eq!(native_language("XK"), Some("sq-AL"));
    assert_eq!(native_language("ZM"), None);
    assert_eq!(native_language("zz"), None);
}

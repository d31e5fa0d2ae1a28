//! The sentences that refused requests are answered with, in every language.

use ostler_contract::texts::Catalog;

/// The languages with their sources; English is the fallback of all others.
const SOURCES: &[(&str, &str)] = &[
    ("en", include_str!("../texts/en.ftl")),
    ("de", include_str!("../texts/de.ftl")),
    ("fr", include_str!("../texts/fr.ftl")),
    ("es", include_str!("../texts/es.ftl")),
    ("cs", include_str!("../texts/cs.ftl")),
];

/// Every sentence in every language.
#[must_use]
pub fn catalog() -> Catalog {
    Catalog::new(SOURCES).expect("the sources are part of the program, and a test reads them")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_every_sentence() {
        let catalog = catalog();
        let keys = |source: &'static str| {
            let names = source.lines().filter_map(|line| line.split_once('='));
            names.map(|(key, _)| key.trim()).filter(|it| it.chars().all(is_of_a_key))
        };
        for (source_language, source) in SOURCES {
            for key in keys(source) {
                for (language, _) in SOURCES {
                    let known = catalog.has(language, key);
                    assert!(known, "{key} of {source_language} is missing in {language}");
                }
            }
        }
    }

    fn is_of_a_key(character: char) -> bool {
        character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
    }
}

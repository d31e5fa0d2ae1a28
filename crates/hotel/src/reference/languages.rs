//! Languages that texts can be in, each as spoken in a country.
//!
//! The codes are ours. Names come from ISO 639 and the locales of glibc, what stands in for what
//! from the likely subtags of CLDR.

use std::iter::successors;
use std::sync::LazyLock;

use isolang::Language as Name;
use ostler_api::languages::{GetLanguages, Language, Languages};
use ostler_contract::error::Error;
use ostler_store::Snapshot;
use pure_rust_locales::{Locale, locale_match};
use unic_langid::LanguageIdentifier;

use crate::context::Context;
use crate::operation::Query;
use crate::reference::written;
use crate::reply::Reply;

impl Query for GetLanguages {
    fn run(&self, _: &Snapshot<'_>, _: &Context) -> Result<Reply<Languages>, Error> {
        static BODY: LazyLock<Vec<u8>> =
            LazyLock::new(|| written(&Languages { languages: languages() }));
        Ok(Reply::written(&BODY))
    }
}

/// The served code of a language, whatever the case of `code`.
#[must_use]
pub fn language(code: &str) -> Option<&'static str> {
    CODES.iter().find(|known| known.eq_ignore_ascii_case(code)).copied()
}

/// The language that a country's people are addressed in, by its ISO 3166-1 alpha-2 code, such as
/// `de-AT` for `AT`: in the country's own variant, else in the usual one. None where no language
/// that is served fits.
#[must_use]
pub fn native_language(country: &str) -> Option<&'static str> {
    if !super::is_country(country) {
        return None;
    }
    let mut likely = identifier(&format!("und-{country}"))?;
    likely.maximize();
    served(&likely).or_else(|| usual(&likely))
}

/// The codes of the languages to look for, best first: the language itself, whatever the case of
/// `code`, its fallback, the fallback's fallback. A code without a country, or with one that is not
/// served, begins with the usual variant. Empty where there is no such language.
#[must_use]
pub fn fallbacks(code: &str) -> Vec<&'static str> {
    let first = language(code).or_else(|| usual(&identifier(code)?));
    // No chain is longer; a circle in the table would otherwise never end.
    successors(first, |code| fallback(code)).take(4).collect()
}

/// What stands in where a text in this served language is missing; none for the last resort.
fn fallback(code: &str) -> Option<&'static str> {
    if code == LAST_RESORT {
        return None;
    }
    let neighbour = NEIGHBOURS.iter().find(|(_, codes)| codes.contains(&code)).map(|(of, _)| *of);
    let usual = || usual(&identifier(code)?).filter(|usual| *usual != code);
    neighbour.or_else(usual).or(Some(LAST_RESORT))
}

/// The served variant that the language and its script are most often read in.
fn usual(identifier: &LanguageIdentifier) -> Option<&'static str> {
    let mut likely = identifier.clone();
    // Adds the script, which tells Chinese from Chinese.
    likely.maximize();
    likely.region = None;
    likely.maximize();
    served(&likely)
}

fn served(identifier: &LanguageIdentifier) -> Option<&'static str> {
    language(&format!("{}-{}", identifier.language, identifier.region.as_ref()?.as_str()))
}

fn identifier(code: &str) -> Option<LanguageIdentifier> {
    code.parse().ok()
}

/// The languages as they are served, by code.
pub(super) fn languages() -> Vec<Language> {
    let languages = CODES.iter().map(|code| {
        let (english_name, local_name) = names(code).expect("a test names every language");
        Language {
            code: (*code).to_owned(),
            fallback_language_code: fallback(code).map(str::to_owned),
            english_name,
            local_name,
        }
    });
    languages.collect()
}

/// The English and the local name, with the country where several have the language.
fn names(code: &str) -> Option<(String, String)> {
    let (language, _) = code.split_once('-')?;
    let name = Name::from_639_1(language).or_else(|| Name::from_639_3(language))?;
    let (english, local) = (name.to_name(), name.to_autonym()?);
    let of_language = |code: &&&str| code.split('-').next() == Some(language);
    if CODES.iter().filter(of_language).count() == 1 {
        return Some((english.to_owned(), local.to_owned()));
    }
    let script = SCRIPTS.iter().find(|(of, ..)| *of == code);
    let (english_variant, local_variant) = match script {
        Some((_, english, local)) => (*english, *local),
        None => country_names(code)?,
    };
    Some((format!("{english} ({english_variant})"), format!("{local} ({local_variant})")))
}

fn country_names(code: &str) -> Option<(&'static str, &'static str)> {
    let locale = Locale::try_from(code.replace('-', "_").as_str()).ok()?;
    let english = locale_match!(locale => LC_IDENTIFICATION::TERRITORY)?;
    let local = locale_match!(locale => LC_ADDRESS::COUNTRY_NAME)?;
    Some((english, local))
}

/// The language in which every text is at hand.
const LAST_RESORT: &str = "en-US";

/// Languages that stand in for those of their neighbourhood, of which CLDR knows nothing: most
/// people who read Catalan read Spanish, and British spelling suits Australians.
const NEIGHBOURS: &[(&str, &[&str])] = &[
    ("en-GB", &["cy-GB", "en-AU", "en-IE", "en-NZ", "en-ZA", "ga-IE", "mt-MT"]),
    ("es-ES", &["ca-ES", "eu-ES", "gl-ES"]),
    ("fr-FR", &["lb-LU"]),
    ("nb-NO", &["nn-NO"]),
];

/// Readers tell written Chinese by its script, not by a country: code, English, local.
const SCRIPTS: &[(&str, &str, &str)] = &[
    ("zh-CN", "Simplified", "简体"),
    ("zh-HK", "Hong Kong", "香港"),
    ("zh-TW", "Traditional", "繁體"),
];

/// The languages that are served, in order.
#[rustfmt::skip]
pub(super) const CODES: &[&str] = &[
    "af-ZA", "ar-AE", "ar-EG", "ar-SA", "az-AZ", "be-BY", "bg-BG", "bn-BD", "bs-BA", "ca-ES",
    "cs-CZ", "cy-GB", "da-DK", "de-AT", "de-CH", "de-DE", "el-GR", "en-AU", "en-CA", "en-GB",
    "en-IE", "en-NZ", "en-US", "en-ZA", "es-AR", "es-CO", "es-ES", "es-MX", "es-US", "et-EE",
    "eu-ES", "fa-IR", "fi-FI", "fil-PH", "fr-BE", "fr-CA", "fr-CH", "fr-FR", "ga-IE", "gl-ES",
    "he-IL", "hi-IN", "hr-HR", "hu-HU", "hy-AM", "id-ID", "is-IS", "it-CH", "it-IT", "ja-JP",
    "ka-GE", "kk-KZ", "km-KH", "ko-KR", "lb-LU", "lt-LT", "lv-LV", "mk-MK", "mn-MN", "ms-MY",
    "mt-MT", "nb-NO", "ne-NP", "nl-BE", "nl-NL", "nn-NO", "pl-PL", "pt-BR", "pt-PT", "ro-RO",
    "ru-RU", "si-LK", "sk-SK", "sl-SI", "sq-AL", "sr-RS", "sv-FI", "sv-SE", "sw-KE", "ta-IN",
    "te-IN", "th-TH", "tr-TR", "uk-UA", "ur-PK", "uz-UZ", "vi-VN", "zh-CN", "zh-HK", "zh-TW",
];

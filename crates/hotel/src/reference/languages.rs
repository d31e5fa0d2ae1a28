//! Languages that texts can be in, each as spoken in a country.

use std::sync::LazyLock;

use ostler_api::languages::{GetLanguages, Language, Languages};
use ostler_contract::error::Error;
use ostler_store::Snapshot;

use crate::context::Context;
use crate::operation::Query;
use crate::reference::written;
use crate::reply::Reply;

impl Query for GetLanguages {
    fn run(&self, _: &Snapshot<'_>, _: &Context) -> Result<Reply<Languages>, Error> {
        static BODY: LazyLock<Vec<u8>> =
            LazyLock::new(|| written(&Languages { languages: LANGUAGES }));
        Ok(Reply::written(&BODY))
    }
}

/// The language with this code, whatever its case.
#[must_use]
pub fn language(code: &str) -> Option<&'static Language> {
    LANGUAGES.iter().find(|language| language.code.eq_ignore_ascii_case(code))
}

/// The language in which every text is at hand.
const LAST_RESORT: Language = Language {
    code: "en-US",
    fallback_language_code: None,
    english_name: "English (United States)",
    local_name: "English (United States)",
};

const fn language_of(
    code: &'static str,
    english_name: &'static str,
    local_name: &'static str,
) -> Language {
    variant(code, LAST_RESORT.code, english_name, local_name)
}

const fn variant(
    code: &'static str,
    of: &'static str,
    english_name: &'static str,
    local_name: &'static str,
) -> Language {
    Language { code, fallback_language_code: Some(of), english_name, local_name }
}

/// By code.
pub(super) const LANGUAGES: &[Language] = &[
    language_of("af-ZA", "Afrikaans", "Afrikaans"),
    variant("ar-AE", "ar-SA", "Arabic (United Arab Emirates)", "العربية (الإمارات)"),
    variant("ar-EG", "ar-SA", "Arabic (Egypt)", "العربية (مصر)"),
    language_of("ar-SA", "Arabic", "العربية"),
    language_of("az-AZ", "Azerbaijani", "Azərbaycanca"),
    language_of("be-BY", "Belarusian", "Беларуская"),
    language_of("bg-BG", "Bulgarian", "Български"),
    language_of("bn-BD", "Bengali", "বাংলা"),
    language_of("bs-BA", "Bosnian", "Bosanski"),
    variant("ca-ES", "es-ES", "Catalan", "Català"),
    language_of("cs-CZ", "Czech", "Čeština"),
    variant("cy-GB", "en-GB", "Welsh", "Cymraeg"),
    language_of("da-DK", "Danish", "Dansk"),
    variant("de-AT", "de-DE", "German (Austria)", "Deutsch (Österreich)"),
    variant("de-CH", "de-DE", "German (Switzerland)", "Deutsch (Schweiz)"),
    language_of("de-DE", "German", "Deutsch"),
    language_of("el-GR", "Greek", "Ελληνικά"),
    variant("en-AU", "en-GB", "English (Australia)", "English (Australia)"),
    variant("en-CA", "en-US", "English (Canada)", "English (Canada)"),
    variant("en-GB", "en-US", "English (United Kingdom)", "English (United Kingdom)"),
    variant("en-IE", "en-GB", "English (Ireland)", "English (Ireland)"),
    variant("en-NZ", "en-GB", "English (New Zealand)", "English (New Zealand)"),
    LAST_RESORT,
    variant("en-ZA", "en-GB", "English (South Africa)", "English (South Africa)"),
    variant("es-AR", "es-ES", "Spanish (Argentina)", "Español (Argentina)"),
    variant("es-CO", "es-ES", "Spanish (Colombia)", "Español (Colombia)"),
    language_of("es-ES", "Spanish", "Español"),
    variant("es-MX", "es-ES", "Spanish (Mexico)", "Español (México)"),
    variant("es-US", "es-MX", "Spanish (United States)", "Español (Estados Unidos)"),
    language_of("et-EE", "Estonian", "Eesti"),
    variant("eu-ES", "es-ES", "Basque", "Euskara"),
    language_of("fa-IR", "Persian", "فارسی"),
    language_of("fi-FI", "Finnish", "Suomi"),
    language_of("fil-PH", "Filipino", "Filipino"),
    variant("fr-BE", "fr-FR", "French (Belgium)", "Français (Belgique)"),
    variant("fr-CA", "fr-FR", "French (Canada)", "Français (Canada)"),
    variant("fr-CH", "fr-FR", "French (Switzerland)", "Français (Suisse)"),
    language_of("fr-FR", "French", "Français"),
    variant("ga-IE", "en-GB", "Irish", "Gaeilge"),
    variant("gl-ES", "es-ES", "Galician", "Galego"),
    language_of("he-IL", "Hebrew", "עברית"),
    language_of("hi-IN", "Hindi", "हिन्दी"),
    language_of("hr-HR", "Croatian", "Hrvatski"),
    language_of("hu-HU", "Hungarian", "Magyar"),
    language_of("hy-AM", "Armenian", "Հայերեն"),
    language_of("id-ID", "Indonesian", "Bahasa Indonesia"),
    language_of("is-IS", "Icelandic", "Íslenska"),
    variant("it-CH", "it-IT", "Italian (Switzerland)", "Italiano (Svizzera)"),
    language_of("it-IT", "Italian", "Italiano"),
    language_of("ja-JP", "Japanese", "日本語"),
    language_of("ka-GE", "Georgian", "ქართული"),
    language_of("kk-KZ", "Kazakh", "Қазақ тілі"),
    language_of("km-KH", "Khmer", "ខ្មែរ"),
    language_of("ko-KR", "Korean", "한국어"),
    variant("lb-LU", "fr-FR", "Luxembourgish", "Lëtzebuergesch"),
    language_of("lt-LT", "Lithuanian", "Lietuvių"),
    language_of("lv-LV", "Latvian", "Latviešu"),
    language_of("mk-MK", "Macedonian", "Македонски"),
    language_of("mn-MN", "Mongolian", "Монгол"),
    language_of("ms-MY", "Malay", "Bahasa Melayu"),
    variant("mt-MT", "en-GB", "Maltese", "Malti"),
    language_of("nb-NO", "Norwegian (Bokmål)", "Norsk bokmål"),
    language_of("ne-NP", "Nepali", "नेपाली"),
    variant("nl-BE", "nl-NL", "Dutch (Belgium)", "Nederlands (België)"),
    language_of("nl-NL", "Dutch", "Nederlands"),
    variant("nn-NO", "nb-NO", "Norwegian (Nynorsk)", "Norsk nynorsk"),
    language_of("pl-PL", "Polish", "Polski"),
    variant("pt-BR", "pt-PT", "Portuguese (Brazil)", "Português (Brasil)"),
    language_of("pt-PT", "Portuguese", "Português"),
    language_of("ro-RO", "Romanian", "Română"),
    language_of("ru-RU", "Russian", "Русский"),
    language_of("si-LK", "Sinhala", "සිංහල"),
    language_of("sk-SK", "Slovak", "Slovenčina"),
    language_of("sl-SI", "Slovenian", "Slovenščina"),
    language_of("sq-AL", "Albanian", "Shqip"),
    language_of("sr-RS", "Serbian", "Српски"),
    variant("sv-FI", "sv-SE", "Swedish (Finland)", "Svenska (Finland)"),
    language_of("sv-SE", "Swedish", "Svenska"),
    language_of("sw-KE", "Swahili", "Kiswahili"),
    language_of("ta-IN", "Tamil", "தமிழ்"),
    language_of("te-IN", "Telugu", "తెలుగు"),
    language_of("th-TH", "Thai", "ไทย"),
    language_of("tr-TR", "Turkish", "Türkçe"),
    language_of("uk-UA", "Ukrainian", "Українська"),
    language_of("ur-PK", "Urdu", "اردو"),
    language_of("uz-UZ", "Uzbek", "Oʻzbekcha"),
    language_of("vi-VN", "Vietnamese", "Tiếng Việt"),
    language_of("zh-CN", "Chinese (Simplified)", "中文（简体）"),
    variant("zh-HK", "zh-TW", "Chinese (Hong Kong)", "中文（香港）"),
    language_of("zh-TW", "Chinese (Traditional)", "中文（繁體）"),
];

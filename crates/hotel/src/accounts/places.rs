//! Countries and languages by their codes.

/// Codes of ISO 3166-1 alpha-2, and `XK` for Kosovo, each with the ISO 639-1 code of the language
/// that most of its people are addressed in; none where nobody lives. In the order of the codes.
const COUNTRIES: &[(&str, Option<&str>)] = &[
    ("AD", Some("ca")),
    ("AE", Some("ar")),
    ("AF", Some("fa")),
    ("AG", Some("en")),
    ("AI", Some("en")),
    ("AL", Some("sq")),
    ("AM", Some("hy")),
    ("AO", Some("pt")),
    ("AQ", None),
    ("AR", Some("es")),
    ("AS", Some("en")),
    ("AT", Some("de")),
    ("AU", Some("en")),
    ("AW", Some("nl")),
    ("AX", Some("sv")),
    ("AZ", Some("az")),
    ("BA", Some("bs")),
    ("BB", Some("en")),
    ("BD", Some("bn")),
    ("BE", Some("nl")),
    ("BF", Some("fr")),
    ("BG", Some("bg")),
    ("BH", Some("ar")),
    ("BI", Some("fr")),
    ("BJ", Some("fr")),
    ("BL", Some("fr")),
    ("BM", Some("en")),
    ("BN", Some("ms")),
    ("BO", Some("es")),
    ("BQ", Some("nl")),
    ("BR", Some("pt")),
    ("BS", Some("en")),
    ("BT", Some("dz")),
    ("BV", None),
    ("BW", Some("en")),
    ("BY", Some("be")),
    ("BZ", Some("en")),
    ("CA", Some("en")),
    ("CC", Some("en")),
    ("CD", Some("fr")),
    ("CF", Some("fr")),
    ("CG", Some("fr")),
    ("CH", Some("de")),
    ("CI", Some("fr")),
    ("CK", Some("en")),
    ("CL", Some("es")),
    ("CM", Some("fr")),
    ("CN", Some("zh")),
    ("CO", Some("es")),
    ("CR", Some("es")),
    ("CU", Some("es")),
    ("CV", Some("pt")),
    ("CW", Some("nl")),
    ("CX", Some("en")),
    ("CY", Some("el")),
    ("CZ", Some("cs")),
    ("DE", Some("de")),
    ("DJ", Some("fr")),
    ("DK", Some("da")),
    ("DM", Some("en")),
    ("DO", Some("es")),
    ("DZ", Some("ar")),
    ("EC", Some("es")),
    ("EE", Some("et")),
    ("EG", Some("ar")),
    ("EH", Some("ar")),
    ("ER", Some("ti")),
    ("ES", Some("es")),
    ("ET", Some("am")),
    ("FI", Some("fi")),
    ("FJ", Some("en")),
    ("FK", Some("en")),
    ("FM", Some("en")),
    ("FO", Some("fo")),
    ("FR", Some("fr")),
    ("GA", Some("fr")),
    ("GB", Some("en")),
    ("GD", Some("en")),
    ("GE", Some("ka")),
    ("GF", Some("fr")),
    ("GG", Some("en")),
    ("GH", Some("en")),
    ("GI", Some("en")),
    ("GL", Some("kl")),
    ("GM", Some("en")),
    ("GN", Some("fr")),
    ("GP", Some("fr")),
    ("GQ", Some("es")),
    ("GR", Some("el")),
    ("GS", Some("en")),
    ("GT", Some("es")),
    ("GU", Some("en")),
    ("GW", Some("pt")),
    ("GY", Some("en")),
    ("HK", Some("zh")),
    ("HM", None),
    ("HN", Some("es")),
    ("HR", Some("hr")),
    ("HT", Some("fr")),
    ("HU", Some("hu")),
    ("ID", Some("id")),
    ("IE", Some("en")),
    ("IL", Some("he")),
    ("IM", Some("en")),
    ("IN", Some("hi")),
    ("IO", Some("en")),
    ("IQ", Some("ar")),
    ("IR", Some("fa")),
    ("IS", Some("is")),
    ("IT", Some("it")),
    ("JE", Some("en")),
    ("JM", Some("en")),
    ("JO", Some("ar")),
    ("JP", Some("ja")),
    ("KE", Some("en")),
    ("KG", Some("ky")),
    ("KH", Some("km")),
    ("KI", Some("en")),
    ("KM", Some("fr")),
    ("KN", Some("en")),
    ("KP", Some("ko")),
    ("KR", Some("ko")),
    ("KW", Some("ar")),
    ("KY", Some("en")),
    ("KZ", Some("kk")),
    ("LA", Some("lo")),
    ("LB", Some("ar")),
    ("LC", Some("en")),
    ("LI", Some("de")),
    ("LK", Some("si")),
    ("LR", Some("en")),
    ("LS", Some("en")),
    ("LT", Some("lt")),
    ("LU", Some("fr")),
    ("LV", Some("lv")),
    ("LY", Some("ar")),
    ("MA", Some("ar")),
    ("MC", Some("fr")),
    ("MD", Some("ro")),
    ("ME", Some("sr")),
    ("MF", Some("fr")),
    ("MG", Some("fr")),
    ("MH", Some("en")),
    ("MK", Some("mk")),
    ("ML", Some("fr")),
    ("MM", Some("my")),
    ("MN", Some("mn")),
    ("MO", Some("zh")),
    ("MP", Some("en")),
    ("MQ", Some("fr")),
    ("MR", Some("ar")),
    ("MS", Some("en")),
    ("MT", Some("mt")),
    ("MU", Some("en")),
    ("MV", Some("dv")),
    ("MW", Some("en")),
    ("MX", Some("es")),
    ("MY", Some("ms")),
    ("MZ", Some("pt")),
    ("NA", Some("en")),
    ("NC", Some("fr")),
    ("NE", Some("fr")),
    ("NF", Some("en")),
    ("NG", Some("en")),
    ("NI", Some("es")),
    ("NL", Some("nl")),
    ("NO", Some("nb")),
    ("NP", Some("ne")),
    ("NR", Some("en")),
    ("NU", Some("en")),
    ("NZ", Some("en")),
    ("OM", Some("ar")),
    ("PA", Some("es")),
    ("PE", Some("es")),
    ("PF", Some("fr")),
    ("PG", Some("en")),
    ("PH", Some("en")),
    ("PK", Some("ur")),
    ("PL", Some("pl")),
    ("PM", Some("fr")),
    ("PN", Some("en")),
    ("PR", Some("es")),
    ("PS", Some("ar")),
    ("PT", Some("pt")),
    ("PW", Some("en")),
    ("PY", Some("es")),
    ("QA", Some("ar")),
    ("RE", Some("fr")),
    ("RO", Some("ro")),
    ("RS", Some("sr")),
    ("RU", Some("ru")),
    ("RW", Some("rw")),
    ("SA", Some("ar")),
    ("SB", Some("en")),
    ("SC", Some("en")),
    ("SD", Some("ar")),
    ("SE", Some("sv")),
    ("SG", Some("en")),
    ("SH", Some("en")),
    ("SI", Some("sl")),
    ("SJ", Some("nb")),
    ("SK", Some("sk")),
    ("SL", Some("en")),
    ("SM", Some("it")),
    ("SN", Some("fr")),
    ("SO", Some("so")),
    ("SR", Some("nl")),
    ("SS", Some("en")),
    ("ST", Some("pt")),
    ("SV", Some("es")),
    ("SX", Some("nl")),
    ("SY", Some("ar")),
    ("SZ", Some("en")),
    ("TC", Some("en")),
    ("TD", Some("fr")),
    ("TF", None),
    ("TG", Some("fr")),
    ("TH", Some("th")),
    ("TJ", Some("tg")),
    ("TK", Some("en")),
    ("TL", Some("pt")),
    ("TM", Some("tk")),
    ("TN", Some("ar")),
    ("TO", Some("en")),
    ("TR", Some("tr")),
    ("TT", Some("en")),
    ("TV", Some("en")),
    ("TW", Some("zh")),
    ("TZ", Some("sw")),
    ("UA", Some("uk")),
    ("UG", Some("en")),
    ("UM", Some("en")),
    ("US", Some("en")),
    ("UY", Some("es")),
    ("UZ", Some("uz")),
    ("VA", Some("it")),
    ("VC", Some("en")),
    ("VE", Some("es")),
    ("VG", Some("en")),
    ("VI", Some("en")),
    ("VN", Some("vi")),
    ("VU", Some("en")),
    ("WF", Some("fr")),
    ("WS", Some("en")),
    ("XK", Some("sq")),
    ("YE", Some("ar")),
    ("YT", Some("fr")),
    ("ZA", Some("en")),
    ("ZM", Some("en")),
    ("ZW", Some("en")),
];

/// Codes of ISO 639-1, in their order.
#[rustfmt::skip]
const LANGUAGES: &[&str] = &[
    "aa", "ab", "ae", "af", "ak", "am", "an", "ar", "as", "av", "ay", "az", "ba", "be",
    "bg", "bh", "bi", "bm", "bn", "bo", "br", "bs", "ca", "ce", "ch", "co", "cr", "cs",
    "cu", "cv", "cy", "da", "de", "dv", "dz", "ee", "el", "en", "eo", "es", "et", "eu",
    "fa", "ff", "fi", "fj", "fo", "fr", "fy", "ga", "gd", "gl", "gn", "gu", "gv", "ha",
    "he", "hi", "ho", "hr", "ht", "hu", "hy", "hz", "ia", "id", "ie", "ig", "ii", "ik",
    "io", "is", "it", "iu", "ja", "jv", "ka", "kg", "ki", "kj", "kk", "kl", "km", "kn",
    "ko", "kr", "ks", "ku", "kv", "kw", "ky", "la", "lb", "lg", "li", "ln", "lo", "lt",
    "lu", "lv", "mg", "mh", "mi", "mk", "ml", "mn", "mr", "ms", "mt", "my", "na", "nb",
    "nd", "ne", "ng", "nl", "nn", "no", "nr", "nv", "ny", "oc", "oj", "om", "or", "os",
    "pa", "pi", "pl", "ps", "pt", "qu", "rm", "rn", "ro", "ru", "rw", "sa", "sc", "sd",
    "se", "sg", "si", "sk", "sl", "sm", "sn", "so", "sq", "sr", "ss", "st", "su", "sv",
    "sw", "ta", "te", "tg", "th", "ti", "tk", "tl", "tn", "to", "tr", "ts", "tt", "tw",
    "ty", "ug", "uk", "ur", "uz", "ve", "vi", "vo", "wa", "wo", "xh", "yi", "yo", "za",
    "zh", "zu",
];

/// Whether there is a country with this ISO 3166-1 alpha-2 code.
#[must_use]
pub fn is_country(code: &str) -> bool {
    position(code).is_some()
}

/// Whether this has the form of an ISO 3166-2 code of a subdivision of the country: its code, a
/// hyphen and one to three letters or digits.
#[must_use]
pub fn is_subdivision_of(code: &str, country: &str) -> bool {
    let Some((prefix, part)) = code.split_once('-') else { return false };
    let is_part = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    prefix == country
        && is_country(country)
        && (1..=3).contains(&part.len())
        && part.bytes().all(is_part)
}

/// The usual form of a language code, `de` or `de-AT`, in whatever case it comes; none where there
/// is no such language or country.
#[must_use]
pub fn language(code: &str) -> Option<String> {
    let (language, country) = match code.split_once('-') {
        Some((language, country)) => (language, Some(country.to_ascii_uppercase())),
        None => (code, None),
    };
    let language = language.to_ascii_lowercase();
    LANGUAGES.binary_search(&language.as_str()).ok()?;
    match country {
        None => Some(language),
        Some(country) => is_country(&country).then(|| format!("{language}-{country}")),
    }
}

/// The language that people of this nationality are addressed in, such as `de-AT`.
#[must_use]
pub fn native_language(country: &str) -> Option<String> {
    let (code, language) = position(country).and_then(|it| COUNTRIES.get(it))?;
    language.map(|language| format!("{language}-{code}"))
}

fn position(country: &str) -> Option<usize> {
    COUNTRIES.binary_search_by_key(&country, |(code, _)| code).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_and_know_each_other() {
        assert!(COUNTRIES.is_sorted_by_key(|(code, _)| code));
        assert!(LANGUAGES.is_sorted());
        for (country, language) in COUNTRIES {
            assert!(language.is_none_or(|it| LANGUAGES.contains(&it)), "{country}");
        }
    }

    #[test]
    fn codes_are_recognised() {
        assert!(is_country("CZ"));
        assert!(!is_country("ZZ"));
        assert!(!is_country("cz"));
        assert!(is_subdivision_of("US-NY", "US"));
        assert!(!is_subdivision_of("US-NY", "CA"));
        assert!(!is_subdivision_of("US-new", "US"));
        assert_eq!(language("EN-gb").as_deref(), Some("en-GB"));
        assert_eq!(language("de").as_deref(), Some("de"));
        assert_eq!(language("xx"), None);
        assert_eq!(language("en-XX"), None);
        assert_eq!(native_language("AT").as_deref(), Some("de-AT"));
        assert_eq!(native_language("AQ"), None);
    }
}

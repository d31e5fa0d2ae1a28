//! Whether what a request says of a person or a company can be true.

use jiff::ToSpan;
use ostler_contract::error::Error;
use ostler_contract::primitives::{LocalDate, UtcInstant};

use crate::reference;

/// The text, unless it is absent or blank.
#[must_use]
pub fn stated(text: Option<&str>) -> Option<&str> {
    text.filter(|it| !it.trim().is_empty())
}

/// Writes a text into a property, unless it is absent or blank.
pub fn set(property: &mut Option<String>, text: Option<&str>) {
    if let Some(text) = stated(text) {
        *property = Some(text.to_owned());
    }
}

/// An e-mail address without outer blanks; none where it is absent or blank.
///
/// # Errors
/// 400 `Invalid {parameter}` where it does not have the form of one.
pub fn email<'a>(text: Option<&'a str>, parameter: &str) -> Result<Option<&'a str>, Error> {
    let email = stated(text).map(str::trim);
    if email.is_none_or(is_email) {
        return Ok(email);
    }
    Err(Error::invalid(parameter).expected("an e-mail address such as ada@example.com"))
}

fn is_email(text: &str) -> bool {
    const CHARACTERS_MAX: usize = 254;
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|it| it.is_alphanumeric() || it == '-')
    };
    let is_local = |it: char| !it.is_whitespace() && !it.is_control() && it != '@';
    text.chars().count() <= CHARACTERS_MAX
        && !local.is_empty()
        && local.chars().all(is_local)
        && domain.contains('.')
        && domain.split('.').all(is_label)
}

/// A country that exists, unless it is absent or blank.
///
/// # Errors
/// 400 `Invalid {parameter}` where there is no such country.
pub fn country(code: Option<&str>, parameter: &str) -> Result<(), Error> {
    if stated(code).is_none_or(reference::is_country) {
        return Ok(());
    }
    Err(Error::invalid(parameter).expected("an ISO 3166-1 alpha-2 code such as CZ"))
}

/// A subdivision of the country, or of some country where none is known, unless it is absent or
/// blank.
///
/// # Errors
/// 400 `Invalid {parameter}` where it does not belong to the country.
pub fn subdivision(
    code: Option<&str>,
    country: Option<&str>,
    parameter: &str,
) -> Result<(), Error> {
    let Some(code) = stated(code) else { return Ok(()) };
    let own = code.split_once('-').map_or(code, |(country, _)| country);
    if reference::is_subdivision_of(code, stated(country).unwrap_or(own)) {
        return Ok(());
    }
    Err(Error::invalid(parameter).expected("the ISO 3166-2 code of a subdivision of the country"))
}

/// The usual form of a language code; none where it is absent or blank.
///
/// # Errors
/// 400 `Invalid {parameter}` where there is no such language.
pub fn language(code: Option<&str>, parameter: &str) -> Result<Option<&'static str>, Error> {
    let Some(code) = stated(code) else { return Ok(None) };
    match reference::languages::language(code) {
        Some(code) => Ok(Some(code)),
        None => Err(Error::invalid(parameter).expected("a language code such as en-US")),
    }
}

/// A date of birth, which is not in the future anywhere on earth.
///
/// # Errors
/// 400 `Invalid BirthDate` for a date after tomorrow's in UTC.
pub fn birth_date(date: Option<LocalDate>, now: UtcInstant) -> Result<(), Error> {
    let today = now.timestamp().to_zoned(jiff::tz::TimeZone::UTC).date();
    let latest = today.checked_add(1.day()).map_err(Error::internal)?;
    match date {
        Some(date) if date.0 > latest => {
            Err(Error::invalid("BirthDate").expected("a date that is not in the future"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_address_has_two_parts() {
        for good in ["ada@example.com", "a.b+c@mail.example.co.uk", "o'neil@example.org"] {
            assert!(is_email(good), "{good}");
        }
        for bad in
            ["ada", "@example.com", "ada@", "ada@example", "a b@example.com", "a@b..c", "a@-b.c"]
        {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn nobody_is_born_tomorrow() {
        let now: UtcInstant = "2026-05-01T12:00:00Z".parse().unwrap();
        let date = |text: &str| Some(LocalDate(text.parse().unwrap()));
        assert!(birth_date(date("2026-05-02"), now).is_ok());
        assert!(birth_date(date("2026-05-03"), now).is_err());
    }
}

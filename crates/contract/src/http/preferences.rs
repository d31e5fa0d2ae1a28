//! What the caller prefers: the header `Prefer` (RFC 7240).

use http::{HeaderMap, HeaderName};

/// The preferences of one request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Preferences {
    /// `return=minimal`: a success without content is answered with 204.
    pub minimal: bool,
}

impl Preferences {
    /// The header that carries them.
    pub const HEADER: HeaderName = HeaderName::from_static("prefer");

    /// Reads every `Prefer` header. What is not understood is ignored, as the RFC wants it; of a
    /// preference that is given twice the first one counts.
    #[must_use]
    pub fn read(headers: &HeaderMap) -> Self {
        let wanted = headers
            .get_all(Self::HEADER)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| split(value, ','))
            .filter_map(|preference| {
                // Whatever follows the first `;` are parameters of the preference.
                let stated = split(preference, ';').into_iter().next()?;
                let (name, value) = stated.split_once('=')?;
                name.trim().eq_ignore_ascii_case("return").then(|| unquote(value.trim()))
            })
            .next();
        Self { minimal: wanted.is_some_and(|value| value.eq_ignore_ascii_case("minimal")) }
    }
}

/// Splits at `separator`, but not within quoted strings.
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut start) = (Vec::new(), 0);
    let (mut quoted, mut escaped) = (false, false);
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if character == separator && !quoted => {
                parts.push(text.get(start..at).unwrap_or_default());
                start = at + separator.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts
}

/// The content of a quoted string; a token as it is.
fn unquote(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return value.to_owned();
    };
    let mut text = String::new();
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => text.extend(characters.next()),
            _ => text.push(character),
        }
    }
    text
}

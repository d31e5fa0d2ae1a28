//! Bytes of a request to values and types: strict JSON, then `Invalid {Parameter}`.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use crate::error::Error;

/// Parses a body as strict JSON (RFC 8259).
///
/// # Errors
/// 400 `Invalid JSON` for whatever the grammar does not allow, for invalid UTF-8, lone surrogates,
/// a byte-order mark, trailing text, an empty body and nesting deeper than 128 levels.
pub fn parse(body: &[u8]) -> Result<Value, Error> {
    // The whole text first: the parser checks UTF-8 only where it builds strings.
    let text = std::str::from_utf8(body).map_err(Error::invalid_json)?;
    serde_json::from_str(text).map_err(Error::invalid_json)
}

/// Turns a parsed body into the type of a request.
///
/// # Errors
/// 400 `Invalid {Parameter}` naming the innermost property that is missing, mistyped or out of
/// bounds, with a JSON pointer, what was expected and what came as details.
pub fn decode<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    serde_path_to_error::deserialize(value)
        .map_err(|error| describe(error.path(), &error.inner().to_string()))
}

fn describe(path: &Path, problem: &str) -> Error {
    let mut names: Vec<&str> = Vec::new();
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Map { key } => {
                names.push(key);
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    let missing = problem.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    if let Some(name) = missing {
        return Error::invalid(name)
            .at(format!("{pointer}/{name}"))
            .expected("a value")
            .got("none");
    }
    // An update value is named by its property, not by the `Value` inside it.
    let name = match names.as_slice() {
        [.., name, "Value"] | [.., name] => name,
        [] => "JSON",
    };
    // What the parser of numbers says of fractions and of what is out of range.
    let problem = if problem == "invalid number" { "a whole number in range" } else { problem };
    let (got, expected) = problem.split_once(", expected ").unwrap_or(("", problem));
    let error = Error::invalid(name).at(pointer).expected(expected);
    if got.is_empty() { error } else { error.got(got) }
}

#[cfg(test)]
mod tests;

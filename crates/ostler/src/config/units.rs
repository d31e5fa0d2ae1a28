//! Values with units: `30s`, `20MiB`, `200/30s`.

use std::str::FromStr;
use std::time::Duration;

use ostler_contract::http::RateLimit;
use serde::Deserialize;

/// A length of time, such as `30s`, `500ms` or `2m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Span(pub Duration);

/// A number of bytes, such as `20MiB`, `64KiB` or `1000000`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Size(pub usize);

/// A number of bytes that may be none: `64MiB` or `off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Cache(pub usize);

/// A rate limit, such as `200/30s`, or none: `off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Limit(pub Option<RateLimit>);

/// The longest span that can be set.
const SPAN_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// The largest size that can be set.
const SIZE_MAX: usize = 1 << 30;

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (number, unit) = parts(text);
        let span = number.parse().ok().and_then(|number: u32| {
            let number = u64::from(number);
            match unit {
                "ms" => Some(Duration::from_millis(number)),
                "s" => Some(Duration::from_secs(number)),
                "m" => Some(Duration::from_secs(number * 60)),
                "h" => Some(Duration::from_secs(number * 3600)),
                _ => None,
            }
        });
        let span = span.filter(|span| !span.is_zero() && *span <= SPAN_MAX);
        span.map(Self).ok_or_else(|| format!("{text:?} is no time such as 30s, at most 24h"))
    }
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let size = bytes(text).filter(|size| *size <= SIZE_MAX);
        size.map(Self).ok_or_else(|| format!("{text:?} is no size such as 20MiB, at most 1GiB"))
    }
}

impl FromStr for Cache {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self(0));
        }
        bytes(text)
            .map(Self)
            .ok_or_else(|| format!("{text:?} is neither a size such as 64MiB nor off"))
    }
}

impl FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self(None));
        }
        let limit = text.parse().map_err(|problem| format!("{problem}, or off"))?;
        Ok(Self(Some(limit)))
    }
}

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl TryFrom<String> for Size {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl TryFrom<String> for Cache {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl TryFrom<String> for Limit {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// The bytes of a size, of which there is at least one.
fn bytes(text: &str) -> Option<usize> {
    let (number, unit) = parts(text);
    let factor = match unit {
        "" | "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "kB" | "KB" => 1_000,
        "MB" => 1_000_000,
        _ => return None,
    };
    let size = number.parse::<usize>().ok()?.checked_mul(factor)?;
    (size > 0).then_some(size)
}

/// The number and the unit behind it.
fn parts(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    (number, unit.trim_start())
}

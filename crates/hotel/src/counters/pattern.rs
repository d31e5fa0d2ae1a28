//! Patterns around numbers: `NORMAL{0:0000}` makes `NORMAL0067` of 67.
//!
//! Composite formatting as .NET has it, for one whole number: `{0}`, `{0,8}`, `{0:D6}`,
//! `{0:00-00}`, and doubled braces for the braces themselves.

use std::iter::Peekable;
use std::str::Chars;

/// The widest number, in characters: a typing mistake must not fill the memory.
const WIDTH_MAX: usize = 100;

/// The number in its pattern; alone where the pattern is empty.
///
/// # Errors
/// Says what in the pattern cannot be read.
pub(super) fn render(pattern: &str, number: i64) -> Result<String, &'static str> {
    if pattern.is_empty() {
        return Ok(number.to_string());
    }
    let mut text = String::new();
    let mut rest = pattern.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '{' if rest.next_if_eq(&'{').is_some() => text.push('{'),
            '}' if rest.next_if_eq(&'}').is_some() => text.push('}'),
            '{' => text.push_str(&placeholder(&mut rest, number)?),
            '}' => return Err("a closing brace without an opening one"),
            other => text.push(other),
        }
    }
    Ok(text)
}

/// The number in place of `0[,alignment][:format]}`.
fn placeholder(rest: &mut Peekable<Chars<'_>>, number: i64) -> Result<String, &'static str> {
    let mut inside = String::new();
    loop {
        match rest.next() {
            Some('}') => break,
            Some('{') => return Err("an opening brace inside a placeholder"),
            Some(character) => inside.push(character),
            None => return Err("a placeholder without its closing brace"),
        }
    }
    let (head, format) = inside.split_once(':').unwrap_or((&inside, ""));
    let (index, alignment) = match head.split_once(',') {
        Some((index, alignment)) => (index, Some(alignment)),
        None => (head, None),
    };
    if index.trim() != "0" {
        return Err("a placeholder for something else than the number");
    }
    let text = formatted(format, number)?;
    match alignment {
        Some(alignment) => aligned(&text, alignment.trim()),
        None => Ok(text),
    }
}

/// The text filled up with blanks: before it for a positive width, after it for a negative one.
fn aligned(text: &str, alignment: &str) -> Result<String, &'static str> {
    let left = alignment.starts_with('-');
    let width = width(alignment.trim_start_matches('-'))?;
    Ok(if left { format!("{text:<width$}") } else { format!("{text:>width$}") })
}

fn formatted(format: &str, number: i64) -> Result<String, &'static str> {
    let digits = number.unsigned_abs().to_string();
    let text = match format.strip_prefix(['D', 'd', 'G', 'g']) {
        _ if format.is_empty() => digits,
        Some("") => digits,
        Some(least) if format.starts_with(['D', 'd']) => {
            let least = width(least)?;
            format!("{digits:0>least$}")
        }
        _ => placed(format, &digits)?,
    };
    Ok(if number < 0 { format!("-{text}") } else { text })
}

/// The digits in the places of a custom format, the last one in the last place: `0` is a digit or a
/// zero, `#` a digit or nothing, anything else stands for itself.
fn placed(format: &str, digits: &str) -> Result<String, &'static str> {
    if format.contains(['.', ',', '%', 'e', 'E', ';', '\\', '\'', '"']) {
        return Err("a format that is not made of 0, # and plain text");
    }
    let places = format.chars().filter(|it| matches!(it, '0' | '#')).count();
    let zeros = format.chars().filter(|it| matches!(it, '0' | '#')).skip_while(|it| *it == '#');
    let least = zeros.count();
    if places == 0 {
        return Err("a format without a place for the number");
    }
    if places > WIDTH_MAX {
        return Err("a number that is too wide");
    }
    let shown = if digits == "0" && least == 0 { "" } else { digits };
    let shown = format!("{shown:0>least$}");
    // Digits that have no place of their own go before the first one.
    let mut surplus = shown.len().saturating_sub(places);
    let mut empty = places.saturating_sub(shown.len());
    let mut shown = shown.chars();
    let mut text = String::new();
    for character in format.chars() {
        match character {
            '0' | '#' if empty > 0 => empty -= 1,
            '0' | '#' => {
                text.extend(shown.by_ref().take(surplus + 1));
                surplus = 0;
            }
            literal => text.push(literal),
        }
    }
    Ok(text)
}

fn width(text: &str) -> Result<usize, &'static str> {
    let width = text.parse().ok().filter(|width| *width <= WIDTH_MAX);
    width.ok_or("a width that is not a whole number up to 100")
}

#[cfg(test)]
mod tests;

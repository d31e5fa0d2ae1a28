//! The primitives of the wire: what a property's value can be.

mod bounded;
mod duration;
mod id;
mod instant;
mod number;
mod page;
mod update;

pub use bounded::{Bounded, OutOfBounds, Text};
pub use duration::IsoDuration;
pub use id::Id;
pub use instant::{LocalDate, UtcInstant};
pub use number::Number;
pub use page::{Cursor, Limitation, TimeInterval};
pub use update::UpdateValue;

/// A text in several languages: language code (`en-US`) to text.
///
/// Source: `operations/_objects`, localized text.
pub type LocalizedText = std::collections::BTreeMap<String, String>;

#[cfg(test)]
mod tests;

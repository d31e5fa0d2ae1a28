//! Instants, durations, decimals, pages and cursors.

use std::fmt::Debug;
use std::str::FromStr;

use ostler_contract::primitives::{IsoDuration, Limitation, Number, UtcInstant};
use serde_json::{Value, json};

/// What is read from the text is written back the same, and pages are within their limits.
///
/// # Panics
/// Where that does not hold.
pub fn hold(text: &str) {
    round::<UtcInstant>(text);
    round::<IsoDuration>(text);
    round::<Number>(text);
    let page = json!({ "Count": 10, "Cursor": text });
    if let Ok(page) = serde_json::from_value::<Limitation>(page) {
        assert!(page.after().is_some());
    }
    if let Ok(count) = serde_json::from_str::<Value>(text)
        && let Ok(page) = serde_json::from_value::<Limitation>(json!({ "Count": count }))
    {
        assert!((1..=Limitation::COUNT_MAX).contains(&page.count));
    }
    if let Ok(number) = serde_json::from_str::<Number>(text) {
        let written = serde_json::to_string(&number).expect("a number can be written");
        assert_eq!(serde_json::from_str::<Number>(&written).expect("and read"), number);
    }
}

/// Whatever is read is equal after it was written and read again.
fn round<T: FromStr + ToString + PartialEq + Debug>(text: &str)
where
    T::Err: Debug,
{
    if let Ok(value) = text.parse::<T>() {
        let written = value.to_string();
        assert_eq!(written.parse::<T>().expect("what was written can be read"), value, "{written}");
    }
}

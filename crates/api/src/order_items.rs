//! Order items.

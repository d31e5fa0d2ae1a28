//! Product categories.

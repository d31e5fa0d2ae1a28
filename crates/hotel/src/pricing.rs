//! Prices of stays.

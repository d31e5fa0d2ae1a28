//! Accounting categories.

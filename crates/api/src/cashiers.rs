//! Cashiers.

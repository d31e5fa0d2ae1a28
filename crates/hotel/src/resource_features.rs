//! Resource features.

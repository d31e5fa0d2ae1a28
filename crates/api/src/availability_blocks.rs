//! Availability blocks.

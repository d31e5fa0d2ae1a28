//! Business segments.

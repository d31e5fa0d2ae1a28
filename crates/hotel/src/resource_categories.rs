//! Resource categories and assignments.

//! Age categories.

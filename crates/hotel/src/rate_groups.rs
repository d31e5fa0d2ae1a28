//! Rate groups.

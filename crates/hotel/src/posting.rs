//! Posting of order items.

//! Companionships.

//! Reservation groups.

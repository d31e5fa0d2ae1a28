//! Sources of reservations.

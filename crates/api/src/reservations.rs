//! Reservations of bookable services. Source: `operations/reservations`.

pub mod entity;
pub mod references;

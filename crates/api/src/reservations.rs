//! Reservations of bookable services. Source: `operations/reservations`.

pub mod add;
pub mod entity;
pub mod get_all;
pub mod price;
pub mod stay;
pub mod update;
pub mod ver_2017;

//! Exact arithmetic of the hotel: time units, money and taxes. Pure; reference data is its only input
//! besides the arguments.

pub mod money;
pub mod tax;
pub mod time_units;

//! Worlds: a store with its clock, its access registry and its demo hotel.
//!
//! A world is a complete, separate hotel universe in a data folder of its own. Whatever the rules
//! take as an input comes from here: the time, the identifiers, the rights of the caller.

pub mod access;
pub mod backup;
pub mod clock;
pub mod demo;
pub mod founding;
pub mod moving;
pub mod token;
pub mod upkeep;
pub mod world;

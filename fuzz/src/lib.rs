//! What the fuzz targets share: requests made of chance, guests who do what chance says, and what
//! must hold whatever they did.

pub mod desk;
pub mod house;
pub mod laws;
pub mod maker;
pub mod plays;

//! What the fuzz targets run: requests made of chance, guests who do what chance says, and what must
//! hold whatever they did. The targets themselves, in `fuzz/`, only lead libFuzzer here.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a law that does not hold ends the run, as a test"
)]

mod desk;
mod house;
mod laws;
mod maker;
mod plays;
pub mod primitives;
pub mod requests;
pub mod sequences;

#[cfg(test)]
mod tests;

pub use house::Origin;

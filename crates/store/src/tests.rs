//! Tests of the store over a toy entity.

mod basics;
mod damage;
mod groups;
mod kept;
mod log;
mod memory;
mod opening;
mod searches;
pub(crate) mod toy;
mod verification;
mod versions;
mod workers;

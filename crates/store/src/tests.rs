//! Tests of the store over a toy entity.

mod basics;
mod damage;
mod log;
mod opening;
mod searches;
mod toy;
mod verification;
mod workers;

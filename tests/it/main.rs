//! Whole-server tests: through HTTP, in process or over a loopback port, in one binary.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is not as it should be"
)]

mod alerts;
mod availability;
mod booking;
mod client;
mod contract;
mod enterprises;
mod faults;
mod finance;
mod laws;
mod limits;
mod loopback;
mod metrics;
mod profiles;
mod property;
mod rates;
mod receiver;
mod reference;
mod registry;
mod reservations;
mod schema;
mod stay;
mod support;
mod traces;
mod types;

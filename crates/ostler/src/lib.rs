//! The binary's parts, for whole-server tests: the application, its document, its configuration.
//!
//! Ostler is independent of Mews Systems; it answers as the public Mews Connector API does.

pub mod alerts;
pub mod app;
pub mod cli;
pub mod config;
mod dispatcher;
pub mod limits;
mod metrics;
pub mod openapi;
mod outbound;
mod refusals;
pub mod traces;
mod unsent;
mod upkeep;

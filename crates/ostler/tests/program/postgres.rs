//! The program on PostgreSQL, beside other servers, and what happens when a part of it fails. Each
//! test has a cluster of its own.

mod commits;
mod connections;
mod deadlines;
mod ledger;
mod refusals;
mod relay;
mod servers;
mod support;
mod tls;

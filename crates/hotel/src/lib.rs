//! The rules of the hotel: for each request type of the interface one query or command.
//!
//! Neither HTTP nor a database driver is known here; time, identifiers and the caller's rights are
//! inputs. The registry names every operation that is served.

pub mod context;
pub mod operation;
pub mod registry;
pub mod reply;

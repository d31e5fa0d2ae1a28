//! The rules of the hotel: for each request type of the interface one query or command.
//!
//! Neither HTTP nor a database driver is known here; time, identifiers and the caller's rights are
//! inputs. The registry names every operation that is served.

pub mod accounting_categories;
pub mod accounts;
pub mod addresses;
pub mod age_categories;
pub mod arithmetic;
pub mod availability;
pub mod availability_blocks;
pub mod bills;
pub mod business_segments;
pub mod cancellation_policies;
pub mod cashiers;
pub mod companies;
pub mod companionships;
pub mod context;
mod conversion;
pub mod counters;
pub mod customers;
pub mod enterprises;
pub mod filters;
pub mod identity_documents;
pub mod listing;
pub mod operation;
pub mod order_items;
pub mod orders;
pub mod outlets;
pub mod pages;
pub mod payments;
pub mod posting;
pub mod pricing;
pub mod product_categories;
pub mod products;
pub mod property;
pub mod rate_groups;
pub mod rates;
pub mod reference;
pub mod registry;
pub mod reply;
pub mod reservation_groups;
pub mod reservations;
pub mod resource_blocks;
pub mod resource_categories;
pub mod resource_features;
pub mod resources;
pub mod restrictions;
pub mod service_order_notes;
pub mod services;
pub mod sources;
#[cfg(test)]
mod testing;
pub mod texts;
pub mod upkeep;
pub mod vouchers;

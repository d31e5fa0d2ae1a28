//! Availability of services.

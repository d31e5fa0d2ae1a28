//! Cancellation policies.

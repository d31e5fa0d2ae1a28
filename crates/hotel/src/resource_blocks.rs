//! Resource blocks.

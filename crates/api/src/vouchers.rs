//! Vouchers.

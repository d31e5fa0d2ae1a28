//! What the identifiers in a reservation identify.

pub use crate::availability_blocks::AvailabilityBlock;
pub use crate::rates::Rate;
pub use crate::vouchers::{Voucher, VoucherCode};

macro_rules! references {
    ($($name:ident $what:literal;)*) => {
        $(#[doc = concat!("What the identifier of ", $what, " identifies.")] #[derive(Debug)] pub enum $name {})*
    };
}

references! {
    CreditCard "a payment card";
    OrderItem "an order item";
}

//! What the identifiers in a reservation identify.

macro_rules! references {
    ($($name:ident $what:literal;)*) => {
        $(#[doc = concat!("What the identifier of ", $what, " identifies.")] #[derive(Debug)] pub enum $name {})*
    };
}

references! {
    AvailabilityBlock "an availability block";
    CreditCard "a payment card";
    OrderItem "an order item";
    Rate "a rate";
    Voucher "a voucher";
    VoucherCode "a voucher code";
}

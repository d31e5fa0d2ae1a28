//! What the identifiers in a reservation identify.

macro_rules! references {
    ($($name:ident $what:literal;)*) => {
        $(#[doc = concat!("What the identifier of ", $what, " identifies.")] #[derive(Debug)] pub enum $name {})*
    };
}

references! {
    AgeCategory "an age category";
    AvailabilityBlock "an availability block";
    BusinessSegment "a business segment";
    CreditCard "a payment card";
    OrderItem "an order item";
    Product "a product";
    Rate "a rate";
    Resource "a resource";
    ResourceCategory "a category of resources";
    Voucher "a voucher";
    VoucherCode "a voucher code";
}

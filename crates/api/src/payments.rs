//! Payments. Source: `operations/payments`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a payment that is only recorded was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ExternalPaymentType {
    /// Unspecified.
    Unspecified,
    /// Bad debts.
    BadDebts,
    /// Bacs.
    Bacs,
    /// Wire transfer.
    WireTransfer,
    /// Invoice.
    Invoice,
    /// Exchange rate difference.
    ExchangeRateDifference,
    /// Complimentary.
    Complimentary,
    /// Reseller.
    Reseller,
    /// Exchange rounding difference.
    ExchangeRoundingDifference,
    /// Barter.
    Barter,
    /// Commission.
    Commission,
    /// Bank charges.
    BankCharges,
    /// Cross settlement.
    CrossSettlement,
    /// Cash.
    Cash,
    /// Credit card.
    CreditCard,
    /// Prepayment.
    Prepayment,
    /// Cheque.
    Cheque,
    /// Bancontact.
    Bancontact,
    /// I deal.
    IDeal,
    /// Pay pal.
    PayPal,
    /// Gift card.
    GiftCard,
    /// Loyalty points.
    LoyaltyPoints,
    /// Cheque vacances.
    ChequeVacances,
    /// Online payment.
    OnlinePayment,
    /// Card check.
    CardCheck,
    /// Payment hub redirection.
    PaymentHubRedirection,
    /// Voucher.
    Voucher,
    /// Master card.
    MasterCard,
    /// Visa.
    Visa,
    /// Amex.
    Amex,
    /// Discover.
    Discover,
    /// Diners club.
    DinersClub,
    /// Jcb.
    Jcb,
    /// Union pay.
    UnionPay,
    /// Twint.
    Twint,
    /// Reka.
    Reka,
    /// Loyalty card.
    LoyaltyCard,
    /// Pos dining and spa reward.
    PosDiningAndSpaReward,
    /// Direct debit.
    DirectDebit,
    /// Deposit check.
    DepositCheck,
    /// Deposit cash.
    DepositCash,
    /// Deposit credit card.
    DepositCreditCard,
    /// Deposit wire transfer.
    DepositWireTransfer,
}

//! Accounts: whoever can be billed.

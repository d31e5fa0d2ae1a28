//! What identifiers in financial documents refer to.

/// What the identifier of a product identifies.
#[derive(Debug)]
pub enum Product {}

/// What the identifier of an accounting category identifies.
#[derive(Debug)]
pub enum AccountingCategory {}

/// What the identifier of an age category identifies.
#[derive(Debug)]
pub enum AgeCategory {}

/// What the identifier of a counter identifies.
#[derive(Debug)]
pub enum Counter {}

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

/// What the identifier of a reservation identifies.
#[derive(Debug)]
pub enum Reservation {}

/// What the identifier of a customer identifies.
#[derive(Debug)]
pub enum Customer {}

/// What the identifier of a company identifies.
#[derive(Debug)]
pub enum Company {}

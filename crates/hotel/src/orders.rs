//! Product service orders.

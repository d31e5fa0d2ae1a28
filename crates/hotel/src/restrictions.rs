//! Restrictions.

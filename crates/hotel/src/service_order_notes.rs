//! Service order notes.

//! Every field of every kind.

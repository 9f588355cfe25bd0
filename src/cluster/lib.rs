//! The virtual cluster.

pub mod apiserver;

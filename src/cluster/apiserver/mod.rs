//! The API server: request → admission → defaults → validation → store → watch.

pub mod registry;
pub mod tables;

//! What must hold whatever is done: random acts on a cluster ([`storm`]), and random texts into whatever reads texts ([`fuzz`]).
//!
//! Everything is drawn from a seed, so that a failure is a number, and then a short list of acts or one text.

pub mod fuzz;
pub mod storm;

//! What must hold whatever is done: random acts on a cluster ([`storm`]).
//!
//! Everything is drawn from a seed, so that a failure is a number, and then a short list of acts.

pub mod storm;

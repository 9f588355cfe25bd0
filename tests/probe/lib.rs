//! The core alone, compiled to wasm: what it exports for the comparison with the native core and for the measurements.
//!
//! `run.mjs` calls the exports under Node. Each takes and returns plain numbers, so the module needs no glue, and nothing
//! from outside.

mod heap;
mod measured;
pub mod story;

/// Returns the hash of the state in which the fixed acts of [`story`] leave a cluster with this seed.
#[unsafe(no_mangle)]
pub extern "C" fn state_hash(seed: u64) -> u64 {
    story::state_hash(seed)
}

//! The core alone, compiled to wasm.

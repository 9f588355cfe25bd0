//! The three ways to say a change: strategic merge, JSON merge (RFC 7386) and JSON patch (RFC 6902).
//!
//! All are pure functions from a [`Value`] and a patch to a [`Value`]. The API server applies them; kubectl's `apply`, `set`
//! and `diff` also compute them, with [`strategic::three_way`]. Left out: server-side apply, which needs field ownership.

pub mod json_merge;
pub mod json_patch;
pub mod strategic;

//! Being laid: see `docs/architecture.md`.

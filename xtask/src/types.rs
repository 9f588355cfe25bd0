//! Kubernetes' generated types as the independent check: what our API server stored while tests ran, read by them and compared.
//!
//! `xtask/types` has the types and lies apart from the workspace; it is built the first time it is needed.

use std::path::PathBuf;

use crate::run::cargo;
use crate::{Outcome, root};

/// Tells the tests where to keep objects (`tests/support/objects.rs`).
pub const KEEP: &str = "EVERYNODE_OBJECTS";

/// Returns the folder for the objects, which is there.
pub fn folder() -> Result<PathBuf, String> {
    let folder = root().join("target/objects");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

/// Runs the tests that have objects, then the check.
pub fn run() -> Outcome {
    cargo().args(["test", "--quiet", "--test", "everynode"]).env(KEEP, folder()?).succeed()?;
    check()
}

/// Checks what was kept.
pub fn check() -> Outcome {
    let objects = folder()?.join("objects.jsonl");
    let manifest = ["--manifest-path", "xtask/types/Cargo.toml", "--target-dir", "target/types"];
    cargo().args(["run", "--quiet"]).args(manifest).args(["--".as_ref(), objects.as_os_str()]).succeed()
}

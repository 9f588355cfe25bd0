//! The core has no outside: as a wasm module it imports nothing, and the same seed and acts lead to the same state there as
//! here.
//!
//! The probe crate is both sides of the comparison: linked into this binary, and compiled to wasm by the test and run
//! under plain Node.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Any will do; several, so that equal hashes are no accident.
const SEEDS: [u64; 3] = [1, 36, u64::MAX];

#[test]
fn core_as_wasm_imports_nothing() {
    // The runner gives the module nothing and refuses one that wants something, naming what.
    assert_eq!(run_in_wasm(&["live_bytes"]).len(), 1);
}

#[test]
fn same_seed_and_acts_give_the_same_state_natively_and_in_wasm() {
    let calls = SEEDS.map(|seed| format!("state_hash:{seed}n"));
    let in_wasm = run_in_wasm(&calls.each_ref().map(String::as_str));
    assert_eq!(in_wasm, SEEDS.map(|seed| probe::state_hash(seed).to_string()), "for the seeds {SEEDS:?}");
}

#[test]
fn another_seed_gives_another_state() {
    assert_ne!(probe::state_hash(1), probe::state_hash(2));
}

/// Calls exports of the wasm module under Node and returns what each returned.
fn run_in_wasm(calls: &[&str]) -> Vec<String> {
    let runner = root().join("tests/probe/run.mjs");
    let output = Command::new("node").arg(runner).arg(wasm_module()).args(calls).output().expect("node is on the PATH");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).expect("the runner prints text");
    printed.lines().map(|line| line.split('\t').nth(1).expect("name, result, time").to_owned()).collect()
}

/// Compiles the probe to wasm, once for all tests, and returns the module.
fn wasm_module() -> &'static Path {
    static MODULE: OnceLock<PathBuf> = OnceLock::new();
    MODULE.get_or_init(|| {
        // A target folder of its own: it never waits for, nor disturbs, the build that runs this test.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("probe");
        let status = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", "probe", "--target", "wasm32-unknown-unknown", "--target-dir"])
            .arg(&target)
            .current_dir(root())
            .status()
            .expect("cargo can be started");
        assert!(status.success(), "the core doesn't compile to wasm32-unknown-unknown");
        target.join("wasm32-unknown-unknown/debug/probe.wasm")
    })
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

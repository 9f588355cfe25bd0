//! The whole gate, as `cargo xtask test`: what must hold before a change goes in.
//!
//! Set-up comes first, so that a missing Chromium is known before minutes of building; then the quick checks before the
//! slow ones. The first failure ends it.

use std::net::TcpListener;
use std::path::Path;
use std::time::Instant;

use crate::run::{Program, cargo, program};
use crate::{Outcome, page, setup, types};

/// Runs every check and closes with one line that tells how long each took.
pub fn test() -> Outcome {
    let mut done = Vec::new();
    let mut chromium = None;
    step(&mut done, "set-up", || {
        setup::page_tools()?;
        chromium = Some(setup::chromium()?);
        Ok(())
    })?;
    step(&mut done, "format", || cargo().args(["fmt", "--all", "--check"]).succeed())?;
    step(&mut done, "lints", || {
        clippy(&["--all-targets"])?;
        clippy(&["--all-targets", "--package", "xtask", "--package", "split", "--package", "probe"])?;
        clippy(&["--package", "ui", "--target", "wasm32-unknown-unknown"])
    })?;
    step(&mut done, "native tests", || {
        cargo().args(["test", "--quiet"]).env(types::KEEP, types::folder()?).succeed()?;
        cargo().args(["test", "--quiet", "--package", "xtask", "--package", "split", "--package", "ui"]).succeed()
    })?;
    step(&mut done, "generated types", types::check)?;
    step(&mut done, "page", page::build)?;
    let chromium = chromium.expect("set-up found a Chromium or ended the gate");
    step(&mut done, "browser tests", || playwright(&chromium)?.succeed())?;
    eprintln!("\neverynode: all is well: {}", done.join(", "));
    Ok(())
}

/// Runs one part of the gate, named on the terminal and in the closing line.
fn step(done: &mut Vec<String>, name: &str, work: impl FnOnce() -> Outcome) -> Outcome {
    eprintln!("\neverynode: {name}");
    let start = Instant::now();
    work().map_err(|problem| format!("{name}: {problem}"))?;
    done.push(format!("{name} {:.1} s", start.elapsed().as_secs_f64()));
    Ok(())
}

fn clippy(what: &[&str]) -> Outcome {
    cargo().args(["clippy", "--quiet"]).args(what).args(["--", "--deny", "warnings"]).succeed()
}

/// Returns the browser tests of `tests/page`, against the page in `dist/`.
fn playwright(chromium: &Path) -> Result<Program, String> {
    // Asked for here and released at once: the tests' own server takes it, whoever else serves on this machine.
    let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    let port = port.map_err(|error| format!("no free port for the page: {error}"))?.port();
    Ok(program("node")
        .args(["node_modules/@playwright/test/cli.js", "test", "--config", "tests/page/playwright.config.mjs"])
        .env("CHROME", chromium)
        .env("EVERYNODE_PORT", port.to_string()))
}

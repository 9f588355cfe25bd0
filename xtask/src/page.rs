//! Builds and serves the page, through Trunk.

use std::net::TcpListener;

use crate::run::{cargo, program};
use crate::setup::{chromium, page_tools};
use crate::{Outcome, root};

/// Where `serve` begins to look for a free port.
const FIRST_PORT: u16 = 8080;

/// The functions that the first picture needs (docs/loading.md).
const FIRST: &str = "xtask/split/first.txt";

/// Builds the page for release into `dist/`.
pub fn build() -> Outcome {
    page_tools()?.trunk().args(["build", "--release"]).succeed()
}

/// Builds the page and makes of it what a static host needs, or one file that runs from a disk.
pub fn dist(flags: &[String]) -> Outcome {
    build()?;
    program("node").args(["xtask/dist.mjs"]).args(flags).succeed()
}

/// Writes anew which functions the first picture needs: builds a page that notes which ran, visits it, and keeps the list.
pub fn first_load() -> Outcome {
    let tools = page_tools()?;
    let chromium = chromium()?;
    let (names, ran) = (root().join("target/first-load.names"), root().join("target/first-load.ran"));
    tools.trunk().args(["build", "--release"]).env("EVERYNODE_MARK", &names).succeed()?;
    program("node").args(["tests/page/first.mjs"]).args([&names, &ran]).env("CHROME", chromium).succeed()?;
    let list = ["run", "--quiet", "--profile", "proof", "--package", "split", "--", "list"];
    cargo().args(list).args([ran]).args([FIRST]).succeed()?;
    eprintln!("everynode: {FIRST} is written; `cargo xtask build` cuts the page by it");
    Ok(())
}

/// Runs a script that looks at the page in `dist/` with a browser.
pub fn with_browser(script: &str, flags: &[String]) -> Outcome {
    program("node").args([script]).args(flags).env("CHROME", chromium()?).succeed()
}

/// Builds the page, serves it and builds it again when a file changes; `flags` go to `trunk serve`.
pub fn serve(flags: &[String]) -> Outcome {
    let mut trunk = page_tools()?.trunk().args(["serve"]).args(flags);
    if !flags.iter().any(|flag| flag.starts_with("--port")) {
        let port = free_port()?;
        trunk = trunk.args(["--port", &port.to_string()]);
        eprintln!("everynode: the page will be at http://localhost:{port}/ once it is built; Ctrl-C stops");
    }
    if has_screen() && !flags.iter().any(|flag| flag == "--open") {
        trunk = trunk.args(["--open"]);
    }
    trunk.succeed()
}

/// Returns the first free port from 8080 on: another clone may be serving already.
fn free_port() -> Result<u16, String> {
    (FIRST_PORT..FIRST_PORT + 100)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .ok_or_else(|| format!("no free port from {FIRST_PORT} on; choose one with --port"))
}

/// Whether a browser could open by itself here.
fn has_screen() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !is_set("CI") && (cfg!(any(windows, target_os = "macos")) || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY"))
}

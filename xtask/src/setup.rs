//! Finds or installs what the tasks need, and says in one line what it installs or what the person must.
//!
//! `rust-toolchain.toml` names the Rust side (compiler, rustfmt, clippy, wasm target); rustup brings most of it by itself. Trunk and
//! wasm-bindgen-cli are built from source into a cache folder of the user's, so that a second clone finds them; npm packages
//! come by `npm ci`; a Chromium is found, or installed by apt where that is possible. When all is there, this takes
//! some hundredths of a second.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{Program, cargo, program};
use crate::{Outcome, root};

/// The newest Trunk that the compiler of `rust-toolchain.toml` builds (0.22 wants rustc 1.96.1).
const TRUNK_VERSION: &str = "0.21.14";

/// The oldest Node that the browser tests' packages accept.
const NODE_MAJOR_MIN: u32 = 20;

/// The tools that build the page, once they are there.
pub struct PageTools {
    bin: PathBuf,
}

/// Sees to the compiler's parts, Node, the npm packages, the crates' sources, Trunk and wasm-bindgen-cli.
pub fn page_tools() -> Result<PageTools, String> {
    compiler_parts()?;
    check_node()?;
    npm_packages()?;
    // Trunk keeps cargo from the network too.
    cargo().args(["fetch", "--quiet"]).succeed()?;
    let folder = tools_folder()?;
    let wasm_bindgen = locked_version("wasm-bindgen")?;
    // Trunk's own lock is honoured; wasm-bindgen-cli's names a version that registries may have dropped.
    let trunk_flags = ["--locked", "--no-default-features", "--features", "rustls"];
    let installed_any = install(&folder, "trunk", TRUNK_VERSION, &trunk_flags)?
        | install(&folder, "wasm-bindgen-cli", &wasm_bindgen, &[])?;
    if installed_any {
        // Only an interrupted set-up has a use for the half-built parts.
        let _ = fs::remove_dir_all(folder.join("build"));
    }
    Ok(PageTools { bin: folder.join("bin") })
}

impl PageTools {
    /// Returns Trunk, with what it needs to work without the network.
    pub fn trunk(&self) -> Program {
        program(self.bin.join(format!("trunk{}", std::env::consts::EXE_SUFFIX)))
            // Trunk looks for wasm-bindgen on the PATH before it would download one.
            .env("PATH", self.first_on_path())
            .env("TRUNK_OFFLINE", "true")
            .env("TRUNK_SKIP_VERSION_CHECK", "true")
            // It takes NO_COLOR's usual value, 1, for a mistake and exits.
            .without_env("NO_COLOR")
    }

    fn first_on_path(&self) -> OsString {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::join_paths(std::iter::once(self.bin.clone()).chain(std::env::split_paths(&path)))
            .expect("the cache folder's name holds no path separator")
    }
}

/// Sees to what `rust-toolchain.toml` lists beside the compiler.
///
/// rustup fetches it together with the compiler, but not where that was there before, or where `RUSTUP_AUTO_INSTALL` is 0.
fn compiler_parts() -> Outcome {
    let library = program("rustc").args(["--print", "target-libdir", "--target", "wasm32-unknown-unknown"]).output()?;
    let has = |tool: &str| on_path(tool).is_some() && program(tool).args(["--version"]).output().is_ok();
    if Path::new(&library).is_dir() && has("cargo-clippy") && has("rustfmt") {
        return Ok(());
    }
    eprintln!("everynode: rustup is fetching what rust-toolchain.toml lists");
    let advice = "everynode needs the wasm32-unknown-unknown target, clippy and rustfmt of its compiler";
    program("rustup")
        .args(["toolchain", "install", "--no-self-update"])
        // cargo has set it, and with it rustup would not look into the file.
        .without_env("RUSTUP_TOOLCHAIN")
        .succeed()
        .map_err(|problem| format!("{advice}: {problem}"))
}

/// Installs a crate's programs into `folder` unless exactly this version is there; returns whether it had to.
fn install(folder: &Path, name: &str, version: &str, flags: &[&str]) -> Result<bool, String> {
    let records = fs::read_to_string(folder.join(".crates.toml")).unwrap_or_default();
    if is_recorded(&records, name, version) {
        return Ok(false);
    }
    eprintln!("everynode: installing {name} {version} into {} (once; takes minutes)", folder.display());
    cargo()
        .args(["install", name, "--version", &format!("={version}"), "--root"])
        .args([folder])
        .args(flags)
        // Built quickly rather than to be quick: they run for a second or two at a time.
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_LTO", "false")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        // A place of its own, so that an interrupted set-up goes on where it stopped.
        .env("CARGO_TARGET_DIR", folder.join("build"))
        .without_env("RUSTFLAGS")
        .succeed()?;
    Ok(true)
}

/// Whether cargo's own list of installed programs (`.crates.toml`) names this version.
fn is_recorded(records: &str, name: &str, version: &str) -> bool {
    records.lines().any(|line| line.starts_with(&format!("\"{name} {version} (")))
}

/// Returns `$EVERYNODE_TOOLS`, or `everynode/tools` in the user's cache folder; outside the clone, so that clones share it.
fn tools_folder() -> Result<PathBuf, String> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = set("EVERYNODE_TOOLS")
        .or_else(|| set("XDG_CACHE_HOME").map(|cache| cache.join("everynode/tools")))
        .or_else(|| set("HOME").or_else(|| set("USERPROFILE")).map(|home| home.join(".cache/everynode/tools")))
        .ok_or("neither HOME nor EVERYNODE_TOOLS says where to keep the tools; set EVERYNODE_TOOLS to a folder")?;
    fs::create_dir_all(&folder).map_err(|error| format!("can't create {}: {error}", folder.display()))?;
    folder.canonicalize().map_err(|error| format!("can't open {}: {error}", folder.display()))
}

/// Returns the version of `package` in Cargo.lock: wasm-bindgen's tool and library must be the very same.
fn locked_version(package: &str) -> Result<String, String> {
    let lock =
        fs::read_to_string(root().join("Cargo.lock")).map_err(|error| format!("can't read Cargo.lock: {error}"))?;
    version_in_lock(&lock, package).ok_or_else(|| format!("Cargo.lock doesn't name {package}"))
}

fn version_in_lock(lock: &str, package: &str) -> Option<String> {
    let entry = lock.split("[[package]]").find(|entry| entry.contains(&format!("name = \"{package}\"\n")))?;
    Some(entry.split("version = \"").nth(1)?.split('"').next()?.to_owned())
}

fn check_node() -> Outcome {
    let wanted = format!("everynode needs Node {NODE_MAJOR_MIN} or newer, with npm, on the PATH");
    let version = program("node").args(["--version"]).output().map_err(|_| wanted.clone())?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_some_and(|major| major >= NODE_MAJOR_MIN) {
        Ok(())
    } else {
        Err(format!("{wanted}; the one there is {version}"))
    }
}

/// Installs the npm packages unless they are newer than their lock.
fn npm_packages() -> Outcome {
    let changed = |path: &str| fs::metadata(root().join(path)).and_then(|file| file.modified()).ok();
    // npm writes this list last, so its age is that of a whole installation.
    if changed("node_modules/.package-lock.json") >= changed("package-lock.json") {
        return Ok(());
    }
    eprintln!("everynode: installing the npm packages of package-lock.json into node_modules");
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    program(npm).args(["ci", "--no-audit", "--no-fund"]).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1").succeed()
}

/// Returns a Chromium for the browser tests: `$CHROME`, an installed one, or one that apt brings.
pub fn chromium() -> Result<PathBuf, String> {
    if let Some(path) = std::env::var_os("CHROME").map(PathBuf::from) {
        return if path.is_file() { Ok(path) } else { Err(format!("CHROME is {}, which isn't there", path.display())) };
    }
    if let Some(path) = installed_chromium() {
        return Ok(path);
    }
    let advice = "the browser tests need Chromium or Chrome: install one, or set CHROME to its path";
    if on_path("apt-get").is_none() || !is_root() {
        return Err(advice.to_owned());
    }
    eprintln!("everynode: installing chromium by apt-get, for the browser tests");
    let apt = || program("apt-get").args(["-o", "DPkg::Lock::Timeout=500"]).env("DEBIAN_FRONTEND", "noninteractive");
    apt().args(["--quiet", "update"]).succeed()?;
    apt().args(["--quiet", "install", "--yes", "--no-install-recommends", "chromium"]).succeed()?;
    installed_chromium().ok_or_else(|| advice.to_owned())
}

fn installed_chromium() -> Option<PathBuf> {
    const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
    const PLACES: [&str; 4] = [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    ];
    let elsewhere = || PLACES.iter().map(PathBuf::from).find(|path| path.is_file());
    NAMES.iter().find_map(|name| on_path(name)).or_else(elsewhere)
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path).map(|folder| folder.join(&name)).find(|file| file.is_file())
}

fn is_root() -> bool {
    program("id").args(["-u"]).output().is_ok_and(|id| id == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_version_counts_as_installed() {
        let records = "[v1]\n\"trunk 0.21.14 (registry+https://example.org/index)\" = [\"trunk\"]\n";
        assert!(is_recorded(records, "trunk", "0.21.14"));
        assert!(!is_recorded(records, "trunk", "0.21.1"));
        assert!(!is_recorded(records, "unk", "0.21.14"));
    }

    #[test]
    fn the_lock_tells_packages_with_a_common_beginning_apart() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_in_lock(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_in_lock(lock, "yew"), None);
    }
}

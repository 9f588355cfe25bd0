//! The house checks itself: the rules of layout and style that a machine can hold, each as an ordinary test.
//!
//! They read the sources as text. That is enough: a rule broken on purpose can always hide, a rule broken by oversight
//! doesn't. The import rules between rooms are the compiler's already; here the manifests are compared with the table, so that
//! a room can't quietly be given one more.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Which rooms each room may import. `serde_json` and other crates from outside are each room's own affair.
const MAY_IMPORT: [(&str, &[&str]); 8] = [
    ("api", &[]),
    ("yaml", &["api"]),
    ("cluster", &["api"]),
    ("kubectl", &["api", "yaml"]),
    ("shell", &["api", "kubectl"]),
    ("course", &["api", "yaml"]),
    ("playground", &["api", "yaml", "cluster", "kubectl", "shell", "course"]),
    ("ui", &["playground"]),
];

/// Words that would make the core differ from run to run, or reach outside.
const NOT_IN_THE_CORE: [&str; 8] =
    ["HashMap", "HashSet", "std::time::Instant", "SystemTime", "RandomState", "std::thread", "std::env", "std::fs"];

/// The words by which the browser is reached; only `src/ui/host` says them.
const OF_THE_BROWSER: [&str; 2] = ["web_sys", "web-sys ="];

#[test]
fn rooms_import_only_what_the_table_allows() {
    let mut wrong = Vec::new();
    for (room, allowed) in MAY_IMPORT {
        let manifest = read(&root().join(format!("src/{room}/Cargo.toml")));
        let imports = dependencies(&manifest);
        let rooms = imports.iter().filter(|name| MAY_IMPORT.iter().any(|(room, _)| room == *name));
        wrong.extend(
            rooms.filter(|name| !allowed.contains(&name.as_str())).map(|name| format!("{room} imports {name}")),
        );
    }
    assert_none(&wrong, "src/*/Cargo.toml: rooms that may not import each other (tests/tidy.rs has the table)");
}

#[test]
fn every_room_is_in_the_table() {
    let rooms: BTreeSet<String> = folders(&root().join("src")).iter().map(|path| name(path)).collect();
    let known: BTreeSet<String> = MAY_IMPORT.iter().map(|(room, _)| (*room).to_owned()).collect();
    assert_eq!(rooms, known, "the folders of src/ and the table of tests/tidy.rs");
}

#[test]
fn every_file_opens_with_a_head_comment() {
    let wrong: Vec<String> = sources().iter().filter(|path| lacks_head_comment(path)).map(|path| shown(path)).collect();
    assert_none(&wrong, "files that don't open by saying what they are for");
}

#[test]
fn only_ui_host_speaks_to_the_browser() {
    let mut wrong = Vec::new();
    for path in sources().iter().filter(|path| shown(path).starts_with("src/")) {
        let manifest_of_ui = shown(path) == "src/ui/Cargo.toml";
        if !shown(path).starts_with("src/ui/host") && !manifest_of_ui {
            wrong.extend(mentions(path, &OF_THE_BROWSER));
        }
    }
    assert_none(&wrong, "web-sys outside src/ui/host");
}

/// What is in a manifest, a link or an answer reaches the page as text: nothing there parses markup.
#[test]
fn nothing_written_becomes_markup() {
    const PARSES_MARKUP: [&str; 7] = [
        "inner_html",
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "from_html_unchecked",
        "document.write",
        "createContextualFragment",
    ];
    let places = ["src/ui", "static"].map(|folder| files(&root().join(folder)));
    let code = places.iter().flatten().filter(|path| ["rs", "js", "mjs"].iter().any(|kind| has_extension(path, kind)));
    let wrong: Vec<String> = code.flat_map(|path| mentions(path, &PARSES_MARKUP)).collect();
    assert_none(&wrong, "text that would become markup");
}

#[test]
fn the_core_is_deterministic_and_has_no_outside() {
    let core = files(&root().join("src/cluster"));
    let rust = core.iter().filter(|path| has_extension(path, "rs") && !is_only_for_tests(path));
    let wrong: Vec<String> = rust.flat_map(|path| mentions(path, &NOT_IN_THE_CORE)).collect();
    assert_none(&wrong, "src/cluster/clippy.toml says why not");
}

#[test]
fn controllers_scheduler_and_kubelet_meet_only_in_the_api() {
    let cluster = root().join("src/cluster");
    let mut parts: Vec<String> =
        folders(&cluster.join("controller")).iter().map(|path| format!("controller::{}", name(path))).collect();
    parts.extend(["scheduler".to_owned(), "kubelet".to_owned()]);
    let mut wrong = Vec::new();
    for part in &parts {
        let place = cluster.join(part.replace("::", "/"));
        let others: Vec<&String> = parts.iter().filter(|other| *other != part).collect();
        for path in files(&place)
            .iter()
            .chain([&place.with_extension("rs")])
            .filter(|path| path.is_file() && !is_only_for_tests(path))
        {
            let text = without_comments(&read(path));
            let refused = |import: &String| {
                is_within(import, "apiserver::store") || others.iter().any(|other| is_within(import, other))
            };
            wrong.extend(
                crate_paths(&text)
                    .iter()
                    .filter(|import| refused(import))
                    .map(|import| format!("{}: crate::{import}", shown(path))),
            );
            // The way round by the parent module.
            let sideways = others.iter().map(|other| format!("super::{}", other.rsplit("::").next().unwrap_or(other)));
            wrong.extend(
                sideways
                    .filter(|word| text.contains(&format!("{word}::")))
                    .map(|word| format!("{}: {word}", shown(path))),
            );
        }
    }
    assert_none(&wrong, "parts of the cluster that know each other, or the store, instead of the API server's client");
}

#[test]
fn every_path_named_in_the_docs_exists() {
    let mut documents = files(&root().join("docs"));
    documents.extend(["README.md", "CHANGELOG.md"].map(|file| root().join(file)));
    let mut wrong = Vec::new();
    for path in documents.iter().filter(|path| has_extension(path, "md")) {
        let text = read(path);
        let from_root =
            backticked(&text).into_iter().filter(|word| is_our_path(word)).map(|word| (root().to_owned(), word));
        let beside = path.parent().expect("a document lies in a folder");
        let linked = links(&text).into_iter().map(|link| (beside.to_owned(), link));
        let missing = from_root.chain(linked).filter(|(folder, word)| !folder.join(word).exists());
        wrong.extend(missing.map(|(_, word)| format!("{}: {word}", shown(path))));
    }
    assert_none(&wrong, "paths in the docs that aren't there");
}

#[test]
fn no_test_file_is_forgotten() {
    let main = read(&root().join("tests/main.rs"));
    let modules = files(&root().join("tests")).into_iter().filter_map(|path| {
        let place = path.strip_prefix(root().join("tests")).ok()?.with_extension("");
        let module = if place.ends_with("mod") { place.parent()?.to_owned() } else { place };
        // Deeper files belong to a folder's own mod.rs, which the compiler checks.
        (has_extension(&path, "rs") && module.components().count() == 1).then(|| name(&module))
    });
    let forgotten: Vec<String> =
        modules.filter(|module| module != "main" && !main.contains(&format!("mod {module};"))).collect();
    assert_none(&forgotten, "modules that tests/main.rs doesn't name, so that they never run");
}

#[test]
fn trunk_has_the_wasm_bindgen_of_the_lock() {
    let lock = read(&root().join("Cargo.lock"));
    let entry =
        lock.split("[[package]]").find(|entry| entry.contains("name = \"wasm-bindgen\"\n")).expect("the page needs it");
    let version =
        entry.split("version = ").nth(1).and_then(|rest| rest.lines().next()).expect("a package has a version");
    let trunk = read(&root().join("Trunk.toml"));
    assert!(
        trunk.contains(&format!("wasm_bindgen = {version}")),
        "Trunk.toml must name wasm-bindgen {version}, as Cargo.lock does"
    );
}

#[test]
fn the_npm_lock_names_no_host() {
    assert!(
        !read(&root().join("package-lock.json")).contains("://"),
        "package-lock.json works behind any registry; see .npmrc"
    );
}

/// Fails with every offence on a line of its own.
fn assert_none(wrong: &[String], rule: &str) {
    assert!(wrong.is_empty(), "{rule}:\n  {}", wrong.join("\n  "));
}

/// Returns the names under every `[…dependencies…]` heading that ships, with and without `.workspace = true`.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut inside = false;
    for line in manifest.lines().map(str::trim) {
        if let Some(heading) = line.strip_prefix('[') {
            let heading = heading.trim_end_matches(']');
            inside = heading.ends_with("dependencies") && !heading.ends_with("dev-dependencies");
            names.extend(heading.strip_prefix("dependencies.").map(str::to_owned));
        } else if inside && !line.starts_with('#') && line.contains('=') {
            names.extend(line.split(['.', ' ', '=']).next().map(str::to_owned));
        }
    }
    names
}

fn lacks_head_comment(path: &Path) -> bool {
    let text = read(path);
    let first = text
        .lines()
        .find(|line| !line.is_empty() && !line.starts_with("#!") && !line.to_lowercase().starts_with("<!doctype"));
    let lacks = |marks: &[&str]| !marks.iter().any(|mark| first.unwrap_or_default().starts_with(mark));
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("rs") => lacks(&["//!"]),
        Some("mjs" | "js" | "css") => lacks(&["//", "/*"]),
        Some("html") => lacks(&["<!--"]),
        _ => lacks(&["#"]),
    }
}

/// Returns `file:line: word` for each line of code that says one of `words`.
fn mentions(path: &Path, words: &[&str]) -> Vec<String> {
    let text = without_comments(&read(path));
    let said = text.lines().enumerate().flat_map(|(index, line)| {
        words.iter().filter(move |word| line.contains(**word)).map(move |word| (index + 1, word))
    });
    said.map(|(line, word)| format!("{}:{line}: {word}", shown(path))).collect()
}

/// Whether the module above takes this file in for tests alone, which may read examples, and set up a whole cluster.
fn is_only_for_tests(path: &Path) -> bool {
    let folder = path.parent().expect("a source lies in a folder");
    let stem = path.file_stem().expect("a source has a name").to_string_lossy();
    let above = [folder.join("mod.rs"), folder.join("lib.rs"), folder.with_extension("rs")];
    let declares = |text: String| text.contains(&format!("#[cfg(test)]\nmod {stem};"));
    above.iter().any(|file| fs::read_to_string(file).is_ok_and(declares))
}

/// Blanks line comments, keeping the lines.
fn without_comments(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Returns each path after `crate::`, with the braces of `use` trees multiplied out.
fn crate_paths(text: &str) -> Vec<String> {
    text.split("crate::").skip(1).flat_map(|rest| use_tree(rest).0).collect()
}

/// Reads one use tree and returns its paths and what follows it.
fn use_tree(text: &str) -> (Vec<String>, &str) {
    let end = text.find(|letter: char| !(letter.is_alphanumeric() || "_:*".contains(letter))).unwrap_or(text.len());
    let (stem, mut rest) = text.split_at(end);
    if !stem.ends_with("::") && !stem.is_empty() || !rest.starts_with('{') {
        return (vec![stem.to_owned()], rest);
    }
    let mut paths = Vec::new();
    while let Some(inner) = rest.strip_prefix(['{', ',']) {
        let (branch, after) = use_tree(inner.trim_start());
        paths.extend(branch.iter().map(|path| format!("{stem}{path}")));
        // `as name` says nothing about where it comes from.
        rest = after.trim_start_matches(|letter| letter != ',' && letter != '}');
    }
    (paths, rest.strip_prefix('}').unwrap_or(rest))
}

/// Whether `path` is `module` or something in it.
fn is_within(path: &str, module: &str) -> bool {
    path.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[test]
fn use_trees_are_multiplied_out() {
    let text =
        "use crate::{clock::Instant, controller::{self, daemonset::decide as d}};\nlet x = crate::kubelet::admit(1);";
    let paths = ["clock::Instant", "controller::self", "controller::daemonset::decide", "kubelet::admit"];
    assert_eq!(crate_paths(text), paths);
}

/// Returns what stands between backticks, outside of code blocks.
fn backticked(text: &str) -> Vec<String> {
    let mut in_block = false;
    let mut words = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        } else if !in_block {
            words.extend(line.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    words
}

/// Returns the targets of Markdown links to files, without the part after `#`.
fn links(text: &str) -> Vec<String> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let files = targets.filter(|target| !target.contains("://") && !target.starts_with('#'));
    files.map(|target| target.split('#').next().unwrap_or_default().to_owned()).collect()
}

/// Whether a word in a document claims to be a path of this repository; patterns and what a build makes don't.
fn is_our_path(word: &str) -> bool {
    const TOP: [&str; 7] = ["src/", "docs/", "tests/", "static/", "xtask/", ".ci/", ".cargo/"];
    TOP.iter().any(|top| word.starts_with(top)) && !word.contains(['*', '<', '{', ' ', '…'])
}

/// Returns every source file that people write: Rust, manifests and settings, the page's and the tests' scripts and styles.
pub fn sources() -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> =
        ["src", "tests", "xtask", "static", ".cargo", ".ci"].iter().flat_map(|top| files(&root().join(top))).collect();
    let at_the_top = fs::read_dir(root()).expect("the workspace is readable").flatten().map(|entry| entry.path());
    all.extend(at_the_top.filter(|path| path.is_file()));
    all.retain(|path| {
        path.ends_with(".ci/run")
            || ["rs", "toml", "mjs", "js", "css", "html"].iter().any(|kind| has_extension(path, kind))
    });
    all
}

/// Returns the files in `folder` and below, in order, leaving out what tools put there.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths.retain(|path| !["target", "dist", "node_modules"].iter().any(|made| path.ends_with(made)));
    paths.into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|own| own == extension)
}

pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", shown(path)))
}

fn name(path: &Path) -> String {
    path.file_name().expect("a path below the root has a name").to_string_lossy().into_owned()
}

/// Returns the path as a person would write it, from the root.
fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

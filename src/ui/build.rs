//! Gathers the languages: every `static/text/<code>.txt`, English first.

use std::path::Path;
use std::{env, fs};

fn main() {
    if env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../static/text");
    println!("cargo::rerun-if-changed={}", folder.display());
    let files = fs::read_dir(&folder).expect("static/text is readable").flatten().map(|entry| entry.path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|ending| ending == "txt")).collect();
    files.sort_by_key(|path| (!path.ends_with("en.txt"), path.clone()));
    let entry = |path: &std::path::PathBuf| {
        let code = path.file_stem().and_then(|code| code.to_str()).expect("a language has a code");
        let path = path.canonicalize().expect("a file that was just listed is there");
        println!("cargo::rerun-if-changed={}", path.display());
        format!("    ({code:?}, include_str!({path:?})),\n")
    };
    let entries: String = files.iter().map(entry).collect();
    let list = format!("/// Code and file of every language.\npub const FILES: &[(&str, &str)] = &[\n{entries}];\n");
    let out = Path::new(&env::var_os("OUT_DIR").expect("cargo says where")).join("languages.rs");
    fs::write(out, list).expect("cargo's folder can be written to");
}

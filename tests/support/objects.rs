//! Keeps every object that was stored or answered with its owners while tests ran, for whoever asks: `EVERYNODE_OBJECTS=FOLDER` names where.
//!
//! `cargo xtask types` reads them with Kubernetes' generated types. Each is written once, as JSON on a line; nothing happens without
//! the variable.

use api::Value;
use std::collections::HashSet;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::Path;
use std::sync::{LazyLock, Mutex};

static KEPT: LazyLock<Option<Mutex<Kept>>> = LazyLock::new(|| {
    let folder = std::env::var_os("EVERYNODE_OBJECTS")?;
    let file = Path::new(&folder).join("objects.jsonl");
    let file = File::create(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    Some(Mutex::new(Kept { file, seen: HashSet::new() }))
});

struct Kept {
    file: File,
    seen: HashSet<u64>,
}

/// Writes an object down, if it is asked for and new.
pub fn keep(value: impl FnOnce() -> Value) {
    let Some(kept) = &*KEPT else { return };
    let value = value();
    let mut hash = DefaultHasher::new();
    let mut same = value.clone();
    // The same but for its version and times is the same.
    same["metadata"]["resourceVersion"].take();
    same.to_string().hash(&mut hash);
    let mut kept = kept.lock().expect("nobody panics while writing");
    if kept.seen.insert(hash.finish()) {
        writeln!(kept.file, "{value}").expect("the file can be written");
    }
}

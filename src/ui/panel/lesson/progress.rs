//! Which lessons were finished: kept in the browser, one id a line, and as a file the same.

use crate::host::storage;

const KEY: &str = "everynode.progress";

/// The ids of the finished lessons.
pub fn finished() -> Vec<String> {
    read(&storage::load(KEY).unwrap_or_default())
}

/// A lesson was finished.
pub fn finish(id: &str) {
    add(id);
}

/// All that is kept, as a file.
pub fn file() -> String {
    let lines: Vec<String> = finished().into_iter().map(|id| id + "\n").collect();
    lines.concat()
}

/// Adds what a file holds to what is kept.
pub fn add(file: &str) {
    let mut ids = finished();
    for id in read(file) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    storage::keep(KEY, &ids.join("\n"));
}

/// Nothing was finished.
pub fn forget() {
    storage::keep(KEY, "");
}

/// Whatever else a file holds is no progress.
fn read(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| is_id(line)).map(String::from).collect()
}

/// Whether a text can be the name of a lesson's file.
pub fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_are_read_out_of_a_file() {
        assert_eq!(read("01-a\n\n<b>\n 02-b \nsome words\n"), ["01-a", "02-b"]);
    }
}

//! The page's words, by key.
//!
//! One file per language under `static/text`; a text may hold `{name}`s to be filled in. Left out: choosing the language,
//! which comes with the second one.

use std::sync::LazyLock;

const ENGLISH: &str = include_str!("../../static/text/en.txt");

static TEXTS: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| read(ENGLISH));

/// The text of `key`; the key itself if there is none, which a test keeps from happening.
pub fn text(key: &'static str) -> &'static str {
    TEXTS.iter().find(|(name, _)| *name == key).map_or(key, |(_, text)| text)
}

/// The text of `key` with its `{name}`s filled in.
pub fn fill(key: &'static str, values: &[(&str, &str)]) -> String {
    let mut rest: &str = text(key);
    let mut filled = String::with_capacity(rest.len() + 16);
    while let Some((before, name, after)) = next_blank(rest) {
        filled.push_str(before);
        filled.push_str(values.iter().find(|(known, _)| *known == name).map_or(name, |(_, value)| value));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// A moment on the time bar: `00:42`, and hours in front when there are some.
pub fn clock(seconds: u64) -> String {
    let two = |number: u64| [if number < 10 { "0" } else { "" }, &number.to_string()].concat();
    let short = [two(seconds / 60 % 60), two(seconds % 60)].join(":");
    if seconds < 3600 { short } else { [(seconds / 3600).to_string(), short].join(":") }
}

/// Splits at the first `{name}`.
fn next_blank(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

fn read(file: &'static str) -> Vec<(&'static str, &'static str)> {
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(" = ")).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn blanks_are_filled_and_unknown_ones_stay_readable() {
        assert_eq!(fill("editor.close", &[("file", "web.yaml")]), "Close web.yaml");
        assert_eq!(fill("editor.close", &[]), "Close file");
    }

    #[test]
    fn clock_shows_minutes_and_seconds_and_hours_only_when_there_are_some() {
        assert_eq!(clock(0), "00:00");
        assert_eq!(clock(42), "00:42");
        assert_eq!(clock(3_723), "1:02:03");
    }

    #[test]
    fn every_key_the_page_uses_has_a_text_and_every_text_is_used() {
        let mut source = String::new();
        gather(Path::new(env!("CARGO_MANIFEST_DIR")), &mut source);
        for piece in source.split("text(\"").skip(1).chain(source.split("fill(\"").skip(1)) {
            let key = piece.split('"').next().unwrap_or_default();
            assert!(TEXTS.iter().any(|(name, _)| *name == key), "static/text/en.txt has no {key}");
        }
        for (key, _) in TEXTS.iter() {
            assert!(source.contains(&["\"", key, "\""].concat()), "nothing on the page says {key}");
        }
    }

    fn gather(folder: &Path, source: &mut String) {
        for entry in std::fs::read_dir(folder).expect("the room's folder is readable").flatten() {
            let path = entry.path();
            if path.is_dir() {
                gather(&path, source);
            } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("text.rs") {
                source.push_str(&std::fs::read_to_string(&path).expect("a source file is text"));
            }
        }
    }
}

//! The page's words, by key, in the language chosen.
//!
//! One file per language under `static/text`, found by `build.rs`; a text may hold `{name}`s to be filled in. A language
//! more is a file more. What a language leaves out is said in English, which a test keeps from happening.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, RwLock};

include!(concat!(env!("OUT_DIR"), "/languages.rs"));

type Texts = Vec<(&'static str, &'static str)>;

static TEXTS: LazyLock<Vec<Texts>> = LazyLock::new(|| FILES.iter().map(|(_, file)| read(file)).collect());
/// Words that come later, by language: those of the exam's pages.
static LATER: RwLock<Vec<(usize, Texts)>> = RwLock::new(Vec::new());
static CHOSEN: AtomicUsize = AtomicUsize::new(0);

/// A language, by its place among all; English is the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language(usize);

impl Language {
    /// All there are.
    pub fn all() -> impl Iterator<Item = Language> {
        (0..FILES.len()).map(Language)
    }

    /// By a code such as `ko` or `ko-KR`.
    pub fn find(code: &str) -> Option<Language> {
        let code = code.split('-').next().unwrap_or_default();
        FILES.iter().position(|(known, _)| known.eq_ignore_ascii_case(code)).map(Language)
    }

    /// The one chosen.
    pub fn now() -> Language {
        Language(CHOSEN.load(Ordering::Relaxed))
    }

    /// From now on all texts are in this one. What is drawn already is to be drawn anew.
    pub fn choose(self) {
        CHOSEN.store(self.0, Ordering::Relaxed);
    }

    /// Its code: `en`.
    pub fn code(self) -> &'static str {
        FILES[self.0].0
    }

    /// What its speakers call it.
    pub fn name(self) -> &'static str {
        find(self, "language.name").unwrap_or(self.code())
    }
}

/// The text of a key in one language.
pub fn find(language: Language, key: &str) -> Option<&'static str> {
    let known = |texts: &Texts| texts.iter().find(|(name, _)| *name == key).map(|(_, text)| *text);
    known(&TEXTS[language.0]).or_else(|| {
        let later = LATER.read().ok()?;
        later.iter().find(|(of, _)| *of == language.0).and_then(|(_, texts)| known(texts))
    })
}

/// Takes in the words of a language that come later.
pub fn learn(language: Language, file: String) {
    if !has_learned(language)
        && let Ok(mut later) = LATER.write()
    {
        // They are said as long as the page is there.
        later.push((language.0, read(file.leak())));
    }
}

/// Whether they have come.
pub fn has_learned(language: Language) -> bool {
    LATER.read().is_ok_and(|later| later.iter().any(|(of, _)| *of == language.0))
}

/// The text of `key`; the key itself if there is none, which a test keeps from happening.
pub fn text(key: &'static str) -> &'static str {
    known(key).unwrap_or(key)
}

/// The text of a key that isn't known beforehand.
pub fn known(key: &str) -> Option<&'static str> {
    find(Language::now(), key).or_else(|| find(Language(0), key))
}

/// The title of a scenario or an example, which brings its English one along.
pub fn title(of: &str, id: &str, english: &str) -> String {
    find(Language::now(), &[of, ".", id].concat()).unwrap_or(english).to_owned()
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

/// The text of `key`, cut where something is to be filled in that is more than text.
pub fn pieces(key: &'static str) -> Vec<Piece> {
    let mut rest = text(key);
    let mut pieces = Vec::new();
    while let Some((before, name, after)) = next_blank(rest) {
        pieces.extend([Piece::Text(before), Piece::Blank(name)]);
        rest = after;
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    Text(&'static str),
    /// A blank, by its name.
    Blank(&'static str),
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

    /// Everything there is to say, in all languages: what comes later too.
    fn all_keys(language: Language) -> Vec<&'static str> {
        for language in Language::all() {
            let path = ["../../static/lessons/", language.code(), "/words.txt"].concat();
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
            learn(language, std::fs::read_to_string(&path).expect("every language has the exam's words"));
        }
        let later = LATER.read().expect("nobody panicked");
        let later = later.iter().filter(|(of, _)| *of == language.0).flat_map(|(_, texts)| texts.clone());
        TEXTS[language.0].clone().into_iter().chain(later).map(|(key, _)| key).collect()
    }

    const ENGLISH: Language = Language(0);
    /// What other languages have beside English's keys.
    const TITLES: [&str; 2] = ["scenario.", "example."];

    #[test]
    fn a_language_is_found_by_its_code_with_or_without_a_region() {
        assert_eq!(Language::find("en-GB"), Some(ENGLISH));
        assert_eq!(Language::find("KO").map(Language::name), Some("한국어"));
        assert_eq!(Language::find("tlh"), None);
    }

    #[test]
    fn every_language_has_every_text_with_the_same_blanks() {
        let blanks = |text: &'static str| {
            let mut rest = text;
            let mut names = std::collections::BTreeSet::new();
            while let Some((_, name, after)) = next_blank(rest) {
                names.insert(name);
                rest = after;
            }
            names
        };
        for language in Language::all() {
            let code = language.code();
            for key in all_keys(ENGLISH) {
                let english = find(ENGLISH, key).expect("it is English");
                let text = find(language, key).unwrap_or_else(|| panic!("{code} has no {key}"));
                assert_eq!(blanks(text), blanks(english), "{code}: {key}");
            }
            let keys = all_keys(language);
            for (place, key) in keys.iter().enumerate() {
                let title = language != ENGLISH && TITLES.iter().any(|of| key.starts_with(of));
                assert!(title || find(ENGLISH, key).is_some(), "{code}: nothing on the page says {key}");
                assert!(!keys[..place].contains(key), "{code}: {key} twice");
            }
        }
    }

    #[test]
    fn every_scenario_and_example_has_a_title_in_every_language() {
        let playground = playground::Playground::new(None);
        let scenarios = playground.scene().scenarios.into_iter().map(|name| ["scenario.", &name.id].concat());
        let examples = playground.files().examples.into_iter().map(|example| ["example.", &example.id].concat());
        for key in scenarios.chain(examples) {
            for language in Language::all().skip(1) {
                assert!(find(language, &key).is_some(), "static/text/{}.txt has no {key}", language.code());
            }
        }
    }

    #[test]
    fn every_key_the_page_uses_has_a_text_and_every_text_is_used() {
        let mut source = include_str!("../../index.html").to_owned();
        gather(Path::new(env!("CARGO_MANIFEST_DIR")), &mut source);
        let keys = all_keys(ENGLISH);
        for piece in source.split("text(\"").skip(1).chain(source.split("fill(\"").skip(1)) {
            let key = piece.split('"').next().unwrap_or_default();
            assert!(find(ENGLISH, key).is_some(), "static/text/en.txt has no {key}");
        }
        for key in keys {
            assert!(source.contains(&["\"", key, "\""].concat()), "nothing on the page says {key}");
        }
    }

    fn gather(folder: &Path, source: &mut String) {
        for entry in std::fs::read_dir(folder).expect("the room's folder is readable").flatten() {
            let path = entry.path();
            if path.is_dir() {
                gather(&path, source);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                source.push_str(&std::fs::read_to_string(&path).expect("a source file is text"));
            }
        }
    }
}

//! The commands that turn text into text: grep, head, tail, wc, sort and their like.
//!
//! Each gets its arguments and its input, and returns what it prints. They know the flags learners type; another flag is
//! refused in GNU's words.

mod awk;
mod grep;
pub mod jq;
mod json;
mod lines;
mod sed;

use kubectl::{ExitCode, Files};

/// What a filter printed, and how it ended.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Filtered {
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// 0 for success.
    pub code: ExitCode,
    /// Files to be written: `sed -i`, `tee`.
    pub written: Vec<(String, String)>,
}

impl Filtered {
    /// Success with an output.
    pub fn ok(out: String) -> Filtered {
        Filtered { out, ..Filtered::default() }
    }

    /// A failure with its text.
    pub fn fail(err: impl Into<String>, code: ExitCode) -> Filtered {
        Filtered { err: format!("{}\n", err.into()), code, ..Filtered::default() }
    }
}

/// What a filter may look at.
pub struct Input<'a> {
    /// The name it was called by.
    pub name: &'a str,
    /// The words after it.
    pub args: &'a [String],
    /// Standard input.
    pub stdin: &'a str,
    /// For its file arguments.
    pub files: &'a dyn Files,
}

impl Input<'_> {
    /// The text of each file named, or standard input; a file that isn't there is told and skipped.
    pub fn texts(&self, names: &[String], filtered: &mut Filtered) -> Vec<(String, String)> {
        if names.is_empty() {
            return vec![(String::new(), self.stdin.to_string())];
        }
        let mut texts = Vec::new();
        for name in names {
            if name == "-" {
                texts.push((name.clone(), self.stdin.to_string()));
            } else if let Some(text) = self.files.read(name) {
                texts.push((name.clone(), text));
            } else {
                let what = if self.files.list(name).is_some() { "Is a directory" } else { "No such file or directory" };
                filtered.err.push_str(&format!("{}: {name}: {what}\n", self.name));
                filtered.code = if self.name == "grep" { 2 } else { 1 };
            }
        }
        texts
    }

    /// A flag this filter doesn't know.
    pub fn unknown(&self, flag: char) -> Filtered {
        let name = self.name;
        let text = format!("{name}: invalid option -- '{flag}'\nTry '{name} --help' for more information.");
        Filtered::fail(text, if name == "grep" || name == "sort" { 2 } else { 1 })
    }
}

/// A filter.
pub type Filter = fn(&Input) -> Filtered;

/// The filter of a name; [`jq`] isn't among them, since it goes on part by part.
pub fn of(name: &str) -> Option<Filter> {
    Some(match name {
        "awk" => awk::run,
        "grep" | "egrep" | "fgrep" => grep::run,
        "sed" => sed::run,
        "cat" | "less" | "more" => lines::cat,
        "head" => lines::head,
        "tail" => lines::tail,
        "wc" => lines::wc,
        "sort" => lines::sort,
        "uniq" => lines::uniq,
        "cut" => lines::cut,
        "tr" => lines::tr,
        "tee" => lines::tee,
        "base64" => lines::base64,
        "column" => lines::column,
        "diff" => lines::diff,
        _ => return None,
    })
}

/// Whether there is a filter of this name.
pub fn is(name: &str) -> bool {
    name == "jq" || of(name).is_some()
}

/// Whether each line is dealt with by itself, so that a filter may run before its input has ended.
pub fn by_line(name: &str, args: &[String]) -> bool {
    match name {
        "cat" => args.is_empty(),
        "grep" | "egrep" | "fgrep" => {
            let words = args.iter().filter(|arg| !arg.starts_with('-')).count();
            // Beside the pattern there would be files.
            words <= 1
                && !args.iter().any(|arg| arg.starts_with('-') && arg.contains(['c', 'n', 'A', 'B', 'C', 'm', 'q']))
        }
        _ => false,
    }
}

/// `-abc`, with the rest of the word or the next word as the value of flags in `valued`.
pub fn flags(args: &[String], valued: &str) -> (Vec<(char, String)>, Vec<String>) {
    let (mut found, mut rest, mut at) = (Vec::new(), Vec::new(), 0);
    while at < args.len() {
        let arg = &args[at];
        at += 1;
        if arg == "--" {
            rest.extend_from_slice(&args[at..]);
            break;
        }
        let Some(letters) = arg.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
            rest.push(arg.clone());
            continue;
        };
        for (place, letter) in letters.char_indices() {
            if !valued.contains(letter) {
                found.push((letter, String::new()));
                continue;
            }
            let after = &letters[place + letter.len_utf8()..];
            let value = if after.is_empty() {
                at += 1;
                args.get(at - 1).cloned().unwrap_or_default()
            } else {
                after.to_string()
            };
            found.push((letter, value));
            break;
        }
    }
    (found, rest)
}

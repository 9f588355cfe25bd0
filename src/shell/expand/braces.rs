//! `{a,b}` and `{1..3}`: one word becomes several.
//!
//! Follows bash's Brace Expansion. Left out: steps (`{1..9..2}`), and braces around variables.

use crate::lex::{Piece, Word};

/// How many words one may become.
const WORDS_MAX: usize = 10_000;

/// The words that a word with braces outside quotes stands for; itself when it has none.
pub fn words(word: &Word) -> Vec<Word> {
    for (at, piece) in word.iter().enumerate() {
        let Piece::Text(text, false) = piece else { continue };
        let Some((before, choices, after)) = group(text) else { continue };
        let mut out = Vec::new();
        for choice in choices {
            let mut one: Word = word[..at].to_vec();
            one.push(Piece::Text(format!("{before}{choice}{after}"), false));
            one.extend_from_slice(&word[at + 1..]);
            out.extend(words(&one));
            if out.len() > WORDS_MAX {
                break;
            }
        }
        return out;
    }
    vec![word.clone()]
}

/// The first group of a text: what is before it, its choices, what is after it.
fn group(text: &str) -> Option<(&str, Vec<String>, &str)> {
    let mut from = 0;
    while let Some(open) = text[from..].find('{').map(|at| at + from) {
        if let Some(close) = closing(&text[open..]).map(|at| at + open) {
            let found = choices(&text[open + 1..close]);
            if found.len() > 1 {
                return Some((&text[..open], found, &text[close + 1..]));
            }
        }
        from = open + 1;
    }
    None
}

fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn choices(inner: &str) -> Vec<String> {
    if let Some((from, to)) = inner.split_once("..")
        && let (Ok(from), Ok(to)) = (from.parse::<i64>(), to.parse::<i64>())
        && from.abs_diff(to) < WORDS_MAX as u64
    {
        let up: Vec<i64> = if from <= to { (from..=to).collect() } else { (to..=from).rev().collect() };
        // Nothing to choose from is still a sequence: `{1..1}` is 1, which only a second choice would tell from plain text.
        return up.iter().map(i64::to_string).collect();
    }
    let (mut out, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                out.push(inner[start..at].to_string());
                start = at + 1;
            }
            _ => {}
        }
    }
    out.push(inner[start..].to_string());
    out
}

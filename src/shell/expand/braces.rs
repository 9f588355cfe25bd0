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
    pairs(text).into_iter().find_map(|(open, close)| {
        let inner = &text[open + 1..close];
        let found = if inner.contains([',', '.']) { choices(inner) } else { Vec::new() };
        (found.len() > 1).then(|| (&text[..open], found, &text[close + 1..]))
    })
}

/// The places of the braces that close, with those that they close, in the order of their opening. Once through the text: it
/// may be a line of nothing but braces.
fn pairs(text: &str) -> Vec<(usize, usize)> {
    let (mut open, mut out) = (Vec::new(), Vec::new());
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => open.push(at),
            b'}' => out.extend(open.pop().map(|from| (from, at))),
            _ => {}
        }
    }
    api::sort::ascending(&mut out);
    out
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

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(text: &str) -> String {
        let texts = words(&vec![Piece::Text(text.into(), false)]).into_iter().map(|word| {
            let pieces = word.into_iter().map(|piece| match piece {
                Piece::Text(text, _) => text,
                _ => "?".into(),
            });
            pieces.collect::<String>()
        });
        texts.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_first_group_that_offers_a_choice_is_expanded_whatever_else_is_open() {
        for (text, becomes) in [
            ("a{b,c}d", "abd acd"),
            ("{1..3}", "1 2 3"),
            ("{a,b}{c,d}", "ac ad bc bd"),
            ("{a,{b,c}}", "a b c"),
            ("{{a,b}", "{a {b"),
            ("}{a,b}", "}a }b"),
            ("{a}{b,c}", "{a}b {a}c"),
            ("{a}", "{a}"),
            ("{a,b", "{a,b"),
            ("{}", "{}"),
        ] {
            assert_eq!(expanded(text), becomes, "{text}");
        }
    }
}

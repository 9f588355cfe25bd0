//! The glossary: which words of a text are terms, and what they mean.
//!
//! A term is `forms | meaning` in `static/text`. Each is marked once in a text, where it comes first: a page full of marks would be
//! read by nobody. Korean forms carry particles, so there only a form's beginning must be that of a word.

use yew::prelude::*;

use crate::part::hint::Hint;
use crate::text::{Language, known};

/// The terms' keys.
const TERMS: [&str; 30] = [
    "glossary.daemonset",
    "glossary.deployment",
    "glossary.replicaset",
    "glossary.controller",
    "glossary.scheduler",
    "glossary.kubelet",
    "glossary.api-server",
    "glossary.gc",
    "glossary.control-plane",
    "glossary.node-selector",
    "glossary.node-affinity",
    "glossary.selector",
    "glossary.toleration",
    "glossary.taint",
    "glossary.label",
    "glossary.template",
    "glossary.rolling-update",
    "glossary.revision",
    "glossary.max-unavailable",
    "glossary.max-surge",
    "glossary.on-delete",
    "glossary.cordon",
    "glossary.drain",
    "glossary.requests",
    "glossary.priority",
    "glossary.pending",
    "glossary.misscheduled",
    "glossary.heartbeat",
    "glossary.pod",
    "glossary.node",
];

/// A piece of a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece<'a> {
    Text(&'a str),
    /// A term as it stands there, and what it means.
    Term(&'a str, &'static str),
}

/// Marks terms in the texts of one place, each once.
#[derive(Default)]
pub struct Marker {
    seen: Vec<&'static str>,
}

impl Marker {
    /// A text with its terms marked.
    pub fn mark(&mut self, text: &str) -> Html {
        let piece = |piece: Piece<'_>| match piece {
            Piece::Text(text) => html! { { text } },
            Piece::Term(word, meaning) => html! { <Hint word={word.to_owned()} {meaning} /> },
        };
        self.pieces(text).into_iter().map(piece).collect()
    }

    /// The same as pieces.
    pub fn pieces<'a>(&mut self, text: &'a str) -> Vec<Piece<'a>> {
        let particles = Language::now().code() == "ko";
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((at, length, key, meaning)) = self.first(rest, particles) {
            self.seen.push(key);
            if at > 0 {
                pieces.push(Piece::Text(&rest[..at]));
            }
            pieces.push(Piece::Term(&rest[at..at + length], meaning));
            rest = &rest[at + length..];
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest));
        }
        pieces
    }

    /// The first term in a text that wasn't marked yet; of two at one place the longer.
    fn first(&self, text: &str, particles: bool) -> Option<(usize, usize, &'static str, &'static str)> {
        let unseen = TERMS.into_iter().filter(|key| !self.seen.contains(key));
        let found = unseen.flat_map(|key| {
            let (forms, meaning) = known(key).and_then(|entry| entry.split_once(" | ")).unwrap_or_default();
            forms.split(", ").filter_map(move |form| Some((find(text, form, particles)?, form.len(), key, meaning)))
        });
        found.min_by_key(|(at, length, ..)| (*at, usize::MAX - length))
    }
}

/// Where a form stands as a word of its own.
fn find(text: &str, form: &str, particles: bool) -> Option<usize> {
    let part = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '.' | '/' | '_' | ':' | '=');
    text.match_indices(form).map(|(at, _)| at).find(|at| {
        let before = text[..*at].chars().next_back();
        let mut after = text[at + form.len()..].chars();
        // A full stop ends a sentence, and is part of a name when something follows.
        let ends = match after.next() {
            Some('.' | ':') => after.next().is_none_or(|next| !part(next)),
            Some(letter) => !part(letter) || particles && !letter.is_ascii(),
            None => true,
        };
        ends && before.is_none_or(|letter| !part(letter))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let pieces = Marker::default().pieces(text);
        let term = |piece: &Piece<'_>| match piece {
            Piece::Term(word, _) => Some((*word).to_owned()),
            Piece::Text(_) => None,
        };
        pieces.iter().filter_map(term).collect()
    }

    #[test]
    fn a_term_is_marked_once_where_it_is_a_word_of_its_own() {
        assert_eq!(words("Taint gpu: no Pod tolerates the taint."), ["Taint", "Pod", "tolerates"]);
        assert_eq!(words("pod-template-hash and /var/lib/kubelet/pods or node-3"), Vec::<String>::new());
        assert_eq!(words("The node selector of a DaemonSet."), ["node selector", "DaemonSet"]);
        assert_eq!(words("It is on the node."), ["node"]);
    }

    #[test]
    fn nothing_of_a_text_is_lost() {
        let text = "The scheduler binds the Pod to a node; the kubelet starts it.";
        let whole: String = Marker::default()
            .pieces(text)
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) | Piece::Term(text, _) => *text,
            })
            .collect();
        assert_eq!(whole, text);
    }

    #[test]
    fn every_term_has_forms_and_a_meaning_in_every_language() {
        for language in Language::all() {
            for key in TERMS {
                let entry = crate::text::find(language, key).unwrap_or_else(|| panic!("{}: no {key}", language.code()));
                let (forms, meaning) = entry.split_once(" | ").unwrap_or_default();
                assert!(!forms.is_empty() && meaning.len() > 20, "{}: {key} = {entry}", language.code());
            }
        }
    }

    #[test]
    fn korean_words_may_carry_particles() {
        assert_eq!(find("이 노드에는 파드가 없다", "파드", true), Some("이 노드에는 ".len()));
        assert_eq!(find("이 노드에는 파드가 없다", "파드", false), None);
    }
}

//! What the learner has typed and the playground hasn't answered yet.
//!
//! Acts may wait, for the rest of the program or for a command, and are answered one by one. Who goes on typing meanwhile must not be
//! given back a text they have left: the cursor would jump with it.

use std::collections::VecDeque;

use playground::view::File;

/// Texts under way, the oldest first, each with its file's name.
#[derive(Default)]
pub struct Edits(VecDeque<(String, String)>);

impl Edits {
    /// One is under way.
    pub fn send(&mut self, name: &str, text: &str) {
        self.0.push_back((name.to_owned(), text.to_owned()));
    }

    /// A file is as it is now, and `changed` or not: whether the editor is ahead of that. A change to what isn't a text of its own puts an
    /// end to all of them.
    pub fn are_ahead_of(&mut self, file: Option<&File>, changed: bool) -> bool {
        let same = |(name, text): &(String, String)| file.is_some_and(|file| file.name == *name && file.text == *text);
        match self.0.iter().rposition(same) {
            Some(at) => drop(self.0.drain(..=at)),
            None if changed => self.0.clear(),
            None => {}
        }
        !self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> File {
        File { name: "a.yaml".into(), text: text.into(), changed: false }
    }

    #[test]
    fn a_text_that_was_left_is_no_news_and_somebody_elses_is() {
        let mut edits = Edits::default();
        for text in ["n", "ng", "ngi"] {
            edits.send("a.yaml", text);
        }
        assert!(edits.are_ahead_of(Some(&file("n")), true), "two newer ones are under way");
        assert!(!edits.are_ahead_of(Some(&file("ngi")), true), "the last one, the one between with it");
        edits.send("a.yaml", "ngin");
        assert!(!edits.are_ahead_of(Some(&file("from elsewhere")), true));
        edits.send("a.yaml", "nginx");
        assert!(!edits.are_ahead_of(Some(&File { name: "b.yaml".into(), ..file("nginx") }), true), "another file");
        // Written and taken back before anybody has answered: nothing has changed, and nothing is left under way.
        edits.send("a.yaml", "nginx:");
        assert!(edits.are_ahead_of(Some(&file("nginx")), false), "not answered yet");
        edits.send("a.yaml", "nginx");
        assert!(!edits.are_ahead_of(Some(&file("nginx")), false));
    }
}

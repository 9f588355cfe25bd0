//! The line being typed: its editing, its history, its completion. No browser, no Yew.
//!
//! The keys are readline's, as bash sets them up: [`Edit::of`] says what a key asks for, [`Line::edit`] does it and returns where
//! the cursor belongs. Cursors are byte offsets. Left out: undo, marks, the numeric argument, vi mode.

use playground::view::{Candidate, Completion};

/// The line, and where the arrow keys are in the history.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    pub text: String,
    /// What could stand at the cursor, once it is to be shown.
    pub candidates: Vec<Candidate>,
    /// Steps back in the history; 0 is the line of one's own.
    back: usize,
    /// The line of one's own, while an older one is shown.
    own: String,
    /// Whether Tab leaves the terminal, as everywhere else on the page.
    pub tab_leaves: bool,
    /// The last key was Tab, and there was nothing to put in: the next shows the candidates.
    tabbed: bool,
    /// What was cut last, for Ctrl-Y.
    cut: String,
    /// Ctrl-R: what is looked for.
    pub search: Option<Search>,
}

/// Looking for an earlier line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Search {
    /// What it must hold.
    pub wanted: String,
    /// The line found last; it stays while a longer text finds none.
    pub found: String,
    pub failed: bool,
    /// How many lines from the end of the history the found one is.
    back: usize,
    /// The line before the search.
    own: String,
}

/// What a key does to the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    Start,
    End,
    Left,
    Right,
    WordLeft,
    WordRight,
    CutToStart,
    CutToEnd,
    /// Back to the last blank.
    CutBlankWord,
    CutWordLeft,
    CutWordRight,
    Delete,
    Paste,
    Swap,
}

impl Edit {
    /// What a key asks for; `code` names the key itself, whatever letter Alt makes of it.
    pub fn of(key: &str, code: &str, ctrl: bool, alt: bool) -> Option<Edit> {
        Some(match (ctrl, alt, key, code) {
            (true, false, "a", _) => Edit::Start,
            (true, false, "e", _) => Edit::End,
            (true, false, "b", _) => Edit::Left,
            (true, false, "f", _) => Edit::Right,
            (true, false, "u", _) => Edit::CutToStart,
            (true, false, "k", _) => Edit::CutToEnd,
            (true, false, "w", _) => Edit::CutBlankWord,
            (true, false, "d", _) => Edit::Delete,
            (true, false, "y", _) => Edit::Paste,
            (true, false, "t", _) => Edit::Swap,
            (false, true, _, "KeyB") | (true, false, "ArrowLeft", _) => Edit::WordLeft,
            (false, true, _, "KeyF") | (true, false, "ArrowRight", _) => Edit::WordRight,
            (false, true, "Backspace", _) => Edit::CutWordLeft,
            (false, true, _, "KeyD") => Edit::CutWordRight,
            _ => return None,
        })
    }
}

impl Line {
    /// The learner changed the text.
    pub fn write(&mut self, text: String) {
        let cut = std::mem::take(&mut self.cut);
        *self = Line { text, cut, ..Line::default() };
    }

    /// Does what a key asks for. Returns where the cursor belongs.
    pub fn edit(&mut self, cursor: usize, edit: Edit) -> usize {
        let text = &self.text;
        let at = if text.is_char_boundary(cursor) { cursor.min(text.len()) } else { text.len() };
        let (before, after) = text.split_at(at);
        let to = match edit {
            Edit::Start | Edit::CutToStart => 0,
            Edit::End | Edit::CutToEnd => text.len(),
            Edit::Left => at - before.chars().next_back().map_or(0, char::len_utf8),
            Edit::Right | Edit::Delete => at + after.chars().next().map_or(0, char::len_utf8),
            Edit::WordLeft | Edit::CutWordLeft => word_start(before, char::is_alphanumeric),
            Edit::CutBlankWord => word_start(before, |c| !c.is_whitespace()),
            Edit::WordRight | Edit::CutWordRight => at + word_end(after),
            Edit::Paste => {
                let text = [before, &self.cut, after].concat();
                let cursor = at + self.cut.len();
                self.write(text);
                return cursor;
            }
            Edit::Swap => return self.swap(at),
        };
        let cuts =
            !matches!(edit, Edit::Start | Edit::End | Edit::Left | Edit::Right | Edit::WordLeft | Edit::WordRight);
        if !cuts {
            (self.candidates, self.tabbed) = (Vec::new(), false);
            return to;
        }
        let (from, to) = (at.min(to), at.max(to));
        let left = [&text[..from], &text[to..]].concat();
        if edit != Edit::Delete && from < to {
            self.cut = text[from..to].to_owned();
        }
        self.write(left);
        from
    }

    /// Ctrl-T: the two letters around the cursor change places, or at the end the last two.
    fn swap(&mut self, at: usize) -> usize {
        let mut letters: Vec<(usize, char)> = self.text.char_indices().collect();
        let right = letters
            .iter()
            .position(|(place, _)| *place >= at)
            .unwrap_or(letters.len())
            .min(letters.len().saturating_sub(1));
        if right == 0 {
            return at;
        }
        let (a, b) = (letters[right - 1].1, letters[right].1);
        (letters[right - 1].1, letters[right].1) = (b, a);
        let end = letters[right].0 + a.len_utf8().max(b.len_utf8());
        let text: String = letters.into_iter().map(|(_, letter)| letter).collect();
        let end = end.min(text.len());
        self.write(text);
        end
    }

    /// Shows the line before, or the one after, if there is one.
    pub fn walk(&mut self, history: &[String], older: bool) {
        let back = if older { self.back + 1 } else { self.back.saturating_sub(1) };
        if back > history.len() || back == self.back {
            return;
        }
        if self.back == 0 {
            self.own = std::mem::take(&mut self.text);
        }
        self.text = if back == 0 { std::mem::take(&mut self.own) } else { history[history.len() - back].clone() };
        self.back = back;
        (self.candidates, self.tabbed) = (Vec::new(), false);
    }

    /// Ctrl-R: begins to look, or looks further back.
    pub fn search_older(&mut self, history: &[String]) {
        match &mut self.search {
            Some(search) => search.look(history, search.back + 1),
            None => {
                let own = self.text.clone();
                self.candidates.clear();
                self.search = Some(Search { own, ..Search::default() });
            }
        }
    }

    /// What is looked for was changed.
    pub fn search_for(&mut self, wanted: String, history: &[String]) {
        if let Some(search) = &mut self.search {
            search.wanted = wanted;
            search.look(history, 1);
        }
    }

    /// Ends the search with what was found, or with the line as it was.
    pub fn end_search(&mut self, accept: bool) {
        let Some(search) = self.search.take() else { return };
        self.write(if accept && search.back > 0 { search.found } else { search.own });
    }

    /// Puts in a pasted text at `cursor`. Returns the lines that are complete, to be run; the rest is the line now.
    pub fn paste(&mut self, cursor: usize, pasted: &str) -> Vec<String> {
        let (head, tail) = self.text.split_at_checked(cursor).unwrap_or((&self.text, ""));
        let whole = [head, pasted, tail].concat();
        let mut lines: Vec<String> = whole.split('\n').map(|line| line.trim_end_matches('\r').to_owned()).collect();
        self.write(lines.pop().unwrap_or_default());
        lines
    }

    /// Tab: puts in what all candidates begin with; where that is nothing more, a second Tab shows them.
    pub fn complete(&mut self, cursor: usize, completion: Completion) -> usize {
        let from = completion.from as usize;
        let (Some(head), Some(typed), Some(tail)) =
            (self.text.get(..from), self.text.get(from..cursor), self.text.get(cursor..))
        else {
            return cursor;
        };
        let common = common_start(&completion.candidates);
        // Candidates may differ from what was typed (another case); never take away what they share less of.
        if common.len() > typed.len() {
            let at = from + common.len();
            self.text = [head, common, tail].concat();
            (self.candidates, self.tabbed) = (Vec::new(), false);
            return at;
        }
        if self.tabbed && completion.candidates.len() > 1 {
            self.candidates = completion.candidates;
        }
        self.tabbed = true;
        cursor
    }
}

impl Search {
    /// Finds the nearest line that holds what is wanted, from `back` lines before the end on.
    fn look(&mut self, history: &[String], back: usize) {
        let older = (back..=history.len()).find(|back| history[history.len() - back].contains(&self.wanted));
        self.failed = older.is_none();
        if let Some(back) = older {
            (self.back, self.found) = (back, history[history.len() - back].clone());
        }
    }
}

/// Where the word begins that `text` ends in, or the one before the gap it ends in.
fn word_start(text: &str, belongs: fn(char) -> bool) -> usize {
    text.trim_end_matches(|c| !belongs(c)).trim_end_matches(belongs).len()
}

/// Where the first word of `text` ends.
fn word_end(text: &str) -> usize {
    let word = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    text.len() - word.trim_start_matches(char::is_alphanumeric).len()
}

fn common_start(candidates: &[Candidate]) -> &str {
    let Some((first, rest)) = candidates.split_first() else { return "" };
    let first = &first.text;
    let shared = |other: &Candidate| {
        first.chars().zip(other.text.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
    };
    &first[..rest.iter().map(shared).min().unwrap_or(first.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line {
        Line { text: text.into(), ..Line::default() }
    }

    fn offer(from: u32, candidates: &[&str]) -> Completion {
        let candidate = |it: &&str| Candidate { text: it.to_string(), about: String::new() };
        Completion { from, candidates: candidates.iter().map(candidate).collect() }
    }

    /// A line with its cursor, `|`, after keys as bash writes them: `C-a`, `M-b`.
    fn after(text: &str, keys: &str) -> String {
        let (head, tail) = text.split_once('|').expect("the cursor is marked");
        let (mut line, mut cursor) = (line(&[head, tail].concat()), head.len());
        for key in keys.split(' ') {
            let (ctrl, alt) = (key.starts_with("C-"), key.starts_with("M-"));
            let name = &key[2..];
            let code = ["Key", &name.to_ascii_uppercase()].concat();
            cursor = line.edit(cursor, Edit::of(name, &code, ctrl, alt).expect(key));
        }
        [&line.text[..cursor], "|", &line.text[cursor..]].concat()
    }

    #[test]
    fn keys_edit_as_in_bash() {
        for (text, keys, expected) in [
            ("kubectl get| po", "C-a", "|kubectl get po"),
            ("kubectl get| po", "C-e", "kubectl get po|"),
            ("kubectl get| po", "C-u", "| po"),
            ("kubectl get| po", "C-k", "kubectl get|"),
            ("get daemonset.apps/logs|", "C-w", "get |"),
            ("get daemonset.apps/logs|", "M-Backspace", "get daemonset.apps/|"),
            ("get   |", "C-w", "|"),
            ("a-b c|", "M-b M-b", "a-|b c"),
            ("|a-b c", "M-f M-f", "a-b| c"),
            ("|ab cd", "M-d", "| cd"),
            ("한|국", "C-b C-d", "|국"),
            ("one two|", "C-w C-a C-y", "two|one "),
            ("a b|", "C-u C-y C-y", "a ba b|"),
            ("gte|", "C-t", "get|"),
            ("g|te", "C-f C-t", "get|"),
            ("|", "C-d", "|"),
            ("a|b", "C-d", "a|"),
            ("|a", "C-b C-u C-t", "|a"),
        ] {
            assert_eq!(after(text, keys), expected, "{text} {keys}");
        }
    }

    #[test]
    fn walking_back_and_forth_returns_to_the_own_line() {
        let history = ["first".to_owned(), "second".to_owned()];
        let mut line = line("own");
        line.walk(&history, true);
        assert_eq!(line.text, "second");
        line.walk(&history, true);
        line.walk(&history, true);
        assert_eq!(line.text, "first");
        line.walk(&history, false);
        line.walk(&history, false);
        line.walk(&history, false);
        assert_eq!(line.text, "own");
    }

    #[test]
    fn searching_goes_back_from_the_newest_line() {
        let history = ["k get po", "k get ds", "echo ds", "ls"].map(String::from);
        let mut line = line("own");
        let found = |line: &Line| line.search.as_ref().map(|search| (search.found.clone(), search.failed));
        line.search_older(&history);
        line.search_for("ds".into(), &history);
        assert_eq!(found(&line), Some(("echo ds".into(), false)));
        line.search_older(&history);
        assert_eq!(found(&line), Some(("k get ds".into(), false)));
        line.search_older(&history);
        assert_eq!(found(&line), Some(("k get ds".into(), true)), "there is no older one");
        line.end_search(true);
        assert_eq!((line.text.as_str(), &line.search), ("k get ds", &None));
        line.search_older(&history);
        line.search_for("nope".into(), &history);
        line.end_search(true);
        assert_eq!(line.text, "k get ds", "what found nothing changes nothing");
        line.search_older(&history);
        line.search_for("ls".into(), &history);
        line.end_search(false);
        assert_eq!(line.text, "k get ds", "a search given up changes nothing");
    }

    #[test]
    fn a_paste_of_many_lines_runs_all_but_the_last() {
        let mut line = line("echo  | wc");
        assert_eq!(line.paste(5, "a\r\nkubectl get ds\nb"), ["echo a", "kubectl get ds"]);
        assert_eq!(line.text, "b | wc");
    }

    #[test]
    fn a_single_candidate_is_put_in_and_several_are_shown_at_the_second_tab() {
        let mut one = line("kubectl ge");
        assert_eq!(one.complete(10, offer(8, &["get "])), 12);
        assert_eq!((one.text.as_str(), one.candidates.len()), ("kubectl get ", 0));
        let mut many = line("k rollout re | wc");
        let offered = || offer(10, &["restart ", "resume "]);
        assert_eq!(many.complete(12, offered()), 13);
        assert_eq!((many.text.as_str(), many.candidates.len()), ("k rollout res | wc", 0));
        assert_eq!(many.complete(13, offered()), 13);
        assert_eq!(many.candidates.len(), 0, "this Tab only found that there is nothing to put in");
        many.complete(13, offered());
        assert_eq!(many.candidates.len(), 2);
        many.write("k".into());
        assert!(many.candidates.is_empty());
    }

    #[test]
    fn nothing_fitting_changes_nothing() {
        let mut none = line("kubectl xyz");
        assert_eq!(none.complete(11, offer(8, &[])), 11);
        assert_eq!(none.text, "kubectl xyz");
        let mut odd = line("é");
        assert_eq!(odd.complete(2, offer(1, &["x"])), 2, "an offer for another line");
        assert_eq!(odd.text, "é");
    }
}

//! The line being typed: its history and its completion. No browser, no Yew.

use playground::view::Completion;

/// The line, and where the arrow keys are in the history.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    pub text: String,
    /// What could stand at the cursor, when there is more than one thing.
    pub candidates: Vec<String>,
    /// Steps back in the history; 0 is the line of one's own.
    back: usize,
    /// The line of one's own, while an older one is shown.
    own: String,
    /// Whether Tab leaves the terminal, as everywhere else on the page.
    pub tab_leaves: bool,
}

impl Line {
    /// The learner changed the text.
    pub fn edit(&mut self, text: String) {
        *self = Line { text, ..Line::default() };
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
        self.candidates.clear();
    }

    /// Puts in a pasted text at `cursor`. Returns the lines that are complete, to be run; the rest is the line now.
    pub fn paste(&mut self, cursor: usize, pasted: &str) -> Vec<String> {
        let (head, tail) = self.text.split_at_checked(cursor).unwrap_or((&self.text, ""));
        let whole = [head, pasted, tail].concat();
        let mut lines: Vec<String> = whole.split('\n').map(|line| line.trim_end_matches('\r').to_owned()).collect();
        self.edit(lines.pop().unwrap_or_default());
        lines
    }

    /// Puts in what all candidates begin with, and shows them if there are several. Returns where the cursor belongs.
    pub fn complete(&mut self, cursor: usize, completion: Completion) -> usize {
        let from = completion.from as usize;
        let (Some(head), Some(typed), Some(tail)) =
            (self.text.get(..from), self.text.get(from..cursor), self.text.get(cursor..))
        else {
            return cursor;
        };
        let common = common_start(&completion.candidates);
        // Candidates may differ from what was typed (another case); never take away what they share less of.
        let stem = if common.len() >= typed.len() { common } else { typed };
        let at = from + stem.len();
        self.text = [head, stem, tail].concat();
        self.candidates = if completion.candidates.len() > 1 { completion.candidates } else { Vec::new() };
        at
    }
}

fn common_start(candidates: &[String]) -> &str {
    let Some((first, rest)) = candidates.split_first() else { return "" };
    let shared =
        |other: &String| first.chars().zip(other.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    &first[..rest.iter().map(shared).min().unwrap_or(first.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line {
        Line { text: text.into(), ..Line::default() }
    }

    fn offer(from: u32, candidates: &[&str]) -> Completion {
        Completion { from, candidates: candidates.iter().map(|it| it.to_string()).collect() }
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
    fn a_paste_of_many_lines_runs_all_but_the_last() {
        let mut line = line("echo  | wc");
        assert_eq!(line.paste(5, "a\r\nkubectl get ds\nb"), ["echo a", "kubectl get ds"]);
        assert_eq!(line.text, "b | wc");
    }

    #[test]
    fn a_single_candidate_is_put_in_and_several_are_shown_with_their_common_start() {
        let mut one = line("kubectl ge");
        assert_eq!(one.complete(10, offer(8, &["get "])), 12);
        assert_eq!((one.text.as_str(), one.candidates.len()), ("kubectl get ", 0));

        let mut two = line("kubectl get d -w");
        assert_eq!(two.complete(13, offer(12, &["daemonsets ", "deployments "])), 13);
        assert_eq!((two.text.as_str(), two.candidates.len()), ("kubectl get d -w", 2));
    }

    #[test]
    fn a_completion_that_does_not_fit_the_line_changes_nothing() {
        let mut odd = line("é");
        assert_eq!(odd.complete(2, offer(1, &["x"])), 2);
        assert_eq!(odd.text, "é");
    }
}

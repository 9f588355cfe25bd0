//! Regular expressions as grep and sed know them, basic and extended.
//!
//! A backtracking matcher over a small tree: short patterns on short lines. A budget of steps keeps a foolish pattern from
//! running for ever; it then matches nothing. Left out: collating symbols and equivalence classes.

/// A compiled pattern.
#[derive(Clone, Debug)]
pub struct Pattern {
    root: Node,
    ignore_case: bool,
    groups: usize,
}

/// The start and end of the whole match (0) and of each group, in characters.
pub type Captures = Vec<Option<(usize, usize)>>;

#[derive(Clone, Debug)]
enum Node {
    Char(char),
    Any,
    Set(Vec<(char, char)>, bool),
    Start,
    End,
    Boundary,
    Group(Box<Node>, usize),
    Sequence(Vec<Node>),
    Either(Vec<Node>),
    Repeat(Box<Node>, usize, usize),
}

/// Steps a match may take.
const BUDGET: usize = 200_000;

impl Pattern {
    /// Reads a pattern; the error is what grep says of it.
    pub fn new(text: &str, extended: bool, ignore_case: bool) -> Result<Pattern, String> {
        let mut reader = Reader { chars: text.chars().collect(), at: 0, extended, groups: 0 };
        let root = reader.either()?;
        if reader.at < reader.chars.len() {
            return Err("Unmatched ) or \\)".into());
        }
        Ok(Pattern { root, ignore_case, groups: reader.groups })
    }

    /// A pattern that stands for itself (`grep -F`).
    pub fn fixed(text: &str, ignore_case: bool) -> Pattern {
        let root = Node::Sequence(text.chars().map(Node::Char).collect());
        Pattern { root, ignore_case, groups: 0 }
    }

    /// Whether it matches anywhere in a line.
    pub fn is_in(&self, line: &str) -> bool {
        let chars: Vec<char> = line.chars().collect();
        self.find(&chars, 0).is_some()
    }

    /// The first match at or after `from`.
    pub fn find(&self, text: &[char], from: usize) -> Option<Captures> {
        (from..=text.len()).find_map(|start| {
            let mut run = Run { text, ignore_case: self.ignore_case, left: BUDGET };
            let mut captures: Captures = vec![None; self.groups + 1];
            let mut end = None;
            let matched = run.go(&self.root, start, &mut captures, &mut |at, _| {
                end = Some(at);
                true
            });
            if !matched {
                return None;
            }
            captures[0] = Some((start, end?));
            Some(captures)
        })
    }
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    extended: bool,
    groups: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    /// Whether an operator stands here; basic patterns write it with a backslash.
    fn operator(&self, c: char) -> bool {
        if self.extended {
            self.peek() == Some(c)
        } else {
            self.peek() == Some('\\') && self.chars.get(self.at + 1) == Some(&c)
        }
    }

    fn skip_operator(&mut self) {
        self.at += if self.extended { 1 } else { 2 };
    }

    fn either(&mut self) -> Result<Node, String> {
        let mut branches = vec![self.sequence()?];
        while self.operator('|') {
            self.skip_operator();
            branches.push(self.sequence()?);
        }
        Ok(if branches.len() == 1 { branches.remove(0) } else { Node::Either(branches) })
    }

    fn sequence(&mut self) -> Result<Node, String> {
        let mut nodes: Vec<Node> = Vec::new();
        while self.peek().is_some() && !self.operator('|') && !self.operator(')') {
            let node = self.atom(nodes.is_empty())?;
            let node = self.repeated(node)?;
            nodes.push(node);
        }
        Ok(Node::Sequence(nodes))
    }

    fn atom(&mut self, first: bool) -> Result<Node, String> {
        if self.operator('(') {
            self.skip_operator();
            self.groups += 1;
            let index = self.groups;
            let inner = self.either()?;
            if !self.operator(')') {
                return Err("Unmatched ( or \\(".into());
            }
            self.skip_operator();
            return Ok(Node::Group(Box::new(inner), index));
        }
        let c = self.chars[self.at];
        self.at += 1;
        Ok(match c {
            '.' => Node::Any,
            '^' if first || self.extended => Node::Start,
            '$' if self.peek().is_none() || self.operator(')') || self.operator('|') => Node::End,
            '[' => self.set()?,
            '\\' => {
                let escaped = self.peek().ok_or("Trailing backslash")?;
                self.at += 1;
                match escaped {
                    'w' => Node::Set(vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')], false),
                    'W' => Node::Set(vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')], true),
                    's' => Node::Set(vec![(' ', ' '), ('\t', '\t')], false),
                    'S' => Node::Set(vec![(' ', ' '), ('\t', '\t')], true),
                    'd' => Node::Set(vec![('0', '9')], false),
                    'b' | '<' | '>' => Node::Boundary,
                    't' => Node::Char('\t'),
                    'n' => Node::Char('\n'),
                    c => Node::Char(c),
                }
            }
            c => Node::Char(c),
        })
    }

    fn repeated(&mut self, node: Node) -> Result<Node, String> {
        let mut node = node;
        loop {
            let (min, max) = if self.peek() == Some('*') {
                self.at += 1;
                (0, usize::MAX)
            } else if self.operator('+') {
                self.skip_operator();
                (1, usize::MAX)
            } else if self.operator('?') {
                self.skip_operator();
                (0, 1)
            } else if self.operator('{') {
                self.skip_operator();
                self.bounds()?
            } else {
                return Ok(node);
            };
            node = Node::Repeat(Box::new(node), min, max);
        }
    }

    fn bounds(&mut self) -> Result<(usize, usize), String> {
        let mut text = String::new();
        while !self.operator('}') {
            text.push(self.peek().ok_or("Unmatched { or \\{")?);
            self.at += 1;
        }
        self.skip_operator();
        let wrong = |_| "Invalid content of \\{\\}".to_string();
        let (min, max) = text.split_once(',').unwrap_or((&text, &text));
        let min = if min.is_empty() { 0 } else { min.parse().map_err(wrong)? };
        let max = if max.is_empty() { usize::MAX } else { max.parse().map_err(wrong)? };
        Ok((min, max))
    }

    fn set(&mut self) -> Result<Node, String> {
        let unmatched = "Unmatched [, [^, [:, [., or [=";
        let negated = self.peek() == Some('^');
        self.at += usize::from(negated);
        let (mut ranges, start) = (Vec::new(), self.at);
        loop {
            let c = self.peek().ok_or(unmatched)?;
            self.at += 1;
            match c {
                ']' if self.at > start + 1 => return Ok(Node::Set(ranges, negated)),
                '[' if self.peek() == Some(':') => {
                    let rest: String = self.chars[self.at + 1..].iter().collect();
                    let end = rest.find(":]").ok_or(unmatched)?;
                    ranges.extend_from_slice(match &rest[..end] {
                        "digit" => &[('0', '9')][..],
                        "alpha" => &[('a', 'z'), ('A', 'Z')],
                        "alnum" => &[('a', 'z'), ('A', 'Z'), ('0', '9')],
                        "upper" => &[('A', 'Z')],
                        "lower" => &[('a', 'z')],
                        "space" | "blank" => &[(' ', ' '), ('\t', '\t')],
                        _ => return Err("Invalid character class name".into()),
                    });
                    self.at += 1 + rest[..end].chars().count() + 2;
                }
                c => match (self.peek(), self.chars.get(self.at + 1)) {
                    (Some('-'), Some(&last)) if last != ']' => {
                        self.at += 2;
                        ranges.push((c, last));
                    }
                    _ => ranges.push((c, c)),
                },
            }
        }
    }
}

struct Run<'a> {
    text: &'a [char],
    ignore_case: bool,
    left: usize,
}

/// What must match after a node.
type Then<'a> = &'a mut dyn FnMut(usize, &mut Captures) -> bool;

impl Run<'_> {
    fn go(&mut self, node: &Node, at: usize, captures: &mut Captures, then: Then) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        let one = |matched: bool, captures: &mut Captures, then: Then| matched && then(at + 1, captures);
        match node {
            Node::Char(c) => one(self.text.get(at).is_some_and(|found| self.same(*found, *c)), captures, then),
            Node::Any => one(at < self.text.len(), captures, then),
            Node::Set(ranges, negated) => {
                let inside = self.text.get(at).map(|found| self.inside(*found, ranges) != *negated);
                one(inside == Some(true), captures, then)
            }
            Node::Start => at == 0 && then(at, captures),
            Node::End => at == self.text.len() && then(at, captures),
            Node::Boundary => {
                let word = |at: Option<usize>| {
                    at.and_then(|at| self.text.get(at)).is_some_and(|c| c.is_alphanumeric() || *c == '_')
                };
                word(at.checked_sub(1)) != word(Some(at)) && then(at, captures)
            }
            Node::Group(inner, index) => {
                let before = captures[*index];
                let matched = self.go(inner, at, captures, &mut |end, captures| {
                    let inner_before = captures[*index];
                    captures[*index] = Some((at, end));
                    then(end, captures) || {
                        captures[*index] = inner_before;
                        false
                    }
                });
                if !matched {
                    captures[*index] = before;
                }
                matched
            }
            Node::Sequence(nodes) => self.sequence(nodes, at, captures, then),
            Node::Either(branches) => branches.iter().any(|branch| self.go(branch, at, captures, then)),
            Node::Repeat(inner, min, max) => self.repeat(inner, *min, *max, at, captures, then),
        }
    }

    fn sequence(&mut self, nodes: &[Node], at: usize, captures: &mut Captures, then: Then) -> bool {
        let Some((first, rest)) = nodes.split_first() else { return then(at, captures) };
        let mut ends = Vec::new();
        // Simple nodes have one end: no need to nest.
        if matches!(first, Node::Char(_) | Node::Any | Node::Set(..) | Node::Start | Node::End | Node::Boundary) {
            self.go(first, at, captures, &mut |end, _| {
                ends.push(end);
                true
            });
            return ends.first().is_some_and(|end| self.sequence(rest, *end, captures, then));
        }
        let (text, ignore_case, left) = (self.text, self.ignore_case, self.left);
        let mut run = Run { text, ignore_case, left };
        let matched = self.go(first, at, captures, &mut |end, captures| run.sequence(rest, end, captures, then));
        self.left = self.left.min(run.left);
        matched
    }

    /// As many as can be, then fewer.
    fn repeat(&mut self, inner: &Node, min: usize, max: usize, at: usize, captures: &mut Captures, then: Then) -> bool {
        if max > 0 {
            let (text, ignore_case, left) = (self.text, self.ignore_case, self.left);
            let mut run = Run { text, ignore_case, left };
            let more = self.go(inner, at, captures, &mut |end, captures| {
                end > at && run.repeat(inner, min.saturating_sub(1), max.saturating_sub(1), end, captures, then)
            });
            self.left = self.left.min(run.left);
            if more {
                return true;
            }
        }
        min == 0 && then(at, captures)
    }

    fn same(&self, a: char, b: char) -> bool {
        a == b || self.ignore_case && a.eq_ignore_ascii_case(&b)
    }

    fn inside(&self, c: char, ranges: &[(char, char)]) -> bool {
        let within = |c: char| ranges.iter().any(|(first, last)| (*first..=*last).contains(&c));
        within(c) || self.ignore_case && (within(c.to_ascii_lowercase()) || within(c.to_ascii_uppercase()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_grep_has_it() {
        for (pattern, extended, line, matched) in [
            ("web", false, "pod/web-1", true),
            ("^web", false, "pod/web-1", false),
            ("a.*z$", false, "abcz", true),
            ("a+", false, "a+", true),
            ("a\\+b", false, "aab", true),
            ("a+b", true, "aab", true),
            ("foo|bar", true, "a bar", true),
            ("foo|bar", false, "a bar", false),
            ("[0-9]{3}", true, "ab123", true),
            ("[^a-z]", false, "abc", false),
            ("\\bNode\\b", true, "a Node b", true),
            ("(ab)*c", true, "ababc", true),
            ("x*", false, "", true),
        ] {
            let compiled = Pattern::new(pattern, extended, false).expect(pattern);
            assert_eq!(compiled.is_in(line), matched, "{pattern} in {line}");
        }
    }

    #[test]
    fn groups_are_remembered() {
        let pattern = Pattern::new("(a+)-([0-9]+)", true, false).expect("reads");
        let text: Vec<char> = "x aa-12".chars().collect();
        assert_eq!(pattern.find(&text, 0), Some(vec![Some((2, 7)), Some((2, 4)), Some((5, 7))]));
    }
}

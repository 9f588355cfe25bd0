//! `grep`: the lines that match, or don't.

use super::{Filtered, Input, flags};
use crate::pattern::Pattern;

/// Runs it: 0 with a match, 1 without, 2 on a mistake.
pub fn run(input: &Input) -> Filtered {
    match Grep::read(input) {
        Ok((grep, files)) => grep.run(input, &files),
        Err(filtered) => filtered,
    }
}

#[derive(Default)]
struct Grep {
    patterns: Vec<Pattern>,
    invert: bool,
    count: bool,
    number: bool,
    only: bool,
    quiet: bool,
    names: bool,
    max: Option<usize>,
    before: usize,
    after: usize,
}

impl Grep {
    fn read(input: &Input) -> Result<(Grep, Vec<String>), Filtered> {
        let long = |arg: &String| match arg.as_str() {
            "--ignore-case" => "-i".to_string(),
            "--invert-match" => "-v".to_string(),
            "--extended-regexp" => "-E".to_string(),
            "--count" => "-c".to_string(),
            "--color" | "--color=auto" | "--color=always" | "--color=never" => "-s".to_string(),
            _ => arg.clone(),
        };
        let args: Vec<String> = input.args.iter().map(long).collect();
        let (found, mut rest) = flags(&args, "eABCm");
        let mut grep = Grep::default();
        let (mut extended, mut fixed) = (input.name == "egrep", input.name == "fgrep");
        let (mut ignore_case, mut word, mut line, mut texts) = (false, false, false, Vec::new());
        for (flag, value) in found {
            let number = || value.parse::<usize>();
            let context = format!("grep: {value}: invalid context length argument");
            let context = || Filtered::fail(context.clone(), 2);
            match flag {
                'i' | 'y' => ignore_case = true,
                'v' => grep.invert = true,
                'c' => grep.count = true,
                'n' => grep.number = true,
                'o' => grep.only = true,
                'q' => grep.quiet = true,
                'l' => grep.names = true,
                'w' => word = true,
                'x' => line = true,
                'E' | 'P' => extended = true,
                'F' => fixed = true,
                'e' => texts.push(value),
                'm' => grep.max = number().ok(),
                'A' => grep.after = number().map_err(|_| context())?,
                'B' => grep.before = number().map_err(|_| context())?,
                'C' => {
                    grep.after = number().map_err(|_| context())?;
                    grep.before = grep.after;
                }
                's' | 'h' | 'H' | 'r' | 'a' => {}
                other => return Err(input.unknown(other)),
            }
        }
        if texts.is_empty() {
            if rest.is_empty() {
                let usage = "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.";
                return Err(Filtered::fail(usage, 2));
            }
            texts.push(rest.remove(0));
        }
        for text in texts {
            let text = match (word, line, fixed) {
                (_, _, true) => text,
                (true, ..) if extended => format!("\\b({text})\\b"),
                (true, ..) => format!("\\b\\({text}\\)\\b"),
                (_, true, _) if extended => format!("^({text})$"),
                (_, true, _) => format!("^\\({text}\\)$"),
                _ => text,
            };
            let pattern = if fixed {
                Pattern::fixed(&text, ignore_case)
            } else {
                Pattern::new(&text, extended, ignore_case).map_err(|e| Filtered::fail(format!("grep: {e}"), 2))?
            };
            grep.patterns.push(pattern);
        }
        Ok((grep, rest))
    }

    fn run(&self, input: &Input, files: &[String]) -> Filtered {
        let mut filtered = Filtered::default();
        let texts = input.texts(files, &mut filtered);
        let mut any = false;
        for (name, text) in &texts {
            let prefix = if files.len() > 1 { name.as_str() } else { "" };
            any |= self.text(prefix, name, text, &mut filtered.out);
        }
        if self.quiet {
            filtered.out.clear();
        }
        if filtered.code == 0 {
            filtered.code = u8::from(!any);
        }
        filtered
    }

    fn text(&self, prefix: &str, name: &str, text: &str, out: &mut String) -> bool {
        let lines: Vec<&str> = text.lines().collect();
        let hits: Vec<usize> = (0..lines.len())
            .filter(|at| self.patterns.iter().any(|pattern| pattern.is_in(lines[*at])) != self.invert)
            .take(self.max.unwrap_or(usize::MAX))
            .collect();
        let head = if prefix.is_empty() { String::new() } else { format!("{prefix}:") };
        if self.count {
            out.push_str(&format!("{head}{}\n", hits.len()));
        } else if self.names {
            if !hits.is_empty() {
                out.push_str(&format!("{name}\n"));
            }
        } else if self.only {
            for at in &hits {
                self.matches(lines[*at], out);
            }
        } else {
            self.lines(&head, &lines, &hits, out);
        }
        !hits.is_empty()
    }

    fn matches(&self, line: &str, out: &mut String) {
        let chars: Vec<char> = line.chars().collect();
        for pattern in &self.patterns {
            let mut from = 0;
            while let Some((start, end)) = pattern.find(&chars, from).and_then(|captures| captures[0]) {
                if end > start {
                    out.extend(&chars[start..end]);
                    out.push('\n');
                }
                from = end.max(start + 1);
            }
        }
    }

    /// The hits with the lines around them; `--` between groups that don't touch.
    fn lines(&self, head: &str, lines: &[&str], hits: &[usize], out: &mut String) {
        let mut next = 0;
        for (index, hit) in hits.iter().enumerate() {
            let first = hit.saturating_sub(self.before).max(next);
            let until = hits.get(index + 1).copied().unwrap_or(usize::MAX);
            let last = (hit + self.after).min(lines.len() - 1).min(until.saturating_sub(1));
            if (self.before > 0 || self.after > 0) && first > next && next > 0 {
                out.push_str("--\n");
            }
            for (at, line) in lines.iter().enumerate().take(last + 1).skip(first) {
                if self.number {
                    out.push_str(&format!("{head}{}{}{line}\n", at + 1, if at == *hit { ':' } else { '-' }));
                } else {
                    out.push_str(&format!("{head}{line}\n"));
                }
            }
            next = last + 1;
        }
    }
}

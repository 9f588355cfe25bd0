//! `sed`: substitution, deletion and printing of lines, with an address of a number, `$`, a pattern, or a range of those.

use super::{Filtered, Input};
use crate::pattern::Pattern;

/// Runs it.
pub fn run(input: &Input) -> Filtered {
    let (mut quiet, mut in_place, mut extended) = (false, false, false);
    let (mut scripts, mut files) = (Vec::new(), Vec::new());
    let mut args = input.args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "-n" => quiet = true,
            "-i" | "--in-place" => in_place = true,
            "-E" | "-r" => extended = true,
            "-ie" | "-i.bak" => in_place = true,
            "-e" => scripts.extend(args.next().cloned()),
            other if other.starts_with('-') && other.len() > 1 => {
                return input.unknown(other.chars().nth(1).unwrap_or('-'));
            }
            _ if scripts.is_empty() => scripts.push(arg.clone()),
            _ => files.push(arg.clone()),
        }
    }
    if scripts.is_empty() {
        return Filtered::fail("Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...", 1);
    }
    let commands = match parse(&scripts.join("\n"), extended) {
        Ok(commands) => commands,
        Err(text) => return Filtered::fail(format!("sed: -e expression #1, {text}"), 1),
    };
    let mut filtered = Filtered::default();
    for (name, text) in input.texts(&files, &mut filtered) {
        let edited = edit(&commands, &text, quiet);
        if in_place && !name.is_empty() {
            filtered.written.push((name, edited));
        } else {
            filtered.out.push_str(&edited);
        }
    }
    filtered
}

struct Command {
    from: Option<Address>,
    to: Option<Address>,
    negated: bool,
    action: Action,
}

enum Address {
    Line(usize),
    Last,
    Matching(Pattern),
}

enum Action {
    Delete,
    Print,
    Quit,
    Append(String),
    Insert(String),
    Change(String),
    Substitute { pattern: Pattern, replacement: Vec<char>, every: bool, print: bool },
}

fn edit(commands: &[Command], text: &str, quiet: bool) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut inside = vec![false; commands.len()];
    let mut out = String::new();
    for (index, line) in lines.iter().enumerate() {
        let (mut line, mut after) = (line.to_string(), String::new());
        let (mut deleted, mut quit) = (false, false);
        for (command, inside) in commands.iter().zip(&mut inside) {
            if command.applies(&line, index + 1, lines.len(), inside) == command.negated {
                continue;
            }
            match &command.action {
                Action::Delete => deleted = true,
                Action::Print => out.push_str(&format!("{line}\n")),
                Action::Quit => quit = true,
                Action::Append(text) => after.push_str(&format!("{text}\n")),
                Action::Insert(text) => out.push_str(&format!("{text}\n")),
                Action::Change(text) => {
                    out.push_str(&format!("{text}\n"));
                    deleted = true;
                }
                Action::Substitute { pattern, replacement, every, print } => {
                    if let Some(new) = substitute(pattern, replacement, *every, &line) {
                        line = new;
                        if *print {
                            out.push_str(&format!("{line}\n"));
                        }
                    }
                }
            }
            if deleted || quit {
                break;
            }
        }
        if !deleted && !quiet {
            out.push_str(&format!("{line}\n"));
        }
        out.push_str(&after);
        if quit {
            break;
        }
    }
    out
}

impl Command {
    fn applies(&self, line: &str, number: usize, count: usize, inside: &mut bool) -> bool {
        let is = |address: &Address| match address {
            Address::Line(wanted) => *wanted == number,
            Address::Last => number == count,
            Address::Matching(pattern) => pattern.is_in(line),
        };
        match (&self.from, &self.to) {
            (None, _) => true,
            (Some(from), None) => is(from),
            (Some(from), Some(to)) => {
                if *inside {
                    *inside = !is(to) && !matches!(to, Address::Line(last) if number >= *last);
                    return true;
                }
                let begins = is(from);
                *inside = begins && !matches!(to, Address::Line(last) if number >= *last);
                begins
            }
        }
    }
}

fn substitute(pattern: &Pattern, replacement: &[char], every: bool, line: &str) -> Option<String> {
    let chars: Vec<char> = line.chars().collect();
    let (mut out, mut from, mut found) = (String::new(), 0, false);
    while from <= chars.len() {
        let Some(captures) = pattern.find(&chars, from) else { break };
        let Some((start, end)) = captures[0] else { break };
        found = true;
        out.extend(&chars[from..start]);
        let mut template = replacement.iter();
        while let Some(c) = template.next() {
            let group = match c {
                '&' => Some(0),
                '\\' => match template.next() {
                    Some(digit) if digit.is_ascii_digit() => digit.to_digit(10).map(|d| d as usize),
                    Some(letter @ ('n' | 't')) => {
                        out.push(if *letter == 'n' { '\n' } else { '\t' });
                        continue;
                    }
                    Some(other) => {
                        out.push(*other);
                        continue;
                    }
                    None => None,
                },
                _ => None,
            };
            match group {
                Some(group) => {
                    if let Some((a, b)) = captures.get(group).copied().flatten() {
                        out.extend(&chars[a..b]);
                    }
                }
                None => out.push(*c),
            }
        }
        from = end;
        if end == start {
            out.extend(chars.get(from));
            from += 1;
        }
        if !every {
            break;
        }
    }
    out.extend(chars.get(from..).unwrap_or_default());
    found.then_some(out)
}

fn parse(script: &str, extended: bool) -> Result<Vec<Command>, String> {
    let mut reader = Reader { chars: script.chars().collect(), at: 0, extended };
    let mut commands = Vec::new();
    loop {
        reader.skip(|c| c.is_whitespace() || c == ';');
        if reader.peek().is_none() {
            return Ok(commands);
        }
        commands.push(reader.command()?);
    }
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    extended: bool,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn skip(&mut self, test: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&test) {
            self.at += 1;
        }
    }

    fn wrong(&self, what: &str) -> String {
        format!("char {}: {what}", self.at.min(self.chars.len()))
    }

    fn command(&mut self) -> Result<Command, String> {
        let from = self.address()?;
        let mut to = None;
        if from.is_some() && self.peek() == Some(',') {
            self.at += 1;
            to = self.address()?;
            if to.is_none() {
                return Err(self.wrong("unexpected `,'"));
            }
        }
        self.skip(|c| c == ' ');
        let negated = self.peek() == Some('!');
        self.at += usize::from(negated);
        let action = self.action()?;
        Ok(Command { from, to, negated, action })
    }

    fn address(&mut self) -> Result<Option<Address>, String> {
        match self.peek() {
            Some('$') => {
                self.at += 1;
                Ok(Some(Address::Last))
            }
            Some('/') => {
                self.at += 1;
                let text = self.until('/', "unterminated address regex")?;
                Ok(Some(Address::Matching(Pattern::new(&text, self.extended, false)?)))
            }
            Some(c) if c.is_ascii_digit() => {
                let start = self.at;
                self.skip(|c| c.is_ascii_digit());
                let text: String = self.chars[start..self.at].iter().collect();
                Ok(Some(Address::Line(text.parse().unwrap_or(0))))
            }
            _ => Ok(None),
        }
    }

    fn action(&mut self) -> Result<Action, String> {
        let letter = self.peek().ok_or_else(|| self.wrong("missing command"))?;
        self.at += 1;
        match letter {
            'd' => Ok(Action::Delete),
            'p' => Ok(Action::Print),
            'q' => Ok(Action::Quit),
            'a' => Ok(Action::Append(self.text())),
            'i' => Ok(Action::Insert(self.text())),
            'c' => Ok(Action::Change(self.text())),
            's' => self.substitution(),
            other => Err(self.wrong(&format!("unknown command: `{other}'"))),
        }
    }

    /// The text of `a`, `i`, `c`, to the end of the line.
    fn text(&mut self) -> String {
        if self.peek() == Some('\\') {
            self.at += 1;
            self.skip(|c| c == '\n');
        } else {
            self.skip(|c| c == ' ');
        }
        let start = self.at;
        self.skip(|c| c != '\n');
        self.chars[start..self.at].iter().collect()
    }

    fn substitution(&mut self) -> Result<Action, String> {
        let delimiter = self.peek().ok_or_else(|| self.wrong("unterminated `s' command"))?;
        self.at += 1;
        let text = self.until(delimiter, "unterminated `s' command")?;
        let replacement = self.until(delimiter, "unterminated `s' command")?.chars().collect();
        let (mut every, mut print, mut ignore_case) = (false, false, false);
        while let Some(c) = self.peek() {
            match c {
                'g' => every = true,
                'p' => print = true,
                'i' | 'I' => ignore_case = true,
                ';' | '\n' | ' ' | '}' => break,
                _ => return Err(self.wrong("unknown option to `s'")),
            }
            self.at += 1;
        }
        let pattern = Pattern::new(&text, self.extended, ignore_case)?;
        Ok(Action::Substitute { pattern, replacement, every, print })
    }

    /// Up to a delimiter; a backslash before it takes its meaning away.
    fn until(&mut self, delimiter: char, wrong: &str) -> Result<String, String> {
        let mut out = String::new();
        loop {
            let c = self.peek().ok_or_else(|| self.wrong(wrong))?;
            self.at += 1;
            if c == delimiter {
                return Ok(out);
            }
            if c == '\\' {
                let next = self.peek().ok_or_else(|| self.wrong(wrong))?;
                self.at += 1;
                if next != delimiter {
                    out.push('\\');
                }
                out.push(next);
            } else {
                out.push(c);
            }
        }
    }
}

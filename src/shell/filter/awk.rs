//! `awk`, as far as tables need it: `[PATTERN] { print FIELDS }`, with `-F`, `NR`, `NF`, `$N`, `/re/` and comparisons.

use super::{Filtered, Input, flags};
use crate::pattern::Pattern;
use api::float;

/// Runs it; a program beyond that is refused by name.
pub fn run(input: &Input) -> Filtered {
    let (found, mut rest) = flags(input.args, "F");
    let separator = found.into_iter().find(|(flag, _)| *flag == 'F').map(|(_, value)| value);
    if rest.is_empty() {
        return Filtered::fail("Usage: awk [-F fs] 'prog' [file ...]", 1);
    }
    let program = rest.remove(0);
    let Some(rules) = parse(&program) else {
        return Filtered::fail(format!("everynode doesn't simulate this awk program: {program}"), 2);
    };
    let mut filtered = Filtered::default();
    let texts = input.texts(&rest, &mut filtered);
    for (index, line) in texts.iter().flat_map(|(_, text)| text.lines()).enumerate() {
        let fields: Vec<&str> = match separator.as_deref() {
            None | Some(" ") => line.split_whitespace().collect(),
            Some(separator) => line.split(separator).collect(),
        };
        let record = Record { line, fields, number: index + 1 };
        for rule in rules.iter().filter(|rule| rule.applies(&record)) {
            filtered.out.push_str(&rule.print(&record));
        }
    }
    filtered
}

struct Record<'a> {
    line: &'a str,
    fields: Vec<&'a str>,
    number: usize,
}

struct Rule {
    /// All must hold.
    conditions: Vec<Condition>,
    /// Values printed with a space between them; each is joined from parts.
    print: Vec<Vec<Value>>,
}

enum Condition {
    Matches(Value, Pattern, bool),
    Compares(Value, &'static str, Value),
}

#[derive(Clone)]
enum Value {
    Field(usize),
    LastField,
    RecordNumber,
    FieldCount,
    Text(String),
}

impl Value {
    fn of(&self, record: &Record) -> String {
        match self {
            Value::Field(0) => record.line.to_string(),
            Value::Field(n) => record.fields.get(n - 1).copied().unwrap_or_default().to_string(),
            Value::LastField => record.fields.last().copied().unwrap_or_default().to_string(),
            Value::RecordNumber => record.number.to_string(),
            Value::FieldCount => record.fields.len().to_string(),
            Value::Text(text) => text.clone(),
        }
    }
}

impl Rule {
    fn applies(&self, record: &Record) -> bool {
        self.conditions.iter().all(|condition| match condition {
            Condition::Matches(value, pattern, wanted) => pattern.is_in(&value.of(record)) == *wanted,
            Condition::Compares(a, operator, b) => {
                let (a, b) = (a.of(record), b.of(record));
                let order = match (float::parse(&a), float::parse(&b)) {
                    (Some(x), Some(y)) => x.total_cmp(&y),
                    _ => a.cmp(&b),
                };
                match *operator {
                    "==" => order.is_eq(),
                    "!=" => order.is_ne(),
                    ">=" => order.is_ge(),
                    "<=" => order.is_le(),
                    ">" => order.is_gt(),
                    _ => order.is_lt(),
                }
            }
        })
    }

    fn print(&self, record: &Record) -> String {
        let joined = |parts: &Vec<Value>| parts.iter().map(|part| part.of(record)).collect::<String>();
        let mut line = self.print.iter().map(joined).collect::<Vec<_>>().join(" ");
        line.push('\n');
        line
    }
}

fn parse(program: &str) -> Option<Vec<Rule>> {
    let mut rules = Vec::new();
    let mut rest = program.trim();
    while !rest.is_empty() {
        let (pattern, body, after) = match rest.find('{') {
            Some(open) => {
                let close = open + rest[open..].find('}')?;
                (&rest[..open], &rest[open + 1..close], &rest[close + 1..])
            }
            None => (rest, "print", ""),
        };
        let conditions = pattern.split("&&").map(str::trim).filter(|text| !text.is_empty());
        let conditions = conditions.map(condition).collect::<Option<Vec<_>>>()?;
        rules.push(Rule { conditions, print: print(body)? });
        rest = after.trim();
    }
    Some(rules)
}

fn condition(text: &str) -> Option<Condition> {
    let pattern = |text: &str| Pattern::new(text.strip_prefix('/')?.strip_suffix('/')?, true, false).ok();
    if text.starts_with('/') {
        return Some(Condition::Matches(Value::Field(0), pattern(text)?, true));
    }
    if let Some(text) = text.strip_prefix("!/") {
        return Some(Condition::Matches(Value::Field(0), pattern(&format!("/{text}"))?, false));
    }
    for (sign, wanted) in [("!~", false), ("~", true)] {
        if let Some((value_text, re)) = text.split_once(sign) {
            return Some(Condition::Matches(value(value_text.trim())?, pattern(re.trim())?, wanted));
        }
    }
    for operator in ["==", "!=", ">=", "<=", ">", "<"] {
        if let Some((a, b)) = text.split_once(operator) {
            return Some(Condition::Compares(value(a.trim())?, operator, value(b.trim())?));
        }
    }
    None
}

fn print(body: &str) -> Option<Vec<Vec<Value>>> {
    let what = body.trim().trim_end_matches(';').strip_prefix("print")?.trim();
    if what.is_empty() {
        return Some(vec![vec![Value::Field(0)]]);
    }
    let mut out: Vec<Vec<Value>> = vec![Vec::new()];
    let mut rest = what;
    while !rest.is_empty() {
        let end = match rest.chars().next()? {
            '"' => rest[1..].find('"')? + 2,
            ',' => {
                out.push(Vec::new());
                rest = rest[1..].trim_start();
                continue;
            }
            _ => rest.find([',', ' ', '"']).unwrap_or(rest.len()),
        };
        out.last_mut()?.push(value(&rest[..end])?);
        rest = rest[end..].trim_start();
    }
    Some(out)
}

fn value(text: &str) -> Option<Value> {
    match text {
        "NR" => Some(Value::RecordNumber),
        "NF" => Some(Value::FieldCount),
        "$NF" => Some(Value::LastField),
        _ => {
            if let Some(field) = text.strip_prefix('$') {
                return field.parse().ok().map(Value::Field);
            }
            if let Some(text) = text.strip_prefix('"') {
                let text = text.strip_suffix('"')?;
                return Some(Value::Text(text.replace("\\t", "\t").replace("\\n", "\n")));
            }
            float::parse(text).map(|_| Value::Text(text.to_string()))
        }
    }
}

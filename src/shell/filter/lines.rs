//! The small ones: cat, head, tail, wc, sort, uniq, cut, tr, tee, column, diff.

use super::{Filtered, Input, flags};
use api::{float, sort};
use std::cmp::Ordering;

/// `cat [-n]`
pub fn cat(input: &Input) -> Filtered {
    let (found, files) = flags(input.args, "");
    let mut filtered = Filtered::default();
    let text: String = input.texts(&files, &mut filtered).into_iter().map(|(_, text)| text).collect();
    filtered.out = if found.iter().any(|(flag, _)| *flag == 'n') {
        text.lines().enumerate().map(|(at, line)| format!("{:6}\t{line}\n", at + 1)).collect()
    } else {
        text
    };
    filtered
}

/// `head [-n N | -N]`
pub fn head(input: &Input) -> Filtered {
    part(input, |lines, count, text| {
        let keep = match count.strip_prefix('-') {
            Some(count) => lines.len().saturating_sub(count.parse().ok()?),
            None => count.parse().ok()?,
        };
        Some(if keep >= lines.len() { text.to_string() } else { lines[..keep].concat() })
    })
}

/// `tail [-n N | -N | -n +N]`
pub fn tail(input: &Input) -> Filtered {
    part(input, |lines, count, _| {
        let from = match count.strip_prefix('+') {
            Some(first) => first.parse::<usize>().ok()?.saturating_sub(1),
            None => lines.len().saturating_sub(count.trim_start_matches('-').parse().ok()?),
        };
        Some(lines[from.min(lines.len())..].concat())
    })
}

fn part(input: &Input, cut: impl Fn(&[&str], &str, &str) -> Option<String>) -> Filtered {
    let (mut count, mut files) = ("10".to_string(), Vec::new());
    let mut args = input.args.iter();
    while let Some(arg) = args.next() {
        match arg.strip_prefix('-') {
            Some("n") | Some("-lines") => count = args.next().cloned().unwrap_or_default(),
            Some("f") => {}
            Some(rest) if rest.starts_with('n') => count = rest[1..].to_string(),
            Some(rest) if rest.starts_with("-lines=") => count = rest["-lines=".len()..].to_string(),
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => count = rest.to_string(),
            Some(rest) if !rest.is_empty() => return input.unknown(rest.chars().next().unwrap_or('-')),
            _ => files.push(arg.clone()),
        }
    }
    let mut filtered = Filtered::default();
    let texts = input.texts(&files, &mut filtered);
    for (index, (name, text)) in texts.iter().enumerate() {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let Some(kept) = cut(&lines, &count, text) else {
            return Filtered::fail(format!("{}: invalid number of lines: ‘{count}’", input.name), 1);
        };
        if texts.len() > 1 {
            filtered.out.push_str(&format!("{}==> {name} <==\n", if index > 0 { "\n" } else { "" }));
        }
        filtered.out.push_str(&kept);
    }
    filtered
}

/// `wc [-l] [-w] [-c]`
pub fn wc(input: &Input) -> Filtered {
    let (found, files) = flags(input.args, "");
    let wants = |flag: char| found.iter().any(|(f, _)| *f == flag);
    if let Some((other, _)) = found.iter().find(|(flag, _)| !"lwcm".contains(*flag)) {
        return input.unknown(*other);
    }
    let all = found.is_empty();
    let mut filtered = Filtered::default();
    let mut totals = [0; 3];
    let texts = input.texts(&files, &mut filtered);
    let count = |text: &str| [text.matches('\n').count(), text.split_whitespace().count(), text.len()];
    let line = |counts: &[usize; 3], name: &str| {
        let picked = ['l', 'w', 'c'].iter().zip(counts);
        let shown: Vec<String> = (picked.filter(|(flag, _)| all || wants(**flag) || **flag == 'c' && wants('m')))
            .map(|(_, n)| if all { format!("{n:7}") } else { n.to_string() })
            .collect();
        let name = if name.is_empty() { String::new() } else { format!(" {name}") };
        format!("{}{name}\n", shown.join(" "))
    };
    for (name, text) in &texts {
        let counts = count(text);
        totals.iter_mut().zip(counts).for_each(|(total, n)| *total += n);
        filtered.out.push_str(&line(&counts, name));
    }
    if texts.len() > 1 {
        filtered.out.push_str(&line(&totals, "total"));
    }
    filtered
}

/// `sort [-r] [-n] [-u] [-k N] [-t C]`
pub fn sort(input: &Input) -> Filtered {
    let (found, files) = flags(input.args, "kt");
    let (mut reverse, mut numeric, mut unique, mut key, mut separator) = (false, false, false, 0, None);
    for (flag, value) in found {
        match flag {
            'r' => reverse = true,
            'n' | 'h' | 'V' => numeric = true,
            'u' => unique = true,
            't' => separator = value.chars().next(),
            'k' => {
                let digits: String = value.chars().take_while(char::is_ascii_digit).collect();
                key = digits.parse().unwrap_or(0);
                numeric |= value.contains('n');
                reverse |= value.contains('r');
            }
            other => return input.unknown(other),
        }
    }
    let mut filtered = Filtered::default();
    let text: String = input.texts(&files, &mut filtered).into_iter().map(|(_, text)| text).collect();
    let field = |line: &str| -> String {
        match (key, separator) {
            (0, _) => line.to_string(),
            (n, Some(c)) => line.split(c).skip(n - 1).collect::<Vec<_>>().join(&c.to_string()),
            (n, None) => line.split_whitespace().skip(n - 1).collect::<Vec<_>>().join(" "),
        }
    };
    let order = |a: &&str, b: &&str| -> Ordering {
        let (x, y) = (field(a), field(b));
        let keys = if numeric { number(&x).total_cmp(&number(&y)) } else { x.cmp(&y) };
        let order = keys.then_with(|| a.cmp(b));
        if reverse { order.reverse() } else { order }
    };
    let mut lines: Vec<&str> = text.lines().collect();
    sort::by(&mut lines, order);
    if unique {
        lines.dedup();
    }
    filtered.out = lines.iter().map(|line| format!("{line}\n")).collect();
    filtered
}

fn number(text: &str) -> f64 {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '-').unwrap_or(text.len());
    float::parse(&text[..end]).unwrap_or(0.0)
}

/// `uniq [-c] [-d]`
pub fn uniq(input: &Input) -> Filtered {
    let (found, files) = flags(input.args, "");
    let wants = |flag: char| found.iter().any(|(f, _)| *f == flag);
    let mut filtered = Filtered::default();
    let text: String = input.texts(&files, &mut filtered).into_iter().map(|(_, text)| text).collect();
    let mut runs: Vec<(usize, &str)> = Vec::new();
    for line in text.lines() {
        match runs.last_mut() {
            Some((count, last)) if *last == line => *count += 1,
            _ => runs.push((1, line)),
        }
    }
    for (count, line) in runs.into_iter().filter(|(count, _)| !wants('d') || *count > 1) {
        filtered.out.push_str(&if wants('c') { format!("{count:7} {line}\n") } else { format!("{line}\n") });
    }
    filtered
}

/// `cut -d C -f LIST`, `cut -c LIST`
pub fn cut(input: &Input) -> Filtered {
    let (found, files) = flags(input.args, "dfc");
    let (mut delimiter, mut fields, mut chars) = ("\t".to_string(), None, None);
    for (flag, value) in found {
        match flag {
            'd' => delimiter = value,
            'f' => fields = Some(value),
            'c' => chars = Some(value),
            's' => {}
            other => return input.unknown(other),
        }
    }
    let mut filtered = Filtered::default();
    let texts = input.texts(&files, &mut filtered);
    for line in texts.iter().flat_map(|(_, text)| text.lines()) {
        let kept = match (&fields, &chars) {
            (Some(list), _) if line.contains(&delimiter) => {
                let parts: Vec<&str> = line.split(delimiter.as_str()).collect();
                pick(&parts, list).join(&delimiter)
            }
            (Some(_), _) => line.to_string(),
            (None, Some(list)) => {
                let parts: Vec<String> = line.chars().map(String::from).collect();
                let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
                pick(&parts, list).concat()
            }
            (None, None) => {
                let text = "cut: you must specify a list of bytes, characters, or fields\n\
                            Try 'cut --help' for more information.";
                return Filtered::fail(text, 1);
            }
        };
        filtered.out.push_str(&kept);
        filtered.out.push('\n');
    }
    filtered
}

/// `1,3-5,7-`
fn pick<'a>(parts: &[&'a str], list: &str) -> Vec<&'a str> {
    let wanted = |place: usize| {
        list.split(',').any(|range| match range.split_once('-') {
            Some((first, last)) => place >= first.parse().unwrap_or(1) && place <= last.parse().unwrap_or(usize::MAX),
            None => range.parse() == Ok(place),
        })
    };
    parts.iter().enumerate().filter(|(index, _)| wanted(index + 1)).map(|(_, part)| *part).collect()
}

/// `base64`, `base64 -d`, `-w0`
pub fn base64(input: &Input) -> Filtered {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let args: Vec<String> =
        input.args.iter().map(|arg| arg.replace("--decode", "-d").replace("--wrap=", "-w")).collect();
    let (found, names) = flags(&args, "w");
    let mut filtered = Filtered::default();
    let text: String = input.texts(&names, &mut filtered).into_iter().map(|(_, text)| text).collect();
    if !found.iter().any(|(flag, _)| *flag == 'd' || *flag == 'D') {
        let mut line = String::new();
        for chunk in text.as_bytes().chunks(3) {
            let group = chunk.iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
            for place in 0..4 {
                let letter = LETTERS[(group >> (18 - 6 * place) & 63) as usize];
                line.push(if place <= chunk.len() { letter as char } else { '=' });
            }
        }
        let width = found.iter().find(|(flag, _)| *flag == 'w').map_or(Some(76), |(_, width)| width.parse().ok());
        let width = width.filter(|width| *width > 0).unwrap_or(usize::MAX);
        let wrapped: Vec<&[u8]> = line.as_bytes().chunks(width.min(line.len().max(1))).collect();
        filtered.out = String::from_utf8(wrapped.join(&b'\n')).expect("letters of base64 are ASCII");
        filtered.out.push_str(if width == usize::MAX || line.is_empty() { "" } else { "\n" });
        return filtered;
    }
    let (mut bytes, mut group, mut bits) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes().filter(|letter| !letter.is_ascii_whitespace() && *letter != b'=') {
        let Some(value) = LETTERS.iter().position(|known| *known == letter) else {
            filtered.err.push_str("base64: invalid input\n");
            filtered.code = 1;
            break;
        };
        group = group << 6 | value as u32;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((group >> bits) as u8);
            group &= (1 << bits) - 1;
        }
    }
    filtered.out = String::from_utf8_lossy(&bytes).into_owned();
    filtered
}

/// `tr A B`, `tr -d A`, `tr -s A`
pub fn tr(input: &Input) -> Filtered {
    let (found, sets) = flags(input.args, "");
    let wants = |flag: char| found.iter().any(|(f, _)| *f == flag);
    let Some(from) = sets.first().map(|set| set_of(set)) else {
        return Filtered::fail("tr: missing operand\nTry 'tr --help' for more information.", 1);
    };
    let to = sets.get(1).map(|set| set_of(set)).unwrap_or_default();
    let mut out = String::with_capacity(input.stdin.len());
    for c in input.stdin.chars() {
        let place = from.iter().position(|f| *f == c);
        let c = match place {
            Some(_) if wants('d') => continue,
            Some(at) if !to.is_empty() => to[at.min(to.len() - 1)],
            _ => c,
        };
        if wants('s') && place.is_some() && out.ends_with(c) {
            continue;
        }
        out.push(c);
    }
    Filtered::ok(out)
}

fn set_of(text: &str) -> Vec<char> {
    let text = text.replace("\\n", "\n").replace("\\t", "\t");
    let text = text.replace("[:upper:]", "A-Z").replace("[:lower:]", "a-z").replace("[:digit:]", "0-9");
    let text = text.replace("[:space:]", " \t\n");
    let chars: Vec<char> = text.chars().collect();
    let (mut set, mut at) = (Vec::new(), 0);
    while at < chars.len() {
        if chars.get(at + 1) == Some(&'-') && at + 2 < chars.len() {
            set.extend(chars[at]..=chars[at + 2]);
            at += 3;
        } else {
            set.push(chars[at]);
            at += 1;
        }
    }
    set
}

/// `tee [-a] FILE…`
pub fn tee(input: &Input) -> Filtered {
    let (found, files) = flags(input.args, "");
    let append = found.iter().any(|(flag, _)| *flag == 'a');
    let text = |name: &String| {
        let before = if append { input.files.read(name).unwrap_or_default() } else { String::new() };
        (name.clone(), before + input.stdin)
    };
    Filtered { out: input.stdin.to_string(), written: files.iter().map(text).collect(), ..Filtered::default() }
}

/// `column -t`
pub fn column(input: &Input) -> Filtered {
    let rows: Vec<Vec<&str>> = input.stdin.lines().map(|line| line.split_whitespace().collect()).collect();
    let mut widths: Vec<usize> = Vec::new();
    for row in &rows {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut out = String::new();
    for row in &rows {
        for (index, cell) in row.iter().enumerate() {
            let gap = if index + 1 < row.len() { widths[index] + 2 - cell.chars().count() } else { 0 };
            out.push_str(cell);
            out.extend(std::iter::repeat_n(' ', gap));
        }
        out.push('\n');
    }
    Filtered::ok(out)
}

/// `diff A B`: 1 when they differ.
pub fn diff(input: &Input) -> Filtered {
    let (_, files) = flags(input.args, "U");
    let mut filtered = Filtered::default();
    let texts = input.texts(&files, &mut filtered);
    let [(_, old), (_, new)] = texts.as_slice() else {
        filtered.code = 2;
        return filtered;
    };
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let text = kubectl::command::diff::unified(&old, &new);
    filtered.code = u8::from(!text.is_empty());
    if !text.is_empty() {
        filtered.out = format!("--- {}\n+++ {}\n{text}", files[0], files[1]);
    }
    filtered
}

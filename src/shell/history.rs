//! `!!` and its like: words of a line that stand for earlier lines.
//!
//! Models bash's history expansion as far as fingers know it: `!!`, `!$`, `!3`, `!-2`, `!kub`, and `^old^new`. Left out: other word
//! designators and modifiers. In single quotes, and before a blank or `=`, a `!` is just that.

/// A line isn't longer, and doesn't grow beyond that: 1 MB.
pub const LENGTH_MAX: usize = 1 << 20;

/// The line with its `!` words replaced; `None` if it has none, bash's words if one names nothing.
pub fn recall(line: &str, history: &[String]) -> Result<Option<String>, String> {
    // The text of a here-document is no command.
    if let Some((first, body)) = line.split_once('\n').filter(|(first, _)| first.contains("<<")) {
        return Ok(recall(first, history)?.map(|first| format!("{first}\n{body}")));
    }
    if let Some(rest) = line.strip_prefix('^') {
        return substitute(rest, history).map(Some);
    }
    let (mut out, mut rest, mut quoted, mut found) = (String::new(), line, false, false);
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '\'' => quoted = !quoted,
            '\\' if !quoted => {
                out.push(c);
                let Some(escaped) = rest.chars().next() else { break };
                out.push(escaped);
                rest = &rest[escaped.len_utf8()..];
                continue;
            }
            '!' if !quoted => {
                if let Some((text, length)) = event(rest, history)? {
                    if out.len() + text.len() > LENGTH_MAX {
                        return Err("everynode's history expansion ends at 1 MB".into());
                    }
                    out.push_str(&text);
                    rest = &rest[length..];
                    found = true;
                    continue;
                }
            }
            _ => {}
        }
        out.push(c);
    }
    Ok(found.then_some(out))
}

/// What follows a `!`: the text it stands for, and how many bytes name it.
fn event(name: &str, history: &[String]) -> Result<Option<(String, usize)>, String> {
    let missing = |word: &str| format!("bash: !{word}: event not found");
    let last = || history.last().cloned();
    match name.chars().next() {
        None | Some(' ' | '\t' | '\n' | '=' | '(' | '"' | ']') => return Ok(None),
        Some('!') => return last().map(|line| Some((line, 1))).ok_or_else(|| missing("!")),
        Some('$') => {
            let word = last().and_then(|line| line.split_whitespace().last().map(String::from));
            return word.map(|word| Some((word, 1))).ok_or_else(|| missing("$"));
        }
        Some(_) => {}
    }
    let word = name.split([' ', '\t', '\n', ';', '|', '&', '"', ')', ':']).next().unwrap_or(name);
    let line = match (word.strip_prefix('-'), word.parse::<usize>()) {
        (Some(back), _) => {
            let back = back.parse::<usize>().ok();
            back.and_then(|back| history.len().checked_sub(back)).and_then(|at| history.get(at))
        }
        (None, Ok(number)) => number.checked_sub(1).and_then(|at| history.get(at)),
        (None, Err(_)) => history.iter().rev().find(|line| line.starts_with(word)),
    };
    line.map(|line| Some((line.clone(), word.len()))).ok_or_else(|| missing(word))
}

/// `^old^new`: the last line with one text in place of another.
fn substitute(rest: &str, history: &[String]) -> Result<String, String> {
    let (old, new) = rest.split_once('^').unwrap_or((rest, ""));
    let new = new.split('^').next().unwrap_or(new);
    let last = history.last().filter(|line| !old.is_empty() && line.contains(old));
    last.map(|line| line.replacen(old, new, 1)).ok_or_else(|| format!("bash: :s^{rest}: substitution failed"))
}

#[cfg(test)]
mod tests {
    use super::recall;

    #[test]
    fn a_bang_names_an_earlier_line() {
        let history = ["kubectl get po", "echo hi", "kubectl get ds -o wide"].map(String::from);
        for (line, expected) in [
            ("!!", Ok(Some("kubectl get ds -o wide"))),
            ("!! | wc -l", Ok(Some("kubectl get ds -o wide | wc -l"))),
            ("echo !$", Ok(Some("echo wide"))),
            ("!1", Ok(Some("kubectl get po"))),
            ("!-2", Ok(Some("echo hi"))),
            ("!echo there", Ok(Some("echo hi there"))),
            ("^ds^no", Ok(Some("kubectl get no -o wide"))),
            ("echo '!!' \\!!", Ok(None)),
            ("cat <<EOF\nwhat!?\n!!\nEOF", Ok(None)),
            ("echo hi! != !", Ok(None)),
            ("!nope", Err("bash: !nope: event not found")),
            ("!9", Err("bash: !9: event not found")),
            ("!-9", Err("bash: !-9: event not found")),
            ("^x", Err("bash: :s^x: substitution failed")),
        ] {
            let recalled = recall(line, &history);
            assert_eq!(recalled, expected.map(|it| it.map(String::from)).map_err(String::from), "$ {line}");
        }
    }
}

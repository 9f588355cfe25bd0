//! The list of functions that stay in the first part: a text that people can read, and that says the same of the next build.
//!
//! Each line without indent is the beginning of a name, each indented line after it an end. Names are as in the source, with type
//! parameters, without the hashes that change with every build.

use std::collections::BTreeSet;
use std::fs;

use crate::Fault;

/// A function's name without what changes from build to build.
pub fn plain(mangled: &str) -> String {
    let name = format!("{:#}", rustc_demangle::demangle(mangled));
    // Some builds number closures' crates: `core[8f3c]::fmt`.
    let mut plain = String::with_capacity(name.len());
    let mut rest = name.as_str();
    while let Some(open) = rest.find('[') {
        let (before, bracket) = rest.split_at(open);
        plain.push_str(before);
        let close = bracket.find(']').map_or(bracket.len(), |close| close + 1);
        let inside = &bracket[1..close.max(2) - 1];
        if inside.len() < 8 || !inside.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            plain.push_str(&bracket[..close]);
        }
        rest = &bracket[close..];
    }
    plain + rest
}

/// Reads the list.
///
/// # Errors
///
/// There is no such file.
pub fn read(file: &str) -> Result<BTreeSet<String>, Fault> {
    let text = fs::read_to_string(file).map_err(|fault| format!("{file}: {fault}"))?;
    let mut names = BTreeSet::new();
    let mut head = "";
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        match line.strip_prefix("  ") {
            Some(end) => drop(names.insert(format!("{head}{end}"))),
            None => head = line,
        }
    }
    Ok(names)
}

/// Writes the mangled names in the file `ran`, one a line, as the list `first`.
///
/// # Errors
///
/// A file can't be read or written.
pub fn keep(ran: &str, first: &str) -> Result<(), Fault> {
    let names: BTreeSet<String> = fs::read_to_string(ran)?.lines().map(plain).collect();
    if names.len() < 2 {
        return Err(format!("{ran} names no functions: the marked page didn't run").into());
    }
    let mut text = String::from(
        "# The functions that ran from the page's start until its first acts were done. Made by `cargo xtask first-load`; docs/loading.md.\n",
    );
    let mut head = "";
    for name in &names {
        let (start, end) = name.split_at(head_of(name));
        if start != head || text.ends_with(".\n") {
            text += start;
            text.push('\n');
            head = start;
        }
        text += "  ";
        text += end;
        text.push('\n');
    }
    Ok(fs::write(first, text)?)
}

/// How much of a name is its module's path.
fn head_of(name: &str) -> usize {
    let before = name.find(['<', '{', ' ']).map_or(name, |at| &name[..at]);
    before.rfind("::").map_or(0, |at| at + 2)
}

#[cfg(test)]
mod tests {
    use super::{head_of, plain};

    #[test]
    fn a_name_says_the_same_of_every_build() {
        assert_eq!(plain("_ZN4core3fmt9Formatter3pad17h0123456789abcdefE"), "core::fmt::Formatter::pad");
        assert_eq!(plain("_RNvNtCs1234_7mycrate3foo3bar"), plain("_RNvNtCs5678_7mycrate3foo3bar"));
        assert_eq!(plain("__wbindgen_malloc"), "__wbindgen_malloc");
    }

    #[test]
    fn a_list_is_grouped_by_module() {
        assert_eq!(head_of("core::fmt::Formatter::pad"), "core::fmt::Formatter::".len());
        assert_eq!(head_of("<alloc::vec::Vec<u8> as core::fmt::Debug>::fmt"), 0);
    }
}

//! `$((…))`: whole numbers, variables, `+ - * / %`, comparisons and parentheses.
//!
//! Follows bash's Shell Arithmetic. Left out: assignments, bits, `?:`.

use crate::Shell;

/// What a sum comes to, as text; nothing when it is none.
pub fn value(text: &str, shell: &Shell) -> String {
    let mut sum = Sum { rest: text, shell, depth: 0 };
    match sum.compared() {
        Some(number) if sum.rest.trim().is_empty() => number.to_string(),
        _ => String::new(),
    }
}

/// How many parentheses may stand in one another.
const DEPTH_MAX: usize = 50;

struct Sum<'a> {
    rest: &'a str,
    shell: &'a Shell,
    depth: usize,
}

impl Sum<'_> {
    fn sign(&mut self, signs: &[&'static str]) -> Option<&'static str> {
        self.rest = self.rest.trim_start();
        let found = signs.iter().copied().find(|sign| self.rest.starts_with(sign))?;
        self.rest = &self.rest[found.len()..];
        Some(found)
    }

    fn compared(&mut self) -> Option<i64> {
        let mut left = self.added()?;
        while let Some(sign) = self.sign(&["==", "!=", "<=", ">=", "<", ">"]) {
            let right = self.added()?;
            left = i64::from(match sign {
                "==" => left == right,
                "!=" => left != right,
                "<=" => left <= right,
                ">=" => left >= right,
                "<" => left < right,
                _ => left > right,
            });
        }
        Some(left)
    }

    fn added(&mut self) -> Option<i64> {
        let mut left = self.multiplied()?;
        while let Some(sign) = self.sign(&["+", "-"]) {
            let right = self.multiplied()?;
            left = if sign == "+" { left.wrapping_add(right) } else { left.wrapping_sub(right) };
        }
        Some(left)
    }

    fn multiplied(&mut self) -> Option<i64> {
        let mut left = self.single()?;
        while let Some(sign) = self.sign(&["*", "/", "%"]) {
            let right = self.single()?;
            left = match sign {
                "*" => left.wrapping_mul(right),
                "/" => left.checked_div(right)?,
                _ => left.checked_rem(right)?,
            };
        }
        Some(left)
    }

    fn single(&mut self) -> Option<i64> {
        if self.depth > DEPTH_MAX {
            return None;
        }
        match self.sign(&["(", "-", "+", "$"]) {
            Some("(") => {
                self.depth += 1;
                let inner = self.compared()?;
                self.depth -= 1;
                return self.sign(&[")"]).map(|_| inner);
            }
            Some("-") => {
                self.depth += 1;
                let inner = self.single()?;
                self.depth -= 1;
                return Some(inner.wrapping_neg());
            }
            _ => {}
        }
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            return word.parse().ok();
        }
        if word.is_empty() {
            return None;
        }
        Some(self.shell.variables.get(word).and_then(|text| text.trim().parse().ok()).unwrap_or(0))
    }
}

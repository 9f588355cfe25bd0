//! Partial credit: every condition of a task counts the same, but what was so from the beginning counts only with something else.
//!
//! "Not on the control plane" and "the same Pods as before" are so before anybody does anything. Whoever brings about none of the
//! other conditions gets nothing for them; whoever breaks one of them loses it.

/// A condition of a task, at the exam's end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// In the language of the tools.
    pub check: String,
    /// It is so.
    pub met: bool,
    /// It was so when the task was opened.
    pub given: bool,
}

/// Hundredths of points that a task of so many points has earned.
pub fn earned(points: u32, conditions: &[Condition]) -> u32 {
    let met = conditions.iter().filter(|condition| condition.met).count() as u32;
    let brought_about = conditions.iter().any(|condition| condition.met && !condition.given);
    match conditions.len() as u32 {
        0 => 0,
        _ if !brought_about => 0,
        all => points * 100 * met / all,
    }
}

/// Per cent of all points, rounded down: who has 65.9 has not 66.
pub fn per_cent(earned: u32, points: u32) -> u32 {
    earned.checked_div(points).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conditions(text: &str) -> Vec<Condition> {
        // `+` met, `-` not; `*` before it: so from the beginning.
        let each = text.split(' ').map(|word| Condition {
            check: String::new(),
            met: word.ends_with('+'),
            given: word.starts_with('*'),
        });
        each.collect()
    }

    #[test]
    fn each_condition_counts_and_what_was_so_anyway_only_with_another() {
        assert_eq!(earned(4, &conditions("+ + + +")), 400);
        assert_eq!(earned(4, &conditions("+ - + -")), 200);
        assert_eq!(earned(4, &conditions("- *+ *+ *+")), 0);
        assert_eq!(earned(4, &conditions("+ *+ *+ *-")), 300);
        assert_eq!(earned(4, &[]), 0);
    }

    #[test]
    fn a_score_is_rounded_down() {
        assert_eq!(per_cent(6599, 100), 65);
        assert_eq!(per_cent(0, 0), 0);
        assert_eq!(per_cent(3200, 32), 100);
    }
}

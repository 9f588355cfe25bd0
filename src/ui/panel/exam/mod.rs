//! Exams: the page they are begun on, the bar with the clock, the task beside the terminal, the results, a task gone through again,
//! and the teacher's page that reads many results.
//!
//! What is so is the playground's to say, and what is worth what `course::exam`'s; here it is only shown. The words of these pages
//! come when the first of them is opened ([`words`]): few who open everynode sit an exam.

pub mod bar;
pub mod begin;
pub mod result;
pub mod review;
pub mod task;
pub mod teacher;
pub mod words;

use playground::view::Exam;

/// A page that takes the place of the panels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sheet {
    /// Where an exam is begun.
    Begin,
    /// Where results are read.
    Teacher,
}

/// What an exam makes of the page; the style sheet knows it by [`Phase::id`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Phase {
    /// There is none.
    Off,
    /// It runs.
    On,
    /// Its clock is held.
    Held,
    /// It is over: its results.
    Over,
    /// One of its tasks is gone through again.
    Review,
}

impl Phase {
    /// Where an exam stands.
    pub fn of(exam: Option<&Exam>) -> Phase {
        match exam {
            None => Phase::Off,
            Some(exam) if exam.review.is_some() => Phase::Review,
            Some(exam) if exam.report.is_some() => Phase::Over,
            Some(exam) if exam.held => Phase::Held,
            Some(_) => Phase::On,
        }
    }

    /// What the style sheet calls it; nothing without an exam.
    pub fn id(self) -> Option<&'static str> {
        match self {
            Phase::Off => None,
            Phase::On => Some("on"),
            Phase::Held => Some("held"),
            Phase::Over => Some("over"),
            Phase::Review => Some("review"),
        }
    }
}

/// Points as they are shown: hundredths, without needless zeros.
fn points(hundredths: u32) -> String {
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    match rest {
        0 => whole.to_string(),
        rest if rest % 10 == 0 => [whole.to_string(), (rest / 10).to_string()].join("."),
        rest => [whole.to_string().as_str(), ".", if rest < 10 { "0" } else { "" }, &rest.to_string()].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_show_no_needless_zeros() {
        assert_eq!([400, 350, 333, 205, 0].map(points), ["4", "3.5", "3.33", "2.05", "0"]);
    }
}

//! Exams: tasks drawn from a bank by a seed, how far each was done, and the file that is left of it.
//!
//! In reading order: [`bank`] (which tasks there are, and which of them an exam has), [`score`] (partial credit per condition),
//! [`report`] (the file of results: `docs/formats/exam-result.md`), [`class`] (many such files side by side).
//!
//! A task is a lesson of one step; what is special about an exam (its clock, its clusters) is the playground's.

pub mod bank;
pub mod class;
pub mod report;
pub mod score;

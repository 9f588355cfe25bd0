//! The lesson that is on: its steps, what has to be so in the present one, and what there is in place of it.

pub use course::prose::{Block, Words};

/// A lesson.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lesson {
    /// The name of its file, without its ending.
    pub id: String,
    /// The language of its texts: `en`.
    pub language: String,
    pub title: String,
    /// Said before the first step.
    pub intro: Vec<Block>,
    /// The titles of all steps.
    pub steps: Vec<String>,
    /// The place of the present step.
    pub current: u32,
    pub step: Step,
    /// The last step is done.
    pub finished: bool,
}

/// The present step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    pub text: Vec<Block>,
    pub question: Option<Question>,
    pub checks: Vec<Check>,
    /// The hints that were asked for.
    pub hints: Vec<Vec<Block>>,
    /// How many more there are.
    pub hints_left: u32,
    /// What helps where the learner has taken a wrong turn.
    pub wrong: Option<Vec<Block>>,
    /// Everything that had to be so was so.
    pub done: bool,
    /// Said when it is done.
    pub said: Vec<Block>,
    /// Its solution is being played.
    pub playing: bool,
}

/// A question, asked before something happens.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    pub text: Vec<Block>,
    /// Ids and words.
    pub choices: Vec<(String, Vec<Words>)>,
    pub chosen: Option<String>,
    /// The right choice, once the step is done.
    pub answer: Option<String>,
}

/// One condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// In words; empty where it speaks for itself.
    pub label: Vec<Words>,
    /// In the language of the tools.
    pub code: String,
    pub met: bool,
    /// What there is, while it isn't met.
    pub now: String,
}

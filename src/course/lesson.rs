//! A lesson: a Markdown file whose front matter says what is done and what has to be so, and whose text says the rest.
//! `docs/formats/lesson.md` describes it.
//!
//! A translation is a file whose front matter only says which lesson it translates: the structure stands in one file alone, and
//! a translation that lacks a text, or has one too many, is refused.

use crate::check::Check;
use crate::moves::Move;
use crate::prose::{self, Block, Line};
use crate::read::{self, Fault, Field};
use crate::scenario::Scenario;

/// A lesson in one language.
#[derive(Clone, Debug, PartialEq)]
pub struct Lesson {
    /// What a list calls it.
    pub title: String,
    /// Where it plays.
    pub setting: Setting,
    /// Said before the first step.
    pub intro: Vec<Block>,
    /// At least one.
    pub steps: Vec<Step>,
}

/// Where a lesson plays.
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    /// On a scenario that ships, by its id.
    Shipped(String),
    /// On one of its own.
    Own(Box<Scenario>),
}

/// A step of a lesson.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Names it within the lesson.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// What there is to do, and why.
    pub text: Vec<Block>,
    /// What is asked before something happens.
    pub question: Option<Question>,
    /// What has to be so for it to be done.
    pub checks: Vec<Check>,
    /// Each check in words; empty: the checks speak for themselves.
    pub labels: Vec<Line>,
    /// From a nudge to nearly everything.
    pub hints: Vec<Vec<Block>>,
    /// What does it.
    pub solution: Vec<Move>,
    /// What one might do instead.
    pub wrong: Vec<Wrong>,
    /// Said when it is done.
    pub done: Vec<Block>,
}

/// A question: one chooses, or writes the answer where there is nothing to choose from.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// What is asked.
    pub text: Vec<Block>,
    /// The ids of the choices, each with its words. None: the answer is written.
    pub choices: Vec<(String, Line)>,
    /// The id of the right one, or the words of the right answer.
    pub answer: String,
}

/// A wrong turn, and what helps there.
#[derive(Clone, Debug, PartialEq)]
pub struct Wrong {
    /// Names it within the step.
    pub id: String,
    /// All of this is so.
    pub when: Vec<Check>,
    /// What leads there.
    pub tries: Vec<Move>,
    /// What helps.
    pub text: Vec<Block>,
}

/// The format this reads.
const FORMAT: &str = "lesson/v1";

impl Lesson {
    /// Reads a lesson from its own file.
    pub fn parse(text: &str) -> Result<Lesson, Fault> {
        Lesson::with(text, text)
    }

    /// Reads a lesson with the texts of a translation.
    pub fn translated(original: &str, translation: &str) -> Result<Lesson, Fault> {
        let lesson = Lesson::with(original, translation)?;
        let (front, _, _) = split(translation)?;
        let document = read::document(&front)?;
        let map = Field::root(&document).map(&["everynode", "title", "translates"])?;
        map.need("translates")?.text()?;
        Ok(lesson)
    }

    fn with(structure: &str, texts: &str) -> Result<Lesson, Fault> {
        let (front, _, _) = split(structure)?;
        let document = read::document(&front)?;
        let mut lesson = plan(&Field::root(&document))?;
        let (front, body, line) = split(texts)?;
        let document = read::document(&front)?;
        lesson.title = Field::root(&document).any_map()?.need("title")?.text()?;
        Body::read(body, line).fill(&mut lesson)?;
        Ok(lesson)
    }

    /// Which lesson a file translates; `None` if it is no translation.
    pub fn translates(text: &str) -> Option<String> {
        let (front, _, _) = split(text).ok()?;
        let document = read::document(&front).ok()?;
        document.value["translates"].as_str().map(String::from)
    }
}

/// The front matter (with as many lines before it as in the file), the body, and the body's first line.
fn split(text: &str) -> Result<(String, &str, u32), Fault> {
    let fault = |text: &str| Fault { line: 1, text: text.into() };
    let rest =
        text.strip_prefix("---\n").ok_or_else(|| fault("a lesson begins with its front matter, between two ---"))?;
    let end = rest.find("\n---\n").ok_or_else(|| fault("the front matter doesn't end with ---"))?;
    let front = &rest[..=end];
    let line = front.matches('\n').count() as u32 + 3;
    Ok((format!("\n{front}"), &rest[end + 5..], line))
}

/// The structure, without texts.
fn plan(field: &Field<'_>) -> Result<Lesson, Fault> {
    let map = field.map(&["everynode", "title", "scenario", "steps"])?;
    let format = map.need("everynode")?;
    if format.text()? != FORMAT {
        return Err(format.fault(format!("this reads {FORMAT}, not {}", format.value())));
    }
    let scenario = map.need("scenario")?;
    let setting = match scenario.value().is_string() {
        true => Setting::Shipped(scenario.text()?),
        false => Setting::Own(Box::new(Scenario::read(&scenario)?)),
    };
    let steps = map.need("steps")?.list()?.iter().map(step).collect::<Result<Vec<_>, _>>()?;
    if steps.is_empty() {
        return Err(map.fault("a lesson has at least one step"));
    }
    Ok(Lesson { title: map.need("title")?.text()?, setting, intro: Vec::new(), steps })
}

fn step(field: &Field<'_>) -> Result<Step, Fault> {
    let map = field.map(&["id", "question", "checks", "solution", "wrong"])?;
    let question = map.get("question").map(|question| self::question(&question)).transpose()?;
    let checks = Check::read_all(map.list("checks")?)?;
    if checks.is_empty() && question.is_none() {
        return Err(field.fault("a step has checks, or a question"));
    }
    Ok(Step {
        id: map.need("id")?.text()?,
        title: String::new(),
        text: Vec::new(),
        question,
        checks,
        labels: Vec::new(),
        hints: Vec::new(),
        solution: Move::read_all(map.need("solution")?.list()?)?,
        wrong: map.list("wrong")?.iter().map(wrong).collect::<Result<_, _>>()?,
        done: Vec::new(),
    })
}

fn question(field: &Field<'_>) -> Result<Question, Fault> {
    let map = field.map(&["choices", "answer"])?;
    let ids = map.list("choices")?.iter().map(Field::scalar).collect::<Result<Vec<_>, _>>()?;
    let answer = map.need("answer")?;
    if map.get("choices").is_some() && !ids.contains(&answer.scalar()?) {
        return Err(answer.fault("the answer is none of the choices"));
    }
    let choices = ids.into_iter().map(|id| (id, Line::new())).collect();
    Ok(Question { text: Vec::new(), choices, answer: answer.scalar()? })
}

fn wrong(field: &Field<'_>) -> Result<Wrong, Fault> {
    let map = field.map(&["id", "when", "tries"])?;
    let when = Check::read_all(map.need("when")?.list()?)?;
    Ok(Wrong {
        id: map.need("id")?.text()?,
        when,
        tries: Move::read_all(map.need("tries")?.list()?)?,
        text: Vec::new(),
    })
}

/// The texts of a file, by heading.
struct Body<'a> {
    intro: String,
    parts: Vec<Part<'a>>,
}

/// What stands under `## Title`.
struct Part<'a> {
    title: &'a str,
    line: u32,
    text: String,
    /// What stands under `### word`, with the line of the heading.
    under: Vec<(&'a str, u32, String)>,
}

impl<'a> Body<'a> {
    fn read(body: &'a str, first: u32) -> Body<'a> {
        let mut out = Body { intro: String::new(), parts: Vec::new() };
        let mut code = false;
        for (index, line) in body.lines().enumerate() {
            let number = first + index as u32;
            code ^= line.starts_with("```");
            if let Some(title) = line.strip_prefix("## ").filter(|_| !code) {
                out.parts.push(Part { title: title.trim(), line: number, text: String::new(), under: Vec::new() });
                continue;
            }
            let Some(part) = out.parts.last_mut() else {
                add(&mut out.intro, line);
                continue;
            };
            match (line.strip_prefix("### ").filter(|_| !code), part.under.last_mut()) {
                (Some(word), _) => part.under.push((word.trim(), number, String::new())),
                (None, Some((_, _, text))) => add(text, line),
                (None, None) => add(&mut part.text, line),
            }
        }
        out
    }

    /// Puts the texts where they belong; every one has a place, and every place its text.
    fn fill(self, lesson: &mut Lesson) -> Result<(), Fault> {
        lesson.intro = prose::blocks(&self.intro);
        let (steps, parts) = (lesson.steps.len(), self.parts.len());
        if steps != parts {
            let line = self.parts.last().map_or(1, |part| part.line);
            return Err(Fault { line, text: format!("{parts} headings (##) for {steps} steps") });
        }
        for (step, part) in lesson.steps.iter_mut().zip(self.parts) {
            part.fill(step)?;
        }
        Ok(())
    }
}

fn add(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

impl Part<'_> {
    fn fill(self, step: &mut Step) -> Result<(), Fault> {
        step.title = self.title.into();
        step.text = prose::blocks(&self.text);
        for (word, line, text) in &self.under {
            let fault = |text: String| Fault { line: *line, text };
            let blocks = prose::blocks(text);
            match *word {
                "hint" => step.hints.push(blocks),
                "done" => step.done = blocks,
                "checks" => step.labels = labels(&blocks, step.checks.len()).map_err(fault)?,
                "question" => ask(step, blocks).map_err(fault)?,
                other => {
                    let id = other.strip_prefix("wrong ").unwrap_or_default();
                    match step.wrong.iter_mut().find(|wrong| wrong.id == id) {
                        Some(wrong) => wrong.text = blocks,
                        None => {
                            let known = "checks, question, hint, done, wrong ID";
                            return Err(fault(format!("step {}: unknown part {other:?}; known are {known}", step.id)));
                        }
                    }
                }
            }
        }
        let fault = |text: String| Err(Fault { line: self.line, text: format!("step {}: {text}", step.id) });
        if let Some(wrong) = step.wrong.iter().find(|wrong| wrong.text.is_empty()) {
            return fault(format!("no text for the wrong turn {}", wrong.id));
        }
        if step.question.as_ref().is_some_and(|question| question.text.is_empty()) {
            return fault("no text for the question".into());
        }
        Ok(())
    }
}

/// One line a check.
fn labels(blocks: &[Block], checks: usize) -> Result<Vec<Line>, String> {
    match blocks {
        [Block::List { items, .. }] if items.len() == checks => Ok(items.clone()),
        _ => Err(format!("must be a list of {checks}, one item a check")),
    }
}

/// The question's words: text, then a list of as many choices as there are, if there are any.
fn ask(step: &mut Step, mut blocks: Vec<Block>) -> Result<(), String> {
    let Some(question) = &mut step.question else { return Err("this step asks nothing".into()) };
    if question.choices.is_empty() {
        question.text = blocks;
        return Ok(());
    }
    match blocks.pop() {
        Some(Block::List { items, .. }) if items.len() == question.choices.len() => {
            for (choice, item) in question.choices.iter_mut().zip(items) {
                choice.1 = item;
            }
            question.text = blocks;
            Ok(())
        }
        _ => Err(format!("must end with a list of {} choices", question.choices.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LESSON: &str = "---\neverynode: lesson/v1\ntitle: A\nscenario: four-nodes\nsteps:\n- id: look\n  question: {choices: [one, four], answer: four}\n  \
        checks:\n  - {object: daemonset/a, jsonpath: '{.status.numberReady}', is: 4}\n  solution: [kubectl get ds]\n  \
        wrong:\n  - {id: none, when: [{said: Error}], tries: [kubectl get x]}\n---\nHello.\n\n## Look\nText.\n\n### question\nHow many?\n- one\n- four\n\n\
        ### checks\n- all are ready\n\n### hint\nFirst.\n\n### hint\nSecond.\n\n### wrong none\nNo.\n\n### done\nYes.\n";

    #[test]
    fn a_lesson_is_read_with_its_texts() {
        let lesson = Lesson::parse(LESSON).unwrap();
        let step = &lesson.steps[0];
        assert_eq!((lesson.title.as_str(), step.title.as_str(), step.hints.len()), ("A", "Look", 2));
        assert_eq!(step.question.as_ref().unwrap().choices[1], ("four".to_string(), prose::words("four")));
        assert_eq!(step.checks[0].to_string(), "daemonset/a {.status.numberReady} = 4");
        assert_eq!(step.labels, [prose::words("all are ready")]);
    }

    #[test]
    fn a_question_without_choices_is_answered_in_writing() {
        let written = LESSON.replace("choices: [one, four], ", "").replace("- one\n- four\n", "");
        let question = Lesson::parse(&written).unwrap().steps.remove(0).question.unwrap();
        assert_eq!((question.choices.len(), question.answer.as_str(), question.text.len()), (0, "four", 1));
    }

    #[test]
    fn faults_are_at_their_line() {
        let refusal = |from: &str, to: &str| Lesson::parse(&LESSON.replace(from, to)).unwrap_err().to_string();
        assert!(refusal("is: 4", "equals: 4").starts_with("line 9: steps[0].checks[0].equals: unknown field"));
        assert!(
            refusal("daemonset/a", "daemonsett/a").starts_with("line 9: steps[0].checks[0].object: there is no kind")
        );
        assert!(refusal("answer: four", "answer: five").starts_with("line 7: "));
        assert_eq!(refusal("### wrong none\nNo.\n", ""), "line 16: step look: no text for the wrong turn none");
        assert_eq!(refusal("- all are ready", "- a\n- b"), "line 24: must be a list of 1, one item a check");
        assert!(refusal("### hint\nFirst", "### hnit\nFirst").starts_with("line 27: step look: unknown part \"hnit\""));
    }

    #[test]
    fn a_translation_has_the_structure_of_what_it_translates() {
        let (_, body) = LESSON.split_once("\n---\n").unwrap();
        let korean =
            format!("---\neverynode: lesson/v1\ntitle: 가\ntranslates: a\n---\n{}", body.replace("Text", "글"));
        let lesson = Lesson::translated(LESSON, &korean).unwrap();
        assert_eq!((lesson.title.as_str(), lesson.steps[0].solution.len()), ("가", 1));
        assert!(Lesson::translated(LESSON, &korean.replace("### question", "### quest")).is_err());
    }
}

//! Work that a command does a part at a time: a list of thousands is read, changed or printed in pieces of a few milliseconds, so that
//! a page has frames in between.
//!
//! No virtual time passes between two parts (the host sees to it, see [`Running::busy`]), so that the command does the same as if it
//! were done at once.

use crate::command::Outcome;
use crate::command::options;
use crate::error::Failure;
use crate::{Env, ExitCode, Progress, Running};
use std::mem::take;

/// How many objects one part may have to do with: some milliseconds' worth.
pub const OBJECTS: usize = 25;

/// How many rows of a table, which are much less.
pub const ROWS: usize = 250;

/// What a part comes to.
pub enum Part {
    /// There is another.
    More,
    /// It was the last one.
    Done,
    /// Likewise, and something has to be waited for now: it is polled at once.
    Wait(Box<dyn Running>),
}

impl Part {
    /// Nothing is left to do; what failed on the way is told.
    pub fn done_but_for(failures: &mut Vec<Failure>) -> Result<Part, Failure> {
        match Failure::all(take(failures)) {
            Some(failure) => Err(failure),
            None => Ok(Part::Done),
        }
    }
}

/// Does the first part; what follows is done when the command is polled.
pub fn begin(env: &mut Env, mut work: impl FnMut(&mut Env) -> Result<Part, Failure> + 'static) -> Outcome {
    Ok(match work(env)? {
        Part::Done => Progress::Done(0),
        Part::Wait(mut running) => match running.poll(env) {
            Some(code) => Progress::Done(code),
            None => Progress::Running(running),
        },
        Part::More => {
            let (owners, warned) = (env.owners, take(&mut env.warned));
            Progress::Running(Box::new(Working { state: State::Working(Box::new(work)), owners, warned }))
        }
    })
}

/// Does all parts one after the other, for what has to be printed before something else is.
pub fn at_once(progress: Progress, env: &mut Env) -> Progress {
    let Progress::Running(mut running) = progress else { return progress };
    while running.busy() {
        if let Some(code) = running.poll(env) {
            return Progress::Done(code);
        }
    }
    Progress::Running(running)
}

struct Working {
    state: State,
    /// Whether the command wants to know who owns what.
    owners: bool,
    /// The warnings it has passed on.
    warned: Vec<String>,
}

type Work = dyn FnMut(&mut Env) -> Result<Part, Failure>;

enum State {
    Working(Box<Work>),
    Waiting(Box<dyn Running>),
}

impl Running for Working {
    fn poll(&mut self, env: &mut Env) -> Option<ExitCode> {
        let work = match &mut self.state {
            State::Working(work) => work,
            State::Waiting(running) => return running.poll(env),
        };
        (env.owners, env.warned) = (self.owners, take(&mut self.warned));
        let part = work(env);
        self.warned = take(&mut env.warned);
        match part {
            Ok(Part::More) => None,
            Ok(Part::Done) => Some(0),
            Ok(Part::Wait(running)) => {
                self.state = State::Waiting(running);
                self.poll(env)
            }
            Err(failure) => Some(options::fail(env, &failure)),
        }
    }

    fn busy(&self) -> bool {
        match &self.state {
            State::Working(_) => true,
            State::Waiting(running) => running.busy(),
        }
    }

    fn interrupt(&mut self) {
        if let State::Waiting(running) = &mut self.state {
            running.interrupt();
        }
    }
}

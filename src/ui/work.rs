//! Whose work is on the page: the learner's own, or one that came by a link or a file.
//!
//! What comes never takes the place of what was there: the learner's work is set aside first, and can be had back. Where
//! the browser can't keep it twice (full, forbidden), it stays where it was, and what came isn't kept.

use std::rc::Rc;

use playground::Playground;
use playground::link::{self, Looks, Refusal, Sealed};
use yew::Callback;

use crate::host::{share, storage};
use crate::opening::{Answers, Opening};
use crate::parts::Parts;

/// What the page's address brought along.
#[derive(Clone, Debug, PartialEq)]
pub enum Arrival {
    /// Nothing: the learner's own work goes on.
    Own,
    /// A work that was handed on.
    Shared(String),
    /// Something that can't be opened.
    Refused(Refusal),
}

/// What the learner must be told about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Notice {
    /// This is somebody else's; one's own, if there was any, is set aside.
    Shared { aside: bool },
    /// The same, and the browser keeps only one's own.
    NotKept,
    /// It can't be opened; one's own is as it was.
    Refused(Refusal),
}

/// A work, and how it came.
pub struct Opened {
    /// The work.
    pub playground: Playground,
    /// How the page looked to whoever handed it on.
    pub looks: Looks,
    /// What is to be said about it.
    pub notice: Option<Notice>,
    /// What can be seen of it, where that is known already.
    pub ready: Option<(Parts, Rc<Answers>)>,
}

/// Whether the page begins with something else than the opening.
pub fn comes_back() -> bool {
    !share::fragment().is_empty() || storage::load(storage::WORK).is_some()
}

/// Reads a fragment; `ready` is called at once if there is nothing to unpack.
pub fn arrive(fragment: &str, ready: Callback<Arrival>) {
    match Sealed::open(fragment) {
        None => ready.emit(Arrival::Own),
        Some(Err(refusal)) => ready.emit(Arrival::Refused(refusal)),
        Some(Ok(sealed)) => {
            let packed = sealed.packed.clone();
            let ready = ready.reform(move |text: Option<String>| {
                let whole = text.filter(|text| sealed.holds(text));
                whole.map_or(Arrival::Refused(Refusal::Damaged), Arrival::Shared)
            });
            share::unpack(&packed, ready);
        }
    }
}

/// The work to begin with.
pub fn begin(arrival: &Arrival) -> Opened {
    let own = storage::load(storage::WORK);
    let refusal = match arrival {
        Arrival::Own => None,
        Arrival::Refused(refusal) => Some(*refusal),
        Arrival::Shared(text) => match open(text, own.as_deref()) {
            Ok(opened) => {
                share::forget_fragment();
                return opened;
            }
            Err(refusal) => Some(refusal),
        },
    };
    let (looks, notice) = (Looks::default(), refusal.map(Notice::Refused));
    match own.as_deref().and_then(Playground::reopen) {
        Some(playground) => Opened { playground, looks, notice, ready: None },
        None => {
            let Opening { playground, parts, answers } = Opening::take();
            Opened { playground, looks, notice, ready: Some((parts, answers)) }
        }
    }
}

/// Opens a text that was handed on, and sets `own` aside for it.
pub fn open(text: &str, own: Option<&str>) -> Result<Opened, Refusal> {
    let (playground, looks) = link::read(text)?;
    let kept = own.is_none_or(share::set_aside);
    storage::hold_work(!kept);
    let notice = if kept { Notice::Shared { aside: own.is_some() } } else { Notice::NotKept };
    Ok(Opened { playground, looks, notice: Some(notice), ready: None })
}

/// Opens the work set aside as number `index`, and sets `own` aside for it.
pub fn take_back(index: usize, own: &str) -> Option<Opened> {
    let text = share::read_aside(index)?;
    let mut opened = open(&text, Some(own)).ok()?;
    // It is on the shelf until the page has it.
    if opened.notice != Some(Notice::NotKept) {
        share::drop_aside(&text);
        opened.notice = None;
    }
    Some(opened)
}

//! libyaml's parser, made safe: text in, one owned event after another out.
//!
//! The only file of this room with `unsafe` in it. libyaml-rs is libyaml carried over from C, so its interface is raw
//! pointers; everything is copied out of them here, and nothing of libyaml's outlives a call. Only the parser is
//! touched: its emitter and loader stay out of the page.
//!
//! Left out: what events mean (`compose`), and the directives and tag shorthands libyaml has resolved already.

// Why: libyaml-rs has no safe interface. Every block below says what it relies on.
#![allow(unsafe_code)]

use std::ffi::CStr;
use std::marker::PhantomData;
use std::mem::MaybeUninit;

use libyaml_rs as sys;

/// A place in the text as libyaml counts, everything from 0.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    /// In bytes.
    pub offset: usize,
    pub line: usize,
    /// In characters.
    pub column: usize,
}

pub(crate) struct Event {
    pub what: What,
    pub start: Mark,
    pub end: Mark,
}

pub(crate) enum What {
    DocumentStart,
    DocumentEnd,
    StreamEnd,
    Alias(String),
    Scalar(Scalar, Option<String>),
    /// The start of a list or a mapping, and its anchor.
    ListStart(Option<String>),
    MapStart(Option<String>),
    /// Of whichever of the two is open; `flow` collections end with their bracket, block ones at the next token.
    End,
}

/// A scalar before it has a meaning.
pub(crate) struct Scalar {
    pub text: String,
    pub tag: Option<String>,
    /// Written so that its meaning follows from its text: unquoted, and without a tag.
    pub plain: bool,
}

/// libyaml's own words for what is wrong, and where.
pub(crate) struct Failure {
    pub problem: String,
    /// Whether the scanner (and not the parser over it) found it.
    pub scanner: bool,
    pub at: Mark,
}

/// The events of one text.
pub(crate) struct Events<'t> {
    // Boxed because libyaml keeps a pointer to the parser inside the parser.
    parser: Box<MaybeUninit<sys::yaml_parser_t>>,
    text: PhantomData<&'t str>,
}

impl<'t> Events<'t> {
    pub fn new(text: &'t str) -> Self {
        let mut parser = Box::new(MaybeUninit::uninit());
        // Safe: `initialize` writes the whole struct (it can fail only for want of memory, and then aborts);
        // the text outlives `Self` by its lifetime, and the box doesn't move its content.
        unsafe {
            let _ = sys::yaml_parser_initialize(parser.as_mut_ptr());
            sys::yaml_parser_set_encoding(parser.as_mut_ptr(), sys::YAML_UTF8_ENCODING);
            sys::yaml_parser_set_input_string(parser.as_mut_ptr(), text.as_ptr(), text.len() as u64);
        }
        Events { parser, text: PhantomData }
    }

    /// The next event. After `StreamEnd` or a failure there is nothing more to ask for.
    pub fn next(&mut self) -> Result<Event, Failure> {
        let mut event = MaybeUninit::<sys::yaml_event_t>::uninit();
        // Safe: the parser was initialized in `new`; on success libyaml has written the event, which is copied, then freed once.
        unsafe {
            if sys::yaml_parser_parse(self.parser.as_mut_ptr(), event.as_mut_ptr()).fail {
                return Err(failure(self.parser.assume_init_ref()));
            }
            let copied = copy(event.assume_init_ref());
            sys::yaml_event_delete(event.as_mut_ptr());
            // The start of the stream says nothing that we don't know.
            match copied {
                Some(event) => Ok(event),
                None => self.next(),
            }
        }
    }
}

impl Drop for Events<'_> {
    fn drop(&mut self) {
        // Safe: initialized in `new`, deleted only here.
        unsafe { sys::yaml_parser_delete(self.parser.as_mut_ptr()) }
    }
}

fn failure(parser: &sys::yaml_parser_t) -> Failure {
    let problem = if parser.problem.is_null() {
        String::new()
    } else {
        // Safe: libyaml's problems are constant C strings.
        unsafe { CStr::from_ptr(parser.problem.cast()) }.to_string_lossy().into_owned()
    };
    Failure { problem, scanner: parser.error == sys::YAML_SCANNER_ERROR, at: mark(&parser.problem_mark) }
}

fn mark(mark: &sys::yaml_mark_t) -> Mark {
    Mark { offset: mark.index as usize, line: mark.line as usize, column: mark.column as usize }
}

/// # Safety
/// `event` has been written by libyaml, so its type says which arm of its data is alive.
unsafe fn copy(event: &sys::yaml_event_t) -> Option<Event> {
    let what = unsafe {
        match event.type_ {
            sys::YAML_DOCUMENT_START_EVENT => What::DocumentStart,
            sys::YAML_DOCUMENT_END_EVENT => What::DocumentEnd,
            sys::YAML_STREAM_END_EVENT => What::StreamEnd,
            sys::YAML_ALIAS_EVENT => What::Alias(c_string(event.data.alias.anchor).unwrap_or_default()),
            sys::YAML_SCALAR_EVENT => {
                let scalar = &event.data.scalar;
                let bytes = std::slice::from_raw_parts(scalar.value, scalar.length as usize);
                let text = String::from_utf8_lossy(bytes).into_owned();
                let raw = Scalar { text, tag: c_string(scalar.tag), plain: scalar.plain_implicit };
                What::Scalar(raw, c_string(scalar.anchor))
            }
            sys::YAML_SEQUENCE_START_EVENT => What::ListStart(c_string(event.data.sequence_start.anchor)),
            sys::YAML_MAPPING_START_EVENT => What::MapStart(c_string(event.data.mapping_start.anchor)),
            sys::YAML_SEQUENCE_END_EVENT | sys::YAML_MAPPING_END_EVENT => What::End,
            _ => return None,
        }
    };
    Some(Event { what, start: mark(&event.start_mark), end: mark(&event.end_mark) })
}

/// # Safety
/// `text` is null or a C string of libyaml's.
unsafe fn c_string(text: *const u8) -> Option<String> {
    if text.is_null() {
        return None;
    }
    Some(unsafe { CStr::from_ptr(text.cast()) }.to_string_lossy().into_owned())
}

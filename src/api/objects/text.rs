//! A short text that is mostly one of Kubernetes' own words: either in the program or shared.
//!
//! Reasons, messages and condition types are written thousands of times and hardly ever new, so they are not allocated.

use crate::{Str, Value};
use std::fmt;
use std::ops::Deref;
use std::rc::Rc;

/// A word of Kubernetes' own, or any other text.
#[derive(Clone)]
pub enum Text {
    /// Known when the program was built.
    Word(&'static str),
    /// Made at run time, shared. One pointer, so that a text is no larger than a word of the program.
    Shared(Rc<Str>),
}

impl Deref for Text {
    type Target = str;
    #[inline]
    fn deref(&self) -> &str {
        match self {
            Text::Word(word) => word,
            Text::Shared(text) => text,
        }
    }
}

impl Default for Text {
    #[inline]
    fn default() -> Text {
        Text::Word("")
    }
}

impl PartialEq for Text {
    #[inline]
    fn eq(&self, other: &Text) -> bool {
        let (a, b): (&str, &str) = (self, other);
        // Mostly the very same word.
        std::ptr::eq(a, b) || a == b
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    #[inline]
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl PartialEq<&str> for Text {
    #[inline]
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl From<&'static str> for Text {
    #[inline]
    fn from(word: &'static str) -> Text {
        Text::Word(word)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Str::from(text).into()
    }
}

impl From<Str> for Text {
    fn from(text: Str) -> Text {
        Text::Shared(Rc::new(text))
    }
}

impl Text {
    /// Reads a JSON string; anything else is empty.
    pub fn from_value(value: &Value) -> Text {
        match value.as_str() {
            None | Some("") => Text::default(),
            Some(text) => Str::from(text).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_as_large_as_a_word() {
        assert_eq!(size_of::<Text>(), size_of::<&str>());
        let texts: [Text; 3] = ["Evicted".into(), String::from("Evicted").into(), Text::from_value(&"Evicted".into())];
        assert!(texts.iter().all(|text| *text == "Evicted"));
    }
}

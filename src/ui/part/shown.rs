//! A part of the view on its way to a panel.
//!
//! Compared by identity: a panel is redrawn when the page fetched its part anew, and not by looking through it.

use std::ops::Deref;
use std::rc::Rc;

/// Shared, and equal only to itself.
pub struct Shown<T>(Rc<T>);

impl<T> Shown<T> {
    /// Wraps a part just fetched.
    pub fn new(part: T) -> Shown<T> {
        Shown(Rc::new(part))
    }
}

impl<T> Clone for Shown<T> {
    fn clone(&self) -> Self {
        Shown(Rc::clone(&self.0))
    }
}

impl<T> PartialEq for Shown<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Deref for Shown<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

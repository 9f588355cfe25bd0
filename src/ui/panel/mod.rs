//! The panels: one folder each, with its state (no Yew in it) where it has one, and its view.

pub mod cluster;
pub mod compare;
pub mod control_loop;
pub mod dock;
pub mod editor;
pub mod events;
pub mod exam;
pub mod head;
pub mod inspector;
pub mod lesson;
pub mod share;
pub mod story;
pub mod terminal;
pub mod timeline;
pub mod why;

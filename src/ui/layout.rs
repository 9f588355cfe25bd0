//! Where the panels' edges are, and which panel a narrow screen shows.
//!
//! Shares are whole per cents: nobody sees less, and reading and writing fractions would cost the page 15 KB.

use crate::host::{dom, storage};

/// Shares in per cent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    /// Width of the editor, against the picture.
    pub editor: u32,
    /// Height of editor and picture, against terminal and dock.
    pub upper: u32,
    /// Width of the terminal, against the dock.
    pub terminal: u32,
}

/// The panel in front, on a screen that has room for one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tab {
    Cluster,
    Yaml,
    Terminal,
    /// Whatever is in front in the dock.
    Dock,
}

impl Tab {
    /// The one of a name.
    pub fn find(id: &str) -> Option<Tab> {
        [Tab::Cluster, Tab::Yaml, Tab::Terminal, Tab::Dock].into_iter().find(|tab| tab.id() == id)
    }

    /// The name style sheets know it by.
    pub fn id(self) -> &'static str {
        match self {
            Tab::Cluster => "cluster",
            Tab::Yaml => "yaml",
            Tab::Terminal => "terminal",
            Tab::Dock => "dock",
        }
    }
}

/// The terminal's 58 % of 1,280 pixels are room for 93 columns, the width of `kubectl get daemonsets`.
const FIRST: Layout = Layout { editor: 33, upper: 60, terminal: 58 };
/// The same while a lesson is on: it is read, question and all, without being scrolled.
const LESSON: Layout = Layout { editor: 33, upper: 46, terminal: 50 };

impl Layout {
    /// The learner's own, or the first.
    pub fn load() -> Layout {
        storage::load(storage::LAYOUT).and_then(|text| Layout::parse(&text)).unwrap_or(FIRST)
    }

    /// As a lesson wants it, or as it was before; edges that the learner has moved stay.
    pub fn for_lesson(self, on: bool) -> Layout {
        match on {
            true if self == FIRST => LESSON,
            false if self == LESSON => FIRST,
            _ => self,
        }
    }

    /// Tells the style sheets.
    pub fn show(&self) {
        for (name, share) in [("--editor", self.editor), ("--upper", self.upper), ("--terminal", self.terminal)] {
            dom::set_variable(name, &[&share.to_string(), "%"].concat());
        }
    }

    /// Remembers it.
    pub fn keep(&self) {
        storage::keep(storage::LAYOUT, &self.write());
    }

    /// As text, for storage and links.
    pub fn write(&self) -> String {
        [self.editor, self.upper, self.terminal].map(|share| share.to_string()).join(" ")
    }

    /// From such a text.
    pub fn parse(text: &str) -> Option<Layout> {
        let mut shares =
            text.split(' ').map(|share| share.parse::<u32>().ok().filter(|share| (10..=90).contains(share)));
        Some(Layout { editor: shares.next()??, upper: shares.next()??, terminal: shares.next()?? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lesson_gets_its_room_unless_the_learner_moved_the_edges() {
        assert_eq!(FIRST.for_lesson(true), LESSON);
        assert_eq!(LESSON.for_lesson(false), FIRST);
        let own = Layout { editor: 40, upper: 70, terminal: 62 };
        assert_eq!(own.for_lesson(true), own);
    }

    #[test]
    fn a_kept_layout_comes_back_and_a_damaged_one_is_none() {
        let layout = Layout { editor: 40, upper: 50, terminal: 62 };
        assert_eq!(Layout::parse(&layout.write()), Some(layout));
        for damaged in ["", "40 50", "40 50 x", "40 50 400", "-1 50 50"] {
            assert_eq!(Layout::parse(damaged), None, "{damaged}");
        }
    }
}

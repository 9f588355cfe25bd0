//! What is handed on to somebody else: a save without the terminal's history, and the seal that makes a link of it.
//!
//! A link's fragment is `VERSION.CHECKSUM.PACKED`: the format, eight hex digits over the text, and the text compressed, which is
//! the page's business (a browser can). So a link that lost a piece on its way is known as damaged, and one that a newer
//! everynode made as newer; neither is guessed at. A file holds the text itself.

use api::{Value, json};

use crate::{Playground, crc, save};

/// The format of the seal.
const VERSION: u32 = 1;
/// A longer link is offered as a file: chats and mail programs cut such links.
pub const LENGTH_MAX: usize = 8_000;

/// Why something handed on can't be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A piece is missing, or was changed.
    Damaged,
    /// A newer everynode made it.
    Newer,
}

/// How the page looked to whoever handed it on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looks {
    /// The shares of the panels.
    pub layout: String,
    /// The panel in front on a narrow screen.
    pub tab: String,
    /// The panel in front in the dock.
    pub dock: String,
    /// The language.
    pub language: String,
}

/// A fragment taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The compressed text.
    pub packed: String,
    checksum: u32,
}

impl Sealed {
    /// Takes a fragment (without its `#`) apart; `None` if it isn't a link's.
    pub fn open(fragment: &str) -> Option<Result<Sealed, Refusal>> {
        let (version, rest) = fragment.split_once('.')?;
        let version: u32 = version.parse().ok()?;
        if version > VERSION {
            return Some(Err(Refusal::Newer));
        }
        let parts = rest.split_once('.').filter(|(sum, _)| sum.len() == 8);
        let sealed = parts.and_then(|(sum, packed)| Some((u32::from_str_radix(sum, 16).ok()?, packed)));
        Some(sealed.map(|(checksum, packed)| Sealed { packed: packed.into(), checksum }).ok_or(Refusal::Damaged))
    }

    /// Whether `text` is what was sealed.
    pub fn holds(&self, text: &str) -> bool {
        crc::crc32(text.as_bytes()) == self.checksum
    }
}

/// The fragment for a text and its compressed form.
pub fn seal(text: &str, packed: &str) -> String {
    format!("{VERSION}.{:08x}.{packed}", crc::crc32(text.as_bytes()))
}

/// Everything that is handed on, as text.
pub fn write(playground: &Playground, looks: &Looks) -> String {
    let mut text: Value = yaml::value(&playground.save()).unwrap_or_default();
    if let Some(map) = text.as_object_mut() {
        // What somebody typed before is theirs.
        map.remove("history");
        // An exam is one's own affair, and so is how far one has come with it.
        if playground.exam.is_some() {
            map.remove("exam");
            map.remove("lesson");
        }
        map.insert("looks".into(), json!([looks.layout, looks.tab, looks.dock, looks.language]));
    }
    text.to_string()
}

/// Lives again what was handed on.
pub fn read(text: &str) -> Result<(Playground, Looks), Refusal> {
    let value: Value = yaml::value(text).map_err(|_| Refusal::Damaged)?;
    if value["everynode"].as_u64().is_some_and(|version| version > save::VERSION) {
        return Err(Refusal::Newer);
    }
    let playground = save::restore(text).ok_or(Refusal::Damaged)?;
    let look = |index: usize| value["looks"][index].as_str().unwrap_or_default().to_string();
    Ok((playground, Looks { layout: look(0), tab: look(1), dock: look(2), language: look(3) }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::act::{Act, Preset};

    #[test]
    fn what_is_handed_on_is_lived_again_without_the_history() {
        let mut playground = Playground::new(None);
        playground.act(Act::AddNodes { preset: Preset::Gpu, count: 1 });
        playground.act(Act::Run { line: "kubectl label node node-1 mine=yes".into() });
        playground.advance(100.0);
        let looks =
            Looks { layout: "40 50 60".into(), tab: "yaml".into(), dock: "events".into(), language: "ko".into() };
        let text = write(&playground, &looks);
        assert!(!text.contains("history"));
        let (again, seen) = read(&text).unwrap_or_else(|refusal| panic!("{refusal:?}"));
        assert_eq!(seen, looks);
        assert_eq!(again.cluster().steps(), playground.cluster().steps());
        assert_eq!(again.picture().nodes.len(), playground.picture().nodes.len());
    }

    #[test]
    fn a_seal_tells_damaged_and_newer_links_from_whole_ones() {
        let fragment = seal("the text", "cGFja2Vk");
        let sealed = Sealed::open(&fragment).expect("a link").expect("whole");
        assert_eq!(sealed.packed, "cGFja2Vk");
        assert!(sealed.holds("the text") && !sealed.holds("the tex"));
        assert_eq!(Sealed::open("2.00000000.x"), Some(Err(Refusal::Newer)));
        for damaged in ["1.", "1.0000000.x", "1.zzzzzzzz.x", "1.00000000"] {
            assert_eq!(Sealed::open(damaged), Some(Err(Refusal::Damaged)), "{damaged}");
        }
        for other in ["", "top", "yaml=kind%3A.x"] {
            assert_eq!(Sealed::open(other), None, "{other}");
        }
        let refused = |text: &str| read(text).err();
        assert_eq!(refused("{\"everynode\": 99}"), Some(Refusal::Newer));
        for damaged in ["", "{", "[]", "{\"everynode\": 1, \"acts\": [[1]], \"complete\": true}"] {
            assert_eq!(refused(damaged), Some(Refusal::Damaged), "{damaged}");
        }
    }
}

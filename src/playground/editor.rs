//! The editor: its tabs are the terminal's files.

use crate::Playground;
use crate::stage::{EXAMPLES, example};
use crate::terminal::Desk;
use crate::view::{Example, File, Files};
use kubectl::Files as _;
use shell::files::Folder;
use std::collections::BTreeMap;

/// Which files are open, in the order of their tabs.
#[derive(Default)]
pub struct Tabs {
    names: Vec<String>,
    /// Index of the one in front.
    pub shown: usize,
    /// What was last applied from each.
    applied: BTreeMap<String, String>,
}

impl Tabs {
    /// What the editor shows.
    pub fn view(&self, folder: &Folder, awaited: Option<&str>) -> Files {
        let files = self.names.iter().map(|name| {
            let text = folder.read(name).unwrap_or_default();
            File { name: name.clone(), changed: self.applied.get(name).is_some_and(|applied| *applied != text), text }
        });
        Files {
            files: files.collect(),
            shown: self.shown as u32,
            awaited: awaited.map(String::from),
            examples: EXAMPLES
                .iter()
                .map(|(id, title, _)| Example { id: (*id).into(), title: (*title).into() })
                .collect(),
        }
    }

    /// Brings a file to the front.
    pub fn show(&mut self, name: &str) {
        if let Some(index) = self.names.iter().position(|known| known == name) {
            self.shown = index;
        }
    }

    /// Remembers what is about to be applied.
    pub fn applied(&mut self, name: &str, folder: &Folder) {
        if let Some(text) = folder.read(name) {
            self.applied.insert(name.into(), text);
        }
    }

    /// The files that are open.
    pub fn all_files(&self, folder: &Folder) -> Vec<(String, String)> {
        self.names.iter().filter_map(|name| Some((name.clone(), folder.read(name)?))).collect()
    }

    /// The files that differ from the example of their name, or have none.
    pub fn own_files(&self, folder: &Folder) -> Vec<(String, String)> {
        self.all_files(folder).into_iter().filter(|(name, text)| example(name) != Some(text.as_str())).collect()
    }

    /// Keeps the tabs in step with the folder: commands make, change and remove files. Says whether anything moved.
    pub fn follow(&mut self, desk: &mut Desk) -> bool {
        let folder = &desk.shell.files;
        let before = self.names.len();
        let there: Vec<String> = folder
            .files()
            .filter_map(|(path, _)| path.strip_prefix("/root/"))
            .filter(|name| !name.contains('/'))
            .map(String::from)
            .collect();
        self.names.retain(|name| there.contains(name));
        for name in there {
            let manifest = [".yaml", ".yml", ".json"].iter().any(|end| name.ends_with(end));
            if manifest && !self.names.contains(&name) {
                self.names.push(name);
            }
        }
        self.shown = self.shown.min(self.names.len().saturating_sub(1));
        before != self.names.len()
    }
}

impl Playground {
    /// Writes a file and opens it if it isn't open.
    pub(crate) fn write_file(&mut self, name: &str, text: &str) {
        if self.terminal.shell.files.write(&format!("/root/{name}"), text).is_ok()
            && !self.editor.names.iter().any(|known| known == name)
        {
            self.editor.names.push(name.into());
        }
        self.revisions.files += 1;
    }

    pub(crate) fn edit_file(&mut self, name: &str, text: &str) {
        self.write_file(name, text);
    }

    pub(crate) fn new_file(&mut self) {
        let free = |number: u32| match number {
            1 => "manifest.yaml".to_string(),
            n => format!("manifest-{n}.yaml"),
        };
        let taken = |name: &String| self.editor.names.contains(name);
        let name = (1..).map(free).find(|name| !taken(name)).unwrap_or_default();
        self.write_file(&name, "");
        self.editor.show(&name);
    }

    pub(crate) fn close_file(&mut self, name: &str) {
        let _ = self.terminal.shell.files.remove(&format!("/root/{name}"), false);
        self.editor.names.retain(|known| known != name);
        self.editor.shown = self.editor.shown.min(self.editor.names.len().saturating_sub(1));
        self.revisions.files += 1;
    }

    /// Opens an example as a file; one that the learner has changed is only brought to the front.
    pub(crate) fn open_example(&mut self, id: &str) {
        let Some(text) = example(id) else { return };
        if !self.editor.names.iter().any(|known| known == id) {
            self.write_file(id, text);
        }
        self.editor.show(id);
    }
}

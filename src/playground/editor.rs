//! The editor: its tabs are the terminal's files, and remarks on their text come from the same rules as the answers.

use crate::Playground;
use crate::stage::{EXAMPLES, example};
use crate::terminal::Desk;
use crate::view::{Diagnostic, Example, File, Files, Place, Severity};
use api::resource::Kind;
use api::{Value, schema};
use cluster::apiserver::registry;
use kubectl::Files as _;
use shell::files::Folder;
use std::collections::BTreeMap;
use yaml::{Document, Span};

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
    pub fn view(&self, folder: &Folder) -> Files {
        let files = self.names.iter().map(|name| {
            let text = folder.read(name).unwrap_or_default();
            File { name: name.clone(), changed: self.applied.get(name).is_some_and(|applied| *applied != text), text }
        });
        Files {
            files: files.collect(),
            shown: self.shown as u32,
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

    /// The files that differ from the example of their name, or have none.
    pub fn own_files(&self, folder: &Folder) -> Vec<(String, String)> {
        let all = self.names.iter().filter_map(|name| Some((name.clone(), folder.read(name)?)));
        all.filter(|(name, text)| example(name) != Some(text.as_str())).collect()
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

/// Remarks on a manifest: syntax, kinds, fields, and what the API server would refuse.
pub fn diagnose(text: &str) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for document in yaml::documents(text) {
        match document {
            Ok(document) => remark_on(&document, &mut out),
            Err(error) => {
                let place = Place { line: error.at.line, column: error.at.column };
                let end = Place { column: place.column + 1, ..place };
                out.push(Diagnostic {
                    severity: Severity::Error,
                    start: place,
                    end,
                    message: without_line(&error.text).to_string(),
                });
                break;
            }
        }
    }
    out
}

/// kubectl's words without the line it names, often the one before or after: a remark stands at its place.
fn without_line(text: &str) -> &str {
    let text = text.strip_prefix("yaml: ").unwrap_or(text);
    text.strip_prefix("line ").and_then(|rest| rest.split_once(": ")).map_or(text, |(_, words)| words)
}

fn remark_on(document: &Document, out: &mut Vec<Diagnostic>) {
    for duplicate in &document.duplicates {
        let message = format!("{:?} stands here twice; the last one wins, silently", duplicate.key);
        out.push(at(duplicate.first, Severity::Warning, message));
    }
    let mut value = document.value.clone();
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_string();
    let (version, name) = (text(&value, "apiVersion"), text(&value, "kind"));
    if version.is_empty() || name.is_empty() {
        let missing = match (version.is_empty(), name.is_empty()) {
            (true, true) => "[apiVersion not set, kind not set]",
            (true, false) => "apiVersion not set",
            _ => "kind not set",
        };
        out.push(at(document.place("").mark(), Severity::Error, missing.into()));
        return;
    }
    let Some(kind) = Kind::of_manifest(&version, &name) else {
        let message = format!("no matches for kind \"{name}\" in version \"{version}\"");
        out.push(at(document.place("kind").mark(), Severity::Error, message));
        return;
    };
    let unknown = match schema::decode(kind, &mut value) {
        Ok(unknown) => unknown,
        Err(error) => {
            out.push(at(document.place("").mark(), Severity::Error, error.to_string()));
            return;
        }
    };
    for field in &unknown {
        let mark = document.place(&field.0).mark();
        out.push(at(mark, Severity::Error, with_suggestion(kind, &field.0, field.to_string())));
    }
    if value["metadata"]["namespace"].is_null() && kind.namespaced() {
        value["metadata"]["namespace"] = "default".into();
    }
    registry::prepare_for_create(kind, &mut value);
    registry::set_defaults(kind, &mut value);
    for error in registry::validate(kind, &value) {
        let mark = document.place(&error.field).mark();
        out.push(at(mark, Severity::Error, format!("{}: {}", error.field, error.message)));
    }
    for warning in registry::warnings(kind, &value) {
        let path = warning.split(": ").next().unwrap_or_default();
        out.push(at(document.place(path).mark(), Severity::Warning, warning.clone()));
    }
}

/// `unknown field "spec.x.tolerattions"; a similar one exists: "tolerations"`
fn with_suggestion(kind: Kind, path: &str, message: String) -> String {
    let (parent, wrong) = path.rsplit_once('.').unwrap_or(("", path));
    let dotted: String = {
        let mut depth = 0;
        parent
            .chars()
            .filter(|c| {
                depth += i32::from(*c == '[');
                let keep = depth == 0;
                depth -= i32::from(*c == ']');
                keep
            })
            .collect()
    };
    let ty = if dotted.is_empty() { schema::Type::of(kind) } else { schema::field(kind, &dotted).map(|f| f.ty) };
    let struct_type = ty.map(|ty| ty.item().unwrap_or(ty));
    let Some(fields) = struct_type.map(|ty| ty.fields()) else { return message };
    match schema::closest(wrong, &mut fields.iter().map(|field| field.name)) {
        Some(similar) => format!("{message}; a similar one exists: {similar:?}"),
        None => message,
    }
}

fn at(span: Span, severity: Severity, message: String) -> Diagnostic {
    let start = Place { line: span.start.line, column: span.start.column };
    let mut end = Place { line: span.end.line, column: span.end.column };
    if end <= start {
        end = Place { line: start.line, column: start.column + 1 };
    }
    Diagnostic { severity, start, end, message }
}

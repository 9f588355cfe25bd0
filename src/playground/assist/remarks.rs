//! Everything there is to say of a text: syntax, kinds, fields, types, what the API server would refuse, traps.
//!
//! A document goes through the same doors as when it is applied. The first that refuses it ends the remarks of that door's
//! kind: a value of a wrong type makes validation pointless. What the server alone can know (another object of that name whose
//! selector may not change, a quota) is asked of a copy of the cluster, once nothing else is wrong.

use super::survey::{Misfit, What, belongs, survey};
use super::{difference, fixes, traps};
use crate::view::{Diagnostic, Fix, Place, Remark, Severity};
use api::objects::Object;
use api::resource::Kind;
use api::schema::{self, Type};
use api::{Value, sort};
use cluster::Cluster;
use cluster::apiserver::registry;
use yaml::{Document, Span, SyntaxError};

/// Remarks on a manifest that would be applied in `namespace`, in the order of its lines.
pub fn diagnose(text: &str, namespace: &str, cluster: &Cluster) -> Vec<Diagnostic> {
    let mut remarks = Remarks { text, namespace, cluster, out: Vec::new() };
    for document in yaml::documents(text) {
        match document {
            Ok(document) => remarks.of_document(&document),
            Err(error) => {
                remarks.of_syntax(&error);
                break;
            }
        }
    }
    sort::by_key(&mut remarks.out, |remark| remark.start);
    remarks.out
}

pub(super) struct Remarks<'a> {
    pub text: &'a str,
    pub namespace: &'a str,
    pub cluster: &'a Cluster,
    pub out: Vec<Diagnostic>,
}

impl Remarks<'_> {
    pub fn error(&mut self, at: Span, remark: Remark, fix: Option<Fix>) {
        self.push(Severity::Error, at, remark, fix);
    }

    pub fn warn(&mut self, at: Span, remark: Remark, fix: Option<Fix>) {
        self.push(Severity::Warning, at, remark, fix);
    }

    fn push(&mut self, severity: Severity, span: Span, remark: Remark, fix: Option<Fix>) {
        let start = Place { line: span.start.line, column: span.start.column };
        let mut end = Place { line: span.end.line, column: span.end.column };
        if end <= start {
            end = Place { line: start.line, column: start.column + 1 };
        }
        self.out.push(Diagnostic { severity, start, end, remark, fix });
    }

    fn of_syntax(&mut self, error: &SyntaxError) {
        let span = Span { start: error.at, end: error.at };
        let said = without_line(&error.text).to_string();
        self.error(span, Remark::Said(said), fixes::indent(self.text));
    }

    fn of_document(&mut self, document: &Document) {
        for duplicate in &document.duplicates {
            let fix = fixes::remove(self.text, duplicate.first.start.offset as usize);
            self.warn(duplicate.first, Remark::Twice { key: duplicate.key.clone() }, fix);
        }
        let Some(kind) = self.kind_of(document) else { return };
        let Some(ty) = Type::of(kind) else { return };
        let errors = self.out.len();
        let misfits = survey(ty, &document.value);
        let typed = misfits.iter().all(|misfit| matches!(misfit.what, What::Unknown(_)));
        for misfit in misfits {
            self.of_misfit(kind, ty, document, misfit);
        }
        let mut value = document.value.clone();
        match schema::decode(kind, &mut value) {
            Err(error) if typed => {
                self.error(document.place("").mark(), Remark::Said(error.to_string()), None);
            }
            Err(_) => {}
            Ok(_) => self.of_value(kind, value, document),
        }
        if self.out[errors..].iter().all(|remark| remark.severity == Severity::Warning) {
            self.ask_server(kind, document);
        }
    }

    /// The kind a document names; what is wrong with the names is remarked.
    fn kind_of(&mut self, document: &Document) -> Option<Kind> {
        let text = |key: &str| document.value[key].as_str().unwrap_or_default().to_string();
        let (version, name) = (text("apiVersion"), text("kind"));
        let mark = document.place("").value;
        let missing = match (version.is_empty(), name.is_empty()) {
            (true, true) => "[apiVersion not set, kind not set]",
            (true, false) => "apiVersion not set",
            (false, true) => "kind not set",
            _ => {
                let known = Kind::of_manifest(&version, &name);
                if known.is_none() {
                    self.unknown_kind(&version, &name, document);
                }
                return known;
            }
        };
        let first = Span { start: mark.start, end: mark.start };
        let known = Kind::all().find(|kind| kind.name() == name).filter(|_| version.is_empty());
        let fix = known.map(|kind| {
            let place = document.place("kind").mark().start.offset;
            fixes::insert(place as usize, "apiVersion", &format!("apiVersion: {}\n", kind.api_version()))
        });
        self.error(first, Remark::Said(missing.into()), fix);
        None
    }

    fn unknown_kind(&mut self, version: &str, name: &str, document: &Document) {
        let said = format!("no matches for kind \"{name}\" in version \"{version}\"");
        if let Some(kind) = Kind::all().find(|kind| kind.name() == name) {
            let place = document.place("apiVersion");
            let remark = Remark::OldVersion { said, version: kind.api_version() };
            let fix = fixes::write(self.text, place.value, &kind.api_version());
            return self.error(place.value, remark, fix);
        }
        let place = document.place("kind");
        match schema::closest(name, &mut Kind::all().map(Kind::name)) {
            Some(similar) => {
                let fix = fixes::write(self.text, place.value, similar);
                self.error(place.value, Remark::Similar { said, name: similar.into() }, fix);
            }
            None => self.error(place.value, Remark::Said(said), None),
        }
    }

    fn of_misfit(&mut self, kind: Kind, root: Type, document: &Document, misfit: Misfit) {
        let place = document.place(&misfit.path);
        match misfit.what {
            What::Unknown(holder) => self.of_unknown(kind, root, holder, &misfit.path, document),
            What::Type(ty, found) => {
                let remark = Remark::WrongType {
                    path: misfit.path,
                    wanted: ty.explain_name(),
                    found: match &found {
                        Value::Bool(_) => "boolean",
                        Value::Number(_) => "number",
                        Value::Array(_) => "array",
                        Value::Object(_) => "object",
                        _ => "string",
                    },
                };
                self.error(place.value, remark, fixes::retype(self.text, place.value, ty, &found));
            }
            What::Quantity(said) => self.error(place.value, Remark::Said(said), None),
        }
    }

    fn of_unknown(&mut self, kind: Kind, root: Type, holder: Type, path: &str, document: &Document) {
        let place = document.place(path);
        let said = schema::Unknown(path.to_string()).to_string();
        let name = path.rsplit('.').next().unwrap_or(path);
        if kind == Kind::DAEMON_SET && path == "spec.replicas" {
            let fix = fixes::remove(self.text, place.mark().start.offset as usize);
            return self.error(place.mark(), Remark::NoReplicas, fix);
        }
        // A Deployment's word for the same thing.
        let twin = match name {
            "strategy" => Some("updateStrategy"),
            "updateStrategy" => Some("strategy"),
            _ => None,
        };
        let twin = twin.filter(|twin| holder.field(twin).is_some());
        let similar = twin.or_else(|| schema::closest(name, &mut holder.fields().iter().map(|field| field.name)));
        match (similar, belongs(root, path)) {
            (Some(similar), _) => {
                let fix = fixes::write(self.text, place.mark(), similar);
                self.error(place.mark(), Remark::Similar { said, name: similar.into() }, fix);
            }
            (None, Some(path)) => self.error(place.mark(), Remark::Belongs { said, path }, None),
            (None, None) => self.error(place.mark(), Remark::Said(said), None),
        }
    }

    /// What the server says of a document it could read, and what it wouldn't say.
    fn of_value(&mut self, kind: Kind, mut value: Value, document: &Document) {
        if value["metadata"]["namespace"].is_null() && kind.namespaced() {
            value["metadata"]["namespace"] = self.namespace.into();
        }
        registry::prepare_for_create(kind, &mut value);
        registry::set_defaults(kind, &mut value);
        for error in registry::validate(kind, &value) {
            let place = document.place(&error.field);
            let fix = fixes::of_refusal(self.text, document, &value, &error);
            self.error(place.mark(), Remark::Said(format!("{}: {}", error.field, error.message)), fix);
        }
        for warning in registry::warnings(kind, &value) {
            let path = warning.split(": ").next().unwrap_or_default();
            self.warn(document.place(path).mark(), Remark::Said(warning.clone()), None);
        }
        traps::find(self, kind, &value, document);
    }

    /// What only the server can know: it is asked to try.
    fn ask_server(&mut self, kind: Kind, document: &Document) {
        let manifest = difference::manifest(kind, &document.value, self.namespace);
        // Without its namespace the server would say only that; the document that makes it may stand above.
        let there = |object: &Object| *object.name() == *manifest.namespace;
        let homeless = kind.namespaced() && !self.cluster.objects(Kind::NAMESPACE).any(there);
        if manifest.name.is_empty() || homeless {
            return;
        }
        let Err(status) = difference::both(&manifest, self.cluster) else { return };
        for cause in &status.causes {
            let said = format!("{}: {}", cause.field, cause.message);
            self.error(document.place(&cause.field).mark(), Remark::Said(said), None);
        }
        if status.causes.is_empty() {
            self.error(document.place("metadata.name").mark(), Remark::Said(status.message), None);
        }
    }
}

/// kubectl's words without the line it names, often the one before or after: a remark stands at its place.
fn without_line(text: &str) -> &str {
    let text = text.strip_prefix("yaml: ").unwrap_or(text);
    text.strip_prefix("line ").and_then(|rest| rest.split_once(": ")).map_or(text, |(_, words)| words)
}

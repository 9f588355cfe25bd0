//! Get, list and watch: what the store has, narrowed by selectors, as objects or as rows.

use super::{ApiServer, Key, bad_request, store::Change, tables, unknown_path};
use api::meta::selector::{FieldSelector, LabelSelector};
use api::objects::Object;
use api::request::{Answer, Request, Rest, WatchEvent, WatchType};
use api::resource::Kind;
use api::status::{Reason, Status};
use api::table::{Row, Table};
use api::time::Time;
use api::{Str, Value};

/// The labels that field selectors may name, beside `metadata.name` and `metadata.namespace`.
const FIELDS: &[(Kind, &[&str])] = &[
    (
        Kind::POD,
        &[
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.podIPs",
            "status.nominatedNodeName",
        ],
    ),
    (Kind::NODE, &["spec.unschedulable"]),
    (Kind::NAMESPACE, &["status.phase"]),
    (Kind::SECRET, &["type"]),
    (
        Kind::EVENT,
        &[
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type",
        ],
    ),
];

impl ApiServer {
    pub(super) fn get(&self, request: &Request, now: Time) -> Result<Answer, Status> {
        let object = self.find(request)?.clone();
        match request.subresource {
            "" | "status" => Ok(super::answer_one(request, object, now)),
            "scale" => {
                let scale = super::write::scale_of(&object).ok_or_else(unknown_path)?;
                Ok(if request.as_table { Answer::Table(scale_table(scale, now)) } else { Answer::Object(scale) })
            }
            _ => Err(unknown_path()),
        }
    }

    /// Lists; what goes beyond the limit is `rest`.
    pub(super) fn list(&self, request: &Request, now: Time, rest: &mut Option<Rest>) -> Result<Answer, Status> {
        let listed = match &request.rest {
            Some(rest) => rest.clone(),
            None => Rest::of(self.select(request)?.into_iter().cloned().collect()),
        };
        let (page, left) = listed.take(request.limit);
        *rest = left;
        Ok(match request.as_table {
            true => Answer::Table(table(request.kind, page, now)),
            false => Answer::List(page.to_vec()),
        })
    }

    /// The objects a list or a deletion of many is about.
    pub(super) fn select<'a>(&'a self, request: &'a Request) -> Result<Vec<&'a Object>, Status> {
        let selection = Selection::of(request)?;
        let kind = request.kind;
        let by_name = selection.name().filter(|_| !kind.namespaced());
        if let Some(name) = by_name {
            let found = self.store.get(kind, &Key::of_cluster(&name.into()));
            return Ok(found.into_iter().filter(|object| selection.admits(object)).collect());
        }
        let within = request.namespace.as_ref().filter(|_| kind.namespaced());
        let wanted =
            |object: &Object| within.is_none_or(|namespace| object.is_in(namespace)) && selection.admits(object);
        Ok(self.store.sorted(kind, wanted))
    }

    /// The events since a version. Version 0 lists what there is, as Added.
    pub(super) fn watch(&self, request: &Request, now: Time) -> Result<Answer, Status> {
        let selection = Selection::of(request)?;
        let columns = request.as_table.then(|| Table { columns: tables::columns(request.kind).to_vec(), rows: vec![] });
        let event = |kind: WatchType, object: &Object| WatchEvent {
            kind,
            object: object.clone(),
            row: request.as_table.then(|| row(object, now)),
        };
        if request.resource_version == 0 {
            let chosen = self.select(request)?;
            return Ok(Answer::Events(chosen.into_iter().map(|o| event(WatchType::Added, o)).collect(), columns));
        }
        let Some(changes) = self.store.changes_after(request.resource_version) else {
            let (oldest, asked) = (self.store.oldest_version(), request.resource_version);
            return Err(Status::new(Reason::Expired, format!("too old resource version: {asked} ({oldest})")));
        };
        let mine = |change: &&Change| {
            change.object.kind() == request.kind
                && match &request.namespace {
                    Some(namespace) if request.kind.namespaced() => change.object.namespace() == *namespace,
                    _ => true,
                }
        };
        let seen = changes.filter(mine).filter_map(|change| {
            let is = selection.admits(&change.object);
            let was = change.old.as_ref().is_some_and(|old| selection.admits(old));
            let kind = match (change.kind, was, is) {
                (WatchType::Deleted, true, _) => WatchType::Deleted,
                (WatchType::Deleted, false, _) | (_, false, false) => return None,
                (_, false, true) => WatchType::Added,
                (_, true, true) => WatchType::Modified,
                (_, true, false) => WatchType::Deleted,
            };
            Some(event(kind, &change.object))
        });
        Ok(Answer::Events(seen.collect(), columns))
    }
}

/// Rows under the columns of a kind.
pub(super) fn table<'a>(kind: Kind, objects: impl IntoIterator<Item = &'a Object>, now: Time) -> Table {
    let rows = objects.into_iter().map(|object| row(object, now)).collect();
    Table { columns: tables::columns(kind).to_vec(), rows }
}

/// What a scale looks like in a table.
fn scale_table(scale: Object, now: Time) -> Table {
    let cells = tables::scale(&scale.to_value(), now);
    Table { columns: tables::SCALE.to_vec(), rows: vec![Row { cells, object: scale }] }
}

fn row(object: &Object, now: Time) -> Row {
    Row { cells: tables::cells_of(object, now), object: object.clone() }
}

/// What a request's selectors let through.
struct Selection {
    labels: LabelSelector,
    fields: FieldSelector,
    /// The name of the object that Events are to be about, if one is asked for: most are told by it alone.
    involved: Option<Str>,
}

impl Selection {
    fn of(request: &Request) -> Result<Selection, Status> {
        let labels = match request.label_selector.as_str() {
            "" => LabelSelector::everything(),
            text => LabelSelector::parse(text).map_err(bad_request)?,
        };
        let fields = FieldSelector::parse(&request.field_selector).map_err(bad_request)?;
        for term in &fields.terms {
            check_field(request.kind, &term.field)?;
        }
        let involved = fields.terms.iter().find(|term| !term.negated && &*term.field == "involvedObject.name");
        Ok(Selection { involved: involved.map(|term| (&*term.value).into()), labels, fields })
    }

    /// The name, if exactly one is asked for.
    fn name(&self) -> Option<&str> {
        self.fields.terms.iter().find(|t| !t.negated && &*t.field == "metadata.name").map(|t| &*t.value)
    }

    fn admits(&self, object: &Object) -> bool {
        if let (Some(name), Object::Event(event)) = (&self.involved, object)
            && event.involved.name != *name
        {
            return false;
        }
        let labelled = self.labels.is_everything()
            || match object.meta_ref() {
                Some(meta) => self.labels.matches(&meta.labels),
                None => self.labels.matches(&object.meta().labels),
            };
        let has = |field: &str, value: &str| match plain_field_of(object, field) {
            Some(found) => found == value,
            None => *field_of(object, field) == *value,
        };
        labelled && self.fields.terms.iter().all(|t| has(&t.field, &t.value) != t.negated)
    }
}

fn check_field(kind: Kind, field: &str) -> Result<(), Status> {
    let known = FIELDS.iter().find(|(k, _)| *k == kind).map_or(&[][..], |(_, fields)| *fields);
    if matches!(field, "metadata.name" | "metadata.namespace") || known.contains(&field) {
        return Ok(());
    }
    Err(bad_request(if known.is_empty() {
        format!("\"{field}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")
    } else {
        format!("field label not supported: {field}")
    }))
}

/// The same where it stands in the object as it is: whoever describes something asks so of thousands of Events and Pods.
fn plain_field_of<'a>(object: &'a Object, field: &str) -> Option<&'a str> {
    match (object, field) {
        (Object::Event(event), "involvedObject.kind") => Some(event.involved.kind.name()),
        (Object::Event(event), "involvedObject.namespace") => Some(&event.involved.namespace),
        (Object::Event(event), "involvedObject.name") => Some(&event.involved.name),
        (Object::Event(event), "reason") => Some(&event.words.reason),
        (Object::Event(event), "source") => Some(&event.source.component),
        (Object::Pod(pod), "spec.nodeName") => Some(&pod.node_name),
        (Object::Pod(pod), "status.phase") => Some(pod.status.phase.as_str()),
        (_, "metadata.name") => object.meta_ref().map(|meta| &*meta.name),
        _ => None,
    }
}

/// The value a field selector compares.
fn field_of(object: &Object, field: &str) -> Str {
    match (object, field) {
        (_, "metadata.name") => object.name(),
        (_, "metadata.namespace") => object.namespace(),
        (Object::Node(node), "spec.unschedulable") => node.unschedulable.to_string().as_str().into(),
        (Object::Pod(_), "spec.hostNetwork") => match object.to_value()["spec"]["hostNetwork"].as_bool() {
            Some(true) => "true".into(),
            _ => "false".into(),
        },
        _ => {
            let value = object.to_value();
            let found = field.split('.').fold(&value, |value, part| &value[part]);
            match found {
                Value::String(text) => text.as_str().into(),
                Value::Null => "".into(),
                other => other.to_string().as_str().into(),
            }
        }
    }
}

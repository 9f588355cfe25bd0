//! A request to the API server, with the fields an HTTP request to Kubernetes carries, and its answer.
//!
//! A native server later only has to translate HTTP into this. Failures are [`Status`](crate::status::Status).

use crate::objects::Object;
use crate::resource::Kind;
use crate::table::Table;
use crate::{Str, Value};
use std::rc::Rc;

/// What is asked of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// `GET …/NAME`
    Get,
    /// `GET …`
    List,
    /// `GET …?watch=true&resourceVersion=`
    Watch,
    /// `POST …`
    Create,
    /// `PUT …/NAME`
    Update,
    /// `PATCH …/NAME`
    Patch,
    /// `DELETE …/NAME`
    Delete,
    /// `DELETE …`
    DeleteCollection,
}

/// The content type of a patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatchType {
    /// `application/strategic-merge-patch+json`
    Strategic,
    /// `application/merge-patch+json`
    Merge,
    /// `application/json-patch+json`
    Json,
    /// `application/apply-patch+yaml` (server-side apply)
    Apply,
}

/// `fieldValidation=`: what happens to fields the schema doesn't know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldValidation {
    /// Refuse them.
    Strict,
    /// Drop them with a warning (the server's default).
    #[default]
    Warn,
    /// Drop them silently.
    Ignore,
}

/// `propagationPolicy` of a deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Propagation {
    /// The object goes at once, its dependents after it.
    Background,
    /// Dependents go first.
    Foreground,
    /// Dependents stay, without their owner.
    Orphan,
}

/// `DeleteOptions`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeleteOptions {
    /// Seconds; `None` means the object's own.
    pub grace_period_seconds: Option<i64>,
    /// `None` means the kind's default.
    pub propagation: Option<Propagation>,
    /// Precondition: only this very object.
    pub uid: Option<crate::meta::Uid>,
}

/// What a write brings along: a learner's JSON, or an object that a component made itself and that is valid by construction.
#[derive(Clone, Debug, Default)]
pub enum Body {
    /// Nothing.
    #[default]
    Empty,
    /// Any JSON: decoded strictly, defaulted, validated.
    Json(Value),
    /// A typed object from a controller, the scheduler or a kubelet.
    Object(Object),
}

/// One request.
#[derive(Clone, Debug)]
pub struct Request {
    /// What to do.
    pub verb: Verb,
    /// With which resource.
    pub kind: Kind,
    /// `""`, or `status`, `scale`, `binding`, `eviction`, `log`.
    pub subresource: &'static str,
    /// `None`: all namespaces, or a cluster-scoped resource.
    pub namespace: Option<Str>,
    /// `""` for lists and creates.
    pub name: Str,
    /// The body.
    pub body: Body,
    /// For patches.
    pub patch_type: Option<PatchType>,
    /// `labelSelector=`, as typed.
    pub label_selector: String,
    /// `fieldSelector=`, as typed.
    pub field_selector: String,
    /// `resourceVersion=` of a watch: events after it; 0 means from now-and-everything.
    pub resource_version: u64,
    /// `dryRun=All`.
    pub dry_run: bool,
    /// `fieldValidation=`.
    pub field_validation: FieldValidation,
    /// `fieldManager=`.
    pub field_manager: Str,
    /// `force=` of a server-side apply: takes over what others own.
    pub force: bool,
    /// Wants to know who owns what: fills [`Response::managed_fields`]. Over HTTP everybody is told; here it is worked out only then.
    pub managed_fields: bool,
    /// For deletions.
    pub delete: DeleteOptions,
    /// `Accept: application/json;as=Table`: answer with columns and rows.
    pub as_table: bool,
    /// `limit=` of a list: how many items an answer holds at most; 0 for all.
    pub limit: usize,
    /// `continue=` of a list: goes on with what the answer before left over.
    pub rest: Option<Rest>,
    /// For a Pod's `log`.
    pub log: LogOptions,
}

/// What a list left over because of its limit, as it was when the list began.
///
/// Over HTTP this is a token that names that moment and the last item, and the server reads the past; here it holds the items themselves,
/// which costs a pointer each.
#[derive(Clone, Debug)]
pub struct Rest {
    items: Rc<[Object]>,
    from: usize,
}

impl Rest {
    /// All of a list.
    pub fn of(items: Vec<Object>) -> Rest {
        Rest { items: items.into(), from: 0 }
    }

    /// The next `limit` items, 0 for all, and what is left over then.
    pub fn take(&self, limit: usize) -> (&[Object], Option<Rest>) {
        let all = self.items.len();
        let until = if limit == 0 { all } else { all.min(self.from + limit) };
        let rest = Rest { items: self.items.clone(), from: until };
        (&self.items[self.from..until], (until < all).then_some(rest))
    }
}

/// Which log of a Pod.
#[derive(Clone, Debug, Default)]
pub struct LogOptions {
    /// `container=`
    pub container: Str,
    /// `previous=`: of the run before.
    pub previous: bool,
}

impl Request {
    /// A request with nothing but a verb and a kind.
    pub fn new(verb: Verb, kind: Kind) -> Request {
        Request {
            verb,
            kind,
            subresource: "",
            namespace: None,
            name: "".into(),
            body: Body::Empty,
            patch_type: None,
            label_selector: String::new(),
            field_selector: String::new(),
            resource_version: 0,
            dry_run: false,
            field_validation: FieldValidation::default(),
            field_manager: "".into(),
            force: false,
            managed_fields: false,
            delete: DeleteOptions::default(),
            as_table: false,
            limit: 0,
            rest: None,
            log: LogOptions::default(),
        }
    }

    /// Sets the namespace (ignored by cluster-scoped kinds).
    pub fn in_namespace(mut self, namespace: impl Into<Str>) -> Request {
        self.namespace = Some(namespace.into());
        self
    }

    /// Sets the name.
    pub fn named(mut self, name: impl Into<Str>) -> Request {
        self.name = name.into();
        self
    }

    /// Sets a JSON body.
    pub fn with_json(mut self, body: Value) -> Request {
        self.body = Body::Json(body);
        self
    }
}

/// A watch event's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WatchType {
    /// Came into being (or into the selection).
    Added,
    /// Changed.
    Modified,
    /// Went (or left the selection); carries the last state.
    Deleted,
}

/// One item of a watch.
#[derive(Clone, Debug)]
pub struct WatchEvent {
    /// What happened.
    pub kind: WatchType,
    /// The object after it (before it, for `Deleted`).
    pub object: Object,
    /// Its row, when a table was asked for.
    pub row: Option<crate::table::Row>,
}

/// A successful answer.
#[derive(Clone, Debug)]
pub enum Answer {
    /// One object.
    Object(Object),
    /// Many.
    List(Vec<Object>),
    /// Columns and rows.
    Table(Table),
    /// A watch's events so far; ask again from `Response::resource_version`. The table carries columns only.
    Events(Vec<WatchEvent>, Option<Table>),
    /// `{"kind":"Status","status":"Success"}`.
    Success,
    /// Plain text: a log.
    Text(String),
}

/// A successful answer with its warnings.
#[derive(Clone, Debug)]
pub struct Response {
    /// The answer.
    pub answer: Answer,
    /// `Warning:` headers, in order.
    pub warnings: Vec<String>,
    /// The version counter at the time of the answer.
    pub resource_version: u64,
    /// `metadata.managedFields` of each object of the answer, in order, if the request asked for them.
    pub managed_fields: Vec<Value>,
    /// `metadata.continue` of a list that was limited, if not all of it is here: for the [`Request::rest`] that goes on with it.
    pub rest: Option<Rest>,
}

impl Response {
    /// An answer and nothing else.
    pub fn new(answer: Answer, resource_version: u64) -> Response {
        Response { answer, warnings: Vec::new(), resource_version, managed_fields: Vec::new(), rest: None }
    }

    /// The object, for verbs that answer with one.
    pub fn object(self) -> Option<Object> {
        match self.answer {
            Answer::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The object as JSON, for verbs that answer with one.
    pub fn value(self) -> Option<Value> {
        self.values().pop()
    }

    /// The items as JSON, for lists.
    pub fn values(mut self) -> Vec<Value> {
        let managed = std::mem::take(&mut self.managed_fields);
        let mut managed = managed.into_iter();
        let value = |object: &Object| {
            let mut value = object.to_value();
            if let Some(fields) = managed.next().filter(|fields| *fields != Value::Array(Vec::new())) {
                value["metadata"]["managedFields"] = fields;
            }
            value
        };
        self.items().iter().map(value).collect()
    }

    /// The items, for lists.
    pub fn items(self) -> Vec<Object> {
        match self.answer {
            Answer::List(items) => items,
            Answer::Object(object) => vec![object],
            _ => Vec::new(),
        }
    }
}

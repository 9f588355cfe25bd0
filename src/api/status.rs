//! Failures as Kubernetes states them: a reason, a code, a message, and for refusals by validation the causes one by one.
//!
//! Source: apimachinery `pkg/api/errors`, `util/validation/field`.

use crate::resource::Kind;
use crate::{Value, json};

/// `metav1.StatusReason`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// 404
    NotFound,
    /// 409
    AlreadyExists,
    /// 409
    Conflict,
    /// 422
    Invalid,
    /// 400
    BadRequest,
    /// 403
    Forbidden,
    /// 429
    TooManyRequests,
    /// 405
    MethodNotAllowed,
    /// 410
    Expired,
    /// 500
    InternalError,
    /// A path the server doesn't know (plain-text 404).
    UnknownPath,
    /// 500, from a server that another one asked and didn't reach.
    Unknown,
}

impl Reason {
    /// As written in a Status.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::NotFound | Reason::UnknownPath => "NotFound",
            Reason::AlreadyExists => "AlreadyExists",
            Reason::Conflict => "Conflict",
            Reason::Invalid => "Invalid",
            Reason::BadRequest => "BadRequest",
            Reason::Forbidden => "Forbidden",
            Reason::TooManyRequests => "TooManyRequests",
            Reason::MethodNotAllowed => "MethodNotAllowed",
            Reason::Expired => "Expired",
            Reason::InternalError => "InternalError",
            Reason::Unknown => "",
        }
    }

    /// The HTTP code.
    pub fn code(self) -> u16 {
        match self {
            Reason::NotFound | Reason::UnknownPath => 404,
            Reason::AlreadyExists | Reason::Conflict => 409,
            Reason::Invalid => 422,
            Reason::BadRequest => 400,
            Reason::Forbidden => 403,
            Reason::TooManyRequests => 429,
            Reason::MethodNotAllowed => 405,
            Reason::Expired => 410,
            Reason::InternalError | Reason::Unknown => 500,
        }
    }
}

/// One refusal by validation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// `spec.template.spec.containers[0].image`
    pub field: String,
    /// What is wrong, with its text after `FIELD: `, e.g. `Required value` or `Invalid value: -1: must be …`.
    pub message: String,
    /// `FieldValueRequired`, `FieldValueInvalid`, …
    pub reason: &'static str,
}

impl FieldError {
    /// `Required value` with an optional detail.
    pub fn required(field: impl Into<String>, detail: &str) -> FieldError {
        FieldError::new(field, "FieldValueRequired", "Required value", None, detail)
    }

    /// `Invalid value: VALUE: DETAIL`; `value` is compact JSON.
    pub fn invalid(field: impl Into<String>, value: &Value, detail: &str) -> FieldError {
        FieldError::new(field, "FieldValueInvalid", "Invalid value", Some(value.to_string()), detail)
    }

    /// `Invalid value: TEXT: DETAIL` where TEXT is already formatted (Go-style structs).
    pub fn invalid_text(field: impl Into<String>, text: String, detail: &str) -> FieldError {
        FieldError::new(field, "FieldValueInvalid", "Invalid value", Some(text), detail)
    }

    /// `Unsupported value: VALUE: supported values: "A", "B"`.
    pub fn not_supported(field: impl Into<String>, text: String, supported: &[&str]) -> FieldError {
        let list: Vec<String> = supported.iter().map(|s| format!("{s:?}")).collect();
        let detail = format!("supported values: {}", list.join(", "));
        FieldError::new(field, "FieldValueNotSupported", "Unsupported value", Some(text), &detail)
    }

    /// `Duplicate value: VALUE`.
    pub fn duplicate(field: impl Into<String>, text: String, detail: &str) -> FieldError {
        FieldError::new(field, "FieldValueDuplicate", "Duplicate value", Some(text), detail)
    }

    /// `Not found: VALUE`.
    pub fn not_found(field: impl Into<String>, text: String) -> FieldError {
        FieldError::new(field, "FieldValueNotFound", "Not found", Some(text), "")
    }

    /// `Forbidden: DETAIL`.
    pub fn forbidden(field: impl Into<String>, detail: &str) -> FieldError {
        FieldError::new(field, "FieldValueForbidden", "Forbidden", None, detail)
    }

    /// `Too long: DETAIL`.
    pub fn too_long(field: impl Into<String>, detail: &str) -> FieldError {
        FieldError::new(field, "FieldValueTooLong", "Too long", None, detail)
    }

    fn new(
        field: impl Into<String>,
        reason: &'static str,
        kind: &str,
        value: Option<String>,
        detail: &str,
    ) -> FieldError {
        let mut message = kind.to_string();
        if let Some(value) = value {
            message.push_str(": ");
            message.push_str(&value);
        }
        if !detail.is_empty() {
            message.push_str(": ");
            message.push_str(detail);
        }
        FieldError { field: field.into(), message, reason }
    }
}

impl std::fmt::Display for FieldError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

/// A failed request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Why, as a word.
    pub reason: Reason,
    /// Why, as a sentence.
    pub message: String,
    /// `details.name`
    pub name: String,
    /// `details.group`
    pub group: String,
    /// `details.kind` (a plural resource, or the bare kind when invalid).
    pub kind: String,
    /// `details.causes`
    pub causes: Vec<FieldError>,
    /// What the answer's headers warn of; no part of the object.
    pub warnings: Vec<String>,
}

impl Status {
    /// A failure with a free text.
    pub fn new(reason: Reason, message: impl Into<String>) -> Status {
        let (name, group, kind) = Default::default();
        Status { reason, message: message.into(), name, group, kind, causes: Vec::new(), warnings: Vec::new() }
    }

    fn about(reason: Reason, kind: Kind, name: &str, message: String) -> Status {
        Status {
            reason,
            message,
            name: name.into(),
            group: kind.group().into(),
            kind: kind.plural().into(),
            causes: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// `daemonsets.apps "x" not found`
    pub fn not_found(kind: Kind, name: &str) -> Status {
        Status::about(Reason::NotFound, kind, name, format!("{} \"{name}\" not found", kind.resource()))
    }

    /// `daemonsets.apps "x" already exists`
    pub fn already_exists(kind: Kind, name: &str) -> Status {
        Status::about(Reason::AlreadyExists, kind, name, format!("{} \"{name}\" already exists", kind.resource()))
    }

    /// `Operation cannot be fulfilled on daemonsets.apps "x": …`; `why` defaults to the usual sentence when empty.
    pub fn conflict(kind: Kind, name: &str, why: &str) -> Status {
        let usual = "the object has been modified; please apply your changes to the latest version and try again";
        let why = if why.is_empty() { usual } else { why };
        let text = format!("Operation cannot be fulfilled on {} \"{name}\": {why}", kind.resource());
        Status::about(Reason::Conflict, kind, name, text)
    }

    /// `daemonsets.apps "x" is forbidden: WHY`
    pub fn forbidden(kind: Kind, name: &str, why: &str) -> Status {
        let resource = kind.resource();
        let text = if name.is_empty() {
            format!("{resource} is forbidden: {why}")
        } else {
            format!("{resource} \"{name}\" is forbidden: {why}")
        };
        Status::about(Reason::Forbidden, kind, name, text)
    }

    /// `DaemonSet.apps "x" is invalid: …`
    pub fn invalid(kind: Kind, name: &str, mut causes: Vec<FieldError>) -> Status {
        let mut seen: Vec<FieldError> = Vec::new();
        causes.retain(|cause| {
            let new = !seen.contains(cause);
            seen.push(cause.clone());
            new
        });
        let texts: Vec<String> = causes.iter().map(ToString::to_string).collect();
        let all = if texts.len() == 1 { texts[0].clone() } else { format!("[{}]", texts.join(", ")) };
        let qualified =
            if kind.group().is_empty() { kind.name().to_string() } else { format!("{}.{}", kind.name(), kind.group()) };
        Status {
            kind: kind.name().into(),
            causes,
            ..Status::about(Reason::Invalid, kind, name, format!("{qualified} \"{name}\" is invalid: {all}"))
        }
    }

    /// As JSON, the way the server would send it.
    pub fn to_value(&self) -> Value {
        let mut value = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": self.message, "reason": self.reason.as_str(), "code": self.reason.code()});
        let mut details = crate::Map::new();
        for (key, text) in [("name", &self.name), ("group", &self.group), ("kind", &self.kind)] {
            if !text.is_empty() {
                details.insert(key.into(), text.as_str().into());
            }
        }
        if !self.causes.is_empty() {
            let causes: Vec<Value> = self
                .causes
                .iter()
                .map(|c| json!({"reason": c.reason, "message": c.message, "field": c.field}))
                .collect();
            details.insert("causes".into(), causes.into());
        }
        if !details.is_empty() {
            value["details"] = Value::Object(details);
        }
        value
    }
}

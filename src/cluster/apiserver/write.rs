//! Create, update and patch: a learner's JSON on its way into the store.
//!
//! The order in which a request can fail is that of spec: decoding, namespace, defaults, admission, validation, name taken.
//!
//! Source: apiserver `pkg/endpoints/handlers`, `pkg/registry/generic/registry/store.go`.

use super::{ApiServer, Key, Write, admission, answer_one, bad_request, ownership, registry, unknown_path};
use crate::cause::Actor;
use api::fields::{self, Entry, Writer};
use api::go_syntax;
use api::objects::Object;
use api::objects::workload::WorkloadSpec;
use api::patch::{cannot_unmarshal, json_merge, json_patch, strategic};
use api::request::{Answer, Body, FieldValidation, PatchType, Request};
use api::resource::Kind;
use api::schema;
use api::status::{FieldError, Reason, Status};
use api::{Str, Value, json};
use std::rc::Rc;

/// Where the server's kinds are registered, as its errors name it.
const SCHEME: &str = "pkg/api/legacyscheme/scheme.go:30";

/// What a write answers, with its warnings.
pub(super) type Written = Result<(Answer, Vec<String>), Status>;

impl ApiServer {
    pub(super) fn create(&mut self, request: &Request, write: Write) -> Written {
        match request.subresource {
            "" => {}
            "binding" => return self.bind(request, write),
            "eviction" => return self.evict(request, write),
            _ => return Err(unknown_path()),
        }
        let kind = request.kind;
        let mut value = body_of(request)?;
        let applied = (request.patch_type == Some(PatchType::Apply)).then(|| value.clone());
        let mut warnings = match applied {
            Some(_) => decode_applied(request, &mut value)?,
            None => decode(request, &mut value)?,
        };
        let namespace = place(request, &mut value)?;
        let given_name: Str = value["metadata"]["name"].as_str().unwrap_or_default().into();
        self.check_namespace(kind, &namespace, &given_name)?;
        registry::prepare_for_create(kind, &mut value);
        if given_name.is_empty()
            && let Some(base) = value["metadata"]["generateName"].as_str().filter(|base| !base.is_empty())
        {
            value["metadata"]["name"] = Value::from(&*self.rng.name(base));
        }
        registry::set_defaults(kind, &mut value);
        let entries = self.entries_of_new(request, applied.as_ref(), &value, write);
        // A name that was generated is not known to the plug-ins yet.
        let known_name = match &*given_name {
            "" => value["metadata"]["generateName"].as_str().unwrap_or_default().into(),
            _ => given_name,
        };
        let token = kind == Kind::POD && self.mutate_pod(&mut value, &namespace, &known_name)?;
        let errors = registry::validate(kind, &value);
        let name: Str = value["metadata"]["name"].as_str().unwrap_or_default().into();
        if !errors.is_empty() {
            return Err(Status::invalid(kind, &name, errors));
        }
        if kind == Kind::PRIORITY_CLASS {
            self.check_default_class(&value, true)?;
        }
        warnings.extend(registry::warnings(kind, &value));
        if kind == Kind::SERVICE {
            self.allocate(&mut value);
        }
        let mut object = Object::from_value(kind, &value);
        match &mut object {
            Object::Node(node) => admission::taint_new_node(Rc::make_mut(node)),
            Object::Pod(pod) if token => Rc::make_mut(pod).token_suffix = Some(self.rng.suffix()),
            _ => {}
        }
        if self.store.get(kind, &Key::of(&object)).is_some() {
            return Err(Status::already_exists(kind, &name));
        }
        self.christen(&mut object, write.at);
        if let Object::Pod(pod) = &object {
            self.check_quotas(pod)?;
        }
        let object = if request.dry_run { object } else { self.store.put(object, write.cause, write.at) };
        self.record_owners(&object, entries, request.dry_run);
        Ok((answer_one(request, object, write.at.time()), warnings))
    }

    /// Who owns what of a new object; nothing is noted of what the cluster itself starts with.
    fn entries_of_new(
        &self,
        request: &Request,
        applied: Option<&Value>,
        value: &Value,
        write: Write,
    ) -> Option<Vec<Entry>> {
        if write.cause.actor != Actor::Learner {
            return None;
        }
        match applied {
            Some(config) => {
                applying(request, &Value::Null, config, write).to(Vec::new()).ok().map(|(_, entries)| entries)
            }
            None => Some(updated(request, Vec::new(), (&Value::Null, value), write)),
        }
    }

    fn record_owners(&mut self, object: &Object, entries: Option<Vec<Entry>>, dry_run: bool) {
        let Some(entries) = entries else { return };
        self.owners.record(object, entries, dry_run);
        let store = &self.store;
        self.owners.sweep(|seen| {
            let there = store.get(seen.kind(), &Key::of(seen));
            there.is_some_and(|object| object.meta().uid == seen.meta().uid)
        });
    }

    pub(super) fn update(&mut self, request: &Request, write: Write) -> Written {
        let old = self.find(request)?.clone();
        let mut value = body_of(request)?;
        check_subresource(request)?;
        if request.subresource == "scale" {
            return self.scale(request, &old, &value, write);
        }
        let warnings = decode(request, &mut value)?;
        place(request, &mut value)?;
        let wanted = value["metadata"]["resourceVersion"].as_str().unwrap_or_default();
        if !wanted.is_empty() && wanted != "0" && wanted != old.resource_version().to_string() {
            return Err(Status::conflict(request.kind, &request.name, ""));
        }
        self.replace(request, &old, value, warnings, write)
    }

    pub(super) fn patch(&mut self, request: &Request, write: Write) -> Written {
        let kind = request.kind;
        let Body::Json(patch) = &request.body else { return Err(bad_request("the patch has no body")) };
        check_subresource(request)?;
        if request.patch_type == Some(PatchType::Apply) && request.field_manager.is_empty() {
            return Err(nobody_applies());
        }
        let old = match self.find(request) {
            Ok(object) => object.clone(),
            // Server-side apply creates what isn't there.
            Err(_) if request.patch_type == Some(PatchType::Apply) => {
                let mut create = request.clone();
                create.body = Body::Json(patch.clone());
                return self.create(&create, write);
            }
            Err(status) => return Err(status),
        };
        if request.subresource == "scale" {
            let scale = scale_of(&old).ok_or_else(unknown_path)?;
            let (scale, _) = patched(request, scale.to_value(), patch)?;
            if !scale["spec"]["replicas"].is_i64() {
                let why = cannot_unmarshal(&scale["spec"]["replicas"], "int32");
                let why = why.replace("Go value", "Go struct field ScaleSpec.spec.replicas");
                return Err(refused_patch(request, patch, &scale, why, "unrecognized type: int32".into()));
            }
            return self.scale(request, &old, &scale, write);
        }
        if request.patch_type == Some(PatchType::Apply) {
            return self.apply(request, &old, patch, write);
        }
        let mut value = old.to_value();
        // The server merges the object as it is written, with whatever is in it.
        if matches!(request.patch_type, Some(PatchType::Merge | PatchType::Json)) {
            value["metadata"]["managedFields"] = self.owners.shown(&old);
        }
        let (mut value, mut warnings) = patched(request, value, patch)?;
        warnings.extend(decode_patched(request, patch, &mut value)?);
        place(request, &mut value)?;
        let wanted = patch["metadata"]["resourceVersion"].as_str().unwrap_or_default();
        if !wanted.is_empty() && wanted != old.resource_version().to_string() {
            return Err(Status::conflict(kind, &request.name, ""));
        }
        self.replace(request, &old, value, warnings, write)
    }

    /// Server-side apply to an object that is there.
    fn apply(&mut self, request: &Request, old: &Object, config: &Value, write: Write) -> Written {
        let kind = request.kind;
        if !config["metadata"]["managedFields"].is_null() {
            return Err(bad_request("metadata.managedFields must be nil"));
        }
        decode_applied(request, &mut config.clone())?;
        let wanted = config["metadata"]["resourceVersion"].as_str().unwrap_or_default();
        if !wanted.is_empty() && wanted != old.resource_version().to_string() {
            return Err(Status::conflict(kind, &request.name, ""));
        }
        let entries = self.owners.of(old);
        let (mut object, entries) = applying(request, &old.to_value(), config, write).to(entries)?;
        schema::decode(kind, &mut object).map_err(|error| bad_request(error.converted))?;
        if &*request.field_manager == fields::KUBECTL {
            keep_last_applied(request, config, &mut object);
        }
        place(request, &mut object)?;
        self.put_in_place(request, old, object, Vec::new(), write, Some(entries))
    }

    /// The common end of update and patch: what was sent replaces what was there.
    fn replace(
        &mut self,
        request: &Request,
        old: &Object,
        mut value: Value,
        warnings: Vec<String>,
        write: Write,
    ) -> Written {
        let sent = value["metadata"].as_object_mut().and_then(|meta| meta.remove("managedFields"));
        // A subresource has no say in who owns the object.
        let sent = sent.filter(|_| request.subresource.is_empty()).as_ref().and_then(fields::from_value);
        let Some(sent) = sent else { return self.put_in_place(request, old, value, warnings, write, None) };
        let entries = updated(request, sent, (&old.to_value(), &value), write);
        self.put_in_place(request, old, value, warnings, write, Some(entries))
    }

    /// Validates the new form against the old one and stores it. Who owns what follows from what changed, unless it is said.
    fn put_in_place(
        &mut self,
        request: &Request,
        old: &Object,
        mut value: Value,
        mut warnings: Vec<String>,
        write: Write,
        entries: Option<Vec<Entry>>,
    ) -> Written {
        let kind = request.kind;
        let before = old.to_value();
        match request.subresource {
            "" | "scale" => registry::prepare_for_update(kind, &mut value, &before),
            "status" => {
                let status = value["status"].take();
                let version = value["metadata"]["resourceVersion"].take();
                value = before.clone();
                value["status"] = status;
                value["metadata"]["resourceVersion"] = version;
            }
            _ => return Err(unknown_path()),
        }
        registry::set_defaults(kind, &mut value);
        let errors = registry::validate_update(kind, &value, &before);
        if !errors.is_empty() {
            return Err(Status::invalid(kind, &request.name, errors));
        }
        if kind == Kind::PRIORITY_CLASS {
            self.check_default_class(&value, false)?;
        }
        if request.subresource != "status" {
            warnings.extend(registry::update_warnings(kind, &value, &before));
        }
        if kind == Kind::SERVICE {
            self.allocate(&mut value);
        }
        value["metadata"]["resourceVersion"] = before["metadata"]["resourceVersion"].clone();
        for field in ["apiVersion", "kind"] {
            value[field] = before[field].clone();
        }
        let reowned = entries.is_some();
        if value == before && entries.as_ref().is_none_or(|entries| *entries == self.owners.of(old)) {
            return Ok((answer_one(request, old.clone(), write.at.time()), warnings));
        }
        let entries = match entries {
            Some(entries) => entries,
            None => updated(request, self.owners.of(old), (&before, &value), write),
        };
        let object = match reowned && value == before {
            true => old.clone(),
            false => keep_shared(old, &before, Object::from_value(kind, &value), &value),
        };
        let object = if request.dry_run { object } else { self.commit(object, write) };
        self.record_owners(&object, Some(entries), request.dry_run);
        Ok((answer_one(request, object, write.at.time()), warnings))
    }

    fn scale(&mut self, request: &Request, old: &Object, scale: &Value, write: Write) -> Written {
        let replicas = scale["spec"]["replicas"].as_i64().unwrap_or(0);
        scale_of(old).ok_or_else(unknown_path)?;
        if replicas < 0 {
            let why = "must be greater than or equal to 0";
            let error = FieldError::invalid("spec.replicas", &replicas.into(), why);
            let name = request.name.to_string();
            let message = format!("Scale.autoscaling {name:?} is invalid: {error}");
            let refusal = Status { causes: vec![error], ..Status::new(Reason::Invalid, message) };
            return Err(Status { name, kind: "Scale".into(), group: "autoscaling".into(), ..refusal });
        }
        let mut value = old.to_value();
        value["spec"]["replicas"] = replicas.into();
        let whole = Request { as_table: false, ..request.clone() };
        let (answer, warnings) = self.replace(&whole, old, value, Vec::new(), write)?;
        match answer {
            Answer::Object(object) => {
                let scale = scale_of(&object).ok_or_else(unknown_path)?;
                Ok((Answer::Object(scale), warnings))
            }
            other => Ok((other, warnings)),
        }
    }

    fn bind(&mut self, request: &Request, write: Write) -> Written {
        let body = body_of(request)?;
        let node: Str = body["target"]["name"].as_str().unwrap_or_default().into();
        let Object::Pod(pod) = self.find(request)?.clone() else { return Err(unknown_path()) };
        let key = ApiServer::key_of(request);
        super::typed::Api::new(self, write.at, write.cause).bind(&key, &pod, &node)?;
        Ok((Answer::Success, Vec::new()))
    }
}

/// The `autoscaling/v1 Scale` of a Deployment, ReplicaSet or StatefulSet.
pub(super) fn scale_of(object: &Object) -> Option<Object> {
    let (spec, status) = match object {
        Object::Deployment(d) => (d.spec.replicas, d.status.replicas),
        Object::ReplicaSet(r) => (r.spec.replicas, r.status.replicas),
        Object::Other(o) if o.kind == Kind::STATEFUL_SET => {
            (o.body.get("spec").and_then(|s| s["replicas"].as_i64()).unwrap_or(1), 0)
        }
        _ => return None,
    };
    let meta = object.meta();
    let body = json!({"metadata": {"creationTimestamp": meta.creation_timestamp.to_string(),
            "name": &*meta.name, "namespace": &*meta.namespace, "uid": meta.uid.to_string(), "resourceVersion": meta.resource_version.to_string()},
        "spec": {"replicas": spec}, "status": {"replicas": status}});
    Some(Object::Other(Rc::new(api::objects::generic::Generic::from_value(object.kind(), &body))))
}

/// Who owns what after a request has changed an object other than by applying.
fn updated(request: &Request, entries: Vec<Entry>, values: (&Value, &Value), write: Write) -> Vec<Entry> {
    let writer = Writer::updating(ownership::manager(request), request.subresource);
    let ignored = ownership::ignored(request.kind, request.subresource);
    fields::updated(request.kind, entries, values, &ignored, &writer, write.at.time())
}

fn applying<'a>(request: &Request, live: &'a Value, config: &'a Value, write: Write) -> fields::Apply<'a> {
    let writer = Writer::updating(ownership::manager(request), request.subresource);
    fields::Apply {
        kind: request.kind,
        writer: Writer { updates: false, ..writer },
        live,
        config,
        ignored: ownership::ignored(request.kind, request.subresource),
        force: request.force,
        at: write.at.time(),
    }
}

/// Source: apimachinery `pkg/apis/meta/v1/validation` (ValidatePatchOptions).
fn nobody_applies() -> Status {
    let error = FieldError {
        field: "fieldManager".into(),
        message: "Required value: is required for apply patch".into(),
        reason: "FieldValueRequired",
    };
    let message = format!("PatchOptions.meta.k8s.io \"\" is invalid: {error}");
    Status { message, kind: "PatchOptions".into(), causes: vec![error], ..Status::new(Reason::Invalid, "") }
}

fn undecodable(why: String) -> Status {
    bad_request(format!("error decoding patch: {why}"))
}

/// The object that a request brings.
pub(super) fn body_of(request: &Request) -> Result<Value, Status> {
    match &request.body {
        Body::Json(value) => Ok(value.clone()),
        Body::Object(object) => Ok(object.to_value()),
        Body::Empty => Err(bad_request("the request has no body")),
    }
}

/// Refuses what has no path. Whether an object can be scaled, it says itself.
fn check_subresource(request: &Request) -> Result<(), Status> {
    match request.subresource {
        "" | "scale" => Ok(()),
        "status" if registry::has_status(request.kind) => Ok(()),
        _ => Err(unknown_path()),
    }
}

/// Strict decoding: types first, then unknown fields, as refusal or as warnings.
fn decode(request: &Request, value: &mut Value) -> Result<Vec<String>, Status> {
    let kind = request.kind;
    let said = value["kind"].as_str().filter(|said| !said.is_empty()).unwrap_or(kind.name()).to_string();
    let refuse = |why: String| {
        let version = kind.info().version;
        bad_request(format!("{said} in version \"{version}\" cannot be handled as a {}: {why}", kind.name()))
    };
    if said != kind.name() {
        let version = kind.api_version();
        return Err(refuse(format!("no kind {said:?} is registered for version {version:?} in scheme {SCHEME:?}")));
    }
    let unknown = schema::decode(kind, value).map_err(|error| refuse(error.text))?;
    judge(request, &unknown, refuse)
}

/// The same for what a patch made: the refusal is an invalid request, which shows the patch or, where the server works with
/// JSON, what came of it.
fn decode_patched(request: &Request, patch: &Value, value: &mut Value) -> Result<Vec<String>, Status> {
    let kind = request.kind;
    let made = value.clone();
    let refuse = |text: String, converted: String| refused_patch(request, patch, &made, text, converted);
    if matches!(request.patch_type, Some(PatchType::Merge | PatchType::Json)) {
        let text = |field: &str| made[field].as_str().unwrap_or_default();
        let (version, said) = (text("apiVersion"), text("kind"));
        if said != kind.name() || version != kind.api_version() {
            let why = format!("no kind {said:?} is registered for version {version:?} in scheme {SCHEME:?}");
            return Err(refuse(why, String::new()));
        }
    }
    let unknown = schema::decode(kind, value).map_err(|error| refuse(error.text, error.converted))?;
    judge(request, &unknown, |why| refuse(why.clone(), why))
}

/// The refusal of what a patch made, in the words of whichever way the server goes from it to an object.
fn refused_patch(request: &Request, patch: &Value, made: &Value, text: String, converted: String) -> Status {
    let (shown, why) = match request.patch_type {
        Some(PatchType::Merge | PatchType::Json) => (made.to_string(), text),
        _ => (go_syntax::plain(patch), converted),
    };
    let error = FieldError::invalid("patch", &Value::from(shown.as_str()), &why);
    let message = format!(" \"\" is invalid: {error}");
    Status { message, causes: vec![error], ..Status::new(Reason::Invalid, "") }
}

/// A value as a patch changes it, and what there is to remark upon.
fn patched(request: &Request, mut value: Value, patch: &Value) -> Result<(Value, Vec<String>), Status> {
    let mut warnings = Vec::new();
    match request.patch_type {
        Some(PatchType::Merge) if !patch.is_object() => {
            return Err(undecodable(cannot_unmarshal(patch, "map[string]interface {}")));
        }
        Some(PatchType::Merge) => json_merge::apply(&mut value, patch),
        Some(PatchType::Json) => {
            warnings = check_operations(patch)?;
            json_patch::apply(&mut value, patch).map_err(|error| {
                let text = "the server rejected our request due to an error in our request";
                Status { message: text.into(), ..Status::new(Reason::Invalid, error.0) }
            })?;
        }
        _ if !patch.is_object() => return Err(bad_request(cannot_unmarshal(patch, "map[string]interface {}"))),
        _ => value = strategic::apply(&value, patch).map_err(|text| Status::new(Reason::Unknown, text))?,
    }
    Ok((value, warnings))
}

/// A JSON patch must be a list of operations before anything else is looked at; fields they don't have are remarked upon.
fn check_operations(patch: &Value) -> Result<Vec<String>, Status> {
    const OPERATION: &str = "handlers.jsonPatchOp";
    let Some(operations) = patch.as_array() else {
        return Err(undecodable(cannot_unmarshal(patch, &format!("[]{OPERATION}"))));
    };
    let mut warnings = Vec::new();
    for (place, operation) in operations.iter().enumerate() {
        let Some(fields) = operation.as_object() else {
            return Err(undecodable(cannot_unmarshal(operation, OPERATION)));
        };
        for (name, value) in fields {
            match name.as_str() {
                "op" | "path" | "from" if !value.is_string() && !value.is_null() => {
                    let text = cannot_unmarshal(value, "string");
                    let field = format!("Go struct field jsonPatchOp.{name}");
                    return Err(undecodable(text.replace("Go value", &field)));
                }
                "op" | "path" | "from" | "value" => {}
                _ => warnings.push(format!("json patch unknown field \"[{place}].{name}\"")),
            }
        }
    }
    Ok(warnings)
}

/// What `kubectl apply` once noted of its file follows what the server applies, so that a later apply merges from there.
///
/// Source: apimachinery `managedfields/internal/lastappliedupdater.go`.
fn keep_last_applied(request: &Request, applied: &Value, value: &mut Value) {
    const NOTE: &str = fields::LAST_APPLIED;
    let Some(note) = value.pointer_mut("/metadata/annotations").and_then(|annotations| annotations.get_mut(NOTE))
    else {
        return;
    };
    let mut applied = applied.clone();
    if let Some(namespace) = &request.namespace {
        applied["metadata"]["namespace"] = (**namespace).into();
    }
    if let Some(meta) = applied["metadata"].as_object_mut()
        && let Some(annotations) = meta.get_mut("annotations").and_then(Value::as_object_mut)
    {
        annotations.remove(NOTE);
        if annotations.is_empty() {
            meta.remove("annotations");
        }
    }
    // As Go writes JSON.
    let text = applied.to_string().replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e");
    *note = format!("{text}\n").into();
}

/// The same for an object that the server merges itself: it knows nothing of `fieldValidation`.
fn decode_applied(request: &Request, value: &mut Value) -> Result<Vec<String>, Status> {
    let kind = request.kind;
    let refuse = |why: String| {
        let (namespace, name) = (request.namespace.as_deref().unwrap_or_default(), &request.name);
        let what = format!("{namespace}/{name}; {}, Kind={}", kind.api_version(), kind.name());
        Status::new(Reason::Unknown, format!("failed to create typed patch object ({what}): {why}"))
    };
    match fields::check_config(kind, value).as_slice() {
        [] => {}
        [text] => return Err(refuse(text.clone())),
        texts => return Err(refuse(format!("errors:\n  {}", texts.join("\n  ")))),
    }
    schema::decode(kind, value).map_err(|error| refuse(error.converted))?;
    Ok(Vec::new())
}

/// What becomes of unknown fields.
fn judge(
    request: &Request,
    unknown: &[schema::Unknown],
    refuse: impl FnOnce(String) -> Status,
) -> Result<Vec<String>, Status> {
    match request.field_validation {
        FieldValidation::Strict if !unknown.is_empty() => Err(refuse(schema::strict_error(unknown))),
        FieldValidation::Warn => Ok(unknown.iter().map(ToString::to_string).collect()),
        _ => Ok(Vec::new()),
    }
}

/// Name and namespace of the body against those of the request; fills in the namespace.
fn place(request: &Request, value: &mut Value) -> Result<Str, Status> {
    let name = value["metadata"]["name"].as_str().unwrap_or_default();
    if !request.name.is_empty() && name != &*request.name {
        return Err(bad_request(if name.is_empty() {
            "name must be provided".to_string()
        } else {
            format!("the name of the object ({name}) does not match the name on the URL ({})", request.name)
        }));
    }
    if !request.kind.namespaced() {
        if let Some(meta) = value["metadata"].as_object_mut() {
            meta.remove("namespace");
        }
        return Ok("".into());
    }
    let wanted: Str = request.namespace.clone().unwrap_or_else(|| "default".into());
    match value["metadata"]["namespace"].as_str() {
        None | Some("") => value["metadata"]["namespace"] = Value::from(&*wanted),
        Some(given) if given == &*wanted => {}
        Some(_) => {
            let text = "the namespace of the provided object does not match the namespace sent on the request";
            return Err(bad_request(text));
        }
    }
    Ok(wanted)
}

/// After a change that leaves the spec alone, the new object goes on sharing it with the old one.
fn keep_shared(old: &Object, before: &Value, mut new: Object, after: &Value) -> Object {
    if before["spec"] != after["spec"] {
        return new;
    }
    let share = |mine: &mut Rc<WorkloadSpec>, theirs: &Rc<WorkloadSpec>| *mine = theirs.clone();
    match (&mut new, old) {
        (Object::Pod(pod), Object::Pod(was)) => {
            let pod = Rc::make_mut(pod);
            pod.spec = was.spec.clone();
            pod.pinned_node = was.pinned_node.clone();
            pod.token_suffix = was.token_suffix;
        }
        (Object::DaemonSet(set), Object::DaemonSet(was)) => share(&mut Rc::make_mut(set).spec, &was.spec),
        (Object::ReplicaSet(set), Object::ReplicaSet(was)) => share(&mut Rc::make_mut(set).spec, &was.spec),
        (Object::Deployment(d), Object::Deployment(was)) => share(&mut Rc::make_mut(d).spec, &was.spec),
        _ => {}
    }
    new
}

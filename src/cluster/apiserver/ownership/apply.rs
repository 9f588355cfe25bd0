//! Server-side apply: merges a configuration into an object, gives its fields to whoever applies, takes away what they no
//! longer apply, and refuses to change what others own.
//!
//! Models structured-merge-diff `merge/update.go`; apimachinery `lastappliedmanager.go`, `conflict.go`.

use super::{Entry, changes, ignored, updated};
use crate::clock::Instant;
use api::fields::{self, Fields};
use api::request::Request;
use api::resource::Kind;
use api::status::{FieldError, Reason, Status};
use api::{Value, sort};

/// Where `kubectl apply` notes its file.
pub(in crate::apiserver) const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Who had the fields of an object before anything was written down.
const BEFORE: &str = "before-first-apply";

/// What came of it.
pub(in crate::apiserver) struct Applied {
    /// The object, merged.
    pub(in crate::apiserver) object: Value,
    /// Its entries.
    pub(in crate::apiserver) entries: Vec<Entry>,
}

/// Fields that others own and that the configuration would change.
pub(in crate::apiserver) struct Conflicts(Vec<(Entry, Fields)>);

/// Applies a configuration to an object (null if there is none yet) that has those entries.
pub(in crate::apiserver) fn apply(
    request: &Request,
    live: &Value,
    config: &Value,
    entries: Vec<Entry>,
    at: Instant,
) -> Result<Applied, Conflicts> {
    let kind = request.kind;
    let entries = match live {
        Value::Null => entries,
        _ if entries.is_empty() => updated(kind, entries, (&Value::Null, live), (BEFORE, ""), at),
        _ => entries,
    };
    let applying = Applying { request, live, config, at };
    match applying.attempt(&entries, request.force) {
        Err(conflicts) if &*request.field_manager == "kubectl" => {
            // What the object has from kubectl's own apply on the client's side is no conflict with kubectl.
            let Some(own) = last_applied(kind, live) else { return Err(conflicts) };
            let others = conflicts.0.into_iter().map(|(entry, fields)| (entry, fields.difference(&own)));
            let others: Vec<_> = others.filter(|(_, fields)| !fields.is_empty()).collect();
            if others.is_empty() { applying.attempt(&entries, true) } else { Err(Conflicts(others)) }
        }
        outcome => outcome,
    }
}

struct Applying<'a> {
    request: &'a Request,
    live: &'a Value,
    config: &'a Value,
    at: Instant,
}

impl Applying<'_> {
    fn attempt(&self, entries: &[Entry], force: bool) -> Result<Applied, Conflicts> {
        let Request { kind, field_manager, subresource, .. } = self.request;
        let kind = *kind;
        let mut entries = entries.to_vec();
        let place = entries.iter().position(|entry| entry.is(field_manager, true, subresource));
        let last = place.map(|place| entries.remove(place));
        let unowned = ignored(kind, subresource);
        let mine = fields::of_config(kind, self.config).without(&super::nobodys(kind)).without(&unowned);
        let merged = fields::merge(kind, self.live, self.config);
        let object = match &last {
            Some(last) => prune(kind, &merged, &mine, &last.fields.without(&unowned), &entries),
            None => merged,
        };
        let changes = changes(kind, self.live, &object).without(&unowned);
        let written = changes.written();
        let conflict = |entry: &Entry| (entry.clone(), entry.fields.intersection(&written));
        let conflicts: Vec<_> = entries.iter().map(conflict).filter(|(_, fields)| !fields.is_empty()).collect();
        if !force && !conflicts.is_empty() {
            return Err(Conflicts(conflicts));
        }
        for entry in &mut entries {
            entry.fields = entry.fields.difference(&written).difference(&changes.removed);
        }
        let untouched = written.is_empty() && changes.removed.is_empty();
        let time = if untouched { last.and_then(|last| last.time) } else { Some(self.at.time()) };
        entries.push(Entry {
            manager: field_manager.clone(),
            apply: true,
            subresource: (*subresource).into(),
            time,
            fields: mine,
        });
        entries.retain(|entry| !entry.fields.is_empty());
        Ok(Applied { object, entries })
    }
}

/// Takes from the merged object what was applied the last time and isn't this time, unless somebody else applies it.
fn prune(kind: Kind, merged: &Value, mine: &Fields, last: &Fields, others: &[Entry]) -> Value {
    let whole = |object: &Value| fields::with_structs(kind, &fields::of_config(kind, object));
    let all = whole(merged);
    let applied = others.iter().filter(|entry| entry.apply).fold(mine.clone(), |all, entry| all.union(&entry.fields));
    let without_last = fields::remove(kind, merged, last);
    let kept = whole(&without_last).union(&fields::with_structs(kind, &applied));
    let pruned = fields::remove(kind, merged, &all.difference(&kept));
    // Only what was applied goes: what lay in it and is nobody's, or a controller's, stays.
    let gone = all.difference(&whole(&pruned)).intersection(&fields::with_structs(kind, last));
    fields::remove(kind, merged, &gone)
}

/// The fields that the object still has as `kubectl apply` noted them.
fn last_applied(kind: Kind, live: &Value) -> Option<Fields> {
    let note = live["metadata"]["annotations"][LAST_APPLIED].as_str()?;
    let config: Value = serde_json::from_str(note).ok()?;
    if config["apiVersion"] != kind.api_version() {
        return None;
    }
    let found = fields::compare(kind, &config, live);
    let own = fields::of_config(kind, &config);
    Some(own.difference(&found.modified).difference(&found.added).difference(&found.removed))
}

impl Conflicts {
    /// The refusal, in the server's words.
    pub(in crate::apiserver) fn refusal(mut self, kind: Kind) -> Status {
        sort::by(&mut self.0, |(a, _), (b, _)| {
            let order = a.manager.cmp(&b.manager).then(a.apply.cmp(&b.apply).reverse());
            order.then_with(|| a.subresource.cmp(&b.subresource))
        });
        let mut lines = Vec::new();
        let mut causes = Vec::new();
        for (entry, fields) in &self.0 {
            let who = name(kind, entry);
            lines.push(format!("conflicts with {who}:"));
            for field in fields.paths() {
                lines.push(format!("- {field}"));
                let message = format!("conflict with {who}");
                causes.push(FieldError { field, message, reason: "FieldManagerConflict" });
            }
        }
        let message = match causes.as_slice() {
            [only] => format!("Apply failed with 1 conflict: {}: {}", only.message, only.field),
            several => format!("Apply failed with {} conflicts: {}", several.len(), lines.join("\n")),
        };
        Status { causes, ..Status::new(Reason::Conflict, message) }
    }
}

fn name(kind: Kind, entry: &Entry) -> String {
    let mut out = format!("{:?}", entry.manager);
    if !entry.subresource.is_empty() {
        out += &format!(" with subresource {:?}", entry.subresource);
    }
    if !entry.apply {
        out += &format!(" using {}", kind.api_version());
    }
    out
}

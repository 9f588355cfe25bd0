//! Server-side apply: merges a configuration into an object, gives its fields to whoever applies, takes away what they no
//! longer apply, and refuses to change what others own.
//!
//! Models structured-merge-diff `merge/update.go`; apimachinery `lastappliedmanager.go`, `conflict.go`.

use super::entry::{Entry, Writer, changes, lose, nobodys, updated};
use super::{Fields, compare, merge, of_config, remove, with_structs};
use crate::resource::Kind;
use crate::status::{FieldError, Reason, Status};
use crate::time::Time;
use crate::{Value, sort};

/// Where `kubectl apply` notes its file.
pub const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The manager whose own apply on the client's side is no conflict.
pub const KUBECTL: &str = "kubectl";

/// Who had the fields of an object before anything was written down.
const BEFORE: &str = "before-first-apply";

/// What others own and a configuration would change.
type Conflicts = Vec<(Writer, Fields)>;

/// Somebody applies a configuration to an object.
pub struct Apply<'a> {
    /// The object's kind.
    pub kind: Kind,
    /// Who applies.
    pub writer: Writer,
    /// The object; null if there is none yet.
    pub live: &'a Value,
    /// What is applied.
    pub config: &'a Value,
    /// What can't be applied, with whatever is below it.
    pub ignored: Fields,
    /// Takes over what others own.
    pub force: bool,
    /// When.
    pub at: Time,
}

impl Apply<'_> {
    /// Returns the object, merged, and its entries; or the refusal.
    pub fn to(&self, mut entries: Vec<Entry>) -> Result<(Value, Vec<Entry>), Status> {
        if !self.live.is_null() && entries.is_empty() {
            let before = Writer::updating(BEFORE, "");
            entries = updated(self.kind, entries, (&Value::Null, self.live), &self.ignored, &before, self.at);
        }
        let conflicts = match self.attempt(&entries, self.force) {
            Ok(applied) => return Ok(applied),
            Err(conflicts) => conflicts,
        };
        // What the object has from kubectl's own apply on the client's side is no conflict with kubectl.
        let own =
            if &*self.writer.manager == KUBECTL { self.last_applied().unwrap_or_default() } else { Fields::default() };
        let others = conflicts.into_iter().map(|(writer, fields)| (writer, fields.difference(&own)));
        let others: Conflicts = others.filter(|(_, fields)| !fields.is_empty()).collect();
        let outcome = if others.is_empty() { self.attempt(&entries, true) } else { Err(others) };
        outcome.map_err(|conflicts| refusal(self.kind, conflicts))
    }

    fn attempt(&self, entries: &[Entry], force: bool) -> Result<(Value, Vec<Entry>), Conflicts> {
        let mut entries = entries.to_vec();
        let place = entries.iter().position(|entry| entry.writer == self.writer);
        let last = place.map(|place| entries.remove(place));
        let fields = of_config(self.kind, self.config).without(&nobodys(self.kind)).without(&self.ignored);
        let merged = merge(self.kind, self.live, self.config);
        let object = match &last {
            Some(last) => self.prune(&merged, &fields, &last.fields.without(&self.ignored), &entries),
            None => merged,
        };
        let changes = changes(self.kind, self.live, &object).without(&self.ignored);
        let written = changes.written();
        let conflict = |entry: &Entry| (entry.writer.clone(), entry.fields.intersection(&written));
        let conflicts: Conflicts = entries.iter().map(conflict).filter(|(_, fields)| !fields.is_empty()).collect();
        if !force && !conflicts.is_empty() {
            return Err(conflicts);
        }
        lose(&mut entries, &written, &changes.removed);
        let untouched = written.is_empty() && changes.removed.is_empty();
        let time = if untouched { last.and_then(|last| last.time) } else { Some(self.at) };
        entries.push(Entry { writer: self.writer.clone(), time, fields });
        entries.retain(|entry| !entry.fields.is_empty());
        Ok((object, entries))
    }

    /// Takes from the merged object what was applied the last time and isn't this time, unless somebody else applies it.
    fn prune(&self, merged: &Value, mine: &Fields, last: &Fields, others: &[Entry]) -> Value {
        let kind = self.kind;
        let whole = |object: &Value| with_structs(kind, &of_config(kind, object));
        let all = whole(merged);
        let others = others.iter().filter(|entry| !entry.writer.updates);
        let applied = others.fold(mine.clone(), |all, entry| all.union(&entry.fields));
        let kept = whole(&remove(kind, merged, last)).union(&with_structs(kind, &applied));
        let pruned = remove(kind, merged, &all.difference(&kept));
        // Only what was applied goes: what lay in it and is nobody's, or a controller's, stays.
        let gone = all.difference(&whole(&pruned)).intersection(&with_structs(kind, last));
        remove(kind, merged, &gone)
    }

    /// The fields that the object still has as `kubectl apply` noted them.
    fn last_applied(&self) -> Option<Fields> {
        let note = self.live["metadata"]["annotations"][LAST_APPLIED].as_str()?;
        let config: Value = serde_json::from_str(note).ok()?;
        if config["apiVersion"] != self.kind.api_version() {
            return None;
        }
        let found = compare(self.kind, &config, self.live);
        let own = of_config(self.kind, &config);
        Some(own.difference(&found.written()).difference(&found.removed))
    }
}

/// The refusal, in the server's words.
fn refusal(kind: Kind, mut conflicts: Conflicts) -> Status {
    sort::by(&mut conflicts, |(a, _), (b, _)| a.cmp(b));
    let mut lines = Vec::new();
    let mut causes = Vec::new();
    for (writer, fields) in &conflicts {
        let who = name(kind, writer);
        lines.push(format!("conflicts with {who}:"));
        for field in fields.paths() {
            lines.push(format!("- {field}"));
            causes.push(FieldError { field, message: format!("conflict with {who}"), reason: "FieldManagerConflict" });
        }
    }
    let message = match causes.as_slice() {
        [only] => format!("Apply failed with 1 conflict: {}: {}", only.message, only.field),
        several => format!("Apply failed with {} conflicts: {}", several.len(), lines.join("\n")),
    };
    Status { causes, ..Status::new(Reason::Conflict, message) }
}

fn name(kind: Kind, writer: &Writer) -> String {
    let mut out = format!("{:?}", writer.manager);
    if !writer.subresource.is_empty() {
        out += &format!(" with subresource {:?}", writer.subresource);
    }
    if writer.updates {
        out += &format!(" using {}", kind.api_version());
    }
    out
}

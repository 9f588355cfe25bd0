//! `kubectl apply --server-side`: sends the file and lets the server merge it.
//!
//! An object that kubectl applied the old way has the file's fields from `kubectl-client-side-apply`, defaults included. They
//! are handed over to the new manager, and the file is sent once more, so that what it no longer has can go; the note of the
//! file gets a manager of its own, so that it doesn't.
//!
//! Models kubectl `pkg/cmd/apply/apply.go`, client-go `util/csaupgrade/upgrade.go`, Kubernetes v1.36.

use super::apply::LAST_APPLIED;
use crate::Env;
use crate::error::Failure;
use crate::resource::Named;
use api::fields::Fields;
use api::request::{PatchType, Request, Verb};
use api::status::{Reason, Status};
use api::{Value, json};

/// Who applies if nothing else is said.
pub use api::fields::KUBECTL as MANAGER;

/// Who has the note of the file once it is the server that applies.
const NOTE_MANAGER: &str = "kubectl-last-applied";

const ADVICE: &str = "Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the `--force-conflicts` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts";

/// Sends the request, which has the file and the manager, and returns the object as it then is.
pub fn apply(id: &Named, mut request: Request, env: &mut Env) -> Result<Value, Failure> {
    request.patch_type = Some(PatchType::Apply);
    request.managed_fields = true;
    let mut value = send(request.clone(), env).map_err(|status| match status.reason {
        Reason::Conflict => Failure::error(format!("{}\n{ADVICE}", status.message)),
        _ => status.into(),
    })?;
    let manager = request.field_manager.to_string();
    match keep_note(id, &request, &value, env) {
        Some(Err(status)) => {
            complain(&format!("failed to migrate {LAST_APPLIED} for"), "", &status, env);
            return Ok(value);
        }
        Some(Ok(noted)) => value = noted,
        None => {}
    }
    let Some(entries) = handed_over(&value, &manager) else { return Ok(value) };
    let version = value["metadata"]["resourceVersion"].clone();
    let patch = json!([{"op": "replace", "path": "/metadata/managedFields", "value": entries},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": version}]);
    let mut handing = same_way(id, &request).with_json(patch);
    handing.patch_type = Some(PatchType::Json);
    handing.field_manager = manager.as_str().into();
    match send(handing, env) {
        Err(status) => complain("server rejected managed fields migration to", "", &status, env),
        Ok(handed) => match send(request, env) {
            Ok(again) => value = again,
            Err(status) => {
                value = handed;
                complain("failed to re-apply configuration after performing", " migration", &status, env);
            }
        },
    }
    Ok(value)
}

fn send(request: Request, env: &mut Env) -> Result<Value, Status> {
    Ok(env.ask(request)?.value().unwrap_or_default())
}

fn complain(what: &str, rest: &str, status: &Status, env: &mut Env) {
    env.complain(&format!(
        "Warning: {what} Server-Side Apply{rest}. This is non-fatal and will be retried next time you apply. Error: {}",
        status.message
    ));
}

/// Another patch of the same object, on trial if that one is.
fn same_way(id: &Named, request: &Request) -> Request {
    Request { dry_run: request.dry_run, managed_fields: true, ..id.request(Verb::Patch) }
}

/// Gives the note of the file to a manager of its own, unless somebody applies it.
fn keep_note(id: &Named, request: &Request, value: &Value, env: &mut Env) -> Option<Result<Value, Status>> {
    let meta = &value["metadata"];
    let note = meta["annotations"].get(LAST_APPLIED)?;
    if &*request.field_manager != MANAGER || entries(value).iter().any(|entry| has_note(entry, "Apply")) {
        return None;
    }
    let mut config = json!({"apiVersion": value["apiVersion"], "kind": value["kind"],
        "metadata": {"annotations": {LAST_APPLIED: note}, "name": meta["name"]}});
    if let Some(namespace) = meta.get("namespace") {
        config["metadata"]["namespace"] = namespace.clone();
    }
    let mut keeping = same_way(id, request).with_json(config);
    keeping.patch_type = Some(PatchType::Apply);
    keeping.field_manager = NOTE_MANAGER.into();
    Some(send(keeping, env))
}

fn entries(value: &Value) -> &[Value] {
    value["metadata"]["managedFields"].as_array().map_or(&[], Vec::as_slice)
}

fn has_note(entry: &Value, operation: &str) -> bool {
    let note = format!("f:{LAST_APPLIED}");
    let path = ["f:metadata", "f:annotations", &note];
    entry["operation"] == operation && Fields::from_value(entry["fieldsV1"].clone()).has(&path)
}

/// The entries with those of client-side apply handed over; `None` if there are none.
fn handed_over(value: &Value, manager: &str) -> Option<Vec<Value>> {
    let mut all = entries(value).to_vec();
    let old: Vec<Value> = all.iter().filter(|e| has_note(e, "Update")).map(|e| e["manager"].clone()).collect();
    for name in &old {
        let theirs = |e: &Value| e["manager"] == *name && e["operation"] == "Update" && e["subresource"].is_null();
        let mine = |e: &Value| e["manager"] == manager && e["operation"] == "Apply" && e["subresource"].is_null();
        let Some(from) = all.iter().position(theirs) else { continue };
        let to = all.iter().position(mine).unwrap_or(from);
        let fields = |e: &Value| Fields::from_value(e["fieldsV1"].clone());
        all[to]["fieldsV1"] = fields(&all[to]).union(&fields(&all[from])).into_value();
        all[to]["manager"] = manager.into();
        all[to]["operation"] = "Apply".into();
        all.retain(|e| !theirs(e));
    }
    (!old.is_empty()).then_some(all)
}

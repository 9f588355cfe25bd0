//! Strategic merge patch: JSON merge patch that knows which lists are really sets of named things.
//!
//! [`apply`] is the server's half, [`three_way`] is what `kubectl apply` sends: what the file sets differently from the live
//! object, and `null` for what an earlier file had and this one has not. Which lists merge, and by which key, is the table
//! [`LISTS`]; it needs no kind, since a field and its parent tell enough for every kind that is simulated.
//!
//! Models apimachinery `pkg/util/strategicpatch/patch.go`, Kubernetes v1.36.

use crate::{Map, Value, go_syntax, json, sort};

/// How the elements of a list are told apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Merge {
    /// Maps with a key; with `true` an element keeps only the fields its patch names (`retainKeys`).
    By(&'static str, bool),
    /// Bare values.
    Set,
}

/// The merging lists, as (parent field, field). Every other list is replaced whole.
///
/// Source: the `patchStrategy` and `patchMergeKey` tags of k8s.io/api, v1.36.
#[rustfmt::skip]
const LISTS: &[(&str, &str, Merge)] = &[
    ("spec", "containers", Merge::By("name", false)),
    ("spec", "initContainers", Merge::By("name", false)),
    ("spec", "ephemeralContainers", Merge::By("name", false)),
    ("spec", "volumes", Merge::By("name", true)),
    ("spec", "imagePullSecrets", Merge::By("name", false)),
    ("spec", "hostAliases", Merge::By("ip", false)),
    ("spec", "topologySpreadConstraints", Merge::By("topologyKey", false)),
    ("spec", "schedulingGates", Merge::By("name", false)),
    ("spec", "resourceClaims", Merge::By("name", true)),
    ("spec", "podCIDRs", Merge::Set),
    // Services; a container's ports have another parent.
    ("spec", "ports", Merge::By("port", false)),
    ("containers", "env", Merge::By("name", false)),
    ("containers", "ports", Merge::By("containerPort", false)),
    ("containers", "volumeMounts", Merge::By("mountPath", false)),
    ("containers", "volumeDevices", Merge::By("devicePath", false)),
    ("status", "conditions", Merge::By("type", false)),
    ("status", "addresses", Merge::By("type", false)),
    ("status", "podIPs", Merge::By("ip", false)),
    ("status", "hostIPs", Merge::By("ip", false)),
    ("metadata", "ownerReferences", Merge::By("uid", false)),
    ("metadata", "finalizers", Merge::Set),
    ("", "imagePullSecrets", Merge::By("name", false)),
    ("", "secrets", Merge::By("name", false)),
];

const PATCH: &str = "$patch";
const RETAIN_KEYS: &str = "$retainKeys";
const ORDER: &str = "$setElementOrder/";
const DELETE_FROM: &str = "$deleteFromPrimitiveList/";

type Fields = Map<String, Value>;

fn merge_of(parent: &str, field: &str) -> Option<Merge> {
    let parent = if matches!(parent, "initContainers" | "ephemeralContainers") { "containers" } else { parent };
    LISTS.iter().find(|(p, f, _)| *p == parent && *f == field).map(|(.., merge)| *merge)
}

/// Deployments say `type: Recreate` and mean "and drop the old rollingUpdate".
fn retains_keys(parent: &str, field: &str) -> bool {
    parent == "spec" && field == "strategy"
}

/// Returns `live` as `patch` changes it.
pub fn apply(live: &Value, patch: &Value) -> Result<Value, String> {
    match (live, patch) {
        (Value::Object(live), Value::Object(patch)) => Ok(Value::Object(apply_map(live, patch, "")?)),
        (live, Value::Null) => Ok(live.clone()),
        (_, other) => Err(super::cannot_unmarshal(other, "map[string]interface {}")),
    }
}

/// Returns what takes `current` to what `modified` wants, minding what `original` once wanted; `{}` when nothing is to do.
pub fn three_way(original: &Value, modified: &Value, current: &Value) -> Result<Value, String> {
    let empty = Fields::new();
    let fields = |value: &'_ Value| value.as_object().cloned().unwrap_or_default();
    let (modified, current) = (fields(modified), fields(current));
    let original = original.as_object().unwrap_or(&empty);
    let changes = diff_map(&current, &modified, "", Side::Changes, false)?;
    let deletions = diff_map(original, &modified, "", Side::Deletions, false)?;
    Ok(Value::Object(join_map(deletions, changes, "")))
}

/// Returns what takes `from` to `to`: whatever `from` has and `to` lacks is deleted.
pub fn two_way(from: &Value, to: &Value) -> Result<Value, String> {
    three_way(from, to, from)
}

// ---- the server's half -------------------------------------------------------------------------------------------------

fn apply_map(live: &Fields, patch: &Fields, parent: &str) -> Result<Fields, String> {
    match patch.get(PATCH).map(|directive| directive.as_str().unwrap_or_default()) {
        Some("replace") => return Ok(without_directives(patch)),
        Some("delete") => return Ok(Fields::new()),
        None => {}
        Some(other) => return Err(bad_directive(other, patch)),
    }
    let mut out = live.clone();
    if let Some(kept) = patch.get(RETAIN_KEYS).and_then(Value::as_array) {
        out.retain(|key, _| kept.iter().any(|k| k == key));
    }
    for (key, list) in patch {
        if let Some(field) = key.strip_prefix(DELETE_FROM)
            && let Some(Value::Array(items)) = out.get_mut(field)
        {
            let gone = list.as_array().map_or(&[][..], Vec::as_slice);
            items.retain(|item| !gone.contains(item));
        }
    }
    for (key, change) in patch.iter().filter(|(key, _)| !key.starts_with('$')) {
        let order = patch.get(&format!("{ORDER}{key}")).and_then(Value::as_array);
        let value = match (out.get(key), change) {
            (_, Value::Null) => {
                out.remove(key);
                continue;
            }
            (Some(Value::Object(old)), Value::Object(new)) => Value::Object(apply_map(old, new, key)?),
            (Some(Value::Array(old)), Value::Array(new)) => Value::Array(apply_list(old, new, order, parent, key)?),
            (None, Value::Object(new)) => Value::Object(apply_map(&Fields::new(), new, key)?),
            (None, Value::Array(new)) => Value::Array(apply_list(&[], new, order, parent, key)?),
            (_, new) => new.clone(),
        };
        out.insert(key.clone(), value);
    }
    // An order without elements: nothing changes but the places.
    for (key, order) in patch {
        if let Some(field) = key.strip_prefix(ORDER)
            && !patch.contains_key(field)
            && let (Some(Value::Array(items)), Some(order)) = (out.get(field).cloned(), order.as_array())
        {
            let sorted = apply_list(&items, &[], Some(order), parent, field)?;
            out.insert(field.to_string(), Value::Array(sorted));
        }
    }
    Ok(out)
}

fn apply_list(
    live: &[Value],
    patch: &[Value],
    order: Option<&Vec<Value>>,
    parent: &str,
    field: &str,
) -> Result<Vec<Value>, String> {
    let Some(merge) = merge_of(parent, field) else { return Ok(patch.to_vec()) };
    if let Some(at) = patch.iter().position(|item| item[PATCH] == "replace") {
        return Ok(patch.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, item)| item.clone()).collect());
    }
    let mut out = live.to_vec();
    let mut patched: Vec<Value> = Vec::new();
    for item in patch {
        match item.get(PATCH).map(|directive| directive.as_str().unwrap_or_default()) {
            Some("delete") | None => {}
            Some("merge") => return Err("merging lists cannot yet be specified in the patch".into()),
            Some(other) => return Err(bad_directive(other, item.as_object().unwrap_or(&Fields::new()))),
        }
        let id = identity(item, merge)?;
        let place = out.iter().position(|old| identity(old, merge).ok().as_ref() == Some(&id));
        if item[PATCH] == "delete" {
            if let Some(index) = place {
                out.remove(index);
            }
            continue;
        }
        match (place, item) {
            (Some(index), Value::Object(new)) => {
                let old = out[index].as_object().cloned().unwrap_or_default();
                out[index] = Value::Object(apply_map(&old, new, field)?);
            }
            (Some(_), _) => {}
            (None, Value::Object(new)) => out.push(Value::Object(apply_map(&Fields::new(), new, field)?)),
            (None, new) => out.push(new.clone()),
        }
        patched.push(id);
    }
    let order: Vec<Value> = match order {
        Some(order) => order.iter().map(|item| identity(item, merge)).collect::<Result<_, _>>()?,
        None => patched,
    };
    Ok(in_order(live, out, &order, merge))
}

/// Puts the elements the patch speaks of in the patch's order and weaves the others in where the live list had them.
fn in_order(live: &[Value], items: Vec<Value>, order: &[Value], merge: Merge) -> Vec<Value> {
    let id = |item: &Value| identity(item, merge).unwrap_or(Value::Null);
    let live_place = |item: &Value| live.iter().position(|old| id(old) == id(item));
    let (mut mentioned, others): (Vec<Value>, Vec<Value>) =
        items.into_iter().partition(|item| order.contains(&id(item)));
    sort::by_key(&mut mentioned, |item| order.iter().position(|o| *o == id(item)));
    let mut start = 0;
    for other in others {
        let place = live_place(&other);
        let before = mentioned[start..].iter().position(|item| match (live_place(item), place) {
            (Some(theirs), Some(ours)) => theirs > ours,
            _ => false,
        });
        let at = before.map_or(mentioned.len(), |offset| start + offset);
        mentioned.insert(at, other);
        start = at + 1;
    }
    mentioned
}

fn identity(item: &Value, merge: Merge) -> Result<Value, String> {
    match merge {
        Merge::Set => Ok(item.clone()),
        Merge::By(key, _) => match item.get(key) {
            Some(id) => Ok(id.clone()),
            None => Err(format!("map: {} does not contain declared merge key: {key}", go_syntax::plain(item))),
        },
    }
}

fn bad_directive(directive: &str, map: &Fields) -> String {
    format!("unknown patch type: {directive} in map: {}", go_syntax::plain(&Value::Object(map.clone())))
}

fn without_directives(patch: &Fields) -> Fields {
    let kept = patch.iter().filter(|(key, value)| !key.starts_with('$') && !value.is_null());
    sort::gather(kept.map(|(key, value)| (key.clone(), value.clone())))
}

// ---- kubectl's half ----------------------------------------------------------------------------------------------------

/// Which half of a difference is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    /// What is new or different.
    Changes,
    /// What is gone.
    Deletions,
}

fn diff_map(from: &Fields, to: &Fields, parent: &str, side: Side, retain_keys: bool) -> Result<Fields, String> {
    let mut patch = Fields::new();
    for (key, new) in to {
        match (from.get(key), new) {
            (Some(Value::Object(old)), Value::Object(new)) => {
                let inner = diff_map(old, new, key, side, retains_keys(parent, key))?;
                if !inner.is_empty() {
                    patch.insert(key.clone(), Value::Object(inner));
                }
            }
            (Some(Value::Array(old)), Value::Array(list)) => match merge_of(parent, key) {
                Some(merge) => diff_list(old, list, key, merge, side, &mut patch)?,
                None if side == Side::Changes && old != list => {
                    patch.insert(key.clone(), new.clone());
                }
                None => {}
            },
            // A null in the file asks for a deletion; nothing is to do where there is nothing.
            (None, Value::Null) => {}
            (old, new) if side == Side::Changes && old != Some(new) => {
                patch.insert(key.clone(), new.clone());
            }
            _ => {}
        }
    }
    let gone: Vec<&String> = from.keys().filter(|key| !to.contains_key(*key)).collect();
    if side == Side::Deletions {
        patch.extend(gone.iter().map(|key| (key.to_string(), Value::Null)));
    }
    if retain_keys && (!patch.is_empty() || !gone.is_empty()) {
        let kept: Vec<&String> = to.iter().filter(|(_, value)| !value.is_null()).map(|(key, _)| key).collect();
        patch.insert(RETAIN_KEYS.into(), json!(kept));
    }
    Ok(patch)
}

fn diff_list(
    from: &[Value],
    to: &[Value],
    field: &str,
    merge: Merge,
    side: Side,
    patch: &mut Fields,
) -> Result<(), String> {
    if from.is_empty() {
        if side == Side::Changes && !to.is_empty() {
            patch.insert(field.into(), Value::Array(to.to_vec()));
        }
        return Ok(());
    }
    let ids = |list: &[Value]| list.iter().map(|item| identity(item, merge)).collect::<Result<Vec<Value>, String>>();
    let (old_ids, new_ids) = (ids(from)?, ids(to)?);
    let mut changed: Vec<Value> = Vec::new();
    for (item, id) in to.iter().zip(&new_ids) {
        match (old_ids.iter().position(|old| old == id), merge) {
            (Some(index), Merge::By(key, retain_keys)) => {
                let empty = Fields::new();
                let old = from[index].as_object().unwrap_or(&empty);
                let mut inner = diff_map(old, item.as_object().unwrap_or(&empty), field, side, retain_keys)?;
                if !inner.is_empty() {
                    inner.insert(key.into(), id.clone());
                    changed.push(Value::Object(inner));
                }
            }
            (None, _) if side == Side::Changes => changed.push(item.clone()),
            _ => {}
        }
    }
    let gone: Vec<Value> = match side {
        Side::Deletions => old_ids.iter().filter(|id| !new_ids.contains(id)).cloned().collect(),
        Side::Changes => Vec::new(),
    };
    let touched = !changed.is_empty() || !gone.is_empty() || old_ids != new_ids;
    match merge {
        Merge::By(key, _) => changed.extend(gone.into_iter().map(|id| json!({PATCH: "delete", key: id}))),
        Merge::Set if !gone.is_empty() => {
            patch.insert(format!("{DELETE_FROM}{field}"), Value::Array(gone));
        }
        Merge::Set => {}
    }
    if !changed.is_empty() {
        patch.insert(field.into(), Value::Array(changed));
    }
    if touched && !to.is_empty() {
        let order: Vec<Value> = match merge {
            Merge::By(key, _) => new_ids.into_iter().map(|id| json!({key: id})).collect(),
            Merge::Set => new_ids,
        };
        patch.insert(format!("{ORDER}{field}"), Value::Array(order));
    }
    Ok(())
}

/// Joins two patches into one that does both.
fn join_map(mut first: Fields, second: Fields, parent: &str) -> Fields {
    for (key, value) in second {
        let joined = match (first.remove(&key), value) {
            (Some(Value::Object(a)), Value::Object(b)) => Value::Object(join_map(a, b, &key)),
            (Some(Value::Array(a)), Value::Array(b)) => match merge_of(parent, &key) {
                Some(merge) => Value::Array(join_list(a, b, &key, merge)),
                None => Value::Array(b),
            },
            (_, value) => value,
        };
        first.insert(key, joined);
    }
    first
}

fn join_list(first: Vec<Value>, second: Vec<Value>, field: &str, merge: Merge) -> Vec<Value> {
    // What changes comes first, what goes comes last.
    let mut out = second;
    for item in first {
        let same = out.iter().position(|other| identity(other, merge).ok() == identity(&item, merge).ok());
        match (same, item) {
            (Some(index), Value::Object(a)) => {
                let b = out[index].as_object().cloned().unwrap_or_default();
                out[index] = Value::Object(join_map(a, b, field));
            }
            (Some(_), _) => {}
            (None, item) => out.push(item),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(spec: Value) -> Value {
        json!({"spec": {"template": {"spec": spec}}})
    }

    /// Applies the three-way patch and returns the result's Pod spec.
    fn after(original: Value, modified: Value, current: Value) -> Value {
        let current = pod(current);
        let patch = three_way(&pod(original), &pod(modified), &current).expect("a patch");
        apply(&current, &patch).expect("applies")["spec"]["template"]["spec"].take()
    }

    #[test]
    fn apply_keeps_what_no_file_ever_had_and_deletes_what_an_earlier_file_had() {
        let a = json!({"name": "a", "image": "i"});
        let b = json!({"name": "b", "image": "i"});
        let both = json!({"containers": [a, b]});
        let one = json!({"containers": [a]});
        assert_eq!(after(both.clone(), one.clone(), both.clone()), one);
        assert_eq!(after(one.clone(), one.clone(), both.clone()), both);
        let selector = json!({"nodeSelector": {"disk": "ssd"}});
        assert_eq!(
            after(selector.clone(), json!({}), json!({"nodeSelector": {"disk": "ssd", "zone": "q"}})),
            json!({})
        );
        assert_eq!(after(json!({}), json!({}), selector.clone()), selector);
    }

    #[test]
    fn lists_without_a_key_are_replaced_whole() {
        let was = json!({"tolerations": [{"key": "x"}, {"key": "y"}]});
        let now = json!({"tolerations": [{"key": "x"}, {"key": "z"}]});
        assert_eq!(after(json!({"tolerations": [{"key": "x"}]}), now.clone(), was), now);
    }

    #[test]
    fn env_merges_by_name() {
        let c = |env: Value| json!({"containers": [{"name": "c", "env": env}]});
        let old = c(json!([{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]));
        let new = c(json!([{"name": "B", "value": "3"}]));
        assert_eq!(after(old.clone(), new.clone(), old), new);
    }

    #[test]
    fn a_volume_that_changes_its_source_drops_the_old_one() {
        let old = json!({"volumes": [{"name": "v", "emptyDir": {}}]});
        let new = json!({"volumes": [{"name": "v", "hostPath": {"path": "/x"}}]});
        assert_eq!(after(old.clone(), new.clone(), old), new);
    }

    #[test]
    fn recreate_drops_rolling_update_of_a_deployment() {
        let current = json!({"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}});
        let modified = json!({"spec": {"strategy": {"type": "Recreate"}}});
        let patch = three_way(&json!({"spec": {}}), &modified, &current).expect("a patch");
        assert_eq!(patch, json!({"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}}));
        assert_eq!(apply(&current, &patch).expect("applies"), modified);
    }

    #[test]
    fn equal_files_make_an_empty_patch() {
        let file = pod(json!({"containers": [{"name": "a", "image": "i"}]}));
        let live = pod(json!({"containers": [{"name": "a", "image": "i", "imagePullPolicy": "Always"}], "x": 1}));
        assert_eq!(three_way(&file, &file, &live).expect("a patch"), json!({}));
    }

    #[test]
    fn a_wrong_field_shows_as_kubectl_shows_it() {
        let file = |field: &str| pod(json!({"containers": [{field: "nginx", "name": "nginx"}]}));
        let patch = three_way(&file("image"), &file("imagee"), &file("image")).expect("a patch");
        let expected = pod(json!({
            "$setElementOrder/containers": [{"name": "nginx"}],
            "containers": [{"image": null, "imagee": "nginx", "name": "nginx"}],
        }));
        assert_eq!(patch, expected);
    }

    #[test]
    fn directives_written_by_hand_work() {
        let live = pod(json!({"containers": [{"name": "a", "image": "1"}, {"name": "b", "image": "1"}]}));
        let of = |containers: Value| apply(&live, &pod(json!({"containers": containers}))).expect("applies");
        assert_eq!(
            of(json!([{"name": "a", "$patch": "delete"}])),
            pod(json!({"containers": [{"name": "b", "image": "1"}]}))
        );
        assert_eq!(of(json!([{"$patch": "replace"}, {"name": "c"}])), pod(json!({"containers": [{"name": "c"}]})));
        assert_eq!(
            of(json!([{"name": "b", "image": "2"}])),
            pod(json!({"containers": [{"name": "a", "image": "1"}, {"name": "b", "image": "2"}]}))
        );
        let finalizers = json!({"metadata": {"finalizers": ["x", "y"]}});
        let gone = json!({"metadata": {"$deleteFromPrimitiveList/finalizers": ["x"]}});
        assert_eq!(apply(&finalizers, &gone).expect("applies"), json!({"metadata": {"finalizers": ["y"]}}));
    }
}

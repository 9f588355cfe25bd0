//! JSON patch (RFC 6902): a list of operations on JSON pointers.
//!
//! As the library does it that the API server and kubectl use: `replace` of a field that isn't there adds it, a value that
//! isn't given is null, a path's first piece is not looked at, and indexes may count from the end.
//!
//! Models `gopkg.in/evanphx/json-patch.v4`, in its words.

use crate::{Map, Value};

/// Why a patch does not apply. The API server answers every one of these alike; kubectl says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(pub String);

/// What is missing.
const MISSING: &str = "missing value";

/// Changes `target` operation by operation; on an error `target` may be half changed, so hand in a copy.
pub fn apply(target: &mut Value, patch: &Value) -> Result<(), Error> {
    let operations = patch.as_array().map_or(&[][..], Vec::as_slice);
    operations.iter().try_for_each(|operation| step(target, operation).map_err(Error))
}

fn step(target: &mut Value, operation: &Value) -> Result<(), String> {
    let text = |field: &str| operation[field].as_str().ok_or(());
    let kind = text("op").unwrap_or("unknown");
    let value = operation.get("value").cloned().unwrap_or_default();
    let no_path = |()| match kind {
        "add" | "remove" => format!("{kind} operation failed to decode path: {MISSING}"),
        _ => format!("{kind} operation failed to decode path: operation missing path field: {MISSING}"),
    };
    let from = || {
        text("from")
            .map_err(|()| format!("{kind} operation failed to decode from: operation, missing from field: {MISSING}"))
    };
    match kind {
        "add" => {
            let path = text("path").map_err(no_path)?;
            let (place, key) = find(target, path).ok_or_else(|| away(kind, "path", &format!("{path:?}")))?;
            add(place, &key, value).map_err(|why| format!("error in add for path: '{path}': {why}"))
        }
        "remove" => {
            let path = text("path").map_err(no_path)?;
            let (place, key) = find(target, path).ok_or_else(|| away(kind, "path", &format!("{path:?}")))?;
            remove(place, &key).map(drop).map_err(|why| format!("error in remove for path: '{path}': {why}"))
        }
        "replace" => {
            let path = text("path").map_err(no_path)?;
            if path.is_empty() {
                *target = value;
                return Ok(());
            }
            let (place, key) = find(target, path).ok_or_else(|| away(kind, "path", path))?;
            match place {
                Value::Array(items) => {
                    let index = index(&key, items.len()).map_err(|_| away(kind, "key", path))?;
                    items[index] = value;
                    Ok(())
                }
                place => add(place, &key, value),
            }
        }
        "move" => {
            let from = from()?;
            let (place, key) = find(target, from).ok_or_else(|| away(kind, "from path", from))?;
            let moved = remove(place, &key).map_err(|why| format!("error in move for path: '{key}': {why}"))?;
            let path = text("path").map_err(no_path)?;
            let (place, key) = find(target, path).ok_or_else(|| away(kind, "destination path", path))?;
            add(place, &key, moved).map_err(|why| format!("error in move for path: '{path}': {why}"))
        }
        "copy" => {
            let from = from()?;
            let (place, key) = find(target, from).ok_or_else(|| away(kind, "from path", from))?;
            let copied = get(place, &key).map_err(|why| format!("error in copy for from: '{from}': {why}"))?.clone();
            let path = text("path").map_err(no_path)?;
            let (place, key) = find(target, path).ok_or_else(|| away(kind, "destination path", path))?;
            add(place, &key, copied).map_err(|why| format!("error while adding value during copy: {why}"))
        }
        "test" => {
            let path = text("path").map_err(no_path)?;
            let found = match path {
                "" => &*target,
                _ => {
                    let missing = || format!("test operation does not apply: is missing path: {path}: {MISSING}");
                    let (place, key) = find(target, path).ok_or_else(missing)?;
                    get(place, &key).map_err(|why| format!("error in test for path: '{path}': {why}"))?
                }
            };
            if *found == value { Ok(()) } else { Err(format!("testing value {path} failed: test failed")) }
        }
        other => Err(format!("Unexpected kind: {other}")),
    }
}

fn away(kind: &str, what: &str, path: &str) -> String {
    format!("{kind} operation does not apply: doc is missing {what}: {path}: {MISSING}")
}

/// The map or list that a path leads into, and the key in it.
fn find<'a>(target: &'a mut Value, path: &str) -> Option<(&'a mut Value, String)> {
    let decoded = |piece: &str| piece.replace("~1", "/").replace("~0", "~");
    let (above, key) = path.rsplit_once('/')?;
    let mut place = target;
    for piece in above.split('/').skip(1) {
        let piece = decoded(piece);
        place = match place {
            Value::Object(fields) => fields.get_mut(&piece)?,
            Value::Array(items) => {
                let index = index(&piece, items.len()).ok()?;
                &mut items[index]
            }
            _ => return None,
        };
    }
    (place.is_object() || place.is_array()).then(|| (place, decoded(key)))
}

fn get<'a>(place: &'a Value, key: &str) -> Result<&'a Value, String> {
    match place {
        Value::Array(items) => index(key, items.len()).map(|index| &items[index]),
        place => Ok(&place[key]),
    }
}

fn add(place: &mut Value, key: &str, value: Value) -> Result<(), String> {
    match place {
        Value::Array(items) if key == "-" => items.push(value),
        Value::Array(items) => {
            let wrong = |why| format!("value was not a proper array index: '{key}': {why}");
            let number = number(key).map_err(wrong)?;
            items.insert(within(number, items.len() + 1)?, value);
        }
        place => drop(place.as_object_mut().map(|fields: &mut Map<_, _>| fields.insert(key.into(), value))),
    }
    Ok(())
}

fn remove(place: &mut Value, key: &str) -> Result<Value, String> {
    match place {
        Value::Array(items) => index(key, items.len()).map(|index| items.remove(index)),
        place => place
            .as_object_mut()
            .and_then(|fields| fields.remove(key))
            .ok_or_else(|| format!("Unable to remove nonexistent key: {key}: {MISSING}")),
    }
}

fn index(key: &str, length: usize) -> Result<usize, String> {
    within(number(key)?, length)
}

fn number(key: &str) -> Result<i64, String> {
    key.parse().map_err(|_| format!("strconv.Atoi: parsing {key:?}: invalid syntax"))
}

/// A place in a list, from the end if it is negative.
fn within(number: i64, length: usize) -> Result<usize, String> {
    let counted = if number < 0 { number + length as i64 } else { number };
    let place = usize::try_from(counted).ok().filter(|place| *place < length);
    place.ok_or_else(|| format!("Unable to access invalid index: {number}: invalid index referenced"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn operations_do_what_they_say() {
        let cases = [
            (json!([{"op": "add", "path": "/a/-", "value": 3}]), json!({"a": [1, 2, 3], "b/c": 0})),
            (json!([{"op": "add", "path": "/a/0", "value": 0}]), json!({"a": [0, 1, 2], "b/c": 0})),
            (json!([{"op": "add", "path": "/a/2", "value": 3}]), json!({"a": [1, 2, 3], "b/c": 0})),
            (json!([{"op": "remove", "path": "/b~1c"}]), json!({"a": [1, 2]})),
            (json!([{"op": "remove", "path": "/a/-1"}]), json!({"a": [1], "b/c": 0})),
            (json!([{"op": "replace", "path": "/a/1", "value": 9}]), json!({"a": [1, 9], "b/c": 0})),
            (json!([{"op": "replace", "path": "/n", "value": 9}]), json!({"a": [1, 2], "b/c": 0, "n": 9})),
            (json!([{"op": "move", "from": "/a", "path": "/z"}]), json!({"z": [1, 2], "b/c": 0})),
            (json!([{"op": "copy", "from": "/a/0", "path": "/z"}]), json!({"a": [1, 2], "z": 1, "b/c": 0})),
            (json!([{"op": "test", "path": "/b~1c", "value": 0}]), json!({"a": [1, 2], "b/c": 0})),
            (json!([{"op": "test", "path": "/none", "value": null}]), json!({"a": [1, 2], "b/c": 0})),
            (json!([{"op": "add", "path": "x/y"}]), json!({"a": [1, 2], "b/c": 0, "y": null})),
        ];
        for (patch, expected) in cases {
            let mut target = json!({"a": [1, 2], "b/c": 0});
            apply(&mut target, &patch).expect("applies");
            assert_eq!(target, expected, "{patch}");
        }
    }

    #[test]
    fn what_does_not_apply_is_told_in_the_librarys_words() {
        for (operation, why) in [
            (
                json!({"op": "remove", "path": "/x"}),
                "error in remove for path: '/x': Unable to remove nonexistent key: x: missing value",
            ),
            (
                json!({"op": "remove", "path": "/x/y"}),
                "remove operation does not apply: doc is missing path: \"/x/y\": missing value",
            ),
            (
                json!({"op": "replace", "path": "/x/y", "value": 1}),
                "replace operation does not apply: doc is missing path: /x/y: missing value",
            ),
            (
                json!({"op": "replace", "path": "/a/7", "value": 1}),
                "replace operation does not apply: doc is missing key: /a/7: missing value",
            ),
            (
                json!({"op": "add", "path": "/a/7", "value": 1}),
                "error in add for path: '/a/7': Unable to access invalid index: 7: invalid index referenced",
            ),
            (
                json!({"op": "add", "path": "/a/b", "value": 1}),
                "error in add for path: '/a/b': value was not a proper array index: 'b': strconv.Atoi: parsing \"b\": invalid syntax",
            ),
            (json!({"op": "add", "value": 1}), "add operation failed to decode path: missing value"),
            (json!({"op": "test", "path": "/a", "value": 1}), "testing value /a failed: test failed"),
            (
                json!({"op": "move", "path": "/a"}),
                "move operation failed to decode from: operation, missing from field: missing value",
            ),
            (json!({"op": "upsert", "path": "/a"}), "Unexpected kind: upsert"),
            (json!({"path": "/a"}), "Unexpected kind: unknown"),
        ] {
            let found = apply(&mut json!({"a": [1]}), &json!([operation]));
            assert_eq!(found, Err(Error(why.into())));
        }
    }
}

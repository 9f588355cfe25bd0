//! JSON patch (RFC 6902): a list of operations on JSON pointers.

use crate::Value;

/// Why a patch does not apply. The API server answers every one of these alike; the text is for its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(pub String);

/// Changes `target` operation by operation; on an error `target` may be half changed, so hand in a copy.
pub fn apply(target: &mut Value, patch: &Value) -> Result<(), Error> {
    let operations = patch.as_array().ok_or_else(|| error("a JSON patch is a list of operations"))?;
    operations.iter().try_for_each(|operation| step(target, operation))
}

fn step(target: &mut Value, operation: &Value) -> Result<(), Error> {
    let path = operation["path"].as_str().ok_or_else(|| error("operation without a path"))?;
    let value = || operation.get("value").cloned().ok_or_else(|| error("operation without a value"));
    let from = || operation["from"].as_str().ok_or_else(|| error("operation without from"));
    match operation["op"].as_str().unwrap_or_default() {
        "add" => add(target, path, value()?),
        "remove" => remove(target, path).map(drop),
        "replace" => {
            let place = target.pointer_mut(path).ok_or_else(|| missing(path))?;
            *place = value()?;
            Ok(())
        }
        "move" => {
            let moved = remove(target, from()?)?;
            add(target, path, moved)
        }
        "copy" => {
            let from = from()?;
            let copied = target.pointer(from).cloned().ok_or_else(|| missing(from))?;
            add(target, path, copied)
        }
        "test" => {
            let expected = value()?;
            // An absent value and null test equal, as in the library the API server uses.
            let found = target.pointer(path).cloned().unwrap_or(Value::Null);
            if found == expected { Ok(()) } else { Err(error(&format!("testing value {path} failed"))) }
        }
        other => Err(error(&format!("unexpected kind: {other}"))),
    }
}

fn add(target: &mut Value, path: &str, value: Value) -> Result<(), Error> {
    if path.is_empty() {
        *target = value;
        return Ok(());
    }
    let (parent, key) = split(path)?;
    match target.pointer_mut(parent).ok_or_else(|| missing(path))? {
        Value::Object(fields) => {
            fields.insert(key, value);
            Ok(())
        }
        Value::Array(items) => {
            let index = if key == "-" { items.len() } else { key.parse().map_err(|_| missing(path))? };
            if index > items.len() {
                return Err(missing(path));
            }
            items.insert(index, value);
            Ok(())
        }
        _ => Err(missing(path)),
    }
}

fn remove(target: &mut Value, path: &str) -> Result<Value, Error> {
    let (parent, key) = split(path)?;
    match target.pointer_mut(parent).ok_or_else(|| missing(path))? {
        Value::Object(fields) => fields.remove(&key).ok_or_else(|| missing(path)),
        Value::Array(items) => match key.parse::<usize>() {
            Ok(index) if index < items.len() => Ok(items.remove(index)),
            _ => Err(missing(path)),
        },
        _ => Err(missing(path)),
    }
}

/// `/a/b~1c` → (`/a`, `b/c`)
fn split(path: &str) -> Result<(&str, String), Error> {
    let (parent, key) = path.rsplit_once('/').ok_or_else(|| missing(path))?;
    Ok((parent, key.replace("~1", "/").replace("~0", "~")))
}

fn missing(path: &str) -> Error {
    error(&format!("doc is missing path: {path}: missing value"))
}

fn error(text: &str) -> Error {
    Error(text.to_string())
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
            (json!([{"op": "remove", "path": "/b~1c"}]), json!({"a": [1, 2]})),
            (json!([{"op": "replace", "path": "/a/1", "value": 9}]), json!({"a": [1, 9], "b/c": 0})),
            (json!([{"op": "move", "from": "/a", "path": "/z"}]), json!({"z": [1, 2], "b/c": 0})),
            (json!([{"op": "test", "path": "/b~1c", "value": 0}]), json!({"a": [1, 2], "b/c": 0})),
        ];
        for (patch, expected) in cases {
            let mut target = json!({"a": [1, 2], "b/c": 0});
            apply(&mut target, &patch).expect("applies");
            assert_eq!(target, expected, "{patch}");
        }
    }

    #[test]
    fn missing_paths_are_errors() {
        for patch in [
            json!([{"op": "remove", "path": "/x"}]),
            json!([{"op": "replace", "path": "/x/y", "value": 1}]),
            json!([{"op": "add", "path": "/a/7", "value": 1}]),
            json!([{"op": "test", "path": "/a", "value": 1}]),
            json!({}),
        ] {
            assert!(apply(&mut json!({"a": [1]}), &patch).is_err(), "{patch}");
        }
    }
}

//! `--sort-by`: objects in the order of one of their fields.

use super::jsonpath::Template;
use api::meta::quantity::Quantity;
use api::{Value, sort};
use std::cmp::Ordering;

/// The objects' indexes in ascending order of the field; none at all if no object has it (`get` then prints no table).
/// Objects without the field come first.
pub fn sort_by(path: &str, objects: &[Value]) -> Result<Vec<usize>, String> {
    let template = Template::parse_relaxed(path)?;
    let mut keys: Vec<(Option<&Value>, usize)> = Vec::with_capacity(objects.len());
    for (index, object) in objects.iter().enumerate() {
        keys.push((template.find(object)?.into_iter().flatten().next(), index));
    }
    if keys.iter().all(|(key, _)| key.is_none()) {
        return Ok(Vec::new());
    }
    sort::by(&mut keys, |(a, _), (b, _)| match (a, b) {
        (Some(a), Some(b)) => compare(a, b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    });
    Ok(keys.into_iter().map(|(_, index)| index).collect())
}

/// Numbers and amounts by size, everything else as text. Times are text that sorts rightly.
fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        // What is null comes first: Events of the scheduler have no last time.
        (Value::Null, _) | (_, Value::Null) => b.is_null().cmp(&a.is_null()),
        (Value::Number(a), Value::Number(b)) => a.as_f64().partial_cmp(&b.as_f64()).unwrap_or(Ordering::Equal),
        (Value::String(a), Value::String(b)) => match (Quantity::parse(a), Quantity::parse(b)) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => natural(a, b),
        },
        _ => a.to_string().cmp(&b.to_string()),
    }
}

/// As a person would: `node-2` before `node-10`.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    loop {
        let (x, y) = match (a.first(), b.first()) {
            (Some(x), Some(y)) => (*x, *y),
            (x, y) => return x.is_some().cmp(&y.is_some()),
        };
        if x.is_ascii_digit() && y.is_ascii_digit() {
            let (m, n) = (digits(a), digits(b));
            let order = m.1.len().cmp(&n.1.len()).then_with(|| m.1.cmp(n.1)).then_with(|| m.0.cmp(&n.0));
            if order != Ordering::Equal {
                return order;
            }
            (a, b) = (&a[m.0..], &b[n.0..]);
        } else if x != y {
            return x.cmp(&y);
        } else {
            (a, b) = (&a[1..], &b[1..]);
        }
    }
}

/// The length of the number at the start, and its digits without leading zeros.
fn digits(text: &[u8]) -> (usize, &[u8]) {
    let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let zeros = text[..length].iter().take_while(|byte| **byte == b'0').count();
    (length, &text[zeros..length])
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::json;

    fn order(path: &str, values: &[Value]) -> Vec<usize> {
        sort_by(path, &values.iter().map(|value| json!({"a": value})).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn numbers_amounts_and_names_sort_as_such() {
        assert_eq!(order(".a", &[json!(10), json!(9)]), [1, 0]);
        assert_eq!(order("a", &[json!("1Gi"), json!("500Mi")]), [1, 0]);
        assert_eq!(order(".a", &[json!("2026"), json!(null), json!("2025")]), [1, 2, 0]);
        assert_eq!(order("{.a}", &[json!("node-10"), json!("node-2"), json!("node-02")]), [1, 2, 0]);
    }

    #[test]
    fn objects_without_the_field_come_first_unless_none_has_it() {
        let objects = [json!({"a": 1}), json!({})];
        assert_eq!(sort_by(".a", &objects), Ok(vec![1, 0]));
        assert_eq!(sort_by(".nosuch", &objects), Ok(vec![]));
    }
}

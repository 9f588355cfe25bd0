//! `--sort-by`: objects in the order of one of their fields.

use super::jsonpath::Template;
use api::meta::quantity::Quantity;
use api::{Value, sort};
use std::cmp::Ordering;

/// Objects that are to be brought into the order of a field, as they come.
pub struct Sorting {
    path: Template,
    /// What the field of each object holds, and the object's index.
    keys: Vec<(Option<Held>, usize)>,
}

/// What a field holds, and the amount it is if it is one.
type Held = (Value, Option<Quantity>);

impl Sorting {
    /// By what a path leads to.
    pub fn by(path: &str) -> Result<Sorting, String> {
        Ok(Sorting { path: Template::parse_relaxed(path)?, keys: Vec::new() })
    }

    /// Notes the next object.
    pub fn note(&mut self, object: &Value) -> Result<(), String> {
        let key = self.path.find(object)?.into_iter().flatten().next();
        let key = key.map(|value| (value.clone(), value.as_str().and_then(Quantity::parse)));
        self.keys.push((key, self.keys.len()));
        Ok(())
    }

    /// How many have been noted.
    pub fn noted(&self) -> usize {
        self.keys.len()
    }

    /// The objects' indexes in ascending order of the field; none at all if no object has it (`get` then prints no table).
    /// Objects without the field come first.
    pub fn order(mut self) -> Vec<usize> {
        if self.keys.iter().all(|(key, _)| key.is_none()) {
            return Vec::new();
        }
        sort::by(&mut self.keys, |(a, _), (b, _)| match (a, b) {
            (Some(a), Some(b)) => compare(a, b),
            (a, b) => a.is_some().cmp(&b.is_some()),
        });
        self.keys.into_iter().map(|(_, index)| index).collect()
    }
}

/// Numbers and amounts by size, everything else as text. Times are text that sorts rightly.
fn compare((a, amount): &Held, (b, other): &Held) -> Ordering {
    match (a, b) {
        // What is null comes first: Events of the scheduler have no last time.
        (Value::Null, _) | (_, Value::Null) => b.is_null().cmp(&a.is_null()),
        (Value::Number(a), Value::Number(b)) => a.as_f64().partial_cmp(&b.as_f64()).unwrap_or(Ordering::Equal),
        (Value::String(a), Value::String(b)) => match (amount, other) {
            (Some(amount), Some(other)) => amount.cmp(other),
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

    fn ordered(path: &str, objects: &[Value]) -> Vec<usize> {
        let mut sorting = Sorting::by(path).unwrap();
        objects.iter().for_each(|object| sorting.note(object).unwrap());
        sorting.order()
    }

    fn order(path: &str, values: &[Value]) -> Vec<usize> {
        ordered(path, &values.iter().map(|value| json!({"a": value})).collect::<Vec<_>>())
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
        assert_eq!(ordered(".a", &objects), [1, 0]);
        assert_eq!(ordered(".nosuch", &objects), [0; 0]);
    }
}

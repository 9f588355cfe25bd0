//! What the field under the pointer is: its type, its default, what Kubernetes says of it.
//!
//! A default is found by trying: the field is taken out of the document, the API server's defaulting is run, and what then
//! stands at the field's place is the default. So it is right for this very object.

use super::{Sheet, written};
use crate::view::Hover;
use api::Value;
use api::schema::{self, Descriptions, Type};
use cluster::apiserver::registry;
use yaml::outline::{Entry, Step};

/// What is known of the field at byte `offset`: on its key, or on its value on the same line.
pub fn hover(text: &str, offset: usize, texts: Option<&Descriptions>) -> Option<Hover> {
    let sheet = Sheet::at(text, offset);
    let touches = |entry: &&Entry| entry.at.start <= offset && offset <= entry.value.end.max(entry.at.end);
    let entry = sheet.entries.iter().rfind(touches)?;
    let on_key = offset <= entry.at.end;
    let parent = sheet.type_at(&entry.path)?;
    let field = parent.field(&entry.key)?;
    let path: Vec<Step> = entry.path.iter().cloned().chain([Step::Key(entry.key.clone())]).collect();
    let at = if on_key { &entry.at } else { &entry.value };
    Some(Hover {
        from: at.start as u32,
        to: at.end as u32,
        path: written(&path),
        type_name: field.ty.explain_name(),
        required: field.required,
        default: default(&sheet, &path),
        values: values(field.ty),
        about: texts.map(|texts| texts.of_field(parent, field.name)),
    })
}

fn values(ty: Type) -> Vec<&'static str> {
    ty.values().chain(ty.item().into_iter().flat_map(Type::values)).collect()
}

fn default(sheet: &Sheet, path: &[Step]) -> Option<String> {
    let kind = sheet.kind?;
    let mut value = yaml::value(&sheet.text[sheet.document.clone()]).ok()?;
    take_out(&mut value, path)?;
    schema::decode(kind, &mut value).ok()?;
    registry::prepare_for_create(kind, &mut value);
    registry::set_defaults(kind, &mut value);
    match at(&value, path)? {
        Value::Null | Value::Object(_) | Value::Array(_) => None,
        Value::String(text) => Some(text.clone()),
        scalar => Some(scalar.to_string()),
    }
}

fn at<'v>(mut value: &'v Value, path: &[Step]) -> Option<&'v Value> {
    for step in path {
        value = match step {
            Step::Key(key) => value.get(key.as_str())?,
            Step::Item(index) => value.get(*index)?,
        };
    }
    Some(value)
}

/// Takes the field at a path out; what it stood in stays, even when it is empty then.
fn take_out(value: &mut Value, path: &[Step]) -> Option<()> {
    let (Step::Key(last), way) = path.split_last()? else { return None };
    let mut here = value;
    for step in way {
        here = match step {
            Step::Key(key) => here.get_mut(key.as_str())?,
            Step::Item(index) => here.get_mut(*index)?,
        };
    }
    here.as_object_mut()?.remove(last);
    Some(())
}

//! What `-o` asks for: tables, YAML, JSON, names, JSONPath, columns of one's own, templates.
//!
//! Everything here turns objects (as JSON) into text and knows neither verbs nor the API server. [`columns`] aligns;
//! [`table`] is what `get` shows by default; [`object`] and [`list`] print everything else; [`Sorting`] orders. Several
//! objects come as one, of kind List.

pub mod columns;
mod custom_columns;
mod go_template;
pub mod jsonpath;
mod kyaml;
mod sort;
pub mod table;

use api::resource::Kind;
use api::{Value, json};
use std::mem::take;

pub use sort::Sorting;

/// A path with the braces and the dot that may be left out.
pub fn relaxed(path: &str) -> Result<String, String> {
    jsonpath::relaxed(path)
}

/// Every format, as the error for a wrong one lists them.
///
/// Source: kubectl v1.36, `get -o foo`.
const FORMATS: [&str; 14] = [
    "custom-columns",
    "custom-columns-file",
    "go-template",
    "go-template-file",
    "json",
    "jsonpath",
    "jsonpath-as-json",
    "jsonpath-file",
    "kyaml",
    "name",
    "template",
    "templatefile",
    "wide",
    "yaml",
];

/// A way to print, with its template read.
enum Printer {
    Json,
    Yaml,
    Kyaml,
    Name,
    JsonPath(jsonpath::Template),
    JsonPathAsJson(jsonpath::Template),
    CustomColumns(Vec<custom_columns::CustomColumn>),
    GoTemplate(go_template::Template),
}

/// Refuses formats that don't exist and templates that can't be read, before anything is asked of the server.
pub fn check(format: &str) -> Result<(), String> {
    printer(format).map(drop)
}

/// The same for commands that print one object, without tables and columns.
pub fn check_object(format: &str) -> Result<(), String> {
    let name = format.split('=').next().unwrap_or(format);
    if name == "wide" || name.starts_with("custom-columns") {
        return Err(unknown(name, true));
    }
    match printer(format) {
        Err(_) if !FORMATS.contains(&name) => Err(unknown(name, true)),
        read => read.map(drop),
    }
}

fn unknown(name: &str, for_object: bool) -> String {
    let allowed = FORMATS.iter().filter(|one| !(for_object && (one.starts_with("custom") || **one == "wide")));
    format!(
        "unable to match a printer suitable for the output format \"{name}\", allowed formats are: {}",
        allowed.copied().collect::<Vec<_>>().join(",")
    )
}

/// Prints an object.
pub fn object(format: &str, value: &Value, show_managed_fields: bool) -> Result<String, String> {
    list(format, value, show_managed_fields, false)
}

/// Prints an object or a List; `no_headers` is for columns.
pub fn list(format: &str, value: &Value, show_managed_fields: bool, no_headers: bool) -> Result<String, String> {
    text(&printer(format)?, &mut value.clone(), show_managed_fields, no_headers)
}

fn text(printer: &Printer, value: &mut Value, show_managed_fields: bool, no_headers: bool) -> Result<String, String> {
    // Templates may ask for anything.
    if !show_managed_fields && matches!(printer, Printer::Json | Printer::Yaml | Printer::Kyaml) {
        omit_managed_fields(value);
    }
    match printer {
        Printer::Json => Ok(yaml::json::pretty(value)),
        Printer::Yaml => Ok(yaml::to_string(value)),
        Printer::Kyaml => Ok(kyaml::document(value)),
        Printer::Name => Ok(items(value).iter().map(|item| name(item) + "\n").collect()),
        Printer::JsonPath(template) => template.print(value),
        Printer::JsonPathAsJson(template) => template.print_as_json(value),
        Printer::CustomColumns(columns) => custom_columns::print(columns, items(value), no_headers),
        Printer::GoTemplate(template) => template.print(value),
    }
}

/// A List of these, as kubectl makes one of what several requests brought.
pub fn list_of(items: Vec<Value>) -> Value {
    // Put in afterwards: the macro copies what it is given.
    let mut list = json!({"apiVersion": "v1", "items": null, "kind": "List", "metadata": {"resourceVersion": ""}});
    list["items"] = Value::Array(items);
    list
}

/// Prints a List of many objects as they come: YAML, JSON and names at once, columns and templates at the end.
pub struct Many {
    format: String,
    show_managed_fields: bool,
    how: How,
    /// Whether there was an object.
    any: bool,
}

enum How {
    /// What stands before the items, between them and after them.
    Framed([String; 3]),
    /// Columns, and the rows so far.
    Rows(Vec<custom_columns::CustomColumn>, String),
    /// A template has to have all of them.
    Together(Vec<Value>),
}

/// Stands for the items where the text around them is found out.
const ITEM: &str = "an-item";

impl Many {
    /// For a format that [`check`] admits.
    pub fn new(format: &str, show_managed_fields: bool, no_headers: bool) -> Result<Many, String> {
        let framed = |item: &str, between: &str| {
            let text = list(format, &list_of(vec![ITEM.into()]), false, false)?;
            let (before, after) = text.split_once(item).unwrap_or((&text, ""));
            Ok::<How, String>(How::Framed([before.into(), between.into(), after.into()]))
        };
        let how = match printer(format)? {
            Printer::Yaml => framed("- an-item\n", "")?,
            Printer::Json => framed("        \"an-item\"", ",\n")?,
            Printer::Name => How::Framed(Default::default()),
            Printer::CustomColumns(columns) => {
                let heads = if no_headers { String::new() } else { custom_columns::heads(&columns) };
                How::Rows(columns, heads)
            }
            _ => How::Together(Vec::new()),
        };
        Ok(Many { format: format.to_string(), show_managed_fields, how, any: false })
    }

    /// Prints the next objects, or keeps what is to be printed of them.
    pub fn print(&mut self, items: Vec<Value>) -> Result<String, String> {
        let first = !self.any && !items.is_empty();
        self.any |= first;
        match &mut self.how {
            How::Framed(_) if items.is_empty() => {}
            How::Framed([before, between, after]) => {
                let text = text(&printer(&self.format)?, &mut list_of(items), self.show_managed_fields, false)?;
                let items = &text[before.len()..text.len() - after.len()];
                return Ok([if first { before } else { between }, items].concat());
            }
            How::Rows(columns, rows) => {
                for item in &items {
                    rows.push_str(&custom_columns::row(columns, item)?);
                }
            }
            How::Together(all) => all.extend(items),
        }
        Ok(String::new())
    }

    /// Whether there were any.
    pub fn has_some(&self) -> bool {
        self.any
    }

    /// Prints what is left.
    pub fn end(&mut self) -> Result<String, String> {
        match &mut self.how {
            How::Framed([_, _, after]) if self.any => Ok(after.clone()),
            How::Framed(_) => list(&self.format, &list_of(Vec::new()), false, false),
            How::Rows(_, rows) => Ok(custom_columns::laid_out(&take(rows))),
            How::Together(all) => {
                let mut list = list_of(take(all));
                let text = text(&printer(&self.format)?, &mut list, self.show_managed_fields, false);
                if let Value::Array(items) = list["items"].take() {
                    *all = items;
                }
                text
            }
        }
    }

    /// Forgets some of the objects that were kept, which takes its time too; whether there are more.
    pub fn forget(&mut self, some: usize) -> bool {
        let How::Together(all) = &mut self.how else { return false };
        all.truncate(all.len().saturating_sub(some));
        !all.is_empty()
    }
}

/// The format with its template in it, so that everything else sees nothing but that: `--template` is put where `-o` has
/// none, and of a `…-file=PATH` format the file is read.
pub fn with_template_read(
    format: &str,
    template: Option<&str>,
    read: impl Fn(&str) -> Option<String>,
) -> Result<String, String> {
    let (name, path) = match (format.split_once('='), template) {
        (Some(parts), _) => parts,
        (None, None) => return Ok(format.to_string()),
        (None, Some(template)) => (if format.is_empty() { "go-template" } else { format }, template),
    };
    let inline = match name {
        "jsonpath-file" => "jsonpath",
        "go-template-file" | "templatefile" => "go-template",
        "custom-columns-file" => "custom-columns",
        "go-template" | "template" | "jsonpath" | "jsonpath-as-json" => return Ok(format!("{name}={path}")),
        _ => return Ok(format.to_string()),
    };
    let Some(text) = read(path) else {
        return Err(match inline {
            "custom-columns" => format!("error reading template {path}, open {path}: no such file or directory"),
            _ => format!("error reading --template {path}, open {path}: no such file or directory"),
        });
    };
    let text = if inline == "custom-columns" { custom_columns::spec_of_file(&text)? } else { text };
    Ok(format!("{inline}={text}"))
}

fn printer(format: &str) -> Result<Printer, String> {
    let (name, template) = format.split_once('=').unwrap_or((format, ""));
    let given = || {
        if template.is_empty() {
            Err("template format specified but no template given".to_string())
        } else {
            Ok(template)
        }
    };
    Ok(match name {
        "json" => Printer::Json,
        "yaml" => Printer::Yaml,
        "name" => Printer::Name,
        "jsonpath" => Printer::JsonPath(jsonpath::Template::parse(given()?)?),
        "jsonpath-as-json" => Printer::JsonPathAsJson(jsonpath::Template::parse(given()?)?),
        "go-template" | "template" => Printer::GoTemplate(go_template::Template::parse(given()?)?),
        "custom-columns" => Printer::CustomColumns(custom_columns::parse(template)?),
        "kyaml" => Printer::Kyaml,
        _ if name.ends_with("file") && FORMATS.contains(&name) => {
            return Err("template format specified but no template file given".to_string());
        }
        _ => return Err(unknown(name, false)),
    })
}

/// The objects of a List, or the object itself.
fn items(value: &Value) -> &[Value] {
    match &value["items"] {
        Value::Array(items) if value["kind"].as_str().is_some_and(|kind| kind.ends_with("List")) => items,
        _ => std::slice::from_ref(value),
    }
}

/// `daemonset.apps/logs`
fn name(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let (version, kind) = (text(&object["apiVersion"]), text(&object["kind"]));
    let resource = match Kind::of_manifest(&version, &kind) {
        Some(kind) => kind.singular_resource(),
        None => kind.to_ascii_lowercase(),
    };
    format!("{resource}/{}", text(&object["metadata"]["name"]))
}

fn omit_managed_fields(value: &mut Value) {
    if let Some(meta) = value.get_mut("metadata").and_then(Value::as_object_mut) {
        meta.remove("managedFields");
    }
    if let Some(items) = value.get_mut("items").and_then(Value::as_array_mut) {
        items.iter_mut().for_each(omit_managed_fields);
    }
}

#[cfg(test)]
mod tests;

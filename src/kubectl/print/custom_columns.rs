//! `-o custom-columns=NAME:.metadata.name,NODE:.spec.nodeName`: a table of the learner's own.

use super::columns::align;
use super::jsonpath::Template;
use api::Value;
use api::go_syntax;

/// A column: its header as typed, and where its cells come from.
pub struct CustomColumn {
    header: String,
    path: Template,
}

/// Reads what follows `custom-columns=`.
pub fn parse(spec: &str) -> Result<Vec<CustomColumn>, String> {
    if spec.is_empty() {
        return Err("custom-columns format specified but no custom columns given".to_string());
    }
    spec.split(',').map(parse_one).collect()
}

fn parse_one(part: &str) -> Result<CustomColumn, String> {
    let Some((header, path)) = part.split_once(':') else {
        return Err(format!("unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>"));
    };
    Ok(CustomColumn { header: header.to_string(), path: Template::parse_relaxed(path)? })
}

/// The spec that a template file stands for: headers on its first line, paths below them on the second.
pub fn spec_of_file(text: &str) -> Result<String, String> {
    let mut lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let (headers, paths) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    if headers.len() != paths.len() {
        return Err(format!(
            "number of headers ({}) and field specifications ({}) don't match",
            headers.len(),
            paths.len()
        ));
    }
    let parts: Vec<String> = headers.iter().zip(&paths).map(|(header, path)| format!("{header}:{path}")).collect();
    Ok(parts.join(","))
}

/// The headers, ended by tabs.
pub fn heads(columns: &[CustomColumn]) -> String {
    let headers: Vec<&str> = columns.iter().map(|column| column.header.as_str()).collect();
    headers.join("\t") + "\n"
}

/// The row of an object, likewise.
pub fn row(columns: &[CustomColumn], object: &Value) -> Result<String, String> {
    let cells: Vec<String> = columns.iter().map(|column| cell(&column.path, object)).collect::<Result<_, _>>()?;
    Ok(cells.join("\t") + "\n")
}

/// Headers and rows, with their columns aligned.
pub fn laid_out(rows: &str) -> String {
    align(rows, 6, 3)
}

/// Prints a row for each object.
pub fn print(columns: &[CustomColumn], objects: &[Value], no_headers: bool) -> Result<String, String> {
    let mut text = if no_headers { String::new() } else { heads(columns) };
    for object in objects {
        text.push_str(&row(columns, object)?);
    }
    Ok(laid_out(&text))
}

fn cell(path: &Template, object: &Value) -> Result<String, String> {
    let found: Vec<String> = path
        .find(object)?
        .into_iter()
        .flatten()
        .map(|value| if value.is_null() { "<none>".to_string() } else { go_syntax::plain(value) })
        .collect();
    Ok(if found.is_empty() { "<none>".to_string() } else { found.join(",") })
}

//! kubectl's dialect of JSONPath: text with expressions in braces.
//!
//! [`parse`] makes nodes of the text, [`eval`] walks them over a value. A missing field is nothing; a missing index of a list
//! that is there is an error. What an expression finds is joined by spaces.
//!
//! Models client-go `util/jsonpath`, v1.36, down to its error texts.

mod eval;
mod parse;

use api::Value;
use api::go_syntax;

/// A template, read.
#[derive(Debug)]
pub struct Template {
    text: String,
    nodes: Vec<Node>,
}

/// A piece of a template or of an expression.
#[derive(Clone, Debug, PartialEq)]
enum Node {
    /// Literal text, a number or a truth.
    Literal(Value),
    /// An expression in braces; its steps are taken one after the other.
    List(Vec<Node>),
    /// `.name`
    Field(String),
    /// `.*`
    Wildcard,
    /// `..`
    Recursive,
    /// `[from:to:step]`, and `[3]`
    Slice(Slice),
    /// `['a','b']`
    Union(Vec<Vec<Node>>),
    /// `[?(@.x=="y")]`
    Filter(Filter),
    /// `{range X}`
    Range(Vec<Node>),
    /// `{end}`
    End,
}

/// Which part of a list.
#[derive(Clone, Debug, Default, PartialEq)]
struct Slice {
    from: Option<i64>,
    to: Option<i64>,
    /// `[3]` is `[3:4]`, with a `to` that counts along when 3 is negative.
    single: bool,
    step: Option<i64>,
}

/// Which items of a list.
#[derive(Clone, Debug, PartialEq)]
struct Filter {
    left: Vec<Node>,
    /// Empty: the item is taken if the left side exists.
    operator: String,
    right: Vec<Node>,
}

/// A path with the braces and the dot that may be left out.
pub fn relaxed(path: &str) -> Result<String, String> {
    let inner = path.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(path);
    let inner = inner.strip_prefix('.').unwrap_or(inner);
    if inner.is_empty() || inner.contains(['{', '}']) {
        let forms = "a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'";
        return Err(format!("unexpected path string, expected {forms}"));
    }
    Ok(format!("{{.{inner}}}"))
}

impl Template {
    /// Reads a template.
    pub fn parse(text: &str) -> Result<Template, String> {
        match parse::template(text) {
            Ok(nodes) => Ok(Template { text: text.to_string(), nodes }),
            Err(why) => Err(format!("error parsing jsonpath {text}, {why}")),
        }
    }

    /// Reads a path as columns and `--sort-by` take it, with or without braces and leading dot.
    pub fn parse_relaxed(path: &str) -> Result<Template, String> {
        Template::parse(&relaxed(path)?)
    }

    /// What each expression finds.
    pub fn find<'a>(&'a self, value: &'a Value) -> Result<Vec<Vec<&'a Value>>, String> {
        eval::template(&self.nodes, value)
    }

    /// Prints what is found, without a newline at the end.
    pub fn print(&self, value: &Value) -> Result<String, String> {
        let found = self.find_or_explain(value)?;
        Ok(found.iter().map(|results| results.iter().map(|v| text(v)).collect::<Vec<_>>().join(" ")).collect())
    }

    /// Prints what is found as a JSON list.
    pub fn print_as_json(&self, value: &Value) -> Result<String, String> {
        let found = self.find_or_explain(value)?;
        let all: Vec<Value> = found.into_iter().flatten().cloned().collect();
        Ok(yaml::json::pretty(&Value::Array(all)))
    }

    fn find_or_explain<'a>(&'a self, value: &'a Value) -> Result<Vec<Vec<&'a Value>>, String> {
        self.find(value).map_err(|why| {
            format!(
                "error executing jsonpath {}: Error executing template: {why}. Printing more information for debugging the \
                 template:\n\ttemplate was:\n\t\t{}\n\tobject given to jsonpath engine was:\n\t\t{}\n\n",
                Value::from(self.text.as_str()),
                self.text,
                go_syntax::source(value)
            )
        })
    }
}

/// Strings bare, lists and maps as JSON.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => yaml::json::compact(other),
    }
}

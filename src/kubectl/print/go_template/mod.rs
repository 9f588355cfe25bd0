//! `-o go-template=…`: the part of Go's templates that kubectl users type.
//!
//! Text with actions in double braces: fields, `range` and `if` with `else`, `with`, variables, pipes and a handful of
//! functions. [`parse`] makes a tree of them, [`run`] walks it over a value, [`functions`] are what it can call.
//!
//! Left out: named templates, `break` and `continue`, slices, `printf` verbs besides `%s %v %d %q`.

mod functions;
mod parse;
mod run;

use api::Value;

/// A template, read.
#[derive(Debug)]
pub struct Template(Vec<Node>);

#[derive(Debug)]
enum Node {
    Text(String),
    Print(Pipe),
    Set(String, Pipe),
    If(Pipe, Vec<Node>, Vec<Node>),
    With(Pipe, Vec<Node>, Vec<Node>),
    /// The variables that take index and item, what to range over, the body, and what to do with nothing.
    Range(Vec<String>, Pipe, Vec<Node>, Vec<Node>),
}

/// Commands, each getting the value of the one before as its last argument.
type Pipe = Vec<Vec<Term>>;

#[derive(Clone, Debug)]
enum Term {
    Literal(Value),
    /// `$name`, or `$` for the whole, and fields of it.
    Variable(String, Vec<String>),
    /// `.a.b`
    Field(Vec<String>),
    Function(String),
    /// A pipe in parentheses, and fields of what it gives.
    Group(Pipe, Vec<String>),
}

impl Template {
    /// Reads a template.
    pub fn parse(text: &str) -> Result<Template, String> {
        let nodes = parse::template(text);
        nodes.map(Template).map_err(|why| format!("error parsing template {text}, template: output:1: {why}"))
    }

    /// Prints a value.
    pub fn print(&self, value: &Value) -> Result<String, String> {
        run::template(&self.0, value).map_err(|why| format!("error executing template: template: output:1: {why}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::json;

    fn printed(template: &str) -> String {
        let value = json!({"kind": "List", "items": [
            {"metadata": {"name": "a", "labels": {"app.io/x": "1"}}, "n": 1}, {"metadata": {"name": "b"}, "n": 2}]});
        Template::parse(template).and_then(|template| template.print(&value)).unwrap_or_else(|why| why)
    }

    #[test]
    fn what_people_type_works() {
        for (template, text) in [
            ("{{range .items}}{{.metadata.name}}{{\"\\n\"}}{{end}}", "a\nb\n"),
            ("{{range $i, $e := .items}}{{$i}}={{$e.metadata.name}} {{end}}", "0=a 1=b "),
            ("{{range .items}}{{if .metadata.labels}}{{.metadata.name}}{{else}}-{{end}}{{end}}", "a-"),
            ("{{len .items}} {{(index .items 1).metadata.name}}", "2 b"),
            ("{{range .items}}{{printf \"%-3s|%d\" .metadata.name .n}}{{end}}", "a  |1b  |2"),
            ("{{.nosuch}} {{(index .items 0).metadata}}", "<no value> map[labels:map[app.io/x:1] name:a]"),
            (
                "{{range .items}}{{if and (eq .n 2) (ne .metadata.name \"x\")}}{{.metadata.name | printf \"%q\"}}{{end}}{{end}}",
                "\"b\"",
            ),
            ("{{\"aGk=\" | base64decode}} {{- /* x */ -}} !", "hi!"),
            ("{{$n := len .items}}{{range .items}}{{$n}}{{end}}", "22"),
        ] {
            assert_eq!(printed(template), text, "{template}");
        }
    }

    #[test]
    fn mistakes_are_errors() {
        for template in
            ["{{", "{{range .items}}", "{{end}}", "{{foo}}", "{{index .items 9}}", "{{(}}", "{{\"x}}", "{{|}}"]
        {
            assert!(printed(template).starts_with("error "), "{template}: {}", printed(template));
        }
    }
}

//! `kubectl explain`: what a kind or one of its fields is for.
//!
//! Types and fields come from [`api::schema`]; their texts are fetched by the host and may not be there yet.
//!
//! Models kubectl `pkg/explain/v2/templates/plaintext.tmpl`, Kubernetes v1.36.

use super::{Command, Outcome};
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::resource;
use crate::{Env, Progress};
use api::resource::Kind;
use api::schema::{Descriptions, Field, Type};

/// Lines are this wide at most, without their indentation.
const WIDTH: usize = 76;

/// Of more values than these, a list of fields shows the first.
const VALUES_MAX: usize = 4;
/// How a table and `explain` write the value that is an empty text.
const EMPTY: &str = "\"\"";

const FLAGS: &[Flag] = &[
    flag("api-version", ' ', Takes::Text, "''", "Use given api-version (group/version) of the resource."),
    flag(
        "output",
        'o',
        Takes::Text,
        "'plaintext'",
        "Format in which to render the schema. Valid values are: (plaintext, plaintext-openapiv2).",
    ),
    flag(
        "recursive",
        ' ',
        Takes::Switch,
        "false",
        "When true, print the name of all the fields recursively. Otherwise, print the available fields with their description.",
    ),
];

/// `kubectl explain`
pub static EXPLAIN: Command = Command {
    name: "explain",
    about: "Get documentation for a resource",
    text: "Describe fields and structure of various resources.\n\n This command describes the fields associated with each supported \
           API resource. Fields are identified via a simple\nJSONPath identifier:\n\n        <type>.<fieldName>[.<fieldName>]",
    examples: "  # Get the documentation of the resource and its fields\n  kubectl explain pods\n  \n  \
               # Get the documentation of a specific field of a resource\n  kubectl explain pods.spec.containers",
    usage: "explain TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext|plaintext-openapiv2] [options]",
    flags: &[FLAGS],
    run: Some(run),
    ..Command::NONE
};

fn run(args: &Args, env: &mut Env) -> Outcome {
    let [path] = args.words.as_slice() else {
        return Err(Failure::error(if args.words.is_empty() {
            "You must specify the type of resource to explain. Use \"kubectl api-resources\" for a complete list of supported \
             resources."
        } else {
            "We accept only this format: explain RESOURCE"
        }));
    };
    let (word, mut fields) = path.split_once('.').unwrap_or((path, ""));
    let Some(kind) = Kind::of_word(word) else { return Err(Failure::plain(resource::unknown(word))) };
    // `daemonsets.apps.spec` names the group too; with --api-version that's where it is named.
    if args.text_or_empty("api-version").is_empty()
        && word == kind.plural()
        && let Some(rest) = fields.strip_prefix(kind.group()).filter(|_| !kind.group().is_empty())
        && (rest.is_empty() || rest.starts_with('.'))
    {
        fields = rest;
    }
    let version = kind.api_version();
    let asked = Some(args.text_or_empty("api-version")).filter(|text| !text.is_empty()).unwrap_or(&version);
    if *asked != *version {
        let (group, version) = asked.split_once('/').unwrap_or(("", asked));
        let text = format!("couldn't find resource for \"{group}/{version}, Resource={}\"", kind.plural());
        return Err(Failure::error(text));
    }
    let format = args.text("output").unwrap_or("plaintext");
    if !matches!(format, "plaintext" | "plaintext-openapiv2") {
        return Err(Failure::error(format!("unrecognized format: {format}")));
    }
    let Some(ty) = Type::of(kind) else {
        return Err(Failure::error(format!("everynode has no field documentation for {}", kind.plural())));
    };
    if !kind.group().is_empty() {
        env.say(&format!("GROUP:      {}", kind.group()));
    }
    env.say(&format!("KIND:       {}\nVERSION:    {}\n", kind.name(), kind.info().version));
    let Some((owner, field)) = follow(ty, fields)? else {
        let text = page(ty, None, args.on("recursive"), env.descriptions);
        env.put(&text);
        return Ok(Progress::Done(0));
    };
    let text = page(field.ty, Some((owner, field)), args.on("recursive"), env.descriptions);
    env.put(&text);
    Ok(Progress::Done(0))
}

/// The last field of a path, and the type it belongs to.
fn follow(ty: Type, path: &str) -> Result<Option<(Type, &'static Field)>, Failure> {
    let (mut owner, mut found) = (ty, None);
    for name in path.split('.').filter(|name| !name.is_empty()) {
        let field = owner.field(name).ok_or_else(|| Failure::error(format!("field {name:?} does not exist")))?;
        found = Some((owner, field));
        owner = innermost(field.ty);
    }
    Ok(found)
}

/// The type behind lists and maps.
fn innermost(mut ty: Type) -> Type {
    while let Some(item) = ty.item() {
        ty = item;
    }
    ty
}

fn page(ty: Type, field: Option<(Type, &Field)>, recursive: bool, texts: Option<&Descriptions>) -> String {
    let mut out = String::new();
    let inner = innermost(ty);
    let of_type = || texts.map(|texts| texts.of_type(inner)).unwrap_or_default();
    let text = match field {
        Some((owner, field)) => {
            out.push_str(&format!("FIELD: {} <{}>{}\n", field.name, ty.explain_name(), required(field)));
            if ty.is_enum() {
                out.push_str("ENUM:");
                ty.values().for_each(|value| out.push_str(&format!("\n    {value}")));
            }
            out.push_str("\n\n");
            let own = text_of(owner, field, texts);
            match (own, of_type()) {
                (own, of_type) if own.is_empty() || own == of_type || of_type.is_empty() => {
                    if own.is_empty() {
                        of_type
                    } else {
                        own
                    }
                }
                (own, of_type) => format!("{own}\n{of_type}"),
            }
        }
        None => of_type(),
    };
    out.push_str("DESCRIPTION:\n");
    out.push_str(&wrap(if text.is_empty() { "<empty>" } else { &text }, 4));
    out.push_str("    \n");
    if inner.fields().is_empty() {
        out.push('\n');
        return out;
    }
    out.push_str("FIELDS:\n");
    if recursive {
        names(inner, 2, &mut vec![inner], &mut out);
    } else {
        for field in inner.fields() {
            head(field, 2, &mut out);
            let text = text_of(inner, field, texts);
            out.push_str(&wrap(if text.is_empty() { "<no description>" } else { &text }, 4));
            out.push('\n');
        }
    }
    out.push('\n');
    out
}

/// A field's text, and what each of its values means.
fn text_of(owner: Type, field: &Field, texts: Option<&Descriptions>) -> String {
    let Some(texts) = texts else { return String::new() };
    let mut out = texts.of_field(owner, field.name);
    if !field.ty.is_enum() {
        return out;
    }
    out.push_str("\n\nPossible enum values:");
    for value in field.ty.values() {
        let meaning = texts.of_field(field.ty, value);
        let value = if value == EMPTY { EMPTY.to_string() } else { format!("\"{value}\"") };
        out.push_str(format!("\n - `{value}` {meaning}").trim_end());
    }
    out
}

fn head(field: &Field, indent: usize, out: &mut String) {
    out.push_str(&format!("{:indent$}{}\t<{}>{}\n", "", field.name, field.ty.explain_name(), required(field)));
    if field.ty.is_enum() {
        let values: Vec<&str> = field.ty.values().collect();
        let more = if values.len() > VALUES_MAX { ", ...." } else { "" };
        let shown = &values[..values.len().min(VALUES_MAX)];
        out.push_str(&format!("{:indent$}enum: {}{more}\n", "", shown.join(", ")));
    }
}

/// The schema table calls metadata required because it is always written; nobody has to write it.
fn required(field: &Field) -> &'static str {
    if field.required && field.name != "metadata" { " -required-" } else { "" }
}

/// Names of fields, and of those below them; a type inside itself is not followed again.
fn names(ty: Type, indent: usize, above: &mut Vec<Type>, out: &mut String) {
    for field in ty.fields() {
        head(field, indent, out);
        let inner = innermost(field.ty);
        if !above.contains(&inner) {
            above.push(inner);
            names(inner, indent + 2, above, out);
            above.pop();
        }
    }
}

/// Breaks a text into lines at spaces; its own line breaks and the spaces a line begins with stay.
fn wrap(text: &str, indent: usize) -> String {
    let mut out = String::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for (index, word) in paragraph.split(' ').enumerate() {
            if !line.trim().is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH {
                out.push_str(&format!("{:indent$}{line}\n", ""));
                line.clear();
            } else if index > 0 {
                line.push(' ');
            }
            line.push_str(word);
        }
        out.push_str(&format!("{:indent$}{line}\n", ""));
    }
    out
}

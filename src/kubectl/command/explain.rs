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
    let (word, fields) = path.split_once('.').unwrap_or((path, ""));
    let Some(kind) = Kind::of_word(word) else { return Err(Failure::plain(resource::unknown(word))) };
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
            let required = if field.required { " -required-" } else { "" };
            out.push_str(&format!("FIELD: {} <{}>{required}\n", field.name, ty.explain_name()));
            values(ty, "", &mut out);
            out.push_str("\n\n");
            let own = texts.map(|texts| texts.of_field(owner, field.name)).unwrap_or_default();
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
            let text = texts.map(|texts| texts.of_field(inner, field.name)).unwrap_or_default();
            out.push_str(&wrap(if text.is_empty() { "<no description>" } else { &text }, 4));
            out.push('\n');
        }
    }
    out.push('\n');
    out
}

fn head(field: &Field, indent: usize, out: &mut String) {
    let required = if field.required { " -required-" } else { "" };
    out.push_str(&format!("{:indent$}{}\t<{}>{required}\n", "", field.name, field.ty.explain_name()));
    values(field.ty, "  ", out);
}

fn values(ty: Type, indent: &str, out: &mut String) {
    let values: Vec<&str> = ty.values().collect();
    if !values.is_empty() {
        out.push_str(&format!("{indent}enum: {}\n", values.join(", ")));
    }
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

/// Breaks a text into lines at spaces; its own line breaks stay.
fn wrap(text: &str, indent: usize) -> String {
    let mut out = String::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH {
                out.push_str(&format!("{:indent$}{line}\n", ""));
                line.clear();
            } else if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        out.push_str(&format!("{:indent$}{line}\n", ""));
    }
    out
}

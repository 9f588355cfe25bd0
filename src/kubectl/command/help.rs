//! What `-h` prints: a verb's text, examples, flags and usage, or the list of a group's verbs.
//!
//! Models kubectl `pkg/util/templates/templater.go`, Kubernetes v1.36.

use super::{Command, ROOT};
use crate::args::{Flag, GLOBAL, Takes};
use api::sort;

/// The groups of the main help, with their verbs in order.
const GROUPS: &[(&str, &[&str])] = &[
    ("Basic Commands (Beginner)", &["create", "expose", "run", "set"]),
    ("Basic Commands (Intermediate)", &["explain", "get", "edit", "delete"]),
    ("Deploy Commands", &["rollout", "scale", "autoscale"]),
    ("Cluster Management Commands", &["certificate", "cluster-info", "top", "cordon", "uncordon", "drain", "taint"]),
    (
        "Troubleshooting and Debugging Commands",
        &["describe", "logs", "attach", "exec", "port-forward", "proxy", "cp", "auth", "debug", "events"],
    ),
    ("Advanced Commands", &["diff", "apply", "patch", "replace", "wait", "kustomize"]),
    ("Settings Commands", &["label", "annotate", "completion"]),
    ("Other Commands", &["api-resources", "api-versions", "config", "kuberc", "plugin", "version"]),
];

const OPTIONS_HINT: &str =
    "Use \"kubectl options\" for a list of global command-line options (applies to all commands).\n";

/// The help of a command that is called by `path`.
pub fn of(command: &Command, path: &str) -> String {
    if command.name == ROOT.name {
        return main();
    }
    let mut out = format!("{}\n", command.text);
    if !command.examples.is_empty() {
        out.push_str(&format!("\nExamples:\n{}\n", command.examples));
    }
    if !command.commands.is_empty() {
        out.push_str("\nAvailable Commands:\n");
        for below in command.commands {
            out.push_str(&line(below, command));
        }
    }
    let mut flags: Vec<&Flag> = command.flags.iter().flat_map(|table| table.iter()).collect();
    sort::by_key(&mut flags, |flag| flag.name);
    if !flags.is_empty() {
        out.push_str("\nOptions:\n");
        out.push_str(&flags.iter().map(|flag| option(flag, path)).collect::<Vec<_>>().join("\n"));
    }
    out.push_str(&format!("\nUsage:\n  kubectl {}\n\n", command.usage));
    if !command.commands.is_empty() {
        out.push_str(&format!("Use \"{path} <command> --help\" for more information about a given command.\n"));
    }
    out.push_str(OPTIONS_HINT);
    out
}

fn main() -> String {
    let about = "kubectl controls the Kubernetes cluster manager.\n\n \
                 Find more information at: https://kubernetes.io/docs/reference/kubectl/\n";
    about.to_string() + &commands()
}

/// What `help` says of words that are no command's name.
pub fn unknown_topic(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    format!("Unknown help topic [{}]\n\n{}", words.join(" "), commands())
}

fn commands() -> String {
    let mut out = String::new();
    for (title, names) in GROUPS {
        out.push_str(&format!("\n{title}:\n"));
        for command in names.iter().filter_map(|name| ROOT.below(name)) {
            out.push_str(&line(command, &ROOT));
        }
    }
    out.push_str("\nUsage:\n  kubectl [flags] [options]\n\n");
    out.push_str("Use \"kubectl <command> --help\" for more information about a given command.\n");
    out.push_str(OPTIONS_HINT);
    out
}

/// `kubectl options`
pub fn global() -> String {
    let shown =
        GLOBAL.iter().filter(|flag| flag.name != "help").map(|flag| option(flag, "")).collect::<Vec<_>>().join("\n");
    format!("The following options can be passed to any command:\n\n{shown}")
}

/// A command of a list: eleven columns for its name, or as many as the longest of its siblings needs.
fn line(command: &Command, above: &Command) -> String {
    let longest = above.commands.iter().map(|sibling| sibling.name.len()).max().unwrap_or_default();
    format!("  {:width$}   {}\n", command.name, command.about, width = longest.max(11))
}

/// `    -A, --all-namespaces=false:` and its text below.
fn option(flag: &Flag, path: &str) -> String {
    let short = if flag.short == ' ' { "    ".to_string() } else { format!("-{}, ", flag.short) };
    let default = match (flag.takes, flag.default) {
        (Takes::Text, "") if flag.name == "field-manager" => format!("'{}'", manager(path)),
        (Takes::Text, "") => "''".to_string(),
        (_, default) => default.to_string(),
    };
    format!("    {short}--{}={default}:\n\t{}\n", flag.name, flag.help)
}

/// Who a command's changes are written down for.
fn manager(path: &str) -> String {
    match path.split(' ').nth(1) {
        Some("apply") => "kubectl-client-side-apply".into(),
        Some(verb) => format!("kubectl-{verb}"),
        None => String::new(),
    }
}

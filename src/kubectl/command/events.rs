//! `kubectl events`: Events by time, for one object or all of them.
//!
//! Models kubectl `pkg/cmd/events/events.go`, Kubernetes v1.36.

use super::options::{self, OUTPUT};
use super::{Command, Outcome};
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::resource::{ALL_NAMESPACES, kind_of};
use crate::{Env, ExitCode, Progress, Running, Scoped, describe, print};
use api::request::{Answer, Request, Verb, WatchType};
use api::resource::Kind;
use api::{Value, json, sort};

const FLAGS: &[Flag] = &[
    flag(
        "chunk-size",
        ' ',
        Takes::Number,
        "500",
        "Return large lists in chunks rather than all at once. Pass 0 to disable.",
    ),
    flag("for", ' ', Takes::Text, "''", "Filter events to only those pertaining to the specified resource."),
    flag("no-headers", ' ', Takes::Switch, "false", "When using the default output format, don't print headers."),
    flag("types", ' ', Takes::List, "[]", "Output only events of given types."),
    flag("watch", 'w', Takes::Switch, "false", "After listing the requested events, watch for more events."),
];

/// `kubectl events`
pub static EVENTS: Command = Command {
    name: "events",
    about: "List events",
    text: "Display events.\n\n Prints a table of the most important information about events. You can request events for a \
           namespace, for all\nnamespace, or filtered to only those pertaining to a specified resource.",
    examples: "  # List recent events in the default namespace\n  kubectl events\n  \n  \
               # List recent events for the specified pod, then wait for more events and list them as they arrive\n  \
               kubectl events --for pod/web-pod-13je7 --watch",
    usage: "events [(-o|--output=)json|yaml|name|...] [--for TYPE/NAME] [--watch] [--types=Normal,Warning] [options]",
    flags: &[ALL_NAMESPACES, OUTPUT, FLAGS],
    run: Some(run),
    ..Command::NONE
};

fn run(args: &Args, env: &mut Env) -> Outcome {
    let selection = Selection::of(args)?;
    let namespace = args.list_namespace(env);
    let response = env.ask(Request::new(Verb::List, Kind::EVENT).scoped(&namespace))?;
    let since = response.resource_version;
    let mut events: Vec<Value> = response.items().iter().map(|object| object.to_value()).collect();
    events.retain(|event| selection.picks(event));
    sort::by(&mut events, |a, b| last_seen(a).cmp(last_seen(b)));
    let watching = args.on("watch");
    if let Some(format) = args.text("output") {
        let list = json!({"apiVersion": "v1", "items": events, "kind": "EventList", "metadata": {}});
        let text = print::object(format, &list, false).map_err(Failure::error)?;
        env.put(&text);
        return Ok(Progress::Done(0));
    }
    if events.is_empty() && !watching {
        env.complain(&match args.on("all-namespaces") {
            true => "No events found.".to_string(),
            false => format!("No events found in {namespace} namespace."),
        });
        return Ok(Progress::Done(0));
    }
    let mut table = Table { widths: [0; 6], with_namespace: args.on("all-namespaces") };
    let mut rows = Vec::new();
    if !args.on("no-headers") {
        rows.push(["NAMESPACE", "LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"].map(String::from));
    }
    rows.extend(events.iter().map(|event| row(event, env)));
    let text = table.print(&rows);
    env.put(&text);
    if !watching {
        return Ok(Progress::Done(0));
    }
    Ok(Progress::Running(Box::new(Watching { namespace, since, selection, table })))
}

/// Which Events are wanted.
struct Selection {
    object: Option<(String, String)>,
    types: Vec<String>,
}

impl Selection {
    fn of(args: &Args) -> Result<Selection, Failure> {
        let mut object = None;
        if let Some(text) = args.text("for").filter(|text| !text.is_empty()) {
            let (kind, name) = text
                .split_once('/')
                .filter(|(kind, name)| !kind.is_empty() && !name.is_empty())
                .ok_or_else(|| Failure::error("--for must be in resource/name form"))?;
            object = Some((kind_of(kind)?.name().to_string(), name.to_string()));
        }
        let types = args.list("types").to_vec();
        if let Some(wrong) = types.iter().find(|t| !["normal", "warning"].contains(&t.to_ascii_lowercase().as_str())) {
            return Err(Failure::error(format!("valid --types are Normal or Warning, not {wrong}")));
        }
        Ok(Selection { object, types })
    }

    fn picks(&self, event: &Value) -> bool {
        let about = &event["involvedObject"];
        let object = self.object.as_ref().is_none_or(|(kind, name)| about["kind"] == **kind && about["name"] == **name);
        let kind = event["type"].as_str().unwrap_or_default();
        object && (self.types.is_empty() || self.types.iter().any(|wanted| wanted.eq_ignore_ascii_case(kind)))
    }
}

/// RFC 3339 in one zone: texts compare as the times do.
fn last_seen(event: &Value) -> &str {
    let times = [&event["series"]["lastObservedTime"], &event["lastTimestamp"], &event["eventTime"]];
    times.into_iter().find_map(Value::as_str).unwrap_or_default()
}

fn row(event: &Value, env: &Env) -> [String; 6] {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let about = &event["involvedObject"];
    [
        text(&event["metadata"]["namespace"]),
        describe::interval(event, env.now()),
        text(&event["type"]),
        text(&event["reason"]),
        format!("{}/{}", text(&about["kind"]), text(&about["name"])),
        text(&event["message"]).trim().to_string(),
    ]
}

/// Columns that only grow.
struct Table {
    widths: [usize; 6],
    with_namespace: bool,
}

impl Table {
    fn print(&mut self, rows: &[[String; 6]]) -> String {
        for row in rows {
            for (width, cell) in self.widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count() + 3).max(6);
            }
        }
        let first = usize::from(!self.with_namespace);
        let mut out = String::new();
        for row in rows {
            for (cell, width) in row[first..5].iter().zip(&self.widths[first..5]) {
                out.push_str(cell);
                print::columns::pad(&mut out, cell, *width);
            }
            out.push_str(&row[5]);
            out.push('\n');
        }
        out
    }
}

/// `events -w`: a line for every new Event, until interrupted.
struct Watching {
    namespace: String,
    since: u64,
    selection: Selection,
    table: Table,
}

impl Running for Watching {
    fn poll(&mut self, env: &mut Env) -> Option<ExitCode> {
        let mut request = Request::new(Verb::Watch, Kind::EVENT).scoped(&self.namespace);
        request.resource_version = self.since;
        let response = match env.ask(request) {
            Ok(response) => response,
            Err(status) => return Some(options::fail(env, &status.into())),
        };
        self.since = response.resource_version;
        if let Answer::Events(events, _) = response.answer {
            for event in events.iter().filter(|event| event.kind != WatchType::Deleted) {
                let value = event.object.to_value();
                if self.selection.picks(&value) {
                    let text = self.table.print(&[row(&value, env)]);
                    env.put(&text);
                }
            }
        }
        None
    }
}

//! `kubectl events`: Events by time, for one object or all of them.
//!
//! Models kubectl `pkg/cmd/events/events.go`, Kubernetes v1.36.

use super::options::{self, OUTPUT};
use super::{Command, Outcome};
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::parts::{self, OBJECTS, Part, ROWS};
use crate::resource::{ALL_NAMESPACES, kind_of};
use crate::{Env, ExitCode, Running, Scoped, describe, print};
use api::request::{Answer, Request, Verb, WatchType};
use api::resource::Kind;
use api::{Value, json, sort};
use std::collections::BTreeMap;
use std::mem::take;

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
    let mut listing = Listing {
        args: args.clone(),
        list: Request { limit: OBJECTS, ..Request::new(Verb::List, Kind::EVENT).scoped(&namespace) },
        namespace,
        since: None,
        selection,
        events: Vec::new(),
        rows: BTreeMap::new(),
        printing: false,
        table: Table { widths: [0; 6], with_namespace: args.on("all-namespaces") },
    };
    parts::begin(env, move |env| listing.go_on(env))
}

/// Events being asked for page by page, then brought into order, then printed.
struct Listing {
    args: Args,
    namespace: String,
    list: Request,
    /// The version at which they were listed.
    since: Option<u64>,
    selection: Selection,
    /// For `-o`.
    events: Vec<Value>,
    /// Rows by when each was last seen, and then as they came.
    rows: BTreeMap<(String, usize), [String; 6]>,
    /// Whether there is nothing left but to print them.
    printing: bool,
    table: Table,
}

impl Listing {
    fn go_on(&mut self, env: &mut Env) -> Result<Part, Failure> {
        if self.since.is_none() || self.list.rest.is_some() {
            let mut response = env.ask(self.list.clone())?;
            self.since.get_or_insert(response.resource_version);
            self.list.rest = response.rest.take();
            let events = response.items().into_iter().map(|object| object.to_value());
            for event in events.filter(|event| self.selection.picks(event)) {
                match self.args.has("output") {
                    true => self.events.push(event),
                    false => {
                        let row = row(&event, env);
                        self.table.measure(&row);
                        self.rows.insert((last_seen(&event).to_string(), self.rows.len()), row);
                    }
                }
            }
            return Ok(Part::More);
        }
        if self.printing {
            let some: Vec<_> = std::iter::from_fn(|| self.rows.pop_first()).take(ROWS).collect();
            env.put(&some.iter().map(|(_, row)| self.table.line(row)).collect::<String>());
            return Ok(if self.rows.is_empty() { self.end() } else { Part::More });
        }
        if let Some(format) = self.args.text("output") {
            let mut events = take(&mut self.events);
            sort::by(&mut events, |a, b| last_seen(a).cmp(last_seen(b)));
            let mut list = json!({"apiVersion": "v1", "items": null, "kind": "EventList", "metadata": {}});
            list["items"] = Value::Array(events);
            env.put(&print::object(format, &list, false).map_err(Failure::error)?);
            return Ok(Part::Done);
        }
        if self.rows.is_empty() && !self.args.on("watch") {
            env.complain(&match self.table.with_namespace {
                true => "No events found.".to_string(),
                false => format!("No events found in {} namespace.", self.namespace),
            });
            return Ok(Part::Done);
        }
        if !self.args.on("no-headers") {
            let heads = ["NAMESPACE", "LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"].map(String::from);
            self.table.measure(&heads);
            env.put(&self.table.line(&heads));
        }
        self.printing = true;
        Ok(Part::More)
    }

    fn end(&mut self) -> Part {
        if !self.args.on("watch") {
            return Part::Done;
        }
        Part::Wait(Box::new(Watching {
            namespace: take(&mut self.namespace),
            since: self.since.unwrap_or_default(),
            selection: take(&mut self.selection),
            table: take(&mut self.table),
        }))
    }
}

/// Which Events are wanted.
#[derive(Default)]
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
#[derive(Default)]
struct Table {
    widths: [usize; 6],
    with_namespace: bool,
}

impl Table {
    fn measure(&mut self, row: &[String; 6]) {
        for (width, cell) in self.widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count() + 3).max(6);
        }
    }

    fn line(&self, row: &[String; 6]) -> String {
        let first = usize::from(!self.with_namespace);
        let mut out = String::new();
        for (cell, width) in row[first..5].iter().zip(&self.widths[first..5]) {
            out.push_str(cell);
            print::columns::pad(&mut out, cell, *width);
        }
        out + &row[5] + "\n"
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
                    let row = row(&value, env);
                    self.table.measure(&row);
                    env.put(&self.table.line(&row));
                }
            }
        }
        None
    }
}

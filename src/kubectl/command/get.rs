//! `kubectl get`: tables as the server makes them, or objects in whatever form `-o` asks for; with `-w`, row after row.
//!
//! Models kubectl `pkg/cmd/get/get.go`, Kubernetes v1.36. Left out: kustomizations. A page of a list is as long as a part of the work, whatever
//! `--chunk-size` says: nobody can tell.

use super::options::{self, OUTPUT_OF_TABLES};
use super::{Command, Outcome};
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::parts::{self, OBJECTS, Part, ROWS};
use crate::print::Sorting;
use crate::print::table::{TableOptions, TablePrinter};
use crate::resource::{self, ALL_NAMESPACES, Bare, Every, FIELD_SELECTOR, FILES, Named, SELECTOR, Search, Target};
use crate::{Env, ExitCode, Running, print};
use api::request::{Answer, Request, Rest, Verb, WatchEvent, WatchType};
use api::resource::Kind;
use api::status::Reason;
use api::table::Table;
use api::time::Time;
use api::{Value, json};
use std::collections::VecDeque;
use std::ops::Range;

const FLAGS: &[Flag] = &[
    flag(
        "chunk-size",
        ' ',
        Takes::Number,
        "500",
        "Return large lists in chunks rather than all at once. Pass 0 to disable.",
    ),
    flag(
        "ignore-not-found",
        ' ',
        Takes::Switch,
        "false",
        "If set to true, suppresses NotFound error for specific objects that do not exist.",
    ),
    flag(
        "label-columns",
        'L',
        Takes::List,
        "[]",
        "Accepts a comma separated list of labels that are going to be presented as columns. Names are case-sensitive.",
    ),
    flag(
        "no-headers",
        ' ',
        Takes::Switch,
        "false",
        "When using the default or custom-column output format, don't print headers (default print headers).",
    ),
    flag(
        "output-watch-events",
        ' ',
        Takes::Switch,
        "false",
        "Output watch event objects when --watch or --watch-only is used. Existing objects are output as initial ADDED events.",
    ),
    flag(
        "server-print",
        ' ',
        Takes::Switch,
        "true",
        "If true, have the server return the appropriate table output. Supports extension APIs and CRDs.",
    ),
    flag("show-kind", ' ', Takes::Switch, "false", "If present, list the resource type for the requested object(s)."),
    flag(
        "show-labels",
        ' ',
        Takes::Switch,
        "false",
        "When printing, show all labels as the last column (default hide labels column)",
    ),
    flag(
        "sort-by",
        ' ',
        Takes::Text,
        "''",
        "If non-empty, sort list types using this field specification. The field specification is expressed as a JSONPath expression (e.g. '{.metadata.name}').",
    ),
    flag(
        "subresource",
        ' ',
        Takes::Text,
        "''",
        "If specified, gets the subresource of the requested object. Must be one of [status scale resize].",
    ),
    flag("watch", 'w', Takes::Switch, "false", "After listing/getting the requested object, watch for changes."),
    flag(
        "raw",
        ' ',
        Takes::Text,
        "''",
        "Raw URI to request from the server.  Uses the transport specified by the kubeconfig file.",
    ),
    flag(
        "watch-only",
        ' ',
        Takes::Switch,
        "false",
        "Watch for changes to the requested object(s), without listing/getting first.",
    ),
];

/// `kubectl get`
pub static GET: Command = Command {
    name: "get",
    about: "Display one or many resources",
    text: "Display one or many resources.\n\n Prints a table of the most important information about the specified resources. You can \
           filter the list using a label\nselector and the --selector flag. If the desired resource type is namespaced you will \
           only see results in the current\nnamespace if you don't specify any namespace.",
    examples: "  # List all pods in ps output format\n  kubectl get pods\n  \n  \
               # List all pods in ps output format with more information (such as node name)\n  kubectl get pods -o wide\n  \n  \
               # List a single daemon set in JSON output format\n  kubectl get -o json ds fluentd\n  \n  \
               # List one or more resources by their type and names\n  kubectl get ds/fluentd service/frontend pods/web-pod-13je7",
    usage: "get [(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file|custom-columns|custom-columns-file|wide] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags] [options]",
    flags: &[FILES, SELECTOR, FIELD_SELECTOR, ALL_NAMESPACES, OUTPUT_OF_TABLES, FLAGS],
    run: Some(run),
    ..Command::NONE
};

fn run(args: &Args, env: &mut Env) -> Outcome {
    let format = args.text("output").unwrap_or_default();
    let as_table = matches!(format, "" | "wide");
    if let Some(path) = args.text("raw").filter(|path| !path.is_empty()) {
        return super::raw::get(path, args, env);
    }
    if args.words.is_empty() && !args.has("filename") {
        return Err(Failure::usage_after(
            "You must specify the type of resource to get. Use \"kubectl api-resources\" for a complete list of supported \
             resources.\n\n",
            "kubectl get",
            "Required resource not specified.\nUse \"kubectl explain <resource>\" for a detailed description of that \
             resource (e.g. kubectl explain pods).",
        ));
    }
    if !as_table {
        print::check(format).map_err(Failure::error)?;
        let flag = if args.on("show-labels") { Some("--show-labels") } else { None };
        if let Some(flag) = flag {
            return Err(Failure::error(format!("{flag} option cannot be used with {format} printer")));
        }
    }
    if args.on("output-watch-events") && !args.on("watch") && !args.on("watch-only") {
        let text = "--output-watch-events option can only be used with --watch or --watch-only";
        return Err(Failure::error(text));
    }
    let subresource = options::subresource(args)?;
    let (targets, failures) = resource::targets(args, &args.words, Bare::All, env)?;
    if !subresource.is_empty() {
        if targets.iter().any(|target| matches!(target, Target::Every(_))) {
            return Err(Failure::error("subresource cannot be used when bulk resources are specified"));
        }
        if args.on("watch") || args.on("watch-only") {
            return Err(Failure::error("everynode doesn't simulate watching a subresource"));
        }
    }
    if args.on("watch") || args.on("watch-only") {
        options::finish(failures)?;
        return watch(args, targets, as_table, env);
    }
    if as_table { tables(args, targets, failures, env) } else { objects(args, format, targets, failures, env) }
}

// ---- tables ------------------------------------------------------------------------------------------------------------

/// One type's rows, the kind they are of, and how they are printed.
struct Group {
    kind: Kind,
    table: Table,
    printer: TablePrinter,
    /// The order the rows are to be brought into.
    sorting: Option<Sorting>,
    /// How many rows have been measured, and printed.
    measured: usize,
    printed: usize,
}

/// Tables being asked for page by page, then measured, then printed.
struct Tables {
    args: Args,
    targets: VecDeque<Target>,
    /// What is left of the first target's list.
    rest: Option<Rest>,
    groups: VecDeque<Group>,
    failures: Vec<Failure>,
    all_namespaced: bool,
    asked: bool,
    written: bool,
}

fn tables(args: &Args, targets: Vec<Target>, failures: Vec<Failure>, env: &mut Env) -> Outcome {
    let mut tables = Tables {
        all_namespaced: !args.on("all-namespaces") && targets.iter().all(|target| kind_of(target).namespaced()),
        args: args.clone(),
        targets: targets.into(),
        rest: None,
        groups: VecDeque::new(),
        failures,
        asked: false,
        written: false,
    };
    parts::begin(env, move |env| tables.go_on(env))
}

impl Tables {
    /// Does a part: so many rows.
    fn go_on(&mut self, env: &mut Env) -> Result<Part, Failure> {
        let mut room = ROWS;
        while room > 0 && !self.asked {
            room = room.saturating_sub(self.ask(env)?.max(1));
            if self.targets.is_empty() {
                self.asked = true;
                self.prepare();
            }
        }
        while room > 0 {
            let Some(group) = self.groups.front_mut() else {
                if !self.written && self.failures.is_empty() && !self.args.on("ignore-not-found") {
                    nothing_found(self.all_namespaced, &self.args, env);
                }
                return Part::done_but_for(&mut self.failures);
            };
            let rows = &group.table.rows;
            if group.measured < rows.len() {
                let until = rows.len().min(group.measured + room);
                group.printer.measure(&group.table.columns, &rows[group.measured..until]);
                room -= until - group.measured;
                group.measured = until;
                continue;
            }
            if group.printed == 0 && !rows.is_empty() && self.written && !self.args.on("no-headers") {
                env.put("\n");
            }
            self.written |= !rows.is_empty();
            let until = rows.len().min(group.printed + room);
            let text = group.printer.print(&group.table.columns, &rows[group.printed..until]);
            env.put(&text);
            room -= until - group.printed;
            group.printed = until;
            if group.printed == rows.len() {
                self.groups.pop_front();
            }
        }
        Ok(Part::More)
    }

    /// Asks for a page of the first target; how many rows it had.
    fn ask(&mut self, env: &mut Env) -> Result<usize, Failure> {
        let Some(target) = self.targets.front() else { return Ok(0) };
        let asked = table(target, self.rest.take(), &self.args, env);
        let count = asked.as_ref().map_or(0, |(_, table, _)| table.rows.len());
        match asked {
            Ok((kind, table, rest)) => {
                self.rest = rest;
                self.take(kind, table).map_err(Failure::error)?;
            }
            Err((_, Reason::NotFound)) if self.args.on("ignore-not-found") => {}
            Err((failure, _)) if self.failures.contains(&failure) => {}
            Err((failure, _)) => self.failures.push(failure),
        }
        if self.rest.is_none() {
            self.targets.pop_front();
        }
        Ok(count)
    }

    /// Puts rows to those of their kind, if they are of the last one.
    fn take(&mut self, kind: Kind, table: Table) -> Result<(), String> {
        let Some(last) = self.groups.back_mut().filter(|last| last.kind == kind) else {
            let path = self.args.text("sort-by").filter(|path| !path.is_empty());
            let sorting = path.map(Sorting::by).transpose()?;
            let empty = Table { columns: table.columns.clone(), rows: Vec::new() };
            let printer = TablePrinter::default();
            self.groups.push_back(Group { kind, table: empty, printer, sorting, measured: 0, printed: 0 });
            return self.take(kind, table);
        };
        if let Some(sorting) = &mut last.sorting {
            table.rows.iter().try_for_each(|row| sorting.note(&row.object.to_value()))?;
        }
        last.table.rows.extend(table.rows);
        Ok(())
    }

    /// Everything is there: brings it into order, and finds out how it is to be printed.
    fn prepare(&mut self) {
        for group in &mut self.groups {
            if let Some(sorting) = group.sorting.take() {
                let mut rows: Vec<_> = group.table.rows.drain(..).map(Some).collect();
                group.table.rows.extend(sorting.order().into_iter().filter_map(|index| rows[index].take()));
            }
        }
        let several = self.groups.iter().any(|group| group.kind != self.groups[0].kind);
        for group in &mut self.groups {
            group.printer = TablePrinter::new(table_options(&self.args, group.kind, several));
        }
    }
}

/// `No resources found in default namespace.`
pub fn nothing_found(namespaced: bool, args: &Args, env: &mut Env) {
    if namespaced {
        let namespace = args.namespace(env);
        env.complain(&format!("No resources found in {namespace} namespace."));
    } else {
        env.complain("No resources found");
    }
}

fn table_options(args: &Args, kind: Kind, several: bool) -> TableOptions {
    TableOptions {
        wide: args.text("output") == Some("wide"),
        no_headers: args.on("no-headers"),
        with_namespace: args.on("all-namespaces") && kind.namespaced(),
        show_labels: args.on("show-labels"),
        label_columns: args.list("label-columns").to_vec(),
        kind_prefix: (several || args.on("show-kind")).then(|| kind.singular_resource()),
        with_events: args.on("output-watch-events"),
    }
}

fn kind_of(target: &Target) -> Kind {
    match target {
        Target::Named(id) => id.kind,
        Target::Every(every) => every.kind,
        Target::File(manifest) => manifest.kind,
    }
}

/// A target's rows, or a page of them, and what is left over then.
fn table(
    target: &Target,
    rest: Option<Rest>,
    args: &Args,
    env: &mut Env,
) -> Result<(Kind, Table, Option<Rest>), (Failure, Reason)> {
    let (kind, mut request) = match target {
        Target::Named(id) => (id.kind, id.request(Verb::Get)),
        Target::File(manifest) => (manifest.kind, manifest.id().request(Verb::Get)),
        Target::Every(every) => (every.kind, every.request(Verb::List)),
    };
    request.as_table = true;
    (request.limit, request.rest) = (ROWS, rest);
    request.subresource = options::subresource(args).unwrap_or_default();
    match env.ask(request) {
        Ok(response) => match response.answer {
            Answer::Table(table) => Ok((kind, table, response.rest)),
            _ => Ok((kind, Table::default(), None)),
        },
        Err(status) => {
            let reason = status.reason;
            Err((explain(target, status), reason))
        }
    }
}

fn explain(target: &Target, status: api::status::Status) -> Failure {
    match target {
        Target::Every(every) => every.explain(status),
        _ => status.into(),
    }
}

// ---- objects -----------------------------------------------------------------------------------------------------------

fn objects(args: &Args, format: &str, targets: Vec<Target>, failures: Vec<Failure>, env: &mut Env) -> Outcome {
    let single = matches!(targets.as_slice(), [Target::Named(_) | Target::File(_)]);
    let subresource = options::subresource(args)?;
    if single || !subresource.is_empty() {
        return few_objects(args, format, targets, failures, env);
    }
    let sorted_by = args.text("sort-by").filter(|path| !path.is_empty());
    let mut sorting = sorted_by.map(Sorting::by).transpose().map_err(Failure::error)?;
    let (own, mut ended) = (args.clone(), false);
    let (mut search, mut failures, mut found) = (Search::new(targets), failures, VecDeque::new());
    let mut printer =
        print::Many::new(format, args.on("show-managed-fields"), args.on("no-headers")).map_err(Failure::error)?;
    parts::begin(env, move |env| {
        if let Some(asked) = search.next(env) {
            match asked {
                Ok(infos) => found.extend(infos.into_iter().map(|info| info.value)),
                Err(failure) if is_ignored(&failure, &own) => {}
                Err(failure) => failures.push(failure),
            }
            if let Some(sorting) = &mut sorting {
                let new = found.iter().skip(sorting.noted());
                new.into_iter().try_for_each(|value| sorting.note(value)).map_err(Failure::error)?;
                return Ok(Part::More);
            }
        } else if let Some(sorting) = sorting.take() {
            found = sorting.order().into_iter().map(|index| std::mem::take(&mut found[index])).collect();
            return Ok(Part::More);
        }
        if !found.is_empty() {
            let some = found.drain(..found.len().min(OBJECTS)).collect();
            let text = printer.print(some).map_err(Failure::error)?;
            env.put(&text);
            return Ok(Part::More);
        }
        if !ended && (printer.has_some() || failures.is_empty()) {
            let text = printer.end().map_err(Failure::error)?;
            env.put(&text);
        }
        ended = true;
        match printer.forget(OBJECTS) {
            true => Ok(Part::More),
            false => Part::done_but_for(&mut failures),
        }
    })
}

fn is_ignored(failure: &Failure, args: &Args) -> bool {
    args.on("ignore-not-found") && failure.text.contains("(NotFound)")
}

/// One object, or subresources.
fn few_objects(args: &Args, format: &str, targets: Vec<Target>, mut failures: Vec<Failure>, env: &mut Env) -> Outcome {
    let single = targets.len() == 1;
    let (infos, missing) = match options::subresource(args)? {
        "" => resource::fetch(targets, env),
        subresource => resource::fetch_below(targets, subresource, env),
    };
    failures.extend(missing.into_iter().filter(|failure| !is_ignored(failure, args)));
    let values: Vec<Value> = infos.into_iter().map(|info| info.value).collect();
    if values.is_empty() && (single || !failures.is_empty()) {
        return options::finish(failures);
    }
    let text = match values.as_slice() {
        [value] if single => printed(args, format, value, args.on("no-headers"))?,
        _ => printed(args, format, &print::list_of(values), args.on("no-headers"))?,
    };
    env.put(&text);
    options::finish(failures)
}

fn printed(args: &Args, format: &str, value: &Value, no_headers: bool) -> Result<String, Failure> {
    print::list(format, value, args.on("show-managed-fields"), no_headers).map_err(Failure::error)
}

// ---- watching ----------------------------------------------------------------------------------------------------------

fn watch(args: &Args, targets: Vec<Target>, as_table: bool, env: &mut Env) -> Outcome {
    let [target] = targets.as_slice() else {
        return watch_several(args, targets, as_table, env);
    };
    let (id, every) = match target {
        Target::Named(id) => (Some(id.clone()), named_selection(id)),
        Target::File(manifest) => (Some(manifest.id()), named_selection(&manifest.id())),
        Target::Every(every) => (None, every.clone()),
    };
    if let Some(id) = &id {
        env.get(id.kind, &id.namespace, &id.name)?;
    }
    let mut watching = Some(Watching {
        request: every.request(Verb::Watch),
        resource_version: 0,
        printer: TablePrinter::new(table_options(args, every.kind, false)),
        as_table,
        args: args.clone(),
        documents: 0,
        until: args.request_timeout().map_err(Failure::error)?.map(|seconds| Time(env.now().0 + seconds)),
    });
    let mut list = every.request(Verb::List);
    (list.as_table, list.limit) = (true, ROWS);
    let (mut existing, mut owners) = (Table::default(), Vec::new());
    let (mut complete, mut shown) = (false, 0);
    parts::begin(env, move |env| {
        let Some(watch) = &mut watching else { return Ok(Part::Done) };
        if !complete {
            let mut response = env.ask(list.clone()).map_err(|status| every.explain(status))?;
            watch.resource_version = response.resource_version;
            list.rest = response.rest.take();
            complete = list.rest.is_none();
            owners.append(&mut response.managed_fields);
            match response.answer {
                Answer::Table(table) if !watch.args.on("watch-only") => {
                    watch.printer.measure(&table.columns, &table.rows);
                    existing.columns = table.columns;
                    existing.rows.extend(table.rows);
                }
                _ => {}
            }
        }
        if !complete {
            return Ok(Part::More);
        }
        let until = existing.rows.len().min(shown + if as_table { ROWS } else { OBJECTS });
        watch.show_existing(&existing, shown..until, &owners, env)?;
        shown = until;
        if shown < existing.rows.len() {
            return Ok(Part::More);
        }
        Ok(watching.take().map_or(Part::Done, |watching| Part::Wait(Box::new(watching))))
    })
}

/// Several types are refused at once, several objects only once they have been shown.
fn watch_several(args: &Args, targets: Vec<Target>, as_table: bool, env: &mut Env) -> Outcome {
    let count = targets.len();
    if targets.iter().any(|target| kind_of(target) != kind_of(&targets[0])) {
        return Err(Failure::error("you may only specify a single resource type"));
    }
    for target in &targets {
        table(target, None, args, env).map_err(|(failure, _)| failure)?;
    }
    if !args.on("watch-only") {
        let shown = match as_table {
            true => tables(args, targets, Vec::new(), env)?,
            false => objects(args, args.text_or_empty("output"), targets, Vec::new(), env)?,
        };
        parts::at_once(shown, env);
    }
    Err(Failure::error(format!(
        "watch is only supported on individual resources and resource collections - {count} resources were found"
    )))
}

fn named_selection(id: &Named) -> Every {
    Every {
        kind: id.kind,
        namespace: id.namespace.clone(),
        labels: String::new(),
        fields: format!("metadata.name={}", id.name),
    }
}

fn owned(mut value: Value, owners: Option<Value>) -> Value {
    if let Some(owners) = owners {
        value["metadata"]["managedFields"] = owners;
    }
    value
}

/// `get -w`: prints a row for every change, until interrupted.
struct Watching {
    request: Request,
    resource_version: u64,
    printer: TablePrinter,
    as_table: bool,
    args: Args,
    /// How many objects were printed in another form than a table.
    documents: usize,
    /// When `--request-timeout` ends it.
    until: Option<Time>,
}

impl Watching {
    /// Shows some of what was there when the watch began.
    fn show_existing(
        &mut self,
        table: &Table,
        some: Range<usize>,
        owners: &[Value],
        env: &mut Env,
    ) -> Result<(), Failure> {
        if self.as_table {
            let rows: Vec<_> = table.rows[some].iter().map(|row| (Some(WatchType::Added), row)).collect();
            let text = self.printer.print_events(&table.columns, &rows);
            env.put(&text);
            return Ok(());
        }
        for index in some {
            let value = owned(table.rows[index].object.to_value(), owners.get(index).cloned());
            self.show_object(WatchType::Added, &value, env)?;
        }
        Ok(())
    }

    fn show_event(
        &mut self,
        event: &WatchEvent,
        columns: &Table,
        owners: Option<Value>,
        env: &mut Env,
    ) -> Result<(), Failure> {
        match &event.row {
            Some(row) if self.as_table => {
                let text = self.printer.print_events(&columns.columns, &[(Some(event.kind), row)]);
                env.put(&text);
                Ok(())
            }
            _ => self.show_object(event.kind, &owned(event.object.to_value(), owners), env),
        }
    }

    /// Objects follow each other; YAML documents are kept apart, columns have one header.
    fn show_object(&mut self, what: WatchType, object: &Value, env: &mut Env) -> Result<(), Failure> {
        let format = self.args.text("output").unwrap_or_default().to_string();
        let value = if self.args.on("output-watch-events") && matches!(format.as_str(), "yaml" | "json") {
            let word = match what {
                WatchType::Added => "ADDED",
                WatchType::Modified => "MODIFIED",
                WatchType::Deleted => "DELETED",
            };
            json!({"type": word, "object": object})
        } else {
            object.clone()
        };
        if format == "yaml" && self.documents > 0 {
            env.put("---\n");
        }
        let no_headers = self.args.on("no-headers") || self.documents > 0;
        let text = printed(&self.args, &format, &value, no_headers)?;
        env.put(&text);
        self.documents += 1;
        Ok(())
    }

    fn look(&mut self, env: &mut Env) -> Result<(), Failure> {
        let mut request = self.request.clone();
        request.resource_version = self.resource_version;
        request.as_table = true;
        request.managed_fields = options::asks_for_owners(&self.args);
        let response = env.ask(request)?;
        self.resource_version = response.resource_version;
        let mut owners = response.managed_fields.into_iter();
        if let Answer::Events(events, columns) = response.answer {
            let columns = columns.unwrap_or_default();
            for event in &events {
                self.show_event(event, &columns, owners.next(), env)?;
            }
        }
        Ok(())
    }
}

impl Running for Watching {
    fn poll(&mut self, env: &mut Env) -> Option<ExitCode> {
        match self.look(env) {
            Ok(()) => self.until.filter(|until| env.now() >= *until).map(|_| 0),
            Err(failure) => Some(options::fail(env, &failure)),
        }
    }
}

//! `kubectl get`: tables as the server makes them, or objects in whatever form `-o` asks for; with `-w`, row after row.
//!
//! Models kubectl `pkg/cmd/get/get.go`, Kubernetes v1.36. Left out: kustomizations, chunks.

use super::options::{self, OUTPUT_OF_TABLES};
use super::{Command, Outcome};
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::print::table::{TableOptions, TablePrinter};
use crate::resource::{self, ALL_NAMESPACES, Bare, Every, FIELD_SELECTOR, FILES, Named, SELECTOR, Target};
use crate::{Env, ExitCode, Progress, Running, Scoped, print};
use api::request::{Answer, Request, Verb, WatchEvent, WatchType};
use api::resource::Kind;
use api::status::Reason;
use api::table::{Row, Table};
use api::time::Time;
use api::{Value, json};

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

/// One type's rows, and the kind they are of.
struct Group {
    kind: Kind,
    table: Table,
}

fn tables(args: &Args, targets: Vec<Target>, mut failures: Vec<Failure>, env: &mut Env) -> Outcome {
    let all_namespaced = !args.on("all-namespaces") && targets.iter().all(|target| kind_of(target).namespaced());
    let mut groups: Vec<Group> = Vec::new();
    for target in &targets {
        match table(target, args, env) {
            Ok((kind, table)) => match groups.last_mut() {
                Some(last) if last.kind == kind => last.table.rows.extend(table.rows),
                _ => groups.push(Group { kind, table }),
            },
            Err((_, Reason::NotFound)) if args.on("ignore-not-found") => {}
            Err((failure, _)) if failures.contains(&failure) => {}
            Err((failure, _)) => failures.push(failure),
        }
    }
    if let Some(path) = args.text("sort-by").filter(|path| !path.is_empty()) {
        for group in &mut groups {
            sort(path, &mut group.table.rows).map_err(Failure::error)?;
        }
    }
    let several = groups.iter().any(|group| group.kind != groups[0].kind);
    let mut written = false;
    for group in groups.iter().filter(|group| !group.table.rows.is_empty()) {
        if written && !args.on("no-headers") {
            env.put("\n");
        }
        let mut printer = TablePrinter::new(table_options(args, group.kind, several));
        let text = printer.print(&group.table.columns, &group.table.rows);
        env.put(&text);
        written = true;
    }
    if !written && failures.is_empty() && !args.on("ignore-not-found") {
        nothing_found(all_namespaced, args, env);
    }
    options::finish(failures)
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

fn table(target: &Target, args: &Args, env: &mut Env) -> Result<(Kind, Table), (Failure, Reason)> {
    let (kind, mut request) = match target {
        Target::Named(id) => (id.kind, id.request(Verb::Get)),
        Target::File(manifest) => (manifest.kind, manifest.id().request(Verb::Get)),
        Target::Every(every) => (every.kind, list_request(every, Verb::List)),
    };
    request.as_table = true;
    request.subresource = options::subresource(args).unwrap_or_default();
    match env.ask(request) {
        Ok(response) => match response.answer {
            Answer::Table(table) => Ok((kind, table)),
            _ => Ok((kind, Table::default())),
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

fn list_request(every: &Every, verb: Verb) -> Request {
    let mut request = Request::new(verb, every.kind).scoped(&every.namespace);
    request.label_selector = every.labels.clone();
    request.field_selector = every.fields.clone();
    request
}

fn sort(path: &str, rows: &mut Vec<Row>) -> Result<(), String> {
    let values: Vec<Value> = rows.iter().map(|row| row.object.to_value()).collect();
    let order = print::sort_by(path, &values)?;
    *rows = order.into_iter().map(|index| rows[index].clone()).collect();
    Ok(())
}

// ---- objects -----------------------------------------------------------------------------------------------------------

fn objects(args: &Args, format: &str, targets: Vec<Target>, failures: Vec<Failure>, env: &mut Env) -> Outcome {
    let single = matches!(targets.as_slice(), [Target::Named(_) | Target::File(_)]);
    let mut failures = failures;
    let (infos, missing) = match options::subresource(args)? {
        "" => resource::fetch(targets, env),
        subresource => resource::fetch_below(targets, subresource, env),
    };
    let ignored = |failure: &Failure| args.on("ignore-not-found") && failure.text.contains("(NotFound)");
    failures.extend(missing.into_iter().filter(|failure| !ignored(failure)));
    let mut values: Vec<Value> = infos.into_iter().map(|info| info.value).collect();
    if let Some(path) = args.text("sort-by").filter(|path| !path.is_empty()) {
        let order = print::sort_by(path, &values).map_err(Failure::error)?;
        values = order.into_iter().map(|index| values[index].clone()).collect();
    }
    if values.is_empty() && (single || !failures.is_empty()) {
        return options::finish(failures);
    }
    let value = match values.pop() {
        Some(value) if single => value,
        last => {
            values.extend(last);
            json!({"apiVersion": "v1", "items": values, "kind": "List", "metadata": {"resourceVersion": ""}})
        }
    };
    let text = printed(args, format, &value, args.on("no-headers"))?;
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
    let mut list = list_request(&every, Verb::List);
    list.as_table = true;
    let response = env.ask(list).map_err(|status| every.explain(status))?;
    let resource_version = response.resource_version;
    let mut watching = Watching {
        request: list_request(&every, Verb::Watch),
        resource_version,
        printer: TablePrinter::new(table_options(args, every.kind, false)),
        as_table,
        args: args.clone(),
        documents: 0,
        until: args.request_timeout().map_err(Failure::error)?.map(|seconds| Time(env.now().0 + seconds)),
    };
    if !args.on("watch-only")
        && let Answer::Table(table) = response.answer
    {
        watching.show_existing(&table, response.managed_fields, env)?;
    }
    Ok(Progress::Running(Box::new(watching)))
}

/// Several types are refused at once, several objects only once they have been shown.
fn watch_several(args: &Args, targets: Vec<Target>, as_table: bool, env: &mut Env) -> Outcome {
    let count = targets.len();
    if targets.iter().any(|target| kind_of(target) != kind_of(&targets[0])) {
        return Err(Failure::error("you may only specify a single resource type"));
    }
    for target in &targets {
        table(target, args, env).map_err(|(failure, _)| failure)?;
    }
    if !args.on("watch-only") {
        if as_table {
            tables(args, targets, Vec::new(), env)?;
        } else {
            objects(args, args.text_or_empty("output"), targets, Vec::new(), env)?;
        }
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
    fn show_existing(&mut self, table: &Table, owners: Vec<Value>, env: &mut Env) -> Result<(), Failure> {
        if self.as_table {
            let rows: Vec<_> = table.rows.iter().map(|row| (Some(WatchType::Added), row)).collect();
            let text = self.printer.print_events(&table.columns, &rows);
            env.put(&text);
            return Ok(());
        }
        let mut owners = owners.into_iter();
        for row in &table.rows {
            self.show_object(WatchType::Added, &owned(row.object.to_value(), owners.next()), env)?;
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

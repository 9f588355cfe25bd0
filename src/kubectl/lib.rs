//! The command, to the letter.
//!
//! Read in this order: [`args`] (flags as pflag reads them), [`error`] (what goes to standard error, and the exit code),
//! [`manifest`] (files to objects), [`resource`] (words to objects), [`command`] (one verb per file), [`print`] and
//! [`describe`] (objects to text), [`complete`] (what Tab offers).
//!
//! One thing from beginning to end: `kubectl delete pod web` is found in [`command::ROOT`], its flags are read by the table
//! beside the verb, `resource` turns `pod web` into one object, the verb asks the [`Client`] to delete it and prints the line;
//! then it hands back a [`Running`] that looks again, each time it is polled, whether the Pod is gone.
//!
//! Nothing here blocks and nothing here knows the cluster: what takes time is a value that the host polls as virtual time
//! passes. What takes long is done in [`parts`]. Left out: kubeconfig files and credentials, plugins.

pub mod args;
pub mod command;
pub mod complete;
pub mod describe;
pub mod discovered;
pub mod error;
pub mod manifest;
pub mod names;
pub mod parts;
pub mod print;
pub mod resource;

use api::Value;
use api::client::Client;
use api::objects::Object;
use api::request::{Request, Response, Verb};
use api::resource::Kind;
use api::schema::Descriptions;
use api::status::Status;
use api::time::Time;

/// The status a command ends with; 0 is success.
pub type ExitCode = u8;

/// Runs `kubectl` with the words after its name.
pub fn run(words: &[String], env: &mut Env) -> Progress {
    command::dispatch(words, env)
}

/// What a command can reach.
pub struct Env<'a> {
    /// The API server.
    pub client: &'a mut dyn Client,
    /// The learner's files.
    pub files: &'a mut dyn Files,
    /// Standard input, when something is piped in.
    pub stdin: Option<&'a str>,
    /// Contexts and the current namespace.
    pub config: &'a mut Config,
    /// Where the command writes.
    pub out: &'a mut Output,
    /// The texts of `explain`, once the host has fetched them.
    pub descriptions: Option<&'a Descriptions>,
    /// Whether answers are to say who owns which field; the command sets it.
    pub owners: bool,
    /// The warnings it has passed on: each is told once.
    pub warned: Vec<String>,
}

/// The learner's files, as the command sees them. A path is as typed; the owner knows the working directory.
pub trait Files {
    /// A file's text.
    fn read(&self, path: &str) -> Option<String>;
    /// The names in a directory, sorted; `None` when there's no such directory.
    fn list(&self, path: &str) -> Option<Vec<String>>;
    /// Makes or replaces a file; the error is the system's word for it (`Is a directory`).
    fn write(&mut self, path: &str, text: &str) -> Result<(), String>;
    /// Makes a directory and those above it, where they are missing.
    fn prepare(&mut self, _path: &str) {}
}

/// How far a command has come.
pub enum Progress {
    /// It has ended.
    Done(ExitCode),
    /// It needs virtual time to pass, or just to be polled again ([`Running::busy`]).
    Running(Box<dyn Running>),
    /// It wants a text edited by the learner.
    Edit(Edit),
}

/// A command that hasn't come to its end: it waits for something, or has more to do than fits in one go.
pub trait Running {
    /// Looks again and prints what is new; the exit code once it has ended.
    fn poll(&mut self, env: &mut Env) -> Option<ExitCode>;
    /// Whether it has more to do at once: then it is polled again before any virtual time passes.
    fn busy(&self) -> bool {
        false
    }
    /// Ctrl-C was pressed; the host drops the command afterwards.
    fn interrupt(&mut self) {}
}

/// A text to be edited.
pub struct Edit {
    /// The temporary file kubectl would open.
    pub path: String,
    /// What the editor shows first.
    pub text: String,
    /// Goes on with what was saved.
    pub then: Box<dyn Editing>,
}

/// What happens when the editor is left.
pub trait Editing {
    /// Goes on with the saved text; the text as it was shown when nothing was saved.
    fn saved(self: Box<Self>, text: &str, env: &mut Env) -> Progress;
}

/// Which stream a piece of output went to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output: what a pipe carries on.
    Out,
    /// Standard error.
    Err,
}

/// What a command wrote, in order; neighbours of one stream are one piece.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// The pieces.
    pub chunks: Vec<(Stream, String)>,
}

impl Output {
    /// Writes `text` to `stream`.
    pub fn write(&mut self, stream: Stream, text: &str) {
        match self.chunks.last_mut() {
            _ if text.is_empty() => {}
            Some((last, chunk)) if *last == stream => chunk.push_str(text),
            _ => self.chunks.push((stream, text.to_string())),
        }
    }

    /// Everything of one stream.
    pub fn text(&self, stream: Stream) -> String {
        self.chunks.iter().filter(|(s, _)| *s == stream).map(|(_, text)| text.as_str()).collect()
    }

    /// Everything, as a terminal shows it.
    pub fn all(&self) -> String {
        self.chunks.iter().map(|(_, text)| text.as_str()).collect()
    }
}

/// A kubeconfig: where to speak to, and in which namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// In file order.
    pub contexts: Vec<Context>,
    /// The name of the current one.
    pub current: String,
    /// The names of the clusters there are.
    pub clusters: Vec<String>,
    /// `https://…:6443`
    pub server: String,
}

/// One context of a kubeconfig.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// `kubernetes-admin@kubernetes`
    pub name: String,
    /// `kubernetes`
    pub cluster: String,
    /// `kubernetes-admin`
    pub user: String,
    /// Empty: `default`.
    pub namespace: String,
}

impl Default for Config {
    /// What `kubeadm init` writes.
    fn default() -> Config {
        let context = Context {
            name: "kubernetes-admin@kubernetes".into(),
            cluster: "kubernetes".into(),
            user: "kubernetes-admin".into(),
            namespace: String::new(),
        };
        Config {
            current: context.name.clone(),
            clusters: vec![context.cluster.clone()],
            contexts: vec![context],
            server: "https://172.30.1.2:6443".into(),
        }
    }
}

impl Config {
    /// The current context.
    pub fn context(&self) -> Option<&Context> {
        self.contexts.iter().find(|context| context.name == self.current)
    }

    /// The cluster that is spoken to; empty when there is no current context.
    pub fn cluster(&self) -> &str {
        self.context().map_or("", |context| &context.cluster)
    }

    /// The namespace commands work in when none is given.
    pub fn namespace(&self) -> &str {
        self.context().map(|context| context.namespace.as_str()).filter(|ns| !ns.is_empty()).unwrap_or("default")
    }
}

impl Env<'_> {
    /// Writes a line to standard output.
    pub fn say(&mut self, line: &str) {
        self.put(line);
        self.put("\n");
    }

    /// Writes to standard output as is.
    pub fn put(&mut self, text: &str) {
        self.out.write(Stream::Out, text);
    }

    /// Writes a line to standard error.
    pub fn complain(&mut self, line: &str) {
        self.out.write(Stream::Err, line);
        self.out.write(Stream::Err, "\n");
    }

    /// Asks the API server; its warnings go to standard error, each once.
    pub fn ask(&mut self, mut request: Request) -> Result<Response, Status> {
        request.managed_fields |= self.owners;
        let answer = self.client.request(request);
        let warnings = match &answer {
            Ok(response) => &response.warnings,
            Err(status) => &status.warnings,
        };
        for warning in warnings {
            if !self.warned.contains(warning) {
                self.warned.push(warning.clone());
                self.complain(&format!("Warning: {warning}"));
            }
        }
        answer
    }

    /// Reads one object.
    pub fn get(&mut self, kind: Kind, namespace: &str, name: &str) -> Result<Object, Status> {
        let object = self.ask(one(kind, namespace, name))?.object();
        object.ok_or_else(|| Status::not_found(kind, name))
    }

    /// Reads one object as JSON.
    pub fn get_value(&mut self, kind: Kind, namespace: &str, name: &str) -> Result<Value, Status> {
        let value = self.ask(one(kind, namespace, name))?.value();
        value.ok_or_else(|| Status::not_found(kind, name))
    }

    /// Reads many; an empty namespace means all of them.
    pub fn list(&mut self, kind: Kind, namespace: &str, labels: &str, fields: &str) -> Result<Vec<Object>, Status> {
        Ok(self.ask(many(kind, namespace, labels, fields))?.items())
    }

    /// Reads many as JSON.
    pub fn list_values(
        &mut self,
        kind: Kind,
        namespace: &str,
        labels: &str,
        fields: &str,
    ) -> Result<Vec<Value>, Status> {
        Ok(self.ask(many(kind, namespace, labels, fields))?.values())
    }

    /// The virtual time.
    pub fn now(&self) -> Time {
        self.client.now()
    }
}

fn one(kind: Kind, namespace: &str, name: &str) -> Request {
    Request::new(Verb::Get, kind).named(name).scoped(namespace)
}

fn many(kind: Kind, namespace: &str, labels: &str, fields: &str) -> Request {
    let mut request = Request::new(Verb::List, kind).scoped(namespace);
    request.label_selector = labels.into();
    request.field_selector = fields.into();
    request
}

/// Requests as kubectl makes them.
pub trait Scoped {
    /// Sets the namespace if the kind has one and it isn't empty.
    fn scoped(self, namespace: &str) -> Self;
}

impl Scoped for Request {
    fn scoped(mut self, namespace: &str) -> Request {
        let scoped = self.kind.namespaced() && !namespace.is_empty();
        self.namespace = scoped.then(|| namespace.into());
        self
    }
}

//! Names of objects in what a command printed, so that they can be selected where they are read.
//!
//! Two forms are known: `kind/name` anywhere, and the cells below `NAME` and `NODE` of a table, whose kind the command names.
//! Nothing is looked up: a name may be of something that has gone since, and then says so where it is shown.

use crate::view::{Chunk, Entry, ObjectRef, Stream};
use api::resource::Kind;
use std::cmp::Ordering;

/// A name in a piece of output.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Byte offset in the piece.
    pub from: usize,
    /// Just past the last character.
    pub to: usize,
    /// What is named.
    pub object: ObjectRef,
}

/// The names in each piece of an entry's output, from a byte of a piece on: what stands before isn't shown.
pub fn links(entry: &Entry, from: (usize, usize)) -> Vec<Vec<Link>> {
    let mut reader = Reader { kind: kind_of(&entry.command), namespace: namespace_of(entry), table: None };
    let piece = |(at, chunk): (usize, &Chunk)| {
        let from = match at.cmp(&from.0) {
            Ordering::Less => chunk.text.len(),
            Ordering::Equal => from.1,
            Ordering::Greater => 0,
        };
        reader.chunk(chunk, from)
    };
    entry.output.iter().enumerate().map(piece).collect()
}

struct Reader<'a> {
    /// What the names of a table are names of.
    kind: Option<Kind>,
    namespace: &'a str,
    table: Option<Table>,
}

/// Where the columns of the table at hand begin, in characters.
#[derive(Clone, Copy, Default)]
struct Table {
    namespace: Option<usize>,
    name: Option<usize>,
    node: Option<usize>,
}

impl Reader<'_> {
    fn chunk(&mut self, chunk: &Chunk, from: usize) -> Vec<Link> {
        let mut found = Vec::new();
        if chunk.stream != Stream::Out {
            return found;
        }
        let mut at = 0;
        for line in chunk.text.split_inclusive('\n') {
            let text = line.trim_end();
            if !self.begins_or_ends_table(text) && at >= from {
                self.line(text, at, &mut found);
            }
            at += line.len();
        }
        found
    }

    /// Whether a line is no more than where a table begins or ends.
    fn begins_or_ends_table(&mut self, line: &str) -> bool {
        let header = header(line);
        let is = line.is_empty() || header.is_some();
        if is {
            self.table = header;
        }
        is
    }

    fn line(&mut self, line: &str, at: usize, found: &mut Vec<Link>) {
        let table = self.table.unwrap_or_default();
        let namespace = cell(line, table.namespace).map_or(self.namespace, |(_, text)| text);
        let begin = found.len();
        for (place, word) in words(line) {
            let node = place > 0 && line[..place].trim() == "Node:";
            let object = match word.split_once('/') {
                Some((name, _)) if node => reference(Kind::NODE, "", name).map(|object| (name.len(), object)),
                Some((kind, name)) => Kind::of_word(kind)
                    .and_then(|kind| reference(kind, namespace, name))
                    .map(|object| (word.len(), object)),
                None => None,
            };
            let link = |(length, object)| Link { from: at + place, to: at + place + length, object };
            found.extend(object.map(link));
        }
        let name = cell(line, table.name).zip(self.kind);
        let node = cell(line, table.node).map(|cell| (cell, Kind::NODE));
        for ((place, text), kind) in name.into_iter().chain(node) {
            found.extend(reference(kind, namespace, text).map(|object| {
                let from = at + place;
                Link { from, to: from + text.len(), object }
            }));
        }
        api::sort::by_key(&mut found[begin..], |link| link.from);
    }
}

/// The columns of a line that is a table's header: capitals, and one of the columns that hold names.
fn header(line: &str) -> Option<Table> {
    let shouts = |c: char| c.is_ascii_uppercase() || matches!(c, ' ' | '-' | '(' | ')' | '%' | '_');
    if !line.starts_with(|c: char| c.is_ascii_uppercase())
        || !line.replace("(cores)", "").replace("(bytes)", "").chars().all(shouts)
    {
        return None;
    }
    let column = |title: &str| words(line).find(|(_, word)| *word == title).map(|(place, _)| place);
    Some(Table { namespace: column("NAMESPACE"), name: column("NAME"), node: column("NODE") })
}

/// The words of a line, with their places; quotes and what ends a clause aren't part of a word.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let apart = |c: char| c.is_whitespace() || matches!(c, ',' | '"' | '\'' | '(' | ')' | '=');
    let start = line.as_ptr() as usize;
    line.split(apart)
        .map(|word| word.trim_end_matches([':', '.']))
        .filter(|word| !word.is_empty())
        .map(move |word| (word.as_ptr() as usize - start, word))
}

/// The word that begins where a column does.
fn cell(line: &str, column: Option<usize>) -> Option<(usize, &str)> {
    let from = line.char_indices().nth(column?)?.0;
    let text = line[from..].split(' ').next()?;
    (!text.is_empty()).then_some((from, text))
}

fn reference(kind: Kind, namespace: &str, name: &str) -> Option<ObjectRef> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.' | ':');
    let named = name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(fits);
    let namespace = if kind.namespaced() { namespace } else { "" };
    named.then(|| ObjectRef { kind: kind.name().into(), namespace: namespace.into(), name: name.into() })
}

/// The kind whose objects a command lists.
fn kind_of(command: &str) -> Option<Kind> {
    let mut words = command.split_whitespace().skip_while(|word| !matches!(*word, "get" | "top" | "events"));
    if words.next()? == "events" {
        return None;
    }
    words.find_map(|word| Kind::of_word(word.split(['/', ',']).next()?))
}

/// The namespace a command names, or the one it works in.
fn namespace_of(entry: &Entry) -> &str {
    let mut words = entry.command.split_whitespace();
    while let Some(word) = words.next() {
        let value = match word {
            "-n" | "--namespace" => words.next(),
            word => word.strip_prefix("--namespace=").or(word.strip_prefix("-n=")),
        };
        if let Some(value) = value {
            return value;
        }
    }
    &entry.namespace
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Origin;

    /// The output with each name marked, and what it is a name of.
    fn marked(command: &str, output: &str) -> (String, Vec<String>) {
        let chunk = Chunk { stream: Stream::Out, text: output.into() };
        let entry = Entry {
            cluster: String::new(),
            number: 1,
            revision: 1,
            origin: Origin::Learner,
            prompt: "$ ".into(),
            command: command.into(),
            namespace: "default".into(),
            output: vec![chunk],
        };
        let (mut text, mut at, mut objects) = (String::new(), 0, Vec::new());
        for link in links(&entry, (0, 0)).remove(0) {
            text += &format!("{}[{}]", &output[at..link.from], &output[link.from..link.to]);
            at = link.to;
            objects.push([link.object.kind, link.object.namespace, link.object.name].join(" "));
        }
        (text + &output[at..], objects)
    }

    #[test]
    fn names_are_found_where_they_stand() {
        let cases: &[(&str, &str, &str, &[&str])] = &[
            (
                "kubectl apply -f x",
                "daemonset.apps/logs created\n",
                "[daemonset.apps/logs] created\n",
                &["DaemonSet default logs"],
            ),
            (
                "k get po -o wide",
                "NAME   READY   NODE\nweb    1/1     node-1\nx      0/1     <none>\n",
                "NAME   READY   NODE\n[web]    1/1     [node-1]\n[x]      0/1     <none>\n",
                &["Pod default web", "Node  node-1", "Pod default x"],
            ),
            (
                "kubectl get ds -A",
                "NAMESPACE     NAME         DESIRED\nkube-system   kube-proxy   4\n",
                "NAMESPACE     NAME         DESIRED\nkube-system   [kube-proxy]   4\n",
                &["DaemonSet kube-system kube-proxy"],
            ),
            (
                "kubectl -n x get no,po",
                "NAME\nnode/node-1\n\nNAME\npod/a\n",
                "NAME\n[node/node-1]\n\nNAME\n[pod/a]\n",
                &["Node  node-1", "Pod x a"],
            ),
            (
                "kubectl get events",
                "LAST SEEN   TYPE     REASON   OBJECT   MESSAGE\n3s          Normal   Pulled   pod/a    Pulled image nginx/nginx\n",
                "LAST SEEN   TYPE     REASON   OBJECT   MESSAGE\n3s          Normal   Pulled   [pod/a]    Pulled image nginx/nginx\n",
                &["Pod default a"],
            ),
            (
                "kubectl describe po a",
                "Node:             node-1/192.168.10.11\nControlled By:  ReplicaSet/web-5d\nTolerations:  node.kubernetes.io/not-ready:NoExecute\n",
                "Node:             [node-1]/192.168.10.11\nControlled By:  [ReplicaSet/web-5d]\nTolerations:  node.kubernetes.io/not-ready:NoExecute\n",
                &["Node  node-1", "ReplicaSet default web-5d"],
            ),
            ("echo hi", "apiVersion: apps/v1 ONE\nNAME\n", "apiVersion: apps/v1 ONE\nNAME\n", &[]),
        ];
        for (command, output, expected, objects) in cases {
            let (text, found) = marked(command, output);
            assert_eq!(
                (text.as_str(), found),
                (*expected, objects.iter().map(|it| it.to_string()).collect()),
                "{command}"
            );
        }
    }
}

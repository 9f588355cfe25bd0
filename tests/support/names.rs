//! One Pod, two names: a record's Pods have other random suffixes than ours, so lists would come in another order and
//! `$(kubectl get pods -o name | head -1)` would be another Pod.
//!
//! The n-th Pod of a DaemonSet's revision on a node here is the n-th there (of a ReplicaSet: its n-th at all). Between kubectl and the
//! API server the names are exchanged, in both directions, and lists are sorted as the record's server would have.

use api::objects::Object;
use api::request::{Answer, Body, Request, Response, WatchType};
use api::resource::Kind;
use api::status::Status;
use api::table::{Row, Table};
use cluster::apiserver::Change;
use std::collections::{BTreeMap, VecDeque};

/// Which of our Pods is which of the record's. Without a record it changes nothing.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// The record's names, oldest first, by the name's fixed part with the revision's hash, and the node a daemon Pod is for.
    coming: BTreeMap<(String, String), VecDeque<String>>,
    pairs: Vec<(String, String)>,
    /// What was given by hand stands in objects of any kind.
    anywhere: bool,
}

impl Names {
    /// The record has a Pod of that name and revision; `node` is empty if the scheduler chose it.
    pub fn expect(&mut self, name: &str, hash: &str, node: &str) {
        let Some((base, _)) = name.rsplit_once('-') else { return };
        self.coming.entry((format!("{base}-{hash}"), node.to_string())).or_default().push_back(name.to_string());
    }

    /// Lets a text of ours be called otherwise, wherever it stands.
    pub fn call(&mut self, ours: &str, theirs: &str) {
        self.pairs.push((ours.into(), theirs.into()));
        self.anywhere = true;
    }

    /// Gives a new Pod of ours its name in the record.
    pub fn take(&mut self, change: &Change) {
        let Object::Pod(pod) = &change.object else { return };
        if change.kind != WatchType::Added || pod.meta.generate_name.is_empty() {
            return;
        }
        let node = pod.pinned_node.as_deref().unwrap_or_default().to_string();
        let base =
            format!("{}{}", pod.meta.generate_name, pod.meta.label("controller-revision-hash").map_or("", |hash| hash));
        // Of a daemon Pod that was never bound the record doesn't tell the node.
        let next =
            [node, String::new()].into_iter().find_map(|node| self.coming.get_mut(&(base.clone(), node))?.pop_front());
        if let Some(name) = next {
            self.pairs.push((pod.meta.name.to_string(), name));
        }
    }

    /// A text in the record's names.
    pub fn theirs(&self, text: &str) -> String {
        self.pairs.iter().fold(text.to_string(), |text, (ours, theirs)| text.replace(ours, theirs))
    }

    /// A text in our names.
    fn ours(&self, text: &str) -> String {
        self.pairs.iter().fold(text.to_string(), |text, (ours, theirs)| text.replace(theirs, ours))
    }

    /// An object in the record's names.
    pub fn object(&self, object: &Object) -> Object {
        let concerned = self.anywhere || matches!(object.kind(), Kind::POD | Kind::EVENT);
        if self.pairs.is_empty() || !concerned {
            return object.clone();
        }
        let text = self.theirs(&object.to_value().to_string());
        Object::from_value(object.kind(), &serde_json::from_str(&text).expect("names don't break JSON"))
    }

    /// A request on its way to the server.
    pub fn ask(&self, mut request: Request) -> Request {
        if self.pairs.is_empty() {
            return request;
        }
        request.name = self.ours(&request.name).into();
        request.field_selector = self.ours(&request.field_selector);
        if let Body::Json(value) = &request.body {
            let text = self.ours(&value.to_string());
            request.body = Body::Json(serde_json::from_str(&text).expect("names don't break JSON"));
        }
        request
    }

    /// An answer on its way back.
    pub fn answer(&self, answer: Result<Response, Status>) -> Result<Response, Status> {
        if self.pairs.is_empty() {
            return answer;
        }
        let mut response = answer.map_err(|mut status| {
            status.message = self.theirs(&status.message);
            status
        })?;
        response.answer = match response.answer {
            Answer::Object(object) => Answer::Object(self.object(&object)),
            Answer::List(items) => {
                let mut items: Vec<Object> = items.iter().map(|item| self.object(item)).collect();
                items.sort_by_key(|item| (item.namespace(), item.name()));
                Answer::List(items)
            }
            Answer::Table(table) => Answer::Table(self.table(table)),
            Answer::Events(mut events, table) => {
                for event in &mut events {
                    event.object = self.object(&event.object);
                    event.row = event.row.take().map(|row| self.row(row));
                }
                Answer::Events(events, table)
            }
            Answer::Success => Answer::Success,
            Answer::Text(text) => Answer::Text(text),
        };
        Ok(response)
    }

    fn table(&self, mut table: Table) -> Table {
        table.rows = table.rows.into_iter().map(|row| self.row(row)).collect();
        table.rows.sort_by_key(|row| (row.object.namespace(), row.object.name()));
        table
    }

    fn row(&self, row: Row) -> Row {
        Row { cells: row.cells.iter().map(|cell| self.theirs(cell)).collect(), object: self.object(&row.object) }
    }
}

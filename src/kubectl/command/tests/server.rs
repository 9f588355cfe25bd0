//! A server that stores what it is given: no defaults, no validation, no controllers.

use api::client::Client;
use api::meta::Meta;
use api::objects::Object;
use api::patch::{json_merge, json_patch, strategic};
use api::request::{Answer, Body, PatchType, Request, Response, Verb, WatchEvent, WatchType};
use api::resource::Kind;
use api::status::{Reason, Status};
use api::table::{Column, Row, Table};
use api::time::Time;
use api::{Value, json};
use std::collections::BTreeMap;

const COLUMNS: [Column; 1] = [Column { name: "NAME", priority: 0 }];

type Key = (Kind, String, String);

#[derive(Default)]
pub struct Server {
    pub now: i64,
    pub version: u64,
    pub objects: BTreeMap<Key, Value>,
    changes: Vec<(u64, Kind, WatchType, Value)>,
    /// Deleted objects stay, marked, until [`Server::finish_deletions`].
    pub graceful: bool,
    /// Everything that was asked, shortly.
    pub log: Vec<String>,
}

impl Server {
    pub fn put(&mut self, value: Value) {
        let kind = Kind::of_manifest(value["apiVersion"].as_str().unwrap(), value["kind"].as_str().unwrap()).unwrap();
        self.store(kind, value, WatchType::Added);
    }

    pub fn object(&self, kind: Kind, name: &str) -> &Value {
        let namespace = if kind.namespaced() { "default" } else { "" };
        &self.objects[&(kind, namespace.to_string(), name.to_string())]
    }

    pub fn finish_deletions(&mut self) {
        let gone: Vec<Key> = self
            .objects
            .iter()
            .filter(|(_, v)| v["metadata"]["deletionTimestamp"] != Value::Null)
            .map(|(k, _)| k.clone())
            .collect();
        for key in gone {
            self.remove(&key);
        }
    }

    fn remove(&mut self, key: &Key) -> Value {
        let value = self.objects.remove(key).unwrap();
        self.version += 1;
        self.changes.push((self.version, key.0, WatchType::Deleted, value.clone()));
        value
    }

    fn store(&mut self, kind: Kind, mut value: Value, how: WatchType) -> Value {
        let name = value["metadata"]["name"].as_str().unwrap_or_default().to_string();
        let mut namespace = String::new();
        if kind.namespaced() {
            namespace = value["metadata"]["namespace"].as_str().unwrap_or("default").to_string();
            value["metadata"]["namespace"] = namespace.clone().into();
        }
        self.version += 1;
        value["metadata"]["resourceVersion"] = self.version.to_string().into();
        if value["metadata"]["uid"].is_null() {
            value["metadata"]["uid"] = format!("00000000-0000-4000-8000-{:012}", self.version).into();
        }
        value["metadata"]["creationTimestamp"] = Time(0).to_string().into();
        self.changes.push((self.version, kind, how, value.clone()));
        self.objects.insert((kind, namespace, name), value.clone());
        value
    }

    fn list(&self, request: &Request) -> Vec<Value> {
        let wanted = |(kind, namespace, name): &Key, value: &Value| {
            *kind == request.kind
                && request.namespace.as_ref().is_none_or(|wanted| **wanted == **namespace)
                && label_match(&request.label_selector, value)
                && request.field_selector.strip_prefix("metadata.name=").is_none_or(|wanted| wanted == name)
        };
        self.objects.iter().filter(|(key, value)| wanted(key, value)).map(|(_, value)| value.clone()).collect()
    }

    fn answer(&self, request: &Request, values: Vec<Value>, one: bool) -> Answer {
        let objects: Vec<Object> = values.iter().map(|value| Object::from_value(request.kind, value)).collect();
        if request.as_table {
            let rows = objects.into_iter().map(row).collect();
            return Answer::Table(Table { columns: COLUMNS.to_vec(), rows });
        }
        if one { Answer::Object(objects[0].clone()) } else { Answer::List(objects) }
    }
}

fn row(object: Object) -> Row {
    Row { cells: vec![object.name().to_string()], object }
}

fn label_match(selector: &str, value: &Value) -> bool {
    selector.is_empty() || selector.split_once('=').is_some_and(|(k, v)| value["metadata"]["labels"][k] == v)
}

impl Client for Server {
    fn now(&self) -> Time {
        Time(self.now)
    }

    fn request(&mut self, request: Request) -> Result<Response, Status> {
        let namespace = request.namespace.as_deref().unwrap_or_default().to_string();
        let key: Key = (request.kind, namespace, request.name.to_string());
        self.log.push(format!("{:?} {} {}", request.verb, request.kind.plural(), request.name));
        let missing = || Status::not_found(request.kind, &request.name);
        let body = match &request.body {
            Body::Json(value) => value.clone(),
            Body::Object(object) => object.to_value(),
            Body::Empty => Value::Null,
        };
        let answer = match request.verb {
            Verb::Get => {
                let value = self.objects.get(&key).cloned().ok_or_else(missing)?;
                self.answer(&request, vec![value], true)
            }
            Verb::List => self.answer(&request, self.list(&request), false),
            Verb::Watch => {
                let events = self
                    .changes
                    .iter()
                    .filter(|(version, kind, ..)| *version > request.resource_version && *kind == request.kind);
                let events = events.map(|(_, kind, how, value)| {
                    let object = Object::from_value(*kind, value);
                    WatchEvent { kind: *how, row: Some(row(object.clone())), object }
                });
                Answer::Events(events.collect(), Some(Table { columns: COLUMNS.to_vec(), rows: Vec::new() }))
            }
            Verb::Create if request.subresource == "eviction" => {
                self.remove(&key);
                Answer::Success
            }
            Verb::Create => {
                let meta = Meta::from_value(&body["metadata"]);
                let key = (request.kind, key.1, meta.name.to_string());
                if self.objects.contains_key(&key) {
                    return Err(Status::already_exists(request.kind, &meta.name));
                }
                let value = if request.dry_run { body } else { self.store(request.kind, body, WatchType::Added) };
                self.answer(&request, vec![value], true)
            }
            Verb::Update => {
                self.objects.get(&key).ok_or_else(missing)?;
                let value = self.store(request.kind, body, WatchType::Modified);
                self.answer(&request, vec![value], true)
            }
            Verb::Patch => {
                let old = self.objects.get(&key).cloned().ok_or_else(missing)?;
                if request.subresource == "scale" && request.kind == Kind::DAEMON_SET {
                    return Err(Status::new(Reason::UnknownPath, "the server could not find the requested resource"));
                }
                let mut new = old.clone();
                match request.patch_type {
                    Some(PatchType::Merge) => json_merge::apply(&mut new, &body),
                    Some(PatchType::Json) => json_patch::apply(&mut new, &body).map_err(|_| {
                        Status::new(Reason::Invalid, "the server rejected our request due to an error in our request")
                    })?,
                    _ => new = strategic::apply(&old, &body).map_err(|text| Status::new(Reason::BadRequest, text))?,
                }
                if new != old && !request.dry_run {
                    new = self.store(request.kind, new, WatchType::Modified);
                }
                self.answer(&request, vec![new], true)
            }
            Verb::Delete if self.graceful && request.delete.grace_period_seconds != Some(0) => {
                let mut value = self.objects.get(&key).cloned().ok_or_else(missing)?;
                value["metadata"]["deletionTimestamp"] = json!(Time(self.now).to_string());
                let value = self.store(request.kind, value, WatchType::Modified);
                self.answer(&request, vec![value], true)
            }
            Verb::Delete => {
                self.objects.get(&key).ok_or_else(missing)?;
                if !request.dry_run {
                    self.remove(&key);
                }
                Answer::Success
            }
            Verb::DeleteCollection => Answer::Success,
        };
        Ok(Response::new(answer, self.version))
    }
}
